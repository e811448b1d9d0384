//! What is measured, in a child.

use crate::peers::{self, Peer};
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

/// Nanoseconds per call.
pub fn measure(peer: &Peer, measurement: &Measurement, budget: Duration) -> f64 {
    (peer.install)();
    if measurement.traced {
        let trace = peer.trace.expect("only peers with backtraces are asked for them");
        trace();
    }
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

fn alone(call: impl Fn(), budget: Duration) -> f64 {
    let mut times = 1;
    loop {
        let start = Instant::now();
        for _ in 0..times {
            call();
        }
        let took = start.elapsed();
        if took >= budget {
            return took.as_secs_f64() * 1e9 / f64::from(times);
        }
        times *= 2;
    }
}

fn together(threads: u32, call: impl Fn() + Sync, budget: Duration) -> f64 {
    let all_ready = Barrier::new(threads as usize + 1);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let start_one = || {
            scope.spawn(|| {
                call(); // the first sets the thread up
                all_ready.wait();
                let mut calls = 0_u64;
                while !is_over.load(Ordering::Relaxed) {
                    call();
                    calls += 1;
                }
                calls
            })
        };
        let running: Vec<_> = (0..threads).map(|_| start_one()).collect();
        all_ready.wait();
        let start = Instant::now();
        thread::sleep(budget);
        is_over.store(true, Ordering::Relaxed);
        let calls: u64 = running.into_iter().map(|thread| thread.join().expect("it doesn't panic")).sum();
        start.elapsed().as_secs_f64() * 1e9 / calls as f64
    })
}
