//! Traps of signal handlers that others fell into, as far as no other test is about them. docs/how-we-know.md lists all,
//! with the tests that carry their numbers.

#[path = "support/programs.rs"]
mod programs;
mod support;

use programs::{Build, Compilers};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use support::signals::{Handler, alternate_stack, on_alternate_stack, set_action};
use support::{Test, arm, assert_recovers, marker};

fn main() -> ExitCode {
    support::main(vec![
        Test::in_child("the_alternate_stack_is_large_and_guarded", the_alternate_stack_is_large_and_guarded), // trap 1
        Test::in_child("an_adequate_stack_of_the_hosts_is_kept", an_adequate_stack_of_the_hosts_is_kept), // trap 4
        Test::in_child(
            "handlers_before_ours_run_on_an_alternate_stack",
            handlers_before_ours_run_on_an_alternate_stack,
        ), // trap 3
        Test::in_child("a_guarded_call_makes_no_system_call", a_guarded_call_makes_no_system_call),
        Test::new(
            "what_the_handler_needs_is_bound_and_static",
            || (),
            |_| what_the_handler_needs_is_bound_and_static(),
        ), // trap 15, trap 16
    ])
}

/// `SIGSTKSZ` says 8 KiB where the frame of a signal alone may take eleven.
fn the_alternate_stack_is_large_and_guarded() {
    for body in [check_alternate_stack as fn(), || {
        std::thread::spawn(check_alternate_stack).join().expect("no panic")
    }] {
        body();
    }
}

fn check_alternate_stack() {
    arm();
    let (start, size, flags) = alternate_stack();
    // SAFETY: has no conditions.
    let least = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize + 32 * 1024;
    assert!(size >= least.max(64 * 1024) && flags & libc::SS_DISABLE == 0, "{size}");
    let maps = fs::read_to_string("/proc/self/maps").expect("Linux has it");
    let rights_at = |address: usize| {
        maps.lines().find_map(|line| {
            let (range, rest) = line.split_once(' ')?;
            let (low, high) = range.split_once('-')?;
            let bounds = [low, high].map(|bound| usize::from_str_radix(bound, 16).expect("hexadecimal"));
            (bounds[0]..bounds[1]).contains(&address).then(|| rest[..3].to_owned())
        })
    };
    assert_eq!(rights_at(start).as_deref(), Some("rw-"));
    assert_eq!(rights_at(start - 1).as_deref(), Some("---"), "no guard page below");
    assert_recovers();
}

fn an_adequate_stack_of_the_hosts_is_kept() {
    let thread = std::thread::spawn(|| {
        let mut memory = vec![0_u8; 256 * 1024];
        let hosts = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
        // SAFETY: the memory outlives this thread's use of it: the stack is taken down below.
        assert_eq!(unsafe { libc::sigaltstack(&hosts, std::ptr::null_mut()) }, 0);
        let before = alternate_stack();
        arm();
        (0..3).for_each(|_| assert_recovers());
        assert_eq!(alternate_stack(), before);
        assert!(memory.iter().any(|byte| *byte != 0), "the handler ran somewhere else");
        let none = libc::stack_t { ss_sp: std::ptr::null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 };
        // SAFETY: nothing runs on it.
        assert_eq!(unsafe { libc::sigaltstack(&none, std::ptr::null_mut()) }, 0);
    });
    thread.join().expect("no panic");
    arm();
    assert_recovers();
}

/// Also on a thread that Rust's std knows nothing of.
fn handlers_before_ours_run_on_an_alternate_stack() {
    extern "C" fn previous(_: i32, _: *mut libc::siginfo_t, _: *mut std::ffi::c_void) {
        // SAFETY: ends the process.
        unsafe { libc::_exit(if on_alternate_stack() { 0 } else { 1 }) };
    }
    set_action(libc::SIGSEGV, previous as Handler as usize, libc::SA_SIGINFO | libc::SA_ONSTACK, &[]);
    backstop_zoo::callbacks::on_cpp_thread(|| {
        arm();
        marker();
        backstop_zoo::null_write_unguarded();
    });
}

/// From here on the kernel ends this process at any other than read, write, exit and sigreturn.
fn a_guarded_call_makes_no_system_call() {
    arm();
    // SAFETY: has no conditions.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT) }, 0);
    let sum: i32 = (0..1000).filter_map(|number| backstop_zoo::add(number, 1).ok()).sum();
    // SAFETY: ends this thread, which is the only one.
    unsafe { libc::syscall(libc::SYS_exit, if sum == 500_500 { 0 } else { 1 }) };
}

/// The objects of the runtime, as they become part of shared libraries: no variable of a thread that would have to be
/// allocated when it is first touched, and no function of a shared library that is looked up when it is first called.
fn what_the_handler_needs_is_bound_and_static() {
    if cfg!(target_arch = "x86_64") {
        let build = Build::for_libraries(Compilers::gcc(), "traps");
        let library = build.library_with_runtime("runtime.so", &[]);
        let text = |arguments: &[&str]| {
            let output = Command::new("objdump").args(arguments).arg(&library).output().expect("binutils");
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).expect("text")
        };
        let symbols = text(&["-T"]);
        assert!(symbols.contains("sigaltstack"), "not what was expected: {symbols}");
        assert!(!symbols.contains("__tls_get_addr"), "{symbols}");
        assert_eq!(lazily_bound(&text(&["-R"]), &library), BTreeSet::new());
    }
}

/// What goes through the procedure linkage table, and so through the linker and its locks at the first call.
fn lazily_bound(relocations: &str, library: &Path) -> BTreeSet<String> {
    assert!(relocations.contains("R_X86_64_GLOB_DAT"), "{}: {relocations}", library.display());
    // Of libc's own static part, and called when the handler is installed.
    let at_install = |line: &&str| line.contains("__register_atfork");
    let lines = relocations.lines().filter(|line| line.contains("R_X86_64_JUMP_SLOT") && !at_install(line));
    lines.filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect()
}
