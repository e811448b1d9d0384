//! What a fault says when asked for more than a line.

use crate::text::Printable;
use crate::{Access, Deadline, Exception, Fault};
use std::fmt;

/// What an exception is, on one line. With `#`, where it was thrown, too.
pub(crate) fn write_exception(exception: &Exception, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}: {}", exception.site(), Printable(exception.type_name()))?;
    if let Some(what) = exception.what() {
        write!(f, ": {}", Printable(what))?;
    }
    match exception.backtrace().filter(|_| f.alternate()) {
        Some(backtrace) => section(f, "thrown from", format_args!("\n{backtrace}")),
        None => Ok(()),
    }
}

/// The line of the fault, and under it all that is known of it. No newline at the end.
pub(crate) fn write_report(fault: &Fault, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&fault.line())?;
    section(f, "recovery", fault.recovery())?;
    section(f, "thread", thread(fault))?;
    section(f, "registers", format_args!("\n{}", fault.register_values()))?;
    section(f, "backtrace", format_args!("\n{}", fault.backtrace()))
}

/// What is known of a call that was interrupted at its deadline, under its line.
pub(crate) fn write_interruption(deadline: &Deadline, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let (Some(recovery), Some(backtrace)) = (deadline.recovery(), deadline.backtrace()) {
        section(f, "recovery", recovery)?;
        section(f, "backtrace", format_args!("\n{backtrace}"))?;
    }
    Ok(())
}

/// Its first line stands beside the heading. Nothing if there is no content.
fn section(f: &mut fmt::Formatter<'_>, heading: &str, content: impl fmt::Display) -> fmt::Result {
    let content = content.to_string();
    if content.trim().is_empty() {
        return Ok(());
    }
    write!(f, "\n  {heading}:")?;
    let (first, rest) = content.split_once('\n').unwrap_or((&content, ""));
    if !first.is_empty() {
        write!(f, " {first}")?;
    }
    rest.lines().try_for_each(|line| write!(f, "\n    {line}"))
}

fn thread(fault: &Fault) -> String {
    let mut text = fault.thread_id().to_string();
    if let Some(name) = fault.thread_name() {
        text += &format!(" `{}`", Printable(name));
    }
    let stack = fault.stack();
    if !stack.is_empty() {
        text += &format!(", stack {:#x}..{:#x}", stack.start, stack.end);
    }
    text += &format!(", stack pointer {:#x}", fault.stack_pointer());
    match fault.access() {
        Access::Unknown => {}
        Access::Read => text += ", reading",
        Access::Write => text += ", writing",
        Access::Execute => text += ", executing",
    }
    if let Some(number) = fault.system_call() {
        text += &format!(", system call {number}");
    }
    text
}
