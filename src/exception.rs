use crate::{Backtrace, Site, record::Record};
use std::borrow::Cow;
use std::fmt;

/// A C++ exception that came out of a guarded call: anything that can be thrown, not only `std::exception`. Owns
/// all that it tells; any thread may read it.
pub struct Exception {
    pub(crate) record: Record,
}

impl Exception {
    /// The guarded function that it came out of.
    pub fn site(&self) -> &'static Site {
        self.record.site()
    }

    /// The demangled name of its dynamic type: `std::out_of_range`, or `int` for `throw 42`.
    pub fn type_name(&self) -> &str {
        self.record.type_name().unwrap_or("an exception of unknown type")
    }

    /// What it says: `what()` of a `std::exception`, or the text itself of a thrown string. `None` for other types.
    ///
    /// Bytes that are not UTF-8 are replaced; [`what_bytes`](Self::what_bytes) has them as they were.
    pub fn what(&self) -> Option<Cow<'_, str>> {
        self.what_bytes().map(String::from_utf8_lossy)
    }

    /// What it says, byte for byte, without the terminating NUL. (Under `std::terminate`, the first 8 KiB of it.)
    pub fn what_bytes(&self) -> Option<&[u8]> {
        self.record.what()
    }

    /// The stack as it stood where it was thrown, or, if C++ caught it and threw it again, where that was done last.
    ///
    /// `None` unless `RUST_LIB_BACKTRACE` or `RUST_BACKTRACE` is set (and not to `0`), or
    /// [`Config::exception_backtraces`](crate::Config::exception_backtraces) asks for it; and where memory was short.
    ///
    /// ```
    /// # fn show(exception: &backstop::Exception) {
    /// if let Some(backtrace) = exception.backtrace() {
    ///     eprintln!("{exception}, thrown from\n{backtrace}");
    /// }
    /// # }
    /// ```
    pub fn backtrace(&self) -> Option<Backtrace<'_>> {
        self.record.trace().map(|(trace, frames)| Backtrace::of_trace(trace, frames))
    }
}

/// One line: the function, the type, and what it says.
impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.site(), self.type_name())?;
        match self.what() {
            Some(what) => write!(f, ": {}", what.trim_end().replace('\n', "\\n").replace('\r', "\\r")),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exception")
            .field("site", self.site())
            .field("type_name", &self.type_name())
            .field("what", &self.what())
            .finish()
    }
}

impl std::error::Error for Exception {}
