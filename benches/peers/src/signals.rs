//! A handler for the peers that bring none.

use std::ffi::c_int;
use std::mem;
use std::ptr;

const SIGNALS: [c_int; 6] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, libc::SIGABRT];

/// Has `handler` run for all that a fault or an abort raises, on the alternate stack, which Rust's threads have.
pub fn install(handler: extern "C" fn(c_int), flags: c_int) {
    for signal in SIGNALS {
        // SAFETY: zeros are an action without flags and with an empty mask.
        let mut action: libc::sigaction = unsafe { mem::zeroed() };
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_ONSTACK | flags;
        // SAFETY: the action is whole, and a handler may be installed at any time.
        let answer = unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) };
        assert_eq!(answer, 0, "no handler can be installed for signal {signal}");
    }
}

/// Has the signal end the process; in a handler that finds nothing to go back to, when the instruction faults again.
pub fn give_up(signal: c_int) {
    // SAFETY: the default action may be set at any time.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}
