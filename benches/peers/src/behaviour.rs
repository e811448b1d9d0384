//! What becomes of a program under each peer: tried in a child, which says how far it got.

use crate::peers::Peer;
use crate::victims::{self, Victim};
use std::ffi::c_void;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::ptr;
use std::time::Duration;

pub struct Behaviour {
    pub name: &'static str,
    pub limit: Duration,
    run: fn(&Peer),
}

/// For what takes no time unless it hangs.
const LIMIT: Duration = Duration::from_secs(10);

const FAULTS: u32 = 100_000;

pub const ALL: &[Behaviour] = &[
    Behaviour { name: "null write", limit: LIMIT, run: |peer| call(peer, victims::victim_null_write) },
    Behaviour {
        name: "stack overflow",
        limit: LIMIT,
        run: |peer| call(peer, victims::victim_overflow_stack),
    },
    Behaviour { name: "stack overflow on a thread of C++", limit: LIMIT, run: overflow_on_thread_of_cpp },
    Behaviour { name: "`abort()`", limit: LIMIT, run: |peer| call(peer, victims::victim_abort) },
    Behaviour { name: "double free, then `malloc`", limit: LIMIT, run: double_free },
    Behaviour { name: "`throw 42`", limit: LIMIT, run: |peer| call(peer, victims::victim_throw_int) },
    Behaviour {
        name: "throw through `noexcept`",
        limit: LIMIT,
        run: |peer| call(peer, victims::victim_throw_through_noexcept),
    },
    Behaviour { name: "destructor of what faulted", limit: LIMIT, run: destructor },
    Behaviour { name: "mutex of what faulted", limit: LIMIT, run: mutex },
    Behaviour { name: "rounding mode after a fault", limit: LIMIT, run: rounding },
    Behaviour { name: "100,000 faults", limit: Duration::from_secs(100), run: many_faults },
];

/// In a child.
pub fn run(peer: &Peer, behaviour: &Behaviour) {
    (peer.install)();
    (behaviour.run)(peer);
}

/// Goes to the parent at once, for the next step may be the last.
fn say(text: &str) {
    let mut output = io::stdout();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).expect("the parent reads it");
}

fn fails(peer: &Peer, victim: Victim) -> bool {
    // SAFETY: the peer is installed.
    !unsafe { (peer.call)(victim) }
}

fn call(peer: &Peer, victim: Victim) {
    say(if fails(peer, victim) { "error" } else { "passes for well" });
}

fn overflow_on_thread_of_cpp(peer: &Peer) {
    unsafe extern "C-unwind" fn on_it(peer: *mut c_void) {
        // SAFETY: it is the pointer from below, and the thread is waited for.
        call(unsafe { &*peer.cast::<Peer>() }, victims::victim_overflow_stack);
    }
    // SAFETY: the function takes what it is given.
    unsafe { victims::on_thread_of_cpp(on_it, ptr::from_ref(peer).cast_mut().cast()) };
}

fn double_free(peer: &Peer) {
    call(peer, victims::victim_double_free);
    drop(black_box(Vec::<u8>::with_capacity(5000)));
    say(", `malloc` works");
}

fn destructor(peer: &Peer) {
    call(peer, victims::victim_fault_beside_destructor);
    say(if victims::victim_destructor_ran() { ", run" } else { ", not run" });
}

fn mutex(peer: &Peer) {
    call(peer, victims::victim_fault_under_mutex);
    say(if victims::victim_mutex_is_free() { ", free" } else { ", locked for good" });
}

fn rounding(peer: &Peer) {
    victims::round_upward();
    call(peer, victims::victim_null_write);
    say(if victims::rounds_upward() { ", kept" } else { ", lost" });
}

fn many_faults(peer: &Peer) {
    assert!(fails(peer, victims::victim_null_write), "the null write passes for well");
    let before = resident_bytes();
    for _ in 0..FAULTS {
        assert!(fails(peer, victims::victim_null_write), "the null write passes for well");
    }
    let grown = resident_bytes().saturating_sub(before);
    say("error each time");
    if grown > 1 << 20 {
        say(&format!(", {} MiB lost", grown >> 20));
    }
}

fn resident_bytes() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").expect("Linux has /proc");
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    resident.expect("the second number is that of resident pages") * 4096
}
