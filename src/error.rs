use crate::record::Record;
use crate::translation::Translation;
use crate::{Deadline, Exception, Fault, Panic, Refused, Site, sys};
use std::error::Error as StdError;
use std::fmt;

/// Why a guarded call didn't return.
///
/// ```
/// # fn report(error: backstop::Error) {
/// match error {
///     backstop::Error::Exception(e) => println!("{} threw {}", e.site(), e.type_name()),
///     backstop::Error::Fault(f) => println!("{}: {:?} at {:?}", f.site(), f.kind(), f.address()),
///     other => println!("{other}"),
/// }
/// # }
/// ```
#[non_exhaustive]
pub enum Error {
    /// It threw.
    Exception(Exception),
    /// It crashed or aborted.
    Fault(Fault),
    /// Rust that it called back panicked.
    Panic(Panic),
    /// It wasn't called: an earlier fault tainted its [`Domain`](crate::Domain), or there were too many for its
    /// [`Breaker`](crate::Breaker).
    Refused(Refused),
    /// It overran its deadline.
    Deadline(Deadline),
}

impl Error {
    pub(crate) fn new(record: Record, translations: &[Translation]) -> Error {
        match record.kind() {
            sys::FAULT => Error::Fault(Fault::new(record)),
            sys::REFUSAL => Error::Refused(Refused { record }),
            sys::DEADLINE => Error::Deadline(Deadline::new(record)),
            sys::PANIC => Error::Panic(Panic::new(record)),
            _ => Error::Exception(Exception::new(record, translations)),
        }
    }

    /// The record of what was thrown.
    pub(crate) fn into_thrown(self) -> Result<Record, Error> {
        match self {
            Error::Exception(exception) => Ok(exception.into_record()),
            Error::Panic(panic) => panic.into_thrown().map_err(Error::Panic),
            other => Err(other),
        }
    }

    /// The guarded function that was called.
    pub fn site(&self) -> &'static Site {
        match self {
            Error::Exception(exception) => exception.site(),
            Error::Fault(fault) => fault.site(),
            Error::Panic(panic) => panic.site(),
            Error::Refused(refused) => refused.site(),
            Error::Deadline(deadline) => deadline.site(),
        }
    }

    /// Whether what the call was working on may be leaked, locked or half changed: see [`Recovery::is_torn`](crate::Recovery::is_torn).
    pub fn is_torn(&self) -> bool {
        match self {
            Error::Fault(fault) => fault.recovery().is_torn(),
            Error::Deadline(deadline) => deadline.is_torn(),
            _ => false,
        }
    }

    /// What the exception is in Rust, if it is one: see [`Exception::downcast_ref`].
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        match self {
            Error::Exception(exception) => exception.downcast_ref(),
            _ => None,
        }
    }

    fn payload(&self) -> &(dyn StdError + 'static) {
        match self {
            Error::Exception(exception) => exception,
            Error::Fault(fault) => fault,
            Error::Panic(panic) => panic,
            Error::Refused(refused) => refused,
            Error::Deadline(deadline) => deadline,
        }
    }
}

/// One line: the function and the cause. `{:#}` adds for a fault how it was recovered, the registers and the backtrace, and
/// for an exception where it was thrown, if that is known; for a call that was interrupted, how it was recovered and where it was.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.payload(), f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.payload(), f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.payload().source()
    }
}

impl From<Exception> for Error {
    fn from(exception: Exception) -> Error {
        Error::Exception(exception)
    }
}

impl From<Panic> for Error {
    fn from(panic: Panic) -> Error {
        Error::Panic(panic)
    }
}

/// For code in which some calls are guarded and some are cxx's own: `?` turns the errors of both into one type. Of a
/// [`cxx::Exception`] nothing is known but the text.
impl From<cxx::Exception> for Exception {
    fn from(exception: cxx::Exception) -> Exception {
        static SITE: Site = Site::outside("(a call without a guard)\0");
        Exception::new(Record::of_text(&SITE, exception.what()), &[])
    }
}

/// As for [`Exception`].
impl From<cxx::Exception> for Error {
    fn from(exception: cxx::Exception) -> Error {
        Exception::from(exception).into()
    }
}
