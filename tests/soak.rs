//! Recovered faults, and threads that had them, leave nothing behind.

mod support;

use backstop_zoo::callbacks::on_cpp_thread;
use backstop_zoo::{CASES, Case, Expected};
use std::fs;
use std::process::ExitCode;
use support::{Test, assert_recovers};

fn main() -> ExitCode {
    support::main(vec![
        Test::in_child("a_hundred_thousand_faults", a_hundred_thousand_faults),
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

/// What a process has, as far as that could leak.
#[derive(Debug)]
struct Belongings {
    resident_kib: usize,
    mappings: usize,
    descriptors: usize,
}

impl Belongings {
    fn now() -> Self {
        // Exact, unlike the counters in statm.
        let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
        let resident = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).expect("it is there");
        Self {
            resident_kib: resident.trim().trim_end_matches(" kB").parse().expect("a number"),
            mappings: fs::read_to_string("/proc/self/maps").expect("Linux has it").lines().count(),
            descriptors: fs::read_dir("/proc/self/fd").expect("Linux has it").count(),
        }
    }

    #[track_caller]
    fn assert_no_more_than(&self, before: &Self) {
        // Room for code that was paged in late, and for a heap whose top comes and goes. Three bytes lost at each of
        // the faults would show.
        assert!(self.resident_kib <= before.resident_kib + 256, "{self:?} {before:?}");
        assert!(self.mappings <= before.mappings + 2, "{self:?} {before:?}");
        assert_eq!(self.descriptors, before.descriptors);
    }
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
