use crate::symbol::symbols_at;
use crate::{Module, Symbol, sys};
use std::fmt;

/// One frame of the stack as it stood at the fault or the throw: a function that was running.
///
/// ```
/// # fn keep(fault: &backstop::Fault) {
/// for frame in fault.backtrace().frames() {
///     for symbol in frame.symbols() {
///         println!("{}", symbol.name().unwrap_or("?"));
///     }
/// }
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Frame {
    raw: sys::Frame,
}

/// What the recovery did with a frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum FrameState {
    /// The guard or a caller of it: nothing happened to it. Also each frame of an exception's backtrace, for exceptions
    /// leave all of them in order.
    Outside,
    /// Its destructors ran, as far as its table knows of any.
    Unwound,
    /// Unwound as well, but it was built so that destructors may be missing from its table: without
    /// `-fnon-call-exceptions`, or by clang.
    Unvouched,
    /// Left without its destructors, for its table doesn't allow for leaving it there: a `noexcept` function, say.
    Hopped,
    /// Jumped over without its destructors, together with all frames up to the guard.
    Jumped,
}

impl Frame {
    pub(crate) fn new(raw: sys::Frame) -> Frame {
        Frame { raw }
    }

    /// The address that the function would have returned to from its call; or, if [exact](Self::is_exact), the
    /// instruction itself.
    pub fn instruction_pointer(&self) -> usize {
        self.raw.instruction_pointer
    }

    /// Whether the address is that of the instruction that faulted, or that a signal interrupted, and not a return
    /// address, which is one past the call.
    pub fn is_exact(&self) -> bool {
        self.raw.exact != 0
    }

    /// What the recovery did with it.
    pub fn state(&self) -> FrameState {
        match self.raw.state {
            sys::FRAME_UNWOUND => FrameState::Unwound,
            sys::FRAME_UNVOUCHED => FrameState::Unvouched,
            sys::FRAME_HOPPED => FrameState::Hopped,
            sys::FRAME_JUMPED => FrameState::Jumped,
            _ => FrameState::Outside,
        }
    }

    /// The function, after those that the compiler inlined into it, the innermost first; empty if there are no symbols
    /// for it.
    ///
    /// Of a library that was loaded after the first look-up in this process, only functions that it exports are found,
    /// and no lines.
    ///
    /// Slow: the first call for each module reads its symbols and debug information, which stay in memory. It
    /// allocates and takes locks. Don't call it from a signal handler.
    pub fn symbols(&self) -> Vec<Symbol> {
        symbols_at(self.address())
    }

    /// The program or library that it belongs to, and where in it it is. `None` for addresses in none: a wild jump, or
    /// code that was generated at run time.
    ///
    /// It takes the dynamic linker's lock. Don't call it from a signal handler.
    pub fn module(&self) -> Option<Module> {
        Module::containing(self.address())
    }

    /// One within the instruction.
    fn address(&self) -> usize {
        self.raw.instruction_pointer.saturating_sub(if self.is_exact() { 0 } else { 1 })
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("instruction_pointer", &format_args!("{:#x}", self.instruction_pointer()))
            .field("is_exact", &self.is_exact())
            .field("state", &self.state())
            .finish()
    }
}

/// Frames of hand-made recoveries, and of this thread's stack.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn at(instruction_pointer: usize, state: i32) -> sys::Frame {
        sys::Frame { instruction_pointer, state, exact: 1 }
    }

    /// The stack of the caller, the caller first, each frame but it by return address.
    #[inline(never)]
    pub(crate) fn here(state: i32) -> Vec<sys::Frame> {
        let mut frames = Vec::new();
        ::backtrace::trace(|frame| {
            let instruction_pointer = frame.ip() as usize;
            frames.push(sys::Frame { instruction_pointer, state, exact: 0 });
            true
        });
        let is_caller = |frame: &sys::Frame| {
            let symbols = Frame::new(*frame).symbols();
            !symbols.iter().any(|symbol| {
                symbol
                    .name()
                    .is_some_and(|name| name.contains("samples::here") || name.starts_with("backtrace::"))
            })
        };
        let caller = frames.iter().position(is_caller).expect("somebody called");
        frames.split_off(caller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_address_is_looked_up_in_its_call() {
        let frame = Frame::new(samples::here(sys::FRAME_OUTSIDE)[0]);
        assert!(!frame.is_exact());
        let exact = Frame::new(sys::Frame { exact: 1, ..frame.raw });
        if let (Some(module), Some(next)) = (frame.module(), exact.module()) {
            assert_eq!(module.offset() + 1, next.offset());
            assert_eq!(module.base() + next.offset(), frame.instruction_pointer());
        }
        let symbols = frame.symbols();
        let name = symbols.last().and_then(Symbol::name).unwrap_or_default();
        assert!(name.ends_with("a_return_address_is_looked_up_in_its_call"), "{symbols:?}");
    }

    #[test]
    fn an_address_of_nothing() {
        let frame = Frame::new(samples::at(0, 99));
        assert_eq!((frame.module(), frame.symbols(), frame.state()), (None, vec![], FrameState::Outside));
    }
}
