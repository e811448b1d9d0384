//! What must come of each misbehaviour.
//!
//! The expectations are those of Linux with glibc and libstdc++. Ids like L2 or B13 refer to what other projects
//! assert in their own tests (LLVM's CrashRecoveryContext, Boost.Test's execution monitor, GNU libsigsegv).

use self::Address::*;
use crate::ffi;
use backstop::Code::*;
use backstop::FaultKind::*;
use backstop::Signal::*;
use backstop::{Code, Error, FaultKind, Signal};

/// One way to misbehave.
pub struct Case {
    /// Its function's name.
    pub name: &'static str,
    /// Calls it under its guard.
    pub call: fn() -> Result<(), Error>,
    /// What comes of it in C++ that nobody guards.
    pub native: Native,
    /// What must come of it under a guard.
    pub expected: Expected,
    /// Where that holds, by the names that `std::env::consts::ARCH` has.
    pub architectures: &'static [&'static str],
}

impl Case {
    /// What it does, in a sentence: the first of its function's documentation.
    pub fn about(&self) -> &'static str {
        let (before, _) = include_str!("lib.rs")
            .split_once(&format!("fn {}()", self.name))
            .expect("each case has its function there");
        before.rsplit("///").next().map(str::trim).expect("which has a documentation")
    }

    /// Whether it is worth calling on this machine. Where it isn't, the function may do anything or nothing.
    pub fn runs_here(&self) -> bool {
        self.architectures.contains(&std::env::consts::ARCH)
    }
}

/// What comes of a case without a guard.
#[derive(Debug, Clone, Copy)]
pub enum Native {
    /// It returns.
    Returns,
    /// The process dies.
    Dies {
        /// Of this signal.
        signal: Signal,
        /// Having said so on stderr; empty if nothing need be said.
        message: &'static str,
    },
}

/// What must come of a case.
#[derive(Debug, Clone, Copy)]
pub enum Expected {
    /// It returns.
    Success,
    /// [`Error::Exception`]
    Exception {
        /// Its type, demangled.
        type_name: &'static str,
        /// What its `what()` contains; `None`: there is none.
        what: Option<&'static str>,
    },
    /// [`Error::Fault`]
    Fault(Fault),
    /// The process dies.
    Forwarded {
        /// Of this signal.
        signal: Signal,
        /// Having said so on stderr; empty if nothing need be said.
        message: &'static str,
    },
}

/// What a fault must look like.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The signal.
    pub signal: Signal,
    /// Its `si_code`; `None`: whichever.
    pub code: Option<Code>,
    /// The kind.
    pub kind: FaultKind,
    /// The address.
    pub address: Address,
    /// What the message contains; `None`: there is none.
    pub message: Option<&'static str>,
    /// The type of the exception that `std::terminate` was called over, demangled.
    pub exception: Option<&'static str>,
}

/// Which address a fault must have.
#[derive(Debug, Clone, Copy)]
pub enum Address {
    /// None.
    Unknown,
    /// This one.
    At(usize),
    /// [`last_target`](crate::last_target)
    Target,
    /// The instruction's.
    Instruction,
    /// One near the stack pointer.
    Stack,
}

impl Expected {
    /// Whether `result`, which a case of this thread has just had, is as expected; if not, how it differs.
    pub fn check(&self, result: &Result<(), Error>) -> Result<(), String> {
        let met = match (self, result) {
            (Self::Success, Ok(())) => true,
            (Self::Exception { type_name, what }, Err(Error::Exception(exception))) => {
                exception.type_name() == *type_name && contains(exception.what().as_deref(), *what)
            }
            (Self::Fault(expected), Err(Error::Fault(fault))) => expected.describes(fault),
            _ => false,
        };
        if met { Ok(()) } else { Err(format!("expected {self:?}, got {result:?}")) }
    }
}

impl Fault {
    fn describes(&self, fault: &backstop::Fault) -> bool {
        let address_fits = match self.address {
            Address::Unknown => fault.address().is_none(),
            Address::At(address) => fault.address() == Some(address),
            Address::Target => fault.address() == Some(ffi::last_target()),
            Address::Instruction => fault.address() == Some(fault.instruction_pointer()),
            Address::Stack => fault.address().is_some_and(|at| at.abs_diff(fault.stack_pointer()) < 1 << 20),
        };
        fault.signal() == self.signal
            && self.code.is_none_or(|code| code == fault.code())
            && fault.kind() == self.kind
            && address_fits
            && contains(fault.message().as_deref(), self.message)
            && fault.exception().map(|exception| exception.type_name()) == self.exception
    }
}

fn contains(text: Option<&str>, part: Option<&str>) -> bool {
    match (text, part) {
        (Some(text), Some(part)) => text.contains(part),
        (text, part) => text == part,
    }
}

const fn exception(type_name: &'static str, what: &'static str) -> Expected {
    Expected::Exception { type_name, what: Some(what) }
}

const fn mute_exception(type_name: &'static str) -> Expected {
    Expected::Exception { type_name, what: None }
}

const fn fault(signal: Signal, code: Code, kind: FaultKind, address: Address) -> Expected {
    Expected::Fault(Fault { signal, code: Some(code), kind, address, message: None, exception: None })
}

/// A thread's stack ends in a guard page, the main one where the kernel stops growing it: the codes differ.
const fn stack_overflow() -> Expected {
    let (signal, kind, address) = (SIGSEGV, StackOverflow, Stack);
    Expected::Fault(Fault { signal, code: None, kind, address, message: None, exception: None })
}

const fn probable_stack_overflow() -> Expected {
    let (signal, kind, address) = (SIGSEGV, ProbableStackOverflow, Target);
    Expected::Fault(Fault { signal, code: None, kind, address, message: None, exception: None })
}

const fn abort(kind: FaultKind, message: Option<&'static str>) -> Expected {
    let (signal, code, address) = (SIGABRT, Some(SI_TKILL), Unknown);
    Expected::Fault(Fault { signal, code, kind, address, message, exception: None })
}

const fn terminate(exception: Option<&'static str>) -> Expected {
    let (signal, code, address) = (SIGABRT, Some(SI_TKILL), Unknown);
    Expected::Fault(Fault { signal, code, kind: Terminate, address, message: None, exception })
}

/// Ends in `std::terminate`, which is called over nothing.
const fn pure_virtual() -> Expected {
    let (signal, code, kind, address) = (SIGABRT, Some(SI_TKILL), PureVirtualCall, Unknown);
    Expected::Fault(Fault { signal, code, kind, address, message: None, exception: None })
}

const fn forwarded(signal: Signal, message: &'static str) -> Expected {
    Expected::Forwarded { signal, message }
}

/// As what is guarded so lets us know.
const fn native(expected: Expected) -> Native {
    match expected {
        Expected::Success => Native::Returns,
        Expected::Exception { .. } => dies(SIGABRT, TERMINATED),
        Expected::Forwarded { signal, .. } => dies(signal, ""),
        Expected::Fault(Fault { kind: Terminate, .. }) => dies(SIGABRT, "terminate called"),
        Expected::Fault(Fault { signal, message: Some(message), .. }) => dies(signal, message),
        Expected::Fault(Fault { signal, .. }) => dies(signal, ""),
    }
}

const fn dies(signal: Signal, message: &'static str) -> Native {
    Native::Dies { signal, message }
}

/// Rows of `name [on architectures] => expected [=> native]`.
macro_rules! cases {
    ($($name:ident $(on $($arch:literal)+)? => $expected:expr $(=> $native:expr)?,)*) => {
        &[$(Case {
            name: stringify!($name),
            call: || ffi::$name().map(drop),
            native: cases!(@native $expected $(, $native)?),
            expected: $expected,
            architectures: cases!(@architectures $($($arch)+)?),
        },)*]
    };
    (@architectures $($arch:literal)+) => { &[$($arch),+] };
    (@architectures) => { &["x86_64", "aarch64", "riscv64"] };
    (@native $expected:expr, $native:expr) => { $native };
    (@native $expected:expr) => { native($expected) };
}

/// Where `wild_read` and its like go.
const NOWHERE: usize = 0xdead_0000;

/// Where `noncanonical_read` and its like go.
const NONCANONICAL: usize = 0xdead << 48;

/// What the allocator aborts over while it holds its lock: the next allocation would hang.
const LOCKED: &str = "is not recovered: the allocator was at work, and may hold its lock";

/// How `std::terminate` takes leave.
const TERMINATED: &str = "terminate called after throwing an instance of";

const STRING: &str = "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";

/// Every way to misbehave, and what must come of it on whichever thread.
#[rustfmt::skip]
pub const CASES: &[Case] = cases! {
    // RISC-V has no row for what comes through glibc's abort, which has no unwind table there, or from what is no code:
    // no walk comes from it to the guard. G6, trap 20: the kernel's EFAULT is no fault.
    null_to_kernel => Expected::Success,

    // Reads, writes and jumps. B22, G2: with the exact address.
    null_read                          => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)),
    null_write                         => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)), // B4, B15
    null_member_write                  => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0x10)), // L2
    null_virtual_call                  => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)),
    wild_read                          => fault(SIGSEGV, SEGV_MAPERR, WildRead, At(NOWHERE)),
    wild_write                         => fault(SIGSEGV, SEGV_MAPERR, WildWrite, At(NOWHERE)),
    noncanonical_read on "x86_64"      => fault(SIGSEGV, SI_KERNEL, NonCanonical, At(NONCANONICAL)),
    noncanonical_write on "x86_64"     => fault(SIGSEGV, SI_KERNEL, NonCanonical, At(NONCANONICAL)),
    noncanonical_copy on "x86_64"      => fault(SIGSEGV, SI_KERNEL, NonCanonical, At(NONCANONICAL)),
    noncanonical_call on "x86_64"      => fault(SIGSEGV, SI_KERNEL, NonCanonical, At(NONCANONICAL)),
    noncanonical_return on "x86_64"    => fault(SIGSEGV, SI_KERNEL, NonCanonical, At(NONCANONICAL)),
    unmapped_read                      => fault(SIGSEGV, SEGV_MAPERR, WildRead, Target),
    literal_write                      => fault(SIGSEGV, SEGV_ACCERR, ForbiddenWrite, Target),
    protected_write                    => fault(SIGSEGV, SEGV_ACCERR, ForbiddenWrite, Target),
    mprotected_write                   => fault(SIGSEGV, SEGV_ACCERR, ForbiddenWrite, Target),
    forbidden_read                     => fault(SIGSEGV, SEGV_ACCERR, ForbiddenRead, Target),
    truncated_mapping_read             => fault(SIGBUS, BUS_ADRERR, TruncatedMapping, Target), // B23
    truncated_mapping_write            => fault(SIGBUS, BUS_ADRERR, TruncatedMapping, Target),
    misaligned_vector_load on "x86_64"      => fault(SIGSEGV, SI_KERNEL, Misaligned, Target),
    misaligned_vector_store on "x86_64"     => fault(SIGSEGV, SI_KERNEL, Misaligned, Target),
    misaligned_wide_vector_load on "x86_64" => fault(SIGSEGV, SI_KERNEL, Misaligned, Target),
    misaligned_exchange on "x86_64"         => fault(SIGSEGV, SI_KERNEL, Misaligned, Target),
    misaligned_read on "x86_64"        => fault(SIGBUS, BUS_ADRALN, Misaligned, Target), // B23
    misaligned_read on "aarch64"       => fault(SIGBUS, BUS_ADRALN, Misaligned, Target), // B23
    null_call on "x86_64" "aarch64"    => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)),
    wild_call on "x86_64" "aarch64"    => fault(SIGSEGV, SEGV_MAPERR, WildJump, At(NOWHERE)),
    data_call on "x86_64" "aarch64"    => fault(SIGSEGV, SEGV_ACCERR, WildJump, Target),

    // Arithmetic. aarch64 answers integer divisions, and few of its machines trap floating-point ones.
    divide_by_zero on "x86_64"         => fault(SIGFPE, FPE_INTDIV, DivideByZero, Instruction), // B3, B6, B14
    divide_overflow on "x86_64"        => fault(SIGFPE, FPE_INTDIV, DivideOverflow, Instruction),
    wide_divide_by_zero on "x86_64"    => fault(SIGFPE, FPE_INTDIV, DivideByZero, Instruction),
    wide_divide_overflow on "x86_64"   => fault(SIGFPE, FPE_INTDIV, DivideOverflow, Instruction),
    divide_by_zero_in_memory on "x86_64"  => fault(SIGFPE, FPE_INTDIV, DivideByZero, Instruction),
    divide_overflow_in_memory on "x86_64" => fault(SIGFPE, FPE_INTDIV, DivideOverflow, Instruction),
    byte_divide_by_zero on "x86_64"    => fault(SIGFPE, FPE_INTDIV, DivideByZero, Instruction),
    byte_divide_overflow on "x86_64"   => fault(SIGFPE, FPE_INTDIV, DivideOverflow, Instruction),
    float_divide on "x86_64"           => fault(SIGFPE, FPE_FLTDIV, FloatingPoint, Instruction), // B13, B21
    float_overflow on "x86_64"         => fault(SIGFPE, FPE_FLTOVF, FloatingPoint, Instruction), // B13, B21
    float_underflow on "x86_64"        => fault(SIGFPE, FPE_FLTUND, FloatingPoint, Instruction), // B13, B21
    float_invalid on "x86_64"          => fault(SIGFPE, FPE_FLTINV, FloatingPoint, Instruction), // B21
    float_inexact on "x86_64"          => fault(SIGFPE, FPE_FLTRES, FloatingPoint, Instruction), // B21
    x87_divide on "x86_64"             => fault(SIGFPE, FPE_FLTDIV, FloatingPoint, Instruction), // B21

    // Instructions.
    builtin_trap on "x86_64"           => fault(SIGILL, ILL_ILLOPN, BuiltinTrap, Instruction), // L3, B20
    builtin_trap on "aarch64"          => fault(SIGTRAP, TRAP_BRKPT, BuiltinTrap, Unknown), // L3
    builtin_trap on "riscv64"          => fault(SIGTRAP, TRAP_BRKPT, Breakpoint, Unknown), // the same instruction
    breakpoint on "x86_64"             => fault(SIGTRAP, SI_KERNEL, Breakpoint, Unknown),
    breakpoint on "aarch64"            => fault(SIGTRAP, TRAP_BRKPT, Breakpoint, Unknown),
    illegal_instruction on "x86_64"    => fault(SIGILL, ILL_ILLOPN, IllegalInstruction, Instruction), // B20
    illegal_instruction on "aarch64"   => fault(SIGILL, ILL_ILLOPC, IllegalInstruction, Instruction), // B20
    halt on "x86_64"                   => fault(SIGSEGV, SI_KERNEL, PrivilegedInstruction, Unknown),
    read_port on "x86_64"              => fault(SIGSEGV, SI_KERNEL, PrivilegedInstruction, Unknown),
    read_control_register on "x86_64"  => fault(SIGSEGV, SI_KERNEL, PrivilegedInstruction, Unknown),
    block_interrupts on "x86_64"       => fault(SIGSEGV, SI_KERNEL, PrivilegedInstruction, Unknown),
    bad_system_call                    => fault(SIGSYS, SYS_SECCOMP, BadSystemCall, Unknown),

    // What ends a program on purpose.
    call_abort on "x86_64" "aarch64"   => abort(Abort, None), // L9, B24
    failed_library_assertion on "x86_64" "aarch64" => abort(LibraryAssertion, None),
    failed_assert on "x86_64" "aarch64" => abort(Assertion, Some("animals > 0 && \"an empty zoo\"")), // B8
    failed_long_assert on "x86_64" "aarch64" => abort(Assertion, Some("a full zoo")),
    call_terminate                     => terminate(None),
    rethrow_nothing                    => terminate(None),
    throw_through_noexcept             => terminate(Some("std::runtime_error")),
    throw_from_destructor              => terminate(Some("std::logic_error")),
    drop_joinable_thread               => terminate(None),
    pure_virtual_call                  => pure_virtual(),
    fault_on_thread_of_its_own         => forwarded(SIGSEGV, ""),
    throw_on_thread_of_its_own         => forwarded(SIGABRT, "terminate called after throwing an instance of"),

    // Exceptions. B27: each by its own type.
    throw_runtime_error                => exception("std::runtime_error", "the lion is out"), // B2
    throw_out_of_range                 => exception("std::out_of_range", "vector"),
    throw_bad_alloc                    => exception("std::bad_alloc", "std::bad_alloc"),
    throw_bad_cast                     => exception("std::bad_cast", "std::bad_cast"),
    throw_bad_function_call            => exception("std::bad_function_call", "bad_function_call"),
    throw_bad_optional_access          => exception("std::bad_optional_access", "bad optional access"),
    throw_system_error                 => exception("std::system_error", "opening the gate: No such file or directory"),
    throw_bad_typeid                   => exception("std::bad_typeid", "std::bad_typeid"),
    throw_bad_any_cast                 => exception("std::bad_any_cast", "bad any_cast"),
    throw_bad_variant_access           => exception("std::bad_variant_access", "std::get: wrong index for variant"),
    throw_bad_weak_ptr                 => exception("std::bad_weak_ptr", "bad_weak_ptr"),
    throw_invalid_argument             => exception("std::invalid_argument", "stoi"),
    throw_nested                       => exception("std::_Nested_exception<std::logic_error>", "the keeper is asleep"),
    throw_int                          => mute_exception("int"),
    throw_text                         => exception("char const*", "the tiger too"), // B7, B12
    throw_string                       => exception(STRING, "and the bear"),
    throw_struct                       => mute_exception("zoo::Escaped"), // B9
    throw_not_utf8                     => exception("std::runtime_error", "caf\u{fffd}"),
    throw_many_lines                   => exception("std::runtime_error", "first line\nsecond line"),
    throw_null_what                    => mute_exception("zoo::NullWhat") => dies(SIGSEGV, TERMINATED),
    throw_crashing_what                => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)),
    throw_crashing_destructor          => exception("zoo::CrashingDestructor", "gone with a bang"),
    crash_in_catch                     => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)),
    crash_while_unwinding              => fault(SIGSEGV, SEGV_MAPERR, NullDereference, At(0)),

    // The stack.
    small_frames                       => stack_overflow(), // G3
    large_frames                       => stack_overflow(),
    probe_ahead                        => probable_stack_overflow(),
    smash_stack on "x86_64" "aarch64"  => abort(StackSmashing, Some("stack smashing detected")),
    overflow_checked_buffer on "x86_64" "aarch64" => abort(Fortify, Some("buffer overflow detected")),
    count_in_writable_format on "x86_64" "aarch64" => abort(Fortify, Some("%n in writable segment")),

    // The heap.
    free_invalid on "x86_64" "aarch64" => abort(HeapCorruption, Some("free(): invalid pointer")),
    free_invalid_size on "x86_64" "aarch64" => abort(HeapCorruption, Some("free(): invalid size")),
    free_invalid_mapping on "x86_64" "aarch64" => abort(HeapCorruption, Some("munmap_chunk(): invalid pointer")),
    double_free on "x86_64" "aarch64"  => abort(HeapCorruption, Some("free(): double free detected in tcache 2")),
    double_free_locked on "x86_64" "aarch64" => forwarded(SIGABRT, LOCKED),
    overwrite_top_chunk on "x86_64" "aarch64" => forwarded(SIGABRT, LOCKED),
};
