//! What the legs of `.ci/run` that watch over memory are to find: each of these tests passes unless something watches.

use backstop_bridge_tests::guarded::pointers::ffi;
use cxx::UniquePtr;

#[test]
#[ignore = "leaks, to be found"]
fn leak() {
    for number in 0..100 {
        ffi::make(number).expect("it is well").into_raw();
    }
}

#[test]
#[ignore = "reads what is freed, to be found"]
fn use_after_free() {
    let widget = ffi::make(1).expect("it is well").into_raw();
    // SAFETY: for the first line, it is owned by nobody else; for the second there is none, which is to be found.
    unsafe {
        drop(UniquePtr::from_raw(widget));
        let _ = ffi::read(widget);
    }
}
