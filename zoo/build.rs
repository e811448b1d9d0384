//! Builds the C++ of the zoo.

const SOURCES: &[&str] = &[
    "arithmetic.cc",
    "callbacks.cc",
    "cases.cc",
    "checks.cc",
    "controls.cc",
    "endings.cc",
    "exceptions.cc",
    "heap.cc",
    "instructions.cc",
    "measured.cc",
    "memory.cc",
    "neighbours.cc",
    "stack.cc",
    "thrown.cc",
];

fn main() {
    backstop_build::bridges(["src/lib.rs", "src/callbacks.rs", "src/measured.rs", "src/thrown.rs"])
        .files(SOURCES.iter().map(|source| format!("src/{source}")))
        .std("c++17")
        .flag_if_supported("-Wpedantic")
        // As distributions build their packages: canaries, or there is no stack smashing to detect; and frames
        // touched page by page, or a large one steps over the guard page into whatever lies below it.
        .flag_if_supported("-fstack-protector-strong")
        .flag_if_supported("-fstack-clash-protection")
        .compile("backstop-zoo");
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=include");
}
