//! How faults are recovered: clean or torn, for each of many faults, by compiler and flags. What is expected stands in
//! docs/recovery.md, and this holds the runtime to it.
//!
//! The rows are functions of the program in `recovery/`, which also checks what must hold afterwards. It runs each row
//! in a process of its own for each way back and each place of the guard; which place it is must not matter.

#[path = "support/programs.rs"]
mod programs;

use libtest_mimic::{Arguments, Failed, Trial};
use programs::{Build, Compilers, Outcome, RUNTIME, end_of, source};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_secs(120);

const ROWS: [&str; 5] = ["faults.cc", "destructors.cc", "catches.cc", "library.cc", "stacks.cc"];

const PAGE: &str = "docs/recovery.md";

const OPTIMISATIONS: [&str; 2] = ["-O0", "-O2"];

struct Column {
    title: &'static str,
    trial: &'static str,
    is_clang: bool,
    flags: &'static [&'static str],
}

const COLUMNS: [Column; 3] = [
    Column {
        title: "g++, vouched",
        trial: "gcc_vouched",
        is_clang: false,
        flags: &["-fnon-call-exceptions", "-fasynchronous-unwind-tables", "-DBACKSTOP_VOUCHED"],
    },
    Column { title: "g++", trial: "gcc", is_clang: false, flags: &[] },
    Column { title: "clang++", trial: "clang", is_clang: true, flags: &["-fnon-call-exceptions"] },
];

/// Of the columns.
const VOUCHED: usize = 0;

/// The columns are those of unwinding. Jumping has one more, for it doesn't ask how the code was compiled.
const WAYS: [&str; 2] = ["unwind", "jump"];

const PLACES: [&str; 4] = ["main", "thread", "nested", "callback"];

const SIGNALS: [(&str, i32); 2] = [("SIGSEGV", libc::SIGSEGV), ("SIGABRT", libc::SIGABRT)];

/// What the failed assertion prints is libc's. Nothing else is printed for a fault that is recovered.
const SAYS: (&str, &str) = ("failed_assert", "Assertion `");

/// More objects than this are many: how many, depends on the size of the stack.
const FEW: u32 = 20;

/// Of a row, a way and a column: with each optimisation.
type Cells = BTreeMap<(String, usize, usize), [String; 2]>;

static SEEN: Mutex<Cells> = Mutex::new(Cells::new());

/// Compiled by the first trial that needs it.
type Lazy<T> = Arc<LazyLock<T, Box<dyn FnOnce() -> T + Send>>>;

fn lazy<T>(make: impl FnOnce() -> T + Send + 'static) -> Lazy<T> {
    Arc::new(LazyLock::new(Box::new(make)))
}

fn main() -> ExitCode {
    let page = fs::read_to_string(source(PAGE)).unwrap_or_default();
    let expected = Arc::new(cells_of(&page));
    let gcc = lazy(|| Build::new(Compilers::gcc(), "recovery/gcc", RUNTIME));
    let clang = Compilers::clang().map(|clang| lazy(|| Build::new(clang, "recovery/clang", RUNTIME)));
    let rows = rows();
    let mut trials = Vec::new();
    for (column, Column { trial, is_clang, .. }) in COLUMNS.iter().enumerate() {
        let Some(build) = (if *is_clang { clang.clone() } else { Some(gcc.clone()) }) else { continue };
        for (level, optimisation) in OPTIMISATIONS.iter().enumerate() {
            let build = build.clone();
            let program = lazy(move || compile(&build, column, level));
            trials.extend(rows.iter().map(|(row, _)| {
                let (program, expected, row) = (program.clone(), expected.clone(), row.clone());
                Trial::test(format!("{trial}{optimisation}::{row}"), move || {
                    check(&program, &expected, &row, column, level)
                })
            }));
        }
    }
    trials.extend(trials_on_aarch64(&rows, &expected));
    if !cfg!(target_arch = "x86_64") {
        eprintln!("skipped: the table is that of x86-64");
        return ExitCode::SUCCESS;
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    let seen = SEEN.lock().unwrap();
    if seen.len() < rows.len() * WAYS.len() * COLUMNS.len() || seen.values().flatten().any(String::is_empty) {
        return conclusion.exit_code(); // not all was run
    }
    let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recovery.md");
    let now = page_of(&page, &rows, &seen);
    fs::write(&written, &now).unwrap();
    if now != page {
        eprintln!("{PAGE} differs from what was seen, which is in {}", written.display());
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// The names of all rows and what happens in them, as the sources have it.
fn rows() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for file in ROWS {
        let text = fs::read_to_string(source("tests/recovery").join(file)).unwrap();
        for (at, _) in text.match_indices("\nROW") {
            let (_, arguments) = text[at..].split_once('(').unwrap();
            let (name, rest) = arguments.split_once(',').unwrap();
            let what = rest.replace("\\\"", "\0").split('"').nth(1).unwrap().replace('\0', "\"");
            rows.push((name.to_owned(), what));
        }
    }
    rows
}

fn compile(build: &Build, column: usize, level: usize) -> PathBuf {
    let Column { trial, flags, .. } = &COLUMNS[column];
    let build = build.part(&format!("{trial}{}", OPTIMISATIONS[level]));
    let file = |name: &str| source("tests/recovery").join(name);
    let flags = [flags, &OPTIMISATIONS[level..=level]].concat();
    let mut objects = build.objects(&ROWS.map(file), &flags);
    objects.extend(build.objects(&["main.cc", "foreign.S", "plain.c"].map(file), &["-O2"]));
    objects.extend(build.objects(&[file("cleanup.c")], &["-O2", "-fexceptions"]));
    let without_tables =
        ["-O2", "-fomit-frame-pointer", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-g0"];
    objects.extend(build.objects(&[file("untabled.c")], &without_tables));
    objects.push(build.library(&file("prebuilt.cc"), &["-O2"]));
    build.link(&objects, &[])
}

/// Runs the row in each way and each place.
fn check(program: &Path, expected: &Cells, row: &str, column: usize, level: usize) -> Result<(), Failed> {
    let mut problems = String::new();
    for (way, way_name) in WAYS.iter().enumerate() {
        let key = (row.to_owned(), way, column);
        let expected = expected.get(&key).map_or("", |cell| cell[level].as_str());
        let mut cells = Vec::new();
        for place in PLACES {
            let end = end_of(Command::new(program).args([row, way_name, place]), &[], TIME_LIMIT);
            let (cell, problem) = outcome(row, &end);
            let is_expected = expected.split(" or ").any(|one| one == cell);
            if let Some(problem) = problem.or((!is_expected).then(|| format!("expected: {expected:?}"))) {
                writeln!(problems, "{way_name} {place}: {cell}: {problem}\n{}{}", end.stdout, end.stderr)
                    .unwrap();
            }
            let is_known = expected.split(" or ").any(|one| one == cell) || cells.contains(&cell);
            if !is_known {
                cells.push(cell);
            }
        }
        // What was expected stays as it stands, for one run needn't show all of it.
        let seen = if cells.is_empty() { expected.to_owned() } else { cells.join(" or ") };
        SEEN.lock().unwrap().entry(key).or_default()[level] = seen;
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

/// Where aarch64 differs from the table, on which way. There, calls of what is no code all fault at their target; the
/// stack keeps what the loader left there when it bound a function; and no function that is running when the stack
/// ends is lent more.
const ON_AARCH64: [(&str, [Option<&str>; 2]); 3] = [
    ("noncanonical_call", [Some("torn"), None]),
    ("c_without_tables", [Some(BEYOND), Some(BEYOND)]),
    ("overflow_with_strings", [Some(HEAP_LOCKED), Some(HEAP_LOCKED)]),
];

const BEYOND: &str =
    "torn: 4 left or refused: the stack can't be read to the guard, and what lies there may hold a lock";

const HEAP_LOCKED: &str =
    "refused: the allocator was at work, and may hold its lock: the next allocation would hang";

/// Aarch64 has an answer to a division by zero.
const NO_FAULT_ON_AARCH64: &str = "divide_by_zero";

/// By qemu, whose main thread has a stack that no limit moves: so on a thread, and on no other place.
const PLACE_ON_AARCH64: &str = "thread";

fn trials_on_aarch64(rows: &[(String, String)], expected: &Arc<Cells>) -> Vec<Trial> {
    let Some(compilers) = Compilers::cross("aarch64") else { return Vec::new() };
    let build = lazy(|| Build::new(compilers, "recovery/aarch64", RUNTIME));
    let mut trials = Vec::new();
    for (level, optimisation) in OPTIMISATIONS.iter().enumerate() {
        let program = lazy({
            let build = build.clone();
            move || compile(&build, VOUCHED, level)
        });
        for (row, _) in rows.iter().filter(|(row, _)| row != NO_FAULT_ON_AARCH64) {
            let (build, program, expected, row) =
                (build.clone(), program.clone(), expected.clone(), row.clone());
            trials.push(Trial::test(format!("aarch64_vouched{optimisation}::{row}"), move || {
                check_on_aarch64(&build, &program, &expected, &row, level)
            }));
        }
    }
    trials
}

fn check_on_aarch64(
    build: &Build,
    program: &Path,
    expected: &Cells,
    row: &str,
    level: usize,
) -> Result<(), Failed> {
    for (way, way_name) in WAYS.iter().enumerate() {
        let in_table = expected.get(&(row.to_owned(), way, VOUCHED)).map_or("", |cell| cell[level].as_str());
        let own = ON_AARCH64.iter().find(|(name, _)| *name == row).and_then(|(_, ways)| ways[way]);
        let expected = own.unwrap_or(in_table);
        let mut command = build.command(program);
        let mut end = end_of(command.args([row, way_name, PLACE_ON_AARCH64]), &[], TIME_LIMIT);
        end.stderr = end.stderr.split_inclusive('\n').filter(|line| !line.starts_with("qemu: ")).collect();
        let (cell, problem) = outcome(row, &end);
        let is_expected = expected.split(" or ").any(|one| one == cell);
        if let Some(problem) = problem.or((!is_expected).then(|| format!("expected: {expected:?}"))) {
            return Err(format!("{way_name}: {cell}: {problem}\n{}{}", end.stdout, end.stderr).into());
        }
    }
    Ok(())
}

/// What came of it, as the table has it; and what is wrong with it, whatever was expected.
fn outcome(row: &str, end: &Outcome) -> (String, Option<String>) {
    if let Some(signal) = end.status.signal() {
        let said = end.stderr.trim_end();
        let Some((head, reason)) = said.split_once(" is not recovered: ") else {
            return (format!("dies by {signal}"), Some("without a reason".to_owned()));
        };
        let is_plain = !head.contains('\n') && !reason.contains('\n');
        let name = head.trim_start_matches("backstop: ").split(' ').next();
        let is_original = SIGNALS.iter().any(|(of, number)| Some(*of) == name && *number == signal);
        let problem = (!is_plain || !is_original).then(|| format!("dies by {signal}"));
        return (format!("refused: {reason}"), problem);
    }
    let Some(line) = end.stdout.lines().find_map(|line| line.strip_prefix("result ")) else {
        return ("nothing".to_owned(), Some(end.status.to_string()));
    };
    let fields: BTreeMap<_, _> = line.split(' ').filter_map(|field| field.split_once('=')).collect();
    let number = |name: &str| fields[name].parse::<u32>().unwrap();
    let (outcome, lost) = (fields["outcome"], number("lost"));
    let is_locked = number("locked") != 0;
    let mut rest = Vec::new();
    if lost > 0 {
        rest.push(if lost > FEW { "many left".to_owned() } else { format!("{lost} left") });
    }
    if is_locked {
        rest.push("locked".to_owned());
    }
    if number("second_signal") != 0 {
        rest.push("second fault".to_owned());
    }
    let cell = if rest.is_empty() { outcome.to_owned() } else { format!("{outcome}: {}", rest.join(", ")) };
    let frames_left = ["unvouched", "hopped", "jumped", "truncated"].map(number).iter().sum::<u32>();
    let said = if row == SAYS.0 {
        end.stderr.lines().filter(|line| !line.contains(SAYS.1)).count()
    } else {
        end.stderr.len()
    };
    let problem = match outcome {
        _ if !fields["failures"].is_empty() => Some(format!("failed: {}", fields["failures"])),
        "clean" if lost > 0 || is_locked => Some("clean, but something was left".to_owned()),
        "torn" if frames_left == 0 => Some("torn, and no frame says why".to_owned()),
        "clean" | "torn" => (said > 0).then(|| "something is said on stderr".to_owned()),
        other => Some(other.to_owned()),
    };
    (cell, problem)
}

/// Reads the table.
fn cells_of(page: &str) -> Cells {
    let mut cells = Cells::new();
    for line in page.lines() {
        let fields: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, name, _, columns @ .., _] = &fields[..] else { continue };
        let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) else { continue };
        let [unwinding @ .., jumping] = columns else { continue };
        for column in 0..COLUMNS.len() {
            for (way, cell) in [unwinding.get(column), Some(jumping)].into_iter().enumerate() {
                let cell = cell.copied().unwrap_or_default();
                let (first, second) = cell.split_once(" / ").unwrap_or((cell, cell));
                cells.insert((name.to_owned(), way, column), [first.to_owned(), second.to_owned()]);
            }
        }
    }
    cells
}

/// The page with these cells in its table; what stands around that is kept.
fn page_of(page: &str, rows: &[(String, String)], cells: &Cells) -> String {
    let rows_in_page = page.lines().skip_while(|line| !line.starts_with('|'));
    let after = rows_in_page.skip_while(|line| line.starts_with('|'));
    let titles = COLUMNS.map(|column| column.title).join(" | ");
    let mut text: String =
        page.lines().take_while(|line| !line.starts_with('|')).map(|line| format!("{line}\n")).collect();
    writeln!(text, "| row | what happens | {titles} | jumping |").unwrap();
    writeln!(text, "| --- | --- |{} --- |", " --- |".repeat(COLUMNS.len())).unwrap();
    for (row, what) in rows {
        write!(text, "| `{row}` | {what} |").unwrap();
        for column in 0..COLUMNS.len() {
            let cell = &cells[&(row.clone(), 0, column)];
            write!(text, " {} |", either(cell)).unwrap();
        }
        let jumping = (0..COLUMNS.len()).map(|column| &cells[&(row.clone(), 1, column)]);
        writeln!(text, " {} |", either(jumping.flatten())).unwrap();
    }
    text.extend(after.map(|line| format!("{line}\n")));
    text
}

/// The cells, if they differ.
fn either<'cells>(cells: impl IntoIterator<Item = &'cells String>) -> String {
    let mut cells: Vec<_> = cells.into_iter().map(String::as_str).collect();
    cells.dedup();
    cells.join(" / ")
}
