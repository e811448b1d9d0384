//! What `status()` says, with everything in place and with what goes wrong in practice.

mod support;

use backstop::{Config, DomainState, Signal, SignalStatus, Status, Support, status};
use libc::{SA_ONSTACK, SA_SIGINFO, SIG_DFL, SIG_IGN, SIGBUS, SIGFPE, SIGILL, SIGSEGV, c_int};
use std::ffi::c_void;
use std::process::ExitCode;
use std::time::Duration;
use std::{ptr, thread};
use support::signals::{self, Handler};
use support::{Test, arm, assert_recovers};

fn main() -> ExitCode {
    support::main(vec![
        Test::in_child("before_the_first_guarded_call", before_the_first_guarded_call),
        Test::in_child("with_all_in_place", with_all_in_place),
        Test::in_child("domains_with_their_counters", domains_with_their_counters),
        Test::in_child("each_thread_has_its_own", each_thread_has_its_own),
        Test::in_child("handlers_that_came_later", handlers_that_came_later),
        Test::in_child("handlers_that_were_there_before", handlers_that_were_there_before),
        Test::in_child("a_handler_that_was_taken_away", a_handler_that_was_taken_away),
        Test::in_child("signals_that_are_left_alone", signals_that_are_left_alone),
        Test::in_child("blocked_signals", blocked_signals),
        Test::in_child("a_small_alternate_stack", a_small_alternate_stack),
        Test::in_child("deadlines", deadlines),
        Test::in_child("a_debugger", a_debugger),
        Test::new("switched_off", switched_off, |child| {
            child.with("BACKSTOP_DISABLE", "1").run().succeeded()
        }),
        #[cfg(feature = "serde")]
        Test::in_child("as_json", json::has_the_fields_of_the_documentation),
    ])
}

fn of(status: &Status, signal: Signal) -> &SignalStatus {
    status.signals.iter().find(|of| of.signal == signal).expect("it is one of the seven")
}

/// The one problem that there is.
#[track_caller]
fn only_problem(status: &Status) -> &str {
    let [problem] = status.problems.as_slice() else { panic!("{:#?}", status.problems) };
    assert!(status.to_string().starts_with(&format!("problems    {problem}\n")), "{status}");
    problem
}

#[track_caller]
fn assert_shows(status: &Status, line: &str) {
    let page = status.to_string();
    assert!(page.lines().any(|shown| shown == line), "no `{line}` in\n{page}");
    assert!(page.lines().all(|shown| shown == shown.trim_end()), "{page}");
}

fn before_the_first_guarded_call() {
    let status = status();
    assert!(!status.installed && !status.thread.prepared && status.problems.is_empty(), "{status:#?}");
    assert_eq!((status.support, status.deadlines.signal), (Support::Faults, None));
    assert!(status.signals.len() == 7 && status.signals.iter().all(|signal| !signal.handled));
    assert_eq!(of(&status, Signal::SIGILL).previous, None);
    assert_shows(&status, "problems    none");
    assert_shows(&status, "domains     no guarded call yet");
    assert_shows(&status, "crashes     caught, and unwound, from the first guarded call on");
    assert_shows(&status, "SIGILL      default action");
}

fn with_all_in_place() {
    arm();
    let status = status();
    assert!(status.installed && status.thread.prepared && status.problems.is_empty(), "{status:#?}");
    assert!(status.signals.iter().all(|signal| signal.handled && signal.on_top && !signal.blocked));
    let segv = of(&status, Signal::SIGSEGV);
    assert_eq!(segv.action.address, signals::action(SIGSEGV));
    assert!(segv.action.name.starts_with("backstop in status-"), "{segv:?}");
    // Rust's own, which has no symbol that the loader knows: shown, it is that of the debug information.
    let previous = segv.previous.as_ref().unwrap();
    assert!(previous.name.starts_with("status-") && previous.name.contains("+0x"), "{previous:?}");
    assert!(previous.to_string().starts_with("std::sys::"), "{previous}");
    let own = format!("SIGILL      {}; before it: default action", segv.action.name);
    assert_shows(&status, &own);

    let here = ptr::from_ref(&own).addr();
    assert!(status.thread.stack.contains(&here) && status.thread.depth == 0);
    let stack = &status.thread.alternate_stack;
    assert!(stack.ours && stack.size >= stack.needed && stack.size == signals::alternate_stack().1);
    assert_shows(&status, &format!("alt. stack  {} bytes, backstop's; {} needed", stack.size, stack.needed));
    assert_eq!((status.debugger, status.sanitizers.len(), status.hosts.len()), (None, 0, 0));
    assert_eq!(status.clone(), status);
}

fn domains_with_their_counters() {
    arm();
    let before = status();
    assert_shows(&before, "domains     backstop_zoo::ffi: healthy, 1 call");
    assert_recovers();
    let after = status();
    let [domain] = after.domains.as_slice() else { panic!("{after:#?}") };
    assert_eq!((domain.name.as_str(), domain.state), ("backstop_zoo::ffi", DomainState::Healthy));
    assert_eq!((domain.counters.calls(), domain.counters.faults()), (2, 1));
    let first = domain.first_fault.as_deref().unwrap();
    assert!(first.starts_with("backstop_zoo::ffi::null_read: null dereference (read)"), "{first}");
    assert!(after.to_string().contains(&format!("; first fault: {first}\n")), "{after}");
    assert!(after != before && after.problems.is_empty());
}

fn each_thread_has_its_own() {
    arm();
    signals::block(SIGILL);
    let (before, after) = thread::spawn(|| {
        let before = status();
        arm();
        (before, status())
    })
    .join()
    .unwrap();
    // The mask is inherited.
    assert!(!before.thread.prepared && after.thread.prepared && of(&after, Signal::SIGILL).blocked);
    assert!(after.thread.stack.end != status().thread.stack.end);
    assert_shows(
        &after,
        &format!("SIGILL      {}; before it: default action; blocked on this thread", ours()),
    );
}

fn ours() -> String {
    let status = status();
    let signal = status.signals.iter().find(|signal| signal.on_top).expect("one that nobody has taken");
    signal.action.name.clone()
}

extern "C" fn someone_elses(_: c_int, _: *mut libc::siginfo_t, _: *mut c_void) {}

fn address() -> usize {
    someone_elses as Handler as usize
}

// trap 24
fn handlers_that_came_later() {
    arm();
    signals::set_action(SIGFPE, address(), SA_SIGINFO | SA_ONSTACK, &[]);
    signals::set_action(SIGILL, address(), SA_SIGINFO | SA_ONSTACK, &[]);
    let status = status();
    let signal = of(&status, Signal::SIGFPE);
    assert!(signal.handled && !signal.on_top && signal.action.address == address());
    assert!(!of(&status, Signal::SIGSEGV).previous.as_ref().unwrap().name.starts_with("backstop in"));
    let problem = only_problem(&status);
    let start = "SIGFPE, SIGILL: `status::someone_elses in status-";
    assert!(problem.starts_with(start), "{problem}");
    assert!(problem.contains("is on top of backstop's handler, and faults come to it first: "), "{problem}");
}

fn handlers_that_were_there_before() {
    signals::set_action(SIGBUS, address(), SA_SIGINFO, &[]);
    signals::set_action(SIGFPE, SIG_IGN, 0, &[]);
    arm();
    let status = status();
    assert_eq!(status.problems, [""; 0]);
    assert_eq!(of(&status, Signal::SIGBUS).previous.as_ref().unwrap().address, address());
    assert_eq!(of(&status, Signal::SIGFPE).previous.as_ref().unwrap().name, "ignored");
    assert_shows(&status, &format!("SIGFPE      {}; before it: ignored", ours()));
}

fn a_handler_that_was_taken_away() {
    arm();
    signals::set_action(SIGBUS, SIG_DFL, 0, &[]);
    let status = status();
    let problem = only_problem(&status);
    assert!(problem.starts_with(
        "SIGBUS: backstop's handler was taken away, and crashes end the process (default action): "
    ));
}

fn signals_that_are_left_alone() {
    backstop::install(Config::new().without(Signal::SIGTRAP)).unwrap();
    let status = status();
    assert!(!of(&status, Signal::SIGTRAP).handled && status.problems.is_empty());
    assert_shows(&status, "SIGTRAP     default action; left alone by backstop");
}

fn blocked_signals() {
    arm();
    signals::block(SIGILL);
    signals::block(SIGBUS);
    let status = status();
    assert!(of(&status, Signal::SIGILL).blocked && !of(&status, Signal::SIGSEGV).blocked);
    let problem = only_problem(&status);
    assert!(
        problem.starts_with("SIGBUS, SIGILL: blocked on this thread, so a fault ends the process: unblock ")
    );
}

fn a_small_alternate_stack() {
    arm();
    let mut stack = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: 0, ss_size: 16 * 1024 };
    stack.ss_sp = Vec::leak(vec![0_u8; stack.ss_size]).as_mut_ptr().cast();
    // SAFETY: it is of that size, and lives for ever.
    assert_eq!(unsafe { libc::sigaltstack(&stack, ptr::null_mut()) }, 0);
    let small = status();
    assert!(!small.thread.alternate_stack.ours && small.thread.alternate_stack.size == 16 * 1024);
    let problem = only_problem(&small);
    assert!(problem.starts_with("this thread's alternate stack is of 16384 bytes, and "), "{problem}");

    stack.ss_flags = libc::SS_DISABLE;
    // SAFETY: takes it away.
    assert_eq!(unsafe { libc::sigaltstack(&stack, ptr::null_mut()) }, 0);
    let none = status();
    assert!(only_problem(&none).starts_with("this thread's alternate stack is of 0 bytes, and "));
    assert_shows(&none, &format!("alt. stack  none; {} bytes needed", none.thread.alternate_stack.needed));
}

fn deadlines() {
    backstop::install(Config::new().deadline_signal(libc::SIGRTMIN() + 3)).unwrap();
    backstop::within(Duration::from_secs(60), arm);
    let signal = libc::SIGRTMIN() + 3;
    let set = status();
    assert_eq!((set.deadlines.signal, set.deadlines.blocked), (Some(signal), false));
    assert!(set.deadlines.watching && set.problems.is_empty(), "{set:#?}");
    assert_shows(&set, &format!("deadlines   watched, by signal {signal}"));

    signals::block(signal);
    let blocked = status();
    assert!(blocked.deadlines.blocked);
    let problem = only_problem(&blocked);
    assert!(
        problem.starts_with(&format!("deadlines: signal {signal} is blocked on this thread, so its calls "))
    );
}

// trap 25
fn a_debugger() {
    arm();
    // SAFETY: this process has one thread, and the child makes calls and ends.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: lets the parent trace it, and the parent waits for its end only.
        let traced = unsafe { libc::ptrace(libc::PTRACE_TRACEME) };
        let (status, parent) = (status(), std::os::unix::process::parent_id() as i32);
        let line = format!("debugger    process {parent}");
        let told = status.debugger == Some(parent) && status.to_string().lines().any(|shown| shown == line);
        // SAFETY: ends the child.
        unsafe { libc::_exit(if traced == 0 && told { 0 } else { 1 }) };
    }
    let mut end = 0;
    // SAFETY: waits for the child.
    assert_eq!(unsafe { libc::waitpid(child, &mut end, 0) }, child);
    assert_eq!(end, 0, "the wait status");
    assert_recovers();
}

fn switched_off() {
    arm();
    let status = status();
    assert!(!status.installed && status.support == Support::Disabled);
    let problem = only_problem(&status);
    assert!(problem.starts_with("BACKSTOP_DISABLE is set in the environment, so crashes end the process: "));
    assert_shows(&status, "crashes     not caught: BACKSTOP_DISABLE is set");
}

#[cfg(feature = "serde")]
mod json {
    use super::*;
    use serde_json::{Value, json};

    /// The block of JSON there, and what is serialised, as far as names and types go.
    pub fn has_the_fields_of_the_documentation() {
        assert_recovers();
        let page = include_str!("../docs/operations.md");
        let block = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
        let documented: Value = serde_json::from_str(block.expect("there is a block")).unwrap();
        let serialised = serde_json::to_value(status()).unwrap();
        assert_eq!(shape(&serialised), shape(&documented));

        assert_eq!(serialised["problems"], json!([]));
        assert_eq!(serialised["support"], "faults");
        assert_eq!(serialised["signals"][0]["signal"], "SIGSEGV");
        assert_eq!(serialised["signals"][2]["previous"], json!({"address": 0, "name": "default action"}));
        assert_eq!(serialised["thread"]["depth"], 0);
        assert_eq!(serialised["domains"][0]["state"], "healthy");
        assert_eq!(serialised["domains"][0]["counters"]["faults_by_kind"], json!({"NullDereference": 1}));
    }

    /// With the types in place of the values, and of a list, whose rows are alike, the first.
    fn shape(value: &Value) -> Value {
        match value {
            Value::Null => Value::Null,
            Value::Bool(_) => json!("bool"),
            Value::Number(_) => json!("number"),
            Value::String(_) => json!("string"),
            Value::Array(rows) => rows.iter().take(1).map(shape).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect()
            }
        }
    }
}
