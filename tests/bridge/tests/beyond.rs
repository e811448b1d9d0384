//! What a guard gives beyond cxx: exceptions of every type, and errors that name the function.

use backstop::{Error, Exception};
use backstop_bridge_tests::{Mood, guarded};
use std::error::Error as _;
use std::panic::{RefUnwindSafe, UnwindSafe};

fn thrown<T>(result: Result<T, Error>) -> Exception {
    match result {
        Err(Error::Exception(exception)) => exception,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it returned"),
    }
}

fn failed<T>(call: impl FnOnce() -> Result<T, Error>) -> Error {
    Mood::Throwing.set();
    call().err().expect("it throws")
}

/// Where in this package's source the function is declared.
fn assert_declared(error: &Error, name: &str, file: &str, source: &str, declaration: &str) {
    let site = error.site();
    assert_eq!(site.name(), format!("backstop_bridge_tests::guarded::{name}"));
    assert!(site.file().ends_with(file), "{}", site.file());
    let line = source.lines().position(|line| line.contains(declaration)).expect("it is declared") + 1;
    assert_eq!(site.line() as usize, line);
    assert!(error.to_string().starts_with(site.name()), "{error}");
}

#[test]
fn what_is_no_std_exception_arrives_by_its_type() {
    let exception = thrown(guarded::exceptions::ffi::throw_not_standard());
    assert_eq!(exception.type_name(), "guarded::exceptions::NotStandard");
    assert_eq!(exception.what(), None);
    assert_eq!(thrown(guarded::exceptions::ffi::throw_int()).type_name(), "int");
}

#[test]
fn standard_exceptions_arrive_by_their_type() {
    assert_eq!(thrown(guarded::exceptions::ffi::fail()).type_name(), "std::logic_error");
    assert_eq!(thrown(guarded::vectors::ffi::at(&vec![1], 100)).type_name(), "std::out_of_range");
}

#[test]
fn errors_of_rust_come_back_as_they_were() {
    let exception = thrown(guarded::callbacks::ffi::pass_failure());
    assert_eq!(exception.type_name(), "backstop::rust_error");
    assert!(exception.is_a("rust::cxxbridge1::Error"));
    assert_eq!(exception.what().as_deref(), Some("rust error"));
    assert!(exception.downcast_ref::<guarded::callbacks::RustError>().is_some());
    assert!(exception.source().is_none());
}

#[test]
fn panics_of_callbacks_arrive() {
    match guarded::callbacks::ffi::call_explode() {
        Err(Error::Panic(panic)) => assert_eq!(panic.message(), "a panic in Rust"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn text_that_is_not_utf8_is_not_lost() {
    cxx::let_cxx_string!(said = b"before \xff after");
    let exception = thrown(guarded::exceptions::ffi::say(&said));
    assert_eq!(exception.what_bytes(), Some(said.as_bytes()));
    assert_eq!(exception.what().as_deref(), Some("before \u{fffd} after"));
}

#[test]
fn errors_name_the_function() {
    let source = include_str!("../src/guarded/numbers.rs");
    let error = failed(guarded::numbers::ffi::nothing);
    assert_declared(&error, "numbers::ffi::nothing", "src/guarded/numbers.rs", source, "fn nothing()");

    // Under its name in Rust.
    let source = include_str!("../src/guarded/names.rs");
    let error = failed(guarded::names::ffi::from_rust);
    assert_declared(&error, "names::ffi::from_rust", "src/guarded/names.rs", source, "fn neither()");

    let source = include_str!("../src/guarded/several.rs");
    let error = failed(guarded::several::nested::deeper::ffi::second);
    let name = "several::nested::deeper::ffi::second";
    assert_declared(&error, name, "src/guarded/several.rs", source, "fn second()");
}

#[test]
fn errors_name_the_type_of_a_method() {
    use guarded::methods::ffi::Counter;
    let source = include_str!("../src/guarded/methods.rs");
    let counter = Counter::make(1).expect("it is well");
    let error = failed(|| counter.get());
    assert_declared(&error, "methods::ffi::Counter::get", "src/guarded/methods.rs", source, "fn get(&self)");
    let error = failed(|| Counter::make(1));
    assert_declared(&error, "methods::ffi::Counter::make", "src/guarded/methods.rs", source, "fn make(");
}

// X11
#[test]
fn types_and_errors_are_as_free_as_those_of_cxx() {
    fn assert_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    assert_unwind_safe::<guarded::exceptions::ffi::C>();
    assert_unwind_safe::<guarded::structs::ffi::Card>();
    assert_unwind_safe::<guarded::enums::ffi::Suit>();
    assert_unwind_safe::<cxx::UniquePtr<guarded::pointers::ffi::Widget>>();

    fn assert_error<T: std::error::Error + Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}
    assert_error::<cxx::Exception>();
    assert_error::<Error>();
}
