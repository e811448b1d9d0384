//! Events for the `tracing` crate: of calls that have failed or are refused, and of domains whose state has changed. All in
//! ordinary context, on the thread whose call it was.

use crate::{Domain, DomainState, Error, sys};
use std::ffi::c_void;
use std::ptr;
use std::sync::Once;
use tracing::{debug, error, info, warn};

/// Has the runtime tell of domains, from the first guarded call on.
#[inline(always)]
pub(crate) fn listen() {
    static LISTENING: Once = Once::new();
    if !LISTENING.is_completed() {
        LISTENING.call_once(add_listener);
    }
}

#[cold]
fn add_listener() {
    // SAFETY: the listener has no use for the pointer. If there is no memory, there are no such events.
    unsafe { sys::add_domain_listener(changed, ptr::null_mut(), 0) };
}

/// Exceptions, and panics of Rust that was called back, are for the caller to judge: there are no events of them.
pub(crate) fn failed(failure: &Error) {
    let site = failure.site().name();
    let domain = failure.site().domain().map(Domain::name);
    match failure {
        Error::Fault(fault) => {
            let torn = fault.recovery().is_torn();
            warn!(target: "backstop", event = "fault", domain, site, kind = ?fault.kind(), torn, "{failure}");
        }
        Error::Deadline(deadline) => {
            let torn = deadline.is_torn();
            warn!(target: "backstop", event = "deadline", domain, site, torn, "{failure}");
        }
        Error::Refused(_) => debug!(target: "backstop", event = "refused", domain, site, "{failure}"),
        Error::Exception(_) | Error::Panic(_) => {}
    }
}

extern "C" fn changed(domain: &'static Domain, state: i32, _: *mut c_void) {
    let name = domain.name();
    match DomainState::from_number(state) {
        DomainState::Healthy => {
            info!(target: "backstop", event = "healthy", domain = name, "{name} is healthy again")
        }
        DomainState::Tainted => {
            error!(target: "backstop", event = "tainted", domain = name, "{name} is tainted: its calls are refused until it is reset")
        }
        DomainState::Open => {
            warn!(target: "backstop", event = "opened", domain = name, "{name} is open: its calls are refused for a while")
        }
        DomainState::Probing => {
            info!(target: "backstop", event = "probing", domain = name, "{name} lets one call through, as a probe")
        }
    }
}
