//! Many threads in one domain.

use crate::domains::{FAULTS, RETURNS, THROWS, seen_from_cxx};
use backstop::Error;
use std::ops::Range;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

#[backstop::bridge(namespace = "domains")]
mod ffi {
    #[guard(recover = "jump")]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        #[guard(domain = "crowded")]
        #[rust_name = "crowded"]
        fn end_by(how: i32, number: i32) -> Result<i32>;
        #[guard(domain = "counted")]
        #[rust_name = "counted"]
        fn end_by(how: i32, number: i32) -> Result<i32>;
    }
}

/// Each thread throws its own number, or returns it, until one faults: nobody gets an answer that is not his, and after the
/// first refusal of all, nobody runs any C++.
#[test]
#[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
fn a_hundred_threads_while_one_faults() {
    const NUMBERS: Range<i32> = 100..200;
    let start = Barrier::new(NUMBERS.len());
    let refused: u64 = thread::scope(|scope| {
        let threads = NUMBERS.map(|number| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                calls_of_one(number)
            })
        });
        threads.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let counters = ffi::CROWDED.counters();
    assert_eq!((counters.faults(), counters.torn(), counters.refused()), (1, 1, refused));
    assert_eq!(counters.calls() + refused, 100 * 200);
    assert_eq!(counters.calls(), NUMBERS.map(seen_from_cxx::runs_of).sum());
    assert!(ffi::CROWDED.is_tainted());
    ffi::CROWDED.reset().unwrap();
    assert_eq!(ffi::crowded(RETURNS, 5).unwrap(), 5);
}

const FAULTY: i32 = 150;

/// Answers how many were refused.
fn calls_of_one(number: i32) -> u64 {
    let mut refused = 0;
    for call in 0..200 {
        let how = match call {
            100 if number == FAULTY => FAULTS,
            _ if call % 2 == 0 => THROWS,
            _ => RETURNS,
        };
        match ffi::crowded(how, number) {
            Ok(answer) => assert_eq!((how, answer, refused), (RETURNS, number, 0)),
            Err(Error::Exception(exception)) => {
                assert_eq!((how, refused), (THROWS, 0));
                assert_eq!(exception.what().as_deref(), Some(&*format!("number {number}")));
            }
            Err(Error::Fault(fault)) => {
                assert_eq!((how, number), (FAULTS, FAULTY));
                // SAFETY: it only asks for a number.
                assert_eq!(fault.thread_id(), unsafe { libc::gettid() });
            }
            Err(Error::Refused(refusal)) => {
                assert!(refusal.first_fault().contains("crowded"), "{refusal}");
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    refused
}

#[test]
fn counts_are_exact() {
    const THREADS: u64 = 8;
    const CALLS: u64 = 100_000;
    let counters = || ffi::COUNTED.counters();
    thread::scope(|scope| {
        for number in 0..THREADS {
            scope.spawn(move || {
                for call in 0..CALLS {
                    let how = if call % 1000 == 0 { THROWS } else { RETURNS };
                    assert_eq!(ffi::counted(how, number as i32).is_ok(), how == RETURNS);
                }
            });
        }
        // Whoever looks meanwhile stops nobody, and sees no count go back.
        let mut calls = 0;
        while calls < THREADS * CALLS {
            let now = counters().calls();
            assert!(calls <= now && now <= THREADS * CALLS, "{calls} {now}");
            calls = now;
            thread::sleep(Duration::from_millis(1));
        }
    });
    assert_eq!((counters().calls(), counters().exceptions()), (THREADS * CALLS, THREADS * CALLS / 1000));
}
