//! Calls that overrun their deadlines, in programs of C++ alone. Each case is a process of its own, which checks what it
//! sees itself; how it ends is checked here.

#[path = "support/programs.rs"]
mod programs;

use libtest_mimic::{Arguments, Trial};
use programs::{Build, Compilers, RUNTIME, cases, end_of};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_secs(240);

const SOURCES: &[&str] = &["process.cc", "scopes.cc", "soak.cc", "victims.cc", "vouched.cc", "waits.cc"];

/// Those whose own checks say it all.
const SUCCEED: &[&str] = &[
    "after_an_idle_time",
    "barrier",
    "chosen_signal",
    "every_victim",
    "fault_while_a_return_is_awaited",
    "faults_and_exceptions_are_themselves",
    "fork_within_a_call",
    "held_until_the_release",
    "in_a_child",
    "inner_is_earlier",
    "jumps_too",
    "next_call_has_none",
    "no_stray_signal",
    "no_thread_before_the_first",
    "outer_is_earlier",
    "outer_reaches_inner_without_one",
    "returns_between_steps",
    "returns_from_what_cannot_be_interrupted",
    "returns_in_time",
    "scope",
    "scope_that_a_fault_left",
    "signal_is_blocked",
    "steps_meet_a_debugger_trap",
    "wait_whose_lock_is_held",
    "waits_left_by_a_jump",
    "stopped",
    "taints",
    "terminates_after_an_interruption",
    "ten_thousand",
    "threads_come_and_go",
    "what_the_error_says",
    "within_a_signal_handler",
];

/// That ends the process, by the signal that it has sent itself.
const DIES: &str = "foreign_signal_kills";

/// Compiled by the first trial that needs it.
type Program = LazyLock<PathBuf, Box<dyn FnOnce() -> PathBuf + Send>>;

fn main() -> ExitCode {
    let vouched = ["-O2", "-DBACKSTOP_VOUCHED", "-fnon-call-exceptions", "-fasynchronous-unwind-tables"];
    let mut all = trials("gcc", Compilers::gcc(), vouched.to_vec());
    all.extend(trials("gcc_unvouched", Compilers::gcc(), vec!["-O0"]));
    if let Some(compilers) = Compilers::clang() {
        all.extend(trials("clang", compilers, vec!["-O2"]));
    }
    libtest_mimic::run(&Arguments::from_args(), all).exit_code()
}

fn trials(name: &'static str, compilers: Compilers, flags: Vec<&'static str>) -> Vec<Trial> {
    let program: Arc<Program> = Arc::new(LazyLock::new(Box::new(move || compile(name, compilers, &flags))));
    let trial = |case: &'static str, check: fn(&Path, &str)| {
        let program = Arc::clone(&program);
        Trial::test(format!("{name}::{case}"), move || {
            check(&program, case);
            Ok(())
        })
    };
    let succeed = SUCCEED.iter().map(|case| trial(case, succeeds));
    succeed.chain([trial(DIES, dies), trial("every_case_is_listed", every_case_is_listed)]).collect()
}

fn compile(name: &str, compilers: Compilers, flags: &[&str]) -> PathBuf {
    let build = Build::new(compilers, &format!("deadlines/{name}"), RUNTIME);
    build.program(&cases("deadlines", SOURCES), flags)
}

fn succeeds(program: &Path, case: &str) {
    let end = end_of(Command::new(program).arg(case), &[], TIME_LIMIT);
    end.succeeded();
    print!("{}", end.stdout);
}

fn dies(program: &Path, case: &str) {
    let end = end_of(Command::new(program).arg(case), &[], TIME_LIMIT);
    assert!(end.status.signal().is_some_and(|signal| signal >= 32), "{end}");
    assert_eq!(end.stdout, "about to fault\n", "not where it should have: {end}");
}

fn every_case_is_listed(program: &Path, _: &str) {
    let end = end_of(&mut Command::new(program), &[], TIME_LIMIT);
    let listed: BTreeSet<_> = SUCCEED.iter().copied().chain([DIES]).collect();
    assert_eq!(end.stdout.lines().collect::<BTreeSet<_>>(), listed);
}
