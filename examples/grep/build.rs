//! Compiles the bridge in src/regex.rs and the C++ behind it.

fn main() {
    backstop_build::bridge("src/regex.rs").file("src/regex.cc").std("c++17").compile("grep");
    println!("cargo:rerun-if-changed=src/regex.cc");
    println!("cargo:rerun-if-changed=src/regex.h");
}
