//! C++ exceptions, crashes and aborts inside a [cxx] bridge come back as Rust errors.
//!
//! Annotate a bridge, and the functions in it that may fail:
//!
//! ```ignore
//! #[backstop::bridge]
//! mod ffi {
//!     unsafe extern "C++" {
//!         include!("demo/src/parser.h");
//!
//!         type Document;
//!
//!         #[guard]
//!         fn parse(text: &str) -> Result<UniquePtr<Document>>;
//!
//!         #[guard]
//!         fn title(self: &Document) -> Result<String>;
//!     }
//! }
//!
//! match ffi::parse(input) {
//!     Ok(document) => show(&document),
//!     Err(backstop::Error::Exception(e)) => eprintln!("not a document: {}", e.what().unwrap_or_default()),
//!     Err(error) => eprintln!("the parser crashed: {error}"),
//! }
//! ```
//!
//! and build it with `backstop_build` where a cxx bridge uses `cxx_build`:
//!
//! ```ignore
//! // build.rs
//! fn main() {
//!     backstop_build::bridge("src/main.rs").file("src/parser.cc").std("c++17").compile("demo");
//! }
//! ```
//!
//! # What it is not
//!
//! Memory safety. A wild write may have done its damage before anything faulted. Destructors of the C++ that crashed run
//! where they can, but what the library had half changed stays so. After a [`Fault`], finish what you are doing, save
//! what must be saved, and restart when you can.
//!
//! # Torn recoveries
//!
//! Where not all destructors between the fault and the guard could run, the library may also hold locks that nobody
//! releases. Such a recovery is *torn*, and it taints the [`Domain`] of the bridge, the static `DOMAIN` in its module:
//! further calls are not made, and come back as [`Error::Refused`], until the library is in order again and somebody says
//! so by [`Domain::reset`]. What is passed by value to such a call is dropped. `#[backstop::bridge(on_torn = "allow")]`
//! lets calls go on; and [`bridge`] has more to choose from.
//!
//! # Features
//!
//! `tracing`: events of faults, deadlines and refusals, and of domains whose state changes. `metrics`: `publish_metrics`, which
//! hands the counters of all domains to the recorder of the `metrics` crate. `serde`: [`Status`] can be serialised.
//! `portable-entry`: guards are entered by
//! `sigsetjmp`, also where there is an entry in assembly.
//!
//! # Environment
//!
//! `BACKSTOP_DISABLE=1` switches fault recovery off, for debugging: faults then end the process where they happen,
//! and deadlines interrupt nothing. Exceptions are still caught.
//!
//! [cxx]: https://cxx.rs

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(test)]
mod abi;
mod access;
mod backtrace;
mod barrier;
mod breaker;
mod budget;
mod build_id;
mod carried;
mod counters;
mod deadline;
mod domain;
mod error;
#[cfg(feature = "tracing")]
mod events;
mod exception;
mod fault;
mod frame;
mod handle;
mod install;
mod kind;
mod loaded;
mod module;
mod panic;
mod problems;
#[cfg(feature = "metrics")]
mod publish;
mod raise;
mod record;
mod recovery;
mod refused;
mod registers;
mod report;
mod reset;
mod scope;
mod signal;
mod site;
mod slot;
mod standard;
mod state;
mod status;
mod status_page;
mod symbol;
mod sys;
mod text;
mod translation;

pub use self::backtrace::Backtrace;
pub use access::Access;
pub use backstop_macros::bridge;
pub use barrier::barrier;
pub use breaker::Breaker;
pub use budget::Budget;
pub use counters::Counters;
pub use deadline::{Deadline, within};
pub use domain::{Domain, OnTorn, domains};
pub use error::Error;
pub use exception::{ErrorCode, Exception};
pub use fault::Fault;
pub use frame::{Frame, FrameState};
pub use handle::Handle;
pub use install::{Config, InstallError, Support, install, support};
pub use kind::FaultKind;
pub use module::Module;
pub use panic::Panic;
#[cfg(feature = "metrics")]
pub use publish::publish_metrics;
pub use recovery::{Recovery, Way};
pub use refused::{RefusalReason, Refused};
pub use scope::{CleanupError, CleanupResult, Cleanups, ScopeError, scope};
pub use signal::{Code, Signal};
pub use site::Site;
pub use standard::Standard;
pub use state::DomainState;
pub use status::{
    AlternateStack, DeadlineStatus, DomainStatus, SignalAction, SignalStatus, Status, ThreadStatus, status,
};
pub use symbol::Symbol;

/// The examples of the page, as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/errors.md")]
mod errors_page {}

/// As above.
#[cfg(doctest)]
#[doc = include_str!("../docs/deadlines.md")]
mod deadlines_page {}

/// As above.
#[cfg(doctest)]
#[doc = include_str!("../docs/operations.md")]
mod operations_page {}

/// As above.
#[cfg(doctest)]
#[doc = include_str!("../docs/domains.md")]
mod domains_page {}

// The runtime refers to the C++ library, which cxx links.
use cxx as _;
