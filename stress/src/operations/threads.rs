//! Threads of Rust's and of C++'s that start, fail in all ways, and end.

use super::{Checked, Context, calls, deadlines, exceptions, faults, layers, panics, zoo};
use crate::thread::{check_depth, depth};
use backstop_zoo::callbacks::on_cpp_thread;
use std::sync::{Arc, Mutex};
use std::thread;

/// For what a Rust thread is made with.
const STACKS: [usize; 3] = [192 << 10, 256 << 10, 2 << 20];

pub fn run(context: &mut Context) -> Checked {
    if context.one_in(2) { on_threads_of_rust(context) } else { on_a_thread_of_cxx(context) }
}

fn on_threads_of_rust(context: &mut Context) -> Checked {
    context.step(&"on threads of Rust's");
    let count = context.random.u64(1..5);
    let spawn = |index| {
        let stack = context.random.choice(STACKS).expect("there are some");
        let mut context = context.for_thread(index);
        let builder = thread::Builder::new().stack_size(stack);
        builder.spawn(move || work_to_the_end(&mut context)).expect("there is memory for it")
    };
    let threads: Vec<_> = (0..count).map(spawn).collect();
    // All of them, also if one has failed.
    let results: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    results.into_iter().collect()
}

/// With what leaves something on the thread for good.
fn work_to_the_end(context: &mut Context) -> Checked {
    work(context)?;
    if context.one_in(8) { zoo::fail_system_call(context) } else { Ok(()) }
}

fn on_a_thread_of_cxx(context: &mut Context) -> Checked {
    context.step(&"on a thread of C++'s");
    let result = Arc::new(Mutex::new(Err("the thread didn't run".to_owned())));
    let (inner, context) = (Arc::clone(&result), Mutex::new(context.for_thread(0)));
    on_cpp_thread(move || {
        let checked = work(&mut context.lock().expect("nobody panics with it"));
        *inner.lock().expect("nobody panics with it") = checked;
    });
    result.lock().expect("nobody panics with it").clone()
}

/// A few operations, of those that aren't about threads themselves. It may end without any.
pub fn work(context: &mut Context) -> Checked {
    let choice: [fn(&mut Context) -> Checked; 7] =
        [calls::run, deadlines::run, exceptions::run, faults::run, layers::run, panics::run, zoo::run];
    // In a child it might hang: the loader's list of modules, which the status looks through, is locked for good if
    // another thread was looking through it at the fork.
    let depth = (!context.is_forked).then(depth);
    for _ in 0..context.random.u8(..6) {
        let operation = context.random.choice(choice).expect("there are some");
        operation(context)?;
        depth.map_or(Ok(()), check_depth)?;
    }
    Ok(())
}
