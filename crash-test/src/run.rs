use crate::Outcome;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wait_timeout::ChildExt;

/// Runs a program to its end, as the child of a test is run: in an empty directory (if the command names no other), with
/// nothing to read, in a process group of its own. At its end, or that of the time, what is left of the group is killed.
///
/// For programs that are not made of [`Test`](crate::Test)s: in C++, say.
///
/// ```
/// use std::process::Command;
/// use std::time::Duration;
///
/// let outcome = backstop_crash_test::outcome_of(
///     Command::new("sh").args(["-c", "echo about to fault; kill -SEGV $$"]),
///     Duration::from_secs(60),
/// )?;
/// outcome.died_by(11); // SIGSEGV
/// # Ok::<(), backstop_crash_test::Overdue>(())
/// ```
///
/// # Errors
///
/// If the time was over first.
///
/// # Panics
///
/// If it can't be started.
#[track_caller]
pub fn outcome_of(command: &mut Command, time_limit: Duration) -> Result<Outcome, Overdue> {
    let directory = TempDir::new().expect("a directory for the child");
    if command.get_current_dir().is_none() {
        command.current_dir(&directory);
    }
    // Files rather than pipes: nobody reads along, and a full pipe would look like a deadlock.
    let [mut stdout, mut stderr] =
        [(); 2].map(|()| tempfile::tempfile().expect("a file for the child's output"));
    let mut child = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().expect("another handle"))
        .stderr(stderr.try_clone().expect("another handle"))
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = child.wait_timeout(time_limit).expect("the child can be waited for");
    kill_group_of(&child);
    if status.is_none() {
        child.wait().expect("the child can be waited for");
    }
    let (stdout, stderr) = (written_to(&mut stdout), written_to(&mut stderr));
    let outcome = Outcome { status: status.unwrap_or_default(), stdout, stderr, directory };
    if status.is_some() {
        Ok(outcome)
    } else {
        Err(Overdue { time_limit, said: outcome.output().to_string() })
    }
}

fn kill_group_of(child: &Child) {
    let group = child.id().try_into().expect("ids are positive");
    // SAFETY: sends a signal. While anybody is left in the group, its number is nobody else's; and if nobody is, the
    // child has ended just now, and numbers are given out again only when all others have been.
    unsafe { libc::killpg(group, libc::SIGKILL) };
}

fn written_to(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("the child's output can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What ran was not at its end when its time was over. It is dead now.
#[derive(Debug)]
pub struct Overdue {
    time_limit: Duration,
    said: String,
}

impl Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no end after {:?}, which looks like a deadlock. It said{}", self.time_limit, self.said)
    }
}

impl std::error::Error for Overdue {}
