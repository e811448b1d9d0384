//! Children: this program again, each for one thing under one peer, so that what goes wrong there ends there.

use std::env;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// What a child wrote, and how it ended.
pub struct Ended {
    pub output: String,
    /// `None`: well. Otherwise in words, as "dies by SIGSEGV" or "hangs".
    pub fate: Option<String>,
}

/// Runs this program with the arguments, for so long at most.
pub fn run(arguments: &[&str], limit: Duration) -> Ended {
    let program = env::current_exe().expect("a program knows where it is");
    let mut child = Command::new(program)
        .args(arguments)
        // What would switch on more than is to be measured.
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LIB_BACKTRACE")
        .env_remove("BACKSTOP_DISABLE")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this program can be started again");
    let status = child.wait_timeout(limit).expect("it is our child");
    if status.is_none() {
        child.kill().expect("it is our child");
        child.wait().expect("it is our child");
    }
    let mut output = String::new();
    let stdout = child.stdout.as_mut().expect("it is piped");
    stdout.read_to_string(&mut output).expect("children write text"); // little enough for the pipe to hold
    let fate = match status {
        Some(status) => {
            let is_well = status.code().is_none_or(|code| code == 0);
            assert!(is_well, "a child failed by itself: run this program with {arguments:?} to see how");
            status.signal().map(|signal| format!("dies by {}", signal_name(signal)))
        }
        None => Some(format!("hangs ({} s)", limit.as_secs_f64())),
    };
    Ended { output, fate }
}

fn signal_name(signal: i32) -> String {
    match signal {
        libc::SIGABRT => "SIGABRT".to_owned(),
        libc::SIGSEGV => "SIGSEGV".to_owned(),
        libc::SIGBUS => "SIGBUS".to_owned(),
        libc::SIGILL => "SIGILL".to_owned(),
        libc::SIGTRAP => "SIGTRAP".to_owned(),
        other => format!("signal {other}"),
    }
}

/// To be called first in a child: the many that die leave no core files.
pub fn without_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the limit is whole.
    let answer = unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) };
    assert_eq!(answer, 0, "a limit may always be lowered");
}
