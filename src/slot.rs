//! How a guarded call hands its site over to the C++ half: in a thread-local variable of the runtime's.
//!
//! Where that can be had, it is written and read here, for a call into the runtime would cost as much as a good part of the
//! guard: by assembly, since Rust has no name for a thread-local variable of another language.

use crate::Site;
use crate::record::Record;

/// Hands over the site of the call that comes next.
#[inline(always)]
pub(crate) fn put(site: &'static Site) {
    imp::put(site);
}

/// Whether there is none: somebody took it.
#[inline(always)]
pub(crate) fn is_empty() -> bool {
    imp::is_empty()
}

/// That of a call which did return, but far too late: the runtime has put it back.
///
/// # Panics
///
/// If nobody has taken it.
#[cold]
pub(crate) fn take_overrun() -> Record {
    let site = crate::sys::bridge_site().expect("it is there");
    if let Some(record) = Record::take().filter(|record| record.deadline().is_some()) {
        return record;
    }
    panic!(
        "the call of `{site}` ran without its guard: a rust::behavior::trycatch of your own must call \
         backstop::trycatch; the first lines of backstop/bridge.h show how"
    )
}

#[cfg(all(target_os = "linux", target_arch = "x86_64", target_pointer_width = "64"))]
mod imp {
    use crate::Site;
    use std::arch::asm;

    #[inline(always)]
    pub fn put(site: &'static Site) {
        // SAFETY: stores to the runtime's variable, a pointer to a site, by the initial-exec model that it is declared
        // with. Nothing else is touched.
        unsafe {
            asm!(
                "mov {slot}, qword ptr [rip + backstop_v0_bridge_slot@GOTTPOFF]",
                "mov qword ptr fs:[{slot}], {site}",
                slot = out(reg) _,
                site = in(reg) site,
                options(nostack, preserves_flags)
            );
        }
    }

    #[inline(always)]
    pub fn is_empty() -> bool {
        let site: usize;
        // SAFETY: as above, and this only loads.
        unsafe {
            asm!(
                "mov {slot}, qword ptr [rip + backstop_v0_bridge_slot@GOTTPOFF]",
                "mov {slot}, qword ptr fs:[{slot}]",
                slot = out(reg) site,
                options(nostack, preserves_flags, readonly)
            );
        }
        site == 0
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64", target_pointer_width = "64")))]
mod imp {
    use crate::{Site, sys};

    #[inline(always)]
    pub fn put(site: &'static Site) {
        sys::bridge_enter(site);
    }

    #[inline(always)]
    pub fn is_empty() -> bool {
        match sys::bridge_site() {
            None => true,
            Some(site) => {
                sys::bridge_enter(site);
                false
            }
        }
    }
}
