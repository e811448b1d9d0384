//! Has every case of the zoo called in every way it can be built and called, and writes docs/matrix.md.

mod arguments;
mod configuration;
mod notes;
mod page;
mod run;

use arguments::{Arguments, Part, USAGE};
use backstop_matrix_cell::cells::Cell;
use configuration::Configuration;
use page::Figures;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(lexopt::Parser::from_env()) {
        Ok(arguments) => arguments,
        Err(error) => {
            eprint!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    if arguments.part != Part::All {
        page::check()?;
    }
    let configurations: Vec<Configuration> = match arguments.part {
        Part::All => Configuration::all().collect(),
        Part::Slice => Configuration::slice().collect(),
        Part::Check => Vec::new(),
    };
    let started = Instant::now();
    let (mut run, mut differences) = (0, 0);
    for configuration in configurations {
        let cells = cells_of(configuration, &arguments.words);
        if cells.is_empty() {
            continue;
        }
        let begin = Instant::now();
        let program = configuration.build()?;
        let built = begin.elapsed().as_secs();
        let differing = run::run_all(&program, &cells, arguments.jobs);
        for (cell, difference) in &differing {
            eprintln!("\n{configuration} {}: {difference}", cell.name());
        }
        println!(
            "{configuration}: {} cells, {} not as expected; built in {built} s, run in {} s",
            cells.len(),
            differing.len(),
            begin.elapsed().as_secs() - built
        );
        (run, differences) = (run + cells.len(), differences + differing.len());
    }
    if differences > 0 {
        return Err(format!(
            "{differences} of {run} cells are not as expected: mend them, or explain them in matrix/src/notes.rs"
        ));
    }
    if run == 0 && arguments.part != Part::Check {
        return Err(format!("no cell's name has all of {:?} in it", arguments.words));
    }
    if arguments.part == Part::All && arguments.words.is_empty() {
        page::write(&Figures { cells: run, seconds: started.elapsed().as_secs() })?;
    }
    Ok(())
}

/// Those that can be run here, and in whose line all the words occur.
fn cells_of(configuration: Configuration, words: &[String]) -> Vec<Cell> {
    let is_asked_for = |cell: &Cell| {
        let line = format!("{configuration} {}", cell.name());
        words.iter().all(|word| line.contains(word.as_str()))
    };
    Cell::all().filter(|cell| cell.case.runs_here()).filter(is_asked_for).collect()
}
