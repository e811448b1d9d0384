//! What the working process says of itself, in memory that outlives it: each thread's last operations, and what was violated.

use crate::operations::ALL;
use crate::options::MOST_THREADS;
use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize};

/// How many of a thread's last operations are kept.
const KEPT: usize = 8;

/// All zeros to begin with, and written by atomics alone: whoever is stopped in the middle leaves it readable.
pub struct Board {
    lanes: [Lane; MOST_THREADS],
    performed: [AtomicU64; ALL.len()],
    /// Moments of quiet in which all was counted.
    pub inspections: AtomicU64,
    /// Signals from outside that were handled.
    pub signals: AtomicU64,
    violation: Violation,
}

#[derive(Debug)]
struct Lane {
    /// Operations begun.
    begun: AtomicU64,
    entries: [Entry; KEPT],
}

#[derive(Debug)]
struct Entry {
    number: AtomicU64,
    /// Which one of all, from 1; 0: none yet.
    operation: AtomicUsize,
    /// Of the operation's own: where it is.
    step: AtomicPtr<&'static str>,
    is_done: AtomicBool,
}

struct Violation {
    is_claimed: AtomicBool,
    /// In bytes; 0: not written yet.
    length: AtomicUsize,
    text: [AtomicU8; 16 * 1024],
}

impl Board {
    /// A new one, shared with the processes that this one forks, for as long as they live.
    pub fn shared() -> &'static Self {
        // SAFETY: a new mapping.
        let memory = unsafe {
            let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
            libc::mmap(std::ptr::null_mut(), size_of::<Self>(), access, kind, -1, 0)
        };
        assert_ne!(memory, libc::MAP_FAILED, "there is no memory for the board");
        // SAFETY: as large as a board, aligned to a page, all zeros, which is a board, and never unmapped.
        unsafe { &*memory.cast::<Self>() }
    }

    /// The thread begins its operation `number`.
    pub fn begin(&self, lane: usize, number: u64, operation: usize) {
        let entry = self.lanes[lane].entry(number);
        entry.is_done.store(false, Relaxed);
        entry.step.store(std::ptr::null_mut(), Relaxed);
        entry.operation.store(operation + 1, Relaxed);
        entry.number.store(number, Relaxed);
        self.lanes[lane].begun.fetch_add(1, Release);
    }

    /// It comes to this in it.
    pub fn step(&self, lane: usize, number: u64, step: &'static &'static str) {
        self.lanes[lane].entry(number).step.store(std::ptr::from_ref(step).cast_mut(), Relaxed);
    }

    /// It ends.
    pub fn end(&self, lane: usize, number: u64) {
        let entry = self.lanes[lane].entry(number);
        self.performed[entry.operation.load(Relaxed) - 1].fetch_add(1, Relaxed);
        entry.is_done.store(true, Release);
    }

    /// How many operations the thread has begun.
    pub fn begun(&self, lane: usize) -> u64 {
        self.lanes[lane].begun.load(Acquire)
    }

    /// How many there were of each operation.
    pub fn performed(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        ALL.iter().zip(&self.performed).map(|(operation, count)| (operation.name, count.load(Relaxed)))
    }

    /// Says what was violated. The first who does is heard.
    pub fn report_violation(&self, text: &str) {
        if self.violation.is_claimed.swap(true, Relaxed) {
            return;
        }
        let length = text.len().min(self.violation.text.len());
        for (to, from) in self.violation.text.iter().zip(text.bytes()) {
            to.store(from, Relaxed);
        }
        self.violation.length.store(length, Release);
    }

    /// What was.
    pub fn violation(&self) -> Option<String> {
        let length = self.violation.length.load(Acquire);
        let bytes: Vec<_> = self.violation.text[..length].iter().map(|byte| byte.load(Relaxed)).collect();
        (length != 0).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The last operations of this thread, oldest first, each in a line.
    pub fn last(&self, lane: usize) -> String {
        self.lanes[lane].in_order().map(|entry| format!("  {entry}\n")).collect()
    }

    /// The number of the operation that the thread is in, or was in last.
    pub fn present(&self, lane: usize) -> Option<u64> {
        self.lanes[lane].in_order().last().map(|entry| entry.number.load(Relaxed))
    }
}

impl Lane {
    fn entry(&self, number: u64) -> &Entry {
        &self.entries[number as usize % KEPT]
    }

    fn in_order(&self) -> impl Iterator<Item = &Entry> {
        let mut entries: Vec<_> = self.entries.iter().filter(|entry| entry.name().is_some()).collect();
        entries.sort_by_key(|entry| entry.number.load(Relaxed));
        entries.into_iter()
    }
}

impl Entry {
    fn name(&self) -> Option<&'static str> {
        let index = self.operation.load(Relaxed).checked_sub(1)?;
        ALL.get(index).map(|operation| operation.name)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name().unwrap_or("?");
        // SAFETY: null, or a constant of this program, which is at the same address in the process that this one was
        // forked from.
        let step = unsafe { self.step.load(Relaxed).as_ref() };
        let end = if self.is_done.load(Acquire) { "done" } else { "not done" };
        write!(f, "{}: {name} {} ({end})", self.number.load(Relaxed), step.unwrap_or(&""))
    }
}
