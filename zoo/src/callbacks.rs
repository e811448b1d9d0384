//! C++ that calls back into Rust, on the caller's thread or on one that it made, and C++ that guards itself.

pub use self::ffi::{
    Labelled, call_back, call_back_fallible, call_function, catch_callback_error, compare, crash_after,
    crash_after_guard_inside, drop_farewell, guard_inside, guard_on_cpp_thread,
};

/// A closure that C++ can call.
pub struct Callback(Box<dyn Fn() -> Result<(), String> + Send + Sync>);

impl Callback {
    /// That runs `body`.
    pub fn new(body: impl Fn() + Send + Sync + 'static) -> Self {
        Self::fallible(move || {
            body();
            Ok(())
        })
    }

    /// That runs `body`, which may fail: C++ gets the text in a `rust::Error`.
    pub fn fallible(body: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Box::new(body))
    }

    fn run(&self) {
        self.run_fallible().expect("a callback that doesn't fail");
    }

    fn run_fallible(&self) -> Result<(), String> {
        (self.0)()
    }
}

/// Runs the left one: a comparison that has work to do.
impl PartialEq for Callback {
    fn eq(&self, _: &Self) -> bool {
        self.run_fallible().is_ok()
    }
}

/// Runs a closure when it is dropped.
pub struct Farewell(Box<dyn Fn()>);

impl Farewell {
    /// That runs `body`.
    pub fn new(body: impl Fn() + 'static) -> Box<Self> {
        Box::new(Self(Box::new(body)))
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `body` on a thread that C++ makes and of which Rust knows nothing, and waits for its end.
pub fn on_cpp_thread(body: impl Fn() + Send + Sync + 'static) {
    ffi::on_cpp_thread(&Callback::new(body));
}

#[backstop::bridge(namespace = "zoo", on_torn = "allow")]
mod ffi {
    extern "Rust" {
        type Callback;
        fn run(self: &Callback);
        fn run_fallible(self: &Callback) -> Result<()>;

        type Farewell;
    }

    /// Compared by C++, through the operator that cxx makes of the derive.
    #[derive(PartialEq)]
    pub struct Labelled {
        /// Does the comparison.
        pub label: Box<Callback>,
    }

    unsafe extern "C++" {
        include!("backstop-zoo/src/callbacks.h");

        fn on_cpp_thread(callback: &Callback);
    }

    #[guard]
    unsafe extern "C++" {
        /// Runs the callback, and answers 1 when it has come back.
        fn call_back(callback: &Callback) -> Result<i32>;

        /// Runs the callback and lets its error pass.
        fn call_back_fallible(callback: &Callback) -> Result<()>;

        /// Runs the callback and answers what the `rust::Error` said that it caught; nothing if there was none.
        fn catch_callback_error(callback: &Callback) -> Result<String>;

        /// Answers what the function answers, and 1 more.
        fn call_function(function: fn(i32) -> i32, argument: i32) -> Result<i32>;

        /// Drops the box, and answers 1.
        fn drop_farewell(farewell: Box<Farewell>) -> Result<i32>;

        /// Whether the two are equal.
        fn compare(left: &Labelled, right: &Labelled) -> Result<bool>;

        /// Runs the callback, and then reads through a null pointer.
        fn crash_after(callback: &Callback) -> Result<i32>;

        /// Reads through a null pointer under a `backstop_call` of C++'s own, and answers the error's message.
        fn guard_inside() -> Result<String>;

        /// As `guard_inside`, but then writes through a null pointer, outside that guard.
        fn crash_after_guard_inside() -> Result<()>;

        /// As `guard_inside`, on a thread that C++ makes.
        fn guard_on_cpp_thread() -> Result<String>;
    }
}
