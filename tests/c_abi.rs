//! The C ABI, as C and C++ programs see it: no Rust but this driver, which compiles the runtime in `cpp/` and the
//! programs in `c_abi/`, and runs them.

#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The commonest way to fail is a deadlock.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A C and a C++ compiler that belong together.
#[derive(Clone)]
struct Compilers {
    c: String,
    cxx: String,
}

impl Compilers {
    fn gcc() -> Self {
        let choice = |variable, default: &str| env::var(variable).unwrap_or_else(|_| default.to_owned());
        Self { c: choice("CC", "gcc"), cxx: choice("CXX", "g++") }
    }

    fn clang() -> Option<Self> {
        let versions = ["-19", ""].into_iter();
        let mut choices =
            versions.map(|version| Self { c: format!("clang{version}"), cxx: format!("clang++{version}") });
        let found = choices.find(|choice| is_there(&choice.c) && is_there(&choice.cxx));
        if found.is_none() {
            eprintln!("skipped: there is no clang");
        }
        found
    }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// An empty directory for what is compiled.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_abi").join(name);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
        _ => fs::create_dir_all(&directory).unwrap(),
    }
    directory
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{}\n{text}", output.status);
}

/// The files that build.rs lists under this name.
fn listed(name: &str) -> Vec<PathBuf> {
    let script = include_str!("../build.rs");
    let start = script.find(&format!("const {name}: &[&str] = &[")).expect("build.rs has such a list");
    let list = script[start..].split_once("= &[").unwrap().1.split_once("];").unwrap().0;
    let files = list.split('"').skip(1).step_by(2);
    files.map(|file| source("cpp").join(file)).collect()
}

/// The runtime and the programs of one pair of compilers.
struct Build {
    compilers: Compilers,
    directory: PathBuf,
    runtime: Vec<PathBuf>,
}

impl Build {
    /// Compiles the runtime as build.rs does.
    fn new(compilers: Compilers, name: &str, lists: &[&str]) -> Self {
        let mut build = Self { compilers, directory: directory(name), runtime: Vec::new() };
        let files = lists.iter().flat_map(|list| listed(list));
        build.runtime =
            files.map(|file| build.object(&file, &["-O2", "-fno-plt", "-U_FORTIFY_SOURCE"])).collect();
        build
    }

    /// Compiles one file, as C11 or as C++17, whichever it is, without warnings.
    fn object(&self, file: &Path, flags: &[&str]) -> PathBuf {
        let (compiler, standard) = match file.extension().and_then(OsStr::to_str) {
            Some("c") => (&self.compilers.c, "-std=c11"),
            _ => (&self.compilers.cxx, "-std=c++17"),
        };
        let object = self.directory.join(format!("{}.o", file.file_name().unwrap().display()));
        run(Command::new(compiler)
            .args([standard, "-pthread", "-g"])
            .args(WARNINGS)
            .args(flags)
            .arg("-I")
            .arg(source("include"))
            .arg("-c")
            .arg(file)
            .arg("-o")
            .arg(&object));
        object
    }

    fn program(&self, files: &[&str]) -> PathBuf {
        let files = files.iter().map(|file| source("tests/c_abi").join(file));
        let objects: Vec<_> = files.map(|file| self.object(&file, &[])).collect();
        let program = self.directory.join("program");
        run(Command::new(&self.compilers.cxx)
            .arg("-pthread")
            .args(&objects)
            .args(&self.runtime)
            .arg("-ldl")
            .arg("-o")
            .arg(&program));
        program
    }

    fn succeeds(&self, files: &[&str]) {
        self.succeeds_with(files, &[]);
    }

    fn succeeds_with(&self, files: &[&str], environment: &[(&str, &str)]) {
        let program = self.program(files);
        let mut child = Command::new(&program)
            .env_remove("BACKSTOP_DISABLE")
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let Some(status) = child.wait_timeout(TIME_LIMIT).unwrap() else {
            child.kill().unwrap();
            panic!("{files:?} hangs");
        };
        let text = io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert!(status.success(), "{files:?}: {status}\n{text}");
    }
}

/// Nothing but the header, without a warning, by every standard that it is for.
fn header_compiles(compilers: &Compilers) {
    let c = ["c11", "c17"].map(|standard| (&compilers.c, "c", standard, "backstop.h"));
    let cxx = ["c++17", "c++20"].map(|standard| (&compilers.cxx, "c++", standard, "backstop.h"));
    let scopes = ["c++11", "c++17"].map(|standard| (&compilers.cxx, "c++", standard, "backstop.hpp"));
    for (compiler, language, standard, header) in c.into_iter().chain(cxx).chain(scopes) {
        run(Command::new(compiler)
            .args(["-x", language, &format!("-std={standard}"), "-fsyntax-only", "-include"])
            .arg(format!("backstop/{header}"))
            .args(WARNINGS)
            .arg("-I")
            .arg(source("include"))
            .arg("/dev/null"));
    }
}

fn programs_run(compilers: Compilers, name: &str) {
    let build = Build::new(compilers, name, &["ALWAYS", "FAULTS"]);
    build.succeeds(&["calls.c"]);
    build.succeeds(&["exceptions.c", "throws.cc"]);
    build.succeeds_with(&["exceptions.c", "throws.cc"], &[("BACKSTOP_DISABLE", "1")]);
    build.succeeds(&["options.c"]);
    build.succeeds(&["handlers.c"]);
    build.succeeds(&["barriers.c"]);
    build.succeeds(&["scopes.cc"]);
}

#[test]
fn header_compiles_with_gcc() {
    header_compiles(&Compilers::gcc());
}

#[test]
fn header_compiles_with_clang() {
    Compilers::clang().iter().for_each(header_compiles);
}

#[test]
fn programs_run_with_gcc() {
    programs_run(Compilers::gcc(), "gcc");
}

#[test]
fn programs_run_with_clang() {
    if let Some(compilers) = Compilers::clang() {
        programs_run(compilers, "clang");
    }
}

#[test]
fn without_fault_support_exceptions_are_caught() {
    let build = Build::new(Compilers::gcc(), "no_faults", &["ALWAYS", "NO_FAULTS"]);
    build.succeeds(&["no_faults.c"]);
    build.succeeds(&["exceptions.c", "throws.cc"]);
}
