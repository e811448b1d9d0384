use crate::Outcome;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wait_timeout::ChildExt;

/// Runs a program to its end, as the child of a test is run: in an empty directory (if the command names no other), with
/// nothing to read, in a process group of its own, without a core file. At its end, or that of the time, what is left of
/// the group is killed; the program itself also if this thread ends first.
///
/// For programs that are not made of [`Test`](crate::Test)s: in C++, say. A command is for one run, for it keeps what was
/// added to it.
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
    // SAFETY: both calls are async-signal-safe.
    unsafe { command.pre_exec(as_child) };
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

/// What a child does first. Async-signal-safe.
pub(crate) fn as_child() -> io::Result<()> {
    // Of 1 rather than 0, which the kernel doesn't heed where it pipes cores to a program. No core has one byte.
    limit_core(1)?;
    // SAFETY: takes a number. Whoever stops the tests stops their children.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    Ok(())
}

pub(crate) fn limit_core(bytes: libc::rlim_t) -> io::Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a limit to fill or read.
    let is_set = unsafe {
        let is_known = libc::getrlimit(libc::RLIMIT_CORE, &mut limit) == 0;
        limit.rlim_cur = bytes.min(limit.rlim_max);
        is_known && libc::setrlimit(libc::RLIMIT_CORE, &limit) == 0
    };
    if is_set { Ok(()) } else { Err(io::Error::last_os_error()) }
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
