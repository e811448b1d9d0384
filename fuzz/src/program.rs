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

#[cfg(test)]
mod tests {
    use super::*;

    /// Or there would be little to hold the model against.
    #[test]
    fn programs_come_to_something() {
        let mut random = fastrand::Rng::with_seed(1);
        let events: Vec<u32> = (0..400)
            .flat_map(|_| {
                let mut bytes = [0; 300];
                random.fill(&mut bytes);
                model::events(&generate::program(&bytes))
            })
            .collect();
        for (of, range) in [
            ("destructors", DESTRUCTOR..DEFERRED),
            ("what is deferred", DEFERRED..RETURNED),
            ("exceptions", 200_000..FAULT),
            ("faults", FAULT..400_000),
            ("panics", 400_000..400_001),
        ] {
            let count = events.iter().filter(|event| range.contains(event)).count();
            assert!(count >= 20, "only {count} {of}");
        }
    }
}
