//! Panics that are not ours: libFuzzer's hook takes each for a find.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static TOLERANT: Cell<bool> = const { Cell::new(false) };
}

/// What the function answers; None if it panics.
pub fn tolerated<T>(function: impl FnOnce() -> T) -> Option<T> {
    without_hook(|| catch_unwind(AssertUnwindSafe(function)).ok())
}

/// Runs what panics somewhere inside, and catches that itself.
pub fn without_hook<T>(function: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !TOLERANT.get() {
                before(panic);
            }
        }));
    });
    let outer = TOLERANT.replace(true);
    let outcome = function();
    TOLERANT.set(outer);
    outcome
}
