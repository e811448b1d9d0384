//! Builds the bridge and the C++ behind it.

fn main() {
    backstop_build::bridge("src/lib.rs").file("src/parser.cc").std("c++17").compile("outside");

    println!("cargo:rerun-if-changed=src/parser.cc");
    println!("cargo:rerun-if-changed=src/parser.h");
}
