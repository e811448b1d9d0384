//! Lua behind a guarded bridge.

use backstop::{Breaker, DomainState};
pub use ffi::{DOMAIN, run};
use std::sync::Mutex;
use std::time::Duration;

#[backstop::bridge(namespace = "service")]
mod ffi {
    unsafe extern "C++" {
        include!("service/src/engine.h");

        /// Runs a script, and answers what it returns, as JSON.
        #[guard(deadline = "200ms")]
        fn run(script: &[u8]) -> Result<String>;

        /// Has all interpreters built anew, and sees whether one works.
        #[guard(deadline = "1s")]
        fn start_anew() -> Result<()>;
    }
}

/// Before the first call.
pub fn prepare() {
    let second = Duration::from_secs(1);
    DOMAIN.set_breaker(Breaker::new(30, second).cool_down(second));
    DOMAIN.on_reset(ffi::start_anew);
}

/// After a call that didn't come to its end. One does it for all; if it fails, calls stay refused, and `/health` says so.
pub fn put_in_order() {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock();
    if DOMAIN.state() == DomainState::Tainted
        && let Err(error) = DOMAIN.reset()
    {
        eprintln!("Lua can't be put in order: {error:#}");
    }
}
