//! Compiles the C++ half of the bridges of the [`backstop`] crate. It stands where [`cxx_build`] stands for a plain
//! cxx bridge, and is used in the same way.
//!
//! ```toml
//! [dependencies]
//! backstop = "0.1"
//! cxx = "1.0"
//!
//! [build-dependencies]
//! backstop-build = "0.1"
//! ```
//!
//! ```no_run
//! // in the main of build.rs
//! backstop_build::bridge("src/main.rs") // answers a cc::Build
//!     .file("src/parser.cc")
//!     .std("c++17")
//!     .compile("demo");
//!
//! println!("cargo:rerun-if-changed=src/parser.cc");
//! println!("cargo:rerun-if-changed=include/parser.h");
//! ```
//!
//! A file may have bridges with `#[backstop::bridge]`, with `#[cxx::bridge]`, or both, and all paths are what they are
//! with [`cxx_build`]: the header of `src/main.rs` is `demo/src/main.rs.h`.
//!
//! # Errors
//!
//! A build script has nobody to return an error to. What is wrong with a bridge goes to stderr, with the lines it is
//! about and with what to write instead, and the process ends with exit code 1.
//!
//! [`backstop`]: https://docs.rs/backstop

mod barriers;
mod generated;
mod paths;
mod report;
mod source;

use crate::report::Failure;
use cc::Build;
use std::collections::BTreeSet;
use std::env;
use std::iter;
use std::path::{Path, PathBuf};

pub use cxx_build::CFG;

/// Generates the C++ half of the bridges in a file, and answers the build that compiles it, to which your own C++
/// files, include paths and flags are to be added.
///
/// The path is relative to the directory of `Cargo.toml`.
#[must_use]
pub fn bridge(rust_source_file: impl AsRef<Path>) -> Build {
    bridges(iter::once(rust_source_file))
}

/// As [`bridge`], for several files.
///
/// ```no_run
/// backstop_build::bridges(["src/main.rs", "src/path/to/other.rs"])
///     .file("src/demo.cc")
///     .compile("demo");
/// ```
#[must_use]
pub fn bridges(rust_source_files: impl IntoIterator<Item = impl AsRef<Path>>) -> Build {
    let paths: Vec<PathBuf> = rust_source_files.into_iter().map(|path| path.as_ref().to_owned()).collect();
    build(&paths).unwrap_or_else(|failure| failure.exit())
}

fn build(paths: &[PathBuf]) -> Result<Build, Failure> {
    // What backstop's own build script says to those that depend on it directly. cxx_build reads the same variable, and
    // puts the directory on the include path.
    if env::var_os("DEP_BACKSTOP_CXXBRIDGE_DIR0").is_none() {
        return Err(Failure::NoBackstop);
    }
    let relative = paths.iter().map(|path| paths::relative(path)).collect::<Result<Vec<_>, _>>()?;
    let directory = paths::Lowered::for_paths(&relative)?;
    let mut digests = Vec::new();
    for (path, relative) in paths.iter().zip(&relative) {
        let file = source::lower(path)?;
        directory.write(relative, &file.text)?;
        digests.extend(file.digests);
    }
    let build = directory.enter(|| cxx_build::bridges(&relative))?;
    // Also where no bridge is ours: a callback of cxx's own may run under a guard all the same.
    for generated in build.get_files().collect::<BTreeSet<_>>() {
        generated::edit(generated)?;
    }
    for digest in digests {
        println!("cargo:rustc-env={digest}=1");
    }
    Ok(build)
}
