//! The crate hw-exception.

use super::Peer;
use crate::lock;
use crate::victims::Victim;
use hw_exception::{Signo, catch, register_hook, throw};
use std::backtrace::Backtrace;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

pub const PEER: Peer = Peer {
    name: "hw-exception",
    version: || lock::version("hw-exception"),
    in_brief: true,
    install,
    trace: Some(|| TRACE.store(true, Ordering::Relaxed)),
    call,
};

static TRACE: AtomicBool = AtomicBool::new(false);

fn install() {
    // SAFETY: no code here counts on another hook.
    unsafe {
        if TRACE.load(Ordering::Relaxed) {
            register_hook(Signo::all(), |exception| throw((exception, Backtrace::force_capture())));
        } else {
            register_hook(Signo::all(), |exception| throw(exception));
        }
    }
}

unsafe extern "C-unwind" fn call(victim: Victim) -> bool {
    // SAFETY: a victim may be called with any context.
    catch(|| unsafe { victim(ptr::null_mut()) }).is_ok()
}
