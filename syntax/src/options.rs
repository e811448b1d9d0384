//! The options of `#[guard(...)]` and of `#[backstop::bridge(...)]`: `name = "value"`, with commas between.
//!
//! What is wrong with an option is reported, and the option counts as not given.

use crate::deadline;
use crate::domain::Domain;
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

/// What a `#[guard]` says; None where it says nothing.
#[derive(Default)]
pub(crate) struct OfGuard {
    pub recover: Option<Recover>,
    pub domain: Option<Domain>,
    /// Nanoseconds; 0: no limit.
    pub deadline: Option<u64>,
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
    /// Where that stands.
    pub on_torn_at: Option<TokenTree>,
    pub domain: Option<Domain>,
}

pub(crate) fn of_bridge(args: TokenStream, problems: &mut Vec<Problem>) -> OfBridge {
    let mut options = OfBridge { cxx: TokenStream::new(), on_torn: None, on_torn_at: None, domain: None };
    let mut seen = Vec::new();
    for entry in entries(args) {
        if is_second(&entry, &mut seen, problems) {
            continue;
        }
        match entry.name().as_str() {
            "namespace" => options.cxx = entry.tokens, // the only one that cxx has
            "on_torn" => {
                options.on_torn_at = entry.first();
                options.on_torn = ON_TORN.read(entry, problems);
            }
            "domain" => options.domain = read_domain(entry, problems),
            "deadline" => problems.push(message::DEADLINE_IS_OF_GUARD.at(entry.first())),
            "recover" => problems.push(message::RECOVER_IS_OF_GUARD.at(entry.first())),
            _ => problems.push(message::UNKNOWN_BRIDGE_OPTION.at(entry.first())),
        }
    }
    options
}

pub(crate) fn of_guard(guard: &Attribute, problems: &mut Vec<Problem>) -> OfGuard {
    if let Meta::NameValue(meta) = &guard.meta {
        problems.push(message::UNKNOWN_OPTION.at(&meta.value));
    }
    let mut options = OfGuard::default();
    let mut seen = Vec::new();
    for entry in entries(args(guard)) {
        if is_second(&entry, &mut seen, problems) {
            continue;
        }
        match entry.name().as_str() {
            "recover" => options.recover = RECOVER.read(entry, problems),
            "domain" => options.domain = read_domain(entry, problems),
            "deadline" => options.deadline = read_deadline(entry, problems),
            "on_torn" => problems.push(message::ON_TORN_IS_OF_BRIDGE.at(entry.first())),
            _ => problems.push(message::UNKNOWN_OPTION.at(entry.first())),
        }
    }
    options
}

/// Has a function's `#[guard]` say what that of its block says, option by option, where it says nothing itself.
pub(crate) fn inherit(own: &mut Attribute, block: &Attribute) {
    let said = entries(args(own));
    let names: Vec<String> = said.iter().map(Entry::name).collect();
    let inherited = entries(args(block)).into_iter().filter(|entry| !names.contains(&entry.name()));
    let entries = said.into_iter().chain(inherited).map(|entry| entry.tokens);
    let path = own.path();
    own.meta = syn::parse_quote!(#path(#(#entries),*));
}

fn args(guard: &Attribute) -> TokenStream {
    match &guard.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    }
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

/// A text, or the path of a static.
fn read_domain(entry: Entry, problems: &mut Vec<Problem>) -> Option<Domain> {
    let first = entry.first();
    let Some(value) = value.parse2(entry.tokens).ok().filter(|value| !value.is_empty()) else {
        problems.push(message::DOMAIN_NEEDS_VALUE.at(first));
        return None;
    };
    if let Ok(text) = syn::parse2::<LitStr>(value.clone()) {
        let named = Domain::named(&text.value());
        return named.map_err(|rule| problems.push(rule.at(text))).ok();
    }
    let path = syn::parse2(value.clone()).map(Domain::Elsewhere);
    path.map_err(|_| problems.push(message::DOMAIN_NEEDS_VALUE.at(value))).ok()
}

fn read_deadline(entry: Entry, problems: &mut Vec<Problem>) -> Option<u64> {
    let first = entry.first().into_token_stream();
    let value = value.parse2(entry.tokens).ok().filter(|value| !value.is_empty());
    match value.clone().and_then(|value| syn::parse2::<LitStr>(value).ok()) {
        Some(text) => {
            let deadline = deadline::parse(&text.value());
            deadline.map_err(|(rule, example)| problems.push(rule.with(&example, text))).ok()
        }
        None => {
            problems.push(message::DEADLINE_NEEDS_TEXT.at(value.unwrap_or(first)));
            None
        }
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
