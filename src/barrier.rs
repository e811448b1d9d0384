use crate::sys;
use std::ffi::CStr;
use std::marker::PhantomData;

/// Keeps the guards around it from recovering while it lives; drop it on the thread that made it.
struct Barrier {
    previous: u32,
    thread_bound: PhantomData<*mut ()>,
}

impl Drop for Barrier {
    fn drop(&mut self) {
        // SAFETY: leaves the barrier that `barrier` entered on this thread.
        unsafe { sys::barrier_leave(self.previous) }
    }
}

/// Runs Rust code that C++ has called back on this thread: a fault in it is not recovered by the guards around it, for no jump may
/// cross a Rust frame. `name` appears in the message that then ends the process.
///
/// Callbacks of a `#[backstop::bridge]` (functions in `extern "Rust"`, function pointers, drops) have this already. It
/// is for callbacks that reach C++ in other ways, such as an `extern "C" fn` handed to a C library.
///
/// ```
/// extern "C" fn on_event(value: i32) -> i32 {
///     backstop::barrier(c"on_event", || value + 1)
/// }
/// assert_eq!(on_event(1), 2);
/// ```
pub fn barrier<T>(name: &'static CStr, callback: impl FnOnce() -> T) -> T {
    let _barrier = Barrier {
        // SAFETY: the name lives for ever, and the guard's drop leaves.
        previous: unsafe { sys::barrier_enter(name.as_ptr()) },
        thread_bound: PhantomData,
    };
    callback()
}
