macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// What went wrong, in the user's words.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum FaultKind {
            $($(#[$doc])* $name,)*
        }

        impl FaultKind {
            pub(crate) fn from_number(number: i32) -> FaultKind {
                match number {
                    $($number => FaultKind::$name,)*
                    _ => FaultKind::Other,
                }
            }
        }

        /// In the order of their numbers.
        pub(crate) const ALL: &[FaultKind] = &[$(FaultKind::$name,)*];

        #[cfg(test)]
        const KINDS: &[(&str, i32)] = &[$((stringify!($name), $number),)*];
    };
}

// As in backstop.h; the tests below compare the two.
kinds! {
    /// None of the others: see [`Fault::signal`](crate::Fault::signal) and [`Fault::code`](crate::Fault::code).
    Other = 0,
    /// An access within the first page, or a call into it.
    NullDereference = 1,
    /// A read where there is no memory, or no longer.
    WildRead = 2,
    /// A write where there is no memory, or no longer.
    WildWrite = 3,
    /// An access where there is no memory; this machine doesn't say whether a read or a write.
    WildAccess = 4,
    /// A read of memory that may not be read.
    ForbiddenRead = 5,
    /// A write to memory that may not be written.
    ForbiddenWrite = 6,
    /// An access that the memory doesn't allow; this machine doesn't say whether a read or a write.
    ForbiddenAccess = 7,
    /// Execution of what is not code.
    WildJump = 8,
    /// An access or a jump to an address that no memory can have: on x86-64, one of more than 48 bits.
    NonCanonical = 9,
    /// An access at an address that isn't aligned as the instruction asks.
    Misaligned = 10,
    /// The processor refused the access, and it isn't clear why: most likely, an address of the last two kinds.
    BadAddress = 11,
    /// This thread's stack is used up.
    StackOverflow = 12,
    /// So it seems: an access far past the stack's end, where a very large frame would lie, or one just past it ahead of its
    /// use.
    ProbableStackOverflow = 13,
    /// An access to a page of a mapped file that lies past the file's end.
    TruncatedMapping = 14,
    /// The machine's memory or a device failed.
    Hardware = 15,
    /// An integer division by zero.
    DivideByZero = 16,
    /// An integer division whose quotient doesn't fit, such as `INT_MIN / -1`.
    DivideOverflow = 17,
    /// A trapped floating-point exception; [`Fault::code`](crate::Fault::code) says which.
    FloatingPoint = 18,
    /// An instruction that this processor doesn't have.
    IllegalInstruction = 19,
    /// An instruction for the kernel alone.
    PrivilegedInstruction = 20,
    /// `__builtin_trap`, or another trap that the compiler put where execution must not come.
    BuiltinTrap = 21,
    /// A breakpoint that no debugger took.
    Breakpoint = 22,
    /// A system call that seccomp refused.
    BadSystemCall = 23,
    /// `abort()`.
    Abort = 24,
    /// A failed `assert`; [`Fault::message`](crate::Fault::message) has expression, file and line.
    Assertion = 25,
    /// A check of the C++ library's failed (`_GLIBCXX_ASSERTIONS`); it says which on stderr.
    LibraryAssertion = 26,
    /// A check of the allocator's failed; [`Fault::message`](crate::Fault::message) has which.
    HeapCorruption = 27,
    /// A function wrote past the end of its frame, as `-fstack-protector` found.
    StackSmashing = 28,
    /// A check of `_FORTIFY_SOURCE` failed, for buffer overflow among others; [`Fault::message`](crate::Fault::message) has which.
    Fortify = 29,
    /// A call of a pure virtual function, or a deleted one.
    PureVirtualCall = 30,
    /// `std::terminate`; [`Fault::exception`](crate::Fault::exception) has the exception that could not pass, if it was over one.
    Terminate = 31,
}

#[cfg(test)]
mod tests {
    use super::{FaultKind, KINDS};
    use std::collections::BTreeSet;

    /// `NullDereference` as C has it.
    fn in_c(name: &str) -> String {
        let words = name.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain([c]));
        format!("BACKSTOP_FAULT{}", words.collect::<String>().to_uppercase())
    }

    fn ours() -> Vec<(String, String)> {
        KINDS.iter().map(|(name, number)| (in_c(name), number.to_string())).collect()
    }

    /// The C names at the start of lines, in order, each with what follows after `separator` up to a comma.
    fn listed(text: &str, separator: &str) -> Vec<(String, String)> {
        let lines = text.lines().map(|line| line.trim_start_matches([' ', '{']));
        let rows = lines
            .filter(|line| line.starts_with("BACKSTOP_FAULT_"))
            .filter_map(|line| line.split_once(separator));
        rows.map(|(name, rest)| (name.to_owned(), rest.split(',').next().unwrap().to_owned())).collect()
    }

    #[test]
    fn the_header_has_the_same() {
        assert_eq!(listed(include_str!("../include/backstop/backstop.h"), " = "), ours());
    }

    #[test]
    fn messages_name_each() {
        let (kinds, names): (Vec<_>, BTreeSet<_>) =
            listed(include_str!("../cpp/names.cc"), ", ").into_iter().unzip();
        assert_eq!(kinds, ours().into_iter().map(|(kind, _)| kind).collect::<Vec<_>>());
        assert_eq!(names.len(), kinds.len(), "two have the same name");
    }

    #[test]
    fn numbers_find_them() {
        for (name, number) in KINDS {
            assert_eq!(format!("{:?}", FaultKind::from_number(*number)), *name);
        }
        assert_eq!(FaultKind::from_number(i32::MAX), FaultKind::Other);
    }
}
