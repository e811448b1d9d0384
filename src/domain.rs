use crate::breaker::nanoseconds;
use crate::record::Record;
use crate::site::{terminated, text};
use crate::{Breaker, Budget, Counters, DomainState, Error, reset, sys};
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::time::Duration;
use std::{fmt, iter, ptr};

/// The guarded functions that share what one library keeps between calls: whether that is still in order, and how calls
/// went.
///
/// Each `#[backstop::bridge]` with a `#[guard]` in it has one, the static `DOMAIN` of its module, unless all guarded functions
/// name another: the option `domain` of the two attributes splits a bridge into several, or has several bridges share one.
///
/// A fault that was recovered, but not by running all the destructors on the way, may have left the library half changed,
/// with memory that nobody frees and locks that nobody releases. It *taints* the domain: from then on the functions of
/// the bridge are not called any more, and answer [`Error::Refused`] at once, until somebody who
/// knows how to put the library in order again has done so and calls [`reset`](Domain::reset). A bridge with
/// `#[backstop::bridge(on_torn = "allow")]` is never tainted. A [`Breaker`] refuses calls as well, for a while, when too many
/// have failed.
///
/// ```no_run
/// # mod ffi {
/// #     use backstop::{Domain, Error};
/// #     pub static DOMAIN: Domain = Domain::new(c"demo::ffi");
/// #     pub fn parse(_: &str) -> Result<i32, Error> { Ok(1) }
/// #     pub fn start_anew() {}
/// # }
/// # let text = "";
/// if let Err(backstop::Error::Refused(refused)) = ffi::parse(text) {
///     eprintln!("the parser is out of order since {}", refused.first_fault());
///     ffi::start_anew(); // not guarded, so never refused
///     ffi::DOMAIN.reset()?;
/// }
/// # Ok::<(), backstop::Error>(())
/// ```
#[repr(C)]
pub struct Domain {
    pub(crate) name: *const c_char,
    pub(crate) on_torn: i32,
    // The runtime writes these.
    pub(crate) refusing: AtomicU32,
    pub(crate) index: AtomicU32,
    pub(crate) state: AtomicPtr<c_void>,
}

// SAFETY: the name is a 'static string that nobody writes. The runtime writes the rest, all of it atomically.
unsafe impl Sync for Domain {}
// SAFETY: as above.
unsafe impl Send for Domain {}

/// What becomes of a [`Domain`] when a fault was recovered torn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum OnTorn {
    /// Calls are refused until the reset.
    Refuse = 0,
    /// Calls go on.
    Allow = 1,
}

impl Domain {
    /// One for several bridges to share, by `#[backstop::bridge(domain = crate::CODEC)]`. It refuses calls after a torn
    /// recovery.
    ///
    /// ```
    /// pub static CODEC: backstop::Domain = backstop::Domain::new(c"codec");
    /// assert_eq!(CODEC.name(), "codec");
    /// ```
    pub const fn new(name: &'static CStr) -> Domain {
        Domain {
            name: name.as_ptr(),
            on_torn: OnTorn::Refuse as i32,
            refusing: AtomicU32::new(0),
            index: AtomicU32::new(0),
            state: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The same, with another answer to torn recoveries.
    ///
    /// ```
    /// use backstop::{Domain, OnTorn};
    ///
    /// static CODEC: Domain = Domain::new(c"codec").on_torn(OnTorn::Allow);
    /// ```
    pub const fn on_torn(mut self, on_torn: OnTorn) -> Domain {
        self.on_torn = on_torn as i32;
        self
    }

    /// For the expansion of `#[backstop::bridge]`: the name ends in the one NUL that it contains.
    #[doc(hidden)]
    pub const fn __new(name: &'static str, on_torn: OnTorn) -> Domain {
        Domain::new(terminated(name)).on_torn(on_torn)
    }

    /// Of that of a bridge, the path of the module, such as `demo::ffi`.
    pub fn name(&self) -> &'static str {
        // SAFETY: made from a CStr, or by C++ code that keeps what `backstop.h` asks for.
        unsafe { text(self.name) }
    }

    /// Whether calls may be refused: all that a guarded call looks at.
    #[inline(always)]
    pub(crate) fn may_refuse(&self) -> bool {
        self.refusing.load(Ordering::Relaxed) != 0
    }

    /// Whether calls are made. Another thread may change that at any time.
    pub fn state(&self) -> DomainState {
        DomainState::from_number(sys::domain_state(self))
    }

    /// Whether calls are refused until the reset. Another thread may change that at any time.
    pub fn is_tainted(&self) -> bool {
        self.may_refuse() && self.state() == DomainState::Tainted
    }

    /// The message of the first fault or deadline since the start or the last reset, whether it tainted the domain or not; of
    /// longer ones, the first KiB. `None` if there was none.
    pub fn first_fault(&self) -> Option<String> {
        let mut text: Vec<u8> = Vec::new();
        loop {
            // SAFETY: there is room for as many bytes as we say.
            let length = unsafe { sys::domain_first_fault(self, text.as_mut_ptr().cast(), text.len()) };
            match length {
                0 => return None,
                // Also if it is another text by now, after a reset.
                length if length < text.len() => {
                    text.truncate(length);
                    return Some(String::from_utf8_lossy(&text).into_owned());
                }
                length => text.resize(length + 1, 0),
            }
        }
    }

    /// What became of the calls since the process started, on all threads, none of which is stopped for that. Each number is
    /// exact; one may be ahead of another by a call that has just been made.
    pub fn counters(&self) -> Counters {
        let mut raw = sys::Counters::NONE;
        let known = sys::domain_counters(self, &mut raw);
        debug_assert_eq!(known, 1, "the layout is the header's");
        Counters { raw }
    }

    /// How the calls of this last while went. The runtime notes how things stand whenever it is asked, and at each fault, and
    /// answers since the newest of these notes that is as old as the window: ask often, for a window that slides smoothly.
    ///
    /// # Panics
    ///
    /// If the window is 0.
    pub fn budget(&'static self, window: Duration) -> Budget {
        assert!(!window.is_zero(), "a budget needs a window, such as Duration::from_secs(60)");
        let mut raw = sys::Budget { size: size_of::<sys::Budget>(), span: 0, calls: 0, faults: 0 };
        let known = sys::domain_budget(self, nanoseconds(window), &mut raw);
        debug_assert_eq!(known, 1, "the layout is the header's");
        Budget::new(&raw)
    }

    /// Has calls refused for a while when too many have failed, from now on. A domain that is open is closed; one that is
    /// tainted stays so.
    pub fn set_breaker(&'static self, breaker: Breaker) {
        // SAFETY: it is read during the call.
        let is_set = unsafe { sys::domain_set_breaker(self, &breaker.to_raw()) };
        assert_eq!(is_set, 1, "there is no memory for what is known of `{}`", self.name());
    }

    /// Takes the breaker away, and closes the domain if it is open.
    pub fn clear_breaker(&'static self) {
        // SAFETY: null takes it away. Where there is no memory to do so, there was none to set it.
        unsafe { sys::domain_set_breaker(self, ptr::null()) };
    }

    /// What puts the library in order again, called by each [`reset`](Domain::reset) from now on: the guarded calls that it
    /// makes itself are not refused. A panic in it is caught. Of several, the last one that was set counts.
    pub fn on_reset(&'static self, function: fn() -> Result<(), Error>) {
        reset::set_hook(self, function);
    }

    /// Takes the taint away, or closes the breaker if there is none, so that calls are made again: the library is in order,
    /// or you take the risk. Calls first what was given to [`on_reset`](Domain::on_reset); without that, nothing is done to
    /// the library itself.
    ///
    /// The faults that tainted still count for the breaker, which so opens for a library, too, that is reset after each of
    /// them.
    ///
    /// # Errors
    ///
    /// If that fails: what it returned, or [`Error::Panic`]. The domain stays as it is.
    pub fn reset(&self) -> Result<(), Error> {
        match Record::of_reset(self) {
            None => Ok(()),
            Some(record) => Err(reset::error_of(record)),
        }
    }
}

/// The domains of which there was a guarded call, or that were given a breaker or hook or asked for a budget, in the order of
/// the first such events, those of C and C++ code included.
pub fn domains() -> impl Iterator<Item = &'static Domain> {
    iter::successors(sys::next_domain(None), |domain| sys::next_domain(Some(domain)))
}

/// One line for people: `demo::ffi: tainted, 1000 calls, 1 fault (1 torn), 17 refused`.
impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.name(), self.state(), self.counters())
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Domain")
            .field("name", &self.name())
            .field("state", &self.state())
            .field("first_fault", &self.first_fault())
            .field("counters", &self.counters())
            .finish()
    }
}
