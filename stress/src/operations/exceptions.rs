//! Exceptions, some of them a class that has a type in Rust, and some read and dropped on another thread.

use super::{Checked, Context, Token, expect, faults};
use crate::tally::Tally;
use backstop::Error;
use std::thread;

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    extern "Rust" {
        #[exception]
        fn marked(error: &Marked) -> Token;
    }

    unsafe extern "C++" {
        include!("backstop-stress/src/operations/exceptions.h");

        type Marked;
        fn token(self: &Marked) -> u64;
    }

    #[guard]
    unsafe extern "C++" {
        fn throw_text(token: u64) -> Result<()>;
        fn throw_marked(token: u64) -> Result<()>;
        fn throw_nested(outer: u64, inner: u64) -> Result<()>;
        fn throw_number(number: i32) -> Result<()>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

fn marked(error: &ffi::Marked) -> Token {
    Token(error.token())
}

pub fn run(context: &mut Context) -> Checked {
    for _ in 0..context.random.u8(1..8) {
        let (token, inner) = (context.token(), context.token());
        match context.random.u8(..4) {
            0 => drop(expect::exception(&throw(token), token)?),
            1 => {
                let result = TALLY.count(ffi::throw_marked(token.0));
                check_marked(expect::exception(&result, token)?.downcast_ref(), token)?;
                // In a child it might hang: Rust's std has a lock about the starts and ends of threads, and doesn't see forks.
                if context.one_in(8) && !context.is_forked {
                    context.step(&"hands it to another thread");
                    thread::spawn(move || expect::exception(&result, token).map(drop))
                        .join()
                        .expect("no panic")?;
                }
            }
            2 => {
                let result = TALLY.count(ffi::throw_nested(token.0, inner.0));
                let nested = expect::exception(&result, token)?.nested();
                check_marked(nested.and_then(|nested| nested.downcast_ref()), inner)?;
            }
            _ => match TALLY.count(ffi::throw_number(1)) {
                Err(Error::Exception(exception)) if exception.type_name() == "int" => {}
                other => return Err(format!("expected an int, got {other:?}")),
            },
        }
        faults::check_alive(false)?;
    }
    Ok(())
}

fn check_marked(found: Option<&Token>, expected: Token) -> Checked {
    if found == Some(&expected) { Ok(()) } else { Err(format!("expected {expected:?}, got {found:?}")) }
}

/// One that says the token, for operations of which that is a part.
pub fn throw(token: Token) -> Result<(), Error> {
    TALLY.count(ffi::throw_text(token.0))
}
