use crate::carried::{Carried, Content};
use crate::{Site, record::Record};
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::PoisonError;

/// A panic in Rust that guarded C++ called back. The destructors of the C++ frames in between have run.
///
/// ```
/// # fn handle(error: backstop::Error) {
/// match error {
///     backstop::Error::Panic(panic) => panic.resume(), // as if there were no C++ in between
///     other => eprintln!("{other}"),
/// }
/// # }
/// ```
pub struct Panic {
    pub(crate) record: Record,
}

impl Panic {
    /// The guarded function that it came out of.
    pub fn site(&self) -> &'static Site {
        self.record.site()
    }

    /// What was panicked with, if it is a text, as `panic!` makes it; `Box<dyn Any>` otherwise.
    pub fn message(&self) -> Cow<'_, str> {
        self.record.what().map_or(Cow::Borrowed(""), String::from_utf8_lossy)
    }

    /// What the panic was thrown with, as [`std::panic::catch_unwind`] answers it. If somebody has it already (the same
    /// panic came out of two guards, say, and C++ kept it in between), it is the message instead.
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        let payload = match Carried::of(self.record.get()) {
            Some(Content::Panic(payload)) => payload.lock().unwrap_or_else(PoisonError::into_inner).take(),
            _ => None,
        };
        payload.unwrap_or_else(|| Box::new(self.message().into_owned()))
    }

    /// Goes on panicking, with the original payload and without calling the panic hook again.
    pub fn resume(self) -> ! {
        resume_unwind(self.into_payload())
    }
}

/// One line: the guarded function, and the message.
impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.record.message())
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panic").field("site", self.site()).field("message", &self.message()).finish()
    }
}

impl std::error::Error for Panic {}
