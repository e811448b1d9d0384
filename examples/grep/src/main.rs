//! grep with C++'s `std::regex`: `cargo run -p grep -- [-i] [-n] PATTERN FILE...`
//!
//! libstdc++'s matcher recurses for every byte that it looks at, so a long line overflows the stack; without a guard that
//! is the end of the search. Here it is an error for that line, and the search goes on.

mod regex;

use regex::Regex;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

const USAGE: &str = "usage: grep [-i] [-n] PATTERN FILE...";

struct Arguments {
    pattern: String,
    files: Vec<PathBuf>,
    ignore_case: bool,
    line_numbers: bool,
}

/// What decides the exit code: as grep's, 0 if a line matched, 1 if none did, 2 if anything failed.
#[derive(Default)]
struct Outcome {
    matched: bool,
    failed: bool,
}

fn main() -> ExitCode {
    let arguments = match parse_arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("grep: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // How much a match may recurse is the stack's size. The main thread's depends on where the program is started.
    let search = thread::Builder::new().stack_size(8 << 20).spawn(move || search(&arguments));
    let outcome = search.expect("a thread can be started").join().expect("the search doesn't panic");
    match outcome {
        Outcome { failed: true, .. } => ExitCode::from(2),
        Outcome { matched: true, .. } => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    }
}

fn parse_arguments() -> Result<Arguments, lexopt::Error> {
    use lexopt::prelude::*;
    let (mut ignore_case, mut line_numbers) = (false, false);
    let mut rest = Vec::<OsString>::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('i') => ignore_case = true,
            Short('n') => line_numbers = true,
            Value(value) => rest.push(value),
            other => return Err(other.unexpected()),
        }
    }
    if rest.len() < 2 {
        return Err("a pattern and at least one file are needed".into());
    }
    let files = rest.split_off(1).into_iter().map(PathBuf::from).collect();
    Ok(Arguments { pattern: rest.remove(0).string()?, files, ignore_case, line_numbers })
}

fn search(arguments: &Arguments) -> Outcome {
    let regex = match regex::compile(&arguments.pattern, arguments.ignore_case) {
        Ok(regex) => regex,
        Err(backstop::Error::Exception(e)) => {
            eprintln!("grep: bad pattern `{}`: {}", arguments.pattern, e.what().unwrap_or_default());
            return Outcome { failed: true, ..Outcome::default() };
        }
        Err(error) => {
            eprintln!("grep: the pattern `{}` crashed std::regex: {error}", arguments.pattern);
            return Outcome { failed: true, ..Outcome::default() };
        }
    };
    let mut outcome = Outcome::default();
    for file in &arguments.files {
        if let Err(error) = search_file(&regex, file, arguments, &mut outcome) {
            // Whoever reads our output has enough.
            if error.kind() == io::ErrorKind::BrokenPipe {
                break;
            }
            eprintln!("grep: {}: {error}", file.display());
            outcome.failed = true;
        }
    }
    outcome
}

fn search_file(regex: &Regex, file: &Path, arguments: &Arguments, outcome: &mut Outcome) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let mut reader = BufReader::new(File::open(file)?);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        match regex.matches(text) {
            Ok(false) => {}
            Ok(true) => {
                outcome.matched = true;
                if arguments.files.len() > 1 {
                    write!(output, "{}:", file.display())?;
                }
                if arguments.line_numbers {
                    write!(output, "{number}:")?;
                }
                output.write_all(text)?;
                output.write_all(b"\n")?;
            }
            Err(error) => {
                outcome.failed = true;
                output.flush()?;
                eprintln!("grep: {}:{number}: line of {} bytes: {error}", file.display(), text.len());
            }
        }
    }
    Ok(())
}
