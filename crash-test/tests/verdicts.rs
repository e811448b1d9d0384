//! Tests that must fail, and do: a harness that never says no is worth nothing.
//!
//! This binary is run again as the test binary of someone whose tests are all wrong.

use backstop_crash_test::{CHILD, Suite, Test, main as run, marker};
use std::env;
use std::fs;
use std::process::{Command, ExitCode, ExitStatus, abort};
use std::thread;
use std::time::{Duration, Instant};

/// Set for those who are to be wrong, to their time limit in seconds.
const WRONG_ONES: &str = "WRONG_TESTS";

fn main() -> ExitCode {
    if let Ok(time_limit) = env::var(WRONG_ONES) {
        let seconds = time_limit.parse().expect("a number of seconds");
        return Suite::new(wrong_ones()).time_limit(Duration::from_secs(seconds)).run();
    }
    let verdicts = [
        ("another_signal", "expected signal: 11 (SIGSEGV); got signal: 6 (SIGABRT)"),
        ("before_the_marker", "expected an end right after marker()"),
        ("something_after_the_marker", "expected an end right after marker()"),
        ("without_the_message", "expected \"in time\" on stderr"),
        ("with_the_message", "expected nothing of \"too late\" on stderr"),
        ("in_place_of_returning", "expected exit code 0; got signal: 6"),
        ("returns", "expected signal: 6 (SIGABRT); got exit status: 0"),
        ("another_code", "expected exit code 4; got exit status: 101"),
        ("another_end", "expected the same as of"),
        (
            "hangs",
            "no end after 10s, which looks like a deadlock. It said\n---- stdout\nabout to fault\n---- stderr\nwaiting",
        ),
        ("hangs_in_a_hurry", "no end after 1s, which looks like a deadlock. It said nothing"),
    ];
    let mut tests: Vec<Test> = verdicts.into_iter().map(|(name, message)| fails(name, message)).collect();
    for name in ["hangs", "leaves_something_behind"] {
        tests.push(Test::in_child(format!("the rest of a group that {name} is killed"), move || {
            the_rest_is_killed(name)
        }));
    }
    tests.push(Test::new("two of a name are refused", twins, |child| {
        let outcome = child.run();
        outcome.exited_with(101);
        outcome.says("two tests are named \"twin\": give each a name of its own");
    }));
    run(tests)
}

/// Each is wrong about how it ends.
fn wrong_ones() -> Vec<Test> {
    let goes_down = || {
        marker();
        eprintln!("too late");
        abort();
    };
    vec![
        Test::dies("another_signal", libc::SIGSEGV, goes_down),
        Test::dies("before_the_marker", libc::SIGABRT, || abort()),
        Test::dies("something_after_the_marker", libc::SIGABRT, || {
            marker();
            println!("it goes on");
            abort();
        }),
        Test::new("without_the_message", goes_down, |child| child.run().says("in time")),
        Test::new("with_the_message", goes_down, |child| child.run().says_nothing_of("too late")),
        Test::in_child("in_place_of_returning", goes_down),
        Test::dies("returns", libc::SIGABRT, marker),
        Test::new("another_code", || panic!(), |child| child.run().exited_with(4)),
        Test::new(
            "another_end",
            || assert!(env::var_os("END").is_none()),
            |child| child.run().same_as(&child.with("END", "1").run()),
        ),
        Test::in_child("hangs", || {
            marker();
            // Left alone it would outlive its parent.
            let mut sleep = Command::new("sleep").arg("300").spawn().expect("it runs");
            eprintln!("waiting for {}", sleep.id());
            sleep.wait().expect("it can be waited for");
        }),
        Test::in_child("leaves_something_behind", || {
            let shell = Command::new("sh").args(["-c", "sleep 300 & echo waiting for $! >&2"]).status();
            assert!(!shell.expect("it runs").success());
        }),
        Test::new("hangs_in_a_hurry", thread::park, |child| {
            child.time_limit(Duration::from_secs(1)).run();
        }),
    ]
}

/// Runs one of the wrong tests.
fn output_of(name: &str) -> (ExitStatus, String) {
    let output = Command::new(env::current_exe().expect("this binary"))
        .args([name, "--exact"])
        .env(WRONG_ONES, if name == "hangs" { "10" } else { "100" })
        .env_remove(CHILD)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status, said.into_owned())
}

fn fails(name: &'static str, message: &'static str) -> Test {
    Test::in_child(name, move || {
        let (status, said) = output_of(name);
        assert_eq!(status.code(), Some(101), "{said}");
        assert!(said.contains(&format!("test {name} ... FAILED")) && said.contains("1 failed"), "{said}");
        assert!(said.contains(message), "{message:?} is missing: {said}");
    })
}

/// The sleep, that is. Nobody may have asked yet how it ended; then it has no command line any more.
fn the_rest_is_killed(name: &str) {
    let said = output_of(name).1;
    let (_, rest) = said.split_once("waiting for ").expect("it says so");
    let command_line = format!("/proc/{}/cmdline", rest.lines().next().expect("a number"));
    let deadline = Instant::now() + Duration::from_secs(60);
    while fs::read(&command_line).is_ok_and(|text| text.starts_with(b"sleep")) {
        assert!(Instant::now() < deadline, "it sleeps on");
        thread::sleep(Duration::from_millis(20));
    }
}

fn twins() {
    // SAFETY: this process has one thread.
    unsafe { env::remove_var(CHILD) };
    let twin = || Test::in_child("twin", || ());
    run(vec![twin(), twin()]);
}
