//! What a guard costs, against the same call without one, and what a fault costs: `cargo bench`.
//!
//! Machines are noisy, so what counts is the ratios, all taken in one run: each figure is the median of several rounds,
//! and the rounds of all calls alternate.

use backstop_zoo as zoo;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 11;

struct Call {
    name: &'static str,
    times: u32,
    run: fn(),
}

const CALLS: &[Call] = &[
    Call {
        name: "C++ call, no Result",
        times: 1_000_000,
        run: || _ = black_box(zoo::add_plain(black_box(1), 2)),
    },
    Call {
        name: "cxx Result call",
        times: 1_000_000,
        run: || _ = black_box(zoo::add_unguarded(black_box(1), 2)),
    },
    Call { name: "guarded call", times: 1_000_000, run: || _ = black_box(zoo::add(black_box(1), 2)) },
    Call { name: "cxx exception", times: 10_000, run: || drop(zoo::complain_unguarded("no")) },
    Call { name: "guarded exception", times: 10_000, run: || drop(zoo::complain("no")) },
    Call { name: "guarded fault", times: 10_000, run: || drop(zoo::null_read()) },
];

fn main() {
    let mut rounds = vec![Vec::new(); CALLS.len()];
    for _ in 0..ROUNDS {
        for (call, nanoseconds) in CALLS.iter().zip(&mut rounds) {
            nanoseconds.push(measure(call));
        }
    }
    let medians: Vec<f64> = rounds.into_iter().map(median).collect();
    println!("{:<22} {:>10} {:>14} {:>14}", "", "ns", "of cxx Result", "of exception");
    for (call, median) in CALLS.iter().zip(&medians) {
        println!(
            "{:<22} {median:>10.1} {:>14.2} {:>14.2}",
            call.name,
            median / medians[1],
            median / medians[3]
        );
    }
}

fn measure(call: &Call) -> f64 {
    let start = Instant::now();
    for _ in 0..call.times {
        (call.run)();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(call.times)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
