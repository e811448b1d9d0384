//! Builds the bridges in `src/guarded` as they are, and once more as plain cxx bridges without guards.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo:rustc-check-cfg=cfg(backstop_no_faults)");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let headers = out.join("cxxbridge/include/backstop-bridge-tests"); // where cxx puts what it generates
    let files = files_in("src/guarded", "rs");
    let sources: Vec<PathBuf> = files_in("cpp", "cc")
        .iter()
        .map(|source| source.canonicalize().expect("it was just listed"))
        .collect();
    // How a function misbehaves on demand is the same for both sides, and linked once.
    let (mood, sources): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.ends_with("mood.cc"));

    let beyond_cxx = [
        "breakers",
        "crowds",
        "deadlines",
        "domains",
        "handles",
        "scopes",
        "translations",
        "translations_elsewhere",
    ]
    .map(|module| PathBuf::from(format!("src/{module}.rs")));
    backstop_build::bridges(files.iter().chain(&beyond_cxx))
        .files(&sources)
        .files(mood)
        .define("SIDE", "guarded")
        .include(headers.join("src/guarded"))
        .std("c++17")
        .compile("backstop-bridge-tests-guarded");

    let _ = fs::remove_dir_all(out.join("plain")); // what an earlier build left there
    fs::create_dir_all(out.join("plain")).expect("OUT_DIR can be written");
    for file in files.iter().chain([&PathBuf::from("src/guarded.rs")]) {
        let name = file.strip_prefix("src/guarded").unwrap_or(Path::new("mod.rs"));
        let source = fs::read_to_string(file).expect("it was just listed");
        fs::write(out.join("plain").join(name), plain(&source)).expect("OUT_DIR can be written");
    }
    // cxx doesn't have cargo watch what lies in OUT_DIR, and puts headers where the sources are, as seen from the root.
    let plain_headers = headers.join(out.join("plain").strip_prefix("/").expect("OUT_DIR is absolute"));
    cxx_build::bridges(files_in(out.join("plain"), "rs").iter().filter(|file| !file.ends_with("mod.rs")))
        .files(&sources)
        .define("SIDE", "plain")
        .include(plain_headers)
        .define("RUST_METHOD", "noexcept")
        .std("c++17")
        .compile("backstop-bridge-tests-plain");

    println!("cargo:rerun-if-changed={}/cpp", env!("CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed={}/src", env!("CARGO_MANIFEST_DIR"));
}

/// What the author would have written with cxx alone.
fn plain(source: &str) -> String {
    source.replace("#[backstop::bridge", "#[cxx::bridge").replace("#[guard]", "").replace("guarded", "plain")
}

fn files_in(folder: impl AsRef<Path>, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    files.sort();
    files
}
