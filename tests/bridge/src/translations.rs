//! Exceptions that come back as types of Rust: what cxx knows nothing of.

use crate::translations_elsewhere;
use std::num::NonZeroU32;

/// Of the library that is bound.
#[derive(Debug, PartialEq)]
struct Failure<T> {
    detail: T,
}

fn parse_failure(error: &ffi::ParseError) -> Failure<Option<NonZeroU32>> {
    Failure { detail: NonZeroU32::new(error.line()) }
}

fn end(end: &ffi::End) -> (u32, &'static str) {
    (end.line(), "at the end")
}

fn code(code: &ffi::Code) -> Result2 {
    Err(ffi::value_of(code))
}

type Result2 = Result<(), i32>;

#[backstop::bridge(namespace = "lib")]
pub(crate) mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/translations.h");

        type ParseError;
        fn line(self: &ParseError) -> u32;

        #[cxx_name = "EndOfFile"]
        type End;
        fn line(self: &End) -> u32;

        type Code;
        fn value_of(code: &Code) -> i32;
    }

    extern "Rust" {
        /// The base class.
        #[exception]
        fn parse_failure(error: &ParseError) -> Failure<Option<NonZeroU32>>;
        #[backstop::exception]
        fn end(end: &End) -> (u32, &'static str);
    }

    extern "Rust" {
        #[exception]
        #[cfg(unix)]
        fn code(code: &Code) -> Result2;
        #[exception]
        #[cfg(windows)]
        fn nowhere(code: &ParseError) -> Nowhere;
    }

    #[guard]
    unsafe extern "C++" {
        fn parse(line: u32) -> Result<()>;
        fn read(line: u32) -> Result<()>;
        fn fail(value: i32) -> Result<()>;
        fn complain() -> Result<()>;
    }
}

#[test]
fn exceptions_still_arrive() {
    let exception = |result: Result<(), backstop::Error>| match result {
        Err(backstop::Error::Exception(exception)) => exception.type_name().to_owned(),
        result => panic!("{result:?}"),
    };
    assert_eq!(exception(ffi::parse(3)), "lib::ParseError");
    assert_eq!(exception(ffi::read(4)), "lib::EndOfFile");
    assert_eq!(exception(ffi::fail(5)), "lib::Code");
    assert_eq!(exception(ffi::complain()), "std::logic_error");
    assert_eq!(exception(translations_elsewhere::ffi::parse_otherwise(6)), "lib::ParseError");
}
