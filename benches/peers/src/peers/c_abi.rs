//! backstop from C and C++.

use super::{Peer, backstop_version};
use crate::victims::Victim;

unsafe extern "C-unwind" {
    safe fn c_abi_trace();
    safe fn c_abi_install();
    fn c_abi_unwound(victim: Victim) -> bool;
    fn c_abi_jumped(victim: Victim) -> bool;
}

pub const UNWOUND: Peer = Peer {
    name: "backstop `backstop_call`",
    version: backstop_version,
    in_brief: false,
    install: || c_abi_install(),
    trace: Some(|| c_abi_trace()),
    call: c_abi_unwound,
};

pub const JUMPED: Peer =
    Peer { name: "backstop `backstop_call`, `BACKSTOP_JUMP`", call: c_abi_jumped, ..UNWOUND };
