use crate::raise::message_of;
use crate::text::Printable;
use scopeguard::ScopeGuard;
use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `body`, and then what it has deferred, newest first: whether it has returned, or failed (by a crash of what it
/// called, say), or is panicking.
///
/// What a crash leaves behind in the C++ is C++'s to clean up (by destructors, and `backstop::defer` there). This is for
/// what the Rust around it holds for the library: sessions, handles, locks, files. Each deferred closure runs by itself:
/// one that fails, whose C++ crashes, or that panics, is noted, and the others run all the same.
///
/// ```
/// # mod ffi {
/// #     pub fn open(_: &str) -> Result<u32, backstop::Error> { Ok(1) }
/// #     pub fn close(_: u32) -> Result<(), backstop::Error> { Ok(()) }
/// #     pub fn convert(_: u32, _: u32) -> Result<usize, backstop::Error> { Ok(3) }
/// # }
/// let converted = backstop::scope(|cleanups| {
///     let from = ffi::open("in")?;
///     cleanups.defer(move || ffi::close(from));
///     let to = ffi::open("out")?;
///     cleanups.defer(move || ffi::close(to));
///     ffi::convert(from, to) // may crash: both are closed all the same
/// })?;
/// # assert_eq!(converted, 3);
/// # Ok::<(), backstop::ScopeError>(())
/// ```
///
/// A guard can't be put around a Rust closure, for no crash may jump over a frame of Rust. It is the guarded functions
/// called in it that catch; after a torn recovery they may answer [`Error::Refused`](crate::Error::Refused), which is
/// noted like any other failure.
///
/// Where nobody needs to know that a cleanup has failed, drops do: of values of your own, or by `scopeguard::defer!` of
/// the crate [scopeguard](https://docs.rs/scopeguard). They run after a crash as after every `return`. This adds that what
/// failed is reported, and that a panic in one doesn't end the process if another is on its way.
///
/// # Errors
///
/// [`ScopeError`] if `body` failed, or something deferred did. What `body` answered is dropped in the latter case: what it
/// rests on was not left in order.
///
/// # Panics
///
/// If `body` does, when all that it deferred has run. Failures then go to stderr, one line each.
pub fn scope<'env, T, E>(body: impl FnOnce(&mut Cleanups<'env>) -> Result<T, E>) -> Result<T, ScopeError<E>> {
    let mut cleanups = scopeguard::guard(Cleanups { deferred: Vec::new() }, |cleanups| {
        for failed in cleanups.run() {
            // Not `eprintln!`: if that panicked as well, the process would end.
            let _ = writeln!(io::stderr(), "backstop: a cleanup failed during a panic: {failed}");
        }
    });
    let outcome = body(&mut cleanups);
    let failed = ScopeGuard::into_inner(cleanups).run();
    match outcome {
        Ok(value) if failed.is_empty() => Ok(value),
        Ok(_) => Err(ScopeError { error: None, failed }),
        Err(error) => Err(ScopeError { error: Some(error), failed }),
    }
}

/// What shall be done at the end of a [`scope`].
pub struct Cleanups<'env> {
    deferred: Vec<Box<dyn FnOnce() -> Result<(), Failure> + 'env>>,
}

type Failure = Box<dyn StdError + Send + Sync>;

impl<'env> Cleanups<'env> {
    /// Has `cleanup` called at the end, before all that was deferred so far. It answers nothing, or a `Result`, of which
    /// only the error is kept.
    pub fn defer<R: CleanupResult>(&mut self, cleanup: impl FnOnce() -> R + 'env) {
        self.deferred.push(Box::new(|| cleanup().into_failure()));
    }

    fn run(mut self) -> Vec<CleanupError> {
        let mut failed = Vec::new();
        while let Some(cleanup) = self.deferred.pop() {
            // The closure is gone afterwards, with what it has left half done.
            match catch_unwind(AssertUnwindSafe(cleanup)) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => failed.push(CleanupError::Failed(error)),
                Err(payload) => failed.push(CleanupError::Panicked(message_of(&*payload).to_owned())),
            }
        }
        failed
    }
}

impl fmt::Debug for Cleanups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleanups").field("deferred", &self.deferred.len()).finish()
    }
}

/// What a closure may answer that is deferred by [`Cleanups::defer`]: nothing, or a `Result` with an error of any kind.
pub trait CleanupResult {
    #[doc(hidden)]
    fn into_failure(self) -> Result<(), Failure>;
}

impl CleanupResult for () {
    fn into_failure(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<T, E: Into<Failure>> CleanupResult for Result<T, E> {
    fn into_failure(self) -> Result<(), Failure> {
        self.map(drop).map_err(Into::into)
    }
}

/// Why something deferred by [`Cleanups::defer`] didn't do what it should.
#[derive(Debug)]
#[non_exhaustive]
pub enum CleanupError {
    /// It answered an error: an [`Error`](crate::Error) if a guarded call in it crashed.
    Failed(Box<dyn StdError + Send + Sync>),
    /// It panicked, with this message.
    Panicked(String),
}

/// One line.
impl fmt::Display for CleanupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CleanupError::Failed(error) => write!(f, "{}", Printable(error)),
            CleanupError::Panicked(message) => write!(f, "panic: {}", Printable(message)),
        }
    }
}

impl StdError for CleanupError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            CleanupError::Failed(error) => error.source(),
            CleanupError::Panicked(_) => None,
        }
    }
}

/// Why a [`scope`] came to nothing: the body's own error, and what went wrong in cleaning up after it. One of the two is
/// there at least.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScopeError<E = crate::Error> {
    /// The body's, if it failed.
    pub error: Option<E>,
    /// The deferred closures that failed, in the order in which they ran: newest first.
    pub failed: Vec<CleanupError>,
}

/// One line, if the body's error is.
impl<E: fmt::Display> fmt::Display for ScopeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.error {
            write!(f, "{error}")?;
        }
        let joint = if self.error.is_some() { "; and " } else { "" };
        for (number, failed) in self.failed.iter().enumerate() {
            let joint = if number == 0 { joint } else { "; " };
            write!(f, "{joint}a cleanup failed: {failed}")?;
        }
        Ok(())
    }
}

impl<E: StdError + 'static> StdError for ScopeError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.error {
            Some(error) => error.source(),
            None => self.failed.first().and_then(StdError::source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::convert::Infallible;

    fn panics() {
        panic!("at {}", "once")
    }

    #[test]
    fn newest_first_and_after_the_body() {
        let log = RefCell::new(Vec::new());
        let say = |text| log.borrow_mut().push(text);
        let answer = scope(|cleanups| {
            cleanups.defer(|| say("first"));
            cleanups.defer(|| say("second"));
            say("body");
            Ok::<_, Infallible>(7)
        });
        assert_eq!(answer.unwrap(), 7);
        assert_eq!(log.into_inner(), ["body", "second", "first"]);
    }

    #[test]
    fn failures_are_all_reported_and_the_others_run() {
        let ran = RefCell::new(0);
        let error = scope(|cleanups| {
            cleanups.defer(|| *ran.borrow_mut() += 1);
            cleanups.defer(|| "3\n4".parse::<i32>());
            cleanups.defer(panics);
            cleanups.defer(|| "5".parse::<i32>()); // which is well
            cleanups.defer(|| *ran.borrow_mut() += 1);
            Err::<(), _>(io::Error::other("the body's"))
        })
        .unwrap_err();
        assert_eq!(ran.into_inner(), 2);
        assert!(matches!(&error.failed[..], [CleanupError::Panicked(_), CleanupError::Failed(_)]));
        let text = "the body's; and a cleanup failed: panic: at once; a cleanup failed: invalid digit found in string";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn a_failed_cleanup_fails_the_scope() {
        let error = scope(|cleanups| {
            cleanups.defer(|| Err::<(), _>("not closed"));
            Ok::<_, Infallible>(())
        })
        .unwrap_err();
        assert!(error.error.is_none() && error.failed.len() == 1);
        assert_eq!(error.to_string(), "a cleanup failed: not closed");
    }

    #[test]
    fn a_panic_of_the_body_goes_on_when_all_has_run() {
        let ran = RefCell::new(0);
        let body = AssertUnwindSafe(|| {
            scope(|cleanups| -> Result<(), Infallible> {
                cleanups.defer(|| *ran.borrow_mut() += 1);
                cleanups.defer(panics);
                cleanups.defer(|| *ran.borrow_mut() += 1);
                panic!("the body's")
            })
        });
        let payload = catch_unwind(body).unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"the body's"));
        assert_eq!(ran.into_inner(), 2);
    }

    /// So that `?` makes an `anyhow::Error` of it, and a task may answer it.
    #[test]
    fn errors_go_to_other_threads() {
        fn any_thread<T: StdError + Send + Sync + 'static>() {}
        any_thread::<ScopeError>();
    }
}
