//! Other names for the other side, and namespaces, of types, their fields and their variants.

/// Of Rust.
pub struct Record(i32);

impl Record {
    fn read_number(&self) -> i32 {
        self.0
    }
}

/// The bridge.
#[backstop::bridge(namespace = "guarded::renamed")]
pub mod ffi {
    /// An enum.
    #[cxx_name = "Colour"]
    #[derive(Debug)]
    enum Color {
        /// A variant.
        #[cxx_name = "Rouge"]
        Red,
        /// Another.
        Green,
    }

    /// A struct.
    #[namespace = "guarded::renamed::inner"]
    #[cxx_name = "Spot"]
    struct Place {
        /// A field.
        #[cxx_name = "xPosition"]
        x: i32,
        /// A field of a type that is renamed.
        color: Color,
    }

    extern "Rust" {
        #[cxx_name = "Register"]
        type Record;
        #[cxx_name = "readNumber"]
        fn read_number(&self) -> i32;
    }

    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/renamed.h");

        /// An enum.
        fn mixed(color: Color) -> Result<Color>;
        /// A struct.
        fn moved(place: Place, by: i32) -> Result<Place>;
        /// A method of one.
        fn is_far(self: &Place) -> Result<bool>;
        /// A type of Rust.
        fn number_of(record: &Record) -> Result<i32>;
    }
}

#[cfg(test)]
mod tests {
    use super::Record;
    use super::ffi::{self, Color, Place};
    use crate::every_mood;

    #[test]
    fn enums() {
        every_mood!(color = ffi::mixed(Color::Red) => assert_eq!(color, Color::Green));
    }

    #[test]
    fn structs() {
        let place = |x| Place { x, color: Color::Red };
        every_mood!(moved = ffi::moved(place(3), 4) => assert_eq!((moved.x, moved.color), (7, Color::Red)));
        every_mood!(far = place(100).is_far() => assert!(far));
    }

    #[test]
    fn types_of_rust() {
        every_mood!(number = ffi::number_of(&Record(6)) => assert_eq!(number, 6));
    }
}
