//! What the expansion of `#[guard]` calls. Not part of the interface.

use crate::record::Record;
use crate::{Domain, Error, Refused, Site, sys};

pub use crate::domain::OnTorn;
pub use crate::site::Recover;

/// Hands the site over to the hook that the next bridge call of this thread runs into.
///
/// # Errors
///
/// If the site's domain is tainted: the call is not to be made. That is found out here, where what is passed by value is
/// still Rust's own, and dropped the ordinary way.
#[inline(always)]
pub fn enter(site: &'static Site) -> Result<(), Error> {
    if site.domain().is_some_and(Domain::is_tainted) {
        refuse(site)?;
    }
    sys::bridge_enter(site);
    Ok(())
}

#[cold]
fn refuse(site: &'static Site) -> Result<(), Error> {
    match Record::of_refusal(site) {
        Some(record) => Err(Error::Refused(Refused { record })),
        None => Ok(()), // it has been reset meanwhile
    }
}

/// What came of that call, with the typed error, which came beside cxx's.
#[inline(always)]
pub fn result<T>(result: Result<T, cxx::Exception>) -> Result<T, Error> {
    if let Some(site) = sys::bridge_site() {
        ran_without_guard(site);
    }
    result.map_err(error)
}

#[cold]
fn error(_: cxx::Exception) -> Error {
    Error::new(Record::take().expect("the hook has failed this call, and keeps the error"))
}

/// Nobody took the site.
#[cold]
fn ran_without_guard(site: &Site) -> ! {
    panic!(
        "the call of `{site}` ran without its guard: a rust::behavior::trycatch of your own must call \
         backstop::trycatch; the first lines of backstop/bridge.h show how"
    )
}

/// What a Rust function that C++ calls gives back in place of its value: cxx asks for no more than that it can be displayed.
pub struct Raised(String);

impl Raised {
    pub fn new(error: impl std::fmt::Display) -> Self {
        Raised(error.to_string())
    }
}

impl std::fmt::Display for Raised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs a Rust function for C++.
pub fn call<T>(f: impl FnOnce() -> T) -> Result<T, Raised> {
    Ok(f())
}

/// The same, of one that may fail.
pub fn call_fallible<T, E>(
    f: impl FnOnce() -> Result<T, E>,
    raise: impl FnOnce(E) -> Raised,
) -> Result<T, Raised> {
    f().map_err(raise)
}

/// What a translation made of an exception.
pub struct Carried(pub Box<dyn std::any::Any + Send + Sync>);

/// How exceptions of one class look to Rust.
pub struct Translation {
    pub ty: fn() -> usize,
    pub translate: unsafe fn(*const ()) -> Carried,
}

impl Translation {
    pub const fn new(ty: fn() -> usize, translate: unsafe fn(*const ()) -> Carried) -> Self {
        Translation { ty, translate }
    }
}

/// As `result`, in a bridge with translations.
pub fn result_of<T>(
    result: Result<T, cxx::Exception>,
    exceptions: &'static [Translation],
) -> Result<T, Error> {
    for translation in exceptions {
        assert_ne!((translation.ty)(), 0);
    }
    self::result(result)
}

#[doc(hidden)]
#[macro_export]
macro_rules! __raise {
    ($error:expr) => {
        $crate::__private::Raised::new($error)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __translate {
    ($error:expr) => {
        $crate::__private::Carried(::std::boxed::Box::new($error))
    };
}
