//! What an exception tells, and that nothing of it is lost between C++ and Rust: exceptions, errors and panics through any
//! number of layers of both.

mod support;

use backstop::{Error, Exception, Standard};
use backstop_zoo::thrown::{self, BitingEscape, Escape, Manner, Relay, counted_alive};
use libc::SIGABRT;
use std::error::Error as StdError;
use std::fmt;
use std::io::ErrorKind;
use std::panic::{self, AssertUnwindSafe, catch_unwind, panic_any};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use support::{Test, assert_recovers, marker};

fn main() -> ExitCode {
    let bodies: [(&str, fn()); _] = [
        ("types_are_named", types_are_named),
        ("classes_are_asked_as_by_catch_clauses", classes_are_asked_as_by_catch_clauses),
        ("nested", nested),
        ("error_codes", error_codes),
        ("paths", paths),
        ("translations", translations),
        ("thrown_on_unchanged", thrown_on_unchanged),
        ("caught_by_class_in_cpp", caught_by_class_in_cpp),
        ("errors_of_rust_come_back", errors_of_rust_come_back),
        ("errors_by_type", errors_by_type),
        ("faults_and_refusals_come_back", faults_come_back),
        ("a_caught_panic_is_an_error_without_a_guard", a_caught_panic_is_an_error_without_a_guard),
        ("thrown_on_out_of_a_pointer", thrown_on_out_of_a_pointer),
        ("five_layers", five_layers),
        ("panics_come_out", panics_come_out),
        ("panics_resume", panics_resume),
        ("panics_through_five_layers", panics_through_five_layers),
        ("panics_that_cpp_swallows", panics_that_cpp_swallows),
        ("panics_on_another_thread", panics_on_another_thread),
        ("panics_as_rust_unwinds", panics_as_rust_unwinds),
        ("thrown_on_with_where_it_was_thrown_first", thrown_on_with_where_it_was_thrown_first),
        ("rethrown_by_cpp", rethrown_by_cpp),
        ("nested_by_cpp", nested_by_cpp),
        ("without_a_guard_as_with_cxx", without_a_guard_as_with_cxx),
        ("errors_of_cxx", errors_of_cxx),
        ("generic_code", generic_code),
        ("errors_outlive_threads", errors_outlive_threads),
    ];
    let mut tests: Vec<Test> = bodies
        .into_iter()
        .map(|(name, body)| {
            Test::in_child(name, move || {
                let before = counted_alive();
                body();
                assert_eq!(counted_alive(), before, "objects of C++ are left");
                assert_eq!(Token::alive(), 0, "objects of Rust are left");
                if has_faults() {
                    assert_recovers();
                }
            })
        })
        .collect();
    tests.extend([
        Test::in_child("panics_that_cannot_pass", panics_that_cannot_pass)
            .skipped_if(backstop::support() != backstop::Support::Faults, "it is an abort without fault support"),
        Test::new("a_panic_without_a_guard", a_panic_without_a_guard, |child| {
            let outcome = child.run();
            outcome.died_by(SIGABRT);
            outcome.says("no guard here");
            outcome.says(
                "backstop: a panic in the Rust callback `zoo::Relay::run` can't leave it: the C++ that called it is not under a guard",
            );
        }),
        Test::new("a_panic_on_a_thread_of_cpp", a_panic_on_a_thread_of_cpp, |child| {
            let outcome = child.run();
            outcome.died_by(SIGABRT);
            outcome.says("`zoo::Callback::run` can't leave it");
        }),
        Test::new("thread_cancellation", thread_cancellation, |child| {
            let outcome = child.run();
            outcome.died_by(SIGABRT);
            outcome.says("backstop: backstop_zoo::thrown::ffi::cancel_thread: ");
            outcome.says("the thread is being cancelled (by pthread_cancel or pthread_exit)");
        }),
    ]);
    support::main(tests)
}

/// Counts those alive, on the Rust side.
#[derive(Debug)]
struct Token(i32);

static TOKENS: AtomicI64 = AtomicI64::new(0);

impl Token {
    fn new(number: i32) -> Self {
        TOKENS.fetch_add(1, Ordering::SeqCst);
        Self(number)
    }

    fn alive() -> i64 {
        TOKENS.load(Ordering::SeqCst)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        TOKENS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// An error of Rust's own, with a source.
#[derive(Debug)]
struct Trouble {
    token: Token,
    source: std::num::ParseIntError,
}

impl Trouble {
    fn new(number: i32) -> Self {
        Self { token: Token::new(number), source: "x".parse::<i32>().unwrap_err() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trouble {}", self.token.0)
    }
}

impl StdError for Trouble {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

#[track_caller]
fn exception<T: fmt::Debug>(result: Result<T, Error>) -> Exception {
    match result {
        Err(Error::Exception(exception)) => exception,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn thrown(manner: Manner) -> Exception {
    exception(thrown::throw_as(manner))
}

fn types_are_named() {
    for (manner, name, what) in [
        (Manner::Runtime, "std::runtime_error", Some("the lion is out")),
        (Manner::Escape, "zoo::Escape", Some("two tigers")),
        (Manner::BitingEscape, "zoo::BitingEscape", Some("one crocodile")),
        (Manner::PrivateEscape, "zoo::PrivateEscape", None),
        (Manner::AmbiguousEscape, "zoo::AmbiguousEscape", None),
        (Manner::Number, "int", None),
        (Manner::Text, "char const*", Some("the tiger too")),
        (Manner::Struct, "zoo::(anonymous namespace)::Bare", None),
        (Manner::Pointer, "std::runtime_error*", None),
        (Manner::Code, "std::error_code", Some("Permission denied")),
        (Manner::Alloc, "std::bad_alloc", Some("std::bad_alloc")),
    ] {
        let exception = thrown(manner);
        assert_eq!(exception.type_name(), name);
        assert_eq!(exception.what().as_deref(), what, "{name}");
    }
}

fn classes_are_asked_as_by_catch_clauses() {
    let biting = thrown(Manner::BitingEscape);
    for class in [
        "zoo::BitingEscape",
        "zoo::Escape",
        "zoo::Dangerous",
        "std::runtime_error",
        "std::exception",
        "const std::exception&",
        "zoo::Escape const &",
        "::zoo::Escape",
    ] {
        assert!(biting.is_a(class), "{class}");
    }
    for class in ["std::logic_error", "Escape", "zoo::Esc", "", "std::exception\0", "int"] {
        assert!(!biting.is_a(class), "{class}");
    }
    assert_eq!(biting.standard(), Some(Standard::RuntimeError));

    let private = thrown(Manner::PrivateEscape);
    assert!(private.is_a("zoo::PrivateEscape") && !private.is_a("std::runtime_error"));
    assert_eq!(private.standard(), None);

    let ambiguous = thrown(Manner::AmbiguousEscape);
    assert!(ambiguous.is_a("zoo::LeftEscape") && ambiguous.is_a("std::logic_error"));
    assert!(!ambiguous.is_a("std::exception"), "no clause for it would take it");

    let text = thrown(Manner::Text);
    assert!(text.is_a("const char*") && text.is_a("char const*") && text.is_a("const char *"));
    assert!(!text.is_a("char*") && text.standard().is_none());
    assert!(thrown(Manner::Number).is_a("int"));
    assert!(thrown(Manner::Pointer).is_a("std::runtime_error*"));

    for (manner, standard) in [
        (Manner::Runtime, Standard::RuntimeError),
        (Manner::Nested, Standard::LogicError),
        (Manner::System, Standard::SystemError),
        (Manner::Filesystem, Standard::FilesystemError),
        (Manner::Stream, Standard::IosFailure),
        (Manner::Regex, Standard::RegexError),
        (Manner::Future, Standard::FutureError),
        (Manner::Alloc, Standard::BadAlloc),
    ] {
        let exception = thrown(manner);
        assert_eq!(exception.standard(), Some(standard), "{exception}");
        assert!(exception.is_a(standard.name()) && exception.is_a("std::exception"), "{exception}");
    }
    if !has_faults() {
        return;
    }
    // Also of what std::terminate was called over, of which no object is left.
    match backstop_zoo::throw_through_noexcept() {
        Err(Error::Fault(fault)) => {
            let exception = fault.exception().expect("it was called over one");
            assert!(exception.is_a("std::exception"), "{exception}");
        }
        other => panic!("{other:?}"),
    }
}

/// The exception and its sources.
fn chain(exception: &Exception) -> Vec<String> {
    let mut texts = vec![exception.to_string()];
    let mut next = exception.source();
    while let Some(source) = next {
        texts.push(source.to_string());
        next = source.source();
    }
    texts
}

fn nested() {
    let site = "backstop_zoo::thrown::ffi::throw_as";
    let exception = thrown(Manner::Nested);
    assert_eq!(
        chain(&exception),
        [
            format!("{site}: std::_Nested_exception<std::logic_error>: nest 1"),
            format!("{site}: zoo::Escape: the gate was open"),
            "3 animals are out".to_owned(), // as it is in Rust
        ]
    );
    assert_eq!(exception.nested().unwrap().downcast_ref(), Some(&Escape { animals: 3 }));
    assert_eq!(chain(&thrown(Manner::DeeplyNested)).len(), 102);
}

fn error_codes() {
    let system = thrown(Manner::System);
    let code = system.error_code().unwrap();
    assert_eq!((code.category(), code.value()), ("generic", libc::ENOENT));
    assert_eq!(system.io_error().unwrap().kind(), ErrorKind::NotFound);

    let feeding = thrown(Manner::Feeding);
    let code = feeding.error_code().unwrap();
    assert_eq!((code.category(), code.value()), ("feeding", 7));
    assert!(feeding.io_error().is_none());
    assert_eq!(feeding.what().unwrap(), "at noon: feeding error 7");

    assert_eq!(thrown(Manner::Code).io_error().unwrap().kind(), ErrorKind::PermissionDenied);
    assert_eq!(thrown(Manner::Stream).error_code().unwrap().category(), "iostream");
    assert!(thrown(Manner::Runtime).error_code().is_none());
}

fn paths() {
    let exception = thrown(Manner::Filesystem);
    assert_eq!(exception.path(), Some(Path::new("/nowhere/from")));
    assert_eq!(exception.other_path(), Some(Path::new("/nowhere/to")));
    assert_eq!(exception.io_error().unwrap().kind(), ErrorKind::NotFound);
    assert!(thrown(Manner::System).path().is_none());
}

/// `Escape` was declared first, and is the base of the other.
fn translations() {
    let escape = thrown(Manner::Escape);
    assert_eq!(escape.downcast_ref(), Some(&Escape { animals: 2 }));
    assert!(escape.downcast_ref::<BitingEscape>().is_none());
    assert_eq!(escape.source().unwrap().downcast_ref(), Some(&Escape { animals: 2 }));
    let biting = Error::from(thrown(Manner::BitingEscape));
    assert_eq!(biting.downcast_ref(), Some(&BitingEscape { teeth: 66 }));
    assert!(biting.downcast_ref::<Escape>().is_none() && biting.source().is_none());
    assert!(thrown(Manner::Runtime).downcast_ref::<Escape>().is_none());
    assert!(thrown(Manner::Pointer).downcast_ref::<Escape>().is_none());
}

fn throwing(manner: Manner) -> Relay {
    Relay::new(move || thrown::throw_as(manner))
}

fn thrown_on_unchanged() {
    let exception = exception(thrown::pass(&throwing(Manner::BitingEscape)));
    assert_eq!(exception.type_name(), "zoo::BitingEscape");
    assert_eq!(exception.downcast_ref(), Some(&BitingEscape { teeth: 66 }));
    assert_eq!(exception.site().name(), "backstop_zoo::thrown::ffi::pass");
    assert_eq!(exception_of_number(thrown::pass(&throwing(Manner::Number))), "int");
}

fn exception_of_number(result: Result<(), Error>) -> String {
    exception(result).type_name().to_owned()
}

fn caught_by_class_in_cpp() {
    let caught = |relay: Relay| thrown::catch_by_class(&relay).expect("C++ catches it");
    assert_eq!(caught(throwing(Manner::BitingEscape)), "BitingEscape with teeth: 66");
    assert_eq!(caught(throwing(Manner::Escape)), "Escape of animals: 2");
    assert_eq!(caught(throwing(Manner::Runtime)), "std::exception: the lion is out");
    assert_eq!(caught(throwing(Manner::Number)), "int: 42");
    assert_eq!(caught(throwing(Manner::Struct)), "...");
    assert_eq!(caught(Relay::new(|| Err(Trouble::new(1)))), "rust_error: trouble 1");
    assert_eq!(
        caught(Relay::new(|| -> Result<(), Trouble> { panic!("at the zoo") })),
        "rust_panic: at the zoo"
    );
    assert_eq!(caught(Relay::new(|| Ok::<_, Trouble>(()))), "nothing");
}

fn errors_of_rust_come_back() {
    let exception = exception(thrown::pass(&Relay::new(|| Err(Trouble::new(7)))));
    assert_eq!(exception.type_name(), "backstop::rust_error");
    assert_eq!(exception.what().unwrap(), "trouble 7");
    assert!(exception.is_a("std::exception") && exception.is_a("rust::cxxbridge1::Error"));
    let trouble = exception.source().unwrap().downcast_ref::<Trouble>().unwrap();
    assert_eq!(trouble.token.0, 7);
    assert!(trouble.source().unwrap().is::<std::num::ParseIntError>());
    assert_eq!(chain(&exception).len(), 3);
}

fn errors_by_type() {
    let failed = |number| exception(thrown::call_failing(number));
    let error = failed(0);
    assert_eq!(error.downcast_ref(), Some(&Escape { animals: 5 }));
    assert!(error.source().unwrap().is::<Escape>());
    let string = failed(1);
    assert_eq!(string.downcast_ref::<String>().unwrap(), "a string of Rust's");
    assert!(string.source().is_none());
    let text = failed(2);
    assert_eq!(text.what().unwrap(), "a text for this thread only");
    assert_eq!(text.type_name(), "backstop::rust_error");
    for exception_or_a_box_of_it in [3, 4, 5] {
        assert_eq!(failed(exception_or_a_box_of_it).type_name(), "zoo::Escape");
    }
}

fn has_faults() -> bool {
    backstop::support() == backstop::Support::Faults
}

fn faults_come_back() {
    if !has_faults() {
        return;
    }
    let exception = exception(thrown::pass(&Relay::new(backstop_zoo::null_write)));
    assert_eq!(exception.type_name(), "backstop::rust_error");
    match exception.downcast_ref() {
        Some(Error::Fault(fault)) => assert_eq!(fault.address(), Some(0)),
        other => panic!("{other:?}"),
    }
}

fn behind_five_layers<E: Into<Box<dyn StdError + Send + Sync>> + 'static>(
    body: impl Fn() -> Result<(), E> + Send + Sync + 'static,
) -> Result<(), Error> {
    let relay = Relay::new(body);
    let guarded = Relay::new(move || thrown::pass(&relay));
    thrown::through_layers(3, Relay::new(move || thrown::throw_later(&guarded)))
}

fn five_layers() {
    let biting = exception(behind_five_layers(|| thrown::throw_as(Manner::BitingEscape)));
    assert_eq!(biting.downcast_ref(), Some(&BitingEscape { teeth: 66 }));
    let nested = exception(behind_five_layers(|| thrown::throw_as(Manner::Nested)));
    assert_eq!(nested.nested().unwrap().downcast_ref(), Some(&Escape { animals: 3 }));
    let text = exception(behind_five_layers(|| thrown::throw_as(Manner::Text)));
    assert_eq!(text.what().unwrap(), "the tiger too");
    let trouble = exception(behind_five_layers(|| Err(Trouble::new(9))));
    assert_eq!(trouble.source().unwrap().downcast_ref::<Trouble>().unwrap().token.0, 9);
    if has_faults() {
        let fault = exception(behind_five_layers(backstop_zoo::null_write));
        assert!(matches!(fault.source().unwrap().downcast_ref(), Some(Error::Fault(_))));
    }
    let code = exception(behind_five_layers(|| thrown::throw_as(Manner::Feeding)));
    assert_eq!(code.error_code().unwrap().category(), "feeding");
}

fn quietly<T>(body: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = body();
    panic::set_hook(hook);
    result
}

#[track_caller]
fn panicked<T: fmt::Debug>(result: Result<T, Error>) -> backstop::Panic {
    match result {
        Err(Error::Panic(panic)) => panic,
        other => panic!("{other:?}"),
    }
}

fn panicking() -> Relay {
    Relay::new(|| -> Result<(), Trouble> { panic!("at {}", "the zoo") })
}

fn panics_come_out() {
    let panic = quietly(|| panicked(thrown::pass(&panicking())));
    assert_eq!(panic.message(), "at the zoo");
    assert_eq!(
        Error::from(panic).to_string(),
        "backstop_zoo::thrown::ffi::pass: panic in a Rust callback: at the zoo"
    );
    let token = Relay::new(|| -> Result<(), Trouble> { panic_any(Token::new(3)) });
    let panic = quietly(|| panicked(thrown::pass_without_result(&token)));
    assert_eq!(panic.message(), "Box<dyn Any>");
    assert_eq!(panic.into_payload().downcast::<Token>().unwrap().0, 3);
    // Dropped with its payload.
    drop(quietly(|| panicked(thrown::pass(&token))));
    assert_eq!(Token::alive(), 0);
    assert!(!std::thread::panicking());
}

fn panics_resume() {
    let outcome = quietly(|| {
        catch_unwind(AssertUnwindSafe(|| {
            let token = Relay::new(|| -> Result<(), Trouble> { panic_any(Token::new(4)) });
            panicked(thrown::pass(&token)).resume()
        }))
    });
    assert_eq!(outcome.unwrap_err().downcast::<Token>().unwrap().0, 4);
}

fn panics_through_five_layers() {
    let panicking = || Relay::new(|| -> Result<(), Trouble> { panic_any(Token::new(5)) });
    let panic = quietly(|| panicked(thrown::through_layers(5, panicking())));
    assert_eq!(panic.into_payload().downcast::<Token>().unwrap().0, 5);
    // Where one of them is a thread of C++'s own, without a guard, it goes on as the error that it was.
    let panicking = || -> Result<(), Trouble> { panic!("at the zoo") };
    let exception = quietly(|| exception(behind_five_layers(panicking)));
    match exception.downcast_ref() {
        Some(Error::Panic(panic)) => assert_eq!(panic.message(), "at the zoo"),
        other => panic!("{other:?}"),
    }
}

fn panics_that_cpp_swallows() {
    let token = Relay::new(|| -> Result<(), Trouble> { panic_any(Token::new(6)) });
    quietly(|| thrown::swallow(&token).expect("it was swallowed"));
    assert_eq!(Token::alive(), 0);
}

/// The panic came out of a guard, and is an error since. That the C++ around has no guard is as with any other.
fn a_caught_panic_is_an_error_without_a_guard() {
    let failing = Relay::new(|| thrown::pass(&panicking()));
    let error = quietly(|| thrown::pass_unguarded(&failing).unwrap_err());
    assert!(error.what().contains("at the zoo"), "{error}");
}

/// Out of what `anyhow::Error` is like.
fn thrown_on_out_of_a_pointer() {
    assert_eq!(exception(thrown::call_failing(6)).type_name(), "zoo::Escape");
}

/// The C++ in between lets nothing pass: the fault says what was to.
fn panics_that_cannot_pass() {
    match quietly(|| thrown::pass_noexcept(&panicking())) {
        Err(Error::Fault(fault)) => {
            let text = fault.to_string();
            assert!(text.ends_with("std::terminate over backstop::rust_panic: at the zoo"), "{text}");
        }
        other => panic!("{other:?}"),
    }
}

/// Where the thread that C++ has made has a guard of its own.
fn panics_on_another_thread() {
    let relay = Arc::new(panicking());
    let error = quietly(|| {
        std::thread::scope(|scope| scope.spawn(|| panicked(thrown::pass(&relay))).join().expect("caught"))
    });
    assert_eq!(error.message(), "at the zoo");
}

/// Through functions that C++ got to know in other ways than by the bridge.
fn panics_as_rust_unwinds() {
    extern "C-unwind" fn panics() {
        panic_any(Token::new(7));
    }
    extern "C-unwind" fn says() {
        panic!("two\nlines");
    }
    // SAFETY: they are such functions.
    let call = |function: extern "C-unwind" fn()| unsafe { thrown::call_address(function as usize) };
    quietly(|| {
        let panic = panicked(call(panics));
        assert_eq!(panic.into_payload().downcast::<Token>().unwrap().0, 7);
        let panic = panicked(call(says));
        assert_eq!(panic.message(), "two\nlines");
        assert_eq!(
            panic.to_string(),
            "backstop_zoo::thrown::ffi::call_address: panic in a Rust callback: two\\nlines"
        );
        assert!(!std::thread::panicking());
        let again = panicked(thrown::through_layers(5, Relay::new(move || call(panics))));
        assert_eq!(again.into_payload().downcast::<Token>().unwrap().0, 7);
    });
    assert_eq!(exception(thrown::throw_as(Manner::Number)).type_name(), "int");
}

fn thrown_on_with_where_it_was_thrown_first() {
    if backstop::support() == backstop::Support::Unavailable {
        return;
    }
    backstop::install(backstop::Config::new().exception_backtraces(true)).expect("nothing was called yet");
    let first = exception(behind_two_layers(|| thrown::throw_as(Manner::Escape)));
    let backtrace = first.backtrace().expect("it is asked for").to_string();
    assert!(backtrace.starts_with("   0: zoo::throw_as("), "{backtrace}");
    assert!(format!("{first:#}").contains("\n  thrown from:\n       0: zoo::throw_as("), "{first:#}");
    // An error of Rust's is thrown by the callback.
    let trouble = exception(behind_two_layers(|| Err(Trouble::new(3))));
    let backtrace = trouble.backtrace().expect("it is asked for").to_string();
    assert!(backtrace.contains("zoo::pass("), "{backtrace}");
    // Another that is thrown where the first was freed has its own.
    thrown::swallow(&throwing(Manner::Escape)).expect("it is swallowed");
    let other = exception(thrown::pass(&throwing(Manner::BitingEscape)));
    let backtrace = other.backtrace().expect("it is asked for").to_string();
    assert!(backtrace.starts_with("   0: zoo::throw_as("), "{backtrace}");
}

fn behind_two_layers<E: Into<Box<dyn StdError + Send + Sync>> + 'static>(
    body: impl Fn() -> Result<(), E> + Send + Sync + 'static,
) -> Result<(), Error> {
    let relay = Relay::new(body);
    thrown::pass(&Relay::new(move || thrown::pass(&relay)))
}

fn rethrown_by_cpp() {
    let escape = exception(thrown::rethrow(&throwing(Manner::Escape)));
    assert_eq!(escape.downcast_ref(), Some(&Escape { animals: 2 }));
    let trouble = exception(thrown::throw_later(&Relay::new(|| Err(Trouble::new(8)))));
    assert_eq!(trouble.source().unwrap().downcast_ref::<Trouble>().unwrap().token.0, 8);
}

fn nested_by_cpp() {
    let around = exception(thrown::throw_around(&Relay::new(|| Err(Trouble::new(2)))));
    assert_eq!(around.downcast_ref(), Some(&Escape { animals: 4 }));
    let inner = around.nested().unwrap();
    assert_eq!(inner.type_name(), "backstop::rust_error");
    assert_eq!(inner.source().unwrap().downcast_ref::<Trouble>().unwrap().token.0, 2);
    let panic = quietly(|| exception(thrown::throw_around(&panicking())));
    assert_eq!(panic.nested().unwrap().what().unwrap(), "at the zoo");
}

fn without_a_guard_as_with_cxx() {
    assert_eq!(thrown::catch_unguarded(&Relay::new(|| Err(Trouble::new(1)))), "rust_error: trouble 1");
    let error = thrown::pass_unguarded(&Relay::new(|| Err(Trouble::new(2)))).unwrap_err();
    assert_eq!(error.what(), "trouble 2");
    assert_eq!(thrown::catch_unguarded(&throwing(Manner::Escape)), "Escape of animals: 2");
}

fn errors_of_cxx() {
    let of_cxx = || thrown::pass_unguarded(&Relay::new(|| Err(Trouble::new(2))));
    let mixed = move || -> Result<(), Error> {
        of_cxx()?;
        thrown::throw_as(Manner::Runtime)
    };
    let exception = exception(mixed());
    assert_eq!(exception.to_string(), "(a call without a guard): std::exception: trouble 2");
    assert!(exception.is_a("std::exception") && exception.nested().is_none());
    // There is no object to throw on, so it goes as any other error.
    let again = self::exception(thrown::pass(&Relay::new(mixed)));
    assert_eq!(again.type_name(), "backstop::rust_error");
}

fn generic_code() {
    fn root_cause<T, E: StdError>(result: Result<T, E>) -> Option<String> {
        let error = result.err()?;
        let mut cause: &dyn StdError = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Some(cause.to_string())
    }
    assert_eq!(root_cause(thrown::throw_as(Manner::Nested)).unwrap(), "3 animals are out");
    let boxed: Box<dyn StdError + Send + Sync> = thrown::throw_as(Manner::Escape).unwrap_err().into();
    assert!(boxed.downcast_ref::<Error>().unwrap().downcast_ref::<Escape>().is_some());
}

fn errors_outlive_threads() {
    let errors: Vec<Error> = (0..8)
        .map(|_| {
            let thread = std::thread::spawn(|| behind_five_layers(|| Err(Trouble::new(1))).unwrap_err());
            thread.join().expect("no panic")
        })
        .collect();
    assert_eq!(Token::alive(), 8);
    std::thread::spawn(move || drop(errors)).join().expect("no panic");
}

fn a_panic_without_a_guard() {
    marker();
    thrown::catch_unguarded(&Relay::new(|| -> Result<(), Trouble> { panic!("no guard here") }));
}

fn a_panic_on_a_thread_of_cpp() {
    marker();
    backstop_zoo::callbacks::on_cpp_thread(|| panic!("no guard here"));
}

// trap 11
fn thread_cancellation() {
    let thread = std::thread::spawn(|| {
        marker();
        _ = thrown::cancel_thread();
    });
    _ = thread.join();
}
