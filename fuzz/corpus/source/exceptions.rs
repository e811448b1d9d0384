//! What is thrown, and what of it arrives.

/// The bridge.
#[backstop::bridge(namespace = "guarded::exceptions")]
pub mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/exceptions.h");

        /// Of C++.
        type C;

        /// An object.
        fn c() -> UniquePtr<C>;
        /// Throws, and has no way to say so.
        #[rust_name = "fail_without_result"]
        fn fail() -> usize;
        /// Throws what cxx alone doesn't catch.
        #[rust_name = "throw_int_without_guard"]
        fn throw_int() -> Result<()>;
    }

    #[guard]
    unsafe extern "C++" {
        /// Throws.
        fn fail() -> Result<usize>;
        /// Throws, as a method.
        fn get_fail(self: Pin<&mut C>) -> Result<usize>;
        /// Doesn't throw, as a method.
        fn set_succeed(self: Pin<&mut C>, number: usize) -> Result<usize>;
        /// Throws this text.
        fn say(text: &CxxString) -> Result<()>;
        /// Throws a class of its own.
        fn throw_not_standard() -> Result<()>;
        /// Throws a number.
        fn throw_int() -> Result<()>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::Failure;
    use std::error::Error;

    // X1
    #[test]
    fn of_a_function() {
        assert_eq!(ffi::fail().unwrap_err().text(), "logic error");
    }

    // X2, X4
    #[test]
    fn of_a_method() {
        let mut c = ffi::c();
        assert_eq!(c.pin_mut().set_succeed(2022).unwrap(), 2022);
        assert_eq!(c.pin_mut().get_fail().unwrap_err().text(), "unimplemented");
        assert_eq!(c.pin_mut().set_succeed(2023).unwrap(), 2023);
    }

    #[test]
    fn texts_of_every_kind() {
        for text in ["", "größer", "two\nlines", &"long ".repeat(10_000)] {
            cxx::let_cxx_string!(said = text);
            assert_eq!(ffi::say(&said).unwrap_err().text(), text);
        }
    }

    #[test]
    fn pass_through_the_question_mark() {
        fn caller() -> Result<usize, Box<dyn Error + Send + Sync>> {
            Ok(ffi::fail()?)
        }
        assert!(caller().unwrap_err().to_string().ends_with("logic error"));
    }
}
