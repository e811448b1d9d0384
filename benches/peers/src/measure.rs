//! What is measured, in a child.

use crate::peers::{self, Peer};
use crate::quantile::quantile;
use crate::victims::{self, Victim};
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub struct Measurement {
    pub name: &'static str,
    /// The victim, and whether it returns.
    victim: Victim,
    returns: bool,
    pub traced: bool,
    /// 0: nanoseconds per call, on the main thread. Otherwise how many threads call at once, and nanoseconds divided by
    /// the calls of all.
    threads: u32,
    /// The peer, or else the measurement of the same peer, that figures are divided by.
    pub baseline: Baseline,
}

pub enum Baseline {
    Peer(&'static str),
    Measurement(&'static str),
}

const CALL: Measurement = Measurement {
    name: "call",
    victim: victims::victim_nothing,
    returns: true,
    traced: false,
    threads: 0,
    baseline: Baseline::Peer(peers::PLAIN),
};

const FAULT: Measurement = Measurement {
    name: "fault",
    victim: victims::victim_null_write,
    returns: false,
    baseline: Baseline::Peer(peers::BY_HAND),
    ..CALL
};

const ONE_THREAD: Measurement = Measurement {
    name: "faults, 1 thread",
    threads: 1,
    baseline: Baseline::Measurement("faults, 1 thread"),
    ..FAULT
};

pub const ALL: &[Measurement] = &[
    CALL,
    Measurement { name: "call with work", victim: victims::victim_work, ..CALL },
    FAULT,
    Measurement { name: "fault with backtrace", traced: true, ..FAULT },
    Measurement {
        name: "exception",
        victim: victims::victim_throw,
        baseline: Baseline::Peer(peers::UNGUARDED),
        ..FAULT
    },
    ONE_THREAD,
    Measurement { name: "faults, 2 threads", threads: 2, ..ONE_THREAD },
    Measurement { name: "faults, 4 threads", threads: 4, ..ONE_THREAD },
];

/// So many at least fill the budget.
pub const BATCHES: usize = 51;

/// Nanoseconds per call.
pub fn measure(peer: &Peer, measurement: &Measurement, budget: Duration) -> f64 {
    if measurement.traced {
        let trace = peer.trace.expect("only peers with backtraces are asked for them");
        trace();
    }
    (peer.install)();
    let call = || {
        // SAFETY: the peer is installed.
        let returned = unsafe { (peer.call)(black_box(measurement.victim)) };
        assert_eq!(returned, measurement.returns, "the peer tells wrongly what became of the victim");
    };
    match measurement.threads {
        0 => alone(call, budget),
        threads => together(threads, call, budget),
    }
}

/// The median of batches that are shorter than the time slices of the kernel, so that those in which another process had
/// the processor don't count.
fn alone(call: impl Fn(), budget: Duration) -> f64 {
    call(); // the first sets the thread up
    let batch = |times: u32| {
        let start = Instant::now();
        for _ in 0..times {
            call();
        }
        start.elapsed()
    };
    let mut times = 1;
    while batch(times) < budget / BATCHES as u32 {
        times *= 2;
    }
    let took = (0..BATCHES).map(|_| batch(times).as_secs_f64() * 1e9 / f64::from(times));
    quantile(took.collect(), 2)
}

/// The threads keep the time themselves: with more of them than processors, whoever only looks on is late.
fn together(threads: u32, call: impl Fn() + Sync, budget: Duration) -> f64 {
    let all_ready = Barrier::new(threads as usize);
    let is_over = AtomicBool::new(false);
    let run = || {
        call(); // the first sets the thread up
        all_ready.wait();
        let start = Instant::now();
        let mut calls = 0_u64;
        while !is_over.load(Ordering::Relaxed) {
            call();
            calls += 1;
            if start.elapsed() >= budget {
                is_over.store(true, Ordering::Relaxed);
            }
        }
        (start, Instant::now(), calls)
    };
    let ran: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().expect("it doesn't panic")).collect()
    });
    let first_start = ran.iter().map(|(start, _, _)| *start).min().expect("there are threads");
    let last_end = ran.iter().map(|(_, end, _)| *end).max().expect("there are threads");
    let calls: u64 = ran.iter().map(|(_, _, calls)| calls).sum();
    (last_end - first_start).as_secs_f64() * 1e9 / calls as f64
}
