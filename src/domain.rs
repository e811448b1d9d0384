use crate::site::{terminated, text};
use crate::sys;
use std::ffi::c_char;
use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// The guarded functions that share what one library keeps between calls, and whether that is still in order.
///
/// Each `#[backstop::bridge]` with a `#[guard]` in it has one, the static `DOMAIN` of its module.
///
/// A fault that was recovered, but not by running all the destructors on the way, may have left the library half changed,
/// with memory that nobody frees and locks that nobody releases. It *taints* the domain: from then on the functions of
/// the bridge are not called any more, and answer [`Error::Refused`](crate::Error::Refused) at once, until somebody who
/// knows how to put the library in order again has done so and calls [`reset`](Domain::reset). A bridge with
/// `#[backstop::bridge(on_torn = "allow")]` is never tainted.
///
/// ```no_run
/// # mod ffi {
/// #     use backstop::{__private::OnTorn, Domain, Error};
/// #     pub static DOMAIN: Domain = Domain::__new("demo::ffi\0", OnTorn::Refuse);
/// #     pub fn parse(_: &str) -> Result<i32, Error> { Ok(1) }
/// #     pub fn start_anew() {}
/// # }
/// # let text = "";
/// if let Err(backstop::Error::Refused(refused)) = ffi::parse(text) {
///     eprintln!("the parser is out of order since {}", refused.first_fault());
///     ffi::start_anew(); // not guarded, so never refused
///     ffi::DOMAIN.reset();
/// }
/// ```
#[repr(C)]
pub struct Domain {
    pub(crate) name: *const c_char,
    pub(crate) on_torn: i32,
    // The runtime writes these two.
    pub(crate) refusing: AtomicU32,
    pub(crate) index: AtomicU32,
    pub(crate) state: AtomicPtr<c_char>,
}

// SAFETY: the name is a 'static string that nobody writes. The runtime writes the rest, the flag atomically and the text
// under a lock; here nobody reads the text but through the runtime.
unsafe impl Sync for Domain {}
// SAFETY: as above.
unsafe impl Send for Domain {}

/// What becomes of a domain when a fault was recovered torn; as in `backstop.h`.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum OnTorn {
    /// Calls are refused until the reset.
    Refuse = 0,
    /// Calls go on.
    Allow = 1,
}

impl Domain {
    /// For the expansion of `#[backstop::bridge]`: the name ends in the one NUL that it contains.
    #[doc(hidden)]
    pub const fn __new(name: &'static str, on_torn: OnTorn) -> Domain {
        Domain {
            name: terminated(name).as_ptr(),
            on_torn: on_torn as i32,
            refusing: AtomicU32::new(0),
            index: AtomicU32::new(0),
            state: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The path of the bridge's module, such as `demo::ffi`.
    pub fn name(&self) -> &'static str {
        // SAFETY: made by `terminated`, or by C++ code that keeps what `backstop.h` asks for.
        unsafe { text(self.name) }
    }

    /// Whether calls are refused. Another thread may change that at any time.
    #[inline(always)]
    pub fn is_tainted(&self) -> bool {
        self.refusing.load(Ordering::Relaxed) != 0
    }

    /// The message of the fault that tainted the domain, the first one since the start or the last reset. `None` if it is
    /// not tainted.
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

    /// Takes the taint away, so that calls are made again: the library is in order, or you take the risk. Does nothing
    /// to the library itself.
    pub fn reset(&self) {
        let _ = sys::domain_reset(self);
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Domain")
            .field("name", &self.name())
            .field("first_fault", &self.first_fault())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Domain, OnTorn};
    use crate::__private::{Recover, enter};
    use crate::{Error, Refused, Site};
    use std::ffi::CStr;
    use std::sync::atomic::Ordering;

    /// What the runtime does after a torn recovery.
    fn taint(domain: &Domain, message: Option<&CStr>) {
        // SAFETY: the text is one, and the runtime frees the copy.
        let copy = message.map_or(std::ptr::null_mut(), |text| unsafe { libc::strdup(text.as_ptr()) });
        domain.state.store(copy, Ordering::Relaxed);
        domain.refusing.store(1, Ordering::Release);
    }

    fn refused(site: &'static Site) -> Refused {
        match enter(site) {
            Err(Error::Refused(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }

    /// Takes back what `enter` handed over, as the hook does.
    fn is_entered(site: &'static Site) -> bool {
        crate::sys::bridge_site().is_some_and(|taken| std::ptr::eq(taken, site))
    }

    #[test]
    fn calls_are_refused_from_the_taint_to_the_reset() {
        static DOMAIN: Domain = Domain::__new("demo::ffi\0", OnTorn::Refuse);
        static SITE: Site = Site::__new("demo::ffi::parse\0", "x.rs\0", 1, Recover::Unwind, &DOMAIN);
        assert_eq!((DOMAIN.name(), DOMAIN.is_tainted(), DOMAIN.first_fault()), ("demo::ffi", false, None));
        enter(&SITE).unwrap();
        assert!(is_entered(&SITE));

        let message = c"demo::ffi::load: null dereference";
        taint(&DOMAIN, Some(message));
        let refused = refused(&SITE);
        assert!(!is_entered(&SITE));
        assert_eq!(DOMAIN.first_fault().as_deref(), Some("demo::ffi::load: null dereference"));
        DOMAIN.reset();
        assert_eq!((DOMAIN.is_tainted(), DOMAIN.first_fault()), (false, None));
        enter(&SITE).unwrap();
        assert!(is_entered(&SITE));

        // The refusal keeps what it was about.
        assert_eq!(refused.first_fault(), "demo::ffi::load: null dereference");
        assert!(std::ptr::eq(refused.domain(), &DOMAIN) && std::ptr::eq(refused.site(), &SITE));
        let message = "demo::ffi::parse: not called, since `demo::ffi` is tainted until it is reset: \
                       demo::ffi::load: null dereference";
        assert_eq!(refused.to_string(), message);
        let error = Error::Refused(refused);
        assert_eq!((error.to_string(), error.site().name()), (message.to_owned(), "demo::ffi::parse"));
    }

    #[test]
    fn a_taint_without_a_text_refuses_as_well() {
        static DOMAIN: Domain = Domain::__new("short::of::memory\0", OnTorn::Refuse);
        static SITE: Site = Site::__new("short::of::memory::f\0", "x.rs\0", 1, Recover::Jump, &DOMAIN);
        taint(&DOMAIN, None);
        assert_eq!(refused(&SITE).first_fault(), "a fault");
        assert_eq!(DOMAIN.first_fault().as_deref(), Some("a fault"));
        DOMAIN.reset();
        assert!(enter(&SITE).is_ok() && is_entered(&SITE));
    }

    #[test]
    fn an_error_is_two_words() {
        fn any_thread<T: std::error::Error + Send + Sync>() {}
        any_thread::<Refused>();
        any_thread::<Error>();
        assert!(size_of::<Error>() <= 2 * size_of::<usize>());
    }
}
