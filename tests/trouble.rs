//! Trouble that is made on purpose: memory, kernel calls and machine state that fail at the worst moment, and programs
//! built, linked, stripped and damaged in every way there is. The cases are those of the programs in `trouble/`, each in
//! a process of its own, which checks what it sees itself; how it ends, and what it says, is checked here.
//!
//! More of the kind is in hostile.rs (heaps used up, stacks overwritten), recovery.rs (compilers and what they unwind)
//! and previous_handlers.rs.

#![cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]

#[path = "support/programs.rs"]
mod programs;

use libtest_mimic::{Arguments, Trial};
use programs::{Build, Compilers, RUNTIME, cases, end_of, is_skipped, is_there, run, source};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::slice;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_secs(120);

/// How a case ends, and the one thing that backstop says in it; none if it is empty.
#[derive(Clone, Copy)]
enum Ends {
    Well(&'static str),
    By(i32, &'static str),
    /// Well, or by that, as the stack happens to look.
    WellOrBy(i32, &'static str),
    /// For this reason; it isn't run.
    Never(&'static str),
}
use Ends::{By, Never, Well, WellOrBy};

const NO_STACK: &str = "backstop: no memory or descriptor for a thread's alternate stack, or a sandbox that doesn't allow \
                        sigaltstack, mmap and mprotect: until that changes, its guards catch exceptions only";
const NO_HANDLER: &str = "backstop: the kernel refused the fault handler: guards catch exceptions only; is there a sandbox, \
                          let it allow rt_sigaction";
const NO_WATCHDOG: &str = "backstop: there is no free real-time signal or no thread to be had to watch deadlines with: \
                           calls that overrun are not interrupted";
const NO_SIGNAL: &str = "backstop: the kernel refuses the signal of deadlines: calls that overrun are not interrupted; \
                         is there a sandbox, let it allow rt_tgsigqueueinfo";
const OTHER_STACK: &str = "backstop: SIGSEGV under the guard of `case` is not recovered: it struck on another stack \
                           than the one the guard is on";
const BEYOND: &str = "backstop: SIGSEGV under the guard of `case` is not recovered: the stack can't be read to the guard, \
                      and what lies there may hold a lock";
const UNEXPLAINED: &str = "backstop: SIGABRT under the guard of `case` is not recovered: this libc doesn't tell whether \
                           the allocator stopped with its lock held (static glibc: link dynamically)";

const MEMORY: &[(&str, Ends)] = &[
    ("each_allocation_after_a_fault", Well("")),
    ("each_allocation_after_a_fault_below_cleanups", Well("")),
    ("each_allocation_after_a_number_thrown", Well("")),
    ("each_allocation_after_a_terminate", Well("")),
    ("each_allocation_after_an_abort", Well("")),
    ("each_allocation_after_an_error_code", Well("")),
    ("each_allocation_after_an_exception", Well("")),
    ("each_allocation_after_nested_exceptions", Well("")),
    ("each_allocation_in_a_domain", Well("")),
    ("each_allocation_of_an_interruption", Well("")),
    ("each_allocation_of_setting_up", Well("")),
    ("each_allocation_of_the_first_call", Well(NO_STACK)),
    ("each_allocation_of_the_first_call_in_a_domain", Well(NO_STACK)),
    ("each_allocation_of_traces", Well("")),
];

const SYSTEM: &[(&str, Ends)] = &[
    ("all_refused_after_the_first_call", Well("")),
    ("alternate_stack_refused", By(libc::SIGSEGV, NO_STACK)),
    ("alternate_stack_refused_and_a_guarded_fault", By(libc::SIGSEGV, NO_STACK)),
    ("alternate_stack_refused_on_a_thread", Well(NO_STACK)),
    ("alternate_stack_without_memory", By(libc::SIGSEGV, NO_STACK)),
    ("deadline_signal_refused", Well(NO_SIGNAL)),
    ("deadlines_without_descriptors", Well("")),
    ("flags_set", Well("")),
    ("membarrier_refused", Well("")),
    ("mprotect_refused", By(libc::SIGSEGV, NO_STACK)),
    ("no_descriptors_at_all", Well("")),
    ("no_memory_for_a_threads_pages", Well(NO_STACK)),
    ("overflow_past_cleanups_with_setrlimit_refused", Well("")),
    ("overflow_with_mprotect_refused", Well("")),
    ("overflow_with_setrlimit_refused", Well("")),
    ("randomness_refused", Well("")),
    ("registers_trashed", Well("")),
    ("return_addresses_amid_other_code", Well("")),
    ("return_addresses_to_data", Well("")),
    ("return_addresses_trashed", Well("")),
    ("sigaction_refused", By(libc::SIGSEGV, NO_HANDLER)),
    ("sigaction_refused_for_one_signal", By(libc::SIGSEGV, NO_HANDLER)),
    ("sigaction_refused_to_set_the_last_signal", Well(NO_HANDLER)),
    ("stack_pointer_beyond_the_guard", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_beyond_the_guard_on_a_thread", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_into_the_alternate_stack", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_into_the_alternate_stack_on_a_thread", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_into_the_heap", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_into_the_heap_on_a_thread", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_noncanonical", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_noncanonical_on_a_thread", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_null", Well("")),
    ("stack_pointer_of_the_kernel", By(libc::SIGSEGV, OTHER_STACK)),
    ("stack_pointer_of_the_kernel_on_a_thread", By(libc::SIGSEGV, OTHER_STACK)),
    ("watchdog_refused", Well(NO_WATCHDOG)),
];

const BUILDS: &[(&str, Ends)] = &[
    ("abort_guarded", Well("")),
    ("assertion", Well("")),
    ("exception", Well("")),
    ("exception_through_it", Well("")),
    ("fault", Well("")),
    ("fault_on_a_thread", Well("")),
    ("interruption", Well("")),
    ("one_fault", Well("")),
    ("overflow_on_a_thread", Well("")),
    ("overflow_on_main", Well("")),
    ("unguarded", By(libc::SIGSEGV, "")),
];

/// A way to build a program, and the cases that end otherwise in it.
struct Way {
    name: &'static str,
    compile: &'static [&'static str],
    link: &'static [&'static str],
    but: &'static [(&'static str, Ends)],
}

const fn way(name: &'static str, compile: &'static [&'static str], link: &'static [&'static str]) -> Way {
    Way { name, compile, link, but: &[] }
}

const NO_TABLES: &[&str] = &[
    "-O2",
    "-fno-exceptions",
    "-fno-asynchronous-unwind-tables",
    "-fno-unwind-tables",
    "-fomit-frame-pointer",
    "-g0",
];

/// Code without tables, or a whole program without the linker's index of them: what lies between fault and guard can't
/// be read, and might be anything.
const UNREADABLE: &[(&str, Ends)] = &[
    ("interruption", Never("a call is not interrupted where its stack can't be read")),
    ("overflow_on_a_thread", WellOrBy(libc::SIGSEGV, BEYOND)),
    ("overflow_on_main", WellOrBy(libc::SIGSEGV, BEYOND)),
];

/// What glibc's own archive has no word on.
const STATIC: &[(&str, Ends)] =
    &[("abort_guarded", By(libc::SIGABRT, UNEXPLAINED)), ("assertion", By(libc::SIGABRT, UNEXPLAINED))];

static WAYS: &[Way] = &[
    way("unoptimised", &["-O0"], &[]),
    way("optimised", &["-O3"], &[]),
    way("frame_pointers", &["-O2", "-fno-omit-frame-pointer"], &[]),
    way("no_frame_pointers", &["-O2", "-fomit-frame-pointer"], &[]),
    way(
        "control_flow_protection",
        &["-O2", "-fcf-protection=full"],
        &["-fcf-protection=full", "-Wl,-z,ibt,-z,shstk"],
    ),
    way("stack_protector", &["-O2", "-fstack-protector-all", "-fstack-clash-protection"], &[]),
    way("no_position_independence", &["-O2", "-fno-pie"], &["-no-pie"]),
    way(
        "unused_sections_removed",
        &["-O2", "-ffunction-sections", "-fdata-sections"],
        &["-Wl,--gc-sections"],
    ),
    way("bound_at_once", &["-O2"], &["-Wl,-z,now"]),
    way("bound_lazily", &["-O2", "-fplt"], &["-Wl,-z,lazy"]),
    way("cxx_library_static", &["-O2"], &["-static-libstdc++", "-static-libgcc"]),
    way("stripped", &["-O2"], &["-s"]),
    way("gold", &["-O2"], &["-fuse-ld=gold"]),
    way("lld", &["-O2"], &["-fuse-ld=lld"]),
    way("mold", &["-O2"], &["-fuse-ld=mold"]),
    way(
        "lld_removing_and_folding",
        &["-O2", "-ffunction-sections"],
        &["-fuse-ld=lld", "-Wl,--gc-sections,--icf=all"],
    ),
    way(
        "mold_removing_and_folding",
        &["-O2", "-ffunction-sections"],
        &["-fuse-ld=mold", "-Wl,--gc-sections,--icf=all"],
    ),
    way(
        "gold_removing_and_folding",
        &["-O2", "-ffunction-sections"],
        &["-fuse-ld=gold", "-Wl,--gc-sections,--icf=all"],
    ),
    way("no_exceptions", &["-O2", "-fno-exceptions", "-fno-rtti"], &[]),
    Way { name: "no_tables", compile: NO_TABLES, link: &[], but: UNREADABLE },
    Way { name: "no_table_index", compile: &["-O2"], link: &["-Wl,--no-eh-frame-hdr"], but: UNREADABLE },
    Way { name: "static", compile: &["-O2"], link: &["-static"], but: STATIC },
    Way { name: "static_pie", compile: &["-O2", "-fPIE"], link: &["-static-pie"], but: STATIC },
];

/// Sections of the library that are damaged, of which the unwinder reads one or the other.
const TABLES: [&str; 3] = [".eh_frame", ".eh_frame_hdr", ".gcc_except_table"];

/// How: all zeros, all ones, and from these on by chance, all bytes or one of twenty.
const ZEROS: u32 = 0;
const ONES: u32 = 1;
const DAMAGES: u32 = 16;

/// Compiled by the first trial that needs it.
type Lazy<T> = Arc<LazyLock<T, Box<dyn FnOnce() -> T + Send>>>;

fn lazy<T>(make: impl FnOnce() -> T + Send + 'static) -> Lazy<T> {
    Arc::new(LazyLock::new(Box::new(make)))
}

fn main() -> ExitCode {
    let mut all = Vec::new();
    for (name, compilers) in [("gcc", Some(Compilers::gcc())), ("clang", Compilers::clang())] {
        let Some(compilers) = compilers else { continue };
        let build = lazy(move || Build::new(compilers, &format!("trouble/{name}"), RUNTIME));
        let program = |name, files| {
            let cases = cases_in(&build, name, files);
            lazy(move || cases.0.link(&cases.1, &[]))
        };
        add(&mut all, &format!("{name}::memory"), MEMORY, &[], program("memory", &["memory.cc"]));
        add(&mut all, &format!("{name}::system"), SYSTEM, &[], program("system", &["kernel.cc", "wild.cc"]));
        let cases = cases_in(&build, "builds", &["builds.cc"]);
        for way in WAYS.iter().filter(|way| has_linker(way)) {
            let program = built(&cases, way);
            add(&mut all, &format!("{name}::{}", way.name), BUILDS, way.but, program);
        }
        all.push(Trial::test(format!("{name}::damaged_tables"), move || {
            damaged_tables(&cases);
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), all).exit_code()
}

fn has_linker(way: &Way) -> bool {
    let name = way.link.iter().find_map(|flag| flag.strip_prefix("-fuse-ld="));
    let linker = name.map(|name| format!("ld.{name}"));
    let missing = linker.filter(|linker| !is_there(linker));
    if let Some(missing) = &missing {
        eprintln!("skipped: there is no {missing}");
    }
    missing.is_none()
}

/// Objects, and where what is made of them is put.
type Objects = Lazy<(Build, Vec<PathBuf>)>;

/// Those of these files.
fn cases_in(build: &Lazy<Build>, name: &'static str, files: &'static [&'static str]) -> Objects {
    let build = build.clone();
    lazy(move || {
        let part = build.part(name);
        let objects = part.objects(&cases("trouble", files), &["-O2", "-U_FORTIFY_SOURCE"]);
        (part, objects)
    })
}

/// The cases with victims that are built this way.
fn built(cases: &Objects, way: &'static Way) -> Lazy<PathBuf> {
    let cases = cases.clone();
    lazy(move || {
        let (build, objects) = &**cases;
        let part = build.part(way.name);
        let victims = part.objects(&[source("tests/trouble/victims.cc")], way.compile);
        part.link(&[objects.clone(), victims].concat(), way.link)
    })
}

/// A fault amid code whose tables are damaged: the walk reads nonsense, and faults, aborts, or goes astray itself.
fn damaged_tables(cases: &Objects) {
    let (build, objects) = &***cases;
    let part = build.part("damaged_tables");
    let library = part.library(&source("tests/trouble/victims.cc"), &["-O2"]);
    let program = part.link(&[objects, slice::from_ref(&library)].concat(), &[]);
    let [table, damaged] = ["table", "damaged.so"].map(|name| library.with_file_name(name));
    for section in TABLES {
        let of_table = format!("{section}={}", table.display());
        run(Command::new("objcopy").args(["--dump-section", &of_table]).arg(&library).arg("/dev/null"));
        let whole = fs::read(&table).unwrap();
        for damage in 0..DAMAGES {
            fs::write(&table, damage_to(&whole, damage)).unwrap();
            run(Command::new("objcopy").args(["--update-section", &of_table]).arg(&library).arg(&damaged));
            let mut command = Command::new(&program);
            let end = end_of(command.arg("one_fault").env("LD_PRELOAD", &damaged), &[], TIME_LIMIT);
            assert!(end.status.success(), "{section}, damage {damage}: {end}");
            assert_eq!(end.stderr, "", "{section}, damage {damage}");
        }
    }
}

fn damage_to(whole: &[u8], damage: u32) -> Vec<u8> {
    let mut random = u64::from(damage);
    let mut by_chance = |byte: u8| {
        random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let is_hit = damage.is_multiple_of(2) || (random >> 33).is_multiple_of(20);
        if is_hit { (random >> 56) as u8 } else { byte }
    };
    let damaged = |&byte: &u8| match damage {
        ZEROS => 0,
        ONES => 0xff,
        _ => by_chance(byte),
    };
    whole.iter().map(damaged).collect()
}

fn add(
    all: &mut Vec<Trial>,
    name: &str,
    cases: &'static [(&str, Ends)],
    but: &'static [(&str, Ends)],
    program: Lazy<PathBuf>,
) {
    for (case, ends) in cases {
        let ends = but.iter().find(|(other, _)| other == case).map_or(*ends, |(_, ends)| *ends);
        let program = program.clone();
        all.push(Trial::test(format!("{name}::{case}"), move || {
            check(&program, case, ends);
            Ok(())
        }));
    }
    all.push(Trial::test(format!("{name}::every_case_is_listed"), move || {
        let end = end_of(&mut Command::new(&**program), &[], TIME_LIMIT);
        let listed: BTreeSet<_> = cases.iter().map(|(case, _)| *case).collect();
        assert_eq!(end.stdout.lines().collect::<BTreeSet<_>>(), listed);
        Ok(())
    }));
}

fn check(program: &Path, case: &str, ends: Ends) {
    if let Never(reason) = ends {
        eprintln!("skipped: {case}: {reason}");
        return;
    }
    let end = end_of(Command::new(program).arg(case), &[], TIME_LIMIT);
    if is_skipped(case, &end) {
        return;
    }
    let (signal, says) = match ends {
        Well(says) => (None, says),
        WellOrBy(..) if end.status.success() => (None, ""),
        By(signal, says) | WellOrBy(signal, says) => (Some(signal), says),
        Never(_) => unreachable!("it isn't run"),
    };
    let said: BTreeSet<_> = end.stderr.lines().filter(|line| line.starts_with("backstop: ")).collect(); // of several processes
    assert_eq!(said, BTreeSet::from_iter(Some(says).filter(|says| !says.is_empty())), "{end}");
    match signal {
        Some(signal) => end.died_by(signal),
        None => end.succeeded(),
    }
}
