//! What a hostile review found in the runtime, as programs in `hostile/` that must not find it again. Each case is a
//! process of its own, which checks what it sees itself; how it ends is checked here.

#[path = "support/programs.rs"]
mod programs;

use libtest_mimic::{Arguments, Trial};
use programs::{Build, Compilers, Outcome, RUNTIME, cases, end_of, is_skipped};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_secs(120);

const SOURCES: &[&str] =
    &["aborts.cc", "exceptions.cc", "recoveries.cc", "shortages.cc", "signals.cc", "stacks.cc", "walks.cc"];

/// Cases whose own checks say it all.
const SUCCEED: &[&str] = &[
    "absurd_alternate_stack_sizes",
    "assertion_in_translation",
    "autodisarmed_stack_is_not_kept",
    "bad_alloc_without_memory",
    "callback_of_a_stream_jumped_out_of",
    "category_without_a_name_or_messages",
    "code_without_tables",
    "damaged_stack_under_a_later_handler",
    "destructor_jumps_out",
    "destructor_overflows_in_malloc",
    "destructor_terminates",
    "destructor_throws",
    "destructors_see_an_uncaught_exception",
    "external_abort_sigaction",
    "fault_without_memory",
    "foreign_exception",
    "fortified_open_without_mode",
    "frame_pointer_beyond_the_guard",
    "frame_pointer_to_itself",
    "guarded_faults_in_destructors_after_an_overflow",
    "heap_lock_race",
    "ignored_signals_interrupt_nothing",
    "large_frames_on_a_thread",
    "large_frames_on_main",
    "limit_lowered_then_overflow",
    "limit_raised_then_fault_beyond_the_old",
    "limit_raised_then_overflow",
    "listener_faults_and_the_previous_handler_jumps",
    "lock_amid_other_calls",
    "nested_exceptions_without_memory",
    "no_descriptor_at_the_first_call",
    "noncanonical_frame_pointer",
    "overflow_in_a_static_initialiser",
    "overflow_on_entry",
    "questions_without_memory",
    "refused_after_a_fiber_is_gone",
    "restarting_handlers_interrupt_nothing",
    "signals_while_the_guard_page_is_lent",
    "stack_overwritten_short_of_the_guard",
    "string_by_its_everyday_name",
    "terminate_while_an_older_is_handled",
    "what_throws",
    "wild_return",
];

/// Cases that end the process, and by which signal.
const DIE: &[(&str, i32)] = &[
    ("fiber_below_the_stack", libc::SIGSEGV),
    ("guards_overlap_on_fibers", libc::SIGSEGV),
    ("listener_faults", libc::SIGSEGV),
    ("memory_failure_elsewhere", libc::SIGBUS),
    ("stack_overwritten_through_the_guard", libc::SIGSEGV),
];

/// What backstop says on stderr in a case: these lines and no others. Of cases that aren't here it isn't asked.
const SAYINGS: &[(&str, &[&str])] = &[
    ("fiber_below_the_stack", &[OTHER_STACK]),
    ("guards_overlap_on_fibers", &[]), // no guard is concerned
    ("listener_faults", &["backstop: a fault within a fault handler"]),
    ("memory_failure_elsewhere", &[]),
    ("no_descriptor_at_the_first_call", &[NO_DESCRIPTOR]),
    ("stack_overwritten_through_the_guard", &[OVERWRITTEN]),
];

const OTHER_STACK: &str = "backstop: SIGSEGV under the guard of `case` is not recovered: it struck on another stack \
                           than the one the guard is on";
const OVERWRITTEN: &str = "backstop: SIGSEGV under the guard of `case` is not recovered: the stack was overwritten \
                           through the guard, and with it the frames to go back to";
const NO_DESCRIPTOR: &str = "backstop: no memory or descriptor for a thread's alternate stack, or a sandbox that doesn't allow \
                             sigaltstack, mmap and mprotect: until that changes, its guards catch exceptions only";

/// Compiled by the first trial that needs it.
type Program = LazyLock<PathBuf, Box<dyn FnOnce() -> PathBuf + Send>>;

fn main() -> ExitCode {
    let mut all = trials("gcc", Compilers::gcc());
    if let Some(compilers) = Compilers::clang() {
        all.extend(trials("clang", compilers));
    }
    libtest_mimic::run(&Arguments::from_args(), all).exit_code()
}

fn trials(name: &'static str, compilers: Compilers) -> Vec<Trial> {
    let program: Arc<Program> = Arc::new(LazyLock::new(Box::new(move || compile(name, compilers))));
    let trial = |case: &'static str, check: Box<dyn Fn(&Path) + Send>| {
        let program = Arc::clone(&program);
        Trial::test(format!("{name}::{case}"), move || {
            check(&program);
            Ok(())
        })
    };
    let succeed = SUCCEED.iter().map(|case| trial(case, Box::new(|program| succeeds(program, case))));
    let die = DIE.iter().map(|(case, signal)| trial(case, Box::new(|program| dies(program, case, *signal))));
    let all = trial("every_case_is_listed", Box::new(every_case_is_listed));
    succeed.chain(die).chain([all]).collect()
}

fn compile(name: &str, compilers: Compilers) -> PathBuf {
    let build = Build::new(compilers, &format!("hostile/{name}"), RUNTIME);
    build.program(&cases("hostile", SOURCES), &["-O2", "-U_FORTIFY_SOURCE"])
}

fn run(program: &Path, case: &str) -> Outcome {
    let end = end_of(Command::new(program).arg(case), &[], TIME_LIMIT);
    if let Some((_, lines)) = SAYINGS.iter().find(|(of, _)| *of == case) {
        let said: Vec<_> = end.stderr.lines().filter(|line| line.starts_with("backstop: ")).collect();
        assert_eq!(said, *lines, "{end}");
    }
    end
}

fn succeeds(program: &Path, case: &str) {
    let end = run(program, case);
    if is_skipped(case, &end) {
        return;
    }
    end.succeeded();
}

fn dies(program: &Path, case: &str, signal: i32) {
    let end = run(program, case);
    end.died_by(signal);
}

fn every_case_is_listed(program: &Path) {
    let end = end_of(&mut Command::new(program), &[], TIME_LIMIT);
    let listed: BTreeSet<_> = SUCCEED.iter().copied().chain(DIE.iter().map(|(case, _)| *case)).collect();
    assert_eq!(end.stdout.lines().collect::<BTreeSet<_>>(), listed);
}
