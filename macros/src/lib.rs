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
/// Those of `#[guard(...)]` may stand on a function, or on a block for all of its functions; one on a function overrides that
/// on its block.
///
/// `recover = "..."` says how a fault is recovered.
///
/// * `"unwind"`, the default: the destructors of the C++ frames between the fault and the guard run, where they can.
/// * `"jump"`: straight back to the guard, and none of the code that faulted runs any more. For libraries in which
///   a destructor does more harm after a fault than a leak. Such a recovery is torn if it leaves anything out.
///
/// `deadline = "50ms"` says how long a call may take, in a whole number of `ns`, `us`, `ms`, `s` or `min`: one that takes longer
/// is interrupted, and returns `backstop::Error::Deadline`. `"none"` lifts the deadline of the block.
///
/// `domain = ...` says which domain the functions are in; see below. It is an option of `#[backstop::bridge(...)]` as well,
/// for all functions that have none.
///
/// * `domain = "codec"`: another domain of this bridge, the static `CODEC` in its module.
/// * `domain = crate::CODEC`: the path of a static of type `backstop::Domain`, as seen from within the module.
///
/// `#[backstop::bridge(on_torn = "...")]`, beside cxx's `namespace = "..."`, says what follows when a fault was
/// recovered, but some destructors did not run, so that the library may be half changed or locked.
///
/// * `"refuse"`, the default: the guarded functions of the bridge are not called any more, and return
///   `backstop::Error::Refused`, until the bridge's domain is reset.
/// * `"allow"`: calls go on; the errors still tell what was torn.
///
/// # Callbacks
///
/// C++ may call the functions of `extern "Rust"` blocks, on the way from a guarded call or anywhere else.
///
/// * An error that one returns is thrown in C++: as a `backstop::rust_error` with the error's text, which can be caught as
///   cxx's `rust::Error`, too; or, if it came from a C++ exception, as that very exception. If C++ lets it pass, the guard answers `backstop::Error::Exception`, and `downcast_ref` finds the error in it as it was.
/// * A panic is thrown as well, if a guard is around. So the destructors of the C++ in between run, and the guard answers
///   `backstop::Error::Panic`, which has the payload, and `resume`s the panic on request. In C++ it is a
///   `backstop::rust_panic`, and no `std::exception`. Where there is no guard, a panic aborts, as with cxx.
///
/// Function pointers that C++ got from Rust, and destructors and operators of Rust types, are called as with cxx: a panic in
/// one aborts.
///
/// Since each of them can throw, none is `noexcept` in C++. Where C++ declares one itself, which is so of methods on its own
/// classes, and by function pointers, it has to do without that, too.
///
/// ```ignore
/// fn on_error(line: u32) -> Result<(), TooMany> { ... }
///
/// #[backstop::bridge]
/// mod ffi {
///     extern "Rust" {
///         fn on_error(line: u32) -> Result<()>;
///     }
///     ...
/// }
///
/// match ffi::parse(input) {
///     Err(error) if error.downcast_ref::<TooMany>().is_some() => ...,
///     Err(backstop::Error::Panic(panic)) => panic.resume(),
///     ...
/// }
/// ```
///
/// # Exceptions
///
/// `#[exception]` says what a C++ class of exceptions is in Rust. It goes on a function in an `extern "Rust"` block that takes
/// the class by reference, and returns any type that is `'static`, `Send` and `Sync`. The function is one of the module around
/// the bridge; C++ does not see it, so what it returns need not be known to cxx.
///
/// ```ignore
/// #[derive(Debug)]
/// struct ParseFailure {
///     line: u32,
/// }
///
/// fn parse_failure(error: &ffi::ParseError) -> ParseFailure {
///     ParseFailure { line: error.line() }
/// }
///
/// #[backstop::bridge(namespace = "demo")]
/// mod ffi {
///     unsafe extern "C++" {
///         include!("demo/parser.h");
///
///         type ParseError;
///         fn line(self: &ParseError) -> u32;
///
///         #[guard]
///         fn parse(text: &str) -> Result<UniquePtr<Document>>;
///     }
///
///     extern "Rust" {
///         #[exception]
///         fn parse_failure(error: &ParseError) -> ParseFailure;
///     }
/// }
///
/// match ffi::parse(input) {
///     Err(error) if let Some(failure) = error.downcast_ref::<ParseFailure>() => ...,
///     ...
/// }
/// ```
///
/// An exception of a derived class is one of the base class, too; the most derived class that has a function counts. It is
/// called on the thread of the guarded call, when this has failed, and before it returns.
///
/// # The domain
///
/// A bridge with guards has a static `DOMAIN` of type `backstop::Domain`, which knows whether calls are refused and
/// since when, how calls went, and can be reset. The option `domain` puts functions into others.
///
/// ```ignore
/// if ffi::DOMAIN.is_tainted() {
///     ffi::restart_parser(); // without a guard, and so never refused
///     ffi::DOMAIN.reset()?;
/// }
/// ```
///
/// Write the attribute as `#[backstop::bridge]`, and not within a macro: `backstop_build`, which compiles the C++ half
/// in the build script, reads the source before any name in it is resolved.
///
/// # Errors
///
/// Compilation fails, with a message that says what to write instead, where `#[guard]` or `#[exception]` stands on something
/// that can't have it, and where the build script does not give the file to `backstop_build`.
///
/// [`cxx::bridge`]: https://docs.rs/cxx/latest/cxx/attr.bridge.html
#[proc_macro_attribute]
pub fn bridge(args: TokenStream, item: TokenStream) -> TokenStream {
    backstop_syntax::expand(args.into(), item.into()).into()
}
