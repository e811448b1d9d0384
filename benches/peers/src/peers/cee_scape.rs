//! The crate cee-scape: `sigsetjmp` from Rust. The handler is to be one's own.

use super::Peer;
use crate::victims::Victim;
use crate::{lock, signals};
use cee_scape::{SigJmpBuf, call_with_sigsetjmp, siglongjmp};
use std::cell::Cell;
use std::ffi::c_int;
use std::ptr;

pub const WITHOUT_MASK: Peer = Peer {
    name: "cee-scape, no mask",
    version: || lock::version("cee-scape"),
    in_brief: false,
    install: || signals::install(handler, libc::SA_NODEFER),
    trace: None,
    call: without_mask,
};

pub const WITH_MASK: Peer = Peer {
    name: "cee-scape, with mask",
    install: || signals::install(handler, 0), // the jump unblocks the signal
    call: with_mask,
    ..WITHOUT_MASK
};

thread_local! {
    static NEWEST: Cell<SigJmpBuf> = const { Cell::new(ptr::null()) };
}

extern "C" fn handler(signal: c_int) {
    let newest = NEWEST.get();
    if newest.is_null() {
        return signals::give_up(signal);
    }
    // SAFETY: the call that set it is still under way, and no Rust frame with anything to drop lies in between.
    unsafe { siglongjmp(newest, 1) }
}

unsafe extern "C-unwind" fn without_mask(victim: Victim) -> bool {
    guarded(victim, false)
}

unsafe extern "C-unwind" fn with_mask(victim: Victim) -> bool {
    guarded(victim, true)
}

fn guarded(victim: Victim, save_mask: bool) -> bool {
    let outer = NEWEST.get();
    let jumped = call_with_sigsetjmp(save_mask, |point| {
        NEWEST.set(point);
        // SAFETY: a victim may be called with any context.
        unsafe { victim(ptr::null_mut()) };
        0
    });
    NEWEST.set(outer);
    jumped == 0
}
