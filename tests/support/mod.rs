//! Tests of what may end the process.
//!
//! Each runs in a child: the test binary again, with the test's name in its environment. The child runs the test's
//! body on its main thread; the parent waits for its end and checks what that was.

#![allow(dead_code, reason = "every test binary takes what it needs")]

pub mod signals;

use backstop::{Error, FaultKind};
use libtest_mimic::{Arguments, Trial};
use std::env;
use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;
use wait_timeout::ChildExt;

/// Names the test whose body the child runs.
const CHILD: &str = "BACKSTOP_TEST";

/// The commonest way to fail is a deadlock. Much longer than anything takes, for the machine may have other work.
const TIME_LIMIT: Duration = Duration::from_secs(120);

const MARKER: &str = "about to fault";

/// A body for the child, and a check for the parent.
pub struct Test {
    name: String,
    body: Box<dyn Fn() + Send>,
    check: Box<dyn Fn(&Child) + Send>,
    skipped: bool,
}

impl Test {
    pub fn new(
        name: impl Into<String>,
        body: impl Fn() + Send + 'static,
        check: impl Fn(&Child) + Send + 'static,
    ) -> Self {
        Self { name: name.into(), body: Box::new(body), check: Box::new(check), skipped: false }
    }

    /// Whose body holds all there is to check.
    pub fn in_child(name: impl Into<String>, body: impl Fn() + Send + 'static) -> Self {
        Self::new(name, body, |child| child.run().succeeded())
    }

    /// Which runs the same with and without fault recovery, and dies by `signal`.
    pub fn dies_all_the_same(name: impl Into<String>, body: impl Fn() + Send + 'static, signal: i32) -> Self {
        Self::new(name, body, move |child| {
            let outcome = child.run();
            outcome.died_by(signal);
            outcome.same_as(&child.with("BACKSTOP_DISABLE", "1").run());
        })
    }

    /// Listed as ignored, with the reason in its name.
    pub fn skipped_if(mut self, skipped: bool, reason: &str) -> Self {
        if skipped {
            self.name = format!("{} ({reason})", self.name);
            self.skipped = true;
        }
        self
    }
}

/// The `main` of a test binary.
pub fn main(tests: Vec<Test>) -> ExitCode {
    if let Ok(name) = env::var(CHILD) {
        let test = tests.iter().find(|test| test.name == name).expect("the parent names a test");
        limit_core(0);
        (test.body)();
        return ExitCode::SUCCESS;
    }
    let trials = tests.into_iter().map(|Test { name, check, skipped, .. }| {
        let child = Child { name: name.clone(), environment: Vec::new() };
        Trial::test(name, move || {
            check(&child);
            Ok(())
        })
        .with_ignored_flag(skipped)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// Says, from the child, that what comes next is what the test is about. Nothing may be printed after it by a test that
/// is to die.
pub fn marker() {
    println!("{MARKER}");
}

/// Makes a guarded call that succeeds, which has the handler installed and this thread set up.
pub fn arm() {
    assert_eq!(backstop_zoo::add(1, 2).expect("it behaves"), 3);
}

/// Makes a guarded call that faults.
#[track_caller]
pub fn assert_recovers() {
    match backstop_zoo::null_read() {
        Err(Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::NullDereference),
        other => panic!("{other:?}"),
    }
}

/// Recurses in Rust until the stack is used up.
#[expect(unconditional_recursion, reason = "to the end of the stack")]
pub fn overflow(depth: usize) -> usize {
    black_box([depth; 16])[depth % 16] + overflow(black_box(depth + 1))
}

/// Lets the child leave a core file, as far as that is allowed here.
pub fn allow_core() {
    limit_core(libc::RLIM_INFINITY);
}

fn limit_core(bytes: libc::rlim_t) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a limit to fill or read.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_CORE, &mut limit), 0);
        limit.rlim_cur = bytes.min(limit.rlim_max);
        assert_eq!(libc::setrlimit(libc::RLIMIT_CORE, &limit), 0);
    }
}

/// The test's child, to be run.
#[derive(Clone)]
pub struct Child {
    name: String,
    environment: Vec<(&'static str, &'static str)>,
}

impl Child {
    /// Sets an environment variable for it.
    pub fn with(&self, variable: &'static str, value: &'static str) -> Self {
        let mut child = self.clone();
        child.environment.push((variable, value));
        child
    }

    /// Runs it to its end.
    pub fn run(&self) -> Outcome {
        let directory = tempfile::tempdir().expect("a directory for the child");
        // Files rather than pipes: nobody reads along, and a full pipe would look like a deadlock.
        let mut stdout = tempfile::tempfile().expect("a file for the child's stdout");
        let mut stderr = tempfile::tempfile().expect("a file for the child's stderr");
        let mut child = Command::new(env::current_exe().expect("this test binary"))
            .env(CHILD, &self.name)
            .env_remove("BACKSTOP_DISABLE")
            .env_remove("RUST_BACKTRACE")
            .env_remove("RUST_LIB_BACKTRACE")
            .envs(self.environment.iter().copied())
            .current_dir(&directory)
            .stdout(stdout.try_clone().expect("another handle"))
            .stderr(stderr.try_clone().expect("another handle"))
            .spawn()
            .expect("the child starts");
        let status = child.wait_timeout(TIME_LIMIT).expect("the child can be waited for");
        if status.is_none() {
            child.kill().and_then(|()| child.wait()).expect("the child can be killed");
        }
        let outcome = Outcome {
            status: status.unwrap_or_default(),
            stdout: written_to(&mut stdout),
            stderr: written_to(&mut stderr),
        };
        assert!(status.is_some(), "no end after {TIME_LIMIT:?}, which looks like a deadlock: {outcome:?}");
        outcome
    }
}

fn written_to(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("the child's output can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How a child ended, and what it said.
#[derive(Debug)]
pub struct Outcome {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The body returned.
    #[track_caller]
    pub fn succeeded(&self) {
        assert!(self.status.success(), "{self:#?}");
    }

    /// It died by this signal, and right after the marker.
    #[track_caller]
    pub fn died_by(&self, signal: i32) {
        assert_eq!(self.status.signal(), Some(signal), "{self:#?}");
        assert!(self.stdout.ends_with(&format!("{MARKER}\n")), "not where it should have: {self:#?}");
    }

    /// This stands on its stderr.
    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.stderr.contains(text), "{text:?} is missing: {self:#?}");
    }

    /// Nothing of ours stands on its stderr.
    #[track_caller]
    pub fn says_nothing_of_us(&self) {
        assert!(!self.stderr.contains("backstop:"), "{self:#?}");
    }

    /// It ended and spoke as another run did. (The wait status as a whole: with the flag that tells of a core.)
    #[track_caller]
    pub fn same_as(&self, other: &Outcome) {
        assert_eq!(self.status.into_raw(), other.status.into_raw(), "{self:#?} {other:#?}");
        assert_eq!(self.stdout, other.stdout);
    }
}
