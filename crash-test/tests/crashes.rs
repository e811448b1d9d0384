//! Crashes of every sort, each ending as it is to.

use backstop_crash_test::{Aftermath, Belongings, Test, allow_core, main as run, marker};
use std::env;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, exit};

fn main() -> ExitCode {
    run(vec![
        Test::dies("fault", libc::SIGSEGV, || {
            marker();
            fault();
        }),
        Test::new("abort", abort, |child| {
            let outcome = child.run();
            outcome.died_by(libc::SIGABRT);
            outcome.says("going down");
            outcome.says_nothing_of("well");
        }),
        Test::new(
            "panic",
            || panic!("in the body"),
            |child| {
                let outcome = child.run();
                outcome.exited_with(101);
                outcome.says("in the body");
            },
        ),
        Test::new("exit", || exit(3), |child| child.run().exited_with(3)),
        Test::in_child("return", || ()),
        Test::new("same twice", || exit(3), |child| child.run().same_as(&child.run())),
        Test::new("environment", environment, |child| {
            child.with("CRASHES", "set").run().succeeded();
            child.with("CRASHES", "set").without("CRASHES").run().exited_with(4);
        }),
        Test::new("files", files, |child| {
            let outcome = child.run();
            outcome.succeeded();
            assert_eq!(
                fs::read_to_string(outcome.directory().join("report")).expect("it is there"),
                "all of it"
            );
        }),
        Test::new("no core", abort, |child| {
            let outcome = child.run();
            assert!(!outcome.status.core_dumped());
            assert_eq!(fs::read_dir(outcome.directory()).expect("it is there").count(), 0);
        }),
        Test::in_child("a core where it is allowed", a_core_where_it_is_allowed),
        Test::in_child("nothing to read", || {
            assert_eq!(io::read_to_string(io::stdin()).expect("it ends"), "")
        }),
        Test::in_child("aftermath", aftermath),
        Test::in_child("belongings", belongings),
        Test::in_child("skipped", || panic!("though it is")).skipped_if(true, "nowhere"),
    ])
}

fn fault() {
    // SAFETY: none: that it faults is the point.
    unsafe { std::ptr::without_provenance_mut::<u8>(8).write_volatile(1) };
}

fn abort() {
    eprintln!("going down");
    marker();
    std::process::abort();
}

fn environment() {
    if env::var("CRASHES").as_deref() != Ok("set") {
        exit(4);
    }
}

fn files() {
    fs::write("report", "all of it").expect("the directory is the child's own");
}

fn core_limit() -> (u64, u64) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: fills the limit.
    unsafe { libc::getrlimit(libc::RLIMIT_CORE, &mut limit) };
    (limit.rlim_cur, limit.rlim_max)
}

fn a_core_where_it_is_allowed() {
    assert!(core_limit().0 <= 1);
    allow_core();
    assert_eq!(core_limit().0, core_limit().1);
}

fn aftermath() {
    set_errno(7);
    let before = Aftermath::now();
    before.assert_unchanged();
    assert_eq!(before, Aftermath::now(), "it has changed something itself");

    let all_but_errno = Aftermath::now().but_errno();
    set_errno(8);
    all_but_errno.assert_unchanged();
    finds("errno", &before);
    set_errno(7);

    // SAFETY: the calls get what they want; nobody needs what they change.
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigaddset(&mut set, libc::SIGUSR1);
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
        finds("blocked signals", &before);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &set, std::ptr::null_mut());

        libc::signal(libc::SIGUSR1, libc::SIG_IGN);
        finds("handlers", &before);
        libc::signal(libc::SIGUSR1, libc::SIG_DFL);

        let mut present = std::mem::zeroed();
        libc::sigaltstack(&NO_STACK, &mut present);
        finds("alternate stack", &before);
        libc::sigaltstack(&present, std::ptr::null_mut());

        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        {
            fesetround(if cfg!(target_arch = "x86_64") { 0x800 } else { 0x40_0000 }); // FE_UPWARD
            finds("floating-point modes", &before);
            fesetround(0);
        }
    }
    let open = fs::File::open("/dev/null").expect("it is there");
    finds("/dev/null", &before);
    drop(open);
    before.assert_unchanged();
}

const NO_STACK: libc::stack_t =
    libc::stack_t { ss_sp: std::ptr::null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 };

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[link(name = "m")]
unsafe extern "C" {
    safe fn fesetround(mode: i32) -> i32;
}

fn finds(what: &str, before: &Aftermath) {
    let found = std::panic::catch_unwind(|| before.assert_unchanged()).expect_err("something has changed");
    let message = found.downcast::<String>().expect("a formatted message");
    assert!(message.contains(what) && message.lines().count() == 2, "{message}");
    set_errno(7); // a panic leaves it anyhow
}

fn set_errno(value: i32) {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() = value };
}

fn belongings() {
    Belongings::now();
    let before = Belongings::now();
    Belongings::now().assert_no_more_than(&before);
    let _kept = vec![1_u8; 1 << 20];
    let found = std::panic::catch_unwind(|| Belongings::now().assert_no_more_than(&before));
    assert!(found.is_err(), "a mebibyte isn't found");
}
