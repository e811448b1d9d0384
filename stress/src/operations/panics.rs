//! Panics in callbacks, whose payload comes out of the guard.

use super::layers::{self, Callback};
use super::{Checked, Context, expect, faults};
use std::panic::panic_any;

pub fn run(context: &mut Context) -> Checked {
    let token = context.token();
    let callback = Callback::new(move || panic_any(token));
    match context.random.u8(..4) {
        0 => expect::value(layers::swallow(&callback), ())?,
        1 => expect::panic(layers::pass_without_result(&callback), token)?,
        2 => expect::panic(layers::rethrow(&callback), token)?,
        _ => expect::panic(layers::pass(&callback), token)?,
    }
    faults::check_alive(false)
}
