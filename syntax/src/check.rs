//! What can be wrong with the guards of a bridge.
//!
//! Every problem is reported, and mended: afterwards each function that is to be guarded carries exactly one `#[guard]`
//! of its own, and there is none anywhere else. So the rest of the bridge is lowered as if nothing had happened, and
//! one mistake does not cause twenty errors.

use crate::attrs::{self, Kind};
use crate::message::{self, Problem};
use crate::parse::{self, Bridge};
use crate::{facade, lower, options, signature};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, ForeignItem, ForeignItemFn, GenericParam, Item, ItemForeignMod, Meta, ReturnType, Signature,
};

pub(crate) fn check(bridge: &mut Bridge) -> Vec<Problem> {
    let mut problems = Vec::new();
    let options = options::of_bridge(bridge.args.clone(), &mut problems);
    bridge.cxx_args = options.cxx;
    bridge.on_torn = options.on_torn.unwrap_or(bridge.on_torn);
    check_module(&mut bridge.attrs, &mut problems);
    check_module(&mut bridge.inner_attrs, &mut problems);
    for item in &mut bridge.items {
        match item {
            Item::ForeignMod(block) => check_block(block, &mut problems),
            other => {
                if let Some(swept) = sweep(other.to_token_stream(), &mut problems) {
                    *other = Item::Verbatim(swept);
                }
            }
        }
    }
    if lower::has_guards(bridge) {
        check_names(bridge, &mut problems);
    }
    problems
}

/// The name of the domain is taken. A guarded function of that name loses its guard, and so the facade its wrapper.
fn check_names(bridge: &mut Bridge, problems: &mut Vec<Problem>) {
    let blocks = bridge.items.iter_mut().filter_map(|item| match item {
        Item::ForeignMod(block) => Some(block),
        _ => None,
    });
    for item in blocks.flat_map(|block| &mut block.items) {
        let ForeignItem::Fn(function) = item else { continue };
        let is_free = function.sig.receiver().is_none() && attrs::ident(&function.attrs, "Self").is_none();
        if is_free && lower::rust_name(function) == facade::DOMAIN {
            problems.push(message::DOMAIN_TAKEN.at(&function.sig.ident));
            function.attrs.retain(|attr| attrs::kind(attr) != Kind::Guard);
        }
    }
}

fn check_module(attrs: &mut Vec<Attribute>, problems: &mut Vec<Problem>) {
    attrs.retain(|attr| {
        let problem = match () {
            () if attrs::is_cxx_bridge(attr.path()) => message::SECOND_BRIDGE.at(attr),
            () if attrs::kind(attr) == Kind::Guard => message::NEEDS_FUNCTION.at(attr),
            () => return true,
        };
        problems.push(problem);
        false
    });
}

fn check_block(block: &mut ItemForeignMod, problems: &mut Vec<Problem>) {
    let cxx = parse::is_cxx(block);
    let mut guard = take_guard(&mut block.attrs, problems);
    if let Some(guard) = guard.take_if(|_| !cxx) {
        problems.push(message::NEEDS_CXX.at(guard));
    }
    let mut guards_one = false;
    block.items.retain_mut(|item| {
        let ForeignItem::Fn(function) = item else {
            if let Some(swept) = sweep(item.to_token_stream(), problems) {
                *item = ForeignItem::Verbatim(swept);
            }
            return true;
        };
        let mut own = take_guard(&mut function.attrs, problems);
        if let (Some(own), Some(guard)) = (&mut own, &guard) {
            inherit(own, guard);
        }
        let inherited = guard.clone().filter(|_| signature::ok_type(&function.sig.output).is_some());
        guards_one |= inherited.is_some();
        check_function(function, own.or(inherited), cxx, problems)
    });
    if let Some(guard) = guard.filter(|_| !guards_one) {
        problems.push(message::NOTHING_TO_GUARD.at(guard));
    }
}

/// False if cxx, too, would have no use for the function.
fn check_function(
    function: &mut ForeignItemFn,
    guard: Option<Attribute>,
    cxx: bool,
    problems: &mut Vec<Problem>,
) -> bool {
    if sweep(function.sig.to_token_stream(), problems).is_some() {
        return false;
    }
    let Some(guard) = guard else { return true };
    if !cxx {
        problems.push(message::NEEDS_CXX.at(guard));
        return true;
    }
    let before = problems.len();
    check_callable(&function.sig, problems);
    let callable = problems.len() == before;
    let returns = check_result(&function.sig, problems);
    if problems.len() == before {
        function.attrs.push(guard);
    }
    callable && returns
}

fn check_callable(sig: &Signature, problems: &mut Vec<Problem>) {
    problems.extend(sig.asyncness.map(|token| message::ASYNC.at(token)));
    problems.extend(sig.variadic.as_ref().map(|variadic| message::VARIADIC.at(variadic.dots)));
    let generic = |param: &&GenericParam| match param {
        GenericParam::Lifetime(param) => !param.bounds.is_empty(),
        GenericParam::Type(_) | GenericParam::Const(_) => true,
    };
    let params = sig.generics.params.iter().filter(generic);
    problems.extend(params.map(|param| message::GENERIC.at(param)));
    problems.extend(sig.generics.where_clause.as_ref().map(|clause| message::GENERIC.at(clause)));
}

/// False if the type is a `Result` that cxx does not know either.
fn check_result(sig: &Signature, problems: &mut Vec<Problem>) -> bool {
    if signature::ok_type(&sig.output).is_some() {
        return true;
    }
    let ReturnType::Type(_, ty) = &sig.output else {
        problems.push(message::NEEDS_RESULT.with("()", &sig.ident));
        return true;
    };
    let foreign = signature::foreign_result(ty);
    let ok = foreign.clone().unwrap_or_else(|| signature::text(ty));
    problems.push(message::NEEDS_RESULT.with(&ok, ty));
    foreign.is_none()
}

/// Takes all `#[guard]`s off, and answers the first.
fn take_guard(attrs: &mut Vec<Attribute>, problems: &mut Vec<Problem>) -> Option<Attribute> {
    let mut guards = attrs.extract_if(.., |attr| attrs::kind(attr) == Kind::Guard);
    let first = guards.next();
    if let Some(first) = &first {
        options::of_guard(first, problems);
    }
    problems.extend(guards.map(|second| message::TWICE.at(second)));
    first
}

/// Where a function's own `#[guard]` says nothing, that of its block counts.
fn inherit(own: &mut Attribute, block: &Attribute) {
    if options::of_guard(own, &mut Vec::new()).is_none() {
        own.meta = block.meta.clone();
    }
}

/// Reports each `#[guard]` in these tokens, which belong to something that can't have one, and answers the tokens
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
                if let Some(brackets) = tokens.next_if(is_guard_in_brackets) {
                    problems.push(message::NEEDS_FUNCTION.at(quote!(#token #brackets)));
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

fn is_guard_in_brackets(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            syn::parse2::<Meta>(group.stream()).is_ok_and(|meta| attrs::is_guard(meta.path()))
        }
        _ => false,
    }
}
