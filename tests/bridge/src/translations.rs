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

fn thrown(result: Result<(), backstop::Error>) -> backstop::Exception {
    match result {
        Err(backstop::Error::Exception(exception)) => exception,
        result => panic!("{result:?}"),
    }
}

#[test]
fn a_class_becomes_a_type() {
    let exception = thrown(ffi::parse(3));
    assert_eq!(exception.type_name(), "lib::ParseError");
    let failure = exception.downcast_ref::<Failure<Option<NonZeroU32>>>();
    assert_eq!(failure, Some(&Failure { detail: NonZeroU32::new(3) }));
    assert_eq!(thrown(ffi::fail(5)).downcast_ref::<Result2>(), Some(&Err(5)));
}

#[test]
fn the_most_derived_class_counts() {
    let exception = thrown(ffi::read(4));
    assert_eq!(exception.downcast_ref::<(u32, &'static str)>(), Some(&(4, "at the end")));
    assert!(exception.downcast_ref::<Failure<Option<NonZeroU32>>>().is_none());
}

#[test]
fn others_stay_what_they_are() {
    let exception = thrown(ffi::complain());
    assert_eq!(exception.type_name(), "std::logic_error");
    assert!(exception.downcast_ref::<Result2>().is_none());
}

// B10
#[test]
fn each_bridge_has_its_own() {
    let exception = thrown(translations_elsewhere::ffi::parse_otherwise(6));
    assert_eq!(exception.downcast_ref::<String>().map(|text| &**text), Some("another"));
    assert!(exception.downcast_ref::<Failure<Option<NonZeroU32>>>().is_none());
}
