//! A file with a bridge of cxx's own, and no other: backstop_build takes it, and puts barriers there too.

fn crash() {
    // SAFETY: there is none: this is to crash.
    unsafe { std::ptr::null_mut::<i32>().write_volatile(1) }
}

/// The bridge.
#[cxx::bridge(namespace = "guarded::of_cxx")]
pub mod ffi {
    extern "Rust" {
        fn crash();
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/of_cxx.h");

        /// May fail.
        fn one() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn functions() {
        every_mood!(one = ffi::one() => assert_eq!(one, 1));
        let _: fn() -> Result<i32, cxx::Exception> = ffi::one;
    }
}
