//! The ways in which a program can be built, and how Cargo is asked for each.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compiler {
    Gcc,
    Clang,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimisation {
    O0,
    O2,
    Lto,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Panic {
    Unwind,
    Abort,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    Assembly,
    Portable,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Configuration {
    pub compiler: Compiler,
    pub optimisation: Optimisation,
    pub panic: Panic,
    pub entry: Entry,
}

/// The columns of the table.
pub const COLUMNS: [(Compiler, Optimisation); 6] = [
    (Compiler::Gcc, Optimisation::O0),
    (Compiler::Gcc, Optimisation::O2),
    (Compiler::Gcc, Optimisation::Lto),
    (Compiler::Clang, Optimisation::O0),
    (Compiler::Clang, Optimisation::O2),
    (Compiler::Clang, Optimisation::Lto),
];

impl Configuration {
    pub fn all() -> impl Iterator<Item = Self> {
        COLUMNS.into_iter().flat_map(|(compiler, optimisation)| {
            let entries = [Entry::Assembly, Entry::Portable].into_iter();
            entries.flat_map(move |entry| {
                [Panic::Unwind, Panic::Abort].map(|panic| Self { compiler, optimisation, panic, entry })
            })
        })
    }

    /// What no other step of .ci/run builds.
    pub fn slice() -> impl Iterator<Item = Self> {
        let is_one = |one: &Self| match one.compiler {
            Compiler::Gcc => one.entry == Entry::Assembly,
            Compiler::Clang => one.entry == Entry::Portable,
        };
        Self::all().filter(move |one| {
            one.optimisation == Optimisation::Lto && one.panic == Panic::Abort && is_one(one)
        })
    }

    /// Builds the program that runs cells, and answers where it is.
    pub fn build(self) -> Result<PathBuf, String> {
        let output = self
            .cargo()
            .output()
            .map_err(|error| format!("cargo can't be run ({error}): see that it is there"))?;
        let messages = output.stdout.split(|&byte| byte == b'\n');
        let built = messages.filter_map(executable_of).next_back();
        match built {
            Some(built) if output.status.success() => keep(&built, &self.to_string().replace(' ', "-")),
            _ => Err(format!("{self} can't be built: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    fn is_lto(self) -> bool {
        self.optimisation == Optimisation::Lto
    }

    fn cargo(self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        cargo.args([
            "build",
            "--package",
            "backstop-matrix-cell",
            "--message-format=json-render-diagnostics",
        ]);
        cargo.args(["--target", env!("TARGET")]); // or else the flags are for build scripts, too
        for setting in self.profile() {
            cargo.args(["--config", &format!("profile.dev.{setting}")]);
        }
        if self.entry == Entry::Portable {
            cargo.args(["--features", "portable-entry"]);
        }
        cargo.env("CXX", self.cxx()).env("CXXFLAGS", self.cxxflags()).env("RUSTFLAGS", self.rustflags());
        cargo
    }

    fn profile(self) -> [String; 5] {
        let level = if self.optimisation == Optimisation::O0 { 0 } else { 2 };
        let lto = if self.is_lto() && self.compiler == Compiler::Gcc { "\"fat\"" } else { "\"off\"" };
        let panic = if self.panic == Panic::Abort { "abort" } else { "unwind" };
        [
            format!("opt-level={level}"),
            format!("lto={lto}"),
            format!("panic=\"{panic}\""),
            "debug=false".to_owned(),
            "incremental=false".to_owned(),
        ]
    }

    fn cxx(self) -> &'static str {
        match self.compiler {
            Compiler::Gcc => "g++",
            Compiler::Clang => "clang++-19",
        }
    }

    fn cxxflags(self) -> &'static str {
        match self.compiler {
            _ if !self.is_lto() => "",
            // trap 8
            Compiler::Gcc => "-flto -ffat-lto-objects", // fat: rustc and ar read their symbols
            Compiler::Clang => "-flto=thin",
        }
    }

    /// Also the name of the compiler: what was built with other flags for Rust, Cargo keeps apart; but not what was built
    /// with others for C++.
    fn rustflags(self) -> String {
        let lto = match self.compiler {
            _ if !self.is_lto() => "",
            // GNU's linker, which takes gcc's plugin; rustc's own lld would link the other half of the fat objects.
            Compiler::Gcc => "-Clinker-features=-lld",
            // rustc's own lld, whose LLVM is at least as new as clang's. It optimises both languages as one.
            Compiler::Clang => "-Clinker-plugin-lto",
        };
        format!("--cfg backstop_matrix_{} {lto}", self.compiler)
    }
}

/// The program that a message of Cargo's tells of.
fn executable_of(message: &[u8]) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_slice(message).ok()?;
    message["executable"].as_str().map(PathBuf::from)
}

/// Cargo has one place for the programs of all configurations.
fn keep(built: &Path, name: &str) -> Result<PathBuf, String> {
    let kept = built.with_file_name(format!("cell-{name}"));
    fs::copy(built, &kept)
        .map_err(|error| format!("{} can't be copied ({error}): make room there", built.display()))?;
    Ok(kept)
}

impl fmt::Display for Compiler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Compiler::Gcc => "gcc",
            Compiler::Clang => "clang",
        })
    }
}

impl fmt::Display for Optimisation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Optimisation::O0 => "O0",
            Optimisation::O2 => "O2",
            Optimisation::Lto => "LTO",
        })
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = if self.entry == Entry::Portable { "portable" } else { "assembly" };
        let panic = if self.panic == Panic::Abort { "abort" } else { "unwind" };
        write!(formatter, "{} {} {entry} {panic}", self.compiler, self.optimisation)
    }
}
