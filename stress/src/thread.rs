//! What a thread must have after each operation as it was before all of them.

use std::ffi::c_int;
use std::{mem, ptr};

unsafe extern "C" {
    fn stress_float_control() -> u64;
    fn stress_uncaught() -> c_int;
    // Of backstop.h.
    fn backstop_v0_bridge_is_guarded() -> c_int;
}

/// How a thread stands.
#[derive(PartialEq, Debug)]
pub struct Standing {
    /// Where the alternate stack begins, its size, and its flags.
    alternate_stack: (usize, usize, c_int),
    blocked: Vec<c_int>,
    float_control: u64,
    uncaught_exceptions: c_int,
    is_guarded: bool,
}

/// One in so many checks asks for all there is to know.
const THOROUGH: u64 = 64;

impl Standing {
    /// That of this thread, once it has had a deadline: from then on it doesn't block that signal.
    pub fn arm() -> Self {
        crate::operations::arm();
        Self::now()
    }

    fn now() -> Self {
        // SAFETY: these only ask.
        let (float_control, uncaught_exceptions, is_guarded) =
            unsafe { (stress_float_control(), stress_uncaught(), backstop_v0_bridge_is_guarded() != 0) };
        Self {
            alternate_stack: alternate_stack(),
            blocked: blocked(),
            float_control,
            uncaught_exceptions,
            is_guarded,
        }
    }

    /// Whether this thread stands as it did.
    pub fn check(&self, number: u64) -> Result<(), String> {
        let now = Self::now();
        if now != *self {
            return Err(format!("the thread isn't left as it was: {self:?} has become {now:?}"));
        }
        match number % THOROUGH {
            0 => check_depth(0),
            _ => Ok(()),
        }
    }
}

/// How many guards and barriers are running on this thread.
pub fn depth() -> u32 {
    backstop::status().thread.depth
}

/// Whether it is as many as it was.
pub fn check_depth(before: u32) -> Result<(), String> {
    match depth() {
        now if now == before => Ok(()),
        now => Err(format!("{before} guards and barriers in the thread's chain have become {now}")),
    }
}

fn alternate_stack() -> (usize, usize, c_int) {
    let mut stack = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: 0, ss_size: 0 };
    // SAFETY: only asks.
    unsafe { libc::sigaltstack(ptr::null(), &mut stack) };
    (stack.ss_sp as usize, stack.ss_size, stack.ss_flags)
}

fn blocked() -> Vec<c_int> {
    // SAFETY: the set is filled, and then asked for signals that exist.
    unsafe {
        let mut set = mem::zeroed();
        libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &mut set);
        (1..=libc::SIGRTMAX()).filter(|&signal| libc::sigismember(&set, signal) == 1).collect()
    }
}

/// The kernel's id of this thread.
pub fn id() -> c_int {
    // SAFETY: has no conditions.
    unsafe { libc::gettid() }
}

/// libc's name of this thread.
pub fn handle() -> libc::pthread_t {
    // SAFETY: has no conditions.
    unsafe { libc::pthread_self() }
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
