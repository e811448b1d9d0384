//! Runs cells, each in a process of its own.

use backstop_crash_test::outcome_of;
use backstop_matrix_cell::MARKER;
use backstop_matrix_cell::cells::Cell;
use backstop_zoo::Expected;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The commonest way to fail is a deadlock. Much longer than anything takes, for the machine may have other work.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// Answers what was not as expected, each with the cell.
pub fn run_all<'a>(program: &Path, cells: &'a [Cell], jobs: usize) -> Vec<(&'a Cell, String)> {
    let (next, differences) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(difference) = run(program, cell) {
                        differences.lock().expect("no panic").push((cell, difference));
                    }
                }
            });
        }
    });
    differences.into_inner().expect("no panic")
}

fn run(program: &Path, cell: &Cell) -> Result<(), String> {
    let mut command = Command::new(program);
    command.arg(cell.name()).env_remove("BACKSTOP_DISABLE").env_remove("RUST_BACKTRACE");
    let expected = cell.case.expected;
    match outcome_of(&mut command, TIME_LIMIT) {
        Ok(outcome) if meets(expected, outcome.status, &outcome.stdout, &outcome.stderr) => Ok(()),
        Ok(outcome) => Err(format!("expected {expected:?}\ngot {outcome}")),
        Err(overdue) => Err(format!("expected {expected:?}\ngot {overdue}")),
    }
}

fn meets(expected: Expected, status: ExitStatus, stdout: &str, stderr: &str) -> bool {
    match expected {
        Expected::Forwarded { signal, message } => {
            let is_there = stdout.ends_with(&format!("{MARKER}\n"));
            // With `panic = "abort"`, a check that fails dies by SIGABRT, too.
            let is_check = stderr.contains("panicked at");
            status.signal() == Some(signal.number()) && stderr.contains(message) && is_there && !is_check
        }
        _ => status.success(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backstop_zoo::CASES;

    #[test]
    fn what_is_to_die_dies_right_after_the_marker_by_its_signal_and_says_why() {
        let case =
            CASES.iter().find(|case| case.name == "fault_on_thread_of_its_own").expect("it is in the table");
        let meets =
            |status, stdout: &str, stderr| meets(case.expected, ExitStatus::from_raw(status), stdout, stderr);
        let marker = format!("{MARKER}\n");
        assert!(meets(libc::SIGSEGV, &marker, ""));
        assert!(!meets(libc::SIGABRT, &marker, ""));
        assert!(!meets(0, &marker, ""));
        assert!(!meets(libc::SIGSEGV, "", ""));
        assert!(!meets(libc::SIGSEGV, &format!("{marker}and more\n"), ""));
        assert!(!meets(libc::SIGSEGV, &marker, "thread 'main' panicked at"));
    }
}
