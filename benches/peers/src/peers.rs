//! All that guards calls: a file for each, with its C++ beside it.

mod bridge;
mod c_abi;
mod cee_scape;
mod fork;
mod hw_exception;
mod plain;
mod setback;
mod sigsetjmp;

#[cfg(has_boost)]
mod boost;
#[cfg(has_llvm)]
mod llvm;
#[cfg(has_poco)]
mod poco;

use crate::lock;
use crate::victims::Victim;
use std::ffi::{CStr, c_char};

/// Something that guards calls. A process uses one, for their signal handlers don't get along.
pub struct Peer {
    pub name: &'static str,
    /// The version of the library; empty if it is none.
    pub version: fn() -> String,
    /// Whether the README has what becomes of a program under it.
    pub in_brief: bool,
    /// To be called before the first call.
    pub install: fn(),
    /// To be called before `install`: faults are to come with a backtrace, of bare addresses. Not every peer can.
    pub trace: Option<fn()>,
    /// Calls the victim; answers whether that returned.
    pub call: unsafe extern "C-unwind" fn(victim: Victim) -> bool,
}

/// What others are compared with.
pub const PLAIN: &str = plain::PEER.name;
pub const BY_HAND: &str = sigsetjmp::WITHOUT_MASK.name;
pub const UNGUARDED: &str = bridge::UNGUARDED.name;

/// In the order of the tables.
pub const ALL: &[Peer] = &[
    plain::PEER,
    bridge::UNGUARDED,
    bridge::GUARDED,
    bridge::JUMPED,
    c_abi::UNWOUND,
    c_abi::JUMPED,
    sigsetjmp::WITHOUT_MASK,
    sigsetjmp::WITH_MASK,
    cee_scape::WITHOUT_MASK,
    cee_scape::WITH_MASK,
    hw_exception::PEER,
    setback::PEER,
    #[cfg(has_llvm)]
    llvm::PEER,
    #[cfg(has_poco)]
    poco::PEER,
    #[cfg(has_boost)]
    boost::PEER,
    fork::PEER,
];

/// The package that each peer which was left out would need, as the build script found.
pub fn left_out() -> Vec<String> {
    env!("PEERS_LEFT_OUT").split_terminator(';').map(str::to_owned).collect()
}

fn backstop_version() -> String {
    lock::version("backstop")
}

/// Of a static C string.
pub fn text(text: *const c_char) -> String {
    // SAFETY: the C++ here answers string literals.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
