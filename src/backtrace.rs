use crate::text::Printable;
use crate::{Frame, FrameState, Symbol, sys};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fmt};

/// The stack as it stood at the fault, from the faulting instruction outwards, through the guard to its callers.
///
/// Taking it cost a few addresses; functions and lines are looked up when it is shown, which is slow the first time:
/// see [`Frame::symbols`].
///
/// Shown with `{}` it has what a reader wants: each function with the functions inlined into it and their lines, where
/// there are symbols, and `module+0xoffset` with the module's build-id where there are none, for `addr2line` on the
/// debug file. What recovery did is noted at frames that were left without their destructors. The frames of backstop
/// and cxx are left out, and those of Rust's start of a thread; the numbers are those of the frames, so gaps show it.
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
    /// That of a fault, whose frames may be none if the stack couldn't be read: then it is the instruction alone.
    pub(crate) fn new(recovery: &sys::Recovery, frames: &'a [sys::Frame], fault: &sys::Fault) -> Self {
        let frames = if frames.is_empty() {
            let instruction_pointer = fault.instruction_pointer;
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

    /// The frames that were kept, from the fault outwards: up to 64, of a deeper stack the innermost and the outermost.
    /// At least one: that of the instruction that faulted.
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
            if listing.frame(index + skipped, &frame)?.is_last {
                return Ok(());
            }
        }
        if self.left_out_at >= self.frames.len() {
            listing.left_out(self.left_out)?;
        }
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
    /// Source files below it are shown relative to it.
    directory: Option<PathBuf>,
}

struct Listed {
    is_last: bool,
}

impl<'a, 'b> Listing<'a, 'b> {
    fn new(f: &'a mut fmt::Formatter<'b>) -> Self {
        let full = f.alternate();
        let directory = if full { None } else { env::current_dir().ok() };
        Listing { f, full, is_empty: true, directory }
    }

    fn line(&mut self, line: impl fmt::Display) -> fmt::Result {
        let end_of_the_last = if self.is_empty { "" } else { "\n" };
        self.is_empty = false;
        write!(self.f, "{end_of_the_last}{line}")
    }

    fn left_out(&mut self, count: usize) -> fmt::Result {
        match count {
            0 => Ok(()),
            1 => self.line("      ... 1 frame left out"),
            _ => self.line(format_args!("      ... {count} frames left out")),
        }
    }

    fn frame(&mut self, number: usize, frame: &Frame) -> Result<Listed, fmt::Error> {
        let mut symbols = frame.symbols();
        let starts_a_thread = symbols.iter().any(Symbol::starts_a_rust_thread);
        if !self.full {
            let had_some = !symbols.is_empty();
            symbols.retain(|symbol| !symbol.is_ours());
            if starts_a_thread || (had_some && symbols.is_empty()) {
                return Ok(Listed { is_last: starts_a_thread });
            }
        }
        self.names(number, frame, &symbols)?;
        Ok(Listed { is_last: false })
    }

    fn names(&mut self, number: usize, frame: &Frame, symbols: &[Symbol]) -> fmt::Result {
        let mark = mark(frame.state());
        let pointer = frame.instruction_pointer();
        let address = if self.full { format!("{pointer:#018x} ") } else { String::new() };
        let Some((first, others)) = symbols.split_first() else {
            let place = place(frame, self.full);
            return self.line(format_args!("{number:4}: {address}{place}{mark}"));
        };
        self.line(format_args!("{number:4}: {address}{}{mark}", name(first)))?;
        self.location(first)?;
        for symbol in others {
            self.line(format_args!("      {}", name(symbol)))?;
            self.location(symbol)?;
        }
        let has_location = symbols.iter().any(|symbol| symbol.file().is_some());
        if self.full || !has_location {
            let place = place(frame, self.full);
            self.line(format_args!("             in {place}"))?;
        }
        Ok(())
    }

    fn location(&mut self, symbol: &Symbol) -> fmt::Result {
        let Some(file) = symbol.file() else { return Ok(()) };
        let file =
            self.directory.as_ref().and_then(|directory| file.strip_prefix(directory).ok()).unwrap_or(file);
        let numbers = [symbol.line(), symbol.column()].into_iter().map_while(|number| number);
        let numbers: String = numbers.map(|number| format!(":{number}")).collect();
        self.line(format_args!("             at {}{numbers}", Printable(Path::display(file))))
    }
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
            "cxxbridge",
            "operator()",
            "_FUN",
        ];
        for name in ours {
            assert!(!short.contains(name), "{name} in {short}");
        }
        assert!(full.contains("backstop_v0_bridge_call"), "{full}");
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
    fn nothing_was_recorded() {
        // SAFETY: zeros are what the runtime hands over where it knows nothing.
        let (recovery, fault) = unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
        let backtrace = Backtrace::new(&recovery, &[], &fault);
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
