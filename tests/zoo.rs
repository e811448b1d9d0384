//! Every way to misbehave, on every kind of thread: it comes back as the table says, and afterwards all is as before.
//!
//! Ids like L2 or G4 refer to what other projects assert in their own tests; see also the table.

mod support;

use backstop::{Error, Fault, FaultKind, Signal, Way};
use backstop_zoo::callbacks::{Callback, call_back, on_cpp_thread};
use backstop_zoo::{CASES, Case, Expected};
use std::process::ExitCode;
use support::{Test, marker, signals};

/// Where a case is called.
#[derive(Clone, Copy, Debug)]
enum Place {
    Main,
    RustThread,
    CppThread,
    /// In Rust that C++ calls back, under a guard of its own.
    Callback,
}

impl Place {
    fn run(self, body: impl Fn() + Send + Sync + 'static) {
        match self {
            Place::Main => body(),
            Place::RustThread => std::thread::spawn(body).join().expect("no panic"),
            Place::CppThread => on_cpp_thread(body),
            Place::Callback => assert_eq!(call_back(&Callback::new(body)).expect("it comes back"), 1),
        }
    }
}

fn main() -> ExitCode {
    let ways = [Way::Unwind, Way::Jump];
    let places = [Place::Main, Place::RustThread, Place::CppThread, Place::Callback];
    let matrix = CASES
        .iter()
        .flat_map(|case| ways.iter().flat_map(move |&way| places.map(|place| matrix_test(case, way, place))));
    let others = [
        Test::in_child("control", control), // L1, B1
        Test::in_child("errno_as_it_stood", errno_as_it_stood),
        Test::in_child("what_terminate_was_called_over", what_terminate_was_called_over),
        Test::in_child("what_is_kept_byte_for_byte", what_is_kept_byte_for_byte),
        Test::in_child("overflows_and_violations_are_told_apart", overflows_and_violations_are_told_apart), // G4
        Test::in_child("all_in_one_process", all_in_one_process), // L1, L2, L3
        Test::in_child("all_in_a_forked_process", all_in_a_forked_process),
        Test::in_child("small_and_large_stacks", small_and_large_stacks),
        Test::in_child("a_step_beyond_the_guard_page", a_step_beyond_the_guard_page),
        Test::in_child("messages_in_the_users_words", messages_in_the_users_words),
        Test::in_child("several_threads_at_once", several_threads_at_once),
        Test::in_child("aborts_on_several_threads_at_once", aborts_on_several_threads_at_once),
    ];
    support::main(matrix.chain(others).collect())
}

fn matrix_test(case: &'static Case, way: Way, place: Place) -> Test {
    let name = format!("{} {way:?} {place:?}", case.name);
    let body = move || place.run(move || call_and_look_around(case, way));
    let test = match case.expected {
        Expected::Forwarded { signal, message } => Test::new(name, body, move |child| {
            let outcome = child.run();
            outcome.died_by(signal.number());
            outcome.says(message);
        }),
        _ => Test::in_child(name, body),
    };
    test.skipped_if(!case.runs_here(), &format!("only on {}", case.architectures.join(" ")))
}

fn named(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name).expect("it is in the table")
}

fn call(case: &Case, way: Way) -> Result<(), Error> {
    match way {
        Way::Jump => backstop_zoo::jumped(case.name),
        _ => (case.call)(),
    }
}

fn call_and_look_around(case: &Case, way: Way) {
    assert_eq!(backstop_zoo::add(1, 2).expect("it behaves"), 3); // sets this thread up
    backstop_zoo::round_upward();
    signals::block(libc::SIGUSR1);
    let before = State::now();

    // Twice, since the first may have left something behind that only the second trips over. L10, L13, G2, G3
    for _ in 0..2 {
        // Not a code that anything sets.
        signals::set_errno(4321);
        marker();
        let result = call(case, way);
        let (errno, after) = (signals::errno(), State::now());
        check_way(case, way, &result);
        assert_eq!(after, before);
        if let Err(Error::Fault(fault)) = &result {
            assert_eq!((errno, fault.errno()), (4321, 4321));
            assert_eq!(fault.thread_id(), signals::thread_id());
            check_recovery(fault, way);
        }
        use_heap();
        std::thread::spawn(use_heap).join().expect("no panic");
    }

    let other = match case.expected {
        Expected::Fault(fault) if fault.signal == Signal::SIGSEGV => "call_abort",
        _ => "null_read",
    };
    let other = named(other);
    check(other, &(other.call)());
    assert_eq!(State::now(), before);
    assert_eq!(backstop_zoo::greet("zoo").expect("it behaves"), "hello, zoo");
}

/// What can be unwound to the end is, where that is asked for, and everything else is torn.
fn check_recovery(fault: &Fault, way: Way) {
    let recovery = fault.recovery();
    let jumps = [FaultKind::StackSmashing, FaultKind::HeapCorruption].contains(&fault.kind());
    let unwinds = way == Way::Unwind && !jumps && cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    let comes_to_its_end = recovery.second_fault().is_none() && !recovery.is_truncated();
    assert_eq!(
        recovery.way(),
        if unwinds && comes_to_its_end { Way::Unwind } else { Way::Jump },
        "{fault:?}"
    );
    assert!(recovery.is_torn() || recovery.hopped() + recovery.unvouched() == 0, "{fault:?}");
    assert!(recovery.frames().len() > 0, "{fault:?}");
}

/// As `check`; the name of the case is not that of the site if it is called by name.
#[track_caller]
fn check_way(case: &Case, way: Way, result: &Result<(), Error>) {
    match (way, case.expected.check(result)) {
        (Way::Jump, Err(difference)) => panic!("{}: {difference}", case.name),
        (Way::Jump, Ok(())) => {}
        _ => check(case, result),
    }
}

#[track_caller]
fn check(case: &Case, result: &Result<(), Error>) {
    if let Err(difference) = case.expected.check(result) {
        panic!("{}: {difference}", case.name);
    }
    if let Err(error) = result {
        let line = error.to_string();
        assert!(line.contains(case.name) && !line.contains('\n'), "not a line that names the site: {line:?}");
    }
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
    if child == 0 {
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
        ("noncanonical_read", "non-canonical address (read) at 0xdead000000000000 (SIGSEGV, SI_KERNEL)"),
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

/// What a guarded call must leave as it was, besides `errno`.
#[derive(PartialEq, Debug)]
struct State {
    blocked_signals: Vec<i32>,
    alternate_stack: (usize, usize, i32),
    float_control: u64,
    exceptions_in_flight: bool,
}

impl State {
    fn now() -> Self {
        Self {
            blocked_signals: signals::blocked(),
            alternate_stack: signals::alternate_stack(),
            float_control: backstop_zoo::float_control(),
            exceptions_in_flight: backstop_zoo::exceptions_in_flight(),
        }
    }
}

/// From the thread's cache through the arena to mappings of their own.
fn use_heap() {
    let blocks: Vec<Vec<u8>> = (0..22).map(|bits| vec![1; 1 << bits]).collect();
    assert!(blocks.iter().all(|block| block.last() == Some(&1)));
}
