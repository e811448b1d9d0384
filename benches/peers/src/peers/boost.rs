//! Boost.Test's `execution_monitor`, which its test cases run in.

use super::{Peer, text};
use crate::signals;
use crate::victims::Victim;
use std::ffi::c_char;

unsafe extern "C-unwind" {
    fn boost_call(victim: Victim) -> bool;
    safe fn boost_version() -> *const c_char;
}

pub const PEER: Peer = Peer {
    name: "Boost.Test `execution_monitor`",
    version: || text(boost_version()).replace('_', "."),
    in_brief: true,
    install,
    trace: None,
    call: boost_call,
};

/// Each call installs its handlers and takes them away, but only where there are none: so Rust's own have to go.
fn install() {
    signals::give_up(libc::SIGSEGV);
    signals::give_up(libc::SIGBUS);
}
