//! What hostile input can't do with what backstop prints, reads and writes. SECURITY.md promises it.

#[path = "support/programs.rs"]
mod programs;
mod support;

use backstop::Error;
use backstop_zoo::{CASES, Case, Expected};
use programs::{Build, Compilers, RUNTIME, end_of, run, source};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::LazyLock;
use std::time::Duration;
use support::Test;

const TIME_LIMIT: Duration = Duration::from_secs(120);
const NOBODY: u32 = 65534;

static BUILD: LazyLock<Build> = LazyLock::new(|| Build::new(Compilers::gcc(), "security", RUNTIME));

fn main() -> ExitCode {
    // SAFETY: has no conditions.
    let is_root = unsafe { libc::geteuid() } == 0;
    support::main(vec![
        Test::in_child("texts_in_rust", texts_in_rust),
        by_program("texts_in_c", texts_in_c),
        by_program("secrets_are_not_printed", secrets_are_not_printed),
        by_program("privileged_programs_heed_no_switches", privileged_programs_heed_no_switches)
            .skipped_if(!is_root, "only root can make such a program"),
        Test::in_child("no_file_is_written", no_file_is_written),
    ])
}

/// A test that has programs of its own for children.
fn by_program(name: &str, check: fn()) -> Test {
    Test::new(name, || (), move |_| check())
}

/// Built as a part of its own, by `objcopy` with another name for a function if there is one.
fn program(name: &str, symbol: Option<&OsStr>) -> (Build, PathBuf) {
    let build = BUILD.part(name);
    let objects = build.objects(&[source("tests/security").join(name)], &[]);
    if let Some(symbol) = symbol {
        let mut renaming = OsString::from("HOSTILE_SYMBOL=");
        renaming.push(symbol);
        run(Command::new("objcopy").arg("--redefine-sym").arg(renaming).args(&objects));
    }
    let program = build.link(&objects, &["-rdynamic"]);
    (build, program)
}

/// Whether no terminal, log or reader can be misled by the text.
#[track_caller]
fn is_plain(text: &str, has_lines: bool) {
    let misleads = |c: char| {
        (c.is_control() && !(has_lines && c == '\n'))
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(misleads), "{text:?}");
    assert!(text.len() < if has_lines { 1 << 20 } else { 64 << 10 }, "{} bytes", text.len());
}

fn texts_in_rust() {
    let every: String = ('\u{1}'..='\u{2fff}').collect();
    for text in ["\x1b[2J\x1b]0;owned\x07", "a\nb\r\n\r\n", &every, &"x".repeat(1 << 20), &every.repeat(10)] {
        let error = backstop_zoo::complain(text).expect_err("it throws");
        is_plain(&error.to_string(), false);
        is_plain(&format!("{error:#}"), true);
        is_plain(&format!("{error:?}"), true);
        let Error::Exception(exception) = error else { panic!("{error:?}") };
        assert_eq!(exception.what().as_deref(), Some(text), "nothing of it is lost");
    }
    for case in all_that_come_back() {
        let error = (case.call)().expect_err(case.name);
        is_plain(&error.to_string(), false);
        is_plain(&format!("{error:#}"), true);
    }
}

fn all_that_come_back() -> impl Iterator<Item = &'static Case> {
    let comes_back = |case: &&Case| matches!(case.expected, Expected::Fault(_) | Expected::Exception { .. });
    CASES.iter().filter(|case| case.runs_here()).filter(comes_back)
}

/// The program checks what it sees; here it is also looked at as a whole.
fn texts_in_c() {
    let name = OsStr::from_bytes(b"evil\x1b[31m\x07\nname\xe2\x80\xae\xff");
    let (build, program) = program("texts.cc", Some(name));
    let end = end_of(&mut build.command(&program), &[], TIME_LIMIT);
    end.succeeded();
    is_plain(&end.stdout.replace('\u{fffd}', ""), true);
    assert!(end.stdout.contains(r"evil\u{1b}[31m\u{7}\nname\u{202e}\xff + 0x"), "{}", end.stdout);
}

fn secrets_are_not_printed() {
    let (build, program) = program("secrets.c", None);
    let end = end_of(&mut build.command(&program), &[], TIME_LIMIT);
    assert_eq!(end.status.signal(), Some(libc::SIGSEGV), "{end}");
    assert!(end.stderr.contains("about to fault\nbackstop: SIGSEGV under the guard of `keeper`"), "{end}");
    let as_a_number = format!("{:x}", u64::from_le_bytes(*b"hunter2!"));
    for secret in ["hunter2", &as_a_number] {
        assert!(!end.stderr.contains(secret), "{end}");
    }
}

const SWITCHES: &[(&str, &str)] =
    &[("BACKSTOP_DISABLE", "1"), ("RUST_BACKTRACE", "1"), ("RUST_LIB_BACKTRACE", "1")];

/// What its caller may set in the environment is not for it.
fn privileged_programs_heed_no_switches() {
    let (build, program) = program("privileged.c", None);
    let ends = |privileged: bool| {
        // Whoever owns a program may not be whom it runs as: a file belongs to root at first, as does this process.
        chown(&program, Some(if privileged { NOBODY } else { 0 }), None).expect("root may");
        let mode = if privileged { 0o4755 } else { 0o755 };
        fs::set_permissions(&program, Permissions::from_mode(mode)).expect("root may");
        end_of(&mut build.command(&program), SWITCHES, TIME_LIMIT)
    };
    let plain = ends(false);
    let with_traces = "plain, with traces\n";
    assert_eq!(
        (plain.stdout.as_str(), plain.status.signal()),
        (with_traces, Some(libc::SIGSEGV)),
        "{plain:?}"
    );
    let privileged = ends(true);
    if privileged.stdout == with_traces {
        println!("skipped: programs on this file system get no rights by their mode (nosuid)");
        return;
    }
    assert_eq!(privileged.stdout, "secure, without traces\n");
    privileged.succeeded();
}

/// Neither for a fault nor for what is printed of it. From here on, the kernel ends this process when it tries to.
fn no_file_is_written() {
    forbid_writable_files();
    for case in all_that_come_back().filter(|case| case.name != "truncated_mapping_read") {
        let error = (case.call)().expect_err(case.name);
        assert!(!format!("{error:#}{error:?}").is_empty());
    }
    assert!(!backstop::status().to_string().is_empty());
}

/// What makes or changes entries of directories, or opens connections; besides `openat`, by its flags.
const FORBIDDEN: &[libc::c_long] = &[
    libc::SYS_openat2,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_unlinkat,
    libc::SYS_truncate,
    libc::SYS_socket,
    // riscv64 never had it, and libc names it for x86-64 only.
    #[cfg(target_arch = "x86_64")]
    libc::SYS_renameat,
    #[cfg(target_arch = "aarch64")]
    38,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mknod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rmdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_link,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_symlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
];

fn forbid_writable_files() {
    let statement =
        |code: u32, yes, no, value: u32| libc::sock_filter { code: code as u16, jt: yes, jf: no, k: value };
    let load = |offset| statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, offset);
    let flags_of_openat = (mem::offset_of!(libc::seccomp_data, args) + 2 * size_of::<u64>()) as u32;
    let writing = (libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT) as u32;
    let answer = |action| statement(libc::BPF_RET | libc::BPF_K, 0, 0, action);
    let is = |number, yes, no| statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, yes, no, number as u32);
    let kill = answer(libc::SECCOMP_RET_KILL_PROCESS);
    let mut filter = vec![load(mem::offset_of!(libc::seccomp_data, nr) as u32)];
    filter.extend(FORBIDDEN.iter().flat_map(|&number| [is(number, 0, 1), kill]));
    filter.extend([
        is(libc::SYS_openat, 0, 3),
        load(flags_of_openat),
        statement(libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K, 0, 1, writing),
        kill,
        answer(libc::SECCOMP_RET_ALLOW),
    ]);
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: the kernel copies the filter.
    let answers = unsafe {
        [
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program),
        ]
    };
    assert_eq!(answers, [0, 0], "seccomp");
}
