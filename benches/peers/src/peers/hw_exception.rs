//! The crate hw-exception.

use super::Peer;
use crate::lock;
use crate::victims::Victim;
use hw_exception::{Signo, catch, register_hook, throw};
use std::backtrace::Backtrace;
use std::ptr;

pub const PEER: Peer = Peer {
    name: "hw-exception",
    version: || lock::version("hw-exception"),
    in_brief: true,
    install,
    trace: Some(trace),
    call,
};

fn install() {
    // SAFETY: no code here counts on another hook.
    unsafe { register_hook(Signo::all(), |exception| throw(exception)) };
}

/// The newest hook is asked first.
fn trace() {
    // SAFETY: as above.
    unsafe { register_hook(Signo::all(), |exception| throw((exception, Backtrace::force_capture()))) };
}

unsafe extern "C-unwind" fn call(victim: Victim) -> bool {
    // SAFETY: a victim may be called with any context.
    catch(|| unsafe { victim(ptr::null_mut()) }).is_ok()
}
