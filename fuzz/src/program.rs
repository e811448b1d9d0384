//! Programs of guarded calls, made from a fuzzer's bytes: run on both sides of the bridge, and held against a model.
//!
//! A program is a tree of blocks, of C++ and of Rust in turn. Each statement that runs, each destructor and each outcome of a
//! guarded call is noted. What must hold: the notes are those of the model; afterwards no guard is left on the chain, and
//! C++ knows of no exception any more.

mod ffi;
mod generate;
mod model;
mod rust;

/// What is noted: statements by their number, and these.
const DESTRUCTOR: u32 = 10_000;
const DEFERRED: u32 = 20_000;
const RETURNED: u32 = 100_000;
/// And ten times the signal, and `TORN`.
const FAULT: u32 = 300_000;
const TORN: u32 = 1;

/// The statements of C++.
mod cxx_kind {
    pub const NOTE: u8 = 0;
    pub const LOCAL: u8 = 1;
    pub const DEFER: u8 = 2;
    pub const THROW: u8 = 3;
    pub const FAULT: u8 = 4;
    pub const CATCH: u8 = 5;
    pub const NOEXCEPT: u8 = 6;
    pub const GUARD: u8 = 7;
    pub const HOLD: u8 = 8;
    pub const CALL_BACK: u8 = 9;
    pub const CALL_BACK_FALLIBLE: u8 = 10;
}

/// The statements of Rust.
mod rust_kind {
    pub const NOTE: u8 = 0;
    pub const LOCAL: u8 = 1;
    pub const PANIC: u8 = 2;
    pub const CATCH: u8 = 3;
    pub const GUARDED: u8 = 4;
}

/// Runs what the bytes make; panics if it doesn't go as the model says.
pub fn check(bytes: &[u8]) {
    let program = generate::program(bytes);
    let expected = model::events(&program);
    ffi::forget_events();
    // The panics that the program means to have.
    crate::panics::tolerated(|| rust::block(&program, 0).is_ok());
    let events = ffi::events();
    if !model::allows(&expected, events) {
        crate::fail!("expected {expected:?}\nbut got  {events:?}\nby\n{}", generate::listing(&program));
    }
    assert_eq!(backstop::status().thread.depth, 0, "guards are left, after\n{}", generate::listing(&program));
    assert!(ffi::is_clean(), "exceptions are left, after\n{}", generate::listing(&program));
}
