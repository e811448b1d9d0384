//! The attributes that a bridge may carry, and whom each is meant for.

use proc_macro2::Ident;
use syn::{Attribute, Expr, Lit, Meta, Path};

/// What an attribute is for. cxx knows all but `Guard` and `Exception`, and complains of `Other` itself.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Guard,
    Exception,
    Doc,
    Cfg,
    Lint,
    /// Says something to the caller of a function: `must_use`, `deprecated`.
    Caller,
    RustName,
    Other,
}

pub(crate) fn kind(attr: &Attribute) -> Kind {
    let path = attr.path();
    if is_guard(path) {
        return Kind::Guard;
    }
    if is_exception(path) {
        return Kind::Exception;
    }
    let is = |name| path.is_ident(name);
    match () {
        () if is("doc") => Kind::Doc,
        () if is("cfg") => Kind::Cfg,
        () if ["allow", "warn", "deny", "forbid"].into_iter().any(is) => Kind::Lint,
        () if path.segments.len() > 1 && path.segments[0].ident == "clippy" => Kind::Lint,
        () if is("must_use") || is("deprecated") => Kind::Caller,
        () if is("rust_name") && said(attr).is_some() => Kind::RustName,
        () => Kind::Other,
    }
}

/// `#[guard]`, or `#[backstop::guard]` for those who like to see where it comes from.
pub(crate) fn is_guard(path: &Path) -> bool {
    path.is_ident("guard") || is_of(path, "backstop", "guard")
}

/// `#[exception]`, or `#[backstop::exception]`.
pub(crate) fn is_exception(path: &Path) -> bool {
    path.is_ident("exception") || is_of(path, "backstop", "exception")
}

/// `#[backstop::bridge]`. In full, since `backstop_build` reads source in which no name is resolved yet.
pub(crate) fn is_bridge(path: &Path) -> bool {
    is_of(path, "backstop", "bridge")
}

pub(crate) fn is_cxx_bridge(path: &Path) -> bool {
    is_of(path, "cxx", "bridge")
}

fn is_of(path: &Path, first: &str, second: &str) -> bool {
    path.segments.len() == 2 && path.segments[0].ident == first && path.segments[1].ident == second
}

/// The attributes of these kinds, as outer ones.
pub(crate) fn of_kinds<'a>(attrs: impl IntoIterator<Item = &'a Attribute>, kinds: &[Kind]) -> Vec<Attribute> {
    let matching = attrs.into_iter().filter(|attr| kinds.contains(&kind(attr)));
    matching.map(|attr| Attribute { style: syn::AttrStyle::Outer, ..attr.clone() }).collect()
}

/// Whether what carries these is there only under a condition.
pub(crate) fn has_cfg(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| kind(attr) == Kind::Cfg)
}

/// The `#[guard]` of a function. Ask only after `check`, which leaves it only where it is right.
pub(crate) fn guard(attrs: &[Attribute]) -> Option<&Attribute> {
    attrs.iter().find(|attr| kind(attr) == Kind::Guard)
}

/// The `#[exception]` of a function. As above.
pub(crate) fn exception(attrs: &[Attribute]) -> Option<&Attribute> {
    attrs.iter().find(|attr| kind(attr) == Kind::Exception)
}

/// What `#[rust_name = "x"]`, or `#[rust_name = x]`, says. The last one counts, as with cxx.
pub(crate) fn ident(attrs: &[Attribute], key: &str) -> Option<Ident> {
    said(attrs.iter().rev().find(|attr| attr.path().is_ident(key))?)
}

fn said(attr: &Attribute) -> Option<Ident> {
    let Meta::NameValue(meta) = &attr.meta else { return None };
    match &meta.value {
        Expr::Lit(expr) => match &expr.lit {
            Lit::Str(text) => text.parse().ok(),
            _ => None,
        },
        Expr::Path(expr) => expr.path.get_ident().cloned(),
        _ => None,
    }
}
