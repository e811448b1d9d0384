//! What the threads do: one kind of operation, one file. Each knows what must come back, and says how it differs.

mod calls;
mod deadlines;
mod exceptions;
mod expect;
mod faults;
mod forks;
mod layers;
mod libraries;
mod overflows;
mod panics;
mod threads;
mod zoo;

use crate::board::Board;
use crate::noise::{self, Peace};
use crate::random;
use crate::tally::Tally;
use fastrand::Rng;
use std::sync::{Mutex, MutexGuard};

pub use calls::arm;
pub use libraries::warm_up;

/// How a check went, and else what differs.
pub type Checked = Result<(), String>;

pub struct Operation {
    pub name: &'static str,
    /// Out of the sum of all.
    weight: u32,
    pub run: fn(&mut Context) -> Checked,
}

/// All of them. A fork, or a stack that is used up, takes as long as hundreds of others.
pub const ALL: &[Operation] = &[
    Operation { name: "calls", weight: 200, run: calls::run },
    Operation { name: "zoo", weight: 200, run: zoo::run },
    Operation { name: "faults", weight: 300, run: faults::run },
    Operation { name: "exceptions", weight: 200, run: exceptions::run },
    Operation { name: "panics", weight: 100, run: panics::run },
    Operation { name: "layers", weight: 200, run: layers::run },
    Operation { name: "deadlines", weight: 20, run: deadlines::run },
    Operation { name: "threads", weight: 15, run: threads::run },
    Operation { name: "libraries", weight: 20, run: libraries::run },
    Operation { name: "overflows", weight: 4, run: overflows::run },
    Operation { name: "forks", weight: 4, run: forks::run },
];

pub static TALLIES: &[&Tally] = &[
    &calls::TALLY,
    &deadlines::TALLY,
    &exceptions::TALLY,
    &faults::TALLY,
    &layers::TALLY,
    &libraries::TALLY,
    &overflows::TALLY,
    &zoo::TALLY,
];

/// Draws the next one.
pub fn choose(random: &mut Rng, only: Option<&str>) -> usize {
    if let Some(name) = only {
        return ALL.iter().position(|operation| operation.name == name).expect("the options have checked it");
    }
    let mut drawn = random.u32(..ALL.iter().map(|operation| operation.weight).sum::<u32>());
    let is_drawn = |operation: &Operation| match drawn.checked_sub(operation.weight) {
        Some(rest) => {
            drawn = rest;
            false
        }
        None => true,
    };
    ALL.iter().position(is_drawn).expect("less than their sum is drawn")
}

/// What an operation has.
pub struct Context {
    board: &'static Board,
    lane: usize,
    number: u64,
    /// Of the tokens that it has taken.
    taken: u64,
    /// In a child, whose threads are gone, and whatever locks they held.
    is_forked: bool,
    /// Of what comes from outside.
    handlers_are_on_own_stack: bool,
    pub random: Rng,
}

/// What nothing else in the process is called at the time: what comes back with it is that, and no other's. It is an
/// address, too, at which nothing is ever mapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token(pub u64);

/// Below everything that Linux maps by itself on 64 bits.
const NOWHERE: u64 = 0x2000_0000_0000;

impl Context {
    pub fn new(board: &'static Board, seed: u64, lane: usize, number: u64) -> Self {
        let random = random::generator(seed, lane, number);
        let handlers_are_on_own_stack = noise::is_on_own_stack(seed);
        Self { board, lane, number, taken: 0, is_forked: false, handlers_are_on_own_stack, random }
    }

    /// One that this operation has not had before.
    pub fn token(&mut self) -> Token {
        self.taken += 1;
        Token(NOWHERE + ((self.lane as u64) << 38) + ((self.number % (1 << 20)) << 18) + (self.taken << 4))
    }

    /// For another thread of the same operation, the one with this index.
    pub fn for_thread(&mut self, index: u64) -> Self {
        let random = Rng::with_seed(self.random.u64(..));
        Self { taken: self.taken + (index + 1) * 1000, random, ..*self }
    }

    /// Says where it is, for when nothing comes after it.
    pub fn step(&self, step: &'static &'static str) {
        self.board.step(self.lane, self.number, step);
    }

    /// For the time of an overflow, if that could meet a handler on the same stack.
    pub fn peace(&self) -> Option<Peace> {
        self.handlers_are_on_own_stack.then(Peace::begin)
    }

    /// libc keeps one abort message for the whole process: of two threads that abort at the same moment one may be told
    /// the other's, or none. So they take turns; but in a child, where nobody else is, and who had the turn is gone.
    pub fn aborts_alone(&self) -> Option<MutexGuard<'static, ()>> {
        static TURN: Mutex<()> = Mutex::new(());
        (!self.is_forked).then(|| TURN.lock().expect("nobody panics with it"))
    }

    /// Whether an error is to be written out with its backtrace, which takes a while, and locks.
    pub fn says_all(&mut self) -> bool {
        self.one_in(64) && !self.is_forked
    }

    /// Whether this is one of so many.
    pub fn one_in(&mut self, many: u32) -> bool {
        self.random.u32(..many) == 0
    }
}
