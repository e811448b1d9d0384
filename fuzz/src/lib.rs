//! The fuzzers' logic. Each target has a function that takes bytes, and panics, or dies, where a promise is broken.
//! docs/fuzzing.md says how to run them.

pub mod bridge;
pub mod panics;
pub mod program;
pub mod replay;
pub mod report;
pub mod targets;

// The build helper's own editors of what cxx generates.
#[path = "../../build/src/barriers.rs"]
mod barriers;
#[path = "../../build/src/throws.rs"]
mod throws;

mod generated {
    #[derive(Debug, PartialEq)]
    pub(crate) struct Unknown<'a>(pub &'a str);
}

/// A find.
macro_rules! fail {
    ($($message:tt)*) => { panic!($($message)*) };
}
pub(crate) use fail;
