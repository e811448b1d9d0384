//! What a guard costs, against the same call without one, and what a fault costs: `cargo bench --bench guard`.
//!
//! Machines are noisy, so what counts is the ratios, all taken in one run: the rounds of all calls alternate, and each
//! figure is the median of the rounds; a ratio, that of the ratios within each.

use backstop_zoo as zoo;
use std::hint::black_box;
use std::time::Instant;
use zoo::measured;

const ROUNDS: usize = 15;

struct Call {
    name: &'static str,
    times: u32,
    run: fn(),
    /// The name of what it is compared with.
    of: &'static str,
}

const CALLS: &[Call] = &[
    Call {
        name: "C call",
        times: 1_000_000,
        run: || _ = black_box(measured::add_in_c(black_box(1), 2)),
        of: PLAIN,
    },
    Call { name: PLAIN, times: 1_000_000, run: || _ = black_box(zoo::add_plain(black_box(1), 2)), of: PLAIN },
    Call {
        name: RESULT,
        times: 1_000_000,
        run: || _ = black_box(zoo::add_unguarded(black_box(1), 2)),
        of: RESULT,
    },
    Call {
        name: "guarded call",
        times: 1_000_000,
        run: || _ = black_box(zoo::add(black_box(1), 2)),
        of: RESULT,
    },
    Call {
        name: WORK,
        times: 100_000,
        run: || _ = black_box(measured::work_unguarded(black_box(WORK_ROUNDS))),
        of: WORK,
    },
    Call {
        name: "guarded, with work",
        times: 100_000,
        run: || _ = black_box(measured::work(black_box(WORK_ROUNDS))),
        of: WORK,
    },
    Call {
        name: NO_WORK,
        times: 1_000_000,
        run: || _ = black_box(measured::work(black_box(0))),
        of: NO_WORK,
    },
    Call {
        name: "guarded, a deadline",
        times: 1_000_000,
        run: || _ = black_box(measured::work_within_a_second(black_box(0))),
        of: NO_WORK,
    },
    Call { name: EXCEPTION, times: 10_000, run: || drop(zoo::complain_unguarded("no")), of: EXCEPTION },
    Call { name: "guarded exception", times: 10_000, run: || drop(zoo::complain("no")), of: EXCEPTION },
    Call {
        name: "guarded fault, unwound",
        times: 10_000,
        run: || drop(measured::fault_from(1)),
        of: EXCEPTION,
    },
    Call {
        name: "guarded fault, jumped",
        times: 10_000,
        run: || drop(measured::fault_from_and_jump(1)),
        of: EXCEPTION,
    },
];

const PLAIN: &str = "C++ call, no Result";
const RESULT: &str = "cxx Result call";
const WORK: &str = "cxx Result, with work";
const NO_WORK: &str = "guarded, no work";
const EXCEPTION: &str = "cxx exception";

/// About 100 ns, on a machine of these years.
const WORK_ROUNDS: u64 = 150;

fn main() {
    let mut rounds = vec![Vec::new(); CALLS.len()];
    for _ in 0..ROUNDS {
        for (call, nanoseconds) in CALLS.iter().zip(&mut rounds) {
            nanoseconds.push(measure(call));
        }
    }
    println!("{:<24} {:>10} {:>8}", "", "ns", "ratio");
    for (call, nanoseconds) in CALLS.iter().zip(&rounds) {
        let base = CALLS.iter().position(|other| other.name == call.of).expect("it is listed");
        let ratio = median(nanoseconds.iter().zip(&rounds[base]).map(|(one, other)| one / other));
        let of = if call.of == call.name { String::new() } else { format!("of the {}", call.of) };
        println!("{:<24} {:>10.1} {ratio:>8.2} {of}", call.name, median(nanoseconds.iter().copied()));
    }
}

fn measure(call: &Call) -> f64 {
    let start = Instant::now();
    for _ in 0..call.times {
        (call.run)();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(call.times)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
