//! Guarded functions beside others: by one function, by one block, and in a block that has both.

/// The bridge.
#[backstop::bridge(namespace = "guarded::mixed")]
pub mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/mixed.h");

        /// Guarded.
        #[guard]
        fn one() -> Result<i32>;
        /// Left to cxx.
        fn two() -> Result<i32>;
        /// Can't fail.
        fn three() -> i32;
    }

    #[guard]
    unsafe extern "C++" {
        /// Of C++.
        type Thing;

        /// Guarded, as all that may fail in the block.
        fn four(&self) -> Result<i32>;
        /// Can't fail, so the guard on the block is not for it.
        fn six(&self) -> i32;
        /// Can't fail.
        fn thing() -> &'static Thing;
    }

    unsafe extern "C++" {
        /// Left to cxx.
        fn five(self: &Thing) -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn guarded() {
        every_mood!(one = ffi::one() => assert_eq!(one, 1));
        every_mood!(four = ffi::thing().four() => assert_eq!(four, 4));
    }

    #[test]
    fn left_to_cxx() {
        every_mood!(two = ffi::two() => assert_eq!(two, 2));
        every_mood!(five = ffi::thing().five() => assert_eq!(five, 5));
        let _: Result<i32, cxx::Exception> = ffi::two();
        let _: Result<i32, cxx::Exception> = ffi::thing().five();
        assert_eq!((ffi::three(), ffi::thing().six()), (3, 6));
    }

    #[test]
    fn one_after_the_other() {
        for _ in 0..3 {
            every_mood!(one = ffi::one() => assert_eq!(one, 1));
            every_mood!(two = ffi::two() => assert_eq!(two, 2));
        }
    }
}
