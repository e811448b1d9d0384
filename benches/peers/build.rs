//! Compiles the victims and the C++ of the peers. A peer whose library is not installed is left out.

use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rustc-check-cfg=cfg(has_boost, has_llvm, has_poco)");

    backstop_build::bridge("src/peers/bridge.rs")
        .files(["src/victims.cc", "src/peers/bridge.cc", "src/peers/c_abi.cc", "src/peers/sigsetjmp.cc"])
        .std("c++17")
        .flag_if_supported("-Wpedantic")
        .warnings_into_errors(env::var_os("CI").is_some())
        .opt_level(2)
        .compile("peers");

    let mut left_out = Vec::new();
    if has_header("boost/test/execution_monitor.hpp") {
        compile("boost", None);
        println!("cargo:rustc-link-lib=boost_unit_test_framework");
    } else {
        left_out.push("Boost.Test (libboost-test-dev)");
    }
    if let Some(llvm) = Llvm::find() {
        compile("llvm", Some(&llvm.headers));
        // As an archive, for the shared library is so large that loading it takes longer than the measurements.
        println!("cargo:rustc-link-search=native={}", llvm.archives);
        println!("cargo:rustc-link-lib=static=LLVMSupport");
        println!("cargo:rustc-link-lib=static=LLVMDemangle");
    } else {
        left_out.push("LLVM (llvm-19-dev)");
    }
    if has_header("Poco/SignalHandler.h") {
        compile("poco", None);
        println!("cargo:rustc-link-lib=PocoFoundation");
    } else {
        left_out.push("Poco (libpoco-dev)");
    }
    for peer in &left_out {
        println!("cargo:warning={peer} is not installed, and so left out");
    }
    println!("cargo:rustc-env=PEERS_LEFT_OUT={}", left_out.join(";"));
    println!(
        "cargo:rustc-env=PEERS_RUSTC={}",
        answer(&env::var("RUSTC").expect("cargo sets RUSTC"), "--version")
    );
}

/// The C++ of a peer that may be missing, in a file by its name.
fn compile(peer: &str, headers: Option<&str>) {
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .opt_level(2)
        .file(format!("src/peers/{peer}.cc"))
        .flags(headers.map(|headers| format!("-isystem{headers}")))
        .compile(&format!("peers-{peer}"));
    println!("cargo:rustc-cfg=has_{peer}");
}

fn has_header(header: &str) -> bool {
    let mut compiler = cc::Build::new().cpp(true).get_compiler().to_command();
    compiler.args(["-E", "-x", "c++", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut compiler = compiler.spawn().expect("the C++ compiler can be run");
    let source = format!("#include <{header}>\n");
    let written = compiler.stdin.take().expect("it is piped").write_all(source.as_bytes());
    compiler.wait().expect("the compiler is our child").success() && written.is_ok()
}

struct Llvm {
    headers: String,
    archives: String,
}

impl Llvm {
    /// The newest that is installed, of those that Debian has had lately.
    fn find() -> Option<Self> {
        (14..=19).rev().map(|version| format!("llvm-config-{version}")).find_map(|config| {
            let headers = answer(&config, "--includedir");
            let archives = answer(&config, "--libdir");
            let is_there = Path::new(&archives).join("libLLVMSupport.a").exists();
            is_there.then_some(Self { headers, archives })
        })
    }
}

/// The first line that a program answers; empty if it can't be run.
fn answer(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or_default().to_owned()
}
