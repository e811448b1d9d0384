use crate::child::{CHILD, Environment};
use crate::run::{as_child, limit_core};
use crate::{Child, Test};
use libtest_mimic::{Arguments, Trial};
use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

/// Much longer than anything takes, for the machine may have other work.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The `main` of a test binary with `harness = false`.
pub fn main(tests: Vec<Test>) -> ExitCode {
    Suite::new(tests).run()
}

/// The tests of a binary, where [`main`] is not enough: with an environment or a time limit for all.
pub struct Suite {
    tests: Vec<Test>,
    environment: Environment,
    time_limit: Duration,
}

impl Suite {
    /// Whose children have the environment of the test binary, and two minutes each.
    pub fn new(tests: Vec<Test>) -> Self {
        Self { tests, environment: Vec::new(), time_limit: TIME_LIMIT }
    }

    /// Sets an environment variable for all children.
    pub fn with(mut self, variable: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((variable.into(), Some(value.into())));
        self
    }

    /// Keeps an environment variable from all children.
    pub fn without(mut self, variable: impl Into<OsString>) -> Self {
        self.environment.push((variable.into(), None));
        self
    }

    /// Sets after how long a child is killed, and its test has failed.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Runs what the command line asks for, which understands what that of `cargo test` does. In a child, runs the body.
    pub fn run(self) -> ExitCode {
        match env::var(CHILD) {
            Ok(name) => self.run_body(&name),
            Err(_) => self.run_tests(),
        }
    }

    fn run_body(self, name: &str) -> ExitCode {
        let test = self.tests.iter().find(|test| test.name == name);
        let test = test
            .unwrap_or_else(|| panic!("no test is named {name:?}: have main list the same tests each time"));
        as_child().expect("a child may lower its limits"); // if somebody else has started it, too
        (test.body)();
        ExitCode::SUCCESS
    }

    fn run_tests(self) -> ExitCode {
        let mut names = HashSet::new();
        let trials = self.tests.into_iter().map(|Test { name, check, is_skipped, .. }| {
            assert!(names.insert(name.clone()), "two tests are named {name:?}: give each a name of its own");
            let child = Child {
                name: name.clone(),
                environment: self.environment.clone(),
                time_limit: self.time_limit,
            };
            Trial::test(name, move || {
                check(&child);
                Ok(())
            })
            .with_ignored_flag(is_skipped)
        });
        libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
    }
}

/// Lets the child leave a core file, as far as that is allowed here. Others leave none.
pub fn allow_core() {
    limit_core(libc::RLIM_INFINITY).expect("up to the hard limit it may be raised");
}
