//! What is no fault of guarded code ends as it would without backstop.

mod support;

use backstop::{Config, Error, InstallError, Support};
use libc::{SIG_DFL, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, c_int, pthread_t};
use std::process::{Command, ExitCode};
use std::{ptr, thread};
use support::{Child, Test, arm, assert_recovers, marker, signals};

fn main() -> ExitCode {
    let mut tests = unguarded_faults();
    tests.extend(sent_signals());
    tests.extend(switched_off());
    support::main(tests)
}

// L11
fn unguarded_faults() -> Vec<Test> {
    let dies = |name: &str, fault: fn(), signal| {
        let on_main = move || {
            arm();
            marker();
            fault();
        };
        let on_thread = move || _ = thread::spawn(on_main).join();
        [
            support::dies_all_the_same(format!("{name} main"), on_main, signal),
            support::dies_all_the_same(format!("{name} thread"), on_thread, signal),
        ]
    };
    let trap = if cfg!(target_arch = "aarch64") { SIGTRAP } else { SIGILL };
    let mut tests: Vec<Test> = [
        dies("cpp_null_write", backstop_zoo::null_write_unguarded, SIGSEGV),
        dies("cpp_truncated_mapping", || _ = backstop_zoo::truncated_mapping_read_unguarded(), SIGBUS),
        dies("cpp_trap", backstop_zoo::builtin_trap_unguarded, trap),
        dies("cpp_breakpoint", backstop_zoo::breakpoint_unguarded, SIGTRAP),
        dies("cpp_bad_system_call", backstop_zoo::bad_system_call_unguarded, SIGSYS),
        dies("cpp_assert", backstop_zoo::failed_assert_unguarded, SIGABRT),
        dies("cpp_exception", backstop_zoo::throw_runtime_error_unguarded, SIGABRT), // X8
        dies("rust_null_write", || signals::poke(ptr::without_provenance_mut(16)), SIGSEGV),
        dies("rust_abort", || std::process::abort(), SIGABRT),
        dies("leaves_a_core", dump_core, SIGSEGV),
    ]
    .into_iter()
    .flatten()
    .collect();
    tests.extend(
        dies("cpp_divide_by_zero", || _ = backstop_zoo::divide_by_zero_unguarded(), SIGFPE)
            .map(|test| test.skipped_if(cfg!(target_arch = "aarch64"), "aarch64 divides by zero")),
    );
    tests.push(Test::new("rust_stack_overflow main", overflow, overflowed_in_rust));
    tests.push(Test::new(
        "rust_stack_overflow thread",
        || _ = thread::spawn(overflow).join(),
        overflowed_in_rust,
    ));
    tests
}

fn dump_core() {
    support::allow_core();
    backstop_zoo::null_write_unguarded();
}

fn overflow() {
    arm();
    marker();
    support::overflow(0);
}

fn overflowed_in_rust(child: &Child) {
    let outcome = child.run();
    outcome.died_by(SIGABRT);
    outcome.says("has overflowed its stack");
    outcome.says_nothing_of("backstop:");
    outcome.same_as(&child.with("BACKSTOP_DISABLE", "1").run());
}

/// Sends the signal to the process or the thread.
type Send = fn(c_int, pthread_t);

// trap 18
/// Rust's own handler for SIGSEGV and SIGBUS takes whatever isn't a stack overflow for a fault that will come again, and
/// only withdraws: the first such signal that is sent ends nothing. So these tests put the default action in its place.
fn sent_signals() -> Vec<Test> {
    let ways: [(&str, Send); 4] = [
        ("another_process", send_from_a_process), // B25: SI_USER
        ("another_thread", send_from_here),
        ("a_queue", send_by_queue), // B25: SI_QUEUE
        ("a_timer", send_by_timer), // B25: SI_TIMER
    ];
    let mut tests = Vec::new();
    for signal in [SIGSEGV, SIGABRT] {
        for (from, send) in ways {
            tests.push(support::dies_all_the_same(
                format!("signal {signal} from {from}"),
                move || receive(signal, send, thread::park),
                signal,
            ));
            tests.push(Test::new(
                format!("signal {signal} from {from} under_a_guard"),
                move || receive(signal, send, || _ = backstop_zoo::spin()),
                move |child| {
                    let outcome = child.run();
                    outcome.died_by(signal);
                    outcome.says("spin` is not recovered: it was sent to the thread");
                },
            ));
        }
    }
    for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS] {
        tests.push(Test::new(
            format!("signal {signal} from itself under_a_guard"),
            move || {
                signals::set_action(signal, SIG_DFL, 0, &[]);
                arm();
                marker();
                _ = backstop_zoo::send_itself(signal);
            },
            move |child| child.run().died_by(signal),
        ));
    }
    tests.push(support::dies_all_the_same(
        // trap 22
        "signal 11 twice from itself, after Rust's handler",
        || {
            arm();
            for _ in 0..2 {
                marker();
                // SAFETY: has no conditions.
                unsafe { libc::raise(SIGSEGV) };
            }
        },
        SIGSEGV,
    ));
    // All that abort does.
    // L9
    tests.push(Test::in_child("SIGABRT from itself under_a_guard", || {
        assert!(matches!(backstop_zoo::send_itself(SIGABRT), Err(Error::Fault(_))));
        assert_recovers();
    }));
    tests
}

/// Runs `busy`, which doesn't end, and has `send` send this thread the signal meanwhile.
fn receive(signal: c_int, send: Send, busy: fn()) {
    signals::set_action(signal, SIG_DFL, 0, &[]);
    arm();
    // SAFETY: has no conditions.
    let target = unsafe { libc::pthread_self() };
    marker();
    thread::spawn(move || {
        signals::block(signal); // what is sent to the process is for the other thread then
        wait_until_busy();
        send(signal, target);
    });
    busy();
}

/// Until the C++ function spins, or as long as it takes to park a thread.
fn wait_until_busy() {
    for _ in 0..20 {
        if backstop_zoo::is_spinning() {
            return;
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn send_from_a_process(signal: c_int, _: pthread_t) {
    let kill = format!("kill -{signal} {}", std::process::id());
    Command::new("sh").args(["-c", &kill]).status().expect("a shell");
}

fn send_by_queue(signal: c_int, _: pthread_t) {
    let value = libc::sigval { sival_ptr: ptr::null_mut() };
    // SAFETY: has no conditions.
    assert_eq!(unsafe { libc::sigqueue(libc::getpid(), signal, value) }, 0);
}

fn send_by_timer(signal: c_int, _: pthread_t) {
    let now = libc::timespec { tv_sec: 0, tv_nsec: 1 };
    let never = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: what is passed lives as long as the calls; an event of zeros is one.
    unsafe {
        let mut event: libc::sigevent = std::mem::zeroed();
        event.sigev_notify = libc::SIGEV_SIGNAL;
        event.sigev_signo = signal;
        let mut timer = std::mem::zeroed();
        assert_eq!(libc::timer_create(libc::CLOCK_MONOTONIC, &mut event, &mut timer), 0);
        let once = libc::itimerspec { it_interval: never, it_value: now };
        assert_eq!(libc::timer_settime(timer, 0, &once, ptr::null_mut()), 0);
    }
}

fn send_from_here(signal: c_int, target: pthread_t) {
    // SAFETY: the thread that waits for this.
    unsafe { libc::pthread_kill(target, signal) };
}

fn switched_off() -> [Test; 4] {
    [
        Test::new(
            "switched_off: faults",
            || {
                assert_eq!(backstop::support(), Support::Disabled);
                arm();
                marker();
                _ = backstop_zoo::null_read();
            },
            |child| {
                let outcome = child.with("BACKSTOP_DISABLE", "1").run();
                outcome.died_by(SIGSEGV);
                outcome.says_nothing_of("backstop:");
            },
        ),
        Test::new(
            "switched_off: exceptions",
            || match backstop_zoo::throw_runtime_error() {
                Err(Error::Exception(exception)) => assert_eq!(exception.type_name(), "std::runtime_error"),
                other => panic!("{other:?}"),
            },
            |child| child.with("BACKSTOP_DISABLE", "1").run().succeeded(),
        ),
        Test::new(
            "a_signal_left_out",
            || {
                backstop::install(Config::new().without(backstop::Signal::SIGTRAP))
                    .expect("the first to install");
                assert_recovers();
                marker();
                _ = backstop_zoo::breakpoint();
            },
            |child| child.run().died_by(SIGTRAP),
        ),
        Test::in_child("installed_once", || {
            assert_eq!(backstop::support(), Support::Faults);
            assert_eq!(backstop::install(Config::new()), Ok(()));
            assert_eq!(backstop::install(Config::new()), Err(InstallError::AlreadyInstalled));
            let too_much = Config::new().alternate_stack_size(2 << 30);
            assert_eq!(backstop::install(too_much), Err(InstallError::InvalidConfig));
            assert_recovers();
        }),
    ]
}
