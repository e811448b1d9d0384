//! A bridge that uses each feature. What the macro makes of it is in `features.expanded.rs`.

use std::num::NonZeroU32;

#[backstop::bridge(namespace = "demo", on_torn = "allow")]
pub mod ffi {
    /// Known to both.
    #[derive(Clone)]
    struct Position {
        line: u32,
        column: u32,
    }

    /// Known to both.
    enum Level {
        Warning,
        Error,
    }

    unsafe extern "C++" {
        include!("demo/parser.h");

        type Document;
        type View<'a>;
        #[namespace = "demo::errors"]
        type ParseError;

        fn line(self: &ParseError) -> u32;
        fn length(self: &Document) -> usize; // not guarded
        fn reload(path: &str) -> Result<()>; // nor this, so its error is cxx's
    }

    #[guard]
    unsafe extern "C++" {
        /// Reads a document.
        fn parse(text: &str, on_error: fn(&Position) -> bool) -> Result<UniquePtr<Document>>;

        #[guard(recover = "jump")]
        #[must_use]
        #[cxx_name = "positionOf"]
        fn position_of(self: &Document, word: &CxxString) -> Result<Position>;

        #[Self = "Document"]
        fn limit() -> Result<usize>;

        #[cfg(feature = "views")]
        fn view<'a>(document: &'a Document) -> Result<UniquePtr<View<'a>>>;

        fn first<'a>(self: Pin<&mut View<'a>>) -> Result<&'a str>;

        unsafe fn read(bytes: *const u8, size: usize) -> Result<Vec<u8>>;
    }

    extern "Rust" {
        type Log;
        type Scope<'a>;

        /// Called for each message.
        fn on_message(level: Level, text: &str);
        fn load(path: &str) -> Result<String>;
        #[cfg(feature = "views")]
        unsafe fn longest<'a>(left: &'a str, right: &'a str) -> &'a str;

        fn write(self: &mut Log, line: String) -> usize;
        fn last(self: &Log) -> &String;
        #[Self = "Log"]
        #[rust_name = "with_capacity"]
        fn make(lines: usize) -> Box<Log>;
        fn close(self: &mut Scope);
    }

    extern "Rust" {
        /// How a syntax error looks to Rust.
        #[exception]
        fn parse_failure(error: &ParseError) -> Option<NonZeroU32>;
    }
}
