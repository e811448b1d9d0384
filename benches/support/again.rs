//! A second run of a bench, for what each process decides but once.

use std::env;
use std::process::Command;

/// Runs this program again, with the same arguments and with this in its environment.
pub fn run_again(variable: &str) {
    let program = env::current_exe().expect("the kernel knows what this program is");
    let status = Command::new(program).args(env::args_os().skip(1)).env(variable, "1").status();
    let status = status.expect("it was started before");
    assert!(status.success(), "the second run, with {variable}=1, ended by {status}: see what it says");
}
