use crate::record::Record;
use crate::{Error, Refused, Site};
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A C++ object that Rust owns, and that is not touched again once a crash may have left it half changed.
///
/// `P` is what owns it: a [`cxx::UniquePtr`], a [`cxx::SharedPtr`], or a struct with several of them. [`call`](Self::call)
/// and [`call_mut`](Self::call_mut) lend it to a closure that makes guarded calls. If the closure comes back with an error
/// that [is torn](Error::is_torn), the object is *suspect*: from then on
///
/// * calls by the handle are not made, and come back as [`Error::Refused`];
/// * dropping the handle leaks the object. Its destructor may crash or hang like any other of its functions, and it is not
///   guarded;
///
/// until somebody says that the object is in order, by [`trust`](Self::trust), or that the whole library is, by
/// [`Domain::reset`](crate::Domain::reset) of the domain to which the call belonged.
///
/// This is narrower than the taint of a [`Domain`](crate::Domain), and comes on top of it. It counts where calls go on
/// after a torn recovery (`on_torn = "allow"`), for functions of another bridge or without a guard, and for the drop.
///
/// ```
/// # mod ffi {
/// #     pub struct Document;
/// #     pub fn open(_: &str) -> Result<Document, backstop::Error> { Ok(Document) }
/// #     pub fn title(_: &Document) -> Result<String, backstop::Error> { Ok("Title".into()) }
/// #     pub fn render(_: &mut Document) -> Result<Vec<u8>, backstop::Error> { Ok(vec![1]) }
/// # }
/// use backstop::Handle;
///
/// let mut document = Handle::new(ffi::open("letter.odt")?); // a UniquePtr<Document>
/// let page = document.call_mut(|document| ffi::render(document)); // `document.pin_mut().render()`, for a method
/// if document.is_suspect() {
///     document = Handle::new(ffi::open("letter.odt")?); // the one that crashed is leaked
/// }
/// let title = document.call(|document| ffi::title(document))?;
/// # assert_eq!((page?, title.as_str()), (vec![1], "Title"));
/// # Ok::<(), backstop::Error>(())
/// ```
///
/// A handle can be shared between threads if `P` can. A call that is running on one thread when another thread's crashes
/// goes on.
pub struct Handle<P> {
    /// There until the handle is taken apart or dropped.
    object: Option<P>,
    suspicion: Suspicion,
}

impl<P> Handle<P> {
    /// Of an object that is in order.
    pub const fn new(object: P) -> Handle<P> {
        Handle { object: Some(object), suspicion: Suspicion::none() }
    }

    /// Lends the object to `call`, unless it is suspect. It is afterwards if `call` answers an error that
    /// [is torn](Error::is_torn). (So have guarded calls that fail leave the closure by `?`.)
    ///
    /// # Errors
    ///
    /// Those of `call`; [`Error::Refused`] if the object is suspect, in which case it isn't called. The refusal's
    /// [`site`](Refused::site) and [`first_fault`](Refused::first_fault) are those of the crash.
    pub fn call<'a, R>(&'a self, call: impl FnOnce(&'a P) -> Result<R, Error>) -> Result<R, Error> {
        self.suspicion.check()?;
        let object = self.object.as_ref().expect("it is there until the drop");
        call(object).inspect_err(|error| self.suspicion.raise_if_torn(error))
    }

    /// The same for calls that change the object.
    ///
    /// # Errors
    ///
    /// As those of [`call`](Self::call).
    pub fn call_mut<'a, R>(
        &'a mut self,
        call: impl FnOnce(&'a mut P) -> Result<R, Error>,
    ) -> Result<R, Error> {
        self.suspicion.check()?;
        let object = self.object.as_mut().expect("it is there until the drop");
        call(object).inspect_err(|error| self.suspicion.raise_if_torn(error))
    }

    /// Whether a crash has left the object in doubt.
    pub fn is_suspect(&self) -> bool {
        self.suspicion.is_raised()
    }

    /// The message of the crash that did.
    pub fn suspicion(&self) -> Option<String> {
        self.suspicion.cause().as_ref().map(|cause| cause.message.clone())
    }

    /// Takes the suspicion away: the object is in order, or you take the risk. Then it is also dropped in the ordinary
    /// way. (A domain that is tainted goes on to refuse calls.)
    pub fn trust(&self) {
        self.suspicion.withdraw();
    }

    /// The object itself, which from then on nobody watches.
    ///
    /// # Errors
    ///
    /// The handle, if the object is suspect.
    pub fn into_inner(mut self) -> Result<P, Handle<P>> {
        if self.is_suspect() {
            return Err(self);
        }
        Ok(self.object.take().expect("it is there until the drop"))
    }
}

impl<P> Drop for Handle<P> {
    fn drop(&mut self) {
        if self.is_suspect() {
            mem::forget(self.object.take());
        }
    }
}

impl<P> From<P> for Handle<P> {
    fn from(object: P) -> Handle<P> {
        Handle::new(object)
    }
}

/// Nothing of the object itself, for that might call C++.
impl<P> fmt::Debug for Handle<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("suspicion", &self.suspicion()).finish_non_exhaustive()
    }
}

/// Whether and why an object is suspect.
struct Suspicion {
    /// Spares the lock as long as there is none.
    raised: AtomicBool,
    cause: Mutex<Option<Cause>>,
}

struct Cause {
    site: &'static Site,
    message: String,
    /// Of the site's domain, until then.
    resets: u64,
}

impl Suspicion {
    const fn none() -> Suspicion {
        Suspicion { raised: AtomicBool::new(false), cause: Mutex::new(None) }
    }

    fn is_raised(&self) -> bool {
        self.raised.load(Ordering::Acquire) && self.cause().is_some()
    }

    /// The cause, if it still counts.
    fn cause(&self) -> MutexGuard<'_, Option<Cause>> {
        // Nothing is done under the lock that could panic.
        let mut cause = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        if cause.as_ref().is_some_and(|cause| cause.resets != resets_of(cause.site)) {
            self.withdraw_from(&mut cause);
        }
        cause
    }

    fn withdraw_from(&self, cause: &mut Option<Cause>) {
        self.raised.store(false, Ordering::Release);
        *cause = None;
    }

    fn check(&self) -> Result<(), Error> {
        if !self.raised.load(Ordering::Acquire) {
            return Ok(());
        }
        match &*self.cause() {
            Some(cause) => {
                let record = Record::of_suspect(cause.site, &cause.message);
                Err(Error::Refused(Refused { record }))
            }
            None => Ok(()), // it has been trusted meanwhile, or the domain reset
        }
    }

    /// The first cause stays.
    #[cold]
    fn raise_if_torn(&self, error: &Error) {
        if error.is_torn() {
            let (site, message) = (error.site(), error.to_string());
            let mut cause = self.cause();
            cause.get_or_insert(Cause { site, message, resets: resets_of(site) });
            self.raised.store(true, Ordering::Release);
        }
    }

    fn withdraw(&self) {
        self.withdraw_from(&mut self.cause());
    }
}

fn resets_of(site: &Site) -> u64 {
    site.domain().map_or(0, |domain| domain.counters().resets())
}
