//! The types that a bridge declares.

use crate::attrs::{self, Kind};
use crate::parse::{self, Bridge};
use proc_macro2::Ident;
use syn::parse::{ParseStream, Parser, Result};
use syn::{Attribute, ForeignItem, Generics, Item, ItemForeignMod, Token, Visibility};

/// A type under its Rust name.
pub(crate) struct DeclaredType {
    pub ident: Ident,
    pub lifetimes: usize,
    /// Its conditions, those of its block among them.
    pub cfgs: Vec<Attribute>,
    pub origin: Origin,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Origin {
    /// A shared struct or enum.
    Bridge,
    Cxx,
    /// The module around the bridge.
    Rust,
}

impl DeclaredType {
    fn new(outer: &[Attribute], attrs: &[Attribute], ident: &Ident, generics: &Generics) -> Self {
        DeclaredType {
            ident: attrs::ident(attrs, "rust_name").unwrap_or_else(|| ident.clone()),
            lifetimes: generics.lifetimes().count(),
            cfgs: attrs::of_kinds(outer.iter().chain(attrs), &[Kind::Cfg]),
            origin: Origin::Bridge,
        }
    }
}

/// The types of a block: opaque ones and aliases.
pub(crate) fn in_block(block: &ItemForeignMod) -> Vec<DeclaredType> {
    let types = block.items.iter().filter_map(|item| match item {
        ForeignItem::Type(ty) => Some(DeclaredType::new(&block.attrs, &ty.attrs, &ty.ident, &ty.generics)),
        // What follows the name of an alias, or of a type with bounds, is of no interest here.
        ForeignItem::Verbatim(tokens) => {
            let (attrs, ident, generics) = type_head.parse2(tokens.clone()).ok()?;
            Some(DeclaredType::new(&block.attrs, &attrs, &ident, &generics))
        }
        _ => None,
    });
    let origin = if parse::is_rust(block) { Origin::Rust } else { Origin::Cxx };
    types.map(|ty| DeclaredType { origin, ..ty }).collect()
}

/// What `Self` means in a block: its type, if there is just one.
pub(crate) fn only_type(block: &ItemForeignMod) -> Option<Ident> {
    let mut types = in_block(block).into_iter();
    types.next().filter(|_| types.next().is_none()).map(|only| only.ident)
}

/// The types of a whole bridge, shared structs among them.
pub(crate) fn in_bridge(bridge: &Bridge) -> Vec<DeclaredType> {
    let types = bridge.items.iter().flat_map(|item| match item {
        Item::ForeignMod(block) => in_block(block),
        Item::Struct(item) => vec![DeclaredType::new(&[], &item.attrs, &item.ident, &item.generics)],
        Item::Enum(item) => vec![DeclaredType::new(&[], &item.attrs, &item.ident, &item.generics)],
        _ => Vec::new(),
    });
    types.collect()
}

fn type_head(input: ParseStream) -> Result<(Vec<Attribute>, Ident, Generics)> {
    let attrs = input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    input.parse::<Token![type]>()?;
    let head = (attrs, input.parse()?, input.parse()?);
    input.parse::<proc_macro2::TokenStream>()?;
    Ok(head)
}
