//! FEATURES.md names tests that are there, and leaves no file out.

use std::fs;
use std::path::Path;

#[test]
fn the_list_is_true() {
    let list = include_str!("../FEATURES.md");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guarded");
    let source = |module: &str| fs::read_to_string(folder.join(module).with_extension("rs"));
    let rows = list.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once(" | "));
    for (module, test) in
        rows.flat_map(|(_, tests)| tests.split('`')).filter_map(|name| name.split_once("::"))
    {
        let source = source(module).unwrap_or_else(|error| panic!("{module}: {error}"));
        assert!(source.contains(&format!("    fn {test}() {{")), "no test {module}::{test}");
    }
    for file in fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("the folder can be read").path();
        let module = path.file_stem().and_then(|stem| stem.to_str()).expect("it is text");
        let is_named = list.contains(&format!("`{module}::")) || list.contains(&format!("`{module}.rs`"));
        assert!(is_named, "FEATURES.md says nothing of {module}.rs");
    }
}
