//! Rust that guarded C++ calls back: functions that may fail, methods, and types of Rust that C++ owns for a while.

use std::fmt::{self, Display};

/// The failure of `checked`.
#[derive(Debug)]
pub struct RustError;

impl Display for RustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rust error")
    }
}

fn plus_one(number: i32) -> i32 {
    number + 1
}

fn upper_case(text: &str) -> String {
    text.to_uppercase()
}

fn checked(number: i32) -> Result<i32, RustError> {
    if number < 0 { Err(RustError) } else { Ok(number) }
}

fn explode() {
    panic!("a panic in Rust");
}

fn crash() {
    // SAFETY: there is none: this is to crash.
    unsafe { std::ptr::null_mut::<i32>().write_volatile(1) }
}

/// Of Rust.
#[derive(Default)]
pub struct Log(Vec<String>);

impl Log {
    fn create() -> Box<Log> {
        Box::default()
    }

    fn write(&mut self, line: &str) {
        self.0.push(line.to_owned());
    }

    fn count(&self) -> usize {
        self.0.len()
    }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::callbacks")]
pub mod ffi {
    extern "Rust" {
        fn plus_one(number: i32) -> i32;
        fn upper_case(text: &str) -> String;
        fn checked(number: i32) -> Result<i32>;

        fn explode();
        fn crash();

        type Log;

        #[Self = "Log"]
        fn create() -> Box<Log>;
        fn write(&mut self, line: &str);
        fn count(self: &Log) -> usize;
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/callbacks.h");

        /// A function that panics, and nobody to tell.
        #[rust_name = "explode_without_guard"]
        fn call_explode();
    }

    #[guard]
    unsafe extern "C++" {
        /// A function.
        fn call(number: i32) -> Result<i32>;
        /// A function of texts.
        fn call_with_text(text: &str) -> Result<String>;
        /// A function that might have failed.
        fn call_fallible() -> Result<i32>;
        /// A function that fails, which C++ catches.
        fn catch_failure() -> Result<bool>;
        /// A function that fails, which C++ does not catch.
        fn pass_failure() -> Result<()>;
        /// A function that panics.
        fn call_explode() -> Result<()>;
        /// A function that crashes.
        fn call_crash() -> Result<()>;
        /// A function of another bridge that crashes.
        fn call_crash_of_cxx() -> Result<()>;
        /// A method that changes it.
        #[cxx_name = "write"]
        fn write_to(log: &mut Log, line: &str) -> Result<()>;
        /// A method.
        #[cxx_name = "count"]
        fn count_in(log: &Log) -> Result<usize>;
        /// An associated function.
        #[cxx_name = "create"]
        fn create_log() -> Result<Box<Log>>;
        /// Drops it.
        fn consume(log: Box<Log>) -> Result<usize>;
        /// Walks over them, and drops them.
        fn total(logs: Vec<Log>) -> Result<usize>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, ffi};
    use crate::{Failure, every_mood};

    #[test]
    fn functions() {
        every_mood!(number = ffi::call(1) => assert_eq!(number, 3));
        every_mood!(text = ffi::call_with_text("größer") => assert_eq!(text, "GRÖSSER"));
    }

    // X5, X6
    #[test]
    fn functions_that_may_fail() {
        every_mood!(number = ffi::call_fallible() => assert_eq!(number, 2020));
        every_mood!(caught = ffi::catch_failure() => assert!(caught));
        assert_eq!(ffi::pass_failure().unwrap_err().text(), "rust error");
    }

    #[test]
    fn methods() {
        let mut log = Log::default();
        every_mood!(() = ffi::write_to(&mut log, "line") => assert_eq!(log.0.last().unwrap(), "line"));
        every_mood!(count = ffi::count_in(&log) => assert_eq!(count, log.0.len()));
    }

    #[test]
    fn types_that_cxx_owns_for_a_while() {
        every_mood!(log = ffi::create_log() => assert_eq!(log.0, ["created"]));
        every_mood!(count = ffi::consume(Box::new(Log(vec!["one".to_owned()]))) => assert_eq!(count, 1));
        let log = || Log(vec!["one".to_owned(), "two".to_owned()]);
        every_mood!(total = ffi::total(vec![log(), log()]) => assert_eq!(total, 4));
    }
}
