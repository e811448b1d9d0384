//! The input of the macro and of the build helper: the text of a file with bridges.
//!
//! What must hold of any text, be it Rust or not:
//!
//! 1. Neither half panics.
//! 2. Each problem has a message, and points at a place in the text.
//! 3. The macro expands a bridge to Rust, and complains of it exactly where the build helper does.
//! 4. Both give it the same fingerprint.
//! 5. cxx takes what a bridge is lowered to exactly if it takes the bridge without what is ours.
//! 6. The C++ that cxx makes of it can be edited, and afterwards each call into Rust has its barrier.

mod cxx;
pub mod grammar;
mod plain;

use crate::fail;
use backstop_syntax::{LoweredFile, Problem, expand, lower_file};
use proc_macro2::TokenStream;
use syn::{Item, ItemMod, Meta};

/// What became of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Outcome {
    /// It is no Rust, or there is no bridge in it.
    NoBridge,
    /// We, or cxx, refuse a bridge.
    Refused,
    Accepted,
}

/// Any text. Says what became of it, or panics where one of the promises above is broken.
pub fn check(source: &str) -> Outcome {
    let lowered = lower_file(source);
    if let Err(problems) = &lowered {
        assert!(!problems.is_empty(), "an error without a problem");
        problems.iter().for_each(|problem| check_problem(problem, source));
    }
    let Some(bridges) = bridges(source) else { return Outcome::NoBridge };
    if bridges.is_empty() {
        return Outcome::NoBridge;
    }
    let expansions: Vec<String> = bridges.into_iter().map(check_expansion).collect();
    let complains = expansions.iter().any(|text| text.contains(":: core :: compile_error"));
    match (&lowered, complains) {
        (Ok(_), true) => fail!("only the macro complains\n{source}\n{expansions:#?}"),
        (Err(problems), false) => fail!("only the build helper complains\n{source}\n{problems:#?}"),
        _ => {}
    }
    let Ok(LoweredFile { text, digests, .. }) = lowered else { return Outcome::Refused };
    for (digest, expansion) in digests.iter().zip(&expansions) {
        let is_plain = !expansion.contains("BACKSTOP_BRIDGE_");
        assert!(is_plain || expansion.contains(digest), "no {digest} in\n{expansion}\n{source}");
    }
    check_against_cxx(source, &text)
}

/// A bridge that was generated without a mistake of ours.
pub fn check_right(source: &str) -> Outcome {
    if let Err(problems) = lower_file(source) {
        fail!("refused\n{source}\n{problems:#?}");
    }
    check(source)
}

fn check_problem(problem: &Problem, source: &str) {
    let lines: Vec<&str> = source.split('\n').collect();
    let (start, end) = (problem.start(), problem.end());
    assert!(!problem.message().trim().is_empty(), "nothing is said of\n{source}");
    assert!((start.line, start.column) <= (end.line, end.column), "{problem:?} ends first, in\n{source}");
    for place in [start, end] {
        let line = lines.get(place.line.wrapping_sub(1));
        // The end of what is missing something is just behind it.
        let is_there = line.is_some_and(|line| place.column <= line.chars().count());
        assert!(is_there, "{problem:?} is nowhere in\n{source}");
    }
}

/// The bridges of a file in their order, each with what is in the parentheses of its attribute. None if it is no Rust.
fn bridges(source: &str) -> Option<Vec<(TokenStream, ItemMod)>> {
    let mut found = Vec::new();
    collect(syn::parse_file(source).ok()?.items, &mut found);
    Some(found)
}

fn collect(items: Vec<Item>, found: &mut Vec<(TokenStream, ItemMod)>) {
    for item in items {
        let Item::Mod(mut module) = item else { continue };
        match module.attrs.iter().position(|attr| plain::is_path(&attr.meta, &["backstop", "bridge"])) {
            Some(position) => {
                let args = match module.attrs.remove(position).meta {
                    Meta::List(list) => list.tokens,
                    _ => TokenStream::new(),
                };
                found.push((args, module));
            }
            None => module.content.into_iter().for_each(|(_, items)| collect(items, found)),
        }
    }
}

fn check_expansion((args, module): (TokenStream, ItemMod)) -> String {
    let expansion = expand(args, quote::quote!(#module));
    if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
        fail!("expands to what is no Rust: {error}\n{expansion}");
    }
    expansion.to_string()
}

fn check_against_cxx(source: &str, lowered: &str) -> Outcome {
    let Ok(tokens) = source.parse() else { return Outcome::NoBridge };
    let plain = plain::plain(tokens);
    let ours = lowered.parse().unwrap_or_else(|error| fail!("lowered to no Rust: {error}\n{lowered}"));
    match (cxx::generate(plain.clone()), cxx::generate(ours)) {
        (Ok(_), Ok(generated)) => {
            cxx::check_edits(&generated);
            Outcome::Accepted
        }
        (Err(_), Err(_)) => Outcome::Refused,
        (Ok(_), Err(error)) => {
            fail!("cxx takes it, and not what it is lowered to: {error}\n{source}\n{lowered}")
        }
        // One of C++ and one of Rust may have the same name, as ours are hidden under different ones.
        (Err(error), Ok(_)) if error.ends_with("is defined multiple times") => Outcome::Accepted,
        (Err(error), Ok(_)) => fail!("cxx takes only what it is lowered to: {error}\n{source}\n{plain}"),
    }
}
