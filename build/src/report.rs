//! How a build that can't go on says so.

use backstop_syntax::Problem;
use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::{Files, SimpleFiles};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::{ColorChoice, StandardStream};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process;

pub(crate) enum Failure {
    NoBackstop,
    NotABuildScript(&'static str),
    NoBridge(PathBuf),
    Mistakes { path: PathBuf, source: String, problems: Vec<Problem> },
    UnknownCxx { path: PathBuf, what: String },
    Io { doing: &'static str, path: PathBuf, error: io::Error },
}

impl Failure {
    /// Says what is wrong, and ends the build.
    pub fn exit(&self) -> ! {
        match self {
            Failure::Mistakes { path, source, problems } => show_mistakes(path, source, problems),
            other => show_failure(other),
        }
        process::exit(1);
    }

    fn message(&self) -> String {
        match self {
            Failure::NoBackstop => "this package does not depend on backstop".to_owned(),
            Failure::NotABuildScript(variable) => format!("{variable} is not set"),
            Failure::NoBridge(path) => format!("no bridge in {}", path.display()),
            Failure::Mistakes { path, .. } => format!("mistakes in {}", path.display()),
            Failure::UnknownCxx { path, what } => format!(
                "this version of cxx writes code that backstop_build does not know\n\nin {}:\n{what}",
                path.display()
            ),
            Failure::Io { doing, path, error } => format!("cannot {doing} {}: {error}", path.display()),
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Failure::NoBackstop => {
                "add `backstop` to [dependencies] in Cargo.toml: the C++ half of a bridge needs its headers, and of \
                 [dev-dependencies] Cargo tells build scripts nothing"
            }
            Failure::NotABuildScript(_) => "call backstop_build from build.rs, and let Cargo run that",
            Failure::NoBridge(_) => {
                "write `#[backstop::bridge] mod ffi { ... }`; the attribute is found by that name only"
            }
            Failure::Mistakes { .. } => "see above",
            Failure::UnknownCxx { .. } => {
                "use a newer backstop-build or an older cxx-build; without barriers around calls from C++ into Rust \
                 it would not be safe to go on"
            }
            Failure::Io { .. } => {
                "paths given to `bridge` and `bridges` start at the directory of Cargo.toml"
            }
        }
    }
}

fn show_failure(failure: &Failure) {
    let nowhere: SimpleFiles<&str, &str> = SimpleFiles::new();
    show(&nowhere, &error(&failure.message(), Some(failure.hint())));
}

/// Shows each problem with the lines that it is about.
fn show_mistakes(path: &Path, source: &str, problems: &[Problem]) {
    let mut files = SimpleFiles::new();
    let file = files.add(path.to_string_lossy(), source);
    for problem in problems {
        let label = Label::primary(file, range(source, problem));
        let label = label.with_message(problem.label().unwrap_or_default());
        show(&files, &error(problem.message(), problem.hint()).with_label(label));
    }
}

fn error(message: &str, hint: Option<&str>) -> Diagnostic<usize> {
    let notes = hint.map(|hint| format!("help: {hint}"));
    Diagnostic::error().with_code("backstop").with_message(message).with_notes(notes.into_iter().collect())
}

fn show<'a>(files: &'a impl Files<'a, FileId = usize>, diagnostic: &Diagnostic<usize>) {
    let stderr = StandardStream::stderr(ColorChoice::Auto);
    // If stderr is closed there is nobody to tell.
    let _ = term::emit_to_write_style(&mut stderr.lock(), &term::Config::default(), files, diagnostic);
}

fn range(source: &str, problem: &Problem) -> Range<usize> {
    let (start, end) = (problem.start(), problem.end());
    offset(source, start.line, start.column)..offset(source, end.line, end.column)
}

/// The byte at which a line and column are, or the end of the source if they are nowhere.
fn offset(source: &str, line: usize, column: usize) -> usize {
    let before: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let columns = source[before..].char_indices().map(|(byte, _)| before + byte);
    columns.chain([source.len()]).nth(column).unwrap_or(source.len())
}

#[cfg(test)]
mod tests {
    use super::offset;

    #[test]
    fn columns_are_characters() {
        let source = "ab\n\né x\n";
        assert_eq!(&source[offset(source, 1, 1)..offset(source, 3, 2)], "b\n\né ");
        assert_eq!(offset(source, 9, 9), source.len());
    }
}
