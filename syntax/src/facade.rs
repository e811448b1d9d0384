//! The module that users of a bridge see: all of the lowered one, and the guarded functions under their own names. Also
//! what stands beside it, for cxx.

use crate::attrs::{self, Kind};
use crate::callback::{self, callbacks};
use crate::declared::{self, DeclaredType, Origin};
use crate::domain;
use crate::lower;
use crate::parse::{Bridge, guarded};
use crate::translation::{self, translations};
use crate::wrapper::{Surroundings, wrapper};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;
use syn::Attribute;

pub(crate) fn facade(bridge: &Bridge) -> TokenStream {
    let Bridge { attrs, inner_attrs, vis, mod_token, ident, .. } = bridge;
    let cfgs = attrs::of_kinds(attrs.iter().chain(inner_attrs), &[Kind::Cfg]);
    // As outer ones, as cxx has them too. What is inside the braces in the source must not look as if it stood above them,
    // or clippy wonders at the lines in between: so only what the attribute says keeps its place.
    let inner_attrs = inner_attrs.iter().map(|Attribute { meta, .. }| quote!(#[#meta]));
    let hidden = lower::hidden_module(ident);
    let types = declared::in_bridge(bridge);
    let imports = imports(bridge, &hidden);
    let domains = domain::statics(bridge);
    let translations = translations(bridge);
    let table = translation::table(&translations, &hidden);
    let translate = translations.iter().map(|translation| translation.beside(ident, &cfgs));
    let surroundings =
        Surroundings { bridge, types: &types, hidden_module: &hidden, translates: !translations.is_empty() };
    let guarded = bridge.blocks().flat_map(|block| guarded(block).map(move |function| (function, block)));
    let wrappers = guarded.filter_map(|(function, block)| wrapper(function, block, &surroundings));
    let callbacks: Vec<_> = bridge.blocks().flat_map(callbacks).collect();
    let called = callbacks.iter().filter_map(|function| callback::wrapper(function, &types, &hidden));
    let to_cxx = callbacks.iter().filter_map(|function| callback::import(function, ident, &cfgs, &hidden));
    quote! {
        #(#attrs)*
        #(#inner_attrs)*
        #[allow(non_snake_case)] // as in the module that cxx makes: the names may be those of C++
        #vis #mod_token #ident {
            #domains
            #table
            #[allow(unused_imports)]
            pub use super::#hidden::*;
            #imports
            #(#wrappers)*
            #(#called)*
        }
        #(#to_cxx)*
        #(#translate)*
    }
}

/// The types by name. Those of Rust the lowered module imports for itself alone. The others come with the `*` already,
/// but only a name keeps rustc quiet in each signature here when cxx has refused the lowered module.
fn imports(bridge: &Bridge, hidden: &Ident) -> TokenStream {
    let mut seen = BTreeSet::new();
    let types = declared::in_bridge(bridge).into_iter().filter(|ty| seen.insert(ty.ident.to_string()));
    types.map(|ty| import(ty, hidden)).collect()
}

fn import(ty: DeclaredType, hidden: &Ident) -> TokenStream {
    let DeclaredType { mut ident, cfgs, origin, .. } = ty;
    let import = if origin == Origin::Rust {
        quote_spanned!(ident.span()=> use super::#ident;) // as in cxx, so that rustc says once that it isn't there
    } else {
        ident.set_span(Span::call_site()); // one place for all that cxx refused, so that it is reported once
        quote!(pub use super::#hidden::#ident;)
    };
    quote! {
        #(#cfgs)*
        #[allow(unused_imports)]
        #import
    }
}
