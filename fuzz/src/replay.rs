//! Runs a target without libFuzzer: over the files of a corpus, then over random bytes from a seed.

use lexopt::prelude::*;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// What stands on the command line.
struct Options {
    paths: Vec<PathBuf>,
    random: u32,
    seed: u64,
}

/// The `main` of a target. What a run dies of is left in a file, whose name it says first.
pub fn main(target: &str, run: fn(&[u8])) {
    let options = options().unwrap_or_else(|error| {
        eprintln!("{target}: {error}\nusage: {target} [FILE or FOLDER]... [--random COUNT] [--seed NUMBER]");
        process::exit(2)
    });
    let current = env::temp_dir().join(format!("{target}-{}.input", process::id()));
    eprintln!("{target}: if it dies, then of {}", current.display());
    let run = |input: &[u8]| {
        fs::write(&current, input).unwrap_or_else(|error| panic!("{}: {error}", current.display()));
        run(input);
    };
    let mut count = 0;
    for file in options.paths.iter().flat_map(|path| files(path)) {
        run(&fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
        count += 1;
    }
    let mut random = fastrand::Rng::with_seed(options.seed);
    for _ in 0..options.random {
        let most = 1 << random.usize(3..12); // short ones are read more easily
        let mut input = vec![0; random.usize(1..most)];
        random.fill(&mut input);
        run(&input);
    }
    fs::remove_file(&current).ok();
    eprintln!("{target}: {count} files, {} random inputs: all well", options.random);
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options { paths: Vec::new(), random: 0, seed: 1 };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("random") => options.random = arguments.value()?.parse()?,
            Long("seed") => options.seed = arguments.value()?.parse()?,
            Value(path) => options.paths.push(path.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// Those of a folder in the order of their names, so that each run is the same.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files
}
