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
//! Memory safety. A wild write may have done its damage before anything faulted, and what the library had allocated,
//! locked or half changed when it crashed stays so: destructors don't run. After a [`Fault`], finish what you are doing,
//! save what must be saved, and restart when you can.
//!
//! # Environment
//!
//! `BACKSTOP_DISABLE=1` switches fault recovery off, for debugging: faults then end the process where they happen.
//! Exceptions are still caught.
//!
//! [cxx]: https://cxx.rs

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod barrier;
mod error;
mod exception;
mod fault;
mod install;
mod kind;
mod record;
mod signal;
mod site;
mod sys;

pub use backstop_macros::bridge;
pub use barrier::barrier;
pub use error::Error;
pub use exception::Exception;
pub use fault::Fault;
pub use install::{Config, InstallError, Support, install, support};
pub use kind::FaultKind;
pub use signal::{Code, Signal};
pub use site::Site;

// The runtime refers to the C++ library, which cxx links.
use cxx as _;
