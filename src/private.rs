//! What the expansion of `#[guard]` calls. Not part of the interface.

use crate::record::Record;
use crate::{Error, Site, sys};

/// Hands the site over to the hook that the next bridge call of this thread runs into.
#[inline(always)]
pub fn enter(site: &'static Site) {
    sys::bridge_enter(site);
}

/// Turns the error of the bridge call that has just failed into the typed one, which came beside it.
#[cold]
pub fn error(exception: cxx::Exception) -> Error {
    match Record::take() {
        Some(record) => Error::new(record),
        None => panic!(
            "a guarded call failed outside its guard ({exception}): does a rust::behavior::trycatch of your own call \
             backstop::trycatch? The first lines of backstop/bridge.h show how"
        ),
    }
}
