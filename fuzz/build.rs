//! Builds the C++ that is guarded.

fn main() {
    backstop_build::bridges(["src/program/ffi.rs", "src/report/ffi.rs"])
        .files(["cpp/program.cc", "cpp/report.cc"])
        .std("c++17")
        .compile("backstop-fuzz");
    println!("cargo:rerun-if-changed=cpp");
}
