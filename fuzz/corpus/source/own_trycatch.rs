//! A header with a `rust::behavior::trycatch` of its own.

/// The bridge.
#[backstop::bridge(namespace = "guarded::own_trycatch")]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/own_trycatch.h");

        /// Throws what the header makes an exception of.
        fn accept(number: i32) -> Result<i32>;
        /// Throws what the header makes a failure of, with no exception.
        fn answer() -> Result<()>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::{Failure, every_mood};

    #[test]
    fn translates_exceptions() {
        every_mood!(number = ffi::accept(3) => assert_eq!(number, 3));
        assert_eq!(ffi::accept(-7).unwrap_err().text(), "refused: -7");
    }

    #[test]
    fn fails_without_an_exception() {
        assert_eq!(ffi::answer().unwrap_err().text(), "silence");
        assert_eq!(ffi::accept(3).unwrap(), 3);
    }
}
