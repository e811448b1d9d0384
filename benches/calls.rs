//! What calls cost that return, with a guard and without: `cargo bench --bench calls`. Guards that are switched off, and
//! only catch exceptions, are those of a second process, with `BACKSTOP_DISABLE=1` in its environment.
//!
//! For ratios in which the noise of the machine matters less, see `guard.rs`.

#![expect(missing_docs, reason = "criterion's macro makes a function without")]

use backstop::Support;
use backstop_zoo::measured::{self, Idle};
use criterion::{BenchmarkId, Criterion, criterion_group};
use std::hint::black_box;

#[path = "support/again.rs"]
mod again;

/// Both functions of a pair, each of which answers a `Result`.
macro_rules! compare {
    ($criterion:expr, $name:literal, $unguarded:expr, $guarded:expr) => {{
        let mut group = $criterion.benchmark_group($name);
        group.bench_function("cxx", |bencher| bencher.iter(|| $unguarded.ok()));
        group.bench_function("guarded", |bencher| bencher.iter(|| $guarded.ok()));
        group.finish();
    }};
}

fn functions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("function");
    let number = || black_box(1);
    group.bench_function("C", |bencher| bencher.iter(|| measured::add_in_c(number(), 2)));
    group.bench_function("cxx without Result", |bencher| {
        bencher.iter(|| backstop_zoo::add_plain(number(), 2));
    });
    group.bench_function("cxx", |bencher| bencher.iter(|| backstop_zoo::add_unguarded(number(), 2).ok()));
    group.bench_function("guarded", |bencher| bencher.iter(|| backstop_zoo::add(number(), 2).ok()));
    group.finish();
}

fn methods(criterion: &mut Criterion) {
    let cage = measured::new_cage();
    let cage = black_box(&*cage);
    compare!(criterion, "method", cage.animals_unguarded(black_box(1)), cage.animals(black_box(1)));
}

/// One of each class that differs in what is done for it: borrowed, owned by the side that frees it, moved as it is.
fn arguments(criterion: &mut Criterion) {
    let (text, numbers) = (black_box("a text"), black_box(&[1, 2, 3][..]));
    compare!(criterion, "&str", measured::take_text_unguarded(text), measured::take_text(text));
    compare!(criterion, "&[i32]", measured::take_slice_unguarded(numbers), measured::take_slice(numbers));
    let pointer = cxx::UniquePtr::<cxx::CxxString>::null;
    compare!(
        criterion,
        "UniquePtr",
        measured::pass_pointer_unguarded(pointer()),
        measured::pass_pointer(pointer())
    );
    let string = || text.to_owned();
    compare!(criterion, "String", measured::pass_string_unguarded(string()), measured::pass_string(string()));
}

/// About 100 ns of it, on a machine of these years.
fn work(criterion: &mut Criterion) {
    let rounds = || black_box(150);
    compare!(criterion, "work", measured::work_unguarded(rounds()), measured::work(rounds()));
}

fn callbacks(criterion: &mut Criterion) {
    let idle = black_box(&Idle);
    compare!(criterion, "callback", measured::call_idle_unguarded(idle), measured::call_idle(idle));
    let mut group = criterion.benchmark_group("nested");
    for depth in [1, 5] {
        group.bench_function(BenchmarkId::new("cxx", depth), |bencher| {
            bencher.iter(|| measured::call_nested_unguarded(idle, depth).ok());
        });
        group.bench_function(BenchmarkId::new("guarded", depth), |bencher| {
            bencher.iter(|| measured::call_nested(idle, depth).ok());
        });
    }
    group.finish();
}

fn disabled(criterion: &mut Criterion) {
    let idle = black_box(&Idle);
    let mut group = criterion.benchmark_group("disabled");
    group.bench_function("function", |bencher| bencher.iter(|| backstop_zoo::add(black_box(1), 2).ok()));
    group.bench_function("callback", |bencher| bencher.iter(|| measured::call_idle(idle).ok()));
    group.finish();
}

criterion_group!(guarded, functions, methods, arguments, work, callbacks);
criterion_group!(switched_off, disabled);

fn main() {
    if backstop::support() == Support::Disabled {
        switched_off();
    } else {
        guarded();
        again::run_again("BACKSTOP_DISABLE");
    }
    Criterion::default().configure_from_args().final_summary();
}
