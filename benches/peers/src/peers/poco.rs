//! Poco's `SignalHandler`.

use super::Peer;
use crate::victims::Victim;

unsafe extern "C-unwind" {
    safe fn poco_install();
    fn poco_call(victim: Victim) -> bool;
    safe fn poco_version() -> u32;
}

pub const PEER: Peer = Peer {
    name: "Poco `SignalHandler`",
    version: || {
        let [major, minor, patch, _] = poco_version().to_be_bytes();
        format!("{major}.{minor}.{patch}")
    },
    in_brief: true,
    install: || poco_install(),
    trace: None,
    call: poco_call,
};
