//! Handles to objects that crash: `backstop::Handle`.

use backstop::{Error, Handle, RefusalReason, Support};
use std::time::Duration;

#[backstop::bridge(on_torn = "allow", namespace = "handles")]
mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/handles.h");

        type Document;

        fn make() -> UniquePtr<Document>;
        fn make_shared() -> SharedPtr<Document>;
        fn alive() -> i32;
        fn repair(self: Pin<&mut Document>);
        #[guard(recover = "jump")]
        fn change(self: Pin<&mut Document>, value: i32) -> Result<()>;
        #[guard(recover = "jump")]
        fn value(self: &Document) -> Result<i32>;
        #[guard(recover = "jump")]
        fn fail(self: &Document) -> Result<()>;
        #[guard(recover = "jump")]
        fn spin(self: &Document) -> Result<()>;
        #[guard]
        fn check(self: &Document) -> Result<()>;
        #[guard]
        #[rust_name = "value_unwound"]
        fn value(self: &Document) -> Result<i32>;
    }
}

/// The same, whose domain refuses calls after a torn recovery.
#[backstop::bridge(namespace = "handles")]
mod strict {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/handles.h");

        #[cxx_name = "Document"]
        type Same = super::ffi::Document;

        #[rust_name = "make_strict"]
        fn make() -> UniquePtr<Same>;
        #[guard(recover = "jump")]
        fn fail_in(document: &Same) -> Result<()>;
        #[guard]
        fn value_of(document: &Same) -> Result<i32>;
    }
}

/// One that has crashed half-way; and it was torn, for the guard is left by a jump.
fn crashed() -> Handle<cxx::UniquePtr<ffi::Document>> {
    let mut document = Handle::new(ffi::make());
    document.call_mut(|document| document.pin_mut().change(7)).unwrap();
    let error = document.call_mut(|document| document.pin_mut().change(-1)).unwrap_err();
    assert!(matches!(error, Error::Fault(_)) && error.is_torn(), "{error}");
    document
}

fn are_faults_caught() -> bool {
    backstop::support() == Support::Faults
}

#[test]
fn exceptions_leave_an_object_as_it_was() {
    let mut document = Handle::from(ffi::make());
    document.call_mut(|document| document.pin_mut().change(101)).unwrap();
    let error = document.call(|document| document.check()).unwrap_err();
    assert!(matches!(error, Error::Exception(_)) && !error.is_torn());
    assert!(!document.is_suspect() && document.suspicion().is_none());
    assert_eq!(document.call(|document| document.value()).unwrap(), 101);
    assert_eq!(document.into_inner().expect("in order").value().unwrap(), 101);
    assert_eq!(ffi::alive(), 0);
}

#[test]
fn a_torn_crash_makes_it_suspect() {
    if !are_faults_caught() {
        return;
    }
    let document = crashed();
    assert!(document.is_suspect());
    let suspicion = document.suspicion().unwrap();
    let crashing = concat!(module_path!(), "::ffi::Document::change");
    assert!(suspicion.starts_with(&format!("{crashing}: null dereference (write)")), "{suspicion}");

    let Err(Error::Refused(refused)) = document.call(|_| -> Result<(), _> { panic!("it is not called") })
    else {
        panic!("not refused");
    };
    assert_eq!((refused.site().name(), &*refused.first_fault()), (crashing, suspicion.as_str()));
    let message = format!(
        "a call on an object that `{crashing}` was working on: not made, since the object is suspect until it is \
         trusted, or the domain reset: {suspicion}"
    );
    assert_eq!(refused.to_string(), message);
    assert!(!Error::Refused(refused).is_torn());
    assert!(format!("{document:?}").contains("null dereference"));

    // Neither is its destructor, which would crash.
    drop(document);
    assert_eq!(ffi::alive(), 1);
    let document = crashed();
    let Err(document) = document.into_inner() else { panic!("it is suspect") };
    drop(document);
    assert_eq!(ffi::alive(), 2);
}

#[test]
fn so_does_a_torn_deadline() {
    if !are_faults_caught() {
        return;
    }
    let document = Handle::new(ffi::make());
    let spin = || document.call(|document| document.spin());
    let error = backstop::within(Duration::from_millis(20), spin).unwrap_err();
    assert!(matches!(error, Error::Deadline(_)) && error.is_torn(), "{error}");
    assert_eq!(document.suspicion(), Some(error.to_string()));
    document.trust();
}

/// A reset says that all of the library is in order.
#[test]
fn so_does_a_reset_of_the_domain() {
    if !are_faults_caught() {
        return;
    }
    let document = Handle::new(strict::make_strict());
    assert!(document.call(|document| strict::fail_in(document)).unwrap_err().is_torn());
    let reason = |result| match result {
        Err(Error::Refused(refused)) => refused.reason(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(document.call(|document| strict::value_of(document))), RefusalReason::Suspect);
    assert_eq!(reason(strict::value_of(&strict::make_strict())), RefusalReason::Tainted);
    let status = backstop::status();
    let start = format!(
        "{}: calls are refused, for a crash may have left the library half changed (",
        strict::DOMAIN.name()
    );
    assert!(status.problems.iter().any(|problem| problem.starts_with(&start)), "{status}");

    document.trust(); // which is not enough
    assert_eq!(reason(document.call(|document| strict::value_of(document))), RefusalReason::Tainted);
    strict::DOMAIN.reset().unwrap();
    assert_eq!(document.call(|document| strict::value_of(document)).unwrap(), 0);
    assert!(document.call(|document| strict::fail_in(document)).is_err() && document.is_suspect());
    strict::DOMAIN.reset().unwrap();
    assert!(!document.is_suspect() && document.suspicion().is_none());
    assert_eq!(document.call(|document| strict::value_of(document)).unwrap(), 0);
    drop(document);
    assert_eq!(ffi::alive(), 0);
}

#[test]
fn trust_brings_it_back() {
    if !are_faults_caught() {
        return;
    }
    let mut document = crashed();
    document.trust();
    assert!(!document.is_suspect() && document.suspicion().is_none());
    document
        .call_mut(|document| {
            document.pin_mut().repair();
            document.pin_mut().change(8)
        })
        .unwrap();
    assert_eq!(document.call(|document| document.value()).unwrap(), 8);
    drop(document);
    assert_eq!(ffi::alive(), 0);
}

/// Only what is torn counts. Whether this is depends on the compiler.
#[test]
fn a_clean_recovery_leaves_it_as_it_was() {
    if !are_faults_caught() {
        return;
    }
    let document = crashed();
    document.trust();
    let error = document.call(|document| document.value_unwound()).unwrap_err();
    assert!(matches!(error, Error::Fault(_)));
    assert_eq!(document.is_suspect(), error.is_torn());
    std::mem::forget(document);
}

#[test]
fn shared_objects_keep_a_reference() {
    if !are_faults_caught() {
        return;
    }
    let object = ffi::make_shared();
    let document = Handle::new(object.clone());
    document.call(|document| document.check()).unwrap();
    assert!(document.call(|document| document.fail()).is_err() && document.is_suspect());
    drop((document, object));
    assert_eq!(ffi::alive(), 1, "the handle has leaked its reference");
}

/// What a call answers may borrow from the object.
#[test]
fn answers_may_borrow() {
    let mut name = Handle::new(String::from("names"));
    assert_eq!(name.call_mut(|name| Ok(name.pop())).unwrap(), Some('s'));
    let borrowed: &str = name.call(|name| Ok(&name[..4])).unwrap();
    assert_eq!(borrowed, "name");
}
