//! What exceptions and faults cost, from the throw or the faulting instruction to the `Err`, dropped:
//! `cargo bench --bench failures`. Exceptions that say where they were thrown are those of a second process.

#![expect(missing_docs, reason = "criterion's macro makes a function without")]

use backstop::{Config, Error};
use backstop_zoo::measured;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group};
use std::env;

#[path = "support/again.rs"]
mod again;

/// Set for the second process.
const TRACED: &str = "BACKSTOP_BENCH_TRACED";

const DEPTHS: [u32; 2] = [1, 10];

/// `fail` fails so many frames below the call.
fn compare<E>(group: &mut BenchmarkGroup<WallTime>, name: &str, fail: fn(u32) -> Result<(), E>) {
    for depth in DEPTHS {
        group.bench_with_input(BenchmarkId::new(name, depth), &depth, |bencher, &depth| {
            bencher.iter(|| drop(fail(depth)));
        });
    }
}

fn exceptions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exception");
    compare(&mut group, "cxx", measured::throw_from_unguarded);
    compare(&mut group, "guarded", measured::throw_from);
    group.finish();
}

fn traced_exceptions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exception");
    compare(&mut group, "guarded, traced", measured::throw_from);
    group.finish();
}

fn faults(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fault");
    compare(&mut group, "unwound", measured::fault_from);
    compare(&mut group, "jumped", measured::fault_from_and_jump);
    group.finish();
}

fn faults_by_kind(criterion: &mut Criterion) {
    let names = [
        "null_read",
        "divide_by_zero",
        "builtin_trap",
        "call_abort",
        "failed_assert",
        "throw_through_noexcept",
    ];
    let mut group = criterion.benchmark_group("fault by kind");
    for case in backstop_zoo::CASES.iter().filter(|case| names.contains(&case.name) && case.runs_here()) {
        let jumped = || backstop_zoo::jumped(case.name);
        for (way, call) in [("unwound", &case.call as &dyn Fn() -> Result<(), Error>), ("jumped", &jumped)] {
            group.bench_function(BenchmarkId::new(way, case.name), |bencher| {
                bencher.iter(|| drop(call()));
            });
        }
    }
    group.finish();
}

criterion_group!(untraced, exceptions, faults, faults_by_kind);
criterion_group!(traced, traced_exceptions);

fn main() {
    let is_traced = env::var_os(TRACED).is_some();
    backstop::install(Config::new().exception_backtraces(is_traced)).expect("nothing was installed before");
    if is_traced {
        traced();
    } else {
        untraced();
        again::run_again(TRACED);
    }
    Criterion::default().configure_from_args().final_summary();
}
