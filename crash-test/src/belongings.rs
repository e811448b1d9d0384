use std::fs;

/// What a process has, as far as that could leak.
///
/// For tests that do the same very often: one that has come to rest after some thousand rounds is to have no more after
/// many more.
#[derive(Clone, Debug)]
pub struct Belongings {
    resident_kib: usize,
    mappings: usize,
    descriptors: usize,
}

impl Belongings {
    /// As they are. The first call brings in the code that finds out, so make one before.
    pub fn now() -> Self {
        // Exact, unlike the counters in statm.
        let rollup = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
        let resident = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).expect("it is there");
        Self {
            resident_kib: resident.trim().trim_end_matches(" kB").parse().expect("a number"),
            mappings: fs::read_to_string("/proc/self/maps").expect("Linux has it").lines().count(),
            descriptors: fs::read_dir("/proc/self/fd").expect("Linux has it").count(),
        }
    }

    /// Asserts that nothing has been added since, but for 256 KiB and two mappings: room for code that is paged in late,
    /// and for a heap whose top comes and goes. Three bytes lost in each of a hundred thousand rounds show.
    #[track_caller]
    pub fn assert_no_more_than(&self, before: &Self) {
        let is_no_more = self.resident_kib <= before.resident_kib + 256
            && self.mappings <= before.mappings + 2
            && self.descriptors <= before.descriptors;
        assert!(is_no_more, "something is left behind: {before:?}, now {self:?}");
    }
}
