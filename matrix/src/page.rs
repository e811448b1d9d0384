//! docs/matrix.md: its table follows from the cases and the notes, and its figures are those of the last whole run.

use crate::configuration::{COLUMNS, Configuration};
use crate::notes::NOTES;
use backstop_matrix_cell::cells::Cell;
use backstop_zoo::{CASES, Case, Expected};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::{fs, thread};

/// Of a whole run.
pub struct Figures {
    pub cells: usize,
    pub seconds: u64,
}

const PAGE: &str = "docs/matrix.md";

const ARCHITECTURE: &str = "x86_64";

/// That the table is the one which a whole run would write.
pub fn check() -> Result<(), String> {
    let page = read()?;
    if replaced(&page, "table", &table())? != page {
        return Err(format!(
            "the table of {PAGE} is not that of the cells: run `cargo run -p backstop-matrix -- --all`"
        ));
    }
    Ok(())
}

/// Once all is as expected.
pub fn write(figures: &Figures) -> Result<(), String> {
    if std::env::consts::ARCH != ARCHITECTURE {
        return Err(format!("all is as expected; but {PAGE} is that of {ARCHITECTURE}, and stays as it is"));
    }
    let page = replaced(&read()?, "table", &table())?;
    let page = replaced(&page, "figures", &figures.to_text())?;
    fs::write(path(), page).map_err(|error| format!("{PAGE} can't be written: {error}"))
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(PAGE)
}

fn read() -> Result<String, String> {
    fs::read_to_string(path())
        .map_err(|error| format!("{PAGE} can't be read ({error}): take it from the repository"))
}

/// The page with this between the two comments that name the part.
fn replaced(page: &str, part: &str, text: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- {part}:begin -->\n"), format!("<!-- {part}:end -->"));
    let between = page.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) =
        between.ok_or(format!("{PAGE} has lost its lines {} and {end}: put them back", begin.trim()))?;
    Ok(format!("{before}{begin}\n{text}\n{end}{after}"))
}

fn table() -> String {
    let mut text = String::from("| case | what must come of it |");
    for (compiler, optimisation) in COLUMNS {
        write!(text, " {compiler} {optimisation} |").expect("a string");
    }
    text.push_str("\n| --- | --- |");
    text.push_str(&" --- |".repeat(COLUMNS.len()));
    for case in CASES {
        let mark = mark(case);
        let on = if runs(case) { String::new() } else { format!(" ({})", case.architectures.join(", ")) };
        write!(text, "\n| `{}`{on} | {} |", case.name, in_words(&case.expected)).expect("a string");
        text.push_str(&format!(" {mark} |").repeat(COLUMNS.len()));
    }
    text.push('\n');
    for (index, note) in NOTES.iter().enumerate() {
        write!(text, "\n{}. {}", index + 1, note.text).expect("a string");
    }
    text.push('\n');
    text
}

fn runs(case: &Case) -> bool {
    case.architectures.contains(&ARCHITECTURE)
}

fn mark(case: &Case) -> String {
    let runs = runs(case);
    match NOTES.iter().position(|note| (note.applies)(case)) {
        Some(index) => format!("{} ({})", if runs { "✓" } else { "–" }, index + 1),
        None => {
            assert!(runs, "{} is not run: say why in matrix/src/notes.rs", case.name);
            "✓".to_owned()
        }
    }
}

fn in_words(expected: &Expected) -> String {
    match expected {
        Expected::Success => "it returns".to_owned(),
        Expected::Exception { type_name, .. } => format!("exception `{type_name}`"),
        Expected::Fault(fault) => format!("fault {:?}, `{:?}`", fault.signal, fault.kind),
        Expected::Forwarded { signal, .. } => format!("death by {signal:?}"),
    }
}

impl Figures {
    fn to_text(&self) -> String {
        let Self { cells, seconds } = self;
        let configurations = Configuration::all().count();
        let not_run = Cell::all().count() * configurations - cells;
        format!(
            "{cells} cells in {configurations} configurations, all as expected; {not_run} not run (see the notes). It took \
             {} minutes on {} processors, with the builds, on {}: {}, {}, {}.\n",
            seconds.div_ceil(60),
            thread::available_parallelism().map_or(1, usize::from),
            first_line("date", &["-u", "+%Y-%m-%d"]),
            first_line("rustc", &["--version"]),
            first_line("g++", &["--version"]),
            first_line("clang++-19", &["--version"]),
        )
    }
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").trim().to_owned()
}
