//! What functions and methods of Rust may look like that C++ calls: their names, what they borrow, take and give.

use cxx::{CxxString, CxxVector, SharedPtr, UniquePtr};
use std::pin::Pin;
use std::str;

use self::elsewhere::from_elsewhere;

mod elsewhere {
    pub fn from_elsewhere() -> i32 {
        3
    }
}

fn name_in_rust(number: i32) -> i32 {
    number + 1
}

fn in_a_namespace() -> i32 {
    2
}

fn of_arguments(error: String, error_1: String) -> usize {
    error.len() * error_1.len()
}

/// Of Rust, with methods.
#[derive(Default)]
pub struct Tape {
    text: String,
}

impl Tape {
    fn record(self: Pin<&mut Self>, text: &str) {
        self.get_mut().text.push_str(text);
    }

    fn longer<'a>(&'a self, other: &'a str) -> &'a str {
        if self.text.len() > other.len() { &self.text } else { other }
    }
}

/// Of Rust, so that a block has two types.
pub struct Ruler(usize);

impl Ruler {
    fn fits(&self, text: &str) -> bool {
        text.len() <= self.0
    }
}

fn append(bytes: &[u8], text: Pin<&mut CxxString>) -> Result<(), str::Utf8Error> {
    text.push_str(str::from_utf8(bytes)?);
    Ok(())
}

fn joined(texts: &CxxVector<CxxString>) -> String {
    texts.iter().map(CxxString::to_string_lossy).collect()
}

fn doubled(numbers: &mut [i32]) -> &mut [i32] {
    numbers.iter_mut().for_each(|number| *number *= 2);
    numbers
}

fn pass_text(text: UniquePtr<CxxString>) -> UniquePtr<CxxString> {
    text
}

fn pass_number(number: SharedPtr<i32>) -> SharedPtr<i32> {
    number
}

fn reversed(mut points: Vec<ffi::Point>) -> Vec<ffi::Point> {
    points.reverse();
    points
}

fn origin() -> ffi::Point {
    ffi::Point { x: 0, name: "origin".to_owned() }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::rust_functions")]
pub mod ffi {
    /// Known to both.
    #[derive(Clone)]
    struct Point {
        /// To the right.
        x: i32,
        /// What it is called.
        name: String,
    }

    extern "Rust" {
        #[cxx_name = "nameInCxx"]
        fn name_in_rust(number: i32) -> i32;
        #[namespace = "guarded::rust_functions::inner"]
        fn in_a_namespace() -> i32;
        fn from_elsewhere() -> i32;
        fn of_arguments(error: String, error_1: String) -> usize;

        fn append(bytes: &[u8], text: Pin<&mut CxxString>) -> Result<()>;
        fn joined(texts: &CxxVector<CxxString>) -> String;
        fn doubled(numbers: &mut [i32]) -> &mut [i32];

        fn pass_text(text: UniquePtr<CxxString>) -> UniquePtr<CxxString>;
        fn pass_number(number: SharedPtr<i32>) -> SharedPtr<i32>;
        fn reversed(points: Vec<Point>) -> Vec<Point>;
        fn origin() -> Point;
    }

    extern "Rust" {
        type Tape;
        type Ruler;

        fn record(self: Pin<&mut Tape>, text: &str);
        unsafe fn longer<'a>(self: &'a Tape, other: &'a str) -> &'a str;
        fn fits(self: &Ruler, text: &str) -> bool;
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/rust_functions.h");

        /// Those that are named otherwise, added up.
        fn call_by_name(number: i32) -> Result<i32>;
        /// Methods of two types.
        fn call_methods(tape: Pin<&mut Tape>, ruler: &Ruler) -> Result<bool>;
        /// With text to be changed; its failure is an exception.
        fn call_with_text(bytes: &[u8]) -> Result<UniquePtr<CxxString>>;
        /// With a vector of texts.
        fn call_with_texts() -> Result<String>;
        /// With a slice to be changed.
        fn call_with_slice() -> Result<i32>;
        /// With what changes its owner, and comes back.
        fn call_with_owned() -> Result<i32>;
        /// With structs.
        fn call_with_points() -> Result<Vec<Point>>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Ruler, Tape, ffi};
    use crate::{Failure, every_mood};
    use std::pin::Pin;

    #[test]
    fn names() {
        every_mood!(sum = ffi::call_by_name(10) => assert_eq!(sum, 11 + 2 + 3 + 4 * 5));
    }

    #[test]
    fn methods() {
        every_mood!(
            let mut tape = Tape::default();
            fits = ffi::call_methods(Pin::new(&mut tape), &Ruler(8)) => {
                assert!(fits);
                assert_eq!(tape.text, "recorded");
            }
        );
    }

    #[test]
    fn borrowed() {
        every_mood!(text = ffi::call_with_text("größer".as_bytes()) => assert_eq!(text.to_str(), Ok("= größer")));
        let error = ffi::call_with_text(b"before \xff").unwrap_err();
        assert!(error.text().contains("invalid utf-8"), "{error:?}");
        every_mood!(text = ffi::call_with_texts() => assert_eq!(text, "one, two"));
        every_mood!(sum = ffi::call_with_slice() => assert_eq!(sum, 12));
    }

    #[test]
    fn owned() {
        every_mood!(number = ffi::call_with_owned() => assert_eq!(number, 7));
        every_mood!(points = ffi::call_with_points() => {
            assert_eq!(points.iter().map(|point| point.x).collect::<Vec<_>>(), [0, 5]);
            assert_eq!(points[0].name, "origin");
        });
    }
}
