//! LLVM's `CrashRecoveryContext`, which clang's and lld's drivers run their jobs in.

use super::{Peer, text};
use crate::victims::Victim;
use std::ffi::c_char;

unsafe extern "C-unwind" {
    safe fn llvm_install();
    fn llvm_call(victim: Victim) -> bool;
    safe fn llvm_version() -> *const c_char;
}

pub const PEER: Peer = Peer {
    name: "LLVM `CrashRecoveryContext`",
    version: || text(llvm_version()),
    in_brief: true,
    install: || llvm_install(),
    trace: None,
    call: llvm_call,
};
