//! The command line.

use lexopt::prelude::*;
use std::thread;

pub const USAGE: &str = "\
Usage: backstop-matrix [--all | --slice | --check] [--jobs N] [WORD...]

  --all    every cell in every configuration; writes docs/matrix.md if no word is given
  --slice  every cell in the configurations that no other step of .ci/run builds, after --check
  --check  only that the table of docs/matrix.md is the one of the cells and notes in the source
  --jobs N at most N cells at once; by default, as many as there are processors
  WORD     only cells in whose line these occur, such as: gcc LTO smash_stack
";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    All,
    Slice,
    Check,
}

#[derive(Debug, PartialEq)]
pub struct Arguments {
    pub part: Part,
    pub jobs: usize,
    pub words: Vec<String>,
}

impl Arguments {
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let (mut part, mut words) = (None, Vec::new());
        let mut jobs = thread::available_parallelism().map_or(1, usize::from);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("all") => part = Some(Part::All),
                Long("slice") => part = Some(Part::Slice),
                Long("check") => part = Some(Part::Check),
                Long("jobs") => jobs = parser.value()?.parse_with(number_of_jobs)?,
                Value(word) => words.push(word.string()?),
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(Self { part: part.ok_or("say which part: --all, --slice or --check")?, jobs, words })
    }
}

fn number_of_jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("nothing would run: give at least one".to_owned()),
        Ok(jobs) => Ok(jobs),
        Err(error) => Err(format!("{error}")),
    }
}
