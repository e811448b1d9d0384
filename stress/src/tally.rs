//! Counts what came of guarded calls, to be compared with what their domains have counted.

use crate::operations;
use backstop::{Domain, Error};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// That of one domain.
pub struct Tally {
    domain: &'static Domain,
    calls: AtomicU64,
    exceptions: AtomicU64,
    faults: AtomicU64,
    deadlines: AtomicU64,
    torn: AtomicU64,
}

impl Tally {
    pub const fn new(domain: &'static Domain) -> Self {
        let [calls, exceptions, faults, deadlines, torn] = [const { AtomicU64::new(0) }; 5];
        Self { domain, calls, exceptions, faults, deadlines, torn }
    }

    /// Counts the call that has come back like this.
    pub fn count<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.calls.fetch_add(1, Relaxed);
        if let Err(error) = &result {
            let kind = match error {
                Error::Fault(_) => &self.faults,
                Error::Deadline(_) => &self.deadlines,
                _ => &self.exceptions,
            };
            kind.fetch_add(1, Relaxed);
            self.torn.fetch_add(error.is_torn().into(), Relaxed);
        }
        result
    }

    fn check(&self) -> Result<(), String> {
        let counters = self.domain.counters();
        let counted = [
            counters.calls(),
            counters.exceptions(),
            counters.faults(),
            counters.deadlines(),
            counters.torn(),
        ];
        let had = [&self.calls, &self.exceptions, &self.faults, &self.deadlines, &self.torn]
            .map(|count| count.load(Relaxed));
        if counted == had && counters.refused() == 0 {
            return Ok(());
        }
        Err(format!(
            "the counters of `{}` are {counters:?}, but its calls, exceptions, faults, deadlines and torn ones were {had:?}",
            self.domain.name()
        ))
    }
}

/// Whether all is counted that came back. While no call is running.
pub fn check() -> Result<(), String> {
    operations::TALLIES.iter().try_for_each(|tally| tally.check())
}
