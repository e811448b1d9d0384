//! Calls that hang and are interrupted, that come back in time, and that do the one or the other.

use super::{Checked, Context, expect, faults};
use crate::tally::Tally;
use backstop::{Error, FaultKind, within};
use ffi::Pastime;
use std::time::{Duration, Instant};

#[backstop::bridge(namespace = "stress", on_torn = "allow")]
mod ffi {
    /// How to pass the time.
    #[repr(u8)]
    #[derive(Debug)]
    enum Pastime {
        Spin,
        Sleep,
        Wait,
        Poll,
        Allocate,
        /// Must not be interrupted before its end.
        Hold,
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-stress/src/operations/deadlines.h");

        fn pass_time(pastime: Pastime, milliseconds: u32, token: u64) -> Result<u64>;
        #[guard(deadline = "3ms")]
        fn pass_time_in_bounds(pastime: Pastime, milliseconds: u32, token: u64) -> Result<u64>;
        fn spin_and_strike(microseconds: u32, address: u64) -> Result<()>;
    }
}

pub static TALLY: Tally = Tally::new(&ffi::DOMAIN);

const PASTIMES: [Pastime; 5] =
    [Pastime::Spin, Pastime::Sleep, Pastime::Wait, Pastime::Poll, Pastime::Allocate];

/// Longer than any machine delays an interruption.
const FOR_EVER: u32 = 50_000;

pub fn run(context: &mut Context) -> Checked {
    let token = context.token();
    let pastime = *context.random.choice(&PASTIMES).expect("there are some");
    let allowed = Duration::from_micros(context.random.u64(500..6000));
    let began = Instant::now();
    let result = match context.random.u8(..6) {
        0 => {
            context.step(&"is interrupted at the deadline of its site");
            let result = TALLY.count(ffi::pass_time_in_bounds(pastime, FOR_EVER, token.0));
            check_interrupted(&result, Duration::from_millis(3), began)?;
            result
        }
        1 | 2 => {
            context.step(&"is interrupted");
            let result = within(allowed, || TALLY.count(ffi::pass_time(pastime, FOR_EVER, token.0)));
            check_interrupted(&result, allowed, began)?;
            result
        }
        3 => {
            context.step(&"returns in time");
            let hour = Duration::from_secs(3600);
            let result = within(hour, || TALLY.count(ffi::pass_time(pastime, 1, token.0)));
            return expect::value(result, token.0);
        }
        4 => {
            context.step(&"ends just when it is interrupted");
            let microseconds = context.random.u32(..allowed.as_micros() as u32 * 2);
            let result = within(allowed, || TALLY.count(ffi::spin_and_strike(microseconds, token.0)));
            if !matches!(result, Err(Error::Deadline(_))) {
                expect::fault_at(&result, FaultKind::WildRead, token)?;
            }
            result.map(|()| token.0)
        }
        _ => {
            context.step(&"holds it up");
            let result = within(allowed, || TALLY.count(ffi::pass_time(Pastime::Hold, 8, token.0)));
            // On a busy machine it may be over before the watchdog has seen it.
            if result.is_ok() {
                return expect::value(result, token.0);
            }
            check_held(&result, Duration::from_millis(8))?;
            result
        }
    };
    faults::check_alive(result.is_err_and(|error| error.is_torn()))
}

/// Interrupted, and not before its time, which may have begun a while before the call.
fn check_interrupted(result: &Result<u64, Error>, allowed: Duration, began: Instant) -> Checked {
    let took = began.elapsed();
    match result {
        Err(Error::Deadline(deadline)) if deadline.was_interrupted() => {
            let is_right =
                took >= allowed && deadline.allowed() <= allowed && deadline.ran() >= deadline.allowed();
            if is_right {
                Ok(())
            } else {
                Err(format!("allowed {allowed:?}, took {took:?}, but got {deadline:?}"))
            }
        }
        other => Err(format!("expected to be interrupted after {allowed:?}, got {other:?}")),
    }
}

fn check_held(result: &Result<u64, Error>, hold: Duration) -> Checked {
    match result {
        Err(Error::Deadline(deadline)) if deadline.ran() >= hold => Ok(()),
        other => Err(format!("expected a deadline after {hold:?}, got {other:?}")),
    }
}
