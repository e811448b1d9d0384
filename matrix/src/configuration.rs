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
        Self::all().filter(move |one| one.optimisation == Optimisation::Lto && one.panic == Panic::Abort && is_one(one))
    }

    /// Builds the program that runs cells, and answers where it is.
    pub fn build(self) -> Result<PathBuf, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's directory");
        let target = root.join("target/matrix");
        // Cargo keeps apart what differs by profile or feature, but not what differs by environment.
        let directory = target.join(format!("{}{}", self.compiler, if self.is_lto() { "-lto" } else { "" }));
        let status = self
            .cargo(&directory)
            .current_dir(root)
            .status()
            .map_err(|error| format!("cargo can't be run ({error}): run this by `cargo run`"))?;
        if !status.success() {
            return Err(format!("{self} can't be built: see what cargo says above"));
        }
        let built = directory.join(TARGET).join("debug/cell");
        let kept = target.join(self.to_string().replace(' ', "-"));
        fs::copy(&built, &kept).map_err(|error| format!("{} can't be copied: {error}", built.display()))?;
        Ok(kept)
    }

    fn is_lto(self) -> bool {
        self.optimisation == Optimisation::Lto
    }

    fn cargo(self, directory: &Path) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--package", "backstop-matrix", "--bin", "cell"]);
        cargo.args(["--target", TARGET]).arg("--target-dir").arg(directory); // flags are not for build scripts
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
            Compiler::Gcc => "-flto -ffat-lto-objects", // fat: rustc and ar read their symbols
            Compiler::Clang => "-flto=thin",
        }
    }

    fn rustflags(self) -> &'static str {
        match self.compiler {
            _ if !self.is_lto() => "",
            // GNU's linker, which takes gcc's plugin; rustc's own lld would link the other half of the fat objects.
            Compiler::Gcc => "-Clinker-features=-lld",
            // rustc's own lld, whose LLVM is at least as new as clang's. It optimises both languages as one.
            Compiler::Clang => "-Clinker-plugin-lto",
        }
    }
}

/// That this is built for, and the cells with it.
const TARGET: &str = env!("TARGET");

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
