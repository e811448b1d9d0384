use crate::record::Record;
use crate::report::write_interruption;
use crate::{Backtrace, Recovery, Site, sys};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// A guarded call that overran its deadline. As a rule it was interrupted where it was; one that could not be says so when
/// it has returned, and what it returned has been dropped.
///
/// ```
/// # fn report(error: backstop::Error) {
/// if let backstop::Error::Deadline(deadline) = error {
///     println!("{} took {:?} of {:?}", deadline.site(), deadline.ran(), deadline.allowed());
///     if let Some(backtrace) = deadline.backtrace() {
///         println!("{backtrace}");
///     }
/// }
/// # }
/// ```
pub struct Deadline {
    record: Record,
}

impl Deadline {
    pub(crate) fn new(record: Record) -> Deadline {
        Deadline { record }
    }

    fn raw(&self) -> &sys::Deadline {
        self.record.deadline().expect("a record of that kind has a deadline")
    }

    /// The guarded function that was called.
    pub fn site(&self) -> &'static Site {
        self.record.site()
    }

    /// How long it was allowed to run.
    pub fn allowed(&self) -> Duration {
        Duration::from_nanos(self.raw().allowed)
    }

    /// How long it ran until it was interrupted, or returned.
    pub fn ran(&self) -> Duration {
        Duration::from_nanos(self.raw().ran)
    }

    /// Whether it was interrupted. Otherwise it came to its end by itself.
    pub fn was_interrupted(&self) -> bool {
        self.raw().is_interrupted != 0
    }

    /// How often it was tried to interrupt it, with the one time that succeeded.
    pub fn tries(&self) -> u32 {
        self.raw().tries
    }

    /// Why the last time that did not succeed didn't. `None` if the first did.
    pub fn obstacle(&self) -> Option<&str> {
        // SAFETY: the runtime answers null, or a string literal.
        unsafe { crate::record::optional(self.raw().obstacle) }
    }

    /// What became of the frames between the interruption and the guard. `None` if it was not interrupted.
    pub fn recovery(&self) -> Option<Recovery<'_>> {
        self.record.recovery().map(|recovery| Recovery::new(recovery, self.record.frames()))
    }

    /// Whether it may have been left without all its destructors: see [`Recovery`].
    pub fn is_torn(&self) -> bool {
        self.recovery().is_some_and(|recovery| recovery.is_torn())
    }

    /// Where it was. `None` if it was not interrupted.
    pub fn backtrace(&self) -> Option<Backtrace<'_>> {
        let recovery = self.record.recovery()?;
        Some(Backtrace::new(recovery, self.record.frames(), self.raw().instruction_pointer))
    }
}

/// One line: the function, how long it ran and what it was allowed. `{:#}` adds how it was recovered, and where it was.
impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.record.message())?;
        if f.alternate() { write_interruption(self, f) } else { Ok(()) }
    }
}

/// As `{:#}`.
impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl std::error::Error for Deadline {}

/// Keeps the deadline set while it lives; drop it on the thread that made it.
struct Scope {
    previous: u64,
    thread_bound: PhantomData<*mut ()>,
}

impl Drop for Scope {
    fn drop(&mut self) {
        sys::deadline_leave(self.previous);
    }
}

/// Runs `body`, and interrupts each guarded call that it makes on this thread and that isn't over when `allowed` has
/// passed since the start: it comes back as [`Error::Deadline`](crate::Error::Deadline), and so does each that is begun
/// after that. Where the sites have deadlines as well (`#[guard(deadline = "50ms")]`), the earlier counts. The Rust code
/// of the body is never interrupted, nor is C++ while it calls back Rust.
///
/// ```
/// # mod ffi { pub fn parse(_: &str) -> Result<i32, backstop::Error> { Ok(1) } }
/// use std::time::Duration;
///
/// let parsed = backstop::within(Duration::from_millis(20), || ffi::parse("1 + 2"));
/// # parsed.unwrap();
/// ```
pub fn within<T>(allowed: Duration, body: impl FnOnce() -> T) -> T {
    let nanoseconds = u64::try_from(allowed.as_nanos()).unwrap_or(u64::MAX);
    let _scope = Scope { previous: sys::deadline_enter(nanoseconds), thread_bound: PhantomData };
    body()
}
