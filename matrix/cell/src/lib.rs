//! The cells of the matrix, for the program that runs one of them and for the one that has them all run.
#![expect(missing_docs, reason = "shared with the tests")]

#[path = "../../../tests/support/cells.rs"]
pub mod cells;
#[expect(dead_code, reason = "tests take the rest")]
#[path = "../../../tests/support/signals.rs"]
mod signals;

/// Stands on stdout as the last line before a case is called.
pub const MARKER: &str = "about to call";
