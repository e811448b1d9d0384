//! What can be wrong with `#[guard]`.

use super::take;
use crate::attrs::{self, Kind};
use crate::domain::{self, Domain};
use crate::message::{self, Problem};
use crate::parse::{self, Bridge};
use crate::{lower, options, signature};
use syn::{Attribute, ForeignItem, ForeignItemFn, Item, ItemForeignMod, ReturnType, Signature};

/// The names of the bridge's domains are taken. A guarded function of such a name loses its guard, and so the facade its
/// wrapper.
pub(super) fn check_names(bridge: &mut Bridge, problems: &mut Vec<Problem>) {
    let domains = domain::own_domains(bridge);
    let taken: Vec<String> = domains.iter().filter_map(Domain::own_static).collect();
    let blocks = bridge.items.iter_mut().filter_map(|item| match item {
        Item::ForeignMod(block) => Some(block),
        _ => None,
    });
    for item in blocks.filter(|block| parse::is_cxx(block)).flat_map(|block| &mut block.items) {
        let ForeignItem::Fn(function) = item else { continue };
        let is_free = function.sig.receiver().is_none() && attrs::ident(&function.attrs, "Self").is_none();
        let name = lower::rust_name(function).to_string();
        if is_free && taken.contains(&name) {
            problems.push(message::DOMAIN_TAKEN.with(&name, &function.sig.ident));
            function.attrs.retain(|attr| attrs::kind(attr) != Kind::Guard);
        }
    }
}

/// What a block says to all of its functions.
pub(super) struct OfBlock {
    guard: Option<Attribute>,
    /// Whether it says it to any.
    guards_one: bool,
}

impl OfBlock {
    pub fn take(block: &mut ItemForeignMod, problems: &mut Vec<Problem>) -> Self {
        let mut guard = take_guard(&mut block.attrs, problems);
        if let Some(guard) = guard.take_if(|_| !parse::is_cxx(block)) {
            problems.push(message::NEEDS_CXX.at(guard));
        }
        OfBlock { guard, guards_one: false }
    }

    /// False if cxx, too, would have no use for the function.
    pub fn check(&mut self, function: &mut ForeignItemFn, is_cxx: bool, problems: &mut Vec<Problem>) -> bool {
        let mut own = take_guard(&mut function.attrs, problems);
        if let (Some(own), Some(guard)) = (&mut own, &self.guard) {
            options::inherit(own, guard);
        }
        let inherited = self.guard.clone().filter(|_| signature::ok_type(&function.sig.output).is_some());
        self.guards_one |= inherited.is_some();
        let Some(guard) = own.or(inherited) else { return true };
        if !is_cxx {
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

    /// To be asked after all functions of the block.
    pub fn check_use(self, problems: &mut Vec<Problem>) {
        if let Some(guard) = self.guard.filter(|_| !self.guards_one) {
            problems.push(message::NOTHING_TO_GUARD.at(guard));
        }
    }
}

fn check_callable(sig: &Signature, problems: &mut Vec<Problem>) {
    problems.extend(sig.asyncness.map(|token| message::ASYNC.at(token)));
    problems.extend(sig.variadic.as_ref().map(|variadic| message::VARIADIC.at(variadic.dots)));
    problems.extend(signature::generics(sig).map(|generic| message::GENERIC.at(generic)));
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
    let mut guards = take(attrs, Kind::Guard).into_iter();
    let first = guards.next();
    if let Some(first) = &first {
        options::of_guard(first, problems);
    }
    problems.extend(guards.map(|second| message::TWICE.at(second)));
    first
}
