//! What is left after very many faults, or after one at a bad moment: nothing locked, nothing half-open, nothing lost,
//! as programs in `endurance/`. Each case is a process of its own, under a time limit, for the commonest way to fail is
//! a deadlock.
//!
//! The normal run takes less than a minute. `BACKSTOP_FULL=1 cargo test --release --test endurance` does what it is
//! named for: a million faults, ten thousand stack overflows and so on, for some minutes.

#[path = "support/programs.rs"]
mod programs;

use libtest_mimic::{Arguments, Trial};
use programs::{Build, Compilers, Outcome, RUNTIME, cases, end_of, is_skipped, source};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

const FULL: &str = "BACKSTOP_FULL";
const JUMP: &[(&str, &str)] = &[("BACKSTOP_WAY", "jump")];

const SOURCES: &[&str] = &["faults.cc", "heap.cc", "held.cc", "parsers.cc", "together.cc"];

/// Probed frames, so that a large one can't step over the guard page.
const FLAGS: &[&str] = &["-O2", "-U_FORTIFY_SOURCE", "-fnon-call-exceptions", "-fstack-clash-protection"];

/// Cases whose own checks say it all.
const SUCCEED: &[&str] = &[
    "a_million_faults",
    "corrupted_cache",
    "double_free_cached",
    "free_of_the_stack",
    "handler_stack_of_each_kind",
    "messages_of_two_threads",
    "wild_free",
    "wild_realloc",
    "wild_usable_size",
];

/// Cases that succeed whichever way guards get back.
const SUCCEED_BOTH_WAYS: &[&str] = &[
    "call_once_again_on_another_thread",
    "call_once_again_on_the_same_thread",
    "eight_threads_fault_at_once",
    "fflush_of_a_crashing_stream",
    "fgets_into_a_bad_buffer",
    "fork_while_recovering",
    "fprintf_of_a_bad_string",
    "fputs_of_a_bad_string",
    "fread_into_a_bad_buffer",
    "fscanf_into_a_bad_buffer",
    "fwrite_of_bad_bytes",
    "fwrite_of_bytes_that_end_in_a_bad_page",
    "mutexes_of_frames_that_were_left",
    "printf_of_a_bad_string",
    "pthread_once_again_on_another_thread",
    "pthread_once_again_on_the_same_thread",
    "puts_of_a_bad_string",
    "signal_mask_is_as_at_the_fault",
    "snprintf_of_a_bad_string",
    "sscanf_into_a_bad_buffer",
    "static_again_on_another_thread",
    "static_again_on_the_same_thread",
    "stream_with_a_bad_buffer",
    "surroundings_are_as_before",
    "threads_end_while_others_fault",
    "traps_of_the_guarded_code_end_with_it",
];

/// As well, and whether or not functions are looked up by the loader as they
/// are called first.
const PARSERS: &[&str] = &[
    "bad_writes_near_the_end",
    "blocks",
    "blocks_on_a_usual_stack",
    "destroying_a_list",
    "first_calls",
    "first_writes_near_the_end",
    "formatting",
    "frames",
    "frames_on_a_usual_stack",
    "looking_up",
    "maps",
    "nodes",
    "opening_files",
    "printing",
    "putting",
    "regular_expressions",
    "strings",
    "strings_on_a_usual_stack",
    "through_c",
    "throwing",
    "variable_frames",
    "vectors",
    "zeroed_blocks",
];

/// Cases that end the process: by which signal, and why.
const DIE: &[(&str, i32, &str)] = &[
    ("corrupted_bin", libc::SIGSEGV, HEAP_LOCKED),
    ("corrupted_top_size", libc::SIGABRT, HEAP_LOCKED),
    ("crash_in_a_walk_through_modules", libc::SIGSEGV, LOADING),
    ("crash_while_loading", libc::SIGSEGV, LOADING),
    ("double_free_in_realloc", libc::SIGABRT, HEAP_LOCKED),
    ("double_free_large", libc::SIGABRT, HEAP_LOCKED),
    ("getline_into_a_bad_buffer", libc::SIGSEGV, IN_LIBC),
    ("wild_top", libc::SIGSEGV, HEAP_LOCKED),
];

const HEAP_LOCKED: &str = "the allocator was at work, and may hold its lock: the next allocation would hang";
const IN_LIBC: &str = "a function of libc was running of which it isn't known that it holds no lock";
const LOADING: &str = "the dynamic loader was at work, and holds its lock";

/// Cases that may be refused instead, after a jump.
const MAY_BE_REFUSED: &[(&str, i32, &str)] = &[("fflush_of_a_crashing_stream", libc::SIGSEGV, IN_LIBC)];

/// Cases that fail so far, and why. They are listed as ignored.
const AWAITED: &[(&str, &str)] = &[("messages_of_two_threads", "libc keeps one message for all threads")];

/// What must not hang either under allocators that put themselves in the place of libc's.
const UNDER_OTHER_ALLOCATORS: &[&str] =
    &["double_free_cached", "double_free_large", "free_of_the_stack", "wild_free"];
const OTHER_ALLOCATORS: &[&str] = &["libjemalloc.so.2", "libmimalloc.so.2.0"];

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
    let mut all = Vec::new();
    let mut add = |case: &str, check: Box<dyn Fn(&Path) + Send>| {
        let program = Arc::clone(&program);
        let awaited = AWAITED.iter().any(|(start, _)| case.starts_with(start));
        let trial = Trial::test(format!("{name}::{case}"), move || {
            check(&program);
            Ok(())
        });
        all.push(trial.with_ignored_flag(awaited));
    };
    for &case in SUCCEED {
        add(case, Box::new(|program| succeeds(program, case, &[])));
    }
    for &case in SUCCEED_BOTH_WAYS.iter().chain(PARSERS) {
        add(case, Box::new(|program| succeeds(program, case, &[])));
        add(&format!("{case}_jump"), Box::new(|program| succeeds_or_is_refused(program, case)));
    }
    for &case in PARSERS {
        let bound = |program: &Path| succeeds(program, case, &[("LD_BIND_NOW", "1")]);
        add(&format!("{case}_bound"), Box::new(bound));
    }
    for &(case, signal, reason) in DIE {
        add(case, Box::new(move |program| dies(program, case, signal, reason, &[])));
        add(&format!("{case}_jump"), Box::new(move |program| dies(program, case, signal, reason, JUMP)));
    }
    for &library in OTHER_ALLOCATORS {
        for &case in UNDER_OTHER_ALLOCATORS {
            let check = move |program: &Path| ends_under(program, case, library);
            add(&format!("{case}_under_{library}"), Box::new(check));
        }
    }
    add("every_case_is_listed", Box::new(every_case_is_listed));
    all
}

fn compile(name: &str, compilers: Compilers) -> PathBuf {
    let build = Build::new(compilers, &format!("endurance/{name}"), RUNTIME);
    build.library(&source("tests/endurance/crasher.cc"), &[]);
    build.program(&cases("endurance", SOURCES), FLAGS)
}

fn time_limit() -> Duration {
    Duration::from_secs(if std::env::var_os(FULL).is_some() { 600 } else { 120 })
}

fn run(program: &Path, case: &str, environment: &[(&str, &str)]) -> Outcome {
    let crasher = program.with_file_name("crasher.so");
    end_of(Command::new(program).arg(case).env("BACKSTOP_CRASHER", crasher), environment, time_limit())
}

fn succeeds(program: &Path, case: &str, environment: &[(&str, &str)]) {
    let end = run(program, case, environment);
    if is_skipped(case, &end) {
        return;
    }
    end.succeeded();
    print!("{}", end.stdout);
}

fn succeeds_or_is_refused(program: &Path, case: &str) {
    let may_be = MAY_BE_REFUSED.iter().find(|(name, ..)| *name == case);
    match may_be {
        Some(&(_, signal, reason)) if !run(program, case, JUMP).status.success() => {
            dies(program, case, signal, reason, JUMP);
        }
        _ => succeeds(program, case, JUMP),
    }
}

fn dies(program: &Path, case: &str, signal: i32, reason: &str, environment: &[(&str, &str)]) {
    let end = run(program, case, environment);
    end.died_by(signal);
    let said: Vec<_> = end.stderr.lines().filter(|line| line.starts_with("backstop: ")).collect();
    assert!(said.len() == 1 && said[0].ends_with(reason), "{end}");
}

/// However it ends, but within the time limit.
fn ends_under(program: &Path, case: &str, library: &str) {
    let directories = ["/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
    let paths = directories.map(|directory| format!("{directory}/{library}"));
    let Some(path) = paths.iter().find(|path| Path::new(path).exists()) else {
        eprintln!("skipped: {library} isn't installed");
        return;
    };
    let end = run(program, case, &[("LD_PRELOAD", path)]);
    println!("{case} under {library}: {}, {}", end.status, end.stderr.trim_end());
}

fn every_case_is_listed(program: &Path) {
    let end = end_of(&mut Command::new(program), &[], time_limit());
    let dying = DIE.iter().map(|(case, ..)| *case);
    let listed: BTreeSet<_> =
        SUCCEED.iter().chain(SUCCEED_BOTH_WAYS).chain(PARSERS).copied().chain(dying).collect();
    assert_eq!(end.stdout.lines().collect::<BTreeSet<_>>(), listed);
}
