//! A parser in C++ that throws and crashes.

/// The bridge to it.
#[backstop::bridge(namespace = "outside")]
pub mod ffi {
    extern "Rust" {
        fn is_welcome(text: &str) -> bool;
    }

    unsafe extern "C++" {
        include!("outside/src/parser.h");

        /// A parsed text.
        type Document;

        /// Parses a text, if it can.
        #[guard]
        fn parse(text: &str) -> Result<UniquePtr<Document>>;

        /// The first line of it.
        #[guard]
        fn title(self: &Document) -> Result<String>;

        /// How long it is: a call with next to nothing in it.
        #[guard]
        fn length(self: &Document) -> Result<usize>;

        /// The same without a guard.
        #[rust_name = "length_unguarded"]
        fn length(self: &Document) -> Result<usize>;
    }
}

/// Asked by the parser.
fn is_welcome(text: &str) -> bool {
    assert!(text != "panic", "a text that nobody wants");
    true
}

#[cfg(test)]
mod tests {
    use super::ffi;
    use backstop::Error;

    #[test]
    fn parses() {
        let document = ffi::parse("a title\nand a text").unwrap();
        assert_eq!(document.title().unwrap(), "a title");
    }

    #[test]
    fn catches_a_panic() {
        let Some(Error::Panic(panic)) = ffi::parse("panic").err() else { panic!("it panics") };
        assert_eq!(panic.message(), "a text that nobody wants");
    }

    #[test]
    fn catches_an_exception() {
        let Some(Error::Exception(exception)) = ffi::parse("").err() else { panic!("it throws") };
        assert_eq!(exception.type_name(), "std::invalid_argument");
        assert_eq!(exception.what().as_deref(), Some("an empty text"));
    }
}
