//! What is made of a bridge compiles, wherever cxx's own compiles: asked of rustc, for many generated bridges at once.

use backstop_fuzz::bridge::{Outcome, definitions, grammar};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BRIDGES: usize = 300;

const MANIFEST: &str = r#"
[package]
name = "generated"
edition = "2024"

[workspace]

[dependencies]
backstop = { path = "ROOT" }
cxx = "1"
"#;

#[test]
fn what_cxx_compiles_does() {
    let pairs = bridges();
    let all: BTreeSet<usize> = (0..pairs.len()).collect();
    let refused = failures(&all, |number| pairs[number][1].clone());
    let compiled: BTreeSet<usize> = all.difference(&refused).copied().collect();
    assert!(compiled.len() >= 20, "cxx compiles only {} of {} bridges", compiled.len(), pairs.len());
    let failed = failures(&compiled, |number| pairs[number][0].clone());
    let shown = failed.first().map(|number| &pairs[*number][0]);
    assert!(failed.is_empty(), "{failed:?} don't compile, such as\n{}", shown.expect("there is one"));
    println!("{} bridges compile", compiled.len());
}

/// With what they need around them, as backstop's and as cxx's.
fn bridges() -> Vec<[String; 2]> {
    let mut random = fastrand::Rng::with_seed(1);
    let generated = (0..BRIDGES).filter_map(|_| {
        let mut bytes = [0; 160];
        random.fill(&mut bytes);
        let accepted = grammar::check(&bytes) == Some(Outcome::Accepted);
        let generated = grammar::generate(&bytes).filter(|_| accepted)?;
        definitions::files(&generated.source)
    });
    generated.collect()
}

/// Those with an error in their file.
fn failures(numbers: &BTreeSet<usize>, source: impl Fn(usize) -> String) -> BTreeSet<usize> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("src")).expect("a folder of cargo's");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a folder of our own");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    write("Cargo.toml", &MANIFEST.replace("ROOT", &here.join("..").display().to_string()));
    fs::copy(here.join("Cargo.lock"), folder.join("Cargo.lock")).expect("cargo has made it");
    let mut root =
        "pub static ELSEWHERE: backstop::Domain = backstop::Domain::new(c\"elsewhere\");\n".to_owned();
    let mut built = "fn main() {\n".to_owned();
    for &number in numbers {
        let source = source(number);
        root += &format!("mod bridge_{number};\n");
        let digests = backstop_syntax::lower_file(&source).expect("it was accepted").digests;
        for digest in digests {
            built += &format!("    println!(\"cargo:rustc-env={digest}=1\");\n");
        }
        write(&format!("src/bridge_{number}.rs"), &source);
    }
    write("src/lib.rs", &root);
    write("build.rs", &(built + "}\n"));
    let check = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--message-format", "short", "--target-dir"])
        .arg(target())
        .current_dir(&folder)
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&check.stderr);
    let failed: BTreeSet<usize> =
        text.lines().filter(|line| line.contains(": error")).filter_map(number_of).collect();
    assert!(check.status.success() || !failed.is_empty(), "{text}");
    text.lines().filter(|line| line.contains(": error")).for_each(|line| println!("{line}"));
    failed
}

fn number_of(line: &str) -> Option<usize> {
    let (_, rest) = line.split_once("src/bridge_")?;
    rest.split('.').next()?.parse().ok()
}

/// That of this build, where backstop has been compiled.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is cargo's tmp").to_owned()
}
