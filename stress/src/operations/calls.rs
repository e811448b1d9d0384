//! Guarded calls that return.

use super::{Checked, Context, Token, expect};
use crate::tally::Tally;

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-stress/src/operations/calls.h");

        fn echo(token: u64) -> Result<u64>;
        /// Allocates on both sides.
        fn describe(token: u64) -> Result<String>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

pub fn run(context: &mut Context) -> Checked {
    for _ in 0..context.random.u8(1..16) {
        let Token(token) = context.token();
        expect::value(TALLY.count(ffi::echo(token)), token)?;
        expect::value(TALLY.count(ffi::describe(token)), token.to_string())?;
    }
    Ok(())
}

/// Sets this thread up for calls and for deadlines.
pub fn arm() {
    let minute = std::time::Duration::from_secs(60);
    backstop::within(minute, || TALLY.count(ffi::echo(0))).expect("it returns");
}
