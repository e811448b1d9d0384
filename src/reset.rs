//! What puts a library in order again: [`Domain::reset`] has C++ call it, under a guard.

use crate::record::Record;
use crate::{Domain, Error, Panic, barrier, raise, sys};
use std::any::Any;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// `head` comes first, for that is what C++ knows of it.
#[repr(C)]
struct Hook {
    head: sys::Hook,
    function: fn() -> Result<(), Error>,
}

pub(crate) fn set_hook(domain: &'static Domain, function: fn() -> Result<(), Error>) {
    // The runtime may be calling the one before: they are few, and stay.
    let hook = Box::leak(Box::new(Hook { head: sys::Hook { run }, function }));
    // SAFETY: the hook is one, and lives for ever.
    unsafe { sys::domain_on_reset(domain, Some(sys::bridge_hook), ptr::from_mut(hook).cast::<c_void>()) };
}

/// # Safety
///
/// 1. `hook` is the head of a `Hook`.
/// 2. There is room for `size` bytes, at least one, at `text`.
unsafe extern "C" fn run(hook: *const sys::Hook, text: *mut c_char, size: usize) -> i32 {
    // SAFETY: by 1.
    let function = unsafe { (*hook.cast::<Hook>()).function };
    let result = barrier(c"what resets a domain", || catch_unwind(AssertUnwindSafe(function)));
    let payload: Box<dyn Any + Send> = match result {
        Ok(Ok(())) => return 1,
        Ok(Err(error)) => Box::new(error), // an error travels as a panic does, which can be taken out again as it was
        Err(payload) => payload,
    };
    let message = raise::raise_panic(payload).to_string();
    let length = message.len().min(size - 1);
    // SAFETY: by 2.
    unsafe {
        ptr::copy_nonoverlapping(message.as_ptr(), text.cast(), length);
        *text.add(length) = 0;
    }
    0
}

/// What the hook has returned, if that is how it failed.
pub(crate) fn error_of(record: Record) -> Error {
    match Error::new(record, &[]) {
        Error::Panic(panic) => returned(panic),
        other => other,
    }
}

fn returned(panic: Panic) -> Error {
    match panic.take_payload_if(|payload| payload.is::<Error>()).map(|payload| payload.downcast()) {
        Some(Ok(error)) => *error,
        _ => Error::Panic(panic),
    }
}
