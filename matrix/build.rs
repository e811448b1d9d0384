//! Tells the program which target it is built for: the cells are built for the same.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=TARGET={}", std::env::var("TARGET").expect("cargo sets it"));
}
