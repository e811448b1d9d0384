//! What is deferred, over C++ that crashes: `backstop::scope`.

use backstop::{CleanupError, Error, Support, scope};

#[backstop::bridge(on_torn = "allow", namespace = "scopes")]
mod ffi {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/scopes.h");

        fn opened() -> i32;
        #[guard(recover = "jump")]
        fn open() -> Result<i32>;
        #[guard(recover = "jump")]
        fn work(session: i32) -> Result<()>;
        #[guard(recover = "jump")]
        fn close(session: i32) -> Result<()>;
    }
}

#[test]
fn a_crash_in_the_body_and_one_in_a_cleanup() {
    if backstop::support() != Support::Faults {
        return;
    }
    let error = scope(|cleanups| {
        for _ in 0..3 {
            let session = ffi::open()?;
            cleanups.defer(move || ffi::close(session));
        }
        assert_eq!(ffi::opened(), 3);
        ffi::work(1)
    })
    .unwrap_err();
    assert_eq!(ffi::opened(), 0, "all three were closed");
    assert!(error.error.as_ref().is_some_and(Error::is_torn));
    let [CleanupError::Failed(failed)] = &error.failed[..] else { panic!("{error:?}") };
    let failed = failed.downcast_ref::<Error>().expect("it is that of the guarded call");
    assert!(failed.is_torn() && failed.site().name().ends_with("::ffi::close"));
    let text = error.to_string();
    assert!(text.contains("::ffi::work: null dereference"), "{text}");
    assert!(text.contains("; and a cleanup failed: "), "{text}");
    assert!(text.contains("::ffi::close: null dereference"), "{text}");
}
