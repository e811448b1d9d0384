//! Compiles the bridge in src/engine.rs and the C++ behind it, and links Debian's Lua that is built as C++.

fn main() {
    let lua = pkg_config::probe_library("lua5.4-c++")
        .expect("Lua is missing: apt-get install liblua5.4-dev pkg-config");
    backstop_build::bridge("src/engine.rs")
        .files(["src/engine.cc", "src/interpreter.cc", "src/json.cc"])
        .includes(lua.include_paths)
        .std("c++17")
        .compile("service");
    for name in ["engine", "interpreter", "json"] {
        println!("cargo:rerun-if-changed=src/{name}.cc");
        println!("cargo:rerun-if-changed=src/{name}.h");
    }
}
