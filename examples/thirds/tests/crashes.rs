//! What comes of calls that crash.

use backstop::{Error, FaultKind};
use backstop_crash_test::{Aftermath, Test, main as run, marker};
use std::process::ExitCode;
use thirds::{third, third_unguarded};

fn main() -> ExitCode {
    run(vec![
        Test::in_child("an_error_comes_back", an_error_comes_back),
        Test::in_child("all_is_as_before", all_is_as_before),
        Test::dies("without_a_guard_it_dies", libc::SIGSEGV, || {
            marker();
            _ = third_unguarded(&[1, 2]);
        }),
        Test::new("with_guards_switched_off_it_dies", calls_it_with_two, |child| {
            child.run().succeeded();
            child.with("BACKSTOP_DISABLE", "1").run().died_by(libc::SIGSEGV);
        }),
    ])
}

fn an_error_comes_back() {
    match third(&[1, 2]) {
        Err(Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::NullDereference),
        other => panic!("{other:?}"),
    }
}

fn all_is_as_before() {
    assert_eq!(third(&[1, 2, 3]).expect("there is one"), 3); // sets this thread up
    let before = Aftermath::now();
    for _ in 0..2 {
        an_error_comes_back();
        before.assert_unchanged();
    }
}

fn calls_it_with_two() {
    marker();
    _ = third(&[1, 2]);
}
