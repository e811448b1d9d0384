//! The command line.

use lexopt::prelude::*;

pub const USAGE: &str = "\
Usage: backstop-matrix [--all | --slice | --check] [WORD...]

  --all    every cell in every configuration; writes docs/matrix.md if no word is given
  --slice  every cell in the configurations that no other step of .ci/run builds, after --check
  --check  only that the table of docs/matrix.md is the one of the cells and notes in the source
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
    pub words: Vec<String>,
}

impl Arguments {
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let (mut part, mut words) = (None, Vec::new());
        while let Some(argument) = parser.next()? {
            match argument {
                Long("all") => part = Some(Part::All),
                Long("slice") => part = Some(Part::Slice),
                Long("check") => part = Some(Part::Check),
                Value(word) => words.push(word.string()?),
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(Self { part: part.ok_or("say which part: --all, --slice or --check")?, words })
    }
}
