//! What is said about functions: documentation, lints, `must_use`, `deprecated`. That they arrive where they belong
//! shows in the `expect`s of the tests, and in that the crate builds with `deny(warnings, missing_docs)`.

/// Documented above,
#[backstop::bridge(namespace = "guarded::attributes")]
pub mod ffi {
    //! and within.

    #![allow(clippy::too_many_arguments)]

    #[guard]
    #[allow(non_snake_case)]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/attributes.h");

        /// Named as in C++, which a lint on the block allows.
        fn camelCase(Number: i32) -> Result<i32>;
    }

    #[guard]
    unsafe extern "C++" {
        /** More arguments than clippy likes, which a lint on the module allows. */
        #[allow(clippy::many_single_char_names)]
        #[rustfmt::skip]
        fn sum(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32) -> Result<i32>;

        #[doc = "Documented the long way."]
        #[deprecated(note = "there is a new one")]
        fn old() -> Result<i32>;

        /// Says more than `Result` does.
        #[must_use = "it is important"]
        fn important() -> Result<i32>;

        #[doc(hidden)]
        #[rust_name = "hidden"]
        fn important() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn lints() {
        every_mood!(number = ffi::camelCase(5) => assert_eq!(number, 5));
        every_mood!(sum = ffi::sum(1, 2, 3, 4, 5, 6, 7, 8) => assert_eq!(sum, 36));
    }

    #[test]
    #[expect(deprecated, reason = "the point of the test")]
    fn deprecated() {
        every_mood!(number = ffi::old() => assert_eq!(number, 1));
    }

    #[test]
    fn must_use() {
        every_mood!(number = ffi::important() => assert_eq!(number, 2));
        every_mood!(number = ffi::hidden() => assert_eq!(number, 2));
        #[expect(unused_must_use, reason = "the point of the test")]
        fn ignored() {
            ffi::important();
        }
        ignored();
    }
}
