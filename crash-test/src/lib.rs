#![doc = include_str!("../README.md")]

mod aftermath;
mod belongings;
mod child;
mod outcome;
mod run;
mod suite;
mod test;

pub use aftermath::Aftermath;
pub use belongings::Belongings;
pub use child::{CHILD, Child};
pub use outcome::Outcome;
pub use run::{Overdue, outcome_of};
pub use suite::{Suite, allow_core, main};
pub use test::Test;

const MARKER: &str = "about to fault";

/// Says, from the child, that what comes next is what the test is about.
///
/// A child that is to die must have said so, and nothing on stdout after it: one that dies earlier dies of something
/// else.
pub fn marker() {
    println!("{MARKER}");
}
