//! Why a cell is not run, or what it is that is as expected there.

use backstop_zoo::{Case, Expected};

/// A footnote of the table, and the cases whose cells have it.
pub struct Note {
    pub applies: fn(&Case) -> bool,
    pub text: &'static str,
}

/// The first that applies is taken.
pub const NOTES: &[Note] = &[
    Note {
        applies: |case| !case.architectures.contains(&"x86_64"),
        text: "Not run: this is what comes of it on another architecture, and x86-64 has a row of its own. There, \
               `ctest` runs the zoo under qemu-user, without Rust (`cmake --toolchain cpp/cmake/aarch64.cmake`, \
               `riscv64.cmake`).",
    },
    Note {
        applies: |case| is_forwarded(case) && case.name.ends_with("_on_thread_of_its_own"),
        text: "The process dies of the signal, as without backstop: the thread that fails has no guard.",
    },
    Note {
        applies: is_forwarded,
        text: "The process dies of the signal, with the reason on stderr: the allocator has stopped with its lock \
               held, and the next allocation would wait for it for ever.",
    },
];

fn is_forwarded(case: &Case) -> bool {
    matches!(case.expected, Expected::Forwarded { .. })
}
