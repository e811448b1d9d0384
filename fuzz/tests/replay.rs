//! Replays the corpus of each target, and random inputs from a fixed seed, without libFuzzer. Each in a process of its own,
//! since a find may be a crash.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

const LIMIT: Duration = Duration::from_secs(300);

fn replay(target: &str, program: &str, corpora: &[&str], random: u32) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(program);
    command.args(corpora.iter().map(|corpus| here.join(corpus))).args([
        "--random",
        &random.to_string(),
        "--seed",
        "1",
    ]);
    let mut child = command.stdin(Stdio::null()).spawn().expect("it was built");
    match child.wait_timeout(LIMIT).expect("it can be waited for") {
        Some(status) => assert!(status.success(), "{target}: {status}"),
        None => {
            child.kill().and_then(|()| child.wait()).expect("it can be killed");
            panic!("{target}: not at its end after {} s", LIMIT.as_secs());
        }
    }
}

#[test]
fn bridge() {
    replay("bridge", env!("CARGO_BIN_EXE_bridge"), &["corpus/bridge"], 200);
}

#[test]
fn source() {
    let corpora = ["../tests/bridge/src/guarded", "../macros/tests/ui"]; // right ones, and wrong ones
    replay("source", env!("CARGO_BIN_EXE_source"), &corpora, 200);
}

#[test]
fn report() {
    replay("report", env!("CARGO_BIN_EXE_report"), &["corpus/report"], 200);
}

#[test]
fn program() {
    replay("program", env!("CARGO_BIN_EXE_program"), &["corpus/program"], 5000);
}
