//! Rust that guarded C++ calls back. A fault in it is never recovered by the guard around the C++, for no jump may cross
//! a Rust frame; a guard inside it recovers as anywhere.

mod support;

use backstop::{Error, FaultKind};
use backstop_zoo::callbacks::{self, Callback, Farewell, Labelled};
use libc::{SIGABRT, SIGSEGV};
use std::process::ExitCode;
use std::{ptr, thread};
use support::{Test, arm, assert_recovers, marker, signals};

fn main() -> ExitCode {
    let mut tests = faults_in_callbacks();
    tests.extend([
        Test::new("overflow in method", overflow_in_a_callback, |child| {
            let outcome = child.run();
            outcome.died_by(SIGABRT);
            outcome.says("Callback::run");
            outcome.says("has overflowed its stack");
        }),
        Test::in_child("a_guard_inside_recovers", a_guard_inside_recovers),
        Test::in_child(
            "the_guard_outside_recovers_after_a_callback",
            the_guard_outside_recovers_after_a_callback,
        ),
        Test::in_child("an_error_arrives_in_cpp", an_error_arrives_in_cpp), // X6
        Test::in_child("an_error_passes_through_cpp", an_error_passes_through_cpp),
        Test::in_child("three_guards_deep", three_guards_deep),
        Test::in_child("many_guards_deep", many_guards_deep),
        Test::new("a_fault_many_guards_deep", a_fault_many_guards_deep, |child| {
            let outcome = child.run();
            outcome.died_by(SIGSEGV);
            outcome.says("guards are nested deeper than backstop keeps count of");
        }),
        Test::in_child("guards_of_cpp's_own", guards_of_cpp_s_own),
    ]);
    support::main(tests)
}

// trap 9
fn faults_in_callbacks() -> Vec<Test> {
    let dies = |way: &'static str, call: fn(fn()), callback: &'static str| {
        // A panic in a function of the bridge comes out of the guard: see exceptions.rs.
        let panics = ["fn_pointer", "drop", "operator"].contains(&way);
        let faults: [(&str, fn(), _); 4] = [
            ("fault", || signals::poke(ptr::without_provenance_mut(16)), SIGSEGV),
            ("cpp_fault", backstop_zoo::null_write_unguarded, SIGSEGV), // a Rust frame lies in between
            ("abort", || std::process::abort(), SIGABRT),
            ("panic", || panic!("a panic in a callback"), SIGABRT), // X7: an abort, as with cxx
        ];
        let faults = faults.into_iter().filter(move |(name, ..)| panics || *name != "panic");
        faults.map(move |(name, fault, signal)| {
            let body = move || {
                arm();
                marker();
                call(fault);
            };
            Test::new(format!("{name} in {way}"), body, move |child| {
                let outcome = child.run();
                outcome.died_by(signal);
                outcome.says("backstop: ");
                outcome.says(callback);
                outcome.same_as(&child.with("BACKSTOP_DISABLE", "1").run());
            })
        })
    };
    [
        dies("method", |fault| _ = callbacks::call_back(&Callback::new(fault)), "Callback::run"),
        dies("fallible_method", in_fallible, "Callback::run_fallible"),
        dies("fn_pointer", |fault| _ = callbacks::call_function(in_function(fault), 1), "call_function"),
        dies("drop", |fault| _ = callbacks::drop_farewell(Farewell::new(fault)), "Farewell"),
        dies("operator", in_operator, "Labelled"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn overflow_in_a_callback() {
    arm();
    marker();
    _ = callbacks::call_back(&Callback::new(|| _ = support::overflow(0)));
}

fn in_fallible(fault: fn()) {
    let callback = Callback::fallible(move || {
        fault();
        Ok(())
    });
    _ = callbacks::call_back_fallible(&callback);
}

/// A function pointer has no place for what to do, so that stands beside.
fn in_function(fault: fn()) -> fn(i32) -> i32 {
    static FAULT: std::sync::OnceLock<fn()> = std::sync::OnceLock::new();
    FAULT.set(fault).expect("one per process");
    |argument| {
        FAULT.get().expect("set above")();
        argument
    }
}

fn in_operator(fault: fn()) {
    let left = Labelled { label: Box::new(Callback::new(fault)) };
    let right = Labelled { label: Box::new(Callback::new(|| ())) };
    _ = callbacks::compare(&left, &right);
}

#[track_caller]
fn assert_null_dereference<T>(result: Result<T, Error>) {
    match result.map(|_| ()) {
        Err(Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::NullDereference),
        other => panic!("{other:?}"),
    }
}

fn a_guard_inside_recovers() {
    let recovering = || Callback::new(assert_recovers);
    assert_eq!(callbacks::call_back(&recovering()).expect("the outer call goes on"), 1);
    assert_eq!(callbacks::drop_farewell(Farewell::new(assert_recovers)).expect("the outer call goes on"), 1);
    let labelled = || Labelled { label: Box::new(recovering()) };
    assert!(callbacks::compare(&labelled(), &labelled()).expect("the outer call goes on"));
    let function = |argument| {
        assert_recovers();
        argument
    };
    assert_eq!(callbacks::call_function(function, 41).expect("the outer call goes on"), 42);
    assert_recovers();
}

fn the_guard_outside_recovers_after_a_callback() {
    for _ in 0..2 {
        assert_null_dereference(callbacks::crash_after(&Callback::new(|| ())));
        assert_null_dereference(callbacks::crash_after(&Callback::new(assert_recovers)));
    }
}

fn an_error_arrives_in_cpp() {
    let failing = Callback::fallible(|| Err("rust error".to_owned()));
    assert_eq!(callbacks::catch_callback_error(&failing).expect("C++ catches"), "rust error");
}

fn an_error_passes_through_cpp() {
    match callbacks::call_back_fallible(&Callback::fallible(|| Err("rust error".to_owned()))) {
        Err(Error::Exception(exception)) => {
            assert_eq!(exception.type_name(), "backstop::rust_error");
            assert_eq!(exception.what().as_deref(), Some("rust error"));
        }
        other => panic!("{other:?}"),
    }
}

/// Each level faults twice: inside the next level, and after it.
fn three_guards_deep() {
    fn level(depth: usize) {
        if depth > 0 {
            assert_null_dereference(callbacks::crash_after(&Callback::new(move || level(depth - 1))));
        }
        assert_recovers();
    }
    level(3);
    level(3);
}

fn nest(depth: usize, innermost: fn()) {
    if depth == 0 {
        innermost();
    } else {
        let callback = Callback::new(move || nest(depth - 1, innermost));
        assert_eq!(callbacks::call_back(&callback).expect("every level goes on"), 1);
    }
}

/// Nests more guards than backstop keeps count of, on a stack that is large enough.
fn nest_many(innermost: fn()) {
    let thread = thread::Builder::new().stack_size(64 << 20).spawn(move || nest(5000, innermost));
    thread.expect("a thread").join().expect("no panic");
}

fn many_guards_deep() {
    nest_many(arm);
    nest_many(|| match backstop_zoo::throw_runtime_error() {
        Err(Error::Exception(exception)) => assert_eq!(exception.type_name(), "std::runtime_error"),
        other => panic!("{other:?}"),
    });
    assert_recovers();
}

fn a_fault_many_guards_deep() {
    arm();
    marker();
    nest_many(assert_recovers);
}

/// With the C ABI, and no Rust frame between the guards.
fn guards_of_cpp_s_own() {
    let inside = callbacks::guard_inside().expect("the inner guard catches");
    assert!(inside.contains("zoo::guarded_null_read") && inside.contains("null dereference"), "{inside}");
    assert_null_dereference(callbacks::crash_after_guard_inside());
    let on_thread = callbacks::guard_on_cpp_thread().expect("the inner guard catches");
    assert!(on_thread.contains("zoo::guarded_null_read"), "{on_thread}");
    assert_recovers();
}
