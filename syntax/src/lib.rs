//! Parses, checks and lowers the bridges of the [`backstop`] crate.
//!
//! This crate is the common half of `#[backstop::bridge]` and of `backstop_build`; use those. A bridge is a
//! [`cxx::bridge`] with `#[guard]` on some of its functions. cxx knows no `#[guard]`, so a bridge is *lowered* to
//! what cxx knows: the same module, in which each guarded function has another Rust name. The macro puts a *facade*
//! beside it, which has the functions under their own names, with the guard around the call. It also has, under hidden
//! names, what C++ calls: the user's functions, with what catches their panics.
//!
//! ```
//! let source = r#"
//!     #[backstop::bridge]
//!     mod ffi {
//!         unsafe extern "C++" {
//!             include!("demo/parser.h");
//!             #[guard]
//!             fn parse(text: &str) -> Result<i32>;
//!         }
//!     }
//! "#;
//! let file = backstop_syntax::lower_file(source).expect("a bridge without mistakes");
//! assert_eq!(file.digests.len(), 1);
//! assert!(file.text.contains("#[cxx::bridge]"));
//! assert!(!file.text.contains("guard"));
//! ```
//!
//! # Errors
//!
//! Every mistake in a bridge is found at once, each as a [`Problem`] that points at the tokens to change. What the
//! messages say stands in one table, `message.rs`.
//!
//! # The pipeline, in the order in which a bridge meets it
//!
//! `source` finds bridges in a file, `parse` reads one, `check` (with `options`) reports what is wrong and leaves our
//! attributes only where they are right, `lower` and `facade` write the two modules, `expand` and `print` hand them to rustc
//! and to cxx. What the two modules have to say of one function stands together: of a guarded one in `wrapper`, of one that
//! C++ calls in `callback`, of one that translates an exception in `translation`. `tests/expanded` shows all of it.
//!
//! [`backstop`]: https://docs.rs/backstop
//! [`cxx::bridge`]: https://cxx.rs

mod attrs;
mod callback;
mod check;
mod deadline;
mod declared;
mod digest;
mod domain;
mod elision;
mod expand;
mod facade;
mod function;
mod lower;
mod message;
mod options;
mod parse;
mod print;
mod signature;
mod source;
mod translation;
mod wrapper;

pub use crate::expand::expand;
pub use crate::message::Problem;
pub use crate::source::{LoweredFile, lower_file};
