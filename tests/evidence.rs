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
    let is_there = |file, name| source(file).lines().any(|line| defines(line, name));
    let missing: Vec<_> = references.iter().filter(|(file, name)| !is_there(file, name)).collect();
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

/// Whether the line has the function or the test of that name. Others may well contain the name, as a word, after the
/// test was deleted.
fn defines(line: &str, name: &str) -> bool {
    let is_comment = ["//", "/*", "* "].iter().any(|start| line.trim_start().starts_with(start));
    !is_comment && places(line, name).any(|(before, after)| is_definition(before, after))
}

fn is_definition(before: &str, after: &str) -> bool {
    let is_quoted = |quote| before.ends_with(quote) && after.starts_with(quote);
    let is_in_rust = before.ends_with("fn ");
    let is_case = before.ends_with("CASE(") && after.starts_with(')');
    let is_named_by_text = is_quoted('"') || is_quoted('\'');
    let is_in_c = before.starts_with(char::is_alphabetic) && after.starts_with('(') && after.ends_with('{');
    let is_row_of_the_zoo = before == "    " && after.starts_with(' ') && after.contains("=> ");
    let is_rule_of_make = before.is_empty() && after.starts_with(':');
    is_in_rust || is_case || is_named_by_text || is_in_c || is_row_of_the_zoo || is_rule_of_make
}

/// Where the line has it as a word of its own: what is before, and what after.
fn places<'a>(line: &'a str, word: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word)
        .map(|(at, found)| (&line[..at], &line[at + found.len()..]))
        .filter(move |(before, after)| !before.ends_with(is_part) && !after.starts_with(is_part))
}

/// Whether the number stands near the name: where that is defined, or in a list of tests or of calls.
fn carries(source: &str, name: &str, number: &str) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    let near = |at: usize| &lines[at.saturating_sub(NEAR)..lines.len().min(at + NEAR)];
    let has = |line: &str, word| places(line, word).next().is_some();
    (0..lines.len())
        .filter(|&at| has(lines[at], name))
        .any(|at| near(at).iter().any(|line| has(line, number)))
}
