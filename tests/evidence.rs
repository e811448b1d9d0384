//! docs/how-we-know.md is true: every test that it names is there, and every number has its line and its test.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../docs/how-we-know.md");

/// How far from its name a test may carry its number, in lines.
const NEAR: usize = 12;

#[test]
fn every_test_is_there() {
    let references: Vec<_> = PAGE.lines().flat_map(references).collect();
    assert!(
        references.len() > 120,
        "only {} tests are named: this one no longer finds them",
        references.len()
    );
    let missing: Vec<_> = references.iter().filter(|(file, name)| !source(file).contains(name)).collect();
    assert!(missing.is_empty(), "not in these files: {missing:#?}");
}

#[test]
fn every_number_has_its_test() {
    let traps = (1..=28)
        .map(|trap| format!("trap {trap}"))
        .chain("abcd".chars().map(|letter| format!("trap 13{letter}")));
    let peers = [('L', 16), ('B', 29), ('G', 6), ('X', 11)];
    let behaviours =
        peers.iter().flat_map(|(peer, count)| (1..=*count).map(move |number| format!("{peer}{number}")));
    let expected: BTreeSet<_> = traps.chain(behaviours).collect();
    let lines: Vec<_> = PAGE.lines().filter_map(numbered).collect();
    assert_eq!(lines.iter().map(|(number, _)| (*number).to_owned()).collect::<BTreeSet<_>>(), expected);
    for (number, line) in lines {
        let is_reasoned =
            line.contains("| doesn't apply: ") || (line.contains("| none: ") && number == "trap 13");
        let carries = references(line).iter().any(|(file, name)| carries(&source(file), name, number));
        assert!(is_reasoned || carries, "no test near what this names carries the number: {line}");
    }
}

/// The number that a line of a table begins with.
fn numbered(line: &str) -> Option<(&str, &str)> {
    let (number, _) = line.strip_prefix("| ")?.split_once(": ")?;
    let is_number = number.starts_with("trap ") || number[1..].parse::<u32>().is_ok();
    is_number.then_some((number, line))
}

/// What it names as `file::test`.
fn references(line: &str) -> Vec<(&str, &str)> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.split_once("::"))
        .filter(|(file, _)| file.contains('/'))
        .collect()
}

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether the number stands near the name. (The name may be the number.)
fn carries(source: &str, name: &str, number: &str) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    let is_word = |line: &str| {
        line.match_indices(number)
            .any(|(at, _)| !line[at + number.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let named = lines.iter().enumerate().filter(|(_, line)| line.contains(name)).map(|(at, _)| at);
    named
        .into_iter()
        .any(|at| lines[at.saturating_sub(NEAR)..lines.len().min(at + NEAR)].iter().any(|line| is_word(line)))
}
