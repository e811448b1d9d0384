//! From tokens to a tree: the module of a bridge, read as cxx reads it.

use crate::domain::Domain;
use crate::message::{NEEDS_CONTENTS, NEEDS_MODULE, Problem};
use crate::options::OnTorn;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Result};
use syn::{Attribute, ForeignItem, Item, ItemForeignMod, Token, Visibility, braced, token};

/// A module under `#[backstop::bridge]`.
pub(crate) struct Bridge {
    /// The arguments of the attribute, as they were written.
    pub args: TokenStream,
    /// Those of them that are for cxx. `check` tells them apart from ours.
    pub cxx_args: TokenStream,
    pub on_torn: OnTorn,
    /// That of the functions that name none.
    pub domain: Domain,
    /// The attributes above the module. The macro doesn't see its own; `backstop_build` does.
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub unsafety: Option<Token![unsafe]>,
    pub mod_token: Token![mod],
    pub ident: Ident,
    pub brace_token: token::Brace,
    pub inner_attrs: Vec<Attribute>,
    pub items: Vec<Item>,
    /// What stands between the braces, as it was written.
    pub body: TokenStream,
}

impl Bridge {
    /// Reads a whole module. The outer error is one of syntax, the inner one says that it is no module to begin with.
    pub fn parse(args: TokenStream, input: ParseStream) -> Result<std::result::Result<Self, Problem>> {
        let attrs = input.call(Attribute::parse_outer)?;
        Self::parse_after(attrs, args, input)
    }

    /// The same, where the attributes have been read already.
    pub fn parse_after(
        attrs: Vec<Attribute>,
        args: TokenStream,
        input: ParseStream,
    ) -> Result<std::result::Result<Self, Problem>> {
        let vis: Visibility = input.parse()?;
        let is_module = input.peek(Token![mod]) || input.peek(Token![unsafe]) && input.peek2(Token![mod]);
        if !is_module {
            let first: TokenStream =
                input.cursor().token_tree().map(|(token, _)| token).into_iter().collect();
            return Ok(Err(NEEDS_MODULE.at(quote!(#vis #first))));
        }
        let unsafety = input.parse()?;
        let mod_token = input.parse()?;
        let ident: Ident = input.parse()?;
        if input.peek(Token![;]) {
            let semi: Token![;] = input.parse()?;
            return Ok(Err(NEEDS_CONTENTS.with(&ident.to_string(), semi)));
        }
        let content;
        let brace_token = braced!(content in input);
        let body = content.cursor().token_stream();
        let inner_attrs = content.call(Attribute::parse_inner)?;
        let items = parse_items(&content)?;
        Ok(Ok(Bridge {
            cxx_args: args.clone(),
            args,
            on_torn: OnTorn::Refuse,
            domain: Domain::OfBridge,
            attrs,
            vis,
            unsafety,
            mod_token,
            ident,
            brace_token,
            inner_attrs,
            items,
            body,
        }))
    }

    pub fn blocks(&self) -> impl Iterator<Item = &ItemForeignMod> {
        self.items.iter().filter_map(|item| match item {
            Item::ForeignMod(block) => Some(block),
            _ => None,
        })
    }
}

fn parse_items(content: ParseStream) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    while !content.is_empty() {
        items.push(content.parse()?);
    }
    Ok(items)
}

/// Whether the functions of this block are C++. What is neither C++ nor Rust is left for cxx to complain of.
pub(crate) fn is_cxx(block: &ItemForeignMod) -> bool {
    let name = block.abi.name.as_ref().map(|name| name.value());
    matches!(name.as_deref(), Some("C++" | "C++-unwind"))
}

pub(crate) fn is_rust(block: &ItemForeignMod) -> bool {
    block.abi.name.as_ref().is_some_and(|name| name.value() == "Rust")
}

/// The functions of a block that are guarded, once `check` has put a `#[guard]` on each of them.
pub(crate) fn guarded(block: &ItemForeignMod) -> impl Iterator<Item = &syn::ForeignItemFn> {
    block.items.iter().filter_map(|item| match item {
        ForeignItem::Fn(function) => crate::attrs::guard(&function.attrs).map(|_| function),
        _ => None,
    })
}
