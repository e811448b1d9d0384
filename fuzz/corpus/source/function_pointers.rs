//! Functions of Rust as arguments of C++.

use std::cell::Cell;
use std::rc::Rc;

/// What an asynchronous call carries about; of Rust.
pub struct Context(pub Rc<Cell<i32>>);

/// The bridge.
#[backstop::bridge(namespace = "guarded::function_pointers")]
pub mod ffi {
    extern "Rust" {
        type Context;
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/function_pointers.h");

        /// Without arguments.
        fn run(function: fn()) -> Result<()>;
        /// With two, and a result.
        fn apply(function: fn(i32, i32) -> i32, left: i32, right: i32) -> Result<i32>;
        /// From text to text.
        fn transform(function: fn(&str) -> String, text: &str) -> Result<String>;
        /// Of what it takes.
        fn consume(function: fn(text: String) -> usize) -> Result<usize>;
        /// Of what it changes.
        fn change(function: fn(&mut String), text: &mut String) -> Result<()>;
        /// Of what it borrows.
        fn choose<'a>(
            function: fn(&'a String, &'a String) -> &'a String,
            left: &'a String,
            right: &'a String,
        ) -> Result<&'a String>;
        /// With a context, as an asynchronous call has it.
        fn finish(function: fn(Box<Context>, i32), context: Box<Context>) -> Result<()>;
        /// That is unsafe.
        fn read(function: unsafe fn(*const u8) -> u8) -> Result<u8>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Context, ffi};
    use crate::every_mood;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn of_plain_values() {
        every_mood!(() = ffi::run(|| ()) => {});
        every_mood!(value = ffi::apply(i32::wrapping_sub, 7, 4) => assert_eq!(value, 3));
        every_mood!(value = ffi::apply(|left, right| left * right, 7, 4) => assert_eq!(value, 28));
    }

    #[test]
    fn of_text() {
        every_mood!(text = ffi::transform(|text| text.repeat(2), "ab") => assert_eq!(text, "abab"));
        every_mood!(length = ffi::consume(|text| text.len()) => assert_eq!(length, 8));
        let mut text = "a".to_owned();
        every_mood!(() = ffi::change(|text| text.push('b'), &mut text) => assert!(text.starts_with("ab")));
    }

    #[test]
    fn that_borrow() {
        let (left, right) = ("left".to_owned(), "right".to_owned());
        every_mood!(chosen = ffi::choose(|_, right| right, &left, &right) => assert!(std::ptr::eq(chosen, &right)));
    }

    #[test]
    fn with_a_context() {
        let result = Rc::new(Cell::new(0));
        every_mood!(
            () = ffi::finish(|context, value| context.0.set(value), Box::new(Context(result.clone())))
                => assert_eq!(result.take(), 7)
        );
    }

    // cxx declares it as a safe one.
    #[test]
    fn that_are_unsafe() {
        // SAFETY: C++ gives it a byte.
        every_mood!(byte = ffi::read(|place| unsafe { *place }) => assert_eq!(byte, 9));
    }
}
