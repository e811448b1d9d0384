//! `sys.rs`, and the structs of `backstop.h` that live elsewhere, against the header, as a C compiler reads it.

use crate::OnTorn;
use crate::access::Access;
use crate::site::Recover;
use crate::{Domain, Site, sys};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::mem::offset_of;
use std::path::Path;
use std::process::{Command, Stdio};

const HEADER: &str = include_str!("../include/backstop/backstop.h");

/// An expression of C, and what it must be.
type Fact = (String, i64);

fn size_of_field<T, F>(_: impl FnOnce(&T) -> &F) -> usize {
    size_of::<F>()
}

/// The facts of a struct: its size, and where each field lies and how long it is. All fields must be named.
macro_rules! facts {
    ($c:literal, $rust:ty: $struct:path { $($field:ident),* $(,)? }) => {{
        let _all = |it: &$rust| { let $struct { $($field: _),* } = it; };
        let mut facts: Vec<Fact> = vec![(format!("sizeof({})", $c), size_of::<$rust>() as i64)];
        $(
            facts.push((format!("offsetof({}, {})", $c, stringify!($field)), offset_of!($rust, $field) as i64));
            let size = size_of_field(|it: &$rust| &it.$field);
            facts.push((format!("sizeof((({} *)0)->{})", $c, stringify!($field)), size as i64));
        )*
        facts
    }};
}

fn structs() -> Vec<Fact> {
    [
        facts!("backstop_fault", sys::Fault: sys::Fault {
            size, signal, code, kind, error_number, thread, has_address, address, instruction_pointer, stack_pointer,
            stack_low, stack_high, access, system_call, thread_name, message,
        }),
        facts!("backstop_frame", sys::Frame: sys::Frame { instruction_pointer, state, exact }),
        facts!("backstop_recovery", sys::Recovery: sys::Recovery {
            size, way, is_torn, second_signal, unwound, unvouched, hopped, jumped, left_out, left_out_at, truncated,
            cleaned, cleanups_failed, frame_count, frames,
        }),
        facts!("backstop_trace", sys::Trace: sys::Trace {
            size, left_out, left_out_at, truncated, frame_count, frames,
        }),
        facts!("backstop_deadline", sys::Deadline: sys::Deadline {
            size, allowed, ran, is_interrupted, tries, obstacle, instruction_pointer,
        }),
        facts!("backstop_options", sys::Options: sys::Options { size, signals, alternate_stack_size, traces, inner_frames_only, deadline_signal }),
        facts!("backstop_signal_status", sys::SignalStatus: sys::SignalStatus {
            signal, is_handled, is_on_top, is_blocked, handler, previous, handler_name, previous_name,
        }),
        facts!("backstop_health", sys::Health: sys::Health {
            size, support, is_installed, is_portable_entry, can_unwind, traces, thread_is_prepared, thread_depth,
            alternate_stack_size, alternate_stack_needed, alternate_stack_is_ours, stack_low, stack_high,
            deadline_signal, deadline_signal_is_blocked, is_watching, debugger, sanitizers, host, signal_count, signals,
        }),
        facts!("backstop_counters", sys::Counters: sys::Counters {
            size, calls, exceptions, faults, faults_by_kind, deadlines, torn, refused, resets,
        }),
        facts!("backstop_budget", sys::Budget: sys::Budget { size, span, calls, faults }),
        facts!("backstop_breaker", sys::Breaker: sys::Breaker { size, faults, window, cool_down, clock, data }),
        facts!("backstop_hook", sys::Hook: sys::Hook { run }),
        facts!("backstop_carried", sys::Carried: sys::Carried { drop }),
        facts!("backstop_site", Site: Site { name, file, line, recover, domain, deadline }),
        facts!("backstop_domain", Domain: Domain { name, on_torn, refusing, index, state }),
    ]
    .concat()
}

/// The constants of `sys.rs`, each of which has the header's name without the prefix.
fn constants() -> Vec<Fact> {
    let lines = include_str!("sys.rs").lines().filter_map(|line| line.strip_prefix("pub const "));
    lines
        .map(|line| {
            let (name, value) = line.split_once(": i32 = ").expect("constants are of type i32");
            (format!("BACKSTOP_{name}"), value.trim_end_matches(';').parse().expect("a number"))
        })
        .collect()
}

fn values() -> Vec<Fact> {
    let number_of = |access| (0..i32::MAX).find(|number| Access::from_number(*number) == access).unwrap();
    let values = [
        ("BACKSTOP_UNWIND", Recover::Unwind as i32),
        ("BACKSTOP_JUMP", Recover::Jump as i32),
        ("BACKSTOP_REFUSE_CALLS", OnTorn::Refuse as i32),
        ("BACKSTOP_ALLOW_CALLS", OnTorn::Allow as i32),
        ("BACKSTOP_ACCESS_UNKNOWN", number_of(Access::Unknown)),
        ("BACKSTOP_ACCESS_READ", number_of(Access::Read)),
        ("BACKSTOP_ACCESS_WRITE", number_of(Access::Write)),
        ("BACKSTOP_ACCESS_EXECUTE", number_of(Access::Execute)),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// What C makes of the expressions.
fn in_c(facts: &[Fact]) -> Vec<i64> {
    let directory = tempfile::tempdir().unwrap();
    let (source, program) = (directory.path().join("facts.c"), directory.path().join("facts"));
    let prints = facts.iter().map(|(fact, _)| format!("printf(\"%lld\\n\", (long long)({fact}));\n"));
    let body: String = prints.collect();
    let text = format!("#include <backstop/backstop.h>\n#include <stdio.h>\nint main(void) {{\n{body}}}\n");
    fs::write(&source, text).unwrap();
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let mut compile = Command::new(compiler);
    compile.args(["-std=c11", "-I"]).arg(include).arg(&source).arg("-o").arg(&program);
    assert!(compile.status().unwrap().success(), "{compile:?}");
    let output = Command::new(&program).stderr(Stdio::inherit()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn sizes_offsets_and_values_are_the_headers() {
    let facts = [structs(), constants(), values()].concat();
    let differences: Vec<_> =
        facts.iter().zip(in_c(&facts)).filter(|((_, here), there)| here != there).collect();
    assert!(differences.is_empty(), "expression, here, and in C: {differences:#?}");
}

#[test]
fn the_version_is_the_packages() {
    let part = |name: &str| {
        let (_, rest) = HEADER.split_once(&format!("#define BACKSTOP_VERSION_{name} ")).unwrap();
        rest.lines().next().unwrap()
    };
    assert_eq!(["MAJOR", "MINOR", "PATCH"].map(part).join("."), env!("CARGO_PKG_VERSION"));
}

/// So that a header and a library that don't fit fail at link.
#[test]
fn every_function_carries_the_version() {
    let defined: BTreeSet<_> = HEADER
        .lines()
        .filter_map(|line| line.strip_prefix("#define backstop_")?.split_once(" backstop_v0_"))
        .map(|(name, versioned)| {
            assert_eq!(name, versioned);
            name
        })
        .collect();
    let declarations = HEADER.split("BACKSTOP_API ").skip(1).filter_map(|text| text.split_once('('));
    let declared: BTreeSet<_> =
        declarations.filter_map(|(start, _)| Some(start.rsplit_once("backstop_")?.1)).collect();
    assert_eq!(declared, defined);
}
