//! Builds the C++ that programs consist of.

fn main() {
    backstop_build::bridge("src/program/ffi.rs").file("cpp/program.cc").std("c++17").compile("backstop-fuzz");
    println!("cargo:rerun-if-changed=cpp");
}
