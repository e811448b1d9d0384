//! What the peers call; see `victims.h`.

use std::ffi::{c_char, c_void};

/// A function that a peer calls with a context that nobody looks at.
pub type Victim = unsafe extern "C-unwind" fn(context: *mut c_void);

unsafe extern "C-unwind" {
    pub fn victim_nothing(context: *mut c_void);
    pub fn victim_work(context: *mut c_void);
    pub fn victim_null_write(context: *mut c_void);
    pub fn victim_throw(context: *mut c_void);
    pub fn victim_throw_int(context: *mut c_void);
    pub fn victim_throw_through_noexcept(context: *mut c_void);
    pub fn victim_abort(context: *mut c_void);
    pub fn victim_overflow_stack(context: *mut c_void);
    pub fn victim_double_free(context: *mut c_void);
    pub fn victim_fault_beside_destructor(context: *mut c_void);
    pub fn victim_fault_under_mutex(context: *mut c_void);

    pub fn on_thread_of_cpp(function: Victim, context: *mut c_void);
}

unsafe extern "C" {
    pub safe fn victim_destructor_ran() -> bool;
    pub safe fn victim_mutex_is_free() -> bool;
    pub safe fn round_upward();
    pub safe fn rounds_upward() -> bool;
    pub safe fn compiler_version() -> *const c_char;
}
