//! Several bridges in one file: side by side, in nested modules, and one of cxx's own among them.

/// One.
#[backstop::bridge(namespace = "guarded::several")]
pub mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/several.h");

        /// A guarded function.
        #[guard]
        fn first() -> Result<i32>;
    }
}

/// Holds another.
pub mod nested {
    fn four() -> i32 {
        4
    }

    /// Holds it.
    pub mod deeper {
        use super::four;

        /// Another, whose `super` is this module.
        #[backstop::bridge(namespace = "guarded::several")]
        pub mod ffi {
            extern "Rust" {
                fn four() -> i32;
            }

            #[guard]
            unsafe extern "C++" {
                include!("backstop-bridge-tests/cpp/several.h");

                /// A guarded function.
                fn second() -> Result<i32>;
                /// Calls back.
                fn of_parent() -> Result<i32>;
            }
        }
    }
}

/// One of cxx's own.
#[cxx::bridge(namespace = "guarded::several")]
pub mod of_cxx {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/several.h");

        /// Without a guard.
        fn third() -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::nested::deeper;
    use super::{ffi, of_cxx};
    use crate::every_mood;

    #[test]
    fn side_by_side() {
        every_mood!(one = ffi::first() => assert_eq!(one, 1));
    }

    #[test]
    fn in_nested_modules() {
        every_mood!(two = deeper::ffi::second() => assert_eq!(two, 2));
        every_mood!(four = deeper::ffi::of_parent() => assert_eq!(four, 4));
    }

    #[test]
    fn of_cxx_alone() {
        every_mood!(three = of_cxx::third() => assert_eq!(three, 3));
        let _: Result<i32, cxx::Exception> = of_cxx::third();
    }
}
