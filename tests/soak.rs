//! Recovered faults, and threads that had them, leave nothing behind.

mod support;

use backstop_zoo::callbacks::on_cpp_thread;
use backstop_zoo::thrown::{self, Manner, Relay};
use backstop_zoo::{CASES, Case, Expected};
use std::error::Error;
use std::fmt;
use std::panic::panic_any;
use std::process::ExitCode;
use std::sync::Arc;
use support::{Belongings, Test, assert_recovers};

fn main() -> ExitCode {
    support::main(vec![
        Test::in_child("a_hundred_thousand_faults", a_hundred_thousand_faults),
        Test::in_child("two_hundred_thousand_exceptions", two_hundred_thousand_exceptions),
        Test::in_child("thousands_of_rust_threads", || {
            leave_no_thread_behind(|| {
                std::thread::spawn(assert_recovers).join().expect("no panic");
            })
        }),
        Test::in_child("thousands_of_cpp_threads", || {
            leave_no_thread_behind(|| on_cpp_thread(assert_recovers))
        }),
    ])
}

fn case(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name && case.runs_here()).expect("it is in the table")
}

fn call(case: &Case) {
    if let Err(difference) = case.expected.check(&(case.call)()) {
        panic!("{}: {difference}", case.name);
    }
}

/// Every kind of way to be recovered: a signal of each sort, terminate, exceptions, and now and then all of the stack.
/// On a thread whose stack is small, for unwinding takes its time for each frame of an overflow, of which eight mebibytes
/// hold very many.
fn a_hundred_thousand_faults() {
    let thread = std::thread::Builder::new().stack_size(128 * 1024).spawn(|| {
        let cases = [
            "null_read",
            "builtin_trap",
            "call_abort",
            "failed_assert",
            "throw_through_noexcept",
            "crash_in_catch",
        ]
        .map(case);
        assert!(cases.iter().all(|case| matches!(case.expected, Expected::Fault(_))));
        let overflow = case("small_frames");
        Belongings::now(); // brings in the code that reads files
        let mut settled = None;
        for round in 1..=100_000 {
            call(cases[round % cases.len()]);
            if round % 100 == 0 {
                call(overflow);
            }
            if round == 10_000 {
                settled = Some(Belongings::now());
            }
        }
        Belongings::now().assert_no_more_than(&settled.expect("10,000 rounds went by"));
    });
    thread.expect("there is memory for it").join().expect("no panic");
    main_thread_overflows();
}

/// Of every kind that there is: C++'s own, errors of Rust and panics, each through five layers of C++ and Rust, and some of
/// them swallowed, nested or kept on the way.
fn two_hundred_thousand_exceptions() {
    std::panic::set_hook(Box::new(|_| ()));
    let objects = thrown::counted_alive();
    let token = Arc::new(());
    let mut settled = None;
    for round in 0..200_000_usize {
        through_five_layers(round, &token);
        if round == 20_000 {
            Belongings::now(); // brings in the code that reads files
            settled = Some(Belongings::now());
        }
    }
    Belongings::now().assert_no_more_than(&settled.expect("20,000 rounds went by"));
    assert_eq!(thrown::counted_alive(), objects);
    assert_eq!(Arc::strong_count(&token), 1);
}

fn through_five_layers(round: usize, token: &Arc<()>) {
    let manners = [
        Manner::BitingEscape,
        Manner::Number,
        Manner::Nested,
        Manner::Struct,
        Manner::Feeding,
        Manner::Text,
        Manner::Escape,
        Manner::Code,
    ];
    let manner = manners[round / 8 % manners.len()];
    let token = token.clone();
    let kind = round % 8;
    let throwing = move || -> Result<(), Box<dyn Error + Send + Sync>> {
        match kind {
            0 => panic_any(token.clone()),
            1 => Err(Box::new(Held(token.clone()))),
            2 => Ok(thrown::pass_without_result(&panicking(token.clone())).map(drop)?),
            3 => Ok(thrown::throw_around(&Relay::new(move || thrown::throw_as(manner)))?),
            4 => Ok(thrown::swallow(&panicking(token.clone()))?),
            _ => Ok(thrown::throw_as(manner)?),
        }
    };
    let result = thrown::through_layers(5, Relay::new(throwing));
    match (kind, result) {
        (0 | 2, Err(backstop::Error::Panic(panic))) => assert!(panic.into_payload().is::<Arc<()>>()),
        (1, Err(backstop::Error::Exception(exception))) => {
            assert!(exception.source().is_some_and(|source| source.is::<Held>()));
        }
        (4, Ok(())) => {}
        (3 | 5..8, Err(backstop::Error::Exception(_))) => {}
        (_, other) => panic!("{kind}: {other:?}"),
    }
}

fn panicking(token: Arc<()>) -> Relay {
    Relay::new(move || -> Result<(), Held> { panic_any(token.clone()) })
}

/// An error of Rust's that holds something.
#[derive(Debug)]
struct Held(#[expect(dead_code, reason = "it is counted")] Arc<()>);

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("held")
    }
}

impl Error for Held {}

/// The main thread's stack grows, and shrinks again where it was lent more: rarer, as there is much of it.
fn main_thread_overflows() {
    let overflow = case("small_frames");
    (0..10).for_each(|_| call(overflow));
    let settled = Belongings::now();
    (0..30).for_each(|_| call(overflow));
    Belongings::now().assert_no_more_than(&settled);
}

fn leave_no_thread_behind(run: impl Fn()) {
    Belongings::now(); // brings in the code that reads files
    // libc keeps some stacks for the threads to come.
    (0..100).for_each(|_| run());
    let settled = Belongings::now();
    (0..3000).for_each(|_| run());
    Belongings::now().assert_no_more_than(&settled);
}
