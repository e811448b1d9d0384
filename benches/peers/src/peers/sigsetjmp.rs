//! What one writes by hand in C++.

use super::Peer;
use crate::signals;
use crate::victims::Victim;
use std::ffi::c_int;

unsafe extern "C" {
    safe fn sigsetjmp_trace();
    safe fn sigsetjmp_handler(signal: c_int);
}

unsafe extern "C-unwind" {
    fn sigsetjmp_without_mask(victim: Victim) -> bool;
    fn sigsetjmp_with_mask(victim: Victim) -> bool;
}

extern "C" fn handler(signal: c_int) {
    sigsetjmp_handler(signal);
}

pub const WITHOUT_MASK: Peer = Peer {
    name: "`sigsetjmp(…, 0)`",
    version: String::new,
    in_brief: true,
    install: || signals::install(handler, libc::SA_NODEFER),
    trace: Some(|| sigsetjmp_trace()),
    call: sigsetjmp_without_mask,
};

pub const WITH_MASK: Peer = Peer {
    name: "`sigsetjmp(…, 1)`",
    in_brief: false,
    install: || signals::install(handler, 0), // the jump unblocks the signal
    call: sigsetjmp_with_mask,
    ..WITHOUT_MASK
};
