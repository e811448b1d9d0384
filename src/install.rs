use crate::{Signal, sys};
use std::fmt;

/// What [`install`] shall do otherwise than by default.
///
/// ```no_run
/// use backstop::{Config, Signal};
///
/// // A JIT of ours uses SIGTRAP; and our fault handlers need room.
/// backstop::install(Config::new().without(Signal::SIGTRAP).alternate_stack_size(256 * 1024))?;
/// # Ok::<(), backstop::InstallError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is for `install`"]
pub struct Config {
    left_out: Vec<Signal>,
    alternate_stack_size: usize,
    traces: i32,
    inner_frames_only: bool,
    deadline_signal: i32,
}

impl Config {
    /// The defaults: all signals, alternate stacks of 64 KiB or more where the machine's signal frames are larger,
    /// backtraces of exceptions if the environment asks for them.
    pub const fn new() -> Config {
        Config {
            left_out: Vec::new(),
            alternate_stack_size: 0,
            traces: sys::TRACES_BY_ENVIRONMENT,
            inner_frames_only: false,
            deadline_signal: 0,
        }
    }

    /// Leaves a signal alone: what it would have reported ends the process, as if there were no guard.
    pub fn without(mut self, signal: Signal) -> Config {
        self.left_out.push(signal);
        self
    }

    /// Bytes of alternate stack for each thread that makes guarded calls. A value below the default is raised to it; 1 GiB
    /// is the most.
    pub fn alternate_stack_size(mut self, bytes: usize) -> Config {
        self.alternate_stack_size = bytes;
        self
    }

    /// Whether exceptions have backtraces. Each that comes out of a guarded call then takes about three times as long,
    /// some microseconds; those that C++ catches itself cost nothing more.
    ///
    /// By default the environment decides, as for the backtraces of `std`: `RUST_LIB_BACKTRACE`, or else
    /// `RUST_BACKTRACE`, if it is set and not `0`.
    pub fn exception_backtraces(mut self, wanted: bool) -> Config {
        self.traces = if wanted { sys::TRACES_ON } else { sys::TRACES_OFF };
        self
    }

    /// Whether the backtraces of faults go on beyond the guard, to who called it; by default they do. Without, a fault takes
    /// a microsecond or two less, of four to six: for programs that count on many.
    pub fn callers_in_backtraces(mut self, wanted: bool) -> Config {
        self.inner_frames_only = !wanted;
        self
    }

    /// The real-time signal that interrupts calls which overrun their deadline: `SIGRTMIN` to `SIGRTMAX`, and one that
    /// nobody else uses. Without this it is one of the last that nobody handles when the first deadline is set.
    pub fn deadline_signal(mut self, number: i32) -> Config {
        self.deadline_signal = number;
        self
    }

    fn options(&self) -> sys::Options {
        let kept = Signal::ALL.into_iter().filter(|signal| !self.left_out.contains(signal));
        sys::Options {
            size: size_of::<sys::Options>(),
            signals: kept.fold(0, |mask, signal| mask | 1 << signal.number()),
            alternate_stack_size: self.alternate_stack_size,
            traces: self.traces,
            inner_frames_only: self.inner_frames_only.into(),
            deadline_signal: self.deadline_signal,
        }
    }
}

impl Default for Config {
    fn default() -> Config {
        Config::new()
    }
}

/// Installs the fault handler, once per process, for all threads. Call it from any.
///
/// The first guarded call does so with the defaults; call this, early in `main`, to choose otherwise or to choose the
/// moment: a handler that is installed later (a crash reporter's, say) then sees faults first.
///
/// Where faults aren't supported, or are switched off by `BACKSTOP_DISABLE=1`, no handler is installed, and of the
/// config only [`exception_backtraces`](Config::exception_backtraces) counts; see [`support`].
///
/// # Errors
///
/// [`InstallError::AlreadyInstalled`] if it was called before or a guarded call was made before;
/// [`InstallError::InvalidConfig`] if a value is out of bounds; [`InstallError::Refused`] if the kernel refused,
/// or a copy of backstop of another version.
pub fn install(config: Config) -> Result<(), InstallError> {
    // SAFETY: the options are read during the call only.
    match unsafe { sys::install(&config.options()) } {
        sys::OK => Ok(()),
        sys::ALREADY_INSTALLED => Err(InstallError::AlreadyInstalled),
        sys::INVALID_OPTIONS => Err(InstallError::InvalidConfig),
        _ => Err(InstallError::Refused),
    }
}

/// Why [`install`] didn't.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum InstallError {
    /// The handler is there already, with the options of whoever came first. That may be a copy of backstop in a C++
    /// library that chose signals of its own.
    AlreadyInstalled,
    /// A value of the [`Config`] is out of bounds. Nothing was changed.
    InvalidConfig,
    /// The kernel refused a signal handler, or no thread-specific key was left. Nothing was changed. Or a C++ library has
    /// a copy of backstop of another version, which is installed already. A line on stderr says which.
    Refused,
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InstallError::AlreadyInstalled => {
                "backstop is installed already: call `backstop::install` before the first guarded call, and once"
            }
            InstallError::InvalidConfig => {
                "backstop's alternate stacks can have up to 1 GiB, and the signal of deadlines must be a real-time one: see \
                 `Config`"
            },
            InstallError::Refused => "backstop's signal handlers were refused, as it said on stderr: guards catch exceptions only",
        })
    }
}

impl std::error::Error for InstallError {}

/// What guards catch in this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Support {
    /// Exceptions and faults.
    Faults,
    /// Exceptions only: `BACKSTOP_DISABLE=1` is set in the environment.
    Disabled,
    /// Exceptions only: there is no fault support for this target, or [`install`] was refused.
    Unavailable,
}

/// Says what guards catch in this process. Before anything is installed it says what is to be expected.
///
/// ```
/// if backstop::support() != backstop::Support::Faults {
///     eprintln!("crashes of the library will end this process");
/// }
/// ```
pub fn support() -> Support {
    match sys::support() {
        sys::SUPPORT_FAULTS => Support::Faults,
        sys::SUPPORT_DISABLED => Support::Disabled,
        _ => Support::Unavailable,
    }
}
