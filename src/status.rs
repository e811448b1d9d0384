use crate::problems::problems;
use crate::symbol::symbols_at;
use crate::text::Printable;
use crate::{Counters, Domain, DomainState, Signal, Support, domains, support, sys};
use std::ffi::c_char;
use std::fmt;
use std::ops::Range;

/// How things stand for crashes, in the process and on the thread that asks: what [`status`] answers.
///
/// Shown, it is a page for people, with what they should do something about first:
///
/// ```text
/// problems    SIGBUS: `on_bus in libfoo.so` is on top of backstop's handler, and faults come to it first: ...
/// crashes     caught, and unwound
/// exceptions  caught, without backtraces
/// SIGSEGV     backstop in app; before it: std::sys::pal::unix::stack_overflow::imp::signal_handler in app
/// SIGBUS      on_bus in libfoo.so; before it: default action
/// ...
/// ```
///
/// With the feature `serde` it can be serialised: its fields have their own names, durations and sizes are numbers, and
/// signals go by name. `docs/operations.md` shows the JSON.
#[derive(Clone, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// What somebody should do something about: each says what, and how. Empty if all is well.
    pub problems: Vec<String>,
    /// What guards catch.
    pub support: Support,
    /// Whether the handlers are there: since [`install`](crate::install()), or the first guarded call.
    pub installed: bool,
    /// Whether guards are entered by `sigsetjmp`: as the feature `portable-entry` has it, or for want of another way.
    pub portable_entry: bool,
    /// Whether faults are unwound here; otherwise they are recovered by jumps.
    pub can_unwind: bool,
    /// Whether exceptions have backtraces.
    pub exception_backtraces: bool,
    /// Each signal that can be handled. Empty where faults aren't supported at all.
    pub signals: Vec<SignalStatus>,
    /// The thread that asks.
    pub thread: ThreadStatus,
    /// How calls that overrun are interrupted.
    pub deadlines: DeadlineStatus,
    /// All [`domains`](crate::domains).
    pub domains: Vec<DomainStatus>,
    /// The process that traces this one, a debugger as a rule: signals come to it first.
    pub debugger: Option<i32>,
    /// The sanitizers in this process, such as `address`.
    pub sanitizers: Vec<String>,
    /// Runtimes with signal handlers of their own in this process: `Go`, `Java`, `Python`, `Node`.
    pub hosts: Vec<String>,
}

/// A signal, and who handles it.
#[derive(Clone, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SignalStatus {
    /// The signal.
    pub signal: Signal,
    /// Whether backstop has installed its handler for it.
    pub handled: bool,
    /// Whether that is the one in force: a fault comes to it first.
    pub on_top: bool,
    /// Whether this thread blocks it: a fault then ends the process.
    pub blocked: bool,
    /// What is in force.
    pub action: SignalAction,
    /// What was there before backstop, which gets what backstop doesn't recover. `None` if it isn't handled.
    pub previous: Option<SignalAction>,
}

/// What is done about a signal.
///
/// Shown, it is the name; for a function that the loader has no symbol for, that of the debug information, as far as
/// there is some.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SignalAction {
    /// The handler; 0 for the default action, 1 if the signal is ignored.
    pub address: usize,
    /// `f in libfoo.so`, or `libfoo.so+0x1234` where the loader knows no symbol, or `backstop in app` for backstop's own,
    /// or `default action`, or `ignored`. Empty if no module has the handler. Up to 95 bytes.
    pub name: String,
}

/// A thread, as far as crashes on it are concerned.
#[derive(Clone, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ThreadStatus {
    /// Whether it is set up for guarded calls, as the first of them does.
    pub prepared: bool,
    /// How many guards and barriers are running on it.
    pub depth: u32,
    /// The lowest address of its stack, and the end. `0..0` if they aren't known.
    pub stack: Range<usize>,
    /// The stack that its signal handlers run on.
    pub alternate_stack: AlternateStack,
}

/// The stack that a thread's signal handlers run on.
#[derive(Clone, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AlternateStack {
    /// In bytes; 0 if the thread has none.
    pub size: usize,
    /// What this machine's signal frames and backstop's handler need of it, in bytes.
    pub needed: usize,
    /// Whether backstop has made it. Otherwise it is the thread's own, or the host's.
    pub ours: bool,
}

/// How calls that overrun are interrupted.
#[derive(Clone, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DeadlineStatus {
    /// The number of the signal that does it. `None` until the first deadline is set.
    pub signal: Option<i32>,
    /// Whether the thread that asks blocks it: its calls are then not interrupted.
    pub blocked: bool,
    /// Whether the thread that watches deadlines runs.
    pub watching: bool,
}

/// A [`Domain`], as it stands.
#[derive(Clone, PartialEq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DomainStatus {
    /// Its name.
    pub name: String,
    /// Whether calls are made.
    pub state: DomainState,
    /// The message of the first fault or deadline since the start or the last reset.
    pub first_fault: Option<String>,
    /// What became of its calls.
    pub counters: Counters,
}

/// Says how things stand, for those who run the program: whose signal handlers are in force, how this thread's stacks are,
/// what was detected around.
///
/// It makes a few system calls and allocates; it may be called from any thread at any time, but not from a signal handler.
/// Nor in a child that one of several threads has forked, before it executes a program: the loader's list of modules may be
/// locked there for good. Installs nothing: before the first guarded call it says so.
///
/// ```
/// let status = backstop::status();
/// for problem in &status.problems {
///     eprintln!("warning: {problem}");
/// }
/// println!("{status}");
/// ```
pub fn status() -> Status {
    let health = sys::Health::now();
    let mut status = Status {
        problems: Vec::new(),
        support: support(),
        installed: health.is_installed != 0,
        portable_entry: health.is_portable_entry != 0,
        can_unwind: health.can_unwind != 0,
        exception_backtraces: health.traces == sys::TRACES_ON,
        signals: health.signals[..health.signal_count].iter().map(SignalStatus::new).collect(),
        thread: ThreadStatus::new(&health),
        deadlines: DeadlineStatus {
            signal: Some(health.deadline_signal).filter(|&signal| signal != 0),
            blocked: health.deadline_signal_is_blocked != 0,
            watching: health.is_watching != 0,
        },
        domains: domains().map(DomainStatus::new).collect(),
        debugger: Some(health.debugger).filter(|&process| process != 0),
        sanitizers: list(&health.sanitizers),
        hosts: list(&health.host),
    };
    status.problems = problems(&status);
    status
}

impl SignalStatus {
    fn new(raw: &sys::SignalStatus) -> Self {
        let handled = raw.is_handled != 0;
        SignalStatus {
            signal: Signal::from_number(raw.signal),
            handled,
            on_top: raw.is_on_top != 0,
            blocked: raw.is_blocked != 0,
            action: SignalAction { address: raw.handler, name: text(&raw.handler_name) },
            previous: handled.then(|| SignalAction { address: raw.previous, name: text(&raw.previous_name) }),
        }
    }
}

impl ThreadStatus {
    fn new(health: &sys::Health) -> Self {
        ThreadStatus {
            prepared: health.thread_is_prepared != 0,
            depth: health.thread_depth,
            stack: health.stack_low..health.stack_high,
            alternate_stack: AlternateStack {
                size: health.alternate_stack_size,
                needed: health.alternate_stack_needed,
                ours: health.alternate_stack_is_ours != 0,
            },
        }
    }
}

impl DomainStatus {
    fn new(domain: &Domain) -> Self {
        DomainStatus {
            name: domain.name().to_owned(),
            state: domain.state(),
            first_fault: domain.first_fault(),
            counters: domain.counters(),
        }
    }
}

impl SignalAction {
    /// Whether it is a function, rather than the default action or none.
    pub fn is_handler(&self) -> bool {
        self.address > 1
    }
}

impl fmt::Display for SignalAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_handler() && self.name.is_empty() {
            return write!(f, "{:#x}, in no module", self.address);
        }
        let symbols = self.name.split_once("+0x").map(|(module, _)| (module, symbols_at(self.address)));
        match symbols.as_ref().and_then(|(module, symbols)| Some((module, symbols.last()?.name()?))) {
            Some((module, function)) => write!(f, "{} in {}", Printable(function), Printable(module)),
            None => Printable(&self.name).fmt(f),
        }
    }
}

fn text(buffer: &[c_char]) -> String {
    let bytes: Vec<u8> =
        buffer.iter().map(|&character| character as u8).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn list(names: &[c_char]) -> Vec<String> {
    text(names).split_terminator(", ").map(str::to_owned).collect()
}
