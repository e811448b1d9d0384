//! Calls that do next to nothing, or just so much, each with a guard and without, to measure what the guard costs.

pub use self::ffi::*;
use std::hint::black_box;

// SAFETY: the signature is that in `measured.cc`, and it only adds.
unsafe extern "C" {
    /// A call of C, with nothing around it.
    #[link_name = "zoo_add"]
    pub safe fn add_in_c(left: i32, right: i32) -> i32;
}

/// What C++ calls back.
pub struct Idle;

impl Idle {
    fn answer(&self) -> i32 {
        black_box(1)
    }

    fn nest(&self, depth: u32) -> Result<i32, backstop::Error> {
        if depth == 0 { Ok(0) } else { ffi::call_nested(self, depth) }
    }

    fn nest_unguarded(&self, depth: u32) -> Result<i32, cxx::Exception> {
        if depth == 0 { Ok(0) } else { ffi::call_nested_unguarded(self, depth) }
    }
}

#[backstop::bridge(namespace = "zoo", on_torn = "allow")]
mod ffi {
    extern "Rust" {
        type Idle;
        fn answer(self: &Idle) -> i32;
        fn nest(self: &Idle, depth: u32) -> Result<i32>;
        fn nest_unguarded(self: &Idle, depth: u32) -> Result<i32>;
    }

    unsafe extern "C++" {
        include!("backstop-zoo/src/measured.h");

        /// With a method.
        type Cage;

        /// An empty one.
        fn new_cage() -> UniquePtr<Cage>;

        /// `throw_from` without a guard.
        #[rust_name = "throw_from_unguarded"]
        fn throw_from(depth: u32) -> Result<()>;
        /// `work` without a guard.
        #[rust_name = "work_unguarded"]
        fn work(rounds: u64) -> Result<u64>;
        /// `animals` without a guard.
        #[rust_name = "animals_unguarded"]
        fn animals(self: &Cage, more: i32) -> Result<i32>;
        /// `take_text` without a guard.
        #[rust_name = "take_text_unguarded"]
        fn take_text(text: &str) -> Result<i32>;
        /// `take_slice` without a guard.
        #[rust_name = "take_slice_unguarded"]
        fn take_slice(numbers: &[i32]) -> Result<i32>;
        /// `pass_pointer` without a guard.
        #[rust_name = "pass_pointer_unguarded"]
        fn pass_pointer(text: UniquePtr<CxxString>) -> Result<UniquePtr<CxxString>>;
        /// `pass_string` without a guard.
        #[rust_name = "pass_string_unguarded"]
        fn pass_string(text: String) -> Result<String>;
        /// `call_idle` without a guard.
        #[rust_name = "call_idle_unguarded"]
        fn call_idle(idle: &Idle) -> Result<i32>;
        /// `call_nested` without a guard.
        fn call_nested_unguarded(idle: &Idle, depth: u32) -> Result<i32>;
    }

    #[guard]
    unsafe extern "C++" {
        /// A method.
        fn animals(self: &Cage, more: i32) -> Result<i32>;
        /// Borrows a text.
        fn take_text(text: &str) -> Result<i32>;
        /// Borrows numbers.
        fn take_slice(numbers: &[i32]) -> Result<i32>;
        /// Moves a pointer in and out.
        fn pass_pointer(text: UniquePtr<CxxString>) -> Result<UniquePtr<CxxString>>;
        /// Moves a text in and out.
        fn pass_string(text: String) -> Result<String>;
        /// Multiplies so many times, each of which waits for the one before.
        fn work(rounds: u64) -> Result<u64>;
        /// `work` that must be done within a second.
        #[guard(deadline = "1s")]
        #[rust_name = "work_within_a_second"]
        fn work(rounds: u64) -> Result<u64>;
        /// Calls back.
        fn call_idle(idle: &Idle) -> Result<i32>;
        /// Calls back, which calls this again, until the depth is 0.
        fn call_nested(idle: &Idle, depth: u32) -> Result<i32>;
        /// Throws, so many frames below.
        fn throw_from(depth: u32) -> Result<()>;
        /// Writes to address 0, so many frames below.
        fn fault_from(depth: u32) -> Result<()>;
        /// The same; the fault is left by a jump.
        #[guard(recover = "jump")]
        #[rust_name = "fault_from_and_jump"]
        fn fault_from(depth: u32) -> Result<()>;
    }
}
