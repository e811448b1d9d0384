//! What stands around a bridge: the Rust that it declares for C++.

use super::plain;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, ExprLit, FnArg, ForeignItem, ForeignItemFn, GenericArgument, Item, ItemMod, Lit, Meta,
    PathArguments, ReturnType, Type,
};

/// A file with the bridge as it is, one with the same for cxx alone, and what both need around it. None if it is no Rust.
pub fn files(source: &str) -> Option<[String; 2]> {
    let plain = plain::plain(source.parse().ok()?);
    let module: ItemMod = syn::parse2(plain.clone()).ok()?;
    let around = around(&module);
    let file = |bridge: &str| format!("#![allow(warnings)]\n{bridge}\n{around}\n");
    Some([file(source), file(&plain.to_string())])
}

fn around(module: &ItemMod) -> TokenStream {
    let name = &module.ident;
    let blocks = module.content.iter().flat_map(|(_, items)| items).filter_map(|item| match item {
        Item::ForeignMod(block) if block.abi.name.as_ref().is_some_and(|name| name.value() == "Rust") => {
            Some(block)
        }
        _ => None,
    });
    let definitions = blocks.flat_map(|block| {
        let own: Vec<&Ident> = block.items.iter().filter_map(type_name).collect();
        block.items.iter().map(move |item| match item {
            ForeignItem::Type(item) if item.generics.params.is_empty() => {
                let name = &item.ident;
                quote!(pub struct #name;)
            }
            ForeignItem::Type(item) => {
                let name = &item.ident;
                quote!(pub struct #name<'a>(&'a u8);)
            }
            ForeignItem::Fn(function) => definition(function, own.first().copied()),
            _ => TokenStream::new(),
        })
    });
    quote! {
        use self::#name::{C, D, E, S};
        use ::cxx::{CxxString, CxxVector, SharedPtr, UniquePtr, WeakPtr};
        use ::std::{ffi::c_char, pin::Pin};
        #(#definitions)*
        fn translate(_: &C) -> String { todo!() } // cxx doesn't know of it
    }
}

fn type_name(item: &ForeignItem) -> Option<&Ident> {
    match item {
        ForeignItem::Type(item) => Some(&item.ident),
        _ => None,
    }
}

fn definition(function: &ForeignItemFn, only_type: Option<&Ident>) -> TokenStream {
    let mut signature = function.sig.clone();
    if let Some(name) = said(&function.attrs, "rust_name") {
        signature.ident = name;
    }
    let mut owner = said(&function.attrs, "Self").map(ToTokens::into_token_stream);
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        let ty = receiver.to_token_stream().into_iter().last();
        owner = ty.filter(|ty| ty.to_string() != "self").map(ToTokens::into_token_stream);
        owner = owner.or(only_type.map(ToTokens::to_token_stream));
    }
    if let ReturnType::Type(_, ty) = &mut signature.output {
        with_error(ty);
    }
    let cfgs = function.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let function = quote!(#(#cfgs)* pub #signature { todo!() });
    match owner {
        Some(owner) => quote!(impl #owner { #function }),
        None => function,
    }
}

/// `Result<T>` needs an error outside of a bridge.
fn with_error(ty: &mut Type) {
    let Type::Path(path) = ty else { return };
    let Some(last) = path.path.segments.last_mut().filter(|last| last.ident == "Result") else { return };
    if let PathArguments::AngleBracketed(list) = &mut last.arguments {
        list.args.push(GenericArgument::Type(syn::parse_quote!(String)));
    }
}

fn said(attrs: &[Attribute], name: &str) -> Option<Ident> {
    let attr = attrs.iter().find(|attr| attr.path().is_ident(name))?;
    match &attr.meta {
        Meta::NameValue(meta) => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
