//! What exceptions and faults cost, from the throw or the faulting instruction to the `Err`, dropped:
//! `cargo bench --bench failures`. With `RUST_BACKTRACE=1` in the environment exceptions say where they were thrown, and this
//! says what that costs.

#![expect(missing_docs, reason = "criterion's macro makes a function without")]

use backstop_zoo::measured;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const DEPTHS: [u32; 2] = [1, 10];

fn exceptions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exception");
    for depth in DEPTHS {
        group.bench_with_input(BenchmarkId::new("cxx", depth), &depth, |bencher, &depth| {
            bencher.iter(|| drop(measured::throw_from_unguarded(depth)));
        });
        group.bench_with_input(BenchmarkId::new("guarded", depth), &depth, |bencher, &depth| {
            bencher.iter(|| drop(measured::throw_from(depth)));
        });
    }
    group.finish();
}

fn faults(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fault");
    for depth in DEPTHS {
        group.bench_with_input(BenchmarkId::new("unwound", depth), &depth, |bencher, &depth| {
            bencher.iter(|| drop(measured::fault_from(depth)));
        });
        group.bench_with_input(BenchmarkId::new("jumped", depth), &depth, |bencher, &depth| {
            bencher.iter(|| drop(measured::fault_from_and_jump(depth)));
        });
    }
    group.finish();
}

fn faults_by_kind(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fault by kind");
    for name in [
        "null_read",
        "divide_by_zero",
        "builtin_trap",
        "call_abort",
        "failed_assert",
        "throw_through_noexcept",
    ] {
        let case = backstop_zoo::CASES.iter().find(|case| case.name == name && case.runs_here());
        if let Some(case) = case {
            group.bench_function(name, |bencher| bencher.iter(|| drop((case.call)())));
        }
    }
    group.finish();
}

criterion_group!(benches, exceptions, faults, faults_by_kind);
criterion_main!(benches);
