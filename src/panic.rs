use crate::carried::{Carried, Content};
use crate::raise::message_of;
use crate::text::{Printable, shortened};
use crate::{Site, record::Record};
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    inner: Box<Inner>,
}

struct Inner {
    record: Record,
    /// Of one that came as Rust unwinds, through functions that are `extern "C-unwind"`. What callbacks of a bridge panic
    /// with, C++ carries.
    payload: Option<Mutex<Box<dyn Any + Send>>>,
}

impl Panic {
    pub(crate) fn new(mut record: Record) -> Panic {
        let payload = record.catch_panic().map(Mutex::new);
        Panic { inner: Box::new(Inner { record, payload }) }
    }

    /// The record of the exception in which C++ carries it.
    pub(crate) fn into_thrown(self) -> Result<Record, Panic> {
        if self.inner.payload.is_none() { Ok(self.inner.record) } else { Err(self) }
    }

    /// The same, which stays.
    pub(crate) fn thrown(&self) -> &Record {
        &self.inner.record
    }

    /// The guarded function that it came out of.
    pub fn site(&self) -> &'static Site {
        self.inner.record.site()
    }

    /// What was panicked with, if it is a text, as `panic!` makes it; `Box<dyn Any>` otherwise.
    pub fn message(&self) -> Cow<'_, str> {
        match &self.inner.payload {
            Some(payload) => message_of(&**lock(payload)).to_owned().into(),
            None => self.inner.record.what().map_or(Cow::Borrowed(""), String::from_utf8_lossy),
        }
    }

    /// What the panic was thrown with, as [`std::panic::catch_unwind`] answers it. If somebody has it already (the same
    /// panic came out of two guards, say, and C++ kept it in between), it is the message instead.
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        if let Some(payload) = self.inner.payload {
            return payload.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
        let payload = match Carried::of(self.inner.record.get()) {
            Some(Content::Panic(payload)) => lock(payload).take(),
            _ => None,
        };
        payload.unwrap_or_else(|| Box::new(self.message().into_owned()))
    }

    /// Takes the payload that C++ has carried, if it is such. Somebody may have it already.
    pub(crate) fn take_payload_if(
        &self,
        is_such: fn(&(dyn Any + Send)) -> bool,
    ) -> Option<Box<dyn Any + Send>> {
        match Carried::of(self.inner.record.get()) {
            Some(Content::Panic(payload)) => lock(payload).take_if(|payload| is_such(&**payload)),
            _ => None,
        }
    }

    /// Goes on panicking, with the original payload and without calling the panic hook again.
    pub fn resume(self) -> ! {
        resume_unwind(self.into_payload())
    }
}

/// One line: the guarded function, and the message.
impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.inner.payload {
            Some(_) => write!(f, "{}: panic in a Rust callback: {}", self.site(), Printable(self.message())),
            None => f.write_str(&self.inner.record.message()),
        }
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panic")
            .field("site", self.site())
            .field("message", &shortened(&self.message()))
            .finish()
    }
}

impl std::error::Error for Panic {}

/// Nothing is done under these locks that could panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
