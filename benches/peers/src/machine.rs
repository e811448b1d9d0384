//! Where and with what the figures were taken.

use crate::peers;
use crate::results::Machine;
use crate::victims::compiler_version;
use std::fs;
use std::process::Command;
use std::thread;

pub fn describe(load: [f64; 2]) -> Machine {
    Machine {
        date: today(),
        processor: value("/proc/cpuinfo", "model name", ':'),
        processors: thread::available_parallelism().map_or(1, usize::from),
        system: value("/etc/os-release", "PRETTY_NAME", '='),
        kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
        // SAFETY: it may be called at any time, and answers a static string.
        libc: format!("glibc {}", peers::text(unsafe { libc::gnu_get_libc_version() })),
        rust: env!("PEERS_RUSTC").to_owned(),
        cpp: peers::text(compiler_version()),
        load,
    }
}

/// How many threads wanted to run, on average over the last minute.
pub fn load() -> f64 {
    let averages = read("/proc/loadavg");
    averages.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

fn today() -> String {
    let date = Command::new("date").args(["-u", "+%F"]).output().expect("`date` can be run");
    String::from_utf8_lossy(&date.stdout).trim().to_owned()
}

/// Of the first line of a file that starts with this key.
fn value(path: &str, key: &str, separator: char) -> String {
    let text = read(path);
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    let value = line.split_once(separator).map_or("unknown", |(_, value)| value);
    value.trim().trim_matches('"').to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
