//! A header with a `rust::behavior::trycatch` of its own.

/// The bridge.
#[backstop::bridge(namespace = "guarded::own_trycatch")]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/own_trycatch.h");

        /// Throws what the header makes an exception of.
        fn accept(number: i32) -> Result<i32>;
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
}
