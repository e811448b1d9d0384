//! What a fault tells beyond its line: the stack, also of a stripped binary, and what surrounded it.

mod support;

use backstop::{Access, Backtrace, Error, Fault, Frame, FrameState, Module, Symbol};
use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;
use support::Test;

/// Its body prints the whole backtrace of a crash.
const PRINTS_A_CRASH: &str = "prints_a_crash";

fn main() -> ExitCode {
    support::main(vec![
        Test::new(PRINTS_A_CRASH, print_a_crash, |child| {
            let outcome = child.run();
            outcome.succeeded();
            assert!(outcome.stdout.contains(" zoo::null_read("), "{outcome:?}");
        }),
        Test::in_child("a_stripped_binary_and_its_debug_file", a_stripped_binary_and_its_debug_file),
        Test::in_child("the_stack", the_stack),
        Test::in_child("a_deep_stack", a_deep_stack),
        Test::in_child("build_ids_are_the_linkers", build_ids_are_the_linkers),
        Test::in_child("what_surrounded_it", what_surrounded_it),
        Test::in_child("one_line_and_many", one_line_and_many),
        Test::in_child("shown_by_several_threads", shown_by_several_threads),
    ])
}

#[track_caller]
fn fault<T>(result: Result<T, Error>) -> Fault {
    match result {
        Err(Error::Fault(fault)) => fault,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it returned"),
    }
}

fn null_read() -> Fault {
    fault(backstop_zoo::null_read())
}

fn print_a_crash() {
    println!("{:#}", null_read().backtrace());
}

/// A machine in the field has the stripped binary, and the developer has what was stripped.
fn a_stripped_binary_and_its_debug_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().canonicalize().unwrap(); // as the kernel names the program
    let (stripped, debug) = (path.join("stripped"), path.join("stripped.debug"));
    let program = env::current_exe().unwrap();
    output(Command::new("objcopy").arg("--only-keep-debug").args([&program, &debug]));
    output(Command::new("strip").arg("-o").args([&stripped, &program]));

    let trace = output(Command::new(&stripped).env(support::CHILD, PRINTS_A_CRASH));
    assert!(!trace.contains("null_read"), "not stripped: {trace}");
    let offsets: Vec<&str> = trace.lines().filter_map(|line| offset_in(line, &stripped)).collect();
    assert!(!offsets.is_empty(), "{trace}");

    let functions =
        output(Command::new("addr2line").args(["-f", "-i", "-C", "-e"]).arg(&debug).args(offsets));
    assert!(functions.starts_with("zoo::null_read("), "{functions}{trace}");
    if cfg!(debug_assertions) {
        let line = functions.lines().nth(1).unwrap();
        assert!(line.contains(&format!("zoo/src/memory.cc:{}", line_of_null_read())), "{functions}{trace}");
    }
    // Frames beyond the first are as right.
    {
        let positions = ["null_read", "print_a_crash", "backtrace::main"].map(|name| functions.find(name));
        assert!(positions.is_sorted() && positions[0].is_some(), "{functions}{trace}");
    }
    if let Some(id) = build_id_of(&program) {
        assert!(trace.contains(&format!(" (build-id {id})")), "no {id}: {trace}");
    }
}

/// The offset in such a line as `   0: 0x00005581d3c1a2f0 /tmp/stripped+0x1234 (build-id ab12)`.
fn offset_in<'a>(line: &'a str, module: &Path) -> Option<&'a str> {
    let (_, after) = line.split_once(&format!("{}+", module.display()))?;
    after.split(' ').next()
}

fn line_of_null_read() -> usize {
    let source = include_str!("../zoo/src/memory.cc");
    1 + source.lines().position(|line| line.contains(" null_read() {")).expect("it is there")
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, text(&output.stderr));
    text(&output.stdout)
}

/// As another tool reads it.
fn build_id_of(file: &Path) -> Option<String> {
    let notes = output(Command::new("readelf").arg("-n").arg(file));
    let (_, after) = notes.split_once("Build ID: ")?;
    after.lines().next().map(str::to_owned)
}

fn the_stack() {
    let fault = null_read();
    let backtrace = fault.backtrace();
    let frames: Vec<Frame> = backtrace.frames().collect();
    assert!(frames[0].is_exact() && frames[0].instruction_pointer() == fault.instruction_pointer());
    let functions: Vec<String> = frames.iter().filter_map(function).collect();
    assert!(functions[0].starts_with("zoo::null_read"), "{functions:?}");

    let short = backtrace.to_string();
    assert!(short.starts_with("   0: zoo::null_read"), "{short}");
    for hidden in [
        "backstop::runtime",
        "backstop_v0",
        "call_specially",
        "__backstop_",
        "trycatch",
        "backstop::__private",
    ] {
        assert!(!short.contains(hidden), "{hidden} in {short}");
    }
    let inlined_if_optimised = [" backstop_zoo::ffi::null_read\n", " backtrace::the_stack\n"];
    let shown = if cfg!(debug_assertions) { &inlined_if_optimised[..] } else { &[] };
    for shown in shown.iter().chain(&[" backtrace::main\n"]) {
        assert!(short.contains(shown), "no {shown:?} in {short}");
    }
    assert!(frames.iter().any(|frame| frame.state() == FrameState::Outside));
    assert_eq!((backtrace.left_out(), backtrace.is_truncated()), (0, false), "{short}");
    assert!(format!("{backtrace:#}").contains("bridge_call"), "{backtrace:#}");
}

/// Of a recursion the two ends are shown.
fn a_deep_stack() {
    let fault = fault(backstop_zoo::small_frames());
    let backtrace = fault.backtrace();
    let (kept, left_out) = (backtrace.frames().len(), backtrace.left_out());
    assert!(kept <= 64 && left_out > 1000, "{kept} {left_out}");
    let text = backtrace.to_string();
    for shown in [
        "   0: ",
        "more frames like it\n",
        &format!("... {left_out} frames left out\n"),
        " backtrace::main\n",
    ] {
        assert!(text.contains(shown), "no {shown:?} in {text}");
    }
    let all = fault.recovery();
    assert!(all.unwound() + all.unvouched() + all.hopped() + all.jumped() > left_out, "{all:?}");
}

fn function(frame: &Frame) -> Option<String> {
    frame.symbols().last().and_then(Symbol::name).map(str::to_owned)
}

fn build_ids_are_the_linkers() {
    for fault in [null_read(), fault(backstop_zoo::call_abort())] {
        let modules: Vec<Module> = fault.backtrace().frames().filter_map(|frame| frame.module()).collect();
        assert!(!modules.is_empty());
        for module in modules.iter().filter(|module| module.path().exists()) {
            assert_eq!(module.build_id(), build_id_of(module.path()).as_deref(), "{module:?}");
        }
    }
}

fn what_surrounded_it() {
    let worker = || (null_read(), fault(backstop_zoo::null_write()), fault(backstop_zoo::bad_system_call()));
    let (read, write, call) =
        thread::Builder::new().name("worker".to_owned()).spawn(worker).unwrap().join().unwrap();
    assert_eq!((read.system_call(), write.system_call()), (None, None));
    assert_eq!(read.thread_name().as_deref(), Some("worker"));
    assert!(read.stack().contains(&read.stack_pointer()), "{read:?}");
    assert!(call.system_call().is_some(), "{call:?}");
    let registers: Vec<_> = read.registers().collect();
    assert!(registers.iter().any(|&(_, value)| value as usize == read.stack_pointer()), "{registers:x?}");
    if cfg!(target_arch = "x86_64") {
        assert_eq!((read.access(), write.access()), (Access::Read, Access::Write));
        let names: Vec<_> = registers.iter().map(|&(name, _)| name).collect();
        assert!(["rax", "rbx", "rsp", "rip"].iter().all(|name| names.contains(name)), "{names:?}");
    }
}

fn one_line_and_many() {
    let fault = null_read();
    let (line, report) = (fault.to_string(), format!("{fault:#}"));
    assert!(!line.contains('\n'));
    assert!(report.starts_with(&format!("{line}\n  recovery: ")) && !report.ends_with('\n'), "{report}");
    for part in ["\n  thread: ", "\n  backtrace:\n", "    0: zoo::null_read"] {
        assert!(report.contains(part), "no {part:?} in {report}");
    }
    assert_eq!(format!("{fault:?}"), report);
    let error = Error::Fault(fault);
    assert_eq!((error.to_string(), format!("{error:#}")), (line, report));
}

fn shown_by_several_threads() {
    let fault = &null_read();
    let expected = fault.backtrace().to_string();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| show_often(fault.backtrace()))).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

fn show_often(backtrace: Backtrace<'_>) -> String {
    (0..20).map(|_| backtrace.to_string()).next_back().unwrap()
}
