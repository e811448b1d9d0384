//! What the table says of cases that nobody guards is so.

use backstop_crash_test::{Suite, Test, marker};
use backstop_zoo::{CASES, Case, Native, unguarded};
use std::process::ExitCode;

fn main() -> ExitCode {
    let tests = CASES.iter().map(|case| {
        let reason = format!("only on {}", case.architectures.join(", "));
        native(case).skipped_if(!case.runs_here(), &reason)
    });
    // It would have more said on stderr, and nothing else that is asked for here.
    Suite::new(tests.collect()).without("RUST_BACKTRACE").run()
}

fn native(case: &'static Case) -> Test {
    let name = format!("{} on {}", case.name, case.architectures.join(" "));
    match case.native {
        Native::Returns => Test::in_child(name, || call(case)),
        Native::Dies { signal, message } => Test::new(
            name,
            || call(case),
            move |child| {
                let outcome = child.run();
                outcome.died_by(signal.number());
                outcome.says(message);
                outcome.says_nothing_of("backstop:");
            },
        ),
    }
}

/// As in a program of C++, where Rust doesn't handle stack overflows.
fn call(case: &Case) {
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: the default action wants nothing.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    marker();
    unguarded(case.name);
}
