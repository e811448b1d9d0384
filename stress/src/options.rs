//! What the command line asks for.

use lexopt::prelude::*;
use std::time::Duration;

pub const USAGE: &str = "\
usage: backstop-stress [--seconds N] [--seed N] [--threads N] [--thread T] [--from K] [--only NAME]
                       [--keep]

  --seconds N   how long (60)
  --seed N      what everything is drawn from (1)
  --threads N   how many threads work (4)
  --thread T    only this one of them
  --from K      it begins with its operation number K (0)
  --only NAME   of all operations only those of this name
  --keep        what hangs is left as it is, for a debugger, and what dies may leave a core file";

pub const COMMAND: &str = "cargo run --release -p backstop-stress --";

/// The threads that the board has room for.
pub const MOST_THREADS: usize = 64;

#[derive(Clone, Debug)]
pub struct Options {
    pub duration: Duration,
    pub seed: u64,
    pub threads: usize,
    pub thread: Option<usize>,
    pub from: u64,
    pub only: Option<String>,
    pub keep: bool,
}

impl Options {
    /// `None`: it asked for help.
    pub fn from_arguments() -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self {
            duration: Duration::from_secs(60),
            seed: 1,
            threads: 4,
            thread: None,
            from: 0,
            only: None,
            keep: false,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("seconds") => options.duration = Duration::from_secs(arguments.value()?.parse()?),
                Long("seed") => options.seed = arguments.value()?.parse()?,
                Long("threads") => options.threads = arguments.value()?.parse_with(number_of_threads)?,
                Long("thread") => options.thread = Some(arguments.value()?.parse()?),
                Long("from") => options.from = arguments.value()?.parse()?,
                Long("only") => options.only = Some(arguments.value()?.parse_with(name_of_operation)?),
                Long("keep") => options.keep = true,
                Short('h') | Long("help") => return Ok(None),
                _ => return Err(argument.unexpected()),
            }
        }
        if let Some(thread) = options.thread {
            options.threads = options.threads.max(thread.saturating_add(1));
            number_of_threads(&options.threads.to_string())?;
        }
        Ok(Some(options))
    }

    /// How to have this operation, and those after it, once more.
    pub fn replay(&self, lane: usize, number: u64) -> String {
        let (seed, seconds) = (self.seed, self.duration.as_secs());
        // Which operation a number is of depends on it.
        let only = self.only.as_ref().map(|name| format!(" --only {name}")).unwrap_or_default();
        format!("again: {COMMAND} --seed {seed} --seconds {seconds}{only} --thread {lane} --from {number}")
    }

    /// The threads that are to work.
    pub fn lanes(&self) -> impl Iterator<Item = usize> + use<> {
        let chosen = self.thread;
        (0..self.threads).filter(move |&lane| chosen.is_none_or(|thread| thread == lane))
    }
}

fn number_of_threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..=MOST_THREADS) => Ok(threads),
        _ => Err(format!("1 to {MOST_THREADS} threads can work")),
    }
}

fn name_of_operation(text: &str) -> Result<String, String> {
    let mut names = crate::operations::ALL.iter().map(|operation| operation.name);
    if names.any(|name| name == text) {
        return Ok(text.to_owned());
    }
    let names: Vec<_> = crate::operations::ALL.iter().map(|operation| operation.name).collect();
    Err(format!("the operations are {}", names.join(", ")))
}
