use crate::sys;
use std::ffi::c_void;
use std::ptr;
use std::time::Duration;

/// When a [`Domain`](crate::Domain) is to refuse calls for a while: see [`Domain::set_breaker`](crate::Domain::set_breaker).
///
/// So many faults or deadlines within the window *open* the domain: calls are refused, and come back as
/// [`Error::Refused`](crate::Error::Refused). After the cool-down one call is let through, the *probe*. If it returns or
/// throws, the domain is healthy again; if it ends by a fault or a deadline, the next cool-down begins. If nothing is heard of
/// it for as long as a cool-down, another one is let through.
///
/// ```
/// use backstop::Breaker;
/// use std::time::Duration;
///
/// // Five faults within a minute: not for the next ten seconds.
/// let breaker = Breaker::new(5, Duration::from_secs(60)).cool_down(Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "set_breaker sets it"]
pub struct Breaker {
    faults: u32,
    window: Duration,
    cool_down: Duration,
    clock: Option<fn() -> Duration>,
}

impl Breaker {
    /// One that opens at so many faults within this time, and cools down for as long.
    ///
    /// # Panics
    ///
    /// If `faults` is not 1 to 64, or the window is 0.
    pub const fn new(faults: u32, window: Duration) -> Breaker {
        assert!(faults >= 1 && faults <= 64, "a breaker opens at 1 to 64 faults");
        assert!(!window.is_zero(), "a breaker needs a window, such as Duration::from_secs(60)");
        Breaker { faults, window, cool_down: window, clock: None }
    }

    /// How long calls are refused before one is let through.
    pub const fn cool_down(self, cool_down: Duration) -> Breaker {
        Breaker { cool_down, ..self }
    }

    /// A clock in place of the monotonic one, for tests: the time since any moment, never going back. Asked by any thread,
    /// where a call has failed or is refused. It must not panic.
    pub const fn clock(self, clock: fn() -> Duration) -> Breaker {
        Breaker { clock: Some(clock), ..self }
    }

    pub(crate) fn to_raw(self) -> sys::Breaker {
        sys::Breaker {
            size: size_of::<sys::Breaker>(),
            faults: self.faults,
            window: nanoseconds(self.window),
            cool_down: nanoseconds(self.cool_down),
            clock: self.clock.map(|_| read as extern "C" fn(*mut c_void) -> u64),
            data: self.clock.map_or(ptr::null_mut(), |clock| clock as *mut c_void),
        }
    }
}

extern "C" fn read(clock: *mut c_void) -> u64 {
    // SAFETY: `to_raw` gives this function only together with such a clock.
    let clock = unsafe { std::mem::transmute::<*mut c_void, fn() -> Duration>(clock) };
    nanoseconds(clock())
}

/// 584 years are enough.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    duration.as_nanos().try_into().unwrap_or(u64::MAX)
}
