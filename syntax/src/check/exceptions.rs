//! What can be wrong with `#[exception]`.

use crate::attrs::{self, Kind};
use crate::declared::{self, DeclaredType, Origin};
use crate::message::{self, Problem};
use crate::parse::Bridge;
use crate::{signature, translation};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ForeignItem, ForeignItemFn, Meta, ReturnType, Safety, Signature, Type};

/// What the functions of a whole bridge have to agree with.
pub(super) struct Exceptions {
    /// C++'s own.
    classes: Vec<DeclaredType>,
    translated: Vec<Ident>,
    /// Whether the block that is being checked is there only under a condition.
    pub is_conditional: bool,
    /// Whether the user asked for guards, be they right or wrong.
    has_guards: bool,
}

impl Exceptions {
    pub fn new(bridge: &Bridge) -> Self {
        let mut classes = declared::in_bridge(bridge);
        classes.retain(|ty| ty.origin == Origin::Cxx);
        let has_guards = bridge.blocks().any(|block| {
            let functions = block.items.iter().map(|item| match item {
                ForeignItem::Fn(function) => &*function.attrs,
                _ => &[],
            });
            functions.chain([&*block.attrs]).any(|attrs| attrs::guard(attrs).is_some())
        });
        Exceptions { classes, translated: Vec::new(), is_conditional: false, has_guards }
    }

    /// Checks a function from which these `#[exception]`s were taken. False if it is of no use: cxx has none for it.
    pub fn check(
        &mut self,
        function: &mut ForeignItemFn,
        exceptions: Vec<Attribute>,
        is_rust: bool,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let before = problems.len();
        let mut exceptions = exceptions.into_iter();
        let Some(exception) = exceptions.next() else { return false };
        check_options(&exception, problems);
        problems.extend(exceptions.map(|second| message::EXCEPTION_TWICE.at(second)));
        for guard in super::take(&mut function.attrs, Kind::Guard) {
            problems.push(message::EXCEPTION_AND_GUARD.at(guard));
        }
        if !is_rust {
            problems.push(message::EXCEPTION_NEEDS_RUST.at(&exception));
            return false;
        }
        if !self.has_guards {
            problems.push(message::EXCEPTION_UNUSED.at(&exception));
        }
        check_plain(&function.sig, problems);
        if function.sig.generics.params.is_empty() {
            self.check_class(function, problems);
        }
        check_output(&function.sig, problems);
        function.attrs.push(exception);
        problems.len() == before
    }

    fn check_class(&mut self, function: &ForeignItemFn, problems: &mut Vec<Problem>) {
        let sig = &function.sig;
        if let Some(receiver) = sig.receiver() {
            problems.push(message::EXCEPTION_METHOD.at(receiver));
            return;
        }
        let Some(class) = translation::class(sig) else {
            let inputs = &sig.inputs;
            let wrong =
                if inputs.is_empty() { sig.ident.to_token_stream() } else { inputs.to_token_stream() };
            problems.push(message::EXCEPTION_ARGUMENT.with(&sig.ident.to_string(), wrong));
            return;
        };
        match self.classes.iter().find(|declared| declared.ident == *class) {
            None => problems.push(message::EXCEPTION_CLASS_UNKNOWN.with(&class.to_string(), class)),
            Some(declared) if declared.lifetimes > 0 => {
                problems.push(message::EXCEPTION_CLASS_BORROWS.with(&class.to_string(), class));
            }
            Some(_) => {}
        }
        if self.is_conditional || attrs::has_cfg(&function.attrs) {
            return; // there may be another for the other case
        }
        if self.translated.contains(class) {
            problems.push(message::EXCEPTION_CLASS_TWICE.at(class));
        }
        self.translated.push(class.clone());
    }
}

fn check_options(exception: &Attribute, problems: &mut Vec<Problem>) {
    let problem = match &exception.meta {
        Meta::Path(_) => return,
        Meta::List(list) if list.tokens.is_empty() => return,
        Meta::List(list) => message::EXCEPTION_OPTION.at(&list.tokens),
        Meta::NameValue(meta) => message::EXCEPTION_OPTION.at(&meta.value),
    };
    problems.push(problem);
}

fn check_plain(sig: &Signature, problems: &mut Vec<Problem>) {
    problems.extend(sig.asyncness.map(|token| message::EXCEPTION_ASYNC.at(token)));
    if let Safety::Unsafe(token) = sig.safety {
        problems.push(message::EXCEPTION_UNSAFE.at(token));
    }
    problems.extend(sig.variadic.as_ref().map(|variadic| message::EXCEPTION_VARIADIC.at(variadic.dots)));
    let params = sig.generics.params.iter().map(|param| message::EXCEPTION_GENERIC.at(param));
    problems.extend(params);
    problems.extend(sig.generics.where_clause.as_ref().map(|clause| message::EXCEPTION_GENERIC.at(clause)));
}

fn check_output(sig: &Signature, problems: &mut Vec<Problem>) {
    let problem = match &sig.output {
        ReturnType::Default => message::EXCEPTION_RETURN.at(&sig.ident),
        ReturnType::Type(_, ty) => match signature::foreign_result(ty) {
            Some(ok) => message::EXCEPTION_RESULT.with(&ok, ty),
            None if is_opaque(ty) => message::EXCEPTION_OPAQUE.at(ty),
            None if borrows(ty) => message::EXCEPTION_BORROWS.at(ty),
            None => return,
        },
    };
    problems.push(problem);
}

fn is_opaque(ty: &Type) -> bool {
    fn mentions_impl(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "impl",
            TokenTree::Group(group) => mentions_impl(group.stream()),
            _ => false,
        })
    }
    mentions_impl(ty.to_token_stream())
}

fn borrows(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => {
            reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static")
        }
        _ => false,
    }
}
