//! Puts a barrier around every way from C++ into Rust.
//!
//! A fault is recovered by leaving all frames between it and the guard. For C++ frames that is what the guard
//! promises; a Rust frame must never be left like that, for Rust relies on its frames to end properly: a lock guard or
//! a `RefMut` that is never dropped is unsound. So where C++ calls Rust, a *barrier* says to the runtime: as long as
//! this call runs, the guards around it are out of reach. A fault inside is then what it would be without backstop.
//!
//! The calls are in the C++ code that cxx generates, and only there: in functions of `extern "Rust"` blocks, in
//! trampolines of function pointers, and in what `rust::Box`, `rust::Vec` and shared structs do by way of Rust. cxx
//! offers no hook for them, so this file edits what it wrote. It knows three kinds of line that name a symbol of the
//! bridge, all of which contain `cxxbridge1$`:
//!
//! ```text
//! int32_t demo$cxxbridge1$205$callback(int32_t x) noexcept;      a prototype: the function is Rust's
//! int32_t demo$cxxbridge1$205$parse(::rust::Str x) noexcept {    a definition: the function is C++'s, for Rust to call
//!   return demo$cxxbridge1$205$callback(x);                      a call into Rust: its function gets the barrier
//! ```
//!
//! A line that is none of these, or a prototype that nobody calls, shows that cxx now writes something else. Then
//! nothing may be assumed, and the build stops.

use crate::generated::Unknown;
use std::collections::{BTreeMap, BTreeSet};

/// The generated source, with its barriers.
pub(crate) fn with_barriers(source: &str) -> Result<String, Unknown<'_>> {
    let lines: Vec<&str> = source.lines().collect();
    let calls = calls(&lines)?;
    let mut edited = String::from("#include \"backstop/backstop.hpp\"\n");
    for (number, line) in lines.iter().enumerate() {
        edited += line;
        edited += "\n";
        if let Some(symbol) = calls.get(&number) {
            let indent = indent(line) + 2;
            edited +=
                &format!("{:indent$}::backstop::barrier backstop$barrier(\"{}\");\n", "", label(symbol));
        }
    }
    Ok(edited)
}

/// The lines that open a function which calls Rust, each with the symbol that it calls.
fn calls<'a>(lines: &[&'a str]) -> Result<BTreeMap<usize, &'a str>, Unknown<'a>> {
    let symbol_of_line =
        || lines.iter().enumerate().filter_map(|(number, line)| Some((number, *line, symbol(line)?)));
    let is_prototype = |line: &str| line.ends_with(") noexcept;");
    let is_definition = |line: &str| line.ends_with('{');

    let prototypes = symbol_of_line().filter(|(_, line, _)| is_prototype(line));
    let rust: BTreeSet<&str> = prototypes.map(|(_, _, symbol)| symbol).collect();
    let mut uncalled = rust.clone();
    let mut calls = BTreeMap::new();
    for (number, line, symbol) in symbol_of_line() {
        if is_prototype(line) || is_definition(line) {
            continue;
        }
        let opening = opening(lines, number).filter(|_| rust.contains(symbol)).ok_or(Unknown(line))?;
        uncalled.remove(symbol);
        calls.insert(opening, symbol);
    }
    match uncalled.first() {
        Some(symbol) => Err(Unknown(symbol)),
        None => Ok(calls),
    }
}

/// The symbol of the bridge that the line declares, defines or calls.
fn symbol(line: &str) -> Option<&str> {
    if line.trim_start().starts_with("//") {
        return None; // documentation, which may say anything
    }
    let is_part = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    let middle = line.find("cxxbridge1$")?;
    let start = line[..middle].trim_end_matches(is_part).len();
    let rest = &line[start..];
    let symbol = &rest[..rest.find(|char| !is_part(char))?];
    rest[symbol.len()..].starts_with('(').then_some(symbol)
}

/// The line that opens the block around this one.
fn opening(lines: &[&str], number: usize) -> Option<usize> {
    let around =
        lines[..number].iter().rposition(|line| !line.is_empty() && indent(line) < indent(lines[number]))?;
    let opens_function = lines[around].ends_with('{') && lines[around].contains(')');
    opens_function.then_some(around)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The function behind a symbol, as a C++ programmer would write it. For the arrangement of symbols see
/// `syntax/mangle.rs` in cxx.
fn label(symbol: &str) -> String {
    let segments: Vec<&str> = symbol.split('$').collect();
    let mut halves = segments.splitn(2, |segment| *segment == "cxxbridge1");
    let (namespace, rest) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    match rest {
        [kind @ ("box" | "rust_vec"), ty @ .., function] => format!("{}::{function}", generic(kind, ty)),
        [version, name @ ..] if version.bytes().all(|byte| byte.is_ascii_digit()) => {
            [namespace, &[&function(name)]].concat().join("::")
        }
        _ => segments.join("::"),
    }
}

/// `box`, `demo$Type` as `Box<demo::Type>`.
fn generic(kind: &str, ty: &[&str]) -> String {
    let argument = match ty {
        ["box", inner @ ..] if !inner.is_empty() => generic("box", inner),
        _ => ty.join("::"),
    };
    match kind {
        "box" => format!("Box<{argument}>"),
        _ => format!("Vec<{argument}>"),
    }
}

/// What follows the namespace: a function, a method, an operator, or a trampoline.
fn function(name: &[&str]) -> String {
    let plain = |name: &[&str]| name.iter().map(|segment| shown(segment)).collect::<Vec<_>>().join("::");
    match name {
        [ty, "operator", operator] => format!("{ty}::{}", operator_name(operator)),
        [function @ .., argument, "1"] => format!("{}({argument})", plain(function)),
        _ => plain(name),
    }
}

/// The name that the user gave to what the lowered bridge calls `__backstop_build_name` or `__backstop_call_name__backstop_ffi`.
fn shown(name: &str) -> &str {
    let called = || name.strip_prefix("__backstop_call_")?.rsplit_once("__backstop_");
    match called() {
        Some((name, _)) => name,
        None => name.strip_prefix("__backstop_build_").unwrap_or(name),
    }
}

fn operator_name(operator: &str) -> &str {
    match operator {
        "eq" => "operator==",
        "ne" => "operator!=",
        "lt" => "operator<",
        "le" => "operator<=",
        "gt" => "operator>",
        "ge" => "operator>=",
        other => other, // hash, sizeof, alignof
    }
}

#[cfg(test)]
mod tests {
    use super::{Unknown, label, with_barriers};

    /// What cxx-build makes of `fixtures/callbacks.rs`.
    const GENERATED: &str = include_str!("fixtures/callbacks.cc");
    const OPENING: &str = "::backstop::barrier backstop$barrier(\"";

    /// Each function that got a barrier, by its first line, with the label of the barrier.
    fn barriers(edited: &str) -> Vec<(&str, &str)> {
        let lines: Vec<&str> = edited.lines().collect();
        let barriers = lines.windows(2).filter_map(|pair| {
            let label = pair[1].trim_start().strip_prefix(OPENING)?;
            Some((pair[0].trim(), label.strip_suffix("\");")?))
        });
        barriers.collect()
    }

    #[test]
    fn every_call_into_rust_has_one() {
        let edited = with_barriers(GENERATED).unwrap();
        assert!(edited.starts_with("#include \"backstop/backstop.hpp\"\n"));
        let labels: Vec<&str> = barriers(&edited).into_iter().map(|(_, label)| label).collect();
        let first = [
            "demo::Widget::turn(f)",
            "demo::each(f)",
            "demo::Shared::hash",
            "demo::Shared::operator==",
            "demo::Shared::operator!=",
            "demo::Shared::operator<",
            "demo::Shared::operator<=",
            "demo::Shared::operator>",
            "demo::Shared::operator>=",
            "demo::Thing::sizeof",
            "demo::Thing::alignof",
            "demo::Thing::poke",
            "demo::Thing::make",
            "callback",
            "demo::take",
            "demo::of_plain_cxx",
            "Box<demo::Thing>::alloc",
            "Box<demo::Thing>::dealloc",
            "Box<demo::Thing>::drop",
            "Vec<demo::Shared>::new",
        ];
        assert_eq!(labels[..first.len()], first);
        let prototypes = GENERATED.lines().filter(|line| line.contains("cxxbridge1$") && line.ends_with(';'));
        let prototypes = prototypes.filter(|line| line.ends_with(") noexcept;"));
        assert_eq!(labels.len(), prototypes.count());
    }

    #[test]
    fn no_call_into_cxx_has_one() {
        let edited = with_barriers(GENERATED).unwrap();
        let shims = barriers(&edited).into_iter().filter(|(function, _)| function.contains("cxxbridge1$"));
        let trampolines: Vec<&str> = shims.map(|(_, label)| label).collect();
        assert_eq!(trampolines, ["demo::Widget::turn(f)", "demo::each(f)"]);
    }

    #[test]
    fn nothing_else_changes() {
        let edited = with_barriers(GENERATED).unwrap();
        let without = edited.lines().skip(1).filter(|line| !line.contains(OPENING));
        assert!(without.eq(GENERATED.lines()));
    }

    #[test]
    fn a_prototype_that_nobody_calls() {
        let source = "void demo$cxxbridge1$205$f() noexcept;\n";
        assert_eq!(with_barriers(source), Err(Unknown("demo$cxxbridge1$205$f")));
    }

    #[test]
    fn a_call_without_a_prototype() {
        let source = "void f() noexcept {\n  cxxbridge1$205$f();\n}\n";
        assert_eq!(with_barriers(source), Err(Unknown("  cxxbridge1$205$f();")));
    }

    #[test]
    fn a_call_outside_a_function() {
        let prototype = "int cxxbridge1$205$f() noexcept;\n";
        for call in ["int x = cxxbridge1$205$f();\n", "namespace x {\n  int x = cxxbridge1$205$f();\n}\n"] {
            assert!(with_barriers(&format!("{prototype}{call}")).is_err());
        }
    }

    #[test]
    fn labels() {
        assert_eq!(label("cxxbridge1$205$f"), "f");
        assert_eq!(label("a$b$cxxbridge1$205$Type$f"), "a::b::Type::f");
        assert_eq!(label("a$cxxbridge1$205$Type$operator$eq"), "a::Type::operator==");
        assert_eq!(label("a$cxxbridge1$205$__backstop_build_f$callback$1"), "a::f(callback)");
        assert_eq!(label("cxxbridge1$rust_vec$box$a$Type$drop"), "Vec<Box<a::Type>>::drop");
        assert_eq!(label("a$cxxbridge1$205$Type$__backstop_call_f__backstop_ffi"), "a::Type::f");
        assert_eq!(label("cxxbridge1$205$__backstop_call_f_g__backstop_my_ffi"), "f_g");
        assert_eq!(label("something$else"), "something::else");
    }

    #[test]
    fn documentation_may_say_anything() {
        let docs = "  // calls cxxbridge1$205$f() noexcept;\n// and cxxbridge1$205$g(\n";
        assert!(with_barriers(docs).unwrap().ends_with(docs));
    }
}
