//! All of `#[backstop::bridge]`.

use crate::attrs::{self, Kind};
use crate::check::check;
use crate::message::NOT_BUILT;
use crate::parse::Bridge;
use crate::{digest, facade, lower};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemMod;
use syn::parse::{ParseStream, Parser};

/// Expands `#[backstop::bridge(args)]` on an item. What is wrong with it comes back as `compile_error!`s, beside as
/// much of it as makes sense.
pub fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let parse = |input: ParseStream| {
        let bridge = Bridge::parse(args, input);
        // If it is no module, the rest of it is not to be complained of.
        input.parse::<TokenStream>().and(bridge)
    };
    match parse.parse2(item.clone()) {
        Ok(Ok(bridge)) => expand_bridge(bridge),
        Ok(Err(problem)) => {
            // `mod x;` would only fetch a file that rustc can't read; anything else stays.
            let item = Some(item).filter(|item| syn::parse2::<ItemMod>(item.clone()).is_err());
            let error = problem.to_compile_error();
            quote!(#item #error)
        }
        Err(error) => error.to_compile_error(),
    }
}

fn expand_bridge(mut bridge: Bridge) -> TokenStream {
    let problems = check(&mut bridge);
    let modules = if lower::is_ours(&bridge) { both_modules(&bridge) } else { one_module(&bridge) };
    let verdict = match problems.is_empty() {
        true => built_check(&bridge),
        false => problems.iter().map(|problem| problem.to_compile_error()).collect(),
    };
    quote!(#modules #verdict)
}

/// Where nothing is guarded, and C++ calls no Rust, a bridge is cxx's own.
fn one_module(bridge: &Bridge) -> TokenStream {
    let Bridge { cxx_args, attrs, vis, unsafety, mod_token, ident, .. } = bridge;
    let contents = lower::contents(bridge);
    quote!(#[::cxx::bridge(#cxx_args)] #(#attrs)* #vis #unsafety #mod_token #ident #contents)
}

/// The lowered module, and the facade at the same depth, so that `super::` means the same in both.
fn both_modules(bridge: &Bridge) -> TokenStream {
    let Bridge { cxx_args, unsafety, mod_token, .. } = bridge;
    // What users are to read or hear is for the facade.
    let attrs = bridge.attrs.iter().filter(|attr| !matches!(attrs::kind(attr), Kind::Doc | Kind::Caller));
    let hidden = lower::hidden_module(&bridge.ident);
    let contents = lower::contents(bridge);
    let facade = facade::facade(bridge);
    quote! {
        #[::cxx::bridge(#cxx_args)]
        #(#attrs)*
        #unsafety #mod_token #hidden #contents
        #facade
    }
}

/// Fails at compile time what would otherwise fail in the linker, or not at all and without a guard.
fn built_check(bridge: &Bridge) -> TokenStream {
    let variable = digest::variable(&bridge.args, &bridge.body);
    let cfgs = attrs::of_kinds(bridge.attrs.iter().chain(&bridge.inner_attrs), &[Kind::Cfg]);
    quote! {
        #(#cfgs)*
        const _: () = ::core::assert!(::core::option_env!(#variable).is_some(), #NOT_BUILT);
    }
}
