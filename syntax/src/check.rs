//! What can be wrong with the guards of a bridge, and with its translations of exceptions.
//!
//! Every problem is reported, and mended: afterwards each function that is to be guarded carries exactly one `#[guard]`
//! of its own, each that translates an exception one `#[exception]`, and there is none anywhere else. So the rest of the
//! bridge is lowered as if nothing had happened, and one mistake does not cause twenty errors.

mod exceptions;
mod guards;

use crate::attrs::{self, Kind};
use crate::domain::{self, Domain};
use crate::lower;
use crate::message::{self, Problem, Rule};
use crate::options;
use crate::parse::{self, Bridge};
use exceptions::Exceptions;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, ForeignItem, Item, ItemForeignMod, Meta};

pub(crate) fn check(bridge: &mut Bridge) -> Vec<Problem> {
    let mut problems = Vec::new();
    let options = options::of_bridge(bridge.args.clone(), &mut problems);
    bridge.cxx_args = options.cxx;
    bridge.on_torn = options.on_torn.unwrap_or(bridge.on_torn);
    bridge.domain = options.domain.unwrap_or(Domain::OfBridge);
    check_module(&mut bridge.attrs, &mut problems);
    check_module(&mut bridge.inner_attrs, &mut problems);
    let mut exceptions = Exceptions::new(bridge);
    for item in &mut bridge.items {
        match item {
            Item::ForeignMod(block) => check_block(block, &mut exceptions, &mut problems),
            other => {
                if let Some(swept) = sweep(other.to_token_stream(), &mut problems) {
                    *other = Item::Verbatim(swept);
                }
            }
        }
    }
    guards::check_names(bridge, &mut problems);
    if lower::has_guards(bridge) && domain::own_domains(bridge).is_empty() {
        problems.extend(options.on_torn_at.map(|on_torn| message::ON_TORN_ELSEWHERE.at(on_torn)));
    }
    problems
}

fn check_module(attrs: &mut Vec<Attribute>, problems: &mut Vec<Problem>) {
    attrs.retain(|attr| {
        let problem = match misplaced(attr.path()) {
            _ if attrs::is_cxx_bridge(attr.path()) => message::SECOND_BRIDGE.at(attr),
            Some(rule) => rule.at(attr),
            None => return true,
        };
        problems.push(problem);
        false
    });
}

fn check_block(block: &mut ItemForeignMod, exceptions: &mut Exceptions, problems: &mut Vec<Problem>) {
    for exception in take(&mut block.attrs, Kind::Exception) {
        problems.push(message::EXCEPTION_NEEDS_FUNCTION.at(exception));
    }
    let mut guard = guards::OfBlock::take(block, problems);
    let is_cxx = parse::is_cxx(block);
    let is_rust = parse::is_rust(block);
    exceptions.is_conditional = attrs::has_cfg(&block.attrs);
    block.items.retain_mut(|item| {
        let ForeignItem::Fn(function) = item else {
            if let Some(swept) = sweep(item.to_token_stream(), problems) {
                *item = ForeignItem::Verbatim(swept);
            }
            return true;
        };
        if sweep(function.sig.to_token_stream(), problems).is_some() {
            return false;
        }
        let translates = take(&mut function.attrs, Kind::Exception);
        if !translates.is_empty() {
            return exceptions.check(function, translates, is_rust, problems);
        }
        guard.check(function, is_cxx, problems)
    });
    guard.check_use(problems);
}

/// Takes all attributes of this kind off.
fn take(attrs: &mut Vec<Attribute>, kind: Kind) -> Vec<Attribute> {
    attrs.extract_if(.., |attr| attrs::kind(attr) == kind).collect()
}

/// Reports each of our attributes in these tokens, which belong to something that can't have one, and answers the tokens
/// without. None if there is nothing to report.
fn sweep(tokens: TokenStream, problems: &mut Vec<Problem>) -> Option<TokenStream> {
    let before = problems.len();
    let swept = sweep_into(tokens, problems);
    (problems.len() > before).then_some(swept)
}

fn sweep_into(tokens: TokenStream, problems: &mut Vec<Problem>) -> TokenStream {
    let mut swept = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if let Some((rule, brackets)) = tokens.peek().and_then(misplaced_in_brackets) {
                    tokens.next();
                    problems.push(rule.at(quote!(#token #brackets)));
                    continue;
                }
            }
            TokenTree::Group(group) => {
                let inside = sweep_into(group.stream(), problems);
                let mut without = Group::new(group.delimiter(), inside);
                without.set_span(group.span());
                swept.extend([TokenTree::Group(without)]);
                continue;
            }
            _ => {}
        }
        swept.extend([token]);
    }
    swept
}

fn misplaced_in_brackets(token: &TokenTree) -> Option<(&'static Rule, TokenTree)> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let meta = syn::parse2::<Meta>(group.stream()).ok()?;
            Some((misplaced(meta.path())?, token.clone()))
        }
        _ => None,
    }
}

/// What is wrong with an attribute of ours where there can be none.
fn misplaced(path: &syn::Path) -> Option<&'static Rule> {
    match () {
        () if attrs::is_guard(path) => Some(&message::NEEDS_FUNCTION),
        () if attrs::is_exception(path) => Some(&message::EXCEPTION_NEEDS_FUNCTION),
        () => None,
    }
}
