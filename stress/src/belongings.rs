//! What the process has, as far as that could leak.

use std::fs;

#[derive(Debug)]
pub struct Belongings {
    /// Memory that no file backs.
    anonymous_kib: usize,
    mappings: usize,
    descriptors: usize,
    threads: usize,
}

/// The heap's free space comes and goes, and so do its arenas, differently at each moment.
const ROOM_KIB: usize = 16 * 1024;
const ROOM_FOR_MAPPINGS: usize = 64;

impl Belongings {
    pub fn now() -> Self {
        // What is free in the heap's arenas is no leak: it goes back first.
        // SAFETY: has no conditions.
        unsafe { libc::malloc_trim(0) };
        // Exact, unlike the counters in statm.
        let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
        let anonymous = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:")).expect("it is there");
        Self {
            anonymous_kib: anonymous.trim().trim_end_matches(" kB").parse().expect("a number"),
            mappings: fs::read_to_string("/proc/self/maps").expect("Linux has it").lines().count(),
            descriptors: entries("/proc/self/fd"),
            threads: entries("/proc/self/task"),
        }
    }

    /// The larger of both, of each.
    pub fn or_more(self, other: &Self) -> Self {
        Self {
            anonymous_kib: self.anonymous_kib.max(other.anonymous_kib),
            mappings: self.mappings.max(other.mappings),
            descriptors: self.descriptors.max(other.descriptors),
            threads: self.threads.max(other.threads),
        }
    }

    /// Whether it is no more than what there was when all had settled.
    pub fn check(&self, settled: &Self) -> Result<(), String> {
        let has_grown = self.anonymous_kib > settled.anonymous_kib + ROOM_KIB
            || self.mappings > settled.mappings + ROOM_FOR_MAPPINGS
            || self.descriptors > settled.descriptors
            || self.threads > settled.threads;
        if has_grown { Err(format!("something leaks: {settled:?} has become {self:?}")) } else { Ok(()) }
    }
}

fn entries(directory: &str) -> usize {
    fs::read_dir(directory).expect("Linux has it").count()
}
