#![expect(non_camel_case_types, reason = "POSIX's own names")]

use std::fmt;

/// The signals that are handled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Signal {
    /// An access that the memory map doesn't allow.
    SIGSEGV,
    /// An access that the memory behind the map couldn't serve.
    SIGBUS,
    /// Integer division, or a trapped floating-point operation.
    SIGFPE,
    /// An instruction that the machine doesn't know or allow.
    SIGILL,
    /// `abort`, and all that ends in it.
    SIGABRT,
    /// A breakpoint instruction.
    SIGTRAP,
    /// A system call that seccomp refuses.
    SIGSYS,
}

impl Signal {
    pub(crate) const ALL: [Signal; 7] = [
        Signal::SIGSEGV,
        Signal::SIGBUS,
        Signal::SIGFPE,
        Signal::SIGILL,
        Signal::SIGABRT,
        Signal::SIGTRAP,
        Signal::SIGSYS,
    ];

    /// The number that this system gives it.
    #[cfg(unix)]
    pub fn number(self) -> i32 {
        match self {
            Signal::SIGSEGV => libc::SIGSEGV,
            Signal::SIGBUS => libc::SIGBUS,
            Signal::SIGFPE => libc::SIGFPE,
            Signal::SIGILL => libc::SIGILL,
            Signal::SIGABRT => libc::SIGABRT,
            Signal::SIGTRAP => libc::SIGTRAP,
            Signal::SIGSYS => libc::SIGSYS,
        }
    }

    /// The number that this system gives it: 0, for it has no such signals.
    #[cfg(not(unix))]
    pub fn number(self) -> i32 {
        0
    }

    pub(crate) fn from_number(number: i32) -> Signal {
        // The runtime reports no others.
        Signal::ALL.into_iter().find(|signal| signal.number() == number).unwrap_or(Signal::SIGABRT)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = ($signal:pat, $number:literal),)*) => {
        /// Why the signal was raised: its `si_code`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// One that has no name here.
            Other(i32),
        }

        impl Code {
            pub(crate) fn from_number(signal: Signal, number: i32) -> Code {
                use Signal::*;
                match (signal, number) {
                    $(($signal, $number) => Code::$name,)*
                    _ => Code::Other(number),
                }
            }
        }
    };
}

// The numbers are Linux's, the same on every architecture.
codes! {
    /// Raised by the kernel for a reason that it has no code for.
    SI_KERNEL = (_, 0x80),
    /// Raised by `tgkill`, which `abort` and `raise` call.
    SI_TKILL = (_, -6),
    /// No memory at the address.
    SEGV_MAPERR = (SIGSEGV, 1),
    /// Memory that may not be accessed so.
    SEGV_ACCERR = (SIGSEGV, 2),
    /// A failed bounds check.
    SEGV_BNDERR = (SIGSEGV, 3),
    /// A protection key forbids it.
    SEGV_PKUERR = (SIGSEGV, 4),
    /// Misaligned.
    BUS_ADRALN = (SIGBUS, 1),
    /// No such physical address; past the end of a mapped file.
    BUS_ADRERR = (SIGBUS, 2),
    /// An error of the device.
    BUS_OBJERR = (SIGBUS, 3),
    /// The memory is broken.
    BUS_MCEERR_AR = (SIGBUS, 4),
    /// Integer division by zero.
    FPE_INTDIV = (SIGFPE, 1),
    /// Integer overflow.
    FPE_INTOVF = (SIGFPE, 2),
    /// Floating-point division by zero.
    FPE_FLTDIV = (SIGFPE, 3),
    /// Floating-point overflow.
    FPE_FLTOVF = (SIGFPE, 4),
    /// Floating-point underflow.
    FPE_FLTUND = (SIGFPE, 5),
    /// Floating-point inexact result.
    FPE_FLTRES = (SIGFPE, 6),
    /// Invalid floating-point operation.
    FPE_FLTINV = (SIGFPE, 7),
    /// Subscript out of range.
    FPE_FLTSUB = (SIGFPE, 8),
    /// Illegal opcode.
    ILL_ILLOPC = (SIGILL, 1),
    /// Illegal operand.
    ILL_ILLOPN = (SIGILL, 2),
    /// Illegal addressing mode.
    ILL_ILLADR = (SIGILL, 3),
    /// Illegal trap.
    ILL_ILLTRP = (SIGILL, 4),
    /// Privileged opcode.
    ILL_PRVOPC = (SIGILL, 5),
    /// Privileged register.
    ILL_PRVREG = (SIGILL, 6),
    /// Coprocessor error.
    ILL_COPROC = (SIGILL, 7),
    /// Internal stack error.
    ILL_BADSTK = (SIGILL, 8),
    /// A breakpoint.
    TRAP_BRKPT = (SIGTRAP, 1),
    /// A traced instruction.
    TRAP_TRACE = (SIGTRAP, 2),
    /// Refused by a seccomp filter.
    SYS_SECCOMP = (SIGSYS, 1),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
