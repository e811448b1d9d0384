//! Builds the C++.

fn main() {
    backstop_build::bridge("src/lib.rs").file("src/third.cc").std("c++17").compile("thirds");
    println!("cargo:rerun-if-changed=src");
}
