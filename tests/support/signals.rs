//! What tests ask the system about signals, and of it.

use std::ffi::{c_int, c_void};
use std::{mem, ptr};

/// A handler with SA_SIGINFO.
pub type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// A set of these signals.
pub fn set_of(signals: &[c_int]) -> libc::sigset_t {
    // SAFETY: an empty set is all zeros, and is filled with signals that exist.
    unsafe {
        let mut set = mem::zeroed();
        for &signal in signals {
            libc::sigaddset(&mut set, signal);
        }
        set
    }
}

/// Blocks the signal on this thread.
pub fn block(signal: c_int) {
    // SAFETY: the set is read.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &set_of(&[signal]), ptr::null_mut()) };
}

/// The signals that this thread blocks.
pub fn blocked() -> Vec<c_int> {
    let mut set = set_of(&[]);
    // SAFETY: the set is filled, and then asked for signals that exist.
    unsafe {
        libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut set);
        (1..=libc::SIGRTMAX()).filter(|&signal| libc::sigismember(&set, signal) == 1).collect()
    }
}

/// Sets the signal's action: SIG_DFL, SIG_IGN, or the address of a handler that fits the flags.
pub fn set_action(signal: c_int, action: usize, flags: c_int, mask: &[c_int]) {
    // SAFETY: the action is read; what it does is the test's business.
    let answer = unsafe {
        let mut new: libc::sigaction = mem::zeroed();
        new.sa_sigaction = action;
        new.sa_flags = flags;
        new.sa_mask = set_of(mask);
        libc::sigaction(signal, &new, ptr::null_mut())
    };
    assert_eq!(answer, 0, "sigaction");
}

/// The signal's action, as for `set_action`.
pub fn action(signal: c_int) -> usize {
    // SAFETY: the action is filled.
    unsafe {
        let mut present: libc::sigaction = mem::zeroed();
        libc::sigaction(signal, ptr::null(), &mut present);
        present.sa_sigaction
    }
}

/// This thread's alternate stack: where it begins, its size, and its flags.
pub fn alternate_stack() -> (usize, usize, c_int) {
    let mut stack = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: 0, ss_size: 0 };
    // SAFETY: only asks.
    unsafe { libc::sigaltstack(ptr::null(), &mut stack) };
    (stack.ss_sp as usize, stack.ss_size, stack.ss_flags)
}

/// Whether the caller runs on its thread's alternate stack.
pub fn on_alternate_stack() -> bool {
    alternate_stack().2 & libc::SS_ONSTACK != 0
}

/// The instruction that a handler's context says was interrupted.
pub fn instruction_pointer(context: *mut c_void) -> usize {
    // SAFETY: the third argument of a handler with SA_SIGINFO is this.
    let machine = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext };
    #[cfg(target_arch = "x86_64")]
    let pointer = machine.gregs[libc::REG_RIP as usize];
    #[cfg(target_arch = "aarch64")]
    let pointer = machine.pc;
    pointer as usize
}

/// This thread's `errno`.
pub fn errno() -> c_int {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() }
}

/// Sets this thread's `errno`.
pub fn set_errno(value: c_int) {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() = value }
}

/// The kernel's id of this thread.
pub fn thread_id() -> c_int {
    // SAFETY: has no conditions.
    unsafe { libc::gettid() }
}

/// A page that may only be read.
pub fn read_only_page() -> *mut u8 {
    // SAFETY: a new mapping.
    let page = unsafe {
        libc::mmap(ptr::null_mut(), 4096, libc::PROT_READ, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
    };
    assert_ne!(page, libc::MAP_FAILED, "mmap");
    page.cast()
}

/// Lets the page at `page` be written. Async-signal-safe.
pub fn make_writable(page: *mut u8) {
    // SAFETY: a page of `read_only_page`.
    let answer = unsafe { libc::mprotect(page.cast(), 4096, libc::PROT_READ | libc::PROT_WRITE) };
    assert_eq!(answer, 0, "mprotect");
}

/// Writes a byte in plain Rust, which no guard covers.
#[inline(never)]
pub fn poke(address: *mut u8) {
    // SAFETY: none: where this faults is what the tests are about.
    unsafe { address.write_volatile(1) }
}
