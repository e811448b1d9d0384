//! The program as its users meet it.

use std::process::{Command, Output};

fn grep(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_grep")).args(arguments).output().expect("the program is there")
}

#[track_caller]
fn assert_ends(output: &Output, code: i32, stdout: &str) {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "{output:?}");
}

fn complaints(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned).collect()
}

#[test]
fn a_line_that_overflows_the_stack_is_an_error_for_that_line() {
    let output = grep(&["-n", "ERROR.*timeout", "sample.log"]);
    let found = "\
        3:2026-03-02T08:15:31Z ERROR orders: timeout after 3 retries, giving up\n\
        7:2026-03-02T08:16:02Z ERROR billing: timeout after 1 retry, giving up\n";
    assert_ends(&output, 2, found);
    let [complaint] = &complaints(&output)[..] else { panic!("{output:?}") };
    assert!(complaint.starts_with("grep: sample.log:5: line of 60075 bytes: "), "{complaint}");
    assert!(complaint.contains("Regex::matches: stack overflow"), "{complaint}");
    // The README shows it, from another directory, and with addresses of another run.
    let (shown, _) = complaint.split_once("stack overflow at").expect("it says where");
    let readme = std::fs::read_to_string("../../README.md").expect("it is there");
    assert!(readme.contains(&shown.replace("sample.log", "examples/grep/sample.log")), "{shown}");
}

#[test]
fn a_bad_pattern_is_an_error() {
    let output = grep(&["(", "sample.log"]);
    assert_ends(&output, 2, "");
    let [complaint] = &complaints(&output)[..] else { panic!("{output:?}") };
    assert!(complaint.starts_with("grep: bad pattern `(`: "), "{complaint}");
}

#[test]
fn exit_codes_are_those_of_grep() {
    assert_ends(&grep(&["gateway: listening", "Cargo.toml"]), 1, "");
    assert_ends(&grep(&["^name = \"grep\"$", "Cargo.toml"]), 0, "name = \"grep\"\n");
    assert_ends(&grep(&["-i", "^NAME =", "Cargo.toml"]), 0, "name = \"grep\"\n");
    assert_ends(&grep(&["pattern"]), 2, "");
    assert_ends(&grep(&["-x", "pattern", "Cargo.toml"]), 2, "");
}

#[test]
fn a_file_that_cannot_be_read_does_not_end_the_search() {
    let output = grep(&["^name", "no such file", "src", "Cargo.toml"]);
    assert_ends(&output, 2, "Cargo.toml:name = \"grep\"\n");
    assert_eq!(complaints(&output).len(), 2, "{output:?}");
}
