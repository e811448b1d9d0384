//! The options of `#[guard(...)]` and of `#[backstop::bridge(...)]`: `name = "value"`, with commas between.
//!
//! What is wrong with an option is reported, and the option counts as not given.

use crate::message::{self, Problem, Rule};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser, Result};
use syn::{Attribute, LitStr, Meta, Token};

/// How a fault in a guarded function is recovered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Recover {
    Unwind,
    Jump,
}

/// What a fault that was recovered torn does to the bridge's domain.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum OnTorn {
    Refuse,
    Allow,
}

/// An option that has a few values to choose from.
struct Choice<T: 'static> {
    values: &'static [(&'static str, T)],
    needs_text: Rule,
    wrong_value: Rule,
}

const RECOVER: Choice<Recover> = Choice {
    values: &[("unwind", Recover::Unwind), ("jump", Recover::Jump)],
    needs_text: message::RECOVER_NEEDS_TEXT,
    wrong_value: message::RECOVER_VALUE,
};

const ON_TORN: Choice<OnTorn> = Choice {
    values: &[("refuse", OnTorn::Refuse), ("allow", OnTorn::Allow)],
    needs_text: message::ON_TORN_NEEDS_TEXT,
    wrong_value: message::ON_TORN_VALUE,
};

/// The arguments of `#[backstop::bridge]`, told apart.
pub(crate) struct OfBridge {
    /// Those that are for cxx.
    pub cxx: TokenStream,
    pub on_torn: Option<OnTorn>,
}

pub(crate) fn of_bridge(args: TokenStream, problems: &mut Vec<Problem>) -> OfBridge {
    let mut options = OfBridge { cxx: TokenStream::new(), on_torn: None };
    let mut seen = Vec::new();
    for entry in entries(args) {
        if is_second(&entry, &mut seen, problems) {
            continue;
        }
        match entry.name().as_str() {
            "namespace" => options.cxx = entry.tokens, // the only one that cxx has
            "on_torn" => options.on_torn = ON_TORN.read(entry, problems),
            "recover" => problems.push(message::RECOVER_IS_OF_GUARD.at(entry.first())),
            _ => problems.push(message::UNKNOWN_BRIDGE_OPTION.at(entry.first())),
        }
    }
    options
}

/// What a `#[guard]` says of the way back; None if it says nothing.
pub(crate) fn of_guard(guard: &Attribute, problems: &mut Vec<Problem>) -> Option<Recover> {
    let args = match &guard.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(meta) => {
            problems.push(message::UNKNOWN_OPTION.at(&meta.value));
            TokenStream::new()
        }
    };
    let mut recover = None;
    let mut seen = Vec::new();
    for entry in entries(args) {
        if is_second(&entry, &mut seen, problems) {
            continue;
        }
        match entry.name().as_str() {
            "recover" => recover = RECOVER.read(entry, problems),
            "on_torn" => problems.push(message::ON_TORN_IS_OF_BRIDGE.at(entry.first())),
            _ => problems.push(message::UNKNOWN_OPTION.at(entry.first())),
        }
    }
    recover
}

/// What stands between two commas.
struct Entry {
    tokens: TokenStream,
}

fn entries(args: TokenStream) -> Vec<Entry> {
    let tokens: Vec<TokenTree> = args.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let entries = tokens.split_inclusive(is_comma).map(|entry| match entry {
        // A comma with nothing before it is as wrong as any other token.
        [first @ .., last] if !first.is_empty() && is_comma(last) => first,
        entry => entry,
    });
    entries.map(|entry| Entry { tokens: entry.iter().cloned().collect() }).collect()
}

impl Entry {
    fn first(&self) -> Option<TokenTree> {
        self.tokens.clone().into_iter().next()
    }

    /// Empty if it does not start with one.
    fn name(&self) -> String {
        match self.first() {
            Some(TokenTree::Ident(name)) => name.to_string(),
            _ => String::new(),
        }
    }
}

/// Whether an option of this name stands before this one; if so it is reported.
fn is_second(entry: &Entry, seen: &mut Vec<String>, problems: &mut Vec<Problem>) -> bool {
    let name = entry.name();
    let second = !name.is_empty() && seen.contains(&name);
    if second {
        problems.push(message::OPTION_TWICE.at(entry.first()));
    }
    seen.push(name);
    second
}

impl<T: Copy> Choice<T> {
    fn read(&self, entry: Entry, problems: &mut Vec<Problem>) -> Option<T> {
        let first = entry.first();
        let problem = match value.parse2(entry.tokens).ok() {
            Some(value) if value.is_empty() => self.needs_text.at(first),
            Some(value) => match syn::parse2::<LitStr>(value.clone()) {
                Ok(text) => match self.values.iter().find(|(name, _)| *name == text.value()) {
                    Some((_, chosen)) => return Some(*chosen),
                    None => self.wrong_value.at(text),
                },
                Err(_) => self.needs_text.at(value),
            },
            None => self.needs_text.at(first),
        };
        problems.push(problem);
        None
    }
}

/// What follows `name =`.
fn value(input: ParseStream) -> Result<TokenStream> {
    input.parse::<Ident>()?;
    input.parse::<Token![=]>()?;
    input.parse()
}

impl ToTokens for Recover {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Recover::Unwind => quote!(::backstop::__private::Recover::Unwind),
            Recover::Jump => quote!(::backstop::__private::Recover::Jump),
        });
    }
}

impl ToTokens for OnTorn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            OnTorn::Refuse => quote!(::backstop::OnTorn::Refuse),
            OnTorn::Allow => quote!(::backstop::OnTorn::Allow),
        });
    }
}
