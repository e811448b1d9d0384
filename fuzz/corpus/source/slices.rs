//! Slices, to read and to write, and arrays.

/// The bridge.
#[backstop::bridge(namespace = "guarded::slices")]
pub mod ffi {
    /// An element.
    #[derive(Debug, PartialEq)]
    struct Point {
        /// To the right.
        x: i32,
        /// What it is called.
        name: String,
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/slices.h");

        /// Of integers.
        fn sum(numbers: &[i32]) -> Result<i32>;
        /// Borrows from its argument.
        fn tail(bytes: &[u8]) -> Result<&[u8]>;
        /// Sorts in place, and borrows it.
        fn sort<'a>(numbers: &'a mut [i32]) -> Result<&'a mut [i32]>;
        /// Of Rust strings.
        fn characters(texts: &[String]) -> Result<usize>;
        /// Of borrowed Rust strings.
        fn borrowed_characters(texts: &[&str]) -> Result<usize>;
        /// Of shared structs.
        fn rightmost(points: &[Point]) -> Result<i32>;
        /// Of shared structs, to write.
        fn mirror(points: &mut [Point]) -> Result<()>;

        /// An array by value.
        fn rotate(numbers: [i32; 3]) -> Result<[i32; 3]>;
        /// An array by reference.
        fn same(numbers: &[i32; 3]) -> Result<&[i32; 3]>;
        /// An array of Rust strings, to write.
        fn fill(texts: &mut [String; 2]) -> Result<()>;
    }
}

#[cfg(test)]
mod tests {
    use super::ffi::{self, Point};
    use crate::every_mood;

    fn point(x: i32) -> Point {
        Point { x, name: format!("at {x}") }
    }

    // X3
    #[test]
    fn of_numbers() {
        every_mood!(sum = ffi::sum(&[1, 2, 3]) => assert_eq!(sum, 6));
        every_mood!(sum = ffi::sum(&[]) => assert_eq!(sum, 0));
        let bytes = [1, 2, 3];
        every_mood!(tail = ffi::tail(&bytes) => assert_eq!(tail.as_ptr_range(), bytes[1..].as_ptr_range()));
        let mut numbers = [3, 1, 2];
        every_mood!(sorted = ffi::sort(&mut numbers) => {
            assert_eq!(sorted, [1, 2, 3]);
            sorted.reverse();
        });
        assert_eq!(numbers, [3, 2, 1]);
    }

    #[test]
    fn of_text() {
        let owned = ["one".to_owned(), "three".to_owned()];
        every_mood!(characters = ffi::characters(&owned) => assert_eq!(characters, 8));
        every_mood!(characters = ffi::borrowed_characters(&["one", "three"]) => assert_eq!(characters, 8));
    }

    #[test]
    fn of_structs() {
        let mut points = [point(1), point(5), point(-9)];
        every_mood!(x = ffi::rightmost(&points) => assert_eq!(x, 5));
        every_mood!(() = ffi::mirror(&mut points) => assert_eq!(points[0].x.abs(), 1));
        assert_eq!(points[2].name, "at -9");
    }

    #[test]
    fn arrays() {
        every_mood!(rotated = ffi::rotate([1, 2, 3]) => assert_eq!(rotated, [2, 3, 1]));
        let numbers = [1, 2, 3];
        every_mood!(same = ffi::same(&numbers) => assert!(std::ptr::eq(same, &numbers)));
        let mut texts = [String::new(), "long enough to be on the heap".to_owned()];
        every_mood!(() = ffi::fill(&mut texts) => assert_eq!(texts, ["filled", "filled"]));
    }
}
