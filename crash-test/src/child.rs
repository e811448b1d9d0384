use crate::{Outcome, outcome_of};
use std::env;
use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

/// The environment variable that names the test whose body a child runs: for what starts children by itself.
pub const CHILD: &str = "BACKSTOP_CRASH_TEST_CHILD";

/// Variables with what they are set to; `None`: they are removed. The last word counts.
pub(crate) type Environment = Vec<(OsString, Option<OsString>)>;

/// The child process of a test, to be run as often as its check likes.
#[derive(Clone, Debug)]
pub struct Child {
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) time_limit: Duration,
}

impl Child {
    /// The same with an environment variable set.
    #[must_use]
    pub fn with(&self, variable: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.in_environment(variable.into(), Some(value.into()))
    }

    /// The same without an environment variable.
    #[must_use]
    pub fn without(&self, variable: impl Into<OsString>) -> Self {
        self.in_environment(variable.into(), None)
    }

    /// The same with another time limit.
    #[must_use]
    pub fn time_limit(&self, limit: Duration) -> Self {
        Self { time_limit: limit, ..self.clone() }
    }

    fn in_environment(&self, variable: OsString, value: Option<OsString>) -> Self {
        let mut child = self.clone();
        child.environment.push((variable, value));
        child
    }

    /// Runs the test binary again, which runs the test's body, to its end: see [`outcome_of`].
    ///
    /// # Panics
    ///
    /// If the time limit is over.
    #[track_caller]
    pub fn run(&self) -> Outcome {
        let mut command = Command::new(env::current_exe().expect("this test binary"));
        for (variable, value) in &self.environment {
            match value {
                Some(value) => command.env(variable, value),
                None => command.env_remove(variable),
            };
        }
        let outcome = outcome_of(command.env(CHILD, &self.name), self.time_limit);
        outcome.unwrap_or_else(|overdue| panic!("{overdue}"))
    }
}
