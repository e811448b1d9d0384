use crate::text::Printable;
use crate::{Frame, FrameState, Signal, sys};
use std::fmt;

/// How a fault was recovered: what became of the frames between it and the guard.
///
/// It is *torn* if some frame may have been left without its destructors: then something may be leaked, locked or half
/// changed.
///
/// ```
/// # fn decide(fault: &backstop::Fault) {
/// let recovery = fault.recovery();
/// if recovery.is_torn() {
///     eprintln!("the library's state is in doubt: {recovery}");
/// }
/// # }
/// ```
///
/// Shown, it is one line for a clean recovery, and a few more for a torn one, which name the functions and their
/// modules. That reads symbols: see [`Frame::symbols`].
///
/// ```text
/// unwound, torn: 5 frames, of which 1 hopped, 1 not vouched for
///   hopped: `demo::flush() noexcept` (libdemo.so)
///   not vouched for: `demo::write(int)` (libdemo.so)
/// ```
#[derive(Clone, Copy)]
pub struct Recovery<'a> {
    way: Way,
    torn: bool,
    second_fault: Option<Signal>,
    unwound: u32,
    unvouched: u32,
    hopped: u32,
    jumped: u32,
    left_out: u32,
    truncated: bool,
    cleaned: u32,
    cleanups_failed: u32,
    frames: &'a [sys::Frame],
}

/// A way back from the fault to the guard.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Way {
    /// Frame by frame, running destructors where that can be.
    Unwind,
    /// At once, running nothing of the code that faulted: because the site asked for it, or because unwinding failed
    /// on its way.
    Jump,
}

impl<'a> Recovery<'a> {
    pub(crate) fn new(raw: &sys::Recovery, frames: &'a [sys::Frame]) -> Self {
        Recovery {
            way: if raw.way == sys::JUMP { Way::Jump } else { Way::Unwind },
            torn: raw.is_torn != 0,
            second_fault: (raw.second_signal != 0).then(|| Signal::from_number(raw.second_signal)),
            unwound: raw.unwound,
            unvouched: raw.unvouched,
            hopped: raw.hopped,
            jumped: raw.jumped,
            left_out: raw.left_out,
            truncated: raw.truncated != 0,
            cleaned: raw.cleaned,
            cleanups_failed: raw.cleanups_failed,
            frames,
        }
    }

    /// The way that it took.
    pub fn way(&self) -> Way {
        self.way
    }

    /// Whether some frame between fault and guard was hopped, jumped over, or not vouched for, or something deferred
    /// failed.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    /// The signal of another fault on the way, such as one in a destructor. The rest was then jumped over.
    pub fn second_fault(&self) -> Option<Signal> {
        self.second_fault
    }

    /// The frames that were kept, from the fault outwards, through the guard to its callers: up to 64, of a deeper
    /// stack the innermost and the outermost.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = Frame> + use<'a> {
        self.frames.iter().map(|&raw| Frame::new(raw))
    }

    /// How many frames were [unwound](FrameState::Unwound), as all counts with those that were not kept.
    pub fn unwound(&self) -> usize {
        self.unwound as usize
    }

    /// How many frames were unwound, but [not vouched for](FrameState::Unvouched).
    pub fn unvouched(&self) -> usize {
        self.unvouched as usize
    }

    /// How many frames were [hopped](FrameState::Hopped).
    pub fn hopped(&self) -> usize {
        self.hopped as usize
    }

    /// How many frames were [jumped over](FrameState::Jumped).
    pub fn jumped(&self) -> usize {
        self.jumped as usize
    }

    /// How many frames are missing from the middle of [`frames`](Self::frames).
    pub fn left_out(&self) -> usize {
        self.left_out as usize
    }

    /// Whether the stack could not be read to its end, so that outer frames are missing.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// How many functions that C or C++ had deferred (`backstop_defer` in `backstop.h`) ran to their end.
    pub fn cleaned(&self) -> usize {
        self.cleaned as usize
    }

    /// How many of them failed, or could not be called for want of stack.
    pub fn cleanups_failed(&self) -> usize {
        self.cleanups_failed as usize
    }

    /// Those that make it torn, in the words of the display.
    fn torn_states(&self) -> [(FrameState, usize, &'static str); 3] {
        [
            (FrameState::Hopped, self.hopped(), "hopped"),
            (FrameState::Jumped, self.jumped(), "jumped over"),
            (FrameState::Unvouched, self.unvouched(), "not vouched for"),
        ]
    }

    fn summary(&self) -> String {
        let way = match self.way {
            Way::Unwind => "unwound",
            Way::Jump => "jumped",
        };
        let all = self.unwound() + self.unvouched() + self.hopped() + self.jumped();
        let frames = match all {
            0 => "no frame is known".to_owned(),
            1 => "1 frame".to_owned(),
            _ => format!("{all} frames"),
        };
        let some = self.torn_states().into_iter().filter(|&(_, count, _)| count != 0);
        let some: Vec<_> = some.map(|(_, count, state)| format!("{count} {state}")).collect();
        let of_which = if some.is_empty() { "" } else { ", of which " };
        let result = match self.torn {
            true => ", torn",
            false if all != 0 => ", clean",
            false => "", // nobody knows
        };
        format!("{way}{result}: {frames}{of_which}{}", some.join(", "))
    }
}

impl fmt::Display for Recovery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        for (state, count, heading) in self.torn_states() {
            if count != 0 {
                let frames = self.frames().filter(|frame| frame.state() == state);
                write!(f, "\n  {heading}: {}", names(frames, count))?;
            }
        }
        if let Some(signal) = self.second_fault {
            write!(f, "\n  another fault on the way: {signal}")?;
        }
        if self.cleanups_failed != 0 {
            let all = self.cleaned + self.cleanups_failed;
            write!(f, "\n  deferred functions that failed: {} of {all}", self.cleanups_failed)?;
        }
        if self.truncated {
            f.write_str("\n  the stack could not be read to its end")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Recovery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recovery")
            .field("way", &self.way)
            .field("is_torn", &self.torn)
            .field("second_fault", &self.second_fault)
            .field("unwound", &self.unwound)
            .field("unvouched", &self.unvouched)
            .field("hopped", &self.hopped)
            .field("jumped", &self.jumped)
            .field("left_out", &self.left_out)
            .field("is_truncated", &self.truncated)
            .field("cleaned", &self.cleaned)
            .field("cleanups_failed", &self.cleanups_failed)
            .finish_non_exhaustive()
    }
}

const NAMES_SHOWN: usize = 8;

/// The functions of these frames, which are all or some of `count`: those of a recursion once.
fn names(frames: impl Iterator<Item = Frame>, count: usize) -> String {
    let names: Vec<_> = frames.map(|frame| name(&frame)).collect();
    let mut named = 0;
    let mut texts = Vec::new();
    for same in names.chunk_by(|a, b| a == b).take(NAMES_SHOWN) {
        named += same.len();
        texts.push(if same.len() == 1 { same[0].clone() } else { format!("{} ×{}", same[0], same.len()) });
    }
    if count > named {
        texts.push(format!("{} more", count - named));
    }
    texts.join(", ")
}

/// "`f(int)` (libdemo.so)", or "libdemo.so+0x1234".
fn name(frame: &Frame) -> String {
    let symbols = frame.symbols();
    // The function that the frame belongs to, rather than those inlined into it.
    let function = symbols.iter().rev().find_map(|symbol| symbol.name());
    match (function, frame.module()) {
        (Some(name), Some(module)) => format!("`{}` ({})", Printable(name), Printable(module.name())),
        (Some(name), None) => format!("`{}`", Printable(name)),
        (None, Some(module)) => format!("{}+{:#x}", Printable(module.name()), module.offset()),
        (None, None) => format!("{:#x}", frame.instruction_pointer()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::samples::{at, here};
    use crate::sys::{
        FRAME_HOPPED as HOPPED, FRAME_JUMPED as JUMPED, FRAME_OUTSIDE as OUTSIDE,
        FRAME_UNVOUCHED as UNVOUCHED,
    };
    use std::ptr;

    fn raw() -> sys::Recovery {
        sys::Recovery {
            size: size_of::<sys::Recovery>(),
            way: 0,
            is_torn: 0,
            second_signal: 0,
            unwound: 0,
            unvouched: 0,
            hopped: 0,
            jumped: 0,
            left_out: 0,
            left_out_at: 0,
            truncated: 0,
            cleaned: 0,
            cleanups_failed: 0,
            frame_count: 0,
            frames: ptr::null(),
        }
    }

    #[test]
    fn clean() {
        let recovery = Recovery::new(&sys::Recovery { unwound: 5, ..raw() }, &[]);
        assert_eq!(recovery.to_string(), "unwound, clean: 5 frames");
        assert_eq!((recovery.way(), recovery.is_torn(), recovery.second_fault()), (Way::Unwind, false, None));
    }

    #[test]
    fn nothing_was_recorded() {
        assert_eq!(Recovery::new(&raw(), &[]).to_string(), "unwound: no frame is known");
    }

    #[test]
    fn torn_names_the_frames() {
        let frames = [vec![at(1, HOPPED), at(2, UNVOUCHED)], here(OUTSIDE)].concat();
        let raw = sys::Recovery { is_torn: 1, unwound: 3, unvouched: 2, hopped: 1, ..raw() };
        assert_eq!(
            Recovery::new(&raw, &frames).to_string(),
            "unwound, torn: 6 frames, of which 1 hopped, 2 not vouched for\n  hopped: 0x1\n  not vouched for: 0x2, 1 more"
        );
    }

    #[test]
    fn torn_by_what_was_deferred() {
        let raw = sys::Recovery { is_torn: 1, unwound: 3, cleaned: 4, cleanups_failed: 1, ..raw() };
        let recovery = Recovery::new(&raw, &[]);
        assert_eq!(recovery.to_string(), "unwound, torn: 3 frames\n  deferred functions that failed: 1 of 5");
        assert_eq!((recovery.cleaned(), recovery.cleanups_failed()), (4, 1));
    }

    #[test]
    fn a_function_is_named_with_its_module() {
        let mut frames = here(HOPPED);
        frames.truncate(1);
        let text = Recovery::new(&sys::Recovery { is_torn: 1, hopped: 1, ..raw() }, &frames).to_string();
        let line = text.lines().nth(1).unwrap();
        assert!(
            line.starts_with("  hopped: `backstop::recovery::tests::a_function_is_named_with_its_module"),
            "{text}"
        );
        if let Some(module) = Frame::new(frames[0]).module() {
            assert!(line.ends_with(&format!(" ({})", module.name())), "{text}");
        }
    }

    #[test]
    fn a_jump_over_a_recursion() {
        let mut frames: Vec<_> = (10..30).map(|address| at(address, JUMPED)).collect();
        frames.splice(1..1, [at(10, JUMPED); 4]);
        let raw = sys::Recovery {
            way: 1,
            is_torn: 1,
            second_signal: libc::SIGSEGV,
            jumped: 60_000,
            truncated: 1,
            ..raw()
        };
        let recovery = Recovery::new(&raw, &frames);
        assert_eq!(
            recovery.to_string(),
            "jumped, torn: 60000 frames, of which 60000 jumped over\n  jumped over: 0xa ×5, 0xb, 0xc, 0xd, 0xe, 0xf, 0x10, \
             0x11, 59988 more\n  another fault on the way: SIGSEGV\n  the stack could not be read to its end"
        );
        assert_eq!((recovery.way(), recovery.second_fault()), (Way::Jump, Some(Signal::SIGSEGV)));
        assert_eq!((recovery.jumped(), recovery.frames().len()), (60_000, 24));
    }

    #[test]
    fn it_may_go_to_other_threads() {
        fn check<T: Send + Sync>() {}
        check::<Recovery>();
        check::<Frame>();
        check::<crate::Backtrace>();
        check::<crate::Fault>();
    }
}
