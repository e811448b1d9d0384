//! The bridge as cxx takes it: without our attributes, and under hidden names what is guarded and what C++ calls.

use crate::attrs::{self, Kind};
use crate::callback::{self, callback, callbacks};
use crate::declared::{self, DeclaredType};
use crate::parse::{Bridge, guarded};
use crate::translation;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ForeignItem, ForeignItemFn, Item, ItemForeignMod};

/// The braces of the module, and what stands between them.
pub(crate) fn contents(bridge: &Bridge) -> TokenStream {
    let inner_attrs = &bridge.inner_attrs;
    let hidden_module = hidden_module(&bridge.ident);
    let types = declared::in_bridge(bridge);
    let items = bridge.items.iter().map(|item| match item {
        Item::ForeignMod(item) if is_empty(item) => TokenStream::new(),
        Item::ForeignMod(item) => block(item, &types, &hidden_module),
        _ => item.to_token_stream(),
    });
    let translations = translation::lowered(bridge);
    let mut contents = TokenStream::new();
    bridge
        .brace_token
        .surround(&mut contents, |tokens| tokens.extend(quote!(#(#inner_attrs)* #(#items)* #translations)));
    contents
}

/// Whether the bridge is more than one of cxx's.
pub(crate) fn is_ours(bridge: &Bridge) -> bool {
    has_guards(bridge) || bridge.blocks().any(|block| callbacks(block).next().is_some())
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

/// The Rust name of a function that C++ calls. It ends with the bridge's, for another may declare the same function.
/// `backstop_build` finds the user's name between the two.
pub(crate) fn hidden_callback(name: &Ident, hidden_module: &Ident) -> Ident {
    format_ident!("__backstop_call_{}{}", name.unraw(), hidden_module)
}

/// The name by which Rust calls a function.
pub(crate) fn rust_name(function: &ForeignItemFn) -> Ident {
    attrs::ident(&function.attrs, "rust_name").unwrap_or_else(|| function.sig.ident.clone())
}

/// Whether nothing of it is for cxx.
fn is_empty(block: &ItemForeignMod) -> bool {
    let is_ours = |item: &ForeignItem| match item {
        ForeignItem::Fn(function) => attrs::exception(&function.attrs).is_some(),
        _ => false,
    };
    !block.items.is_empty() && block.items.iter().all(is_ours)
}

fn block(block: &ItemForeignMod, types: &[DeclaredType], hidden_module: &Ident) -> TokenStream {
    let ItemForeignMod { attrs, unsafety, abi, brace_token, items } = block;
    // What the block has to say to callers goes to what is in it, for the facade calls the hidden functions.
    let (to_callers, attrs): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|attr| attrs::kind(attr) == Kind::Caller);
    let items = items.iter().map(|of_block| match of_block {
        ForeignItem::Fn(item) if attrs::guard(&item.attrs).is_some() => guarded_function(item),
        ForeignItem::Fn(item) if attrs::exception(&item.attrs).is_some() => TokenStream::new(),
        ForeignItem::Fn(item) if callback(item, block).is_some() => {
            callback::lowered(item, types, hidden_module)
        }
        ForeignItem::Macro(item) => item.to_token_stream(),
        _ => quote!(#(#to_callers)* #of_block),
    });
    let mut tokens = quote!(#(#attrs)* #unsafety #abi);
    brace_token.surround(&mut tokens, |tokens| tokens.extend(items));
    tokens
}

/// A guarded function keeps its C++ name and gets a hidden one for Rust, by `rust_name`, so that the declaration
/// itself stays as it is. What only callers are to hear, they hear from the facade.
fn guarded_function(function: &ForeignItemFn) -> TokenStream {
    let guard = attrs::guard(&function.attrs).map_or_else(Span::call_site, Spanned::span);
    let hidden = hidden_function(&rust_name(function)).to_string();
    // Stands where #[guard] stood, so that the rest of the line stays in its columns.
    let stand_in = quote_spanned!(guard=> #[rust_name = #hidden] #[doc(hidden)]);
    let attrs = attrs::of_kinds(&function.attrs, &[Kind::Cfg, Kind::Lint, Kind::Other]);
    let ForeignItemFn { vis, sig, semi_token, .. } = function;
    quote!(#(#attrs)* #stand_in #vis #sig #semi_token)
}
