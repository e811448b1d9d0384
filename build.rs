//! Builds the runtime in cpp/ and tells the cxx builds of dependents where the headers are.

use std::env;
use std::path::Path;

/// Groups of files.
const SOURCES: &str = include_str!("cpp/sources.txt");

fn main() {
    println!("cargo:rerun-if-changed=cpp");
    println!("cargo:rerun-if-changed=include");
    println!("cargo:rustc-check-cfg=cfg(backstop_no_faults)");

    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    // cxx-build puts what a direct dependency exports under this name on the include path.
    println!("cargo:CXXBRIDGE_DIR0={}", Path::new(&root).join("include").display());

    let always = group("always").expect("cpp/sources.txt has it");
    let sources = always.into_iter().chain(fault_sources());
    let mut build = cc::Build::new();
    if env::var_os("CARGO_FEATURE_PORTABLE_ENTRY").is_some() {
        build.define("BACKSTOP_PORTABLE_ENTRY", None);
    }
    build
        .cpp(true)
        .cpp_link_stdlib(None) // cxx links it
        .std("c++17")
        .include("include")
        .files(sources.map(|source| Path::new("cpp").join(source)))
        .opt_level(2) // also in debug builds: what it costs is paid by every guarded call
        .flag_if_supported("-fno-plt") // no lazy binding in the signal handler
        .flag_if_supported("-fvisibility=hidden")
        .flag_if_supported("-U_FORTIFY_SOURCE") // its longjmp refuses to leave the alternate stack
        .warnings(env::var_os("CI").is_some())
        .extra_warnings(env::var_os("CI").is_some())
        .warnings_into_errors(env::var_os("CI").is_some())
        .compile("backstop");
    // For build scripts that make shared libraries with a copy of their own.
    let directory = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    println!("cargo:ARCHIVE={}", Path::new(&directory).join("libbackstop.a").display());
}

/// `RUSTFLAGS="--cfg backstop_no_faults"` builds what targets without fault support get.
fn fault_sources() -> Vec<&'static str> {
    let handled = cfg("TARGET_OS") == "linux" && env::var_os("CARGO_CFG_BACKSTOP_NO_FAULTS").is_none();
    match (group("faults"), group(&cfg("TARGET_ARCH"))) {
        (Some(faults), Some(own)) if handled => [faults, own].concat(),
        _ => group("no_faults").expect("cpp/sources.txt has it"),
    }
}

/// The files between the line `name:` and the next empty one.
fn group(name: &str) -> Option<Vec<&'static str>> {
    let mut lines = SOURCES.lines();
    lines.find(|line| line.strip_suffix(':') == Some(name))?;
    Some(lines.take_while(|line| !line.is_empty()).collect())
}

fn cfg(name: &str) -> String {
    env::var(format!("CARGO_CFG_{name}")).unwrap_or_default()
}
