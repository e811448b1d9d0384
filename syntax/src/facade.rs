//! The module that users of a bridge see: all of the lowered one, and the guarded functions under their own names.

use crate::declared::{self, DeclaredType};
use crate::lower;
use crate::parse::{Bridge, guarded};
use crate::wrapper::wrapper;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeSet;
use syn::Attribute;

/// The name of the domain of a bridge.
pub(crate) const DOMAIN: &str = "DOMAIN";

pub(crate) fn facade(bridge: &Bridge) -> TokenStream {
    let Bridge { attrs, inner_attrs, vis, mod_token, ident, .. } = bridge;
    // As outer ones, as cxx has them too. What is inside the braces in the source must not look as if it stood above them,
    // or clippy wonders at the lines in between: so only what the attribute says keeps its place.
    let inner_attrs = inner_attrs.iter().map(|Attribute { meta, .. }| quote!(#[#meta]));
    let hidden = lower::hidden_module(ident);
    let imports = imports(bridge, &hidden);
    let types = declared::in_bridge(bridge);
    let domain = domain(bridge);
    let wrappers = bridge.blocks().flat_map(|block| {
        let wrappers = guarded(block).filter_map(|function| wrapper(function, block, &types, &hidden));
        wrappers.collect::<Vec<_>>()
    });
    quote! {
        #(#attrs)*
        #(#inner_attrs)*
        #[allow(non_snake_case)] // as in the module that cxx makes: the names may be those of C++
        #vis #mod_token #ident {
            #domain
            #[allow(unused_imports)]
            pub use super::#hidden::*;
            #imports
            #(#wrappers)*
        }
    }
}

/// The domain of the bridge. A static, and in capitals, since that is a name which no C++ function is likely to have.
fn domain(bridge: &Bridge) -> TokenStream {
    let on_torn = bridge.on_torn;
    let name = Ident::new(DOMAIN, Span::call_site());
    quote! {
        #[doc = "The domain of this bridge: whether its guarded functions may be called."]
        #[allow(dead_code)]
        pub static #name: ::backstop::Domain =
            ::backstop::Domain::__new(::core::concat!(::core::module_path!(), "\0"), #on_torn);
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
    let DeclaredType { mut ident, cfgs, rust, .. } = ty;
    let import = if rust {
        quote!(use super::#ident;)
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
