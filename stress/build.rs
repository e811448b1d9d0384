//! Builds the C++ of the operations, and the shared libraries that are loaded and unloaded.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each has a bridge in the Rust file and its C++ beside it.
const OPERATIONS: &[&str] =
    &["calls", "deadlines", "exceptions", "faults", "layers", "libraries", "overflows"];

fn main() {
    let file = |name: &&str, extension| format!("src/operations/{name}.{extension}");
    backstop_build::bridges(OPERATIONS.iter().map(|name| file(name, "rs")))
        .files(OPERATIONS.iter().map(|name| file(name, "cc")))
        .file("src/thread.cc")
        .std("c++17")
        .compile("backstop-stress");
    println!("cargo:rerun-if-changed=src");

    library("plain", &[]);
    // With a copy of the runtime that is its own.
    let runtime =
        env::var("DEP_BACKSTOP_ARCHIVE").expect("backstop's build script says where its runtime is");
    library("own", &["-Wl,--whole-archive", &runtime, "-Wl,--no-whole-archive"]);
}

/// Links src/loaded/{name}.cc as a shared library, and tells the program where it is.
fn library(name: &str, more: &[&str]) {
    let library = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join(format!("{name}.so"));
    let source = format!("src/loaded/{name}.cc");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../include");
    let mut compiler: Command =
        cc::Build::new().cpp(true).std("c++17").pic(true).include(include).get_compiler().to_command();
    let compiler =
        compiler.args(["-shared", "-pthread"]).arg(source).args(more).arg("-ldl").arg("-o").arg(&library);
    let status = compiler.status().unwrap_or_else(|error| panic!("{compiler:?}: {error}"));
    assert!(status.success(), "{compiler:?}: {status}");
    println!("cargo:rustc-env=STRESS_LIBRARY_{}={}", name.to_uppercase(), library.display());
}
