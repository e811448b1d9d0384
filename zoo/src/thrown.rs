//! Exceptions that say more than a text, and C++ that they pass through on their way from Rust to Rust.

pub use self::ffi::{
    Manner, call_address, call_failing, cancel_thread, catch_by_class, catch_unguarded, counted_alive, pass,
    pass_noexcept, pass_unguarded, pass_without_result, rethrow, swallow, throw_around, throw_as,
    throw_later,
};
use std::error::Error;
use std::fmt;

/// What C++'s `zoo::Escape` is in Rust.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Escape {
    /// How many are out.
    pub animals: i32,
}

impl fmt::Display for Escape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} animals are out", self.animals)
    }
}

impl Error for Escape {}

/// What C++'s `zoo::BitingEscape` is in Rust, which is derived from `zoo::Escape`. No error, but a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BitingEscape {
    /// How many teeth it has.
    pub teeth: i32,
}

/// A closure that C++ calls, and whose error or panic passes through it.
pub struct Relay(Box<dyn Fn() -> Result<(), BoxedError> + Send + Sync>);

type BoxedError = Box<dyn Error + Send + Sync>;

impl Relay {
    /// That runs `body`.
    pub fn new<E: Into<BoxedError>>(body: impl Fn() -> Result<(), E> + Send + Sync + 'static) -> Self {
        Self(Box::new(move || body().map_err(E::into)))
    }

    fn run(&self) -> Result<(), BoxedError> {
        (self.0)()
    }

    fn run_without_result(&self) -> bool {
        self.run().expect("a relay that doesn't fail");
        true
    }
}

/// Runs the relay behind so many layers of C++, each with its guard, and one of Rust between two. Every other one of C++
/// catches what passes and throws it again.
pub fn through_layers(layers: usize, mut relay: Relay) -> Result<(), backstop::Error> {
    for layer in 1..layers {
        let inner = relay;
        relay = Relay::new(move || if layer % 2 == 0 { pass(&inner) } else { rethrow(&inner) });
    }
    pass(&relay)
}

fn escape(escape: &ffi::Escape) -> Escape {
    Escape { animals: escape.animals() }
}

fn biting_escape(escape: &ffi::BitingEscape) -> BitingEscape {
    BitingEscape { teeth: escape.teeth() }
}

/// The ways in which functions of Rust fail, by type of the error. C++ calls them by way of [`call_failing`].
pub mod failing {
    use super::Escape;
    use std::error::Error;
    use std::fmt;
    use std::rc::Rc;

    pub(super) fn with_error() -> Result<(), Escape> {
        Err(Escape { animals: 5 })
    }

    pub(super) fn with_string() -> Result<(), String> {
        Err("a string of Rust's".to_owned())
    }

    /// Neither may it go to another thread, nor is it an error.
    pub(super) fn with_text_only() -> Result<(), Rc<str>> {
        Err("a text for this thread only".into())
    }

    pub(super) fn with_exception() -> Result<(), backstop::Exception> {
        match super::throw_as(super::Manner::Escape) {
            Err(backstop::Error::Exception(exception)) => Err(exception),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn with_exception_in_a_box() -> Result<(), Box<dyn Error>> {
        Ok(super::throw_as(super::Manner::Escape)?)
    }

    pub(super) fn with_exception_in_a_box_to_send() -> Result<(), Box<dyn Error + Send>> {
        super::throw_as(super::Manner::Escape).map_err(|error| Box::new(error) as _)
    }

    /// A pointer to an error that is none itself, as `anyhow::Error` is.
    pub struct Pointer(Box<dyn Error + Send + Sync>);

    impl<E: Error + Send + Sync + 'static> From<E> for Pointer {
        fn from(error: E) -> Self {
            Self(error.into())
        }
    }

    impl AsRef<dyn Error + Send + Sync> for Pointer {
        fn as_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
            &*self.0
        }
    }

    impl fmt::Display for Pointer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    pub(super) fn with_exception_in_a_pointer() -> Result<(), Pointer> {
        Ok(super::throw_as(super::Manner::Escape)?)
    }
}
use failing::{
    with_error, with_exception, with_exception_in_a_box, with_exception_in_a_box_to_send,
    with_exception_in_a_pointer, with_string, with_text_only,
};

#[backstop::bridge(namespace = "zoo", on_torn = "allow")]
mod ffi {
    extern "Rust" {
        type Relay;
        fn run(self: &Relay) -> Result<()>;
        fn run_without_result(self: &Relay) -> bool;

        fn with_error() -> Result<()>;
        fn with_string() -> Result<()>;
        fn with_text_only() -> Result<()>;
        fn with_exception() -> Result<()>;
        fn with_exception_in_a_box() -> Result<()>;
        fn with_exception_in_a_box_to_send() -> Result<()>;
        fn with_exception_in_a_pointer() -> Result<()>;

        // The base comes first: it is the more derived one that counts.
        #[exception]
        fn escape(escape: &Escape) -> Escape;
        #[exception]
        fn biting_escape(escape: &BitingEscape) -> BitingEscape;
    }

    /// How to throw.
    #[derive(Debug)]
    enum Manner {
        /// A `std::runtime_error`.
        Runtime,
        /// A `zoo::Escape` of 2 animals, which is a `std::runtime_error`.
        Escape,
        /// A `zoo::BitingEscape` of 1 animal with 66 teeth, which is a `zoo::Escape`.
        BitingEscape,
        /// A class with a private base of `std::runtime_error`.
        PrivateEscape,
        /// A class that is a `std::exception` twice.
        AmbiguousEscape,
        /// An `int`.
        Number,
        /// A `const char *`.
        Text,
        /// A struct.
        Struct,
        /// A pointer to a `std::runtime_error`.
        Pointer,
        /// A `zoo::Escape` nested in a `std::logic_error`.
        Nested,
        /// The same, a hundred deep.
        DeeplyNested,
        /// A `std::system_error` of the generic category: `ENOENT`.
        System,
        /// A `std::system_error` of a category of its own, `feeding`: 7.
        Feeding,
        /// A `std::error_code` by itself: `EACCES`.
        Code,
        /// A `std::filesystem::filesystem_error` with two paths.
        Filesystem,
        /// A `std::ios_base::failure`.
        Stream,
        /// A `std::regex_error`.
        Regex,
        /// A `std::future_error`.
        Future,
        /// A `std::bad_alloc`.
        Alloc,
    }

    unsafe extern "C++" {
        include!("backstop-zoo/src/thrown.h");

        type Escape;
        fn animals(self: &Escape) -> i32;

        type BitingEscape;
        fn teeth(self: &BitingEscape) -> i32;

        /// How many objects of this library's are alive.
        fn counted_alive() -> i64;

        /// As `catch_by_class`, without a guard.
        fn catch_unguarded(relay: &Relay) -> String;
        /// As `pass`, without a guard.
        fn pass_unguarded(relay: &Relay) -> Result<()>;
    }

    #[guard]
    unsafe extern "C++" {
        /// Throws.
        fn throw_as(manner: Manner) -> Result<()>;

        /// Runs the relay and lets what it throws pass.
        fn pass(relay: &Relay) -> Result<()>;
        /// The same with a function of Rust's that returns no `Result`.
        fn pass_without_result(relay: &Relay) -> Result<bool>;
        /// Runs the relay, and answers which clause caught what it threw, and what that says.
        fn catch_by_class(relay: &Relay) -> Result<String>;
        /// Runs the relay and drops what it throws.
        fn swallow(relay: &Relay) -> Result<()>;
        /// Runs the relay where nothing may be thrown.
        fn pass_noexcept(relay: &Relay) -> Result<()>;
        /// Runs the relay, catches what it throws, and throws it again.
        fn rethrow(relay: &Relay) -> Result<()>;
        /// Runs the relay on another thread, and throws here what it threw there.
        fn throw_later(relay: &Relay) -> Result<()>;
        /// Runs the relay, and nests what it throws in a `zoo::Escape` of 4 animals.
        fn throw_around(relay: &Relay) -> Result<()>;
        /// Calls the function of `failing` with this number.
        fn call_failing(number: i32) -> Result<()>;
        /// Calls the function, which is not one of the bridge, at this address.
        ///
        /// # Safety
        ///
        /// It is the address of an `extern "C-unwind" fn()`.
        unsafe fn call_address(function: usize) -> Result<()>;
        /// Has the thread cancelled, and goes to where that happens.
        fn cancel_thread() -> Result<()>;
    }
}
