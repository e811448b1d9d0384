use crate::text::Printable;
use crate::{Frame, FrameState, Symbol, sys};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fmt, mem};

/// The stack as it stood at the fault, from the faulting instruction outwards, through the guard to its callers; or, of
/// an [`Exception`](crate::Exception), as it stood at the throw, from the function that threw.
///
/// Taking it cost a few addresses; functions and lines are looked up when it is shown, which is slow the first time:
/// see [`Frame::symbols`].
///
/// Shown with `{}` it has what a reader wants: each function with the functions inlined into it and their lines, where
/// there are symbols, and `module+0xoffset` with the module's build-id where there are none, for `addr2line` on the
/// debug file. What recovery did is noted at frames that were left without their destructors. The frames of backstop
/// and cxx are left out, those of Rust's start of a thread and of `catch_unwind`, and the repetitions of a recursion; the
/// numbers are those of the frames, so gaps show it.
///
/// Shown with `{:#}` it has all frames, each with its address, module, offset and build-id.
///
/// ```
/// # fn report(fault: &backstop::Fault) {
/// eprintln!("{}", fault.backtrace()); // for people
/// eprintln!("{:#}", fault.backtrace()); // for the log of a stripped binary
/// # }
/// ```
///
/// ```text
///    0: demo::third(rust::cxxbridge1::Slice<int const>)
///              at src/demo.cc:9:10
///    7: demo::ffi::third
///              at src/main.rs:3:1
///    8: libplugin.so+0x1139 (build-id 5f1c0b7de0b8c2e5d54cbd8c9f4d3f3c3a0a7a51)
/// ```
#[derive(Clone)]
pub struct Backtrace<'a> {
    frames: Cow<'a, [sys::Frame]>,
    left_out: usize,
    left_out_at: usize,
    truncated: bool,
}

impl<'a> Backtrace<'a> {
    /// That of a fault, or of an interruption, whose frames may be none if the stack couldn't be read: then it is the instruction alone.
    pub(crate) fn new(
        recovery: &sys::Recovery,
        frames: &'a [sys::Frame],
        instruction_pointer: usize,
    ) -> Self {
        let frames = if frames.is_empty() {
            let state = if recovery.way == sys::JUMP { sys::FRAME_JUMPED } else { sys::FRAME_OUTSIDE };
            Cow::Owned(vec![sys::Frame { instruction_pointer, state, exact: 1 }])
        } else {
            Cow::Borrowed(frames)
        };
        Backtrace {
            frames,
            left_out: recovery.left_out as usize,
            left_out_at: recovery.left_out_at as usize,
            truncated: recovery.truncated != 0,
        }
    }

    /// Where an exception was thrown.
    pub(crate) fn of_trace(trace: &sys::Trace, frames: &'a [sys::Frame]) -> Self {
        Backtrace {
            frames: Cow::Borrowed(frames),
            left_out: trace.left_out as usize,
            left_out_at: trace.left_out_at as usize,
            truncated: trace.truncated != 0,
        }
    }

    /// The frames that were kept, from the innermost outwards: up to 64, of a deeper stack the innermost and the
    /// outermost. Of a fault at least one: that of the instruction that faulted.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = Frame> + '_ {
        self.frames.iter().map(|&raw| Frame::new(raw))
    }

    /// How many frames in between were not kept.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether the stack could not be read to its end, so that outer frames are missing.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

impl fmt::Display for Backtrace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut listing = Listing::new(f);
        for (index, frame) in self.frames().enumerate() {
            if index == self.left_out_at {
                listing.left_out(self.left_out)?;
            }
            let skipped = if index >= self.left_out_at { self.left_out } else { 0 };
            let symbols = frame.symbols();
            if !listing.full && symbols.iter().any(Symbol::starts_a_rust_thread) {
                return listing.repetitions();
            }
            listing.frame(index + skipped, &frame, symbols)?;
        }
        if self.left_out_at >= self.frames.len() {
            listing.left_out(self.left_out)?;
        }
        listing.repetitions()?;
        if self.truncated {
            listing.line("      ... truncated: the stack can't be read further")
        } else {
            Ok(())
        }
    }
}

/// As with `{:#}`.
impl fmt::Debug for Backtrace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

/// The text of a backtrace as it grows.
struct Listing<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    full: bool,
    is_empty: bool,
    /// What stands under the last number, and how often it came again since.
    last: String,
    repeated: usize,
    /// Source files below it are shown relative to it.
    directory: Option<PathBuf>,
}

impl<'a, 'b> Listing<'a, 'b> {
    fn new(f: &'a mut fmt::Formatter<'b>) -> Self {
        let full = f.alternate();
        let directory = if full { None } else { env::current_dir().ok() };
        Listing { f, full, is_empty: true, last: String::new(), repeated: 0, directory }
    }

    fn line(&mut self, line: impl fmt::Display) -> fmt::Result {
        let end_of_the_last = if self.is_empty { "" } else { "\n" };
        self.is_empty = false;
        write!(self.f, "{end_of_the_last}{line}")
    }

    fn left_out(&mut self, count: usize) -> fmt::Result {
        if count == 0 {
            return Ok(());
        }
        self.repetitions()?;
        self.last.clear();
        self.line(format_args!("      ... {} left out", counted(count, "frame")))
    }

    /// Of a recursion, the first frame is shown.
    fn repetitions(&mut self) -> fmt::Result {
        match mem::take(&mut self.repeated) {
            0 => Ok(()),
            count => self.line(format_args!("      ... {} like it", counted(count, "more frame"))),
        }
    }

    fn frame(&mut self, number: usize, frame: &Frame, mut symbols: Vec<Symbol>) -> fmt::Result {
        // Where it faulted or threw is always shown: without debug information it may be named after one of ours, into
        // which the compiler inlined it.
        let hides_ours = !self.full && (number != 0 || !symbols.iter().all(Symbol::is_ours));
        if hides_ours && !symbols.is_empty() {
            symbols.retain(|symbol| !symbol.is_ours());
            if symbols.is_empty() {
                return Ok(());
            }
        }
        let entry = self.entry(frame, &symbols);
        if entry == self.last && !self.full {
            self.repeated += 1;
            return Ok(());
        }
        self.repetitions()?;
        self.line(format_args!("{number:4}: {entry}"))?;
        self.last = entry;
        Ok(())
    }

    fn entry(&self, frame: &Frame, symbols: &[Symbol]) -> String {
        let address =
            if self.full { format!("{:#018x} ", frame.instruction_pointer()) } else { String::new() };
        let mark = mark(frame.state());
        let Some((first, inlined_into)) = symbols.split_first() else {
            return format!("{address}{}{mark}", place(frame, self.full));
        };
        let mut entry = format!("{address}{}{mark}{}", name(first), self.location(first));
        for symbol in inlined_into {
            entry += &format!("\n      {}{}", name(symbol), self.location(symbol));
        }
        if self.full || symbols.iter().all(|symbol| symbol.file().is_none()) {
            entry += &format!("\n             in {}", place(frame, self.full));
        }
        entry
    }

    fn location(&self, symbol: &Symbol) -> String {
        let Some(file) = symbol.file() else { return String::new() };
        let relative = self.directory.as_ref().and_then(|directory| file.strip_prefix(directory).ok());
        let mut text = format!("\n             at {}", Printable(Path::display(relative.unwrap_or(file))));
        for number in [symbol.line(), symbol.column()].into_iter().map_while(|number| number) {
            text += &format!(":{number}");
        }
        text
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn name(symbol: &Symbol) -> Printable<&str> {
    Printable(symbol.name().unwrap_or("<unknown>"))
}

/// Where the code is, for a look-up elsewhere.
fn place(frame: &Frame, full: bool) -> String {
    match frame.module() {
        Some(module) if full => format!("{module:#}"),
        Some(module) => module.to_string(),
        None => format!("{:#x} in no module", frame.instruction_pointer()),
    }
}

/// What a reader should know of what became of the frame.
fn mark(state: FrameState) -> &'static str {
    match state {
        FrameState::Outside | FrameState::Unwound => "",
        FrameState::Unvouched => " [not vouched for]",
        FrameState::Hopped => " [hopped]",
        FrameState::Jumped => " [jumped over]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::samples::{at, here};
    use crate::sys::{FRAME_HOPPED as HOPPED, FRAME_OUTSIDE as OUTSIDE};

    fn of(frames: &[sys::Frame]) -> Backtrace<'_> {
        Backtrace { frames: frames.into(), left_out: 0, left_out_at: 0, truncated: false }
    }

    #[test]
    fn this_thread() {
        let frames = here(OUTSIDE);
        let (short, full) = (of(&frames).to_string(), format!("{:#}", of(&frames)));
        let first = short.lines().next().unwrap();
        assert_eq!(first, "   0: backstop::backtrace::tests::this_thread");
        assert!(!short.contains("__rust_begin_short_backtrace") && !short.ends_with('\n'), "{short}");
        if cfg!(debug_assertions) {
            assert!(
                short.lines().nth(1).unwrap().starts_with("             at src/backtrace.rs:"),
                "{short}"
            );
            assert!(full.contains("__rust_begin_short_backtrace"), "{full}");
        }
        for (number, frame) in of(&frames).frames().enumerate() {
            let head = format!("{number:4}: {:#018x} ", frame.instruction_pointer());
            assert!(full.contains(&head), "no {head} in {full}");
            if let Some(module) = frame.module() {
                assert!(full.contains(&format!("{module:#}")), "{full}");
            }
        }
    }

    /// From a Rust function that guarded C++ calls, through the guard.
    #[test]
    fn a_guarded_call() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let callback = backstop_zoo::callbacks::Callback::new(move || sender.send(here(OUTSIDE)).unwrap());
        assert_eq!(backstop_zoo::callbacks::call_back(&callback).unwrap(), 1);
        let frames = receiver.recv().unwrap();
        let (short, full) = (of(&frames).to_string(), format!("{:#}", of(&frames)));
        // In optimised builds the others are inlined, and only debug information would tell.
        let inner = ["a_guarded_call::{{closure}}", ": zoo::call_back("];
        let outer = ["::ffi::call_back\n", "a_guarded_call\n"];
        let names = if cfg!(debug_assertions) { [inner, outer].concat() } else { vec![inner[1], outer[1]] };
        let positions: Vec<_> = names.iter().map(|name| short.find(name)).collect();
        assert!(positions.is_sorted() && positions[0].is_some(), "{positions:?} {short}");
        let ours = [
            "backstop::runtime::",
            "backstop_v0_",
            "__backstop_",
            "trycatch",
            "call_specially",
            "cxxbridge",
            "operator()",
            "_FUN",
        ];
        for name in ours {
            assert!(!short.contains(name), "{name} in {short}");
        }
        assert!(full.contains("bridge_call"), "{full}");
    }

    #[test]
    fn frames_left_out() {
        let frames = [at(1, OUTSIDE), at(2, HOPPED)];
        let shown = |left_out, left_out_at| {
            Backtrace { left_out, left_out_at, truncated: true, ..of(&frames) }.to_string()
        };
        assert_eq!(
            shown(30, 1),
            "   0: 0x1 in no module\n      ... 30 frames left out\n  31: 0x2 in no module [hopped]\n      \
             ... truncated: the stack can't be read further"
        );
        let at_the_end = shown(1, 2);
        assert!(
            at_the_end.contains("   1: 0x2 in no module [hopped]\n      ... 1 frame left out\n"),
            "{at_the_end}"
        );
    }

    #[test]
    fn a_recursion() {
        let [once, other] = [at(1, OUTSIDE), at(2, OUTSIDE)];
        let frames = [[once; 5], [other, once, once, once, HOPPED_ONCE]].concat();
        let backtrace = Backtrace { left_out: 90, left_out_at: 7, ..of(&frames) };
        assert_eq!(
            backtrace.to_string(),
            "   0: 0x1 in no module\n      ... 4 more frames like it\n   5: 0x2 in no module\n   6: 0x1 in no module\n      \
             ... 90 frames left out\n  97: 0x1 in no module\n      ... 1 more frame like it\n  \
             99: 0x1 in no module [hopped]"
        );
        assert_eq!(format!("{backtrace:#}").lines().count(), 11);
    }

    const HOPPED_ONCE: sys::Frame = sys::Frame { instruction_pointer: 1, state: HOPPED, exact: 1 };

    #[test]
    fn the_fault_is_always_shown() {
        let address = __backstop_build_inlines as *const () as usize;
        let frames = [at(address, OUTSIDE), at(address, HOPPED), at(1, OUTSIDE)];
        let text = of(&frames).to_string();
        let [first, second] = [0, 1].map(|index| text.match_indices("__backstop_build_inlines").nth(index));
        assert!(first.is_some() && second.is_none() && text.contains("\n   2: 0x1"), "{text}");
    }

    fn __backstop_build_inlines() {}

    #[test]
    fn nothing_was_recorded() {
        // SAFETY: zeros are what the runtime hands over where it knows nothing.
        let recovery = unsafe { std::mem::zeroed() };
        let backtrace = Backtrace::new(&recovery, &[], 0);
        assert_eq!(backtrace.to_string(), "   0: 0x0 in no module");
        assert_eq!(format!("{backtrace:?}"), "   0: 0x0000000000000000 0x0 in no module");
        assert_eq!(backtrace.frames().len(), 1);
    }

    #[test]
    fn names_of_symbols_do_not_break_lines() {
        let address = rogue as *const () as usize;
        let text = of(&[at(address, OUTSIDE)]).to_string();
        assert!(text.starts_with(r"   0: a\nb\u{1b}[31m"), "{text:?}");
    }

    #[unsafe(export_name = "a\nb\x1b[31m")]
    extern "C" fn rogue() {}
}
