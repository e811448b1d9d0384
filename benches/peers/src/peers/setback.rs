//! The crate setback, made for microcontrollers. The handler is to be one's own.

use super::Peer;
use crate::victims::Victim;
use crate::{lock, signals};
use setback::{ThreadId, protect, recover};
use std::ffi::c_int;
use std::ptr;

pub const PEER: Peer = Peer {
    name: "setback",
    version: || lock::version("setback"),
    in_brief: true,
    install: || signals::install(handler, libc::SA_NODEFER),
    trace: None,
    call,
};

/// What setback is to tell threads by.
fn this_thread() -> ThreadId {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| ptr::from_ref(here).addr())
}

extern "C" fn handler(signal: c_int) {
    // SAFETY: the thread is this one, and no Rust frame with anything to drop lies between the fault and its guard.
    let Err(_nobody) = unsafe { recover(this_thread(), signal) };
    signals::give_up(signal);
}

unsafe extern "C-unwind" fn call(victim: Victim) -> bool {
    // SAFETY: of the frames that a jump leaves nothing is needed, and the victim may be called with any context.
    unsafe { protect(this_thread(), || victim(ptr::null_mut())) }.is_ok()
}
