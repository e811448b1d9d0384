//! Several copies of the runtime in one process share one handler, and the innermost guard or barrier decides, whichever
//! copy's it is. The cases are in `copies/library.cc`, and run on two shared libraries in a C++ program that has no copy
//! itself, and on this program, which has Rust's, with one of them.

mod support;

#[path = "support/programs.rs"]
mod programs;

use libc::{RTLD_LOCAL, RTLD_NOW, SIGABRT, SIGSEGV, c_char, c_int, c_void};
use programs::{Build, Compilers, Outcome, end_of, source};
use std::collections::BTreeSet;
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::LazyLock;
use std::time::Duration;
use support::{Test, assert_recovers, marker};

const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Cases whose own checks say it all.
const SUCCEED: &[&str] = &[
    "barrier_and_previous_handler",
    "closed",
    "deferred_by_the_other",
    "destructors_run",
    "exceptions",
    "guard_behind_barrier",
    "handlers_in_order",
    "installed_at_once",
    "installed_by_calls",
    "nested",
    "one_handler",
    "other_signals",
    "previous_handler",
    "resolved",
    "ten_thousand_faults",
    "thread_that_ends",
    "threads",
];

const ASKED: &str =
    "SIGSEGV under the guard of `unwound` is not recovered: a fault handler of this program asked for that";
const BARRIER: &str = "SIGSEGV under the guard of `unwound`, in the callback `callback` is not recovered";
const ABORT: &str = "SIGABRT under the guard of `unwound`, in the callback `callback` is not recovered";

/// Those that are to die, by which signal, and what is to be said then.
const DIE: &[(&str, c_int, &str)] = &[
    ("barrier_and_abort", SIGABRT, ABORT),
    ("barrier_and_terminate", SIGABRT, ABORT),
    ("barrier_of_one_not_installed", SIGSEGV, BARRIER),
    ("barrier_of_the_first", SIGSEGV, BARRIER),
    ("barrier_of_the_first_on_a_new_thread", SIGSEGV, BARRIER),
    ("barrier_of_the_other", SIGSEGV, BARRIER),
    ("barrier_that_was_early", SIGSEGV, BARRIER),
    ("forwarded", SIGSEGV, ASKED),
];

const OTHER_VERSION: &str = "other_version";

fn main() -> ExitCode {
    let mut tests = Vec::new();
    for case in SUCCEED {
        tests.push(in_cxx(case, |end| end.succeeded()));
        for order in [Order::RustFirst, Order::LibraryFirst] {
            tests.push(in_rust(case, order, |child| child.run().succeeded()));
        }
    }
    for (case, signal, text) in DIE {
        tests.push(in_cxx(case, move |end| {
            end.died_by(*signal);
            end.says(text);
        }));
        for order in [Order::RustFirst, Order::LibraryFirst] {
            tests.push(in_rust(case, order, move |child| {
                let outcome = child.run();
                outcome.died_by(*signal);
                outcome.says(text);
            }));
        }
    }
    tests.push(Test::new("the_other_version_is_refused", || (), |_| other_version_is_refused()));
    tests.push(Test::new("every_case_is_listed", || (), |_| every_case_is_listed()));
    support::main(tests)
}

/// The same library twice, the same of another version, and the program for two of them.
struct Programs {
    first: PathBuf,
    second: PathBuf,
    other_version: PathBuf,
    program: PathBuf,
}

/// Compiled by the first test that needs them.
static PROGRAMS: LazyLock<Programs> = LazyLock::new(|| {
    let build = Build::for_libraries(Compilers::gcc(), "copies");
    let library =
        build.objects(&[source("tests/copies/library.cc")], &["-O1", "-fPIC", "-fvisibility=hidden"]);
    let other = build.part("other_version");
    let table = other.objects(
        &[source("cpp/copies.cc")],
        &["-O2", "-fPIC", "-fvisibility=hidden", "-DBACKSTOP_COPY_VERSION=99"],
    );
    Programs {
        first: build.library_with_runtime("first.so", &library),
        second: build.library_with_runtime("second.so", &library),
        other_version: other.library_with_runtime("other.so", &[library, table].concat()),
        program: build.program_alone(&source("tests/copies/main.cc")),
    }
});

/// Where children, which don't compile it, find the first library.
fn library() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies/first.so")
}

fn run(first: &Path, second: &Path, case: &str) -> Outcome {
    end_of(Command::new(&PROGRAMS.program).args([first, second]).arg(case), &[], TIME_LIMIT)
}

/// The case on two libraries in a C++ program.
fn in_cxx(case: &'static str, check: impl Fn(&Outcome) + Send + 'static) -> Test {
    Test::new(
        format!("two_libraries {case}"),
        || (),
        move |_| {
            check(&run(&PROGRAMS.first, &PROGRAMS.second, case));
        },
    )
}

/// Who installs first.
#[derive(Clone, Copy, Debug)]
enum Order {
    RustFirst,
    LibraryFirst,
}

/// The case on Rust's copy, which is in this program, and a library's.
fn in_rust(case: &'static str, order: Order, check: impl Fn(&support::Child) + Send + 'static) -> Test {
    let body = move || {
        let library = Library::open();
        let (rust, cxx) = (&raw const RUST, library.copy());
        marker();
        match order {
            Order::RustFirst => library.run(case, rust, cxx),
            Order::LibraryFirst => library.run(case, cxx, rust),
        }
        if case != "forwarded" {
            assert_recovers(); // by a bridge's guard, with the other copy there
        }
    };
    Test::new(format!("{order:?} {case}"), body, move |child| {
        LazyLock::force(&PROGRAMS);
        check(child);
    })
}

/// As `Copy` in copies/copy.h.
#[repr(C)]
struct Copy([unsafe extern "C" fn(); 12]);

unsafe extern "C" {
    fn backstop_v0_install();
    fn backstop_v0_support();
    fn backstop_v0_call();
    fn backstop_v0_error_free();
    fn backstop_v0_error_kind();
    fn backstop_v0_error_fault();
    fn backstop_v0_error_recovery();
    fn backstop_v0_barrier_enter();
    fn backstop_v0_barrier_leave();
    fn backstop_v0_add_handler();
    fn backstop_v0_remove_handler();
    fn backstop_v0_defer();
}

static RUST: Copy = Copy([
    backstop_v0_install,
    backstop_v0_support,
    backstop_v0_call,
    backstop_v0_error_free,
    backstop_v0_error_kind,
    backstop_v0_error_fault,
    backstop_v0_error_recovery,
    backstop_v0_barrier_enter,
    backstop_v0_barrier_leave,
    backstop_v0_add_handler,
    backstop_v0_remove_handler,
    backstop_v0_defer,
]);

/// The shared library, with its symbols to itself.
struct Library(*mut c_void);

impl Library {
    fn open() -> Self {
        let path = CString::new(library().into_os_string().into_encoded_bytes()).unwrap();
        // SAFETY: a path, and a library without initialisers of its own.
        let handle = unsafe { libc::dlopen(path.as_ptr(), RTLD_NOW | RTLD_LOCAL) };
        assert!(!handle.is_null(), "{path:?} can't be loaded");
        Self(handle)
    }

    fn symbol(&self, name: &CStr) -> *mut c_void {
        // SAFETY: a handle and a name.
        let symbol = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        assert!(!symbol.is_null(), "there is no {name:?}");
        symbol
    }

    fn copy(&self) -> *const Copy {
        // SAFETY: the function is declared like this in copies/copy.h.
        let copy: extern "C" fn() -> *const Copy =
            unsafe { std::mem::transmute(self.symbol(c"library_copy")) };
        copy()
    }

    fn run(&self, case: &str, one: *const Copy, other: *const Copy) {
        let name = CString::new(case).unwrap();
        // SAFETY: the function is declared like this in copies/copy.h.
        let run: unsafe extern "C" fn(*const c_char, *const Copy, *const Copy) =
            unsafe { std::mem::transmute(self.symbol(c"library_run")) };
        // SAFETY: both copies are what copies/copy.h says, and live as long as the process.
        unsafe { run(name.as_ptr(), one, other) };
    }
}

// trap 28
fn other_version_is_refused() {
    let Programs { first, other_version, .. } = &*PROGRAMS;
    for (one, other) in [(first, other_version), (other_version, first)] {
        let end = run(one, other, OTHER_VERSION);
        end.succeeded();
        let line = format!(
            "backstop: two copies of different versions are in this process, and that in {} has the fault handler: the \
             guards of that in {} catch exceptions only; build both with the same version\n",
            one.display(),
            other.display()
        );
        assert_eq!(end.stderr, line, "once");
    }
}

fn every_case_is_listed() {
    let Programs { first, second, program, .. } = &*PROGRAMS;
    let end = end_of(Command::new(program).args([first, second]), &[], TIME_LIMIT);
    let dying = DIE.iter().map(|(case, ..)| *case);
    let listed: BTreeSet<_> = SUCCEED.iter().copied().chain(dying).chain([OTHER_VERSION]).collect();
    assert_eq!(end.stdout.lines().collect::<BTreeSet<_>>(), listed);
}
