use crate::record::Record;
use crate::{Code, Exception, FaultKind, Signal, Site, sys};
use std::borrow::Cow;
use std::ffi::c_void;
use std::fmt;

/// A hardware fault or an abort inside a guarded call. Owns all that it tells; any thread may read it.
pub struct Fault {
    /// As an `Exception`, for that is how the one under `std::terminate` is handed out.
    exception: Exception,
}

impl Fault {
    pub(crate) fn new(record: Record) -> Fault {
        Fault { exception: Exception { record } }
    }

    fn record(&self) -> &Record {
        &self.exception.record
    }

    fn raw(&self) -> &sys::Fault {
        self.record().fault().expect("a record that is no exception has a fault")
    }

    /// The guarded function that was called.
    pub fn site(&self) -> &'static Site {
        self.record().site()
    }

    /// The signal that the machine or `abort` raised.
    pub fn signal(&self) -> Signal {
        Signal::from_number(self.raw().signal)
    }

    /// The signal's `si_code`.
    pub fn code(&self) -> Code {
        Code::from_number(self.signal(), self.raw().code)
    }

    /// What went wrong.
    pub fn kind(&self) -> FaultKind {
        FaultKind::from_number(self.raw().kind)
    }

    /// The address that the instruction accessed, or for SIGFPE and SIGILL its own. `None` if the machine doesn't say.
    pub fn address(&self) -> Option<usize> {
        (self.raw().has_address != 0).then_some(self.raw().address)
    }

    /// The instruction that faulted, as an address in this process. After an abort, the one that raised it.
    pub fn instruction_pointer(&self) -> usize {
        self.raw().instruction_pointer
    }

    /// The stack pointer at that instruction.
    pub fn stack_pointer(&self) -> usize {
        self.raw().stack_pointer
    }

    /// `errno` as it stood.
    pub fn errno(&self) -> i32 {
        self.raw().error_number
    }

    /// The kernel's id of the thread that faulted.
    pub fn thread_id(&self) -> i32 {
        self.raw().thread
    }

    /// What `assert`, the allocator or a check of the library had to say before it aborted, on one line and up to 8 KiB.
    ///
    /// Bytes that are not UTF-8 are replaced; [`message_bytes`](Self::message_bytes) has them as they were.
    pub fn message(&self) -> Option<Cow<'_, str>> {
        self.message_bytes().map(String::from_utf8_lossy)
    }

    /// The message, byte for byte.
    pub fn message_bytes(&self) -> Option<&[u8]> {
        self.record().fault_message()
    }

    /// The exception that `std::terminate` was called over.
    pub fn exception(&self) -> Option<&Exception> {
        self.record().type_name().map(|_| &self.exception)
    }

    /// The function and source line of the faulting instruction, as far as the program's symbols tell. Slow: reads
    /// debug information on the first call.
    fn location(&self) -> Option<String> {
        let mut location = None;
        // Look-ups are for return addresses, which are one past the instruction that is meant.
        let address = self.instruction_pointer().wrapping_add(1) as *mut c_void;
        backtrace::resolve(address, |symbol| {
            if location.is_none() {
                location = symbol.name().map(|name| match (symbol.filename(), symbol.lineno()) {
                    (Some(file), Some(line)) => format!("{name} ({}:{line})", file.display()),
                    _ => name.to_string(),
                });
            }
        });
        location
    }
}

/// One line: the function and the cause. `{:#}` adds a line with the function and source line that faulted.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.record().message())?;
        match f.alternate().then(|| self.location()).flatten() {
            Some(location) => write!(f, "\n  in {location}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("site", self.site())
            .field("kind", &self.kind())
            .field("signal", &self.signal())
            .field("code", &self.code())
            .field("address", &self.address().map(|address| format!("{address:#x}")))
            .field("instruction_pointer", &format!("{:#x}", self.instruction_pointer()))
            .field("location", &self.location())
            .field("message", &self.message())
            .field("exception", &self.exception())
            .finish()
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.exception().map(|exception| exception as _)
    }
}
