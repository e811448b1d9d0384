//! Stacks that are used up, within the allocator, too, on threads of every kind.

use super::{Checked, Context, expect, faults};
use crate::tally::Tally;
use backstop::FaultKind;
use backstop_zoo::callbacks::on_cpp_thread;
use std::sync::{Arc, Mutex};
use std::thread;

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-stress/src/operations/overflows.h");

        fn recurse() -> Result<()>;
        fn recurse_allocating() -> Result<()>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

pub fn run(context: &mut Context) -> Checked {
    let allocates = context.one_in(2);
    let _peace = context.peace();
    match context.random.u8(..8) {
        0..4 => overflow(allocates),
        4..7 => {
            context.step(&"on a thread of Rust's");
            let builder = thread::Builder::new().stack_size(context.random.usize(64..512) << 10);
            let thread = builder.spawn(move || overflow(allocates)).expect("there is memory for it");
            thread.join().expect("no panic")
        }
        _ => {
            context.step(&"on a thread of C++'s");
            let result = Arc::new(Mutex::new(Err("the thread didn't run".to_owned())));
            let inner = Arc::clone(&result);
            on_cpp_thread(move || *inner.lock().expect("nobody panics with it") = overflow(allocates));
            result.lock().expect("nobody panics with it").clone()
        }
    }
}

fn overflow(allocates: bool) -> Checked {
    let result = TALLY.count(if allocates { ffi::recurse_allocating() } else { ffi::recurse() });
    let fault = expect::fault(&result, FaultKind::StackOverflow)?;
    faults::check_alive(fault.recovery().is_torn())
}
