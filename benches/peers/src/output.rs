//! The files that hold and show the last run.

use crate::results::Results;
use crate::{plot, table};
use std::fs;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- peers:begin -->\n";
const END: &str = "<!-- peers:end -->\n";

/// In `results.json`, from which everything else is made.
pub fn keep(results: &Results) {
    let json = serde_json::to_string_pretty(results).expect("results are plain data");
    put(&beside("results.json"), &format!("{json}\n"));
}

/// Writes `results.md` and `results.svg`.
pub fn show() {
    let results = last_run();
    put(&beside("results.md"), &table::page(&results));
    put(&beside("results.svg"), &plot::svg(&results));
}

/// Writes the README's section.
pub fn show_in_readme() {
    let path = beside("../../README.md");
    put(&path, &with_section(&get(&path), &table::readme_section(&last_run())));
}

/// What `results.json` holds.
fn last_run() -> Results {
    serde_json::from_str(&get(&beside("results.json")))
        .expect("results.json is of another version of this bench: run it without arguments")
}

fn with_section(readme: &str, section: &str) -> String {
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) =
        parts.expect("the README has lost its markers: put `peers:begin` and `peers:end` back");
    format!("{before}{BEGIN}\n{section}\n{END}{after}")
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn get(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} can't be read: {error}", path.display()))
}

fn put(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{} can't be written: {error}", path.display()));
}

#[cfg(test)]
mod tests {
    use super::{beside, get, last_run, with_section};
    use crate::{plot, table};

    const HOW: &str = "generated: change what makes it, and run this with --render";

    #[test]
    fn readme_section_is_that_of_the_last_run() {
        let readme = get(&beside("../../README.md"));
        assert!(readme == with_section(&readme, &table::readme_section(&last_run())), "README.md is {HOW}");
    }

    #[test]
    fn page_and_plot_are_those_of_the_last_run() {
        assert!(get(&beside("results.md")) == table::page(&last_run()), "results.md is {HOW}");
        assert!(get(&beside("results.svg")) == plot::svg(&last_run()), "results.svg is {HOW}");
    }

    #[test]
    fn only_what_stands_between_the_markers_is_replaced() {
        let readme = "before\n<!-- peers:begin -->\nold\n<!-- peers:end -->\nafter\n";
        let expected = "before\n<!-- peers:begin -->\n\nnew\n\n<!-- peers:end -->\nafter\n";
        assert_eq!(with_section(readme, "new\n"), expected);
    }
}
