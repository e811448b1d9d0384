//! A process of its own for each call, which gives nothing back but whether it ended well.

use super::Peer;
use crate::victims::Victim;
use std::ptr;

pub const PEER: Peer = Peer {
    name: "`fork` and `waitpid`",
    version: String::new,
    in_brief: true,
    install: || {},
    trace: None,
    call,
};

unsafe extern "C-unwind" fn call(victim: Victim) -> bool {
    // SAFETY: the child calls the victim and ends; what it would have to share with other threads, it doesn't use.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork failed: allow this user more processes");
    if child == 0 {
        // SAFETY: a victim may be called with any context.
        unsafe { victim(ptr::null_mut()) };
        // SAFETY: it doesn't return.
        unsafe { libc::_exit(0) };
    }
    let mut status = 0;
    // SAFETY: `status` may be written.
    let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(waited, child, "somebody else has waited for the child");
    status == 0
}
