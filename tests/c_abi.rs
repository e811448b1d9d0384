//! The C ABI, as C and C++ programs see it: no Rust but this driver, which compiles the runtime in `cpp/` and the
//! programs in `c_abi/`, and runs them.

#![cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]

#[path = "support/programs.rs"]
mod programs;

use programs::{Build, Compilers, NO_FAULTS, RUNTIME, WARNINGS, end_of, run, source};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_secs(120);

fn succeeds(build: &Build, files: &[&str]) {
    succeeds_with(build, files, &[]);
}

fn succeeds_with(build: &Build, files: &[&str], environment: &[(&str, &str)]) {
    succeeds_under(build, files, &[], environment);
}

/// With flags for the programs' files that the runtime is built without.
fn succeeds_under(build: &Build, files: &[&str], flags: &[&str], environment: &[(&str, &str)]) {
    let sources: Vec<_> = files.iter().map(|file| source("tests/c_abi").join(file)).collect();
    let program = build.link(&build.objects(&sources, flags), flags);
    let end = end_of(&mut build.command(&program), environment, TIME_LIMIT);
    assert!(end.status.success(), "{files:?}: {}\n{}{}", end.status, end.stdout, end.stderr);
}

/// The standards that each header is for.
const HEADERS: &[(&str, &[&str])] = &[
    ("backstop.h", &["c11", "c17", "c++11", "c++17", "c++20"]),
    ("backstop.hpp", &["c++11", "c++17", "c++20"]),
    ("bridge.h", &["c++11", "c++17", "c++20"]),
    ("rust.hpp", &["c++11", "c++17", "c++20"]),
    ("vouched.h", &["c11", "c17", "c++11", "c++17", "c++20"]),
];

/// Each by itself and without a warning; in C++ also without types at run time, as who binds LLVM compiles.
fn headers_compile(compilers: &Compilers) {
    for (header, standards) in HEADERS {
        for standard in *standards {
            if standard.starts_with("c++") {
                compiles(&compilers.cxx, "c++", standard, header, "-frtti");
                compiles(&compilers.cxx, "c++", standard, header, "-fno-rtti");
            } else {
                compiles(&compilers.c, "c", standard, header, "-fexceptions");
            }
        }
    }
}

fn compiles(compiler: &str, language: &str, standard: &str, header: &str, flag: &str) {
    run(Command::new(compiler)
        .args(["-x", language, &format!("-std={standard}"), "-fsyntax-only", "-include"])
        .arg(format!("backstop/{header}"))
        .args(WARNINGS)
        .args(["-Wconversion", flag, "-I"])
        .arg(source("include"))
        .arg("/dev/null"));
}

fn programs_run(compilers: Compilers, name: &str) {
    let build = Build::new(compilers, &format!("c_abi/{name}"), RUNTIME);
    programs_of(&build);
    kinds_are_told(&build);
}

fn programs_of(build: &Build) {
    succeeds(build, &["calls.c"]);
    succeeds(build, &["registers.c"]);
    succeeds(build, &["exceptions.c", "throws.cc"]);
    succeeds_with(build, &["exceptions.c", "throws.cc"], &[("BACKSTOP_DISABLE", "1")]);
    succeeds(build, &["options.c"]);
    succeeds(build, &["handlers.c"]);
    succeeds(build, &["listeners.c"]);
    succeeds(build, &["barriers.c"]);
    succeeds(build, &["reports.c", "throws.cc"]);
    succeeds(build, &["status.c"]);
    succeeds_under(build, &["hosts.c"], &["-rdynamic", "-Wno-unused-command-line-argument"], &[]); // clang has no use for it yet
    succeeds(build, &["scopes.cc"]);
    for optimised in ["-O0", "-O2"] {
        succeeds_under(build, &["releases.cc"], &[optimised], &[]);
        succeeds_under(build, &["cleanups.c"], &[optimised], &[]);
    }
    succeeds(build, &["results.cc"]);
    succeeds_under(build, &["results.cc"], &["-O2", "-std=c++20", "-Wconversion"], &[]);
    succeeds_under(build, &["releases.cc"], &["-std=c++20", "-fno-rtti", "-Wconversion"], &[]);
    succeeds(build, &["attach.c"]);
    succeeds_with(build, &["attach.c"], &[("BACKSTOP_DISABLE", "1")]);
    succeeds(build, &["instructions.cc"]);
}

/// Which are told by a walk through libc's `abort`. On RISC-V there is none, for glibc has no unwind table for it.
fn kinds_are_told(build: &Build) {
    succeeds(build, &["kinds.cc"]);
}

#[test]
fn headers_compile_with_gcc() {
    headers_compile(&Compilers::gcc());
}

#[test]
fn headers_compile_with_clang() {
    Compilers::clang().iter().for_each(headers_compile);
}

#[test]
fn no_header_is_forgotten() {
    let files = fs::read_dir(source("include/backstop")).unwrap();
    let names: BTreeSet<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, HEADERS.iter().map(|(name, _)| name.to_string()).collect());
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
fn programs_run_on_aarch64() {
    if let Some(compilers) = Compilers::cross("aarch64") {
        let portable = Build::portable(compilers.clone(), "c_abi/aarch64_portable");
        programs_of(&portable);
        kinds_are_told(&portable);
        programs_run(compilers, "aarch64");
    }
}

#[test]
fn programs_run_on_riscv64() {
    if let Some(compilers) = Compilers::cross("riscv64") {
        programs_of(&Build::new(compilers, "c_abi/riscv64", RUNTIME));
    }
}

// trap 25
#[test]
fn beside_address_sanitizer() {
    let build = Build::new(Compilers::gcc(), "c_abi/address_sanitizer", RUNTIME);
    let reports_by_abort = [("ASAN_OPTIONS", "abort_on_error=1")];
    succeeds_under(&build, &["address_sanitizer.cc", "poison.c"], &["-fsanitize=address"], &reports_by_abort);
}

#[test]
fn without_fault_support_exceptions_are_caught() {
    let build = Build::new(Compilers::gcc(), "c_abi/no_faults", NO_FAULTS);
    succeeds(&build, &["no_faults.c"]);
    succeeds(&build, &["attach.c"]);
    succeeds(&build, &["exceptions.c", "throws.cc"]);
}
