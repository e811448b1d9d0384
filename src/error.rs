use crate::{Exception, Fault, Site, record::Record};
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
    /// It crashed or aborted. Destructors of the C++ frames that were left did not run.
    Fault(Fault),
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
        }
    }
}

/// One line: the function and the cause. `{:#}` adds where in the C++ it was, if symbols tell.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Exception(exception) => fmt::Display::fmt(exception, f),
            Error::Fault(fault) => fmt::Display::fmt(fault, f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Exception(exception) => fmt::Debug::fmt(exception, f),
            Error::Fault(fault) => fmt::Debug::fmt(fault, f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Exception(exception) => exception.source(),
            Error::Fault(fault) => fault.source(),
        }
    }
}
