//! C++'s `std::regex` behind a guarded bridge.

pub use ffi::{Regex, compile};

// std::regex keeps nothing from one match to the next, so the next line may be tried even if this one leaves something behind.
#[backstop::bridge(namespace = "grep", on_torn = "allow")]
mod ffi {
    unsafe extern "C++" {
        include!("grep/src/regex.h");

        type Regex;

        /// Compiles a pattern in ECMAScript's syntax.
        #[guard]
        fn compile(pattern: &str, ignore_case: bool) -> Result<UniquePtr<Regex>>;

        /// Whether the pattern occurs in the line.
        #[guard]
        fn matches(self: &Regex, line: &[u8]) -> Result<bool>;
    }
}
