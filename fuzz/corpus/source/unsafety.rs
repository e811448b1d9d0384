//! Functions that are unsafe to call, in blocks that vouch for the others and in blocks that don't.

/// The bridge.
#[backstop::bridge(namespace = "guarded::unsafety")]
pub mod ffi {
    #[guard]
    extern "C++" {
        include!("backstop-bridge-tests/cpp/unsafety.h");

        /// Unsafe for its argument.
        ///
        /// # Safety
        ///
        /// 1. It points to an integer.
        unsafe fn load(place: *const i32) -> Result<i32>;
        /// Unsafe because its author says so.
        ///
        /// # Safety
        ///
        /// 1. There are no conditions.
        unsafe fn anything() -> Result<i32>;
    }

    #[guard]
    unsafe extern "C++" {
        /// With unsafe methods.
        type Thing;

        /// Unsafe for what it returns.
        ///
        /// # Safety
        ///
        /// 1. There is no other reference to it.
        #[Self = "Thing"]
        unsafe fn only<'a>() -> Result<Pin<&'a mut Thing>>;
        /// An unsafe method.
        ///
        /// # Safety
        ///
        /// 1. It points to an integer.
        unsafe fn store(self: Pin<&mut Thing>, place: *mut i32) -> Result<i32>;
        /// A static one.
        ///
        /// # Safety
        ///
        /// 1. There are no conditions.
        #[Self = "Thing"]
        unsafe fn forget(_: *mut u8) -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi::{self, Thing};
    use crate::every_mood;

    #[test]
    fn functions() {
        let place = 5;
        // SAFETY: that is an integer.
        every_mood!(value = unsafe { ffi::load(&place) } => assert_eq!(value, 5));
        // SAFETY: there are no conditions.
        every_mood!(value = unsafe { ffi::anything() } => assert_eq!(value, 1));
        let _: unsafe fn(*const i32) -> Result<i32, _> = ffi::load;
    }

    #[test]
    fn methods() {
        let mut place = 0;
        // SAFETY: the one before is gone.
        every_mood!(_thing = unsafe { Thing::only() } => {});
        // SAFETY: the one before is gone.
        let mut thing = unsafe { Thing::only() }.unwrap();
        // SAFETY: that is an integer.
        every_mood!(value = unsafe { thing.as_mut().store(&mut place) } => assert_eq!(value, 2));
        assert_eq!(place, 2);
        // SAFETY: there are no conditions.
        every_mood!(value = unsafe { Thing::forget(std::ptr::null_mut()) } => assert_eq!(value, 3));
    }
}
