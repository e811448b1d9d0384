//! Holds `#[backstop::bridge]` against `#[cxx::bridge]`, feature by feature.
//!
//! Each file in `guarded/` is a bridge with everything guarded and what must be true of it. The build script makes a
//! plain cxx bridge of the same file: the same source with another attribute and without guards, over the same C++. So
//! every test runs on both sides, `guarded::...` and `plain::...`, and what is true of cxx is true of backstop.

#![deny(warnings, missing_docs)]

#[cfg(test)]
mod breakers;
#[cfg(test)]
mod crowds;
#[cfg(all(test, not(backstop_no_faults)))]
mod deadlines;
#[cfg(test)]
mod domains;
#[cfg(test)]
mod handles;
mod mood;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod translations;
#[cfg(test)]
mod translations_elsewhere;

pub use mood::{Failure, Mood, expectation};

/// With everything guarded.
pub mod guarded;

/// The same, by cxx alone.
#[expect(clippy::missing_safety_doc, reason = "cxx loses it")]
pub mod plain {
    include!(concat!(env!("OUT_DIR"), "/plain/mod.rs"));
}
