use crate::{Domain, DomainState, Site, sys};
use std::any::Any;
use std::borrow::Cow;
use std::ffi::{CStr, c_char};
use std::ptr::NonNull;
use std::{mem, panic, process, ptr, slice};

/// The runtime's record of a failed call; owned.
pub(crate) struct Record(NonNull<sys::Error>);

// SAFETY: the runtime lets any thread free a record and any number of threads read one.
unsafe impl Send for Record {}
// SAFETY: as above.
unsafe impl Sync for Record {}

impl Record {
    /// That of the guarded bridge call that has just failed on this thread.
    pub(crate) fn take() -> Option<Record> {
        NonNull::new(sys::bridge_error()).map(Record)
    }

    /// That of a call which is not made. `None` if the site's domain lets it be made: it has been reset since it was found to
    /// refuse calls, or the call is its probe.
    pub(crate) fn of_refusal(site: &'static Site) -> Option<Record> {
        NonNull::new(sys::bridge_refuse(site)).map(Record)
    }

    /// That of a call which is not made since it is on an object in which the site crashed, with this message.
    pub(crate) fn of_suspect(site: &'static Site, message: &str) -> Record {
        // SAFETY: the text is copied.
        let error = unsafe { sys::bridge_refuse_object(site, message.as_ptr(), message.len()) };
        Record(NonNull::new(error).expect("the runtime answers an error, be it a spare one"))
    }

    /// Of what failed when the domain was to be reset; `None` if nothing did.
    pub(crate) fn of_reset(domain: &Domain) -> Option<Record> {
        NonNull::new(sys::domain_reset(domain)).map(Record)
    }

    pub(crate) fn get(&self) -> &sys::Error {
        // SAFETY: a record lives until it is dropped.
        unsafe { self.0.as_ref() }
    }

    /// That of an exception of which only the text is known.
    pub(crate) fn of_text(site: &'static Site, what: &str) -> Record {
        // SAFETY: the text is copied.
        let error = unsafe { sys::bridge_exception(site, what.as_ptr(), what.len()) };
        Record(NonNull::new(error).expect("the runtime answers an error, be it a spare one"))
    }

    /// That of the nested exception, if there is one, as a record of its own.
    pub(crate) fn take_nested(&mut self) -> Option<Record> {
        // SAFETY: the record is ours alone, and afterwards both are.
        NonNull::new(unsafe { sys::bridge_nested(self.0.as_ptr()) }).map(Record)
    }

    /// Catches the panic that came as Rust unwinds, if one did.
    pub(crate) fn catch_panic(&mut self) -> Option<Box<dyn Any + Send>> {
        // SAFETY: the record is ours alone.
        let panic = NonNull::new(unsafe { sys::bridge_panic(self.0.as_ptr()) })?;
        let raise = || {
            // SAFETY: it is a panic of Rust's, which is raised once, and caught just here.
            unsafe { sys::raise(panic.as_ptr()) };
            process::abort(); // the stack can't be read
        };
        panic::catch_unwind(raise).err()
    }

    /// Another of the same exception, if it keeps one.
    pub(crate) fn copy(&self) -> Option<Record> {
        NonNull::new(sys::bridge_copy(self.get())).map(Record)
    }

    /// Has the exception thrown by the C++ that has called back the Rust function in which we are.
    pub(crate) fn raise_again(self) -> Result<(), Record> {
        // SAFETY: the record is ours, and the runtime takes it if it answers yes.
        match unsafe { sys::bridge_raise_again(self.0.as_ptr()) } {
            0 => Err(self),
            _ => {
                mem::forget(self);
                Ok(())
            }
        }
    }

    pub(crate) fn kind(&self) -> i32 {
        sys::error_kind(self.get())
    }

    pub(crate) fn site(&self) -> &'static Site {
        sys::error_site(self.get())
    }

    pub(crate) fn message(&self) -> Cow<'_, str> {
        // SAFETY: the runtime answers a string that lives as long as the record.
        unsafe { CStr::from_ptr(sys::error_message(self.get())) }.to_string_lossy()
    }

    /// How the domain stood that refused the call, and the nanoseconds that were left of its cool-down.
    pub(crate) fn refused_by(&self) -> (DomainState, u64) {
        let mut remaining = 0;
        let state = sys::error_refused_by(self.get(), &mut remaining);
        (DomainState::from_number(state), remaining)
    }

    /// The message of the fault for which the domain refused the call; empty if this is no refusal.
    pub(crate) fn refusal(&self) -> Cow<'_, str> {
        let text = sys::error_refusal(self.get());
        if text.is_null() {
            return Cow::Borrowed("");
        }
        // SAFETY: as for the message.
        unsafe { CStr::from_ptr(text) }.to_string_lossy()
    }

    pub(crate) fn type_name(&self) -> Option<&str> {
        // SAFETY: as for the message.
        unsafe { optional(sys::error_type_name(self.get())) }
    }

    pub(crate) fn what(&self) -> Option<&[u8]> {
        let mut length = 0;
        let what = sys::error_what(self.get(), &mut length);
        // SAFETY: if there is a what, `length` bytes of it live as long as the record.
        (!what.is_null()).then(|| unsafe { slice::from_raw_parts(what.cast(), length) })
    }

    pub(crate) fn is_a(&self, class: &CStr) -> bool {
        // SAFETY: the name is read during the call.
        unsafe { sys::error_is_a(self.get(), class.as_ptr()) != 0 }
    }

    pub(crate) fn standard(&self) -> Option<&str> {
        // SAFETY: as for the message.
        unsafe { optional(sys::error_standard(self.get())) }
    }

    /// The value of the error code, and the name of its category.
    pub(crate) fn code(&self) -> Option<(i32, &str)> {
        let mut value = 0;
        // SAFETY: as for the message.
        let category = unsafe { optional(sys::error_code(self.get(), &mut value)) }?;
        Some((value, category))
    }

    pub(crate) fn path(&self, number: usize) -> Option<&[u8]> {
        let path = sys::error_path(self.get(), number);
        // SAFETY: as for the message.
        (!path.is_null()).then(|| unsafe { CStr::from_ptr(path) }.to_bytes())
    }

    /// The most derived of these classes that the exception is of, and the object as that.
    pub(crate) fn cast(&self, classes: &[usize]) -> Option<(usize, *const ())> {
        let mut object = ptr::null();
        // SAFETY: the classes are addresses of `std::type_info`s, read during the call.
        let index = unsafe { sys::bridge_cast(self.get(), classes.as_ptr(), classes.len(), &mut object) };
        Some((usize::try_from(index).ok()?, object))
    }

    pub(crate) fn fault(&self) -> Option<&sys::Fault> {
        let fault = sys::error_fault(self.get());
        debug_assert!(
            fault.is_none_or(|fault| fault.size == size_of::<sys::Fault>()),
            "the layout is the header's"
        );
        fault
    }

    pub(crate) fn deadline(&self) -> Option<&sys::Deadline> {
        sys::error_deadline(self.get())
    }

    pub(crate) fn fault_message(&self) -> Option<&[u8]> {
        let message = self.fault()?.message;
        // SAFETY: if there is a message it is NUL-terminated and lives as long as the record.
        (!message.is_null()).then(|| unsafe { CStr::from_ptr(message) }.to_bytes())
    }

    pub(crate) fn recovery(&self) -> Option<&sys::Recovery> {
        let recovery = sys::error_recovery(self.get());
        debug_assert!(
            // All zeros: the runtime had no memory to record it, or nothing to record.
            recovery.is_none_or(|recovery| [0, size_of::<sys::Recovery>()].contains(&recovery.size)),
            "the layout is the header's"
        );
        recovery
    }

    /// Those of the recovery.
    pub(crate) fn frames(&self) -> &[sys::Frame] {
        let Some(recovery) = self.recovery().filter(|recovery| !recovery.frames.is_null()) else {
            return &[];
        };
        // SAFETY: there are so many frames, and they live as long as the record.
        unsafe { slice::from_raw_parts(recovery.frames, recovery.frame_count) }
    }

    /// Where the exception was thrown, and the frames of that.
    pub(crate) fn trace(&self) -> Option<(&sys::Trace, &[sys::Frame])> {
        let trace = sys::error_trace(self.get())?;
        debug_assert_eq!(trace.size, size_of::<sys::Trace>(), "the layout is the header's");
        // SAFETY: there are so many frames, and they live as long as the record.
        Some((trace, unsafe { slice::from_raw_parts(trace.frames, trace.frame_count) }))
    }

    pub(crate) fn registers(&self) -> &[u64] {
        let mut count = 0;
        let registers = sys::error_registers(self.get(), &mut count);
        if registers.is_null() {
            return &[];
        }
        // SAFETY: there are `count` of them, and they live as long as the record.
        unsafe { slice::from_raw_parts(registers, count) }
    }
}

/// # Safety
///
/// 1. `text` is null, or NUL-terminated and alive for `'a`.
pub(crate) unsafe fn optional<'a>(text: *const c_char) -> Option<&'a str> {
    // SAFETY: by 1.
    let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })?;
    Some(text.to_str().unwrap_or("<not UTF-8>"))
}

impl Drop for Record {
    fn drop(&mut self) {
        // SAFETY: it is ours, and goes only here.
        unsafe { sys::error_free(self.0.as_ptr()) }
    }
}
