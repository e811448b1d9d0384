//! Every way to misbehave, on every kind of thread: it comes back as the table says, and afterwards all is as before.
//!
//! Ids like L2 or G4 refer to what other projects assert in their own tests; see also the table.

#[path = "support/cells.rs"]
mod cells;
mod support;

use backstop::{Error, FaultKind, Signal};
use backstop_zoo::{CASES, Case, Expected};
use cells::{Cell, check, named, use_heap};
use std::process::ExitCode;
use support::{Test, marker, signals};

fn main() -> ExitCode {
    let others = [
        Test::in_child("control", control), // L1, B1
        // trap 21
        Test::in_child("errno_as_it_stood", errno_as_it_stood),
        Test::in_child("what_terminate_was_called_over", what_terminate_was_called_over),
        Test::in_child("what_is_kept_byte_for_byte", what_is_kept_byte_for_byte),
        Test::in_child("overflows_and_violations_are_told_apart", overflows_and_violations_are_told_apart), // G4
        Test::in_child("all_in_one_process", all_in_one_process), // L1, L2, L3
        // trap 26
        Test::in_child("all_in_a_forked_process", all_in_a_forked_process),
        Test::in_child("small_and_large_stacks", small_and_large_stacks),
        Test::in_child("a_step_beyond_the_guard_page", a_step_beyond_the_guard_page),
        Test::in_child("messages_in_the_users_words", messages_in_the_users_words),
        Test::in_child("several_threads_at_once", several_threads_at_once),
        Test::in_child("aborts_on_several_threads_at_once", aborts_on_several_threads_at_once),
    ];
    support::main(Cell::all().map(test_of).chain(others).collect())
}

fn test_of(cell: Cell) -> Test {
    let (name, body) = (cell.name(), move || cell.run(marker));
    let test = match cell.case.expected {
        Expected::Forwarded { signal, message } => Test::new(name, body, move |child| {
            let outcome = child.run();
            outcome.died_by(signal.number());
            outcome.says(message);
        }),
        _ => Test::in_child(name, body),
    };
    test.skipped_if(!cell.case.runs_here(), &format!("only on {}", cell.case.architectures.join(" ")))
}

fn control() {
    assert_eq!(backstop_zoo::add(40, 2).expect("it behaves"), 42);
    assert_eq!(backstop_zoo::greet("zoo").expect("it behaves"), "hello, zoo");
    assert_eq!(backstop_zoo::complain_unguarded("as with cxx").expect_err("it throws").what(), "as with cxx");
    match backstop_zoo::complain("guarded") {
        Err(Error::Exception(exception)) => assert_eq!(exception.what().as_deref(), Some("guarded")),
        other => panic!("{other:?}"),
    }
}

fn errno_as_it_stood() {
    signals::set_errno(4321);
    match backstop_zoo::crash_after_failed_open() {
        Err(Error::Fault(fault)) => assert_eq!((signals::errno(), fault.errno()), (4321, libc::ENOENT)),
        other => panic!("{other:?}"),
    }
}

/// Its type is in the table.
fn what_terminate_was_called_over() {
    match backstop_zoo::throw_through_noexcept() {
        Err(Error::Fault(fault)) => {
            let exception = fault.exception().expect("it was called over one");
            assert_eq!(exception.what().as_deref(), Some("the lion is out"));
        }
        other => panic!("{other:?}"),
    }
}

fn what_is_kept_byte_for_byte() {
    let long = "x".repeat(1 << 20);
    match (backstop_zoo::throw_not_utf8(), backstop_zoo::complain(&long)) {
        (Err(Error::Exception(short)), Err(Error::Exception(long_one))) => {
            assert_eq!(short.what_bytes(), Some(&b"caf\xe9"[..]));
            assert_eq!(long_one.what_bytes(), Some(long.as_bytes()));
        }
        other => panic!("{other:?}"),
    }
}

fn overflows_and_violations_are_told_apart() {
    let kinds =
        ["small_frames", "large_frames", "protected_write", "null_write"].map(|name| {
            match (named(name).call)() {
                Err(Error::Fault(fault)) => fault.kind(),
                other => panic!("{other:?}"),
            }
        });
    use FaultKind::{ForbiddenWrite, NullDereference, StackOverflow};
    assert_eq!(kinds, [StackOverflow, StackOverflow, ForbiddenWrite, NullDereference]);
}

fn all_that_come_back() -> impl Iterator<Item = &'static Case> {
    CASES.iter().filter(|case| case.runs_here() && !matches!(case.expected, Expected::Forwarded { .. }))
}

fn all_in_one_process() {
    for case in all_that_come_back().chain(all_that_come_back()) {
        check(case, &(case.call)());
    }
    use_heap();
}

fn all_in_a_forked_process() {
    assert!(backstop_zoo::null_read().is_err()); // the parent has used what the child inherits
    // SAFETY: this process has one thread.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "{}", std::io::Error::last_os_error());
    if child == 0 {
        match backstop_zoo::null_read() {
            Err(Error::Fault(fault)) => assert_eq!(fault.thread_id(), signals::thread_id(), "the parent's"),
            other => panic!("{other:?}"),
        }
        all_in_one_process();
        std::process::exit(0);
    }
    let mut status = 0;
    // SAFETY: waits for the child above.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0);
}

fn small_and_large_stacks() {
    for size in [64 * 1024, 256 * 1024, 64 << 20] {
        let thread = std::thread::Builder::new().stack_size(size).spawn(|| {
            for _ in 0..2 {
                for case in ["small_frames", "probe_ahead", "null_write"].map(named) {
                    check(case, &(case.call)());
                }
            }
        });
        thread.expect("a thread").join().expect("no panic");
    }
}

/// On the main thread, below whose stack there is nothing.
fn a_step_beyond_the_guard_page() {
    for _ in 0..2 {
        match backstop_zoo::step_beyond_guard() {
            Err(Error::Fault(fault)) => {
                assert_eq!(
                    (fault.kind(), fault.address()),
                    (FaultKind::ProbableStackOverflow, Some(fault.stack_pointer()))
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Of each case how its message goes on after the function's name.
fn messages_in_the_users_words() {
    let refused = format!("system call refused by seccomp: number {} (SIGSYS, SYS_SECCOMP)", libc::SYS_acct);
    let abort = |text: &str| format!("{text} (SIGABRT, SI_TKILL)");
    let anywhere = [
        ("null_read", "null dereference (read) at 0x0 (SIGSEGV, SEGV_MAPERR)".to_owned()),
        ("null_member_write", "null dereference (write) at 0x10 (SIGSEGV, SEGV_MAPERR)".to_owned()),
        ("null_call", "null dereference (execute) at 0x0 (SIGSEGV, SEGV_MAPERR)".to_owned()),
        ("wild_read", "wild read at 0xdead0000 (SIGSEGV, SEGV_MAPERR)".to_owned()),
        ("wild_write", "wild write at 0xdead0000 (SIGSEGV, SEGV_MAPERR)".to_owned()),
        ("wild_call", "jump to what is not code at 0xdead0000 (SIGSEGV, SEGV_MAPERR)".to_owned()),
        ("literal_write", "write to forbidden memory at 0x".to_owned()),
        ("truncated_mapping_read", "access past the end of a mapped file (read) at 0x".to_owned()),
        ("small_frames", "stack overflow at 0x".to_owned()),
        ("probe_ahead", "probable stack overflow at 0x".to_owned()),
        ("bad_system_call", refused),
        ("call_abort", abort("abort")),
        ("double_free", abort("heap corruption: free(): double free detected in tcache 2")),
        ("smash_stack", abort("stack smashing: *** stack smashing detected ***: terminated")),
        (
            "overflow_checked_buffer",
            abort("fortify check failed: *** buffer overflow detected ***: terminated"),
        ),
        ("failed_library_assertion", abort("assertion of the C++ library failed")),
        ("pure_virtual_call", "pure virtual call".to_owned()),
        ("throw_through_noexcept", "std::terminate over std::runtime_error: the lion is out".to_owned()),
    ];
    let on_x86 = [
        ("noncanonical_read", "non-canonical address (read) at 0xdead000000000000 (SIGSEGV, SI_KERNEL)"), // trap 19
        ("noncanonical_write", "non-canonical address (write) at 0xdead000000000000 (SIGSEGV, SI_KERNEL)"),
        ("noncanonical_copy", "non-canonical address (write) at 0xdead000000000000 (SIGSEGV, SI_KERNEL)"),
        ("noncanonical_call", "non-canonical address (execute) at 0xdead000000000000 (SIGSEGV, SI_KERNEL)"),
        ("noncanonical_return", "non-canonical address (execute) at 0xdead000000000000 (SIGSEGV, SI_KERNEL)"),
        ("misaligned_vector_load", "misaligned access (read) at 0x"),
        ("misaligned_vector_store", "misaligned access (write) at 0x"),
        ("misaligned_exchange", "misaligned access (write) at 0x"),
        ("misaligned_read", "misaligned access (read) at 0x"),
        ("halt", "privileged instruction (SIGSEGV, SI_KERNEL), instruction 0x"),
        ("divide_by_zero", "integer division by zero (SIGFPE, FPE_INTDIV), instruction 0x"),
        ("divide_overflow", "integer overflow in division (SIGFPE, FPE_INTDIV), instruction 0x"),
        ("float_overflow", "floating-point exception (SIGFPE, FPE_FLTOVF), instruction 0x"),
        ("builtin_trap", "__builtin_trap (SIGILL, ILL_ILLOPN), instruction 0x"),
        ("illegal_instruction", "illegal instruction (SIGILL, ILL_ILLOPN), instruction 0x"),
        ("breakpoint", "breakpoint (SIGTRAP, SI_KERNEL), instruction 0x"),
    ];
    let on_x86 = on_x86.map(|(name, message)| (name, message.to_owned())).into_iter();
    for (name, message) in anywhere.into_iter().chain(on_x86.filter(|_| cfg!(target_arch = "x86_64"))) {
        let error = (named(name).call)().expect_err("it fails").to_string();
        assert!(error.contains(&format!("{name}: {message}")), "{error:?} doesn't say {message:?}");
    }
    let error = backstop_zoo::failed_assert().expect_err("it fails").to_string();
    for part in ["assertion failed: ", "endings.cc:", "animals > 0 && \"an empty zoo\""] {
        assert!(error.contains(part), "{error}");
    }
}

fn on_four_threads(body: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(&body);
        }
    });
}

fn several_threads_at_once() {
    // Of the messages of abort, a process has one at a time.
    let speaks = |case: &Case| matches!(case.expected, Expected::Fault(fault) if fault.message.is_some());
    on_four_threads(|| {
        for case in (0..10).flat_map(|_| all_that_come_back()).filter(|case| !speaks(case)) {
            check(case, &(case.call)());
        }
    });
}

fn aborts_on_several_threads_at_once() {
    on_four_threads(|| {
        for _ in 0..5000 {
            match backstop_zoo::failed_assert() {
                Err(Error::Fault(fault)) => assert_eq!(fault.signal(), Signal::SIGABRT),
                other => panic!("{other:?}"),
            }
        }
    });
}
