//! C and C++ programs: compiles the runtime in `cpp/` as build.rs does, and programs against it, and runs them.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

pub const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// A C and a C++ compiler that belong together.
#[derive(Clone)]
pub struct Compilers {
    pub c: String,
    pub cxx: String,
}

impl Compilers {
    pub fn gcc() -> Self {
        let choice = |variable, default: &str| env::var(variable).unwrap_or_else(|_| default.to_owned());
        Self { c: choice("CC", "gcc"), cxx: choice("CXX", "g++") }
    }

    pub fn clang() -> Option<Self> {
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

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct End {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program that may end in any way but not hang: the commonest way to fail is a deadlock.
#[track_caller]
pub fn end_of(command: &mut Command, environment: &[(&str, &str)], time_limit: Duration) -> End {
    // Files rather than pipes: nobody reads along, and a full pipe would look like a deadlock.
    let [mut stdout, mut stderr] = [(); 2].map(|()| tempfile::tempfile().unwrap());
    let mut child = command
        .env_remove("BACKSTOP_DISABLE")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .stderr(stderr.try_clone().unwrap())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = child.wait_timeout(time_limit).unwrap();
    if status.is_none() {
        child.kill().and_then(|()| child.wait()).unwrap();
    }
    let text = |file: &mut fs::File| {
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (stdout, stderr) = (text(&mut stdout), text(&mut stderr));
    let Some(status) = status else { panic!("{command:?} hangs\n{stdout}\n{stderr}") };
    End { status, stdout, stderr }
}

/// The lists of build.rs that make up the runtime here.
pub const RUNTIME: &[&str] =
    if cfg!(target_arch = "x86_64") { &["ALWAYS", "FAULTS", "X86_64"] } else { &["ALWAYS", "FAULTS"] };

/// The files that build.rs lists under this name.
fn listed(name: &str) -> Vec<PathBuf> {
    let script = include_str!("../../build.rs");
    let start = script.find(&format!("const {name}: &[&str] = &[")).expect("build.rs has such a list");
    let list = script[start..].split_once("= &[").unwrap().1.split_once("];").unwrap().0;
    let files = list.split('"').skip(1).step_by(2);
    files.map(|file| source("cpp").join(file)).collect()
}

/// The runtime and the programs of one pair of compilers.
pub struct Build {
    compilers: Compilers,
    directory: PathBuf,
    runtime: Vec<PathBuf>,
}

impl Build {
    /// Compiles the runtime as build.rs does. `name` is that of a directory of its own.
    pub fn new(compilers: Compilers, name: &str, lists: &[&str]) -> Self {
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

    /// Compiles these and links them with the runtime, in place of the program before.
    pub fn program(&self, files: &[PathBuf], flags: &[&str]) -> PathBuf {
        let objects: Vec<_> = files.iter().map(|file| self.object(file, flags)).collect();
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

    /// Compiles a shared library beside the program.
    #[allow(dead_code, reason = "every test binary takes what it needs")]
    pub fn library(&self, file: &Path, name: &str) {
        run(Command::new(&self.compilers.cxx)
            .args(["-std=c++17", "-shared", "-fPIC"])
            .args(WARNINGS)
            .arg(file)
            .arg("-o")
            .arg(self.directory.join(name)));
    }
}
