use crate::record::Record;
use crate::registers::Registers;
use crate::report::write_report;
use crate::{Access, Backtrace, Code, Exception, FaultKind, Recovery, Signal, Site, sys};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A hardware fault or an abort inside a guarded call. Owns all that it tells; any thread may read it.
pub struct Fault {
    /// As an `Exception`, for that is how the one under `std::terminate` is handed out.
    exception: Exception,
}

impl Fault {
    pub(crate) fn new(record: Record) -> Fault {
        Fault { exception: Exception::new(record, &[]) }
    }

    fn record(&self) -> &Record {
        self.exception.record()
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

    /// What `assert`, the allocator or a check of the library had to say before it aborted, up to 8 KiB, without the
    /// line break at its end.
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

    /// The general registers at the fault with the names that the machine's manuals use (`rax`, `x0`, `a0`, and so on).
    /// All 0 under `std::terminate`, which is a call like any other.
    ///
    /// ```
    /// # fn show(fault: &backstop::Fault) {
    /// for (name, value) in fault.registers() {
    ///     println!("{name} = {value:#x}");
    /// }
    /// # }
    /// ```
    pub fn registers(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.register_values()
    }

    pub(crate) fn register_values(&self) -> Registers<'_> {
        Registers::new(self.record().registers())
    }

    /// The name of the thread that faulted, up to 15 bytes; `None` if it has none. Bytes that are not UTF-8 are
    /// replaced.
    pub fn thread_name(&self) -> Option<Cow<'_, str>> {
        let name = self.raw().thread_name.map(|character| character as u8);
        let length = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
        (length != 0).then(|| String::from_utf8_lossy(&name[..length]).into_owned().into())
    }

    /// The addresses of the stack of the thread that faulted: the lowest, and the end. `0..0` if they aren't known.
    pub fn stack(&self) -> Range<usize> {
        self.raw().stack_low..self.raw().stack_high
    }

    /// What the instruction was doing to the memory at [`address`](Self::address).
    pub fn access(&self) -> Access {
        Access::from_number(self.raw().access)
    }

    /// The number of the system call that seccomp refused, if that is what happened.
    pub fn system_call(&self) -> Option<i32> {
        Some(self.raw().system_call).filter(|&number| self.signal() == Signal::SIGSYS && number != -1)
    }

    /// How it was recovered: which destructors ran, and which did not.
    ///
    /// ```
    /// # fn decide(fault: &backstop::Fault) {
    /// if fault.recovery().is_torn() {
    ///     eprintln!("what the library keeps is in doubt: {}", fault.recovery());
    /// }
    /// # }
    /// ```
    pub fn recovery(&self) -> Recovery<'_> {
        Recovery::new(self.raw_recovery(), self.record().frames())
    }

    /// The stack as it stood. Costs nothing until it is shown.
    ///
    /// ```
    /// # fn show(fault: &backstop::Fault) {
    /// println!("{}", fault.backtrace());
    /// # }
    /// ```
    pub fn backtrace(&self) -> Backtrace<'_> {
        Backtrace::new(self.raw_recovery(), self.record().frames(), self.raw().instruction_pointer)
    }

    fn raw_recovery(&self) -> &sys::Recovery {
        self.record().recovery().expect("a record that has a fault has a recovery")
    }

    /// Function and cause.
    pub(crate) fn line(&self) -> Cow<'_, str> {
        self.record().message()
    }
}

/// One line: the function and the cause. `{:#}` adds how it was recovered, the thread, the registers and the backtrace,
/// a line and more for each.
///
/// The line costs nothing; what `{:#}` adds reads symbols and debug information: see
/// [`Frame::symbols`](crate::Frame::symbols).
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { write_report(self, f) } else { f.write_str(&self.line()) }
    }
}

/// All that `{:#}` of the `Display` has, so that a failed `unwrap` tells all of it.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_report(self, f)
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.exception().map(|exception| exception as _)
    }
}
