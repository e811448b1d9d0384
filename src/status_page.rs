//! The status for people.

use crate::{Status, Support};
use std::fmt::{self, Display, Formatter};

/// Several lines, each with a heading of its own; none ends in a newline or in blanks. It reads symbols, as a
/// [`Frame`](crate::Frame) does.
impl Display for Status {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (first, rest) =
            self.problems.split_first().map_or(("none", &[][..]), |(first, rest)| (first, rest));
        write!(f, "{:12}{first}", "problems")?;
        rest.iter().try_for_each(|problem| line(f, "", problem))?;
        line(f, "crashes", crashes(self))?;
        let backtraces = if self.exception_backtraces { "with" } else { "without" };
        line(f, "exceptions", format_args!("caught, {backtraces} backtraces"))?;
        self.signals.iter().try_for_each(|signal| {
            let left_alone = if self.installed && !signal.handled { "; left alone by backstop" } else { "" };
            let previous =
                signal.previous.as_ref().map_or(String::new(), |action| format!("; before it: {action}"));
            let blocked = if signal.blocked { "; blocked on this thread" } else { "" };
            line(f, signal.signal, format_args!("{}{left_alone}{previous}{blocked}", signal.action))
        })?;
        line(f, "thread", thread(self))?;
        line(f, "alt. stack", alternate_stack(self))?;
        line(f, "deadlines", deadlines(self))?;
        domains(self, f)?;
        line(f, "debugger", self.debugger.map_or("none".to_owned(), |process| format!("process {process}")))?;
        line(f, "sanitizers", list(&self.sanitizers))?;
        line(f, "hosts", list(&self.hosts))
    }
}

fn line(f: &mut Formatter<'_>, heading: impl Display, content: impl Display) -> fmt::Result {
    write!(f, "\n{:12}{content}", heading.to_string())
}

fn crashes(status: &Status) -> String {
    let how = if status.can_unwind { "unwound" } else { "jumped over" };
    match (status.support, status.installed) {
        (Support::Faults, true) => format!("caught, and {how}"),
        (Support::Faults, false) => format!("caught, and {how}, from the first guarded call on"),
        (Support::Disabled, _) => "not caught: BACKSTOP_DISABLE is set".to_owned(),
        (Support::Unavailable, _) => "not caught".to_owned(),
    }
}

fn thread(status: &Status) -> String {
    let thread = &status.thread;
    let prepared = if thread.prepared { "" } else { "no guarded call yet, " };
    let stack = match &thread.stack {
        stack if stack.is_empty() => "stack unknown".to_owned(),
        stack => format!("stack {:#x}..{:#x}", stack.start, stack.end),
    };
    format!("{prepared}{} guards running, {stack}", thread.depth)
}

fn alternate_stack(status: &Status) -> String {
    let stack = &status.thread.alternate_stack;
    let whose = if stack.ours { "backstop's" } else { "not backstop's" };
    match stack.size {
        0 => format!("none; {} bytes needed", stack.needed),
        size => format!("{size} bytes, {whose}; {} needed", stack.needed),
    }
}

fn deadlines(status: &Status) -> String {
    match status.deadlines.signal {
        None => "none set so far".to_owned(),
        Some(signal) if status.deadlines.watching => format!("watched, by signal {signal}"),
        Some(signal) => format!("not watched yet, by signal {signal}"),
    }
}

fn domains(status: &Status, f: &mut Formatter<'_>) -> fmt::Result {
    if status.domains.is_empty() {
        return line(f, "domains", "no guarded call yet");
    }
    status.domains.iter().enumerate().try_for_each(|(number, domain)| {
        let heading = if number == 0 { "domains" } else { "" };
        let first =
            domain.first_fault.as_ref().map_or(String::new(), |fault| format!("; first fault: {fault}"));
        line(f, heading, format_args!("{}: {}, {}{first}", domain.name, domain.state, domain.counters))
    })
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
