//! The third of some numbers, by C++ that doesn't look whether there are three.

pub use self::ffi::{third, third_unguarded};

#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("thirds/src/third.h");

        /// The third one. Throws if there are none; if there are too few, it crashes.
        #[guard]
        fn third(numbers: &[i32]) -> Result<i32>;

        /// The same without a guard.
        #[rust_name = "third_unguarded"]
        fn third(numbers: &[i32]) -> Result<i32>;
    }
}
