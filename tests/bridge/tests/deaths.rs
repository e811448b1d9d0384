//! What ends the process with plain cxx still ends it, also beside guards and under them.
//!
//! Each test runs in a child: this binary again, for that test alone, with a variable set.

use backstop_bridge_tests::Mood;
use std::env;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, exit};
use std::time::Duration;
use wait_timeout::ChildExt;

const CHILD: &str = "BACKSTOP_BRIDGE_TESTS_CHILD";
const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;

/// Runs the body in a child, which is to die by the signal with all of these on stderr.
fn dies(test: &str, signal: i32, texts: &[&str], body: impl FnOnce()) {
    if env::var_os(CHILD).is_some() {
        body();
        exit(0);
    }
    let mut stderr = tempfile::tempfile().expect("a file for the child's stderr");
    let clone = |file: &File| file.try_clone().expect("a second handle");
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -c 0; exec \"$@\"", "sh"])
        .arg(env::current_exe().expect("this binary has a path"))
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .env("RUST_BACKTRACE", "0")
        .stdout(clone(&stderr))
        .stderr(clone(&stderr))
        .spawn()
        .expect("sh runs");
    let status =
        child.wait_timeout(Duration::from_secs(120)).expect("it can be waited for").unwrap_or_else(|| {
            child.kill().expect("it still runs");
            panic!("{test} hangs");
        });
    let mut text = String::new();
    stderr.rewind().expect("a file can be rewound");
    stderr.read_to_string(&mut text).expect("it is text");
    assert_eq!(status.signal(), Some(signal), "{status}\n{text}");
    for expected in texts {
        assert!(text.contains(expected), "no `{expected}` in:\n{text}");
    }
}

macro_rules! on_both_sides {
    ($($(#[$meta:meta])* fn $name:ident dies by $signal:ident saying $texts:tt $body:block)*) => {
        on_both_sides!(side guarded: $($(#[$meta])* $name $signal $texts $body)*);
        on_both_sides!(side plain: $($(#[$meta])* $name $signal $texts $body)*);
    };
    (side $side:ident: $($(#[$meta:meta])* $name:ident $signal:ident $texts:tt $body:block)*) => {
        mod $side {
            use super::{Mood, SIGABRT, SIGSEGV, dies};
            use backstop_bridge_tests::$side::*;

            $(
                #[test]
                $(#[$meta])*
                fn $name() {
                    let test = concat!(stringify!($side), "::", stringify!($name));
                    dies(test, $signal, &$texts, || $body);
                }
            )*
        }
    };
}

on_both_sides! {
    // X7
    fn panic_in_a_callback_without_a_guard dies by SIGABRT saying ["a panic in Rust"] {
        callbacks::ffi::explode_without_guard();
    }

    fn fault_in_a_callback dies by SIGSEGV saying [] {
        let _ = callbacks::ffi::call_crash();
    }

    fn fault_in_a_callback_of_a_bridge_of_cxx dies by SIGSEGV saying [] {
        let _ = callbacks::ffi::call_crash_of_cxx();
    }

    fn fault_in_a_function_pointer dies by SIGSEGV saying [] {
        // SAFETY: there is none: this is to crash.
        let _ = function_pointers::ffi::run(|| unsafe { std::ptr::null_mut::<i32>().write_volatile(1) });
    }

    // X8
    fn exception_without_result dies by SIGABRT saying ["terminate called", "logic error"] {
        exceptions::ffi::fail_without_result();
    }

    fn exception_that_cxx_does_not_catch dies by SIGABRT saying ["terminate called"] {
        let _ = exceptions::ffi::throw_int_without_guard();
    }

    fn fault_without_a_guard dies by SIGSEGV saying [] {
        Mood::Faulting.set();
        let _ = mixed::ffi::two();
    }

    fn fault_in_a_bridge_without_guards dies by SIGSEGV saying [] {
        Mood::Faulting.set();
        let _ = no_guards::ffi::make(1);
    }

    fn fault_in_a_bridge_of_cxx dies by SIGSEGV saying [] {
        Mood::Faulting.set();
        let _ = several::of_cxx::third();
    }

    fn fault_without_a_guard_after_one_with dies by SIGSEGV saying [] {
        Mood::Throwing.set();
        assert!(mixed::ffi::one().is_err());
        Mood::Faulting.set();
        let _ = mixed::ffi::two();
    }
}

// X7. Out of a guard it comes as an error: see beyond.rs.
#[test]
fn panic_in_a_callback_without_guards() {
    let texts = ["a panic in Rust", "::explode, aborting"];
    dies("panic_in_a_callback_without_guards", SIGABRT, &texts, || {
        let _ = backstop_bridge_tests::plain::callbacks::ffi::call_explode();
    });
}

#[test]
fn guarded_callbacks_are_named() {
    if backstop::support() != backstop::Support::Faults {
        return; // nobody looks
    }
    let names = |callback: &str| [callback.to_owned(), "is not recovered".to_owned()];
    let crash = names("callbacks::crash");
    dies("guarded_callbacks_are_named", SIGSEGV, &crash.each_ref().map(|text| &**text), || {
        let _ = backstop_bridge_tests::guarded::callbacks::ffi::call_crash();
    });
}
