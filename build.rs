//! Builds the runtime in cpp/ and tells the cxx builds of dependents where the headers are.

use std::env;
use std::path::Path;

const ALWAYS: &[&str] = &[
    "abi.cc",
    "domain.cc",
    "error.cc",
    "exception.cc",
    "exception_type.cc",
    "rust_exceptions.cc",
    "thread.cc",
    "throw_site.cc",
];

const FAULTS: &[&str] = &[
    "abort_message.cc",
    "altstack.cc",
    "chain.cc",
    "copies.cc",
    "critical.cc",
    "entry_portable.cc",
    "fault.cc",
    "fault_handlers.cc",
    "forward.cc",
    "guard.cc",
    "handler.cc",
    "heap_corruption.cc",
    "inner_guard.cc",
    "install.cc",
    "kind.cc",
    "libc_cleanups.cc",
    "listeners.cc",
    "loan.cc",
    "modules.cc",
    "names.cc",
    "recover.cc",
    "recovery.cc",
    "snapshot.cc",
    "stack.cc",
    "terminate.cc",
    "unwind_table.cc",
    "verdict.cc",
    "walk.cc",
];

/// Where faults are handled, and what each architecture has of its own for that: a processor's own entry takes the place
/// of the portable one.
const ARCHITECTURES: &[(&str, &[&str])] = &[
    ("x86_64", &["entry_x86_64.S", "unwind_from_x86_64.S"]),
    ("aarch64", &["entry_aarch64.S", "unwind_from_aarch64.S"]),
    ("riscv64", &[]),
];

const NO_FAULTS: &[&str] = &["no_faults.cc"];

fn main() {
    println!("cargo:rerun-if-changed=cpp");
    println!("cargo:rerun-if-changed=include");
    println!("cargo:rustc-check-cfg=cfg(backstop_no_faults)");

    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    // cxx-build puts what a direct dependency exports under this name on the include path.
    println!("cargo:CXXBRIDGE_DIR0={}", Path::new(&root).join("include").display());

    let faults = fault_sources().unwrap_or_else(|| NO_FAULTS.to_vec());
    let sources = ALWAYS.iter().chain(&faults);
    let mut build = cc::Build::new();
    if env::var_os("CARGO_FEATURE_PORTABLE_ENTRY").is_some() {
        build.define("BACKSTOP_PORTABLE_ENTRY", None);
    }
    build
        .cpp(true)
        .cpp_link_stdlib(None) // cxx links it
        .std("c++17")
        .include("include")
        .files(sources.map(|source| Path::new("cpp").join(source)))
        .opt_level(2) // also in debug builds: what it costs is paid by every guarded call
        .flag_if_supported("-fno-plt") // no lazy binding in the signal handler
        .flag_if_supported("-fvisibility=hidden")
        .flag_if_supported("-U_FORTIFY_SOURCE") // its longjmp refuses to leave the alternate stack
        .warnings(env::var_os("CI").is_some())
        .extra_warnings(env::var_os("CI").is_some())
        .warnings_into_errors(env::var_os("CI").is_some())
        .compile("backstop");
}

/// `RUSTFLAGS="--cfg backstop_no_faults"` builds what targets without fault support get.
fn fault_sources() -> Option<Vec<&'static str>> {
    if cfg("TARGET_OS") != "linux" || env::var_os("CARGO_CFG_BACKSTOP_NO_FAULTS").is_some() {
        return None;
    }
    let (_, own) = ARCHITECTURES.iter().find(|(name, _)| *name == cfg("TARGET_ARCH"))?;
    Some([FAULTS, own].concat())
}

fn cfg(name: &str) -> String {
    env::var(format!("CARGO_CFG_{name}")).unwrap_or_default()
}
