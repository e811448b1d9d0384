//! Where exceptions were thrown: who asks for it, how it is shown, and that it is right whatever throws.

#[path = "support/programs.rs"]
mod programs;
mod support;

use backstop::{Config, Error, Exception, FrameState, Symbol};
use programs::{Build, Compilers, NO_FAULTS, RUNTIME, end_of, source};
use std::process::ExitCode;
use std::time::Duration;
use support::Test;

const TIME_LIMIT: Duration = Duration::from_secs(120);

const TRACED: &str = "traced\n";
const NOT_TRACED: &str = "not traced\n";

fn main() -> ExitCode {
    let mut tests = vec![
        Test::in_child("shown", shown),
        Test::in_child("none_of_a_fault", none_of_a_fault),
        here("whatever_throws_by_gcc", || whatever_throws(Compilers::gcc(), "gcc", RUNTIME)),
        here("whatever_throws_by_clang", || {
            if let Some(compilers) = Compilers::clang() {
                whatever_throws(compilers, "clang", RUNTIME);
            }
        }),
        here("whatever_throws_on_aarch64", || {
            if let Some(compilers) = Compilers::cross("aarch64") {
                whatever_throws(compilers, "aarch64", RUNTIME);
            }
        }),
        here("whatever_throws_without_fault_support", || {
            whatever_throws(Compilers::gcc(), "no_faults", NO_FAULTS);
        }),
    ];
    tests.extend(by_environment());
    tests.extend(by_config());
    support::main(tests)
}

/// Which needs no child.
fn here(name: &str, body: impl Fn() + Send + 'static) -> Test {
    Test::new(name, || (), move |_| body())
}

fn thrown() -> Exception {
    match backstop_zoo::throw_runtime_error() {
        Err(Error::Exception(exception)) => exception,
        other => panic!("{other:?}"),
    }
}

fn say_whether_traced() {
    print!("{}", if thrown().backtrace().is_some() { TRACED } else { NOT_TRACED });
}

/// The variables, and what then is.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);

fn says(case: Case, body: fn()) -> Test {
    let (name, environment, expected) = case;
    Test::new(name, body, move |child| {
        let set = |child: support::Child, &(variable, value): &_| child.with(variable, value);
        let outcome = environment.iter().fold(child.clone(), set).run();
        outcome.succeeded();
        assert_eq!(outcome.stdout, expected, "{outcome:?}");
    })
}

/// As std decides.
fn by_environment() -> impl Iterator<Item = Test> {
    const CASES: &[Case] = &[
        ("off_by_default", &[], NOT_TRACED),
        ("on_by_RUST_BACKTRACE", &[("RUST_BACKTRACE", "1")], TRACED),
        ("on_by_RUST_BACKTRACE_full", &[("RUST_BACKTRACE", "full")], TRACED),
        ("off_by_RUST_BACKTRACE", &[("RUST_BACKTRACE", "0")], NOT_TRACED),
        ("on_by_RUST_LIB_BACKTRACE", &[("RUST_LIB_BACKTRACE", "1")], TRACED),
        ("off_by_RUST_LIB_BACKTRACE", &[("RUST_LIB_BACKTRACE", "0"), ("RUST_BACKTRACE", "1")], NOT_TRACED),
        ("on_for_RUST_LIB_BACKTRACE_alone", &[("RUST_LIB_BACKTRACE", "1"), ("RUST_BACKTRACE", "0")], TRACED),
        ("on_where_faults_are_off", &[("RUST_BACKTRACE", "1"), ("BACKSTOP_DISABLE", "1")], TRACED),
    ];
    CASES.iter().map(|&case| says(case, say_whether_traced))
}

fn by_config() -> [Test; 4] {
    let on = || {
        backstop::install(Config::new().exception_backtraces(true)).unwrap();
        say_whether_traced();
    };
    let off = || {
        backstop::install(Config::new().exception_backtraces(false)).unwrap();
        say_whether_traced();
    };
    let open = || {
        backstop::install(Config::new()).unwrap();
        say_whether_traced();
    };
    [
        says(("on_by_config", &[("RUST_BACKTRACE", "0")], TRACED), on),
        says(("on_by_config_where_faults_are_off", &[("BACKSTOP_DISABLE", "1")], TRACED), on),
        says(("off_by_config", &[("RUST_BACKTRACE", "1")], NOT_TRACED), off),
        says(("left_open_by_config", &[("RUST_BACKTRACE", "1")], TRACED), open),
    ]
}

fn shown() {
    backstop::install(Config::new().exception_backtraces(true)).unwrap();
    let exception = thrown();
    let backtrace = exception.backtrace().unwrap();
    assert_eq!((backtrace.left_out(), backtrace.is_truncated()), (0, false));
    assert!(backtrace.frames().all(|frame| frame.state() == FrameState::Outside && !frame.is_exact()));
    let first = backtrace.frames().next().unwrap().symbols();
    let name = first.last().and_then(Symbol::name).unwrap_or_default();
    assert!(name.starts_with("zoo::throw_runtime_error("), "{first:?}");

    let (short, full) = (backtrace.to_string(), format!("{backtrace:#}"));
    assert!(short.starts_with("   0: zoo::throw_runtime_error("), "{short}");
    assert!(short.contains(" traces::main\n"), "{short}");
    for hidden in [
        "backstop::runtime",
        "backstop_v0",
        "call_specially",
        "__backstop_",
        "trycatch",
        "_Unwind_",
        "__cxa_",
    ] {
        assert!(!short.contains(hidden), "{hidden} in {short}");
    }
    assert!(full.contains("bridge_call") && !full.contains("__cxa_"), "{full}");
}

/// Also where it is one over an exception.
fn none_of_a_fault() {
    backstop::install(Config::new().exception_backtraces(true)).unwrap();
    let Err(Error::Fault(fault)) = backstop_zoo::throw_through_noexcept() else { panic!("it terminates") };
    assert!(fault.exception().unwrap().backtrace().is_none());
    assert!(thrown().backtrace().is_some());
}

fn whatever_throws(compilers: Compilers, name: &str, lists: &[&str]) {
    let build = Build::new(compilers, &format!("traces/{name}"), lists);
    let library = build.library(&source("tests/traces/library.cc"), &["-O2"]);
    // More than that would move `throw` to a place of its own, which the program doesn't know for the function.
    let program = build.program(&[source("tests/traces/main.cc")], &["-O1"]);
    for environment in [&[][..], &[("BACKSTOP_DISABLE", "1")]] {
        let end = end_of(build.command(&program).arg(&library), environment, TIME_LIMIT);
        assert!(end.status.success(), "{environment:?}: {}\n{}{}", end.status, end.stdout, end.stderr);
    }
}
