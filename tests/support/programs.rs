//! C and C++ programs: compiles the runtime in `cpp/` as build.rs does, and programs against it, and runs them.

#![allow(dead_code, reason = "every test binary takes what it needs")]

pub use backstop_crash_test::Outcome;
use backstop_crash_test::outcome_of;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

pub const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// A C and a C++ compiler that belong together, and what for.
#[derive(Clone)]
pub struct Compilers {
    pub c: String,
    pub cxx: String,
    architecture: &'static str,
    /// Runs programs for another architecture.
    emulator: Option<String>,
}

impl Compilers {
    pub fn gcc() -> Self {
        let choice = |variable, default: &str| env::var(variable).unwrap_or_else(|_| default.to_owned());
        Self::here(choice("CC", "gcc"), choice("CXX", "g++"))
    }

    pub fn clang() -> Option<Self> {
        let versions = ["-19", ""].into_iter();
        let mut choices =
            versions.map(|version| Self::here(format!("clang{version}"), format!("clang++{version}")));
        let found = choices.find(|choice| is_there(&choice.c) && is_there(&choice.cxx));
        if found.is_none() {
            eprintln!("skipped: there is no clang");
        }
        found
    }

    /// gcc for another architecture, whose programs qemu runs.
    pub fn cross(architecture: &'static str) -> Option<Self> {
        let (c, cxx) = (format!("{architecture}-linux-gnu-gcc"), format!("{architecture}-linux-gnu-g++"));
        let emulator = format!("qemu-{architecture}");
        if let Some(missing) = [&c, &cxx, &emulator].into_iter().find(|program| !is_there(program)) {
            eprintln!("skipped: there is no {missing} (Debian: g++-{architecture}-linux-gnu and qemu-user)");
            return None;
        }
        Some(Self { c, cxx, architecture, emulator: Some(emulator) })
    }

    fn here(c: String, cxx: String) -> Self {
        Self { c, cxx, architecture: env::consts::ARCH, emulator: None }
    }

    fn command(&self, program: &Path) -> Command {
        let Some(emulator) = &self.emulator else { return Command::new(program) };
        let mut command = Command::new(emulator);
        command.arg("-L").arg(format!("/usr/{}-linux-gnu", self.architecture)).arg(program);
        command
    }
}

pub fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// An empty directory for what is compiled.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
        _ => fs::create_dir_all(&directory).unwrap(),
    }
    directory
}

#[track_caller]
pub fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{}\n{text}", output.status);
}

/// Runs a program that may end in any way but not hang: the commonest way to fail is a deadlock.
#[track_caller]
pub fn end_of(command: &mut Command, environment: &[(&str, &str)], time_limit: Duration) -> Outcome {
    command.env_remove("BACKSTOP_DISABLE").envs(environment.iter().copied());
    outcome_of(command, time_limit).unwrap_or_else(|overdue| panic!("{command:?}: {overdue}"))
}

/// The sources of a program of cases, which are in this folder of tests/, and what lists them and runs the one that the
/// program's argument names: see support/cases.h.
pub fn cases(folder: &str, files: &[&str]) -> Vec<PathBuf> {
    let [folder, support] = [folder, "support"].map(|folder| source("tests").join(folder));
    files.iter().map(|file| folder.join(file)).chain([support.join("main.cc")]).collect()
}

/// Whether a case can't be had here, as it has said.
pub fn is_skipped(case: &str, end: &Outcome) -> bool {
    let is_skipped = end.status.code() == Some(77);
    if is_skipped {
        eprintln!("skipped: {case}: {}", end.stderr);
    }
    is_skipped
}

/// The groups of cpp/sources.txt that make up the runtime: the last is named as the architecture is.
pub const RUNTIME: &[&str] = &["always", "faults", OWN];
const OWN: &str = "";

/// What takes their place where faults aren't handled.
pub const NO_FAULTS: &[&str] = &["always", "no_faults"];

/// The files of a group, as build.rs reads it.
fn group(name: &str) -> Vec<PathBuf> {
    let mut lines = include_str!("../../cpp/sources.txt").lines();
    lines.find(|line| line.strip_suffix(':') == Some(name)).expect("there is such a group");
    lines.take_while(|line| !line.is_empty()).map(|file| source("cpp").join(file)).collect()
}

/// The runtime and the programs of one pair of compilers.
pub struct Build {
    compilers: Compilers,
    directory: PathBuf,
    runtime: Vec<PathBuf>,
}

impl Build {
    /// Compiles the runtime as build.rs does. `name` is that of a directory of its own.
    pub fn new(compilers: Compilers, name: &str, groups: &[&str]) -> Self {
        Self::with(compilers, name, groups, cfg!(feature = "portable-entry"), &[])
    }

    /// Compiles it with the portable entry.
    pub fn portable(compilers: Compilers, name: &str) -> Self {
        Self::with(compilers, name, RUNTIME, true, &[])
    }

    /// Compiles it for shared libraries that keep it to themselves.
    pub fn for_libraries(compilers: Compilers, name: &str) -> Self {
        let flags = &["-fPIC", "-fvisibility=hidden"];
        Self::with(compilers, name, RUNTIME, cfg!(feature = "portable-entry"), flags)
    }

    fn with(
        compilers: Compilers,
        name: &str,
        groups: &[&str],
        is_portable: bool,
        more_flags: &[&str],
    ) -> Self {
        let mut build = Self { compilers, directory: directory(name), runtime: Vec::new() };
        let architecture = build.compilers.architecture;
        let named = groups.iter().map(|name| if *name == OWN { architecture } else { name });
        let files: Vec<_> = named.flat_map(group).collect();
        let entry: &[&str] = if is_portable { &["-DBACKSTOP_PORTABLE_ENTRY"] } else { &[] };
        let flags = [&["-O2", "-fno-plt", "-U_FORTIFY_SOURCE"], entry, more_flags].concat();
        build.runtime = build.objects(&files, &flags);
        build
    }

    /// For more programs with the same runtime, in a directory of their own within this one's.
    pub fn part(&self, name: &str) -> Self {
        let directory = self.directory.join(name);
        fs::create_dir(&directory).unwrap();
        Self { compilers: self.compilers.clone(), directory, runtime: self.runtime.clone() }
    }

    /// Compiles these, as `object` does, at the same time as far as there are processors.
    pub fn objects(&self, files: &[PathBuf], flags: &[&str]) -> Vec<PathBuf> {
        let at_a_time = thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);
        let compile = || {
            while let Some(file) = files.get(next.fetch_add(1, Relaxed)) {
                self.object(file, flags);
            }
        };
        thread::scope(|scope| {
            (0..at_a_time).for_each(|_| _ = scope.spawn(compile));
        });
        files.iter().map(|file| self.object_of(file)).collect()
    }

    /// A shared library of one file. A program that is linked with it finds it where it is.
    pub fn library(&self, file: &Path, flags: &[&str]) -> PathBuf {
        let object = self.object(file, &[flags, &["-fPIC"]].concat());
        let library = self.directory.join(file.file_name().unwrap()).with_extension("so");
        run(Command::new(&self.compilers.cxx).arg("-shared").arg(&object).arg("-o").arg(&library));
        library
    }

    /// A shared library of these objects and the runtime. They take the place of the runtime's of the same name.
    pub fn library_with_runtime(&self, name: &str, objects: &[PathBuf]) -> PathBuf {
        let library = self.directory.join(name);
        let kept =
            self.runtime.iter().filter(|kept| !objects.iter().any(|new| new.file_name() == kept.file_name()));
        run(Command::new(&self.compilers.cxx)
            .args(["-shared", "-pthread"])
            .args(objects)
            .args(kept)
            .arg("-ldl")
            .arg("-o")
            .arg(&library));
        library
    }

    fn object_of(&self, file: &Path) -> PathBuf {
        self.directory.join(format!("{}.o", file.file_name().unwrap().display()))
    }

    /// Compiles one file, as C11 or as C++17, whichever it is, without warnings.
    fn object(&self, file: &Path, flags: &[&str]) -> PathBuf {
        let (compiler, standard) = match file.extension().and_then(OsStr::to_str) {
            Some("c") => (&self.compilers.c, "-std=c11"),
            _ => (&self.compilers.cxx, "-std=c++17"),
        };
        let object = self.object_of(file);
        run(Command::new(compiler)
            .args([standard, "-pthread", "-g"])
            .args(WARNINGS)
            .args(self.compilers.emulator.as_ref().map(|_| "-DCHECK_UNDER_QEMU"))
            // There C has unwind tables only if it asks for them.
            .args((self.compilers.architecture == "riscv64").then_some("-fexceptions"))
            .args(flags)
            .arg("-I")
            .arg(source("include"))
            .arg("-c")
            .arg(file)
            .arg("-o")
            .arg(&object));
        object
    }

    /// Compiles these and links them with the runtime, in place of the program before.
    pub fn program(&self, files: &[PathBuf], flags: &[&str]) -> PathBuf {
        self.link(&self.objects(files, flags), &[])
    }

    /// One of this file alone, without the runtime.
    pub fn program_alone(&self, file: &Path) -> PathBuf {
        let program = self.directory.join("alone");
        let object = self.object(file, &[]);
        run(Command::new(&self.compilers.cxx).arg(object).args(["-pthread", "-ldl", "-o"]).arg(&program));
        program
    }

    /// To run one of them.
    pub fn command(&self, program: &Path) -> Command {
        self.compilers.command(program)
    }

    /// Links these with the runtime, in place of the program before.
    pub fn link(&self, objects: &[PathBuf], flags: &[&str]) -> PathBuf {
        let program = self.directory.join("program");
        run(Command::new(&self.compilers.cxx)
            .arg("-pthread")
            .args(flags)
            .args(objects)
            .args(&self.runtime)
            .arg("-ldl")
            .arg("-o")
            .arg(&program));
        program
    }
}
