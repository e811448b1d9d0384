//! Everything that guards promise, at once, on several threads, for as long as asked, with what they must keep checked
//! all along: docs/stress.md has how to use it.

mod belongings;
mod board;
mod noise;
mod operations;
mod options;
mod random;
mod run;
mod tally;
mod thread;
mod watch;

use board::Board;
use options::{Options, USAGE};
use std::process::ExitCode;

fn main() -> ExitCode {
    match Options::from_arguments() {
        Ok(Some(options)) => {
            let board = Board::shared();
            watch::watch(&options, board, || run::run(&options, board))
        }
        Ok(None) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
