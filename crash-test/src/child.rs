use crate::Outcome;
use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::process::{self, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wait_timeout::ChildExt;

/// The environment variable that names the test whose body a child runs: for what starts children by itself.
pub const CHILD: &str = "BACKSTOP_CRASH_TEST_CHILD";

/// Variables with what they are set to; `None`: they are removed. The last word counts.
pub(crate) type Environment = Vec<(OsString, Option<OsString>)>;

/// The child process of a test, to be run as often as its check likes.
#[derive(Clone, Debug)]
pub struct Child {
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) time_limit: Duration,
}

impl Child {
    /// The same with an environment variable set.
    #[must_use]
    pub fn with(&self, variable: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.in_environment(variable.into(), Some(value.into()))
    }

    /// The same without an environment variable.
    #[must_use]
    pub fn without(&self, variable: impl Into<OsString>) -> Self {
        self.in_environment(variable.into(), None)
    }

    /// The same with another time limit.
    #[must_use]
    pub fn time_limit(&self, limit: Duration) -> Self {
        Self { time_limit: limit, ..self.clone() }
    }

    fn in_environment(&self, variable: OsString, value: Option<OsString>) -> Self {
        let mut child = self.clone();
        child.environment.push((variable, value));
        child
    }

    /// Runs the test binary again, which runs the test's body, to its end: in an empty directory, with nothing to read, in
    /// a process group of its own.
    ///
    /// # Panics
    ///
    /// If the time limit is over. What is left of the process group is dead then.
    #[track_caller]
    pub fn run(&self) -> Outcome {
        let directory = TempDir::new().expect("a directory for the child");
        // Files rather than pipes: nobody reads along, and a full pipe would look like a deadlock.
        let [mut stdout, mut stderr] =
            [(); 2].map(|()| tempfile::tempfile().expect("a file for the child's output"));
        let mut command = Command::new(env::current_exe().expect("this test binary"));
        command
            .current_dir(&directory)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(stdout.try_clone().expect("another handle"))
            .stderr(stderr.try_clone().expect("another handle"));
        for (variable, value) in &self.environment {
            match value {
                Some(value) => command.env(variable, value),
                None => command.env_remove(variable),
            };
        }
        let mut child = command.env(CHILD, &self.name).spawn().expect("the child starts");
        let status = child.wait_timeout(self.time_limit).expect("the child can be waited for");
        if status.is_none() {
            kill_group_of(&mut child);
        }
        let (stdout, stderr) = (written_to(&mut stdout), written_to(&mut stderr));
        let outcome = Outcome { status: status.unwrap_or_default(), stdout, stderr, directory };
        if status.is_none() {
            let limit = self.time_limit;
            panic!("no end after {limit:?}, which looks like a deadlock. It said{}", outcome.output());
        }
        outcome
    }
}

fn kill_group_of(child: &mut process::Child) {
    let group = child.id().try_into().expect("ids are positive");
    // SAFETY: sends a signal. The group is the child's, which is waited for only below, so that its id is nobody else's.
    unsafe { libc::killpg(group, libc::SIGKILL) };
    child.wait().expect("the child can be waited for");
}

fn written_to(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("the child's output can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
