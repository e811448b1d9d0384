//! Tests of what may end the process, each in a child; see `backstop_crash_test`.

#![allow(dead_code, unused_imports, reason = "every test binary takes what it needs")]

pub mod signals;

pub use backstop_crash_test::{Aftermath, Belongings, CHILD, Child, Outcome, Test, allow_core, marker};

use backstop::{Error, FaultKind};
use backstop_crash_test::Suite;
use std::hint::black_box;
use std::process::ExitCode;

/// The `main` of a test binary.
pub fn main(tests: Vec<Test>) -> ExitCode {
    let suite = Suite::new(tests).without("BACKSTOP_DISABLE");
    suite.without("RUST_BACKTRACE").without("RUST_LIB_BACKTRACE").run()
}

/// A test that runs the same with and without fault recovery, and dies by `signal`.
pub fn dies_all_the_same(name: impl Into<String>, body: impl Fn() + Send + 'static, signal: i32) -> Test {
    Test::new(name, body, move |child| {
        let outcome = child.run();
        outcome.died_by(signal);
        outcome.same_as(&child.with("BACKSTOP_DISABLE", "1").run());
    })
}

/// Makes a guarded call that succeeds, which has the handler installed and this thread set up.
pub fn arm() {
    assert_eq!(backstop_zoo::add(1, 2).expect("it behaves"), 3);
}

/// Makes a guarded call that faults.
#[track_caller]
pub fn assert_recovers() {
    match backstop_zoo::null_read() {
        Err(Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::NullDereference),
        other => panic!("{other:?}"),
    }
}

/// Recurses in Rust until the stack is used up.
#[expect(unconditional_recursion, reason = "to the end of the stack")]
pub fn overflow(depth: usize) -> usize {
    black_box([depth; 16])[depth % 16] + overflow(black_box(depth + 1))
}
