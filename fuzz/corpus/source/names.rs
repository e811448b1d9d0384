//! Other names for the other side: `cxx_name`, `rust_name`, both, and namespaces at every level.

/// The bridge.
#[backstop::bridge(namespace = guarded::names)]
pub mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/names.h");

        /// Named for Rust.
        #[cxx_name = "cxxStyle"]
        fn rust_style(number: i32) -> Result<i32>;
        /// One of two.
        #[rust_name = "overloaded_i32"]
        fn overloaded(_: i32) -> Result<i32>;
        /// The other.
        #[rust_name = overloaded_f64]
        fn overloaded(_: f64) -> Result<i32>;
        /// Named neither way.
        #[cxx_name = "from_cxx"]
        #[rust_name = "from_rust"]
        fn neither() -> Result<i32>;
        /// A keyword of Rust.
        #[cxx_name = "match"]
        fn matching(number: i32) -> Result<i32>;

        /// In the bridge's namespace.
        #[rust_name = "in_bridge"]
        fn place() -> Result<i32>;
        /// In one of its own.
        #[namespace = "guarded::elsewhere"]
        #[rust_name = "in_function"]
        fn place() -> Result<i32>;
    }

    #[guard]
    #[namespace = "guarded::names::inner"]
    unsafe extern "C++" {
        /// In the block's namespace.
        #[cxx_name = "place"]
        fn in_block() -> Result<i32>;

        /// Named for Rust.
        #[cxx_name = "LongCxxName"]
        type Short;
        /// A method named for Rust.
        #[cxx_name = "getNumber"]
        fn number(&self) -> Result<i32>;
        /// A static method named for Rust.
        #[Self = "Short"]
        #[cxx_name = "createNew"]
        fn new() -> Result<UniquePtr<Short>>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi::{self, Short};
    use crate::every_mood;

    #[test]
    fn of_functions() {
        every_mood!(number = ffi::rust_style(1) => assert_eq!(number, 2));
        every_mood!(bits = ffi::overloaded_i32(0) => assert_eq!(bits, 32));
        every_mood!(bits = ffi::overloaded_f64(0.0) => assert_eq!(bits, 64));
        every_mood!(number = ffi::from_rust() => assert_eq!(number, 3));
        every_mood!(number = ffi::matching(5) => assert_eq!(number, 5));
    }

    #[test]
    fn in_namespaces() {
        every_mood!(place = ffi::in_bridge() => assert_eq!(place, 0));
        every_mood!(place = ffi::in_block() => assert_eq!(place, 1));
        every_mood!(place = ffi::in_function() => assert_eq!(place, 2));
    }

    #[test]
    fn of_types_and_methods() {
        every_mood!(short = Short::new() => assert!(!short.is_null()));
        let short = Short::new().unwrap();
        every_mood!(number = short.number() => assert_eq!(number, 4));
    }
}
