//! What ends the process with plain cxx still ends it, also beside guards and under them.

use backstop_bridge_tests::{Mood, guarded as with_guards, plain as without};
use backstop_crash_test::{Test, main as run, marker};
use std::process::ExitCode;

const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;

fn main() -> ExitCode {
    let mut tests = guarded::tests();
    tests.extend(plain::tests());
    tests.push(panic_in_a_callback_without_guards());
    tests.push(guarded_callbacks_are_named());
    run(tests)
}

/// The body is to die by the signal with all of these on stderr.
fn dies(name: &str, signal: i32, texts: &'static [&'static str], body: fn()) -> Test {
    let body = move || {
        marker();
        body();
    };
    Test::new(name, body, move |child| {
        let outcome = child.with("RUST_BACKTRACE", "0").run();
        outcome.died_by(signal);
        texts.iter().for_each(|text| outcome.says(text));
    })
}

macro_rules! on_both_sides {
    ($(fn $name:ident dies by $signal:ident saying $texts:tt $body:block)*) => {
        on_both_sides!(side guarded: $($name $signal $texts $body)*);
        on_both_sides!(side plain: $($name $signal $texts $body)*);
    };
    (side $side:ident: $($name:ident $signal:ident $texts:tt $body:block)*) => {
        mod $side {
            use super::{Mood, SIGABRT, SIGSEGV, Test, dies};
            use backstop_bridge_tests::$side::*;

            pub fn tests() -> Vec<Test> {
                vec![$(dies(concat!(stringify!($side), "::", stringify!($name)), $signal, &$texts, || $body),)*]
            }
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
fn panic_in_a_callback_without_guards() -> Test {
    let texts = &["a panic in Rust", "::explode, aborting"];
    dies("panic_in_a_callback_without_guards", SIGABRT, texts, || {
        let _ = without::callbacks::ffi::call_explode();
    })
}

fn guarded_callbacks_are_named() -> Test {
    let texts = &["callbacks::crash", "is not recovered"];
    let test = dies("guarded_callbacks_are_named", SIGSEGV, texts, || {
        let _ = with_guards::callbacks::ffi::call_crash();
    });
    test.skipped_if(backstop::support() != backstop::Support::Faults, "nobody looks")
}
