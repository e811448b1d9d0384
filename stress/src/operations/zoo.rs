//! Every misbehaviour of the zoo that is recovered.

use super::{Checked, Context};
use crate::tally::Tally;
use backstop::{FaultKind, Signal};
use backstop_zoo::{CASES, Case, Expected};
use std::sync::LazyLock;

pub static TALLY: Tally = Tally::new(&backstop_zoo::DOMAIN);

/// Not here, and why.
const LEFT_OUT: &[&str] = &[
    "bad_system_call",           // leaves a filter on the thread: at the end of some in `threads`
    "crash_while_unwinding",     // the exception that was on its way is never freed
    "double_free",               // found in the thread's cache of blocks, unless that happens to be full
    "drop_joinable_thread",      // the thread's stack is never freed
    "throw_crashing_destructor", // the domain counts that fault, too, which comes when the error is dropped
    "throw_from_destructor",     // as crash_while_unwinding
];

const OVERFLOWS: [FaultKind; 2] = [FaultKind::StackOverflow, FaultKind::ProbableStackOverflow];

static RECOVERED: LazyLock<Vec<&Case>> = LazyLock::new(|| {
    let is_recovered = |case: &&Case| {
        let dies = matches!(case.expected, Expected::Forwarded { .. });
        case.runs_here() && !dies && !LEFT_OUT.contains(&case.name)
    };
    CASES.iter().filter(is_recovered).collect()
});

pub fn run(context: &mut Context) -> Checked {
    let case = *context.random.choice(RECOVERED.iter()).expect("there are some");
    call(case, context)
}

/// Leaves a filter on the thread.
pub fn fail_system_call(context: &mut Context) -> Checked {
    call(CASES.iter().find(|case| case.name == "bad_system_call").expect("the zoo has it"), context)
}

fn call(case: &'static Case, context: &mut Context) -> Checked {
    context.step(&case.name);
    let aborts = matches!(case.expected, Expected::Fault(fault) if fault.signal == Signal::SIGABRT);
    let overflows = matches!(case.expected, Expected::Fault(fault) if OVERFLOWS.contains(&fault.kind));
    let _peace = if overflows { context.peace() } else { None };
    let _alone = aborts.then(|| context.aborts_alone());
    case.expected
        .check(&TALLY.count((case.call)()))
        .map_err(|difference| format!("{}: {difference}", case.name))
}
