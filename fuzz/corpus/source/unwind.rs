//! The block `extern "C++-unwind"`.

/// The bridge.
#[backstop::bridge(namespace = "guarded::unwind")]
pub mod ffi {
    unsafe extern "C++-unwind" {
        include!("backstop-bridge-tests/cpp/unwind.h");

        /// Of C++.
        type Thing;

        /// Through which unwinding might pass.
        fn thing() -> &'static Thing;
        /// A guarded function.
        #[guard]
        fn one() -> Result<i32>;
        /// A guarded method.
        #[guard]
        fn get(&self) -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn functions_and_methods() {
        every_mood!(one = ffi::one() => assert_eq!(one, 1));
        every_mood!(two = ffi::thing().get() => assert_eq!(two, 2));
    }
}
