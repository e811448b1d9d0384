//! The bridge as cxx takes it: without `#[guard]`, and with its guarded functions under hidden names.

use crate::attrs::{self, Kind};
use crate::parse::{Bridge, guarded};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ForeignItem, ForeignItemFn, Item, ItemForeignMod};

/// The braces of the module, and what stands between them.
pub(crate) fn contents(bridge: &Bridge) -> TokenStream {
    let inner_attrs = &bridge.inner_attrs;
    let items = bridge.items.iter().map(item);
    let mut contents = TokenStream::new();
    bridge.brace_token.surround(&mut contents, |tokens| tokens.extend(quote!(#(#inner_attrs)* #(#items)*)));
    contents
}

pub(crate) fn has_guards(bridge: &Bridge) -> bool {
    bridge.blocks().any(|block| guarded(block).next().is_some())
}

/// The name of the lowered module.
pub(crate) fn hidden_module(name: &Ident) -> Ident {
    format_ident!("__backstop_{}", name.unraw())
}

/// The Rust name of a guarded function in the lowered module. Whoever forgets the build helper may meet it in an error
/// of the linker, so it says whom to ask.
pub(crate) fn hidden_function(name: &Ident) -> Ident {
    format_ident!("__backstop_build_{}", name.unraw())
}

/// The name by which Rust calls a function.
pub(crate) fn rust_name(function: &ForeignItemFn) -> Ident {
    attrs::ident(&function.attrs, "rust_name").unwrap_or_else(|| function.sig.ident.clone())
}

fn item(item: &Item) -> TokenStream {
    match item {
        Item::ForeignMod(item) => block(item),
        _ => item.to_token_stream(),
    }
}

fn block(block: &ItemForeignMod) -> TokenStream {
    let ItemForeignMod { attrs, unsafety, abi, brace_token, items } = block;
    // What the block has to say to callers goes to what is in it, for the facade calls the hidden functions.
    let (to_callers, attrs): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|attr| attrs::kind(attr) == Kind::Caller);
    let items = items.iter().map(|item| match item {
        ForeignItem::Fn(item) if attrs::guard(&item.attrs).is_some() => function(item),
        ForeignItem::Macro(item) => item.to_token_stream(),
        _ => quote!(#(#to_callers)* #item),
    });
    let mut tokens = quote!(#(#attrs)* #unsafety #abi);
    brace_token.surround(&mut tokens, |tokens| tokens.extend(items));
    tokens
}

/// A guarded function keeps its C++ name and gets a hidden one for Rust, by `rust_name`, so that the declaration
/// itself stays as it is. What only callers are to hear, they hear from the facade.
fn function(function: &ForeignItemFn) -> TokenStream {
    let guard = attrs::guard(&function.attrs).map_or_else(Span::call_site, Spanned::span);
    let hidden = hidden_function(&rust_name(function)).to_string();
    // Stands where #[guard] stood, so that the rest of the line stays in its columns.
    let stand_in = quote_spanned!(guard=> #[rust_name = #hidden] #[doc(hidden)]);
    let attrs = attrs::of_kinds(&function.attrs, &[Kind::Cfg, Kind::Lint, Kind::Other]);
    let ForeignItemFn { vis, sig, semi_token, .. } = function;
    quote!(#(#attrs)* #stand_in #vis #sig #semi_token)
}
