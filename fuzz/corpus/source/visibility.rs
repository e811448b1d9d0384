//! Bridges that are private, public, and in between.

/// A private one, behind a function.
pub fn ask_nobody() -> i32 {
    private::for_nobody().expect("it is well").get().expect("it is well")
}

#[backstop::bridge(namespace = "guarded::visibility")]
mod private {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/visibility.h");

        type ForNobody;

        fn get(&self) -> Result<i32>;
        fn for_nobody() -> Result<UniquePtr<ForNobody>>;
    }
}

pub use self::limited::ask_parent;

/// Holds one for the module around it.
mod limited {
    /// The parent's way to it.
    pub fn ask_parent() -> i32 {
        super::limited::parent::for_parent().expect("it is well")
    }

    #[backstop::bridge(namespace = "guarded::visibility")]
    pub(super) mod parent {
        unsafe extern "C++" {
            include!("backstop-bridge-tests/cpp/visibility.h");

            #[guard]
            pub fn for_parent() -> Result<i32>;
        }
    }
}

/// One for the crate, behind a function.
pub fn ask_crate() -> i32 {
    of_crate::for_crate().expect("it is well")
}

#[backstop::bridge(namespace = "guarded::visibility")]
pub(crate) mod of_crate {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/visibility.h");

        #[guard]
        pub(crate) fn for_crate() -> Result<i32>;
    }
}

/// A public one.
#[backstop::bridge(namespace = "guarded::visibility")]
pub mod public {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/visibility.h");

        /// For all.
        #[guard]
        pub fn for_all() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use crate::every_mood;

    #[test]
    fn from_within() {
        every_mood!(object = super::private::for_nobody() => assert_eq!(object.get().unwrap(), 1));
        every_mood!(number = super::limited::parent::for_parent() => assert_eq!(number, 3));
        assert_eq!((super::ask_nobody(), super::ask_crate(), super::ask_parent()), (1, 2, 3));
    }

    #[test]
    fn from_elsewhere() {
        every_mood!(number = crate::guarded::visibility::of_crate::for_crate() => assert_eq!(number, 2));
        every_mood!(number = crate::guarded::visibility::public::for_all() => assert_eq!(number, 4));
    }
}
