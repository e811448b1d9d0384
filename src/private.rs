//! What the expansion of `#[guard]` calls. Not part of the interface.

use crate::record::Record;
use crate::{Domain, Error, Site, slot};

pub use crate::carried::Parcel as Carried;
pub use crate::raise::{IsOurs, IsPointer, IsText, IsValue, IsWhole, Probe, Raised, call, call_fallible};
pub use crate::site::Recover;
pub use crate::translation::{IsAValue, IsAnError, Translated, Translation};

/// Hands the site over to the hook that the next bridge call of this thread runs into.
///
/// # Errors
///
/// If the site's domain refuses it: the call is not to be made. That is found out here, where what is passed by value is
/// still Rust's own, and dropped the ordinary way.
#[inline(always)]
pub fn enter(site: &'static Site) -> Result<(), Error> {
    #[cfg(feature = "tracing")]
    crate::events::listen();
    if site.domain().is_some_and(Domain::may_refuse) {
        refuse(site)?;
    }
    slot::put(site);
    Ok(())
}

#[cold]
fn refuse(site: &'static Site) -> Result<(), Error> {
    match Record::of_refusal(site) {
        Some(record) => Err(failed(record, &[])),
        None => Ok(()), // it has been reset meanwhile, or this is its probe
    }
}

/// What came of that call, with the typed error, which came beside cxx's.
#[inline(always)]
pub fn result<T>(result: Result<T, cxx::Exception>) -> Result<T, Error> {
    result_of(result, &[])
}

/// The same for a bridge that has translations.
#[inline(always)]
pub fn result_of<T>(
    result: Result<T, cxx::Exception>,
    translations: &'static [Translation],
) -> Result<T, Error> {
    if !slot::is_empty() {
        return Err(failed(slot::take_overrun(), translations)); // and drops the result
    }
    result.map_err(|exception| error(exception, translations))
}

#[cold]
fn error(exception: cxx::Exception, translations: &[Translation]) -> Error {
    static SITE: Site = Site::outside("(a rust::behavior::trycatch of your own)\0");
    // If the hook has failed the call, it keeps the error. A trycatch around it may have called `fail` without it.
    let record = Record::take().unwrap_or_else(|| Record::of_text(&SITE, exception.what()));
    failed(record, translations)
}

#[cold]
fn failed(record: Record, translations: &[Translation]) -> Error {
    let error = Error::new(record, translations);
    #[cfg(feature = "tracing")]
    crate::events::failed(&error);
    error
}
