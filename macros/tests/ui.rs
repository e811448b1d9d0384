//! What the macro says to those who get it wrong: one rule a file, named after the rule.

use std::path::Path;
use std::{env, fs};

#[test]
fn messages() {
    announce_all(Path::new("tests/ui"));
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// As if a build script had seen the bridges, or each file would also be told to have one.
fn announce_all(folder: &Path) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("not_built.rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("it was just listed");
        for digest in backstop_syntax::lower_file(&source).into_iter().flat_map(|file| file.digests) {
            // SAFETY: this process has no other thread that looks at its environment.
            unsafe { env::set_var(digest, "1") };
        }
    }
}
