//! Whether the code that is built here can be vouched for: whether its unwind tables cover faulting instructions.
//!
//! Not every compiler that takes the flag heeds it (clang ignores it), and `CXXFLAGS` may take it back. So the compiler is
//! not asked, but tried: a function that can only leave by a fault, and has a destructor to run, gets a table of
//! exceptions where the flag works, and none where it doesn't.

use crate::report::Failure;
use cc::Build;
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// The load may fault; nothing else may leave the function but by its end.
const PROBE: &str = "\
struct Cleanup {
  ~Cleanup() noexcept;
};
int backstop_probe(const int *pointer);
int backstop_probe(const int *pointer) {
  Cleanup cleanup;
  return *pointer;
}
";

const FLAGS: [&str; 2] = ["-fnon-call-exceptions", "-fasynchronous-unwind-tables"];

/// What is said of the module that the code goes into.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Vouch {
    /// All its C++ is built here, or in other builds like this.
    All,
    /// Some of it isn't.
    ExceptPrebuilt,
    /// Nothing, and the code is built without the flags.
    Nothing,
}

/// Adds the flags, if they work, and the define by which `vouched.h` says that all is well.
pub(crate) fn vouch(build: &mut Build, vouch: Vouch, directory: &Path) -> Result<(), Failure> {
    if vouch == Vouch::Nothing {
        return Ok(());
    }
    let mut with_flags = build.clone();
    with_flags.flags(FLAGS);
    if covers_faults(&with_flags, directory)? {
        *build = with_flags;
        if vouch == Vouch::All {
            build.define("BACKSTOP_VOUCHED", None);
        }
    }
    Ok(())
}

/// Whether what this build compiles has tables for faulting instructions. No, if there is no compiler that works: that
/// is for the build itself to say.
fn covers_faults(build: &Build, directory: &Path) -> Result<bool, Failure> {
    let (source, object) = (directory.join("probe.cc"), directory.join("probe.o"));
    fs::write(&source, PROBE).map_err(|error| Failure::Io { doing: "write", path: source.clone(), error })?;
    let Ok(compiler) = build.try_get_compiler() else { return Ok(false) };
    if compiler.is_like_msvc() {
        return Ok(false);
    }
    let mut command = compiler.to_command();
    command.arg("-fno-lto"); // for with it the tables are made by the linker only
    command.args(["-w".as_ref(), "-c".as_ref(), source.as_os_str(), "-o".as_ref(), object.as_os_str()]);
    let _ = fs::remove_file(&object); // one of an earlier build
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !status.is_ok_and(|status| status.success()) {
        return Ok(false);
    }
    Ok(fs::read(&object).is_ok_and(|object| has_table(&object)))
}

/// Whether this is an ELF file with a table of exceptions. Its name is in no object file but for that of a section.
fn has_table(object: &[u8]) -> bool {
    const NAME: &[u8] = b".gcc_except_table";
    object.starts_with(b"\x7fELF") && object.windows(NAME.len()).any(|window| window == NAME)
}

#[cfg(test)]
mod tests {
    use super::{FLAGS, covers_faults};
    use cc::Build;

    fn build(compiler: &str, level: u32, flags: &[&str]) -> Build {
        let mut build = Build::new();
        let target = "x86_64-unknown-linux-gnu"; // what a build script would be told
        build.cpp(true).compiler(compiler).target(target).host(target).opt_level(level).cargo_metadata(false);
        build.flags(flags);
        build
    }

    fn covers(compiler: &str, level: u32, flags: &[&str]) -> bool {
        let directory = tempfile::tempdir().unwrap();
        covers_faults(&build(compiler, level, flags), directory.path()).ok().unwrap()
    }

    fn is_there(compiler: &str) -> bool {
        std::process::Command::new(compiler).arg("--version").output().is_ok()
    }

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn gcc_does_and_only_with_the_flags() {
        for level in [0, 2, 3] {
            assert!(covers("g++", level, &FLAGS));
            assert!(covers("g++", level, &["-flto", FLAGS[0], "-ffunction-sections", "-g"]));
            assert!(!covers("g++", level, &[]));
            assert!(!covers("g++", level, &[FLAGS[0], "-fno-non-call-exceptions", "-fexceptions"]));
            assert!(!covers("g++", level, &[FLAGS[0], "-fno-exceptions"]));
        }
    }

    #[test]
    fn clang_takes_the_flag_and_does_not_heed_it() {
        for compiler in ["clang++", "clang++-19"].into_iter().filter(|compiler| is_there(compiler)) {
            assert!(
                !covers(compiler, 0, &FLAGS) && !covers(compiler, 2, &FLAGS),
                "if it does now, all the better"
            );
        }
    }

    #[test]
    fn without_a_compiler_that_works() {
        assert!(!covers("/no/such/compiler", 2, &FLAGS));
        assert!(!covers("false", 2, &FLAGS));
        assert!(!covers("true", 2, &FLAGS));
    }
}
