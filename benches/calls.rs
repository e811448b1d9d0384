//! What calls cost that return, with a guard and without: `cargo bench --bench calls`. With `BACKSTOP_DISABLE=1` in the
//! environment, what guards cost that only catch exceptions.
//!
//! For ratios in which the noise of the machine matters less, see `guard.rs`.

#![expect(missing_docs, reason = "criterion's macro makes a function without")]

use backstop_zoo::measured::{self, Idle};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

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
    let rounds = || black_box(75);
    compare!(criterion, "work", measured::work_unguarded(rounds()), measured::work(rounds()));
}

fn callbacks(criterion: &mut Criterion) {
    let idle = black_box(&Idle);
    compare!(criterion, "callback", measured::call_idle_unguarded(idle), measured::call_idle(idle));
    let mut group = criterion.benchmark_group("nested");
    for depth in [1, 5] {
        group.bench_function(depth.to_string(), |bencher| {
            bencher.iter(|| measured::call_nested(idle, depth).ok());
        });
    }
    group.finish();
}

criterion_group!(benches, functions, methods, arguments, work, callbacks);
criterion_main!(benches);
