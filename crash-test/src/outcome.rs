use crate::MARKER;
use std::fmt::{self, Display};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use tempfile::TempDir;

/// How a child ended, and what it said. Its assertions panic with all of that.
#[derive(Debug)]
pub struct Outcome {
    /// Its exit code, or the signal that it died by.
    pub status: ExitStatus,
    /// What it wrote to stdout; what is not UTF-8 is replaced.
    pub stdout: String,
    /// What it wrote to stderr; what is not UTF-8 is replaced.
    pub stderr: String,
    pub(crate) directory: TempDir,
}

impl Outcome {
    /// The empty directory in which it ran, if its command named no other, and what it left there; gone with the outcome.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Asserts that the body returned.
    #[track_caller]
    pub fn succeeded(&self) {
        self.exited_with(0);
    }

    /// Asserts that it exited with this code.
    #[track_caller]
    pub fn exited_with(&self, code: i32) {
        self.assert(self.status.code() == Some(code), format_args!("exit code {code}"));
    }

    /// Asserts that it died by this signal, and right after the [`marker`](crate::marker).
    #[track_caller]
    pub fn died_by(&self, signal: i32) {
        self.assert(self.status.signal() == Some(signal), ExitStatus::from_raw(signal));
        self.assert(self.stdout.ends_with(&format!("{MARKER}\n")), "an end right after marker()");
    }

    /// Asserts that this stands on its stderr.
    #[track_caller]
    pub fn says(&self, text: &str) {
        self.assert(self.stderr.contains(text), format_args!("{text:?} on stderr"));
    }

    /// Asserts that this does not stand on its stderr.
    #[track_caller]
    pub fn says_nothing_of(&self, text: &str) {
        self.assert(!self.stderr.contains(text), format_args!("nothing of {text:?} on stderr"));
    }

    /// Asserts that it ended as another run did (with the same signal or exit code, and a core or none), and that the two
    /// wrote the same to stdout.
    #[track_caller]
    pub fn same_as(&self, other: &Outcome) {
        let is_same = (self.status.into_raw(), &self.stdout) == (other.status.into_raw(), &other.stdout);
        self.assert(is_same, format_args!("the same as of {other}"));
    }

    #[track_caller]
    fn assert(&self, holds: bool, expected: impl Display) {
        assert!(holds, "expected {expected}; got {self}");
    }

    pub(crate) fn output(&self) -> impl Display {
        let section = |name: &str, text: &str| match text.trim_end() {
            "" => String::new(),
            text => format!("\n---- {name}\n{text}"),
        };
        let sections = section("stdout", &self.stdout) + &section("stderr", &self.stderr);
        if sections.is_empty() { " nothing".to_owned() } else { sections }
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, and it said{}", self.status, self.output())
    }
}
