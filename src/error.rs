use crate::{Exception, Fault, Refused, Site, record::Record};
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
    /// It wasn't called: an earlier fault tainted the [`Domain`](crate::Domain) of the bridge.
    Refused(Refused),
}

impl Error {
    pub(crate) fn new(record: Record) -> Error {
        if record.is_exception() {
            Error::Exception(Exception { record })
        } else {
            Error::Fault(Fault::new(record))
        }
    }

    /// The guarded function that was called.
    pub fn site(&self) -> &'static Site {
        match self {
            Error::Exception(exception) => exception.site(),
            Error::Fault(fault) => fault.site(),
            Error::Refused(refused) => refused.site(),
        }
    }
}

/// One line: the function and the cause. `{:#}` adds for a fault how it was recovered, the registers and the backtrace.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Exception(exception) => fmt::Display::fmt(exception, f),
            Error::Fault(fault) => fmt::Display::fmt(fault, f),
            Error::Refused(refused) => fmt::Display::fmt(refused, f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Exception(exception) => fmt::Debug::fmt(exception, f),
            Error::Fault(fault) => fmt::Debug::fmt(fault, f),
            Error::Refused(refused) => fmt::Debug::fmt(refused, f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Exception(exception) => exception.source(),
            Error::Fault(fault) => fault.source(),
            Error::Refused(refused) => refused.source(),
        }
    }
}
