use crate::carried::{Carried, Content, Parcel};
use crate::report::write_exception;
use crate::text::shortened;
use crate::translation::{Translation, translated};
use crate::{Backtrace, Site, Standard, record::Record};
use std::borrow::Cow;
use std::error::Error as StdError;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::{fmt, io};

/// A C++ exception that came out of a guarded call: anything that can be thrown, not only `std::exception`.
///
/// It keeps the C++ object itself, so that it can be [thrown on](#thrown-on), and what it tells. Any thread may read it and
/// drop it. The shared library that threw it must stay loaded as long as it lives.
///
/// # Thrown on
///
/// A Rust function that C++ calls (in an `extern "Rust"` block of a `#[backstop::bridge]`) may return it, or the
/// [`Error`](crate::Error) that it is in: C++ then gets the original object thrown, and can catch it by its class.
///
/// # Errors of Rust
///
/// Any other error that such a function returns travels through C++ in an exception of the class `backstop::rust_error`. If
/// that comes out of a guard, it is here: [`downcast_ref`](Self::downcast_ref) finds the very error, and so does
/// [`source`](StdError::source).
pub struct Exception {
    inner: Box<Inner>,
}

struct Inner {
    record: Record,
    nested: Option<Exception>,
    translated: Option<Parcel>,
}

impl Exception {
    pub(crate) fn new(mut record: Record, translations: &[Translation]) -> Exception {
        let nested = record.take_nested().map(|nested| Exception::new(nested, translations));
        let translated = translated(&record, translations);
        Exception { inner: Box::new(Inner { record, nested, translated }) }
    }

    pub(crate) fn record(&self) -> &Record {
        &self.inner.record
    }

    pub(crate) fn into_record(self) -> Record {
        self.inner.record
    }

    /// The guarded function that it came out of.
    pub fn site(&self) -> &'static Site {
        self.record().site()
    }

    /// The demangled name of its dynamic type: `std::out_of_range`, or `int` for `throw 42`.
    pub fn type_name(&self) -> &str {
        self.record().type_name().unwrap_or("an exception of unknown type")
    }

    /// What it says: `what()` of a `std::exception`, the text itself of a thrown string, the message of a thrown
    /// `std::error_code`. `None` for other types.
    ///
    /// Bytes that are not UTF-8 are replaced; [`what_bytes`](Self::what_bytes) has them as they were.
    pub fn what(&self) -> Option<Cow<'_, str>> {
        self.what_bytes().map(String::from_utf8_lossy)
    }

    /// What it says, byte for byte, without the terminating NUL. (Under `std::terminate`, the first 8 KiB of it.)
    pub fn what_bytes(&self) -> Option<&[u8]> {
        self.record().what()
    }

    /// Whether `catch (const class &)` would have caught it: it is of that class, or of one that has it as a public base
    /// that is not ambiguous. The class is named in full, as in [`type_name`](Self::type_name).
    ///
    /// ```
    /// # fn retry(exception: &backstop::Exception) -> bool {
    /// exception.is_a("demo::timeout") || exception.is_a("std::bad_alloc")
    /// # }
    /// ```
    pub fn is_a(&self, class: &str) -> bool {
        CString::new(class).is_ok_and(|class| self.record().is_a(&class))
    }

    /// The standard exception that it is or is derived from: the most derived one. A class of the library's own that is
    /// derived from `std::out_of_range` is a [`Standard::OutOfRange`]. `None` if it is no `std::exception`.
    ///
    /// ```
    /// # fn explain(exception: &backstop::Exception) -> &str {
    /// use backstop::Standard;
    ///
    /// match exception.standard() {
    ///     Some(Standard::BadAlloc | Standard::BadArrayNewLength) => "out of memory",
    ///     Some(Standard::InvalidArgument | Standard::OutOfRange) => "a bug in how we call it",
    ///     _ => "it failed",
    /// }
    /// # }
    /// ```
    pub fn standard(&self) -> Option<Standard> {
        Standard::from_name(self.record().standard()?)
    }

    /// The exception that is nested in it, as by `std::throw_with_nested`. It is its [`source`](StdError::source), too.
    pub fn nested(&self) -> Option<&Exception> {
        self.inner.nested.as_ref()
    }

    /// The `std::error_code` of a `std::system_error`, or one that was thrown by itself.
    pub fn error_code(&self) -> Option<ErrorCode<'_>> {
        let (value, category) = self.record().code()?;
        Some(ErrorCode { value, category })
    }

    /// The same as an error of the operating system, if it is one: of the generic or the system category.
    ///
    /// ```
    /// # fn missing(exception: &backstop::Exception) -> bool {
    /// exception.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    /// # }
    /// ```
    pub fn io_error(&self) -> Option<io::Error> {
        self.error_code()?.io_error()
    }

    /// The first path of a `std::filesystem::filesystem_error`, if it names one.
    pub fn path(&self) -> Option<&Path> {
        self.path_number(0)
    }

    /// Its second path: of a copy or a rename, where to.
    pub fn other_path(&self) -> Option<&Path> {
        self.path_number(1)
    }

    fn path_number(&self, number: usize) -> Option<&Path> {
        let path = self.record().path(number).filter(|path| !path.is_empty())?;
        Some(Path::new(OsStr::from_bytes(path)))
    }

    /// What it is in Rust: what the `#[exception]` for its class has made of it, or the error that a Rust function
    /// returned to C++, which let it pass.
    ///
    /// ```
    /// # #[derive(Debug)] struct ParseFailure { line: u32 }
    /// # fn report(error: &backstop::Exception) {
    /// if let Some(failure) = error.downcast_ref::<ParseFailure>() {
    ///     eprintln!("line {}", failure.line);
    /// }
    /// # }
    /// ```
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        let translated = self.inner.translated.as_ref().and_then(Parcel::downcast_ref);
        translated.or_else(|| self.carried()?.downcast_ref())
    }

    fn carried(&self) -> Option<&Parcel> {
        match Carried::of(self.record().get())? {
            Content::Error(parcel) => Some(parcel),
            Content::Panic(_) => None,
        }
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
        self.record().trace().map(|(trace, frames)| Backtrace::of_trace(trace, frames))
    }
}

/// One line: the function, the type, and what it says. `{:#}` adds where it was thrown, if that is known.
impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_exception(self, f)
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exception")
            .field("site", self.site())
            .field("type_name", &shortened(self.type_name()))
            .field("what", &self.what().as_deref().map(shortened))
            .field("nested", &self.nested())
            .finish()
    }
}

/// The source is the nested exception; or else the Rust error that C++ carried, if it is a `std::error::Error`; or else what
/// an `#[exception]` has made of it, if that is one.
impl StdError for Exception {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let nested = self.nested().map(|nested| nested as _);
        let of_rust = || self.carried()?.error();
        let translated = || self.inner.translated.as_ref()?.error();
        nested.or_else(of_rust).or_else(translated)
    }
}

/// A `std::error_code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorCode<'a> {
    value: i32,
    category: &'a str,
}

impl<'a> ErrorCode<'a> {
    /// Its value, which the category gives a meaning.
    pub fn value(self) -> i32 {
        self.value
    }

    /// The name of its category: `generic`, `system`, `iostream`, `future`, or one of a library's own.
    pub fn category(self) -> &'a str {
        self.category
    }

    /// The same as an error of the operating system, if it is one: of the generic or the system category.
    pub fn io_error(self) -> Option<io::Error> {
        matches!(self.category, "generic" | "system").then(|| io::Error::from_raw_os_error(self.value))
    }
}
