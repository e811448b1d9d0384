//! The attribute macro of the [`backstop`] crate. Use it from there: what it expands to names that crate and [`cxx`].
//!
//! [`backstop`]: https://docs.rs/backstop
//! [`cxx`]: https://cxx.rs

use proc_macro::TokenStream;

/// A [`cxx::bridge`] in which functions of C++ can be guarded.
///
/// `#[guard]` goes on a function of an `extern "C++"` or `extern "C++-unwind"` block that returns `Result`, or on the
/// whole block, which guards those of its functions that return `Result`. The error of a guarded function is
/// `backstop::Error` in place of `cxx::Exception`; everything else about it, and about the bridge, is as with cxx.
///
/// ```ignore
/// #[backstop::bridge(namespace = "demo")]
/// mod ffi {
///     unsafe extern "C++" {
///         include!("demo/parser.h");
///         type Document;
///
///         #[guard]
///         fn parse(text: &str) -> Result<UniquePtr<Document>>;
///
///         #[guard]
///         fn title(self: &Document) -> Result<String>;
///
///         fn length(self: &Document) -> usize; // not guarded, and no dearer than with cxx
///     }
/// }
///
/// match ffi::parse(input) {
///     Ok(document) => ...,
///     Err(backstop::Error::Exception(exception)) => ...,
///     Err(backstop::Error::Fault(fault)) => ...,
///     Err(other) => ...,
/// }
/// ```
///
/// # Options
///
/// `#[guard(recover = "...")]` says how a fault is recovered. An option on a function overrides that on its block.
///
/// * `"unwind"`, the default: the destructors of the C++ frames between the fault and the guard run, where they can.
/// * `"jump"`: straight back to the guard, and none of the code that faulted runs any more. For libraries in which
///   a destructor does more harm after a fault than a leak. Such a recovery is always torn.
///
/// `#[backstop::bridge(on_torn = "...")]`, beside cxx's `namespace = "..."`, says what follows when a fault was
/// recovered, but some destructors did not run, so that the library may be half changed or locked.
///
/// * `"refuse"`, the default: the guarded functions of the bridge are not called any more, and return
///   `backstop::Error::Refused`, until the bridge's domain is reset.
/// * `"allow"`: calls go on; the errors still tell what was torn.
///
/// # The domain
///
/// A bridge with guards has a static `DOMAIN` of type `backstop::Domain`, which knows whether calls are refused and
/// since when, and can be reset.
///
/// ```ignore
/// if ffi::DOMAIN.is_tainted() {
///     ffi::restart_parser(); // without a guard, and so never refused
///     ffi::DOMAIN.reset();
/// }
/// ```
///
/// Write the attribute as `#[backstop::bridge]`, and not within a macro: `backstop_build`, which compiles the C++ half
/// in the build script, reads the source before any name in it is resolved.
///
/// # Errors
///
/// Compilation fails, with a message that says what to write instead, where `#[guard]` stands on something that can't
/// be guarded, and where the build script does not give the file to `backstop_build`.
///
/// [`cxx::bridge`]: https://docs.rs/cxx/latest/cxx/attr.bridge.html
#[proc_macro_attribute]
pub fn bridge(args: TokenStream, item: TokenStream) -> TokenStream {
    backstop_syntax::expand(args.into(), item.into()).into()
}
