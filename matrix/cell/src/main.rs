//! Runs one cell, in the configuration that this is built in: `backstop-matrix-cell 'null_read Unwind Main'`. Ends with
//! exit code 0 if all is as it must be; or by a signal, if that is what must be.

use backstop_matrix_cell::MARKER;
use backstop_matrix_cell::cells::Cell;
use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let name = env::args().nth(1).unwrap_or_default();
    let Some(cell) = Cell::all().find(|cell| cell.name() == name) else {
        eprintln!("no cell of the name {name:?}: give one such as 'null_read Unwind Main'");
        return ExitCode::from(2);
    };
    leave_no_core();
    cell.run(|| println!("{MARKER}"));
    ExitCode::SUCCESS
}

fn leave_no_core() {
    let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the limit is read.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_CORE, &limit) }, 0);
}
