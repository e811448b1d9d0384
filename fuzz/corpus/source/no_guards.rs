//! A bridge without a guard is one of cxx's.

fn decorate(text: &str) -> String {
    format!("<{text}>")
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::no_guards")]
pub mod ffi {
    /// Known to both.
    struct Shared {
        /// Its name.
        name: String,
    }

    extern "Rust" {
        fn decorate(text: &str) -> String;
    }

    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/no_guards.h");

        /// Of C++.
        type Thing;

        /// May fail.
        fn make(number: i32) -> Result<UniquePtr<Thing>>;
        /// May fail.
        fn set(self: Pin<&mut Thing>, number: i32) -> Result<()>;
        /// Can't.
        fn get(&self) -> i32;
        /// Calls back.
        fn describe(shared: &Shared) -> String;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use crate::every_mood;

    #[test]
    fn functions_and_methods() {
        every_mood!(thing = ffi::make(3) => assert_eq!(thing.get(), 3));
        let mut thing = ffi::make(4).unwrap();
        every_mood!(() = thing.pin_mut().set(5) => {});
        assert_eq!(thing.get(), 5);
        assert_eq!(ffi::describe(&ffi::Shared { name: "name".to_owned() }), "<name>");
    }

    #[test]
    fn the_error_is_that_of_cxx() {
        let _: fn(i32) -> Result<cxx::UniquePtr<ffi::Thing>, cxx::Exception> = ffi::make;
    }
}
