//! backstop from Rust, by a bridge; and what that bridge costs without a guard.

use super::{Peer, backstop_version};
use crate::lock;
use crate::victims::Victim;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

#[backstop::bridge(namespace = "peers", on_torn = "allow")]
mod ffi {
    unsafe extern "C++" {
        include!("peers/src/peers/bridge.h");

        #[guard]
        fn guarded(victim: usize) -> Result<()>;
        #[guard(recover = "jump")]
        fn jumped(victim: usize) -> Result<()>;
        fn unguarded(victim: usize) -> Result<()>;
    }
}

pub const GUARDED: Peer = Peer {
    name: "backstop `#[guard]`",
    version: backstop_version,
    in_brief: true,
    install: || {
        let config = backstop::Config::new().callers_in_backtraces(TRACE.load(Ordering::Relaxed));
        backstop::install(config).expect("nobody else has");
    },
    trace: Some(|| TRACE.store(true, Ordering::Relaxed)),
    call: guarded,
};

pub const JUMPED: Peer =
    Peer { name: "backstop `#[guard(recover = \"jump\")]`", in_brief: false, call: jumped, ..GUARDED };

pub const UNGUARDED: Peer = Peer {
    name: "cxx `Result`, no guard",
    version: || lock::version("cxx"),
    in_brief: false,
    install: || {},
    trace: None,
    call: unguarded,
};

/// Whether backtraces have the guard's callers, and are read.
static TRACE: AtomicBool = AtomicBool::new(false);

unsafe extern "C-unwind" fn guarded(victim: Victim) -> bool {
    succeeded(ffi::guarded(victim as usize))
}

unsafe extern "C-unwind" fn jumped(victim: Victim) -> bool {
    succeeded(ffi::jumped(victim as usize))
}

unsafe extern "C-unwind" fn unguarded(victim: Victim) -> bool {
    ffi::unguarded(victim as usize).is_ok()
}

fn succeeded(result: Result<(), backstop::Error>) -> bool {
    if let Err(backstop::Error::Fault(fault)) = &result
        && TRACE.load(Ordering::Relaxed)
    {
        for frame in fault.backtrace().frames() {
            black_box(frame.instruction_pointer());
        }
    }
    result.is_ok()
}
