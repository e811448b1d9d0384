//! The crate in `outside/`, built where no workspace helps it: as it is, under other profiles, and with the mistakes
//! that its author might make.
//!
//! The copies share a target directory, so the dependencies are compiled once for each profile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{env, fmt};

/// For one run of cargo: the first has all dependencies to compile.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// Cargo would wait for the target directory anyway, and the time limit is not for waiting.
static TURN: Mutex<()> = Mutex::new(());

/// A copy of the crate.
struct Crate {
    directory: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Crate {
    fn copy(name: &str) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside").join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        for folder in ["", "src", "tests"] {
            copy_files(&workspace.join("tests/outside").join(folder), &directory.join(folder));
        }
        fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        let copy = Self { directory, _turn: turn };
        copy.replace("Cargo.toml", "\"../..", &format!("\"{}", workspace.display()));
        copy
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.directory.join(file), text).unwrap();
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.directory.join(file)).unwrap();
        assert!(text.contains(from), "no `{from}` in {file}");
        self.write(file, &text.replace(from, to));
    }

    fn cargo(&self, arguments: &[&str]) -> Outcome {
        outcome_of(
            Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
                .arg(arguments[0])
                .args(["--offline", "--color=never", "--target-dir"])
                .arg(target_directory())
                .args(&arguments[1..])
                .current_dir(&self.directory)
                .env("CARGO_PROFILE_DEV_DEBUG", "false")
                .env("RUST_BACKTRACE", "0"),
        )
    }
}

#[track_caller]
fn outcome_of(command: &mut Command) -> Outcome {
    let outcome = backstop_crash_test::outcome_of(command, TIME_LIMIT);
    let outcome = outcome.unwrap_or_else(|overdue| panic!("{command:?}: {overdue}"));
    Outcome { status: outcome.status, text: outcome.stdout + &outcome.stderr }
}

fn target_directory() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside").join("target")
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What cargo, or another program, answered, and all that it and its children wrote.
struct Outcome {
    status: ExitStatus,
    text: String,
}

impl Outcome {
    #[track_caller]
    fn succeeds_saying(&self, texts: &[&str]) {
        assert!(self.status.success(), "{self}");
        self.says(texts);
    }

    #[track_caller]
    fn fails_saying(&self, texts: &[&str]) {
        assert_eq!(self.status.code(), Some(101), "{self}");
        self.says(texts);
    }

    /// However the compiler broke its lines.
    #[track_caller]
    fn says(&self, texts: &[&str]) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = words(&self.text);
        for text in texts {
            assert!(said.contains(&words(text)), "no `{text}` in:\n{self}");
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.status, self.text)
    }
}

const CAUGHT: &[&str] = &["outside::ffi::parse: std::invalid_argument: an empty text", "SIGSEGV", "title"];

#[test]
fn as_it_is() {
    let passed = [
        "tests::catches_an_exception ... ok",
        "catches_a_fault ... ok",
        "catches_a_fault_on_every_thread ... ok",
    ];
    Crate::copy("as_it_is").cargo(&["test"]).succeeds_saying(&passed);
    // Crates that know nothing of backstop include it.
    for header in generated_headers() {
        assert!(!fs::read_to_string(&header).unwrap().contains("backstop"), "{}", header.display());
    }
}

fn generated_headers() -> Vec<PathBuf> {
    let builds = fs::read_dir(target_directory().join("debug/build")).unwrap();
    let header = |build: fs::DirEntry| build.path().join("out/cxxbridge/include/outside/src/lib.rs.h");
    let headers: Vec<_> =
        builds.map(|build| header(build.unwrap())).filter(|header| header.exists()).collect();
    assert!(!headers.is_empty());
    headers
}

/// A program in C++ that links the crate has one copy of the runtime, Rust's, and guards of its own by it.
#[test]
fn in_a_program_in_cxx() {
    let copy = Crate::copy("cxx");
    let source = |file: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outside/cxx").join(file);
    let library = fs::read_to_string(copy.directory.join("src/lib.rs")).unwrap();
    copy.write("src/lib.rs", &(library + &fs::read_to_string(source("outside.rs")).unwrap()));
    copy.cargo(&["rustc", "--lib", "--crate-type=staticlib"]).succeeds_saying(&[]);

    let program = copy.directory.join("program");
    let compiler = env::var_os("CXX").unwrap_or("g++".into());
    let compiled = outcome_of(
        Command::new(compiler)
            .args(["-std=c++17", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread"])
            .arg(source("main.cc"))
            .arg(target_directory().join("debug/liboutside.a"))
            .args(["-I", concat!(env!("CARGO_MANIFEST_DIR"), "/include"), "-ldl", "-lm", "-o"])
            .arg(&program),
    );
    compiled.succeeds_saying(&[]);
    outcome_of(&mut Command::new(&program)).succeeds_saying(&["all well"]);
}

// trap 27
#[test]
fn under_panic_abort() {
    let arguments = ["run", "--config", "profile.dev.panic='abort'"];
    Crate::copy("panic_abort").cargo(&arguments).succeeds_saying(CAUGHT);
}

/// There a panic ends the process, as Rust does it: behind the barrier, no guard takes the abort for one of the C++'s.
#[test]
fn a_panic_under_panic_abort() {
    let copy = Crate::copy("panic_abort");
    copy.cargo(&["run", "--", "panic"])
        .succeeds_saying(&["came back: Some(Panic", "a text that nobody wants"]);
    let aborts = copy.cargo(&["run", "--config", "profile.dev.panic='abort'", "--", "panic"]);
    aborts.says(&["a text that nobody wants", "SIGABRT under the guard", "`outside::is_welcome`"]);
    assert!(!aborts.status.success() && !aborts.text.contains("came back"), "{aborts}");
}

/// What a guard adds to a call that cxx makes anyway, in instructions from the wrapper to the C++ function and back: see
/// `cpp/guard.cc`. Some more or less is the compiler's choice.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn instructions_of_a_guarded_call() {
    let is_counted_for = !env::var("CXX").is_ok_and(|compiler| compiler.contains("clang"));
    let has_valgrind = || Command::new("valgrind").arg("--version").output().is_ok();
    if !is_counted_for || !has_valgrind() {
        return println!("not tried: it takes valgrind, and g++");
    }
    let copy = Crate::copy("instructions");
    copy.cargo(&["build", "--release"]).succeeds_saying(&[]);
    let instructions = |kind: &str, times: u64| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(target_directory().join("release/outside"))
            .args([kind, &times.to_string()])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        let count = text.split_once("Collected : ").unwrap_or_else(|| panic!("{text}")).1;
        count.split_whitespace().next().unwrap().parse::<u64>().unwrap()
    };
    let of_a_call = |kind: &str| (instructions(kind, 11_000) - instructions(kind, 1000)) / 10_000;
    let added = of_a_call("guarded") - of_a_call("unguarded");
    assert!(added.abs_diff(106) <= 6, "it is {added} now: say so here and in guard.cc");
}

// trap 8, trap 27
#[test]
fn under_fat_lto() {
    let arguments = ["run", "--release", "--config", "profile.release.lto='fat'"];
    Crate::copy("fat_lto").cargo(&arguments).succeeds_saying(CAUGHT);
}

/// What the program says of its code: the types of its notes. See `backstop/vouched.h`.
fn notes() -> Vec<u8> {
    let program = fs::read(target_directory().join("debug/outside")).unwrap();
    let note = |bytes: &[u8]| {
        let (head, name) = bytes.split_at(12);
        let words: Vec<_> = head.chunks(4).map(|word| u32::from_ne_bytes(word.try_into().unwrap())).collect();
        (name == b"backstop\0\0\0\0" && words[..2] == [9, 0]).then_some(words[2] as u8)
    };
    program.windows(24).filter_map(note).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn vouched_for() {
    let heeded = !env::var("CXX").is_ok_and(|compiler| compiler.contains("clang"));
    let cases = [("", if heeded { 1 } else { 2 }), (".prebuilt()", 2), (".unvouched()", 2)];
    for (said, expected) in cases {
        let copy = Crate::copy("vouched_for");
        let bridges = format!("backstop_build::Bridges::new([\"src/lib.rs\"]){said}.build()");
        copy.replace("build.rs", "backstop_build::bridge(\"src/lib.rs\")", &bridges);
        copy.cargo(&["build"]).succeeds_saying(&[]);
        assert_eq!(notes(), [expected], "{said}");
    }
}

#[test]
fn documented() {
    Crate::copy("documented").cargo(&["doc", "--no-deps"]).succeeds_saying(&[]);
    let pages = target_directory().join("doc/outside/ffi");
    let page = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
    assert!(page("fn.parse.html").contains("Parses a text, if it can."));
    let document = page("struct.Document.html");
    assert!(document.contains("A parsed text.") && document.contains("The first line of it."));
    assert!(!page("index.html").contains("__backstop"));
}

/// The five-minute start of the README, typed in and run.
#[test]
fn as_the_readme_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, after) = readme.split_once("## Five minutes").unwrap();
    let (section, _) = after.split_once("\n## ").unwrap();
    let copy = Crate::copy("readme");
    for folder in ["src", "tests"] {
        fs::remove_dir_all(copy.directory.join(folder)).unwrap();
    }
    fs::create_dir(copy.directory.join("src")).unwrap();
    let mut prints = String::new();
    for (name, text) in fenced_blocks(section) {
        match name {
            "Cargo.toml" => copy.write(name, &in_place(&format!("{PACKAGE}{text}"))),
            "cargo run" => prints = text,
            _ => copy.write(name, &text),
        }
    }
    // Addresses and the like are others each time.
    let lines: Vec<&str> = prints
        .lines()
        .filter(|line| *line != "  ..." && !line.starts_with("  thread: "))
        .map(|line| line.split("instruction").next().unwrap())
        .collect();
    assert!(lines.len() > 6, "{prints}");
    copy.cargo(&["run", "--config", "profile.dev.debug=true"]).succeeds_saying(&lines);
}

const PACKAGE: &str =
    "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n";

/// The checkout that the README has beside the new package.
fn in_place(manifest: &str) -> String {
    assert_eq!(manifest.matches("\"../backstop").count(), 2, "{manifest}");
    manifest.replace("\"../backstop", &format!("\"{}", env!("CARGO_MANIFEST_DIR")))
}

/// Each fenced block, with the last name in backquotes before it.
fn fenced_blocks(section: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut name = "";
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((name, block.join("\n") + "\n"));
        } else if let Some(quoted) = line.rsplit('`').nth(1) {
            name = quoted;
        }
    }
    blocks
}

const NOT_BUILT: &str = "this bridge was not built by backstop_build";
const NOT_BUILT_AND_HOW_TO: &[&str] =
    &[NOT_BUILT, "src/lib.rs", "backstop_build::bridge(", "backstop-build to [build-dependencies]"];

#[test]
fn with_cxx_build_alone() {
    let copy = Crate::copy("cxx_build");
    copy.replace("Cargo.toml", "[build-dependencies]", "[build-dependencies]\ncxx-build = \"1.0\"");
    copy.replace("build.rs", "backstop_build::", "cxx_build::");
    // cxx_build finds no bridge of its own, and doesn't let us speak.
    copy.cargo(&["build"]).fails_saying(&["no #[cxx::bridge] module found"]);
    // Here it does, and knows nothing of the other bridge.
    let mut source = fs::read_to_string(copy.directory.join("src/lib.rs")).unwrap();
    source += "#[cxx::bridge]\nmod plain {\n    extern \"Rust\" {\n        fn nothing();\n    }\n}\n\nfn nothing() {}\n";
    copy.write("src/lib.rs", &source);
    copy.replace("build.rs", ".file(\"src/parser.cc\")", "");
    copy.cargo(&["build"]).fails_saying(NOT_BUILT_AND_HOW_TO);
}

#[test]
fn without_a_build_script() {
    let copy = Crate::copy("no_build_script");
    fs::remove_file(copy.directory.join("build.rs")).unwrap();
    copy.cargo(&["build"]).fails_saying(NOT_BUILT_AND_HOW_TO);
}

#[test]
fn with_a_file_left_out() {
    let copy = Crate::copy("left_out");
    let source = fs::read_to_string(copy.directory.join("src/lib.rs")).unwrap();
    copy.write(
        "src/other.rs",
        &source.replace("parse", "parse_otherwise").replace("\"outside\"", "\"outside::other\""),
    );
    copy.write("src/lib.rs", &format!("{source}\npub mod other;\n"));
    copy.cargo(&["build"]).fails_saying(&[NOT_BUILT, "src/other.rs", "give it this file"]);
}

#[test]
fn with_a_guard_that_was_not_built() {
    let copy = Crate::copy("not_rebuilt");
    // A build script that builds another file than the one in use.
    copy.replace("build.rs", "src/lib.rs", "src/old.rs");
    copy.replace("src/parser.cc", "lib.rs.h", "old.rs.h");
    let source = fs::read_to_string(copy.directory.join("src/lib.rs")).unwrap();
    copy.write("src/old.rs", &source.replacen("#[guard]", "", 1));
    copy.cargo(&["build"]).fails_saying(&[NOT_BUILT, "src/lib.rs"]);
}

#[test]
fn without_backstop_itself() {
    let copy = Crate::copy("no_backstop");
    let manifest = fs::read_to_string(copy.directory.join("Cargo.toml")).unwrap();
    let without: Vec<_> = manifest.lines().filter(|line| !line.starts_with("backstop =")).collect();
    copy.write("Cargo.toml", &without.join("\n"));
    let texts =
        ["this package does not depend on backstop", "add `backstop` to [dependencies] in Cargo.toml"];
    copy.cargo(&["build"]).fails_saying(&texts);
}

/// A `trycatch` as cxx's documentation shows it, for an exception that is no `std::exception`.
const OWN_TRYCATCH: &str = "
struct Trouble {
  const char *text;
};

namespace rust::behavior {
template <typename Try, typename Fail> static void trycatch(Try &&call, Fail &&fail) noexcept try {
  call();
} catch (const Trouble &trouble) {
  fail(trouble.text);
} catch (const std::exception &exception) {
  fail(exception.what());
}
} // namespace rust::behavior
";

/// The same, composed as bridge.h says.
const COMPOSED_TRYCATCH: &str = "
#define BACKSTOP_OWN_TRYCATCH
#include \"backstop/bridge.h\"

struct Trouble {
  const char *text;
};

namespace rust::behavior {
template <typename Try, typename Fail> static void trycatch(Try &&call, Fail &&fail) noexcept {
  backstop::trycatch(
      [&] {
        try {
          call();
        } catch (const Trouble &trouble) {
          throw std::invalid_argument(trouble.text);
        }
      },
      fail);
}
} // namespace rust::behavior
";

fn with_trycatch(name: &str, trycatch: &str) -> Crate {
    let copy = Crate::copy(name);
    copy.write("src/trycatch.h", &format!("#pragma once\n#include <stdexcept>\n{trycatch}"));
    copy.replace(
        "src/parser.h",
        "#include <memory>",
        "#include \"outside/src/trycatch.h\"\n#include <memory>",
    );
    copy.replace(
        "src/parser.cc",
        "throw std::invalid_argument(\"an empty text\")",
        "throw Trouble{\"an empty text\"}",
    );
    copy
}

// trap 28
#[test]
fn with_a_trycatch_that_is_not_composed_although_it_says_so() {
    let text = format!("#define BACKSTOP_OWN_TRYCATCH\n#include \"backstop/bridge.h\"\n{OWN_TRYCATCH}");
    let texts = ["the call of `outside::ffi::parse` ran without its guard", "call backstop::trycatch"];
    with_trycatch("uncomposed_trycatch", &text).cargo(&["run"]).fails_saying(&texts);
}

#[test]
fn with_a_trycatch_of_its_own() {
    with_trycatch("own_trycatch", OWN_TRYCATCH).cargo(&["build"]).fails_saying(&[
        "this bridge has #[guard]s and a rust::behavior::trycatch of your own: they must be composed",
        "`#define BACKSTOP_OWN_TRYCATCH`",
        "call `backstop::trycatch(call, fail)` in place of `call()`",
    ]);
}

// trap 28
#[test]
fn with_a_trycatch_composed_with_ours() {
    with_trycatch("composed_trycatch", COMPOSED_TRYCATCH).cargo(&["run"]).succeeds_saying(CAUGHT);
}
