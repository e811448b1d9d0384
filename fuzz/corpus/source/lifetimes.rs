//! Types and functions that borrow, with named lifetimes and with elided ones.

/// Of Rust, and borrows.
pub struct Sink<'a>(&'a mut Vec<u8>);

impl Sink<'_> {
    fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::lifetimes")]
pub mod ffi {
    /// Known to both, and borrows.
    struct Words<'a> {
        /// All of it.
        text: &'a str,
        /// Parts of it.
        hints: &'a [&'a str],
    }

    extern "Rust" {
        type Sink<'a>;

        fn push(self: &mut Sink, byte: u8);
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/lifetimes.h");

        /// Of C++, and borrows.
        type Reader<'a>;

        /// Borrows its argument.
        fn open<'a>(text: &'a str) -> Result<UniquePtr<Reader<'a>>>;
        /// With the lifetime of the type.
        fn peek<'a>(self: &Reader<'a>) -> Result<&'a str>;
        /// With the lifetime of the type, which is changed.
        fn take<'a>(self: Pin<&mut Reader<'a>>, length: usize) -> Result<&'a str>;
        /// With elided lifetimes.
        fn left(self: &Reader) -> Result<usize>;
        /// With two.
        fn same<'a, 'b>(reader: &'b Reader<'a>) -> Result<&'b Reader<'a>>;

        /// Gives a struct that borrows.
        fn split<'a>(text: &'a str, hints: &'a [&'a str]) -> Result<Words<'a>>;
        /// Takes one by reference.
        fn text_of<'a>(words: &Words<'a>) -> Result<&'a str>;
        /// A method of one.
        fn hint<'a>(self: &Words<'a>, index: usize) -> Result<&'a str>;
        /// Takes a type of Rust that borrows.
        fn fill(sink: &mut Sink) -> Result<()>;

        /// Borrows one of two.
        fn pick<'a>(left: &'a str, right: &str) -> Result<&'a str>;
        /// Borrows a slice to be changed.
        fn first<'a>(bytes: &'a mut [u8]) -> Result<&'a mut u8>;
    }
}

#[cfg(test)]
mod tests {
    use super::{Sink, ffi};
    use crate::every_mood;

    #[test]
    fn a_type_of_cxx_that_borrows() {
        let text = "some text".to_owned();
        every_mood!(reader = ffi::open(&text) => assert_eq!(reader.left().unwrap(), 9));
        let mut reader = ffi::open(&text).unwrap();
        every_mood!(left = reader.left() => assert_eq!(left, 9));
        every_mood!(same = ffi::same(&reader) => assert!(std::ptr::eq(same, &*reader)));
        every_mood!(taken = reader.pin_mut().take(1) => assert_eq!(taken.len(), 1));
        let rest = reader.peek().unwrap();
        every_mood!(same = reader.peek() => assert_eq!(same, rest));
        drop(reader);
        assert!(text.ends_with(rest)); // borrowed from the text, not from the reader
    }

    #[test]
    fn a_struct_that_borrows() {
        let text = "a b".to_owned();
        every_mood!(words = ffi::split(&text, &["a", "b"]) => assert_eq!(words.hints, ["a", "b"]));
        let words = ffi::split(&text, &["a", "b"]).unwrap();
        every_mood!(same = ffi::text_of(&words) => assert!(std::ptr::eq(same, &*text)));
        every_mood!(hint = words.hint(1) => assert_eq!(hint, "b"));
    }

    #[test]
    fn a_type_of_rust_that_borrows() {
        let mut bytes = vec![];
        every_mood!(() = ffi::fill(&mut Sink(&mut bytes)) => assert!(bytes.ends_with(&[7])));
    }

    #[test]
    fn functions_that_borrow() {
        let left = "left".to_owned();
        every_mood!(let right = "right".to_owned(); picked = ffi::pick(&left, &right) => assert_eq!(picked, "left"));
        let mut bytes = [1, 2];
        every_mood!(first = ffi::first(&mut bytes) => *first = 3);
        assert_eq!(bytes, [3, 2]);
    }
}
