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
//! # Vouching
//!
//! A fault inside guarded C++ is recovered by unwinding, which runs the destructors between the faulting instruction and
//! the guard: those that the unwind tables know of. Usually compilers assume that only calls throw, and leave out of the
//! tables what could run after a fault only. So code is compiled here with `-fnon-call-exceptions` and
//! `-fasynchronous-unwind-tables`, where the compiler heeds them (gcc does; clang takes the first and ignores it, which is
//! found out by trying), and the program or shared library that the code becomes part of says, in an ELF note, that it is
//! *vouched for*. A fault whose frames are all in such modules, and that was unwound through all of them, leaves nothing
//! behind. Others are *torn*: the error says so, and the bridge's domain refuses further calls until it is reset.
//!
//! The note is about a whole module, and this is what vouches for it: that no bridge in it was built without the flags,
//! and that nobody said otherwise. So say it: with [`Bridges::prebuilt`] if the bridge leads to C++ that some other build
//! compiled, and that is linked in statically. What nobody says, nobody knows: C++ that is compiled by plain [`cc`] in
//! some other crate, cxx's own few functions among it, and faults under a guard of yours, counts as vouched for. (Shared
//! libraries are modules of their own, as the C++ standard library usually is.)
//!
//! The answer of [`bridge`] is a [`cc::Build`], and its flags are in your hands: adding `-fno-non-call-exceptions` or
//! `-fno-exceptions` to it breaks what was vouched for. In `CXXFLAGS` they do no harm, for these are known by then.
//!
//! The flags have a price. Code and its tables grow by a few percent (`docs/flag.md` has it for libraries of Debian's). And
//! where an object with a destructor lives, no access to memory may be moved past another
//! that may fault: gcc doesn't vectorise loops there, so that summing up a local `std::vector` takes four times as long
//! with `-O3`. Write such loops as functions of their own, which hold nothing; or do without the flags by
//! [`Bridges::unvouched`].
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
mod throws;
mod vouch;

use crate::report::Failure;
use crate::vouch::Vouch;
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
    Bridges::new(rust_source_files).build()
}

/// Bridges of which there is more to say than [`bridges`] assumes; see [vouching](crate#vouching).
///
/// ```no_run
/// backstop_build::Bridges::new(["src/main.rs"])
///     .prebuilt() // libparser.a, which came with the machine
///     .build() // answers a cc::Build
///     .file("src/demo.cc")
///     .compile("demo");
///
/// println!("cargo:rustc-link-lib=static=parser");
/// ```
#[must_use = "it does nothing before `build`"]
pub struct Bridges {
    paths: Vec<PathBuf>,
    vouch: Vouch,
}

impl Bridges {
    /// The bridges in these files. The paths are relative to the directory of `Cargo.toml`.
    pub fn new(rust_source_files: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        let paths = rust_source_files.into_iter().map(|path| path.as_ref().to_owned()).collect();
        Bridges { paths, vouch: Vouch::All }
    }

    /// Says that the bridges lead to C++ which is linked in statically, but not compiled here: by a `-sys` crate with plain
    /// [`cc`], or as an archive that came with the machine. What is compiled here gets the flags all the same, but the
    /// program or shared library that it becomes part of is not vouched for.
    ///
    /// C++ in a *shared* library needs no mention: that is a module of its own, and not vouched for unless it says so.
    pub fn prebuilt(self) -> Self {
        let vouch = if self.vouch == Vouch::All { Vouch::ExceptPrebuilt } else { self.vouch };
        Bridges { vouch, ..self }
    }

    /// Compiles without the flags, and so without their cost. The program or shared library that the code becomes part of
    /// is not vouched for.
    pub fn unvouched(self) -> Self {
        Bridges { vouch: Vouch::Nothing, ..self }
    }

    /// Generates the C++ half, and answers the build that compiles it, as [`bridge`] does.
    #[must_use]
    pub fn build(self) -> Build {
        build(&self.paths, self.vouch).unwrap_or_else(|failure| failure.exit())
    }
}

fn build(paths: &[PathBuf], vouch: Vouch) -> Result<Build, Failure> {
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
    let mut build = directory.enter(|| cxx_build::bridges(&relative))?;
    vouch::vouch(&mut build, vouch, directory.path())?;
    // Also where no bridge is ours: a callback of cxx's own may run under a guard all the same.
    for generated in build.get_files().collect::<BTreeSet<_>>() {
        generated::edit(generated)?;
    }
    for digest in digests {
        println!("cargo:rustc-env={digest}=1");
    }
    Ok(build)
}
