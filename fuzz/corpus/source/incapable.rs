//! Types that can't do all that Rust may ask of them.

/// The bridge.
#[backstop::bridge(namespace = "guarded::incapable")]
pub mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/incapable.h");

        /// Without a definition.
        type Undefined;
        /// Without a destructor for others.
        type Private;
        /// Without a move constructor.
        type Unmovable;

        /// So that the bridge has a guard.
        #[guard]
        fn one() -> Result<i32>;
    }

    impl SharedPtr<Undefined> {}
    impl SharedPtr<Private> {}
    impl CxxVector<Unmovable> {}
}

// X10
#[cfg(test)]
mod tests {
    use super::ffi::{self, Private, Undefined, Unmovable};
    use crate::every_mood;
    use cxx::{CxxVector, SharedPtr};
    use std::ptr;

    #[test]
    #[should_panic = "guarded::incapable::Undefined is not destructible"]
    fn a_pointer_to_what_is_not_defined() {
        // SAFETY: null is owned by nobody.
        drop(unsafe { SharedPtr::<Undefined>::from_raw(ptr::null_mut()) });
    }

    #[test]
    #[should_panic = "guarded::incapable::Private is not destructible"]
    fn a_pointer_to_what_cannot_be_destroyed() {
        // SAFETY: null is owned by nobody.
        drop(unsafe { SharedPtr::<Private>::from_raw(ptr::null_mut()) });
    }

    #[test]
    #[should_panic = "guarded::incapable::Unmovable is not move constructible"]
    fn a_vector_of_what_cannot_be_moved() {
        CxxVector::<Unmovable>::new().pin_mut().reserve(10);
    }

    #[test]
    fn beside_a_guard() {
        every_mood!(one = ffi::one() => assert_eq!(one, 1));
    }
}
