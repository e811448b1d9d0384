//! A Rust function that C++ calls.
//!
//! cxx gets to see one that may fail, whether or not it can, under a hidden name: so a panic has a way into C++, as an
//! exception. The function of that name calls the user's, and hands over what went wrong.

use crate::attrs::{self, Kind};
use crate::declared::DeclaredType;
use crate::elision::name_lifetimes;
use crate::function::Function;
use crate::lower;
use crate::parse;
use crate::signature;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ForeignItem, ForeignItemFn, ItemForeignMod, Lifetime, Pat, PatType, ReturnType,
    Signature, Type,
};

/// Those of a block.
pub(crate) fn callbacks(block: &ItemForeignMod) -> impl Iterator<Item = Function<'_>> {
    block.items.iter().filter_map(|item| match item {
        ForeignItem::Fn(function) => callback(function, block),
        _ => None,
    })
}

/// None if it is no such function. One that cxx will refuse stays as it is, too, for its messages speak of what the user
/// wrote.
pub(crate) fn callback<'a>(function: &'a ForeignItemFn, block: &'a ItemForeignMod) -> Option<Function<'a>> {
    let is_rust = parse::is_rust(block) && attrs::exception(&function.attrs).is_none();
    let function = Function::new(function, block).filter(|_| is_rust)?;
    cxx_takes(&function).then_some(function)
}

fn cxx_takes(function: &Function) -> bool {
    let sig = &function.declaration.sig;
    let Signature { asyncness, constness, abi, variadic, generics, output, .. } = sig;
    let returns = match output {
        ReturnType::Type(_, ty) => {
            signature::ok_type(output).is_some() || signature::foreign_result(ty).is_none()
        }
        ReturnType::Default => true,
    };
    let is_plain = asyncness.is_none() && constness.is_none() && abi.is_none() && variadic.is_none();
    let lifetimes_are_fine = generics.params.is_empty() || function.unsafety().is_some();
    is_plain && returns && lifetimes_are_fine && signature::generics(sig).next().is_none()
}

/// What the user's function returns, the same without the failure, and whether there is one.
fn returned(output: &ReturnType) -> (TokenStream, TokenStream, bool) {
    match (signature::ok_type(output), output) {
        (Some(ok), ReturnType::Type(_, ty)) => {
            let ok = signature::spelt_out(ok);
            // The error is whatever it is. By its span this stands where the user wrote `Result`.
            (quote_spanned!(ty.span()=> ::core::result::Result<#ok, _>), ok, true)
        }
        (None, ReturnType::Type(_, ty)) => (signature::spelt_out(ty), signature::spelt_out(ty), false),
        (_, ReturnType::Default) => (quote!(()), quote!(()), false),
    }
}

/// The declaration for cxx. All of it stays where it is but for what has to change.
pub(crate) fn lowered(
    function: &ForeignItemFn,
    types: &[DeclaredType],
    hidden_module: &Ident,
) -> TokenStream {
    let hidden = lower::hidden_callback(&lower::rust_name(function), hidden_module).to_string();
    let attrs = function.attrs.iter().filter(|attr| attrs::kind(attr) != Kind::RustName);
    let ForeignItemFn { vis, semi_token, .. } = function;
    let mut sig = function.sig.clone();
    if signature::ok_type(&sig.output).is_none() {
        let (arrow, ok) = match &sig.output {
            ReturnType::Type(arrow, ty) => (*arrow, quote!(#ty)),
            ReturnType::Default => (Default::default(), quote!(())),
        };
        sig.output = ReturnType::Type(arrow, Box::new(Type::Verbatim(quote!(Result<#ok>))));
    }
    name_lifetimes(&mut sig, types);
    rename_error(&mut sig);
    quote!(#(#attrs)* #[rust_name = #hidden] #vis #sig #semi_token)
}

/// In the C++ of a function that may fail cxx has an `error$` of its own, which an argument `error` would clash with.
fn rename_error(sig: &mut Signature) {
    let names = sig.inputs.iter_mut().filter_map(|argument| match argument {
        FnArg::Typed(PatType { pat, .. }) => match &mut **pat {
            Pat::Ident(pat) => Some(&mut pat.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let mut names: Vec<&mut Ident> = names.collect();
    let mut others = (1..).map(|number| format!("error_{number}"));
    let free = others.find(|other| names.iter().all(|name| **name != other));
    if let (Some(error), Some(free)) = (names.iter_mut().find(|name| **name == "error"), free) {
        **error = Ident::new(&free, error.span());
    }
}

/// The function of the hidden name, for the facade.
pub(crate) fn wrapper(
    function: &Function,
    types: &[DeclaredType],
    hidden_module: &Ident,
) -> Option<TokenStream> {
    function.in_place(types, |lifetimes| tokens(function, lifetimes, hidden_module))
}

fn tokens(function: &Function, lifetimes: &[&Lifetime], hidden_module: &Ident) -> TokenStream {
    let attrs = function.attrs(&[Kind::Cfg, Kind::Lint]);
    let hidden = lower::hidden_callback(&function.name, hidden_module);
    let unsafety = function.unsafety();
    let parameters = function.parameters();
    let call = call(function);
    let output = &function.declaration.sig.output;
    let (returned, ok, is_fallible) = returned(output);
    let body = match is_fallible {
        false => quote!(::backstop::__private::call(move || -> #returned { #call })),
        true => {
            // If it can't be raised, the user's `Result` is to blame.
            let raise = quote_spanned!(signature::output_span(output)=> ::backstop::__raise!(error));
            quote!(::backstop::__private::call_fallible(move || -> #returned { #call }, |error| #raise))
        }
    };
    // It may be safe although its declaration says otherwise.
    let allow = unsafety.map(|_| quote!(#[allow(unused_unsafe)]));
    quote! {
        #(#attrs)*
        #allow
        #[doc(hidden)]
        pub(super) #unsafety fn #hidden<#(#lifetimes),*>(#(#parameters),*)
            -> ::core::result::Result<#ok, ::backstop::__private::Raised>
        {
            #body
        }
    }
}

/// The call of the user's function. By its span it stands where the function is declared, so what is wrong with the one or
/// the other shows there.
fn call(function: &Function) -> TokenStream {
    let name = &function.name;
    let span = name.span();
    let arguments = function.arguments();
    let home = match &function.self_type {
        Some(_) => quote_spanned!(span=> Self),
        None => quote_spanned!(span=> super),
    };
    let call = quote_spanned!(span=> #home::#name(#(#arguments),*));
    match function.unsafety() {
        // SAFETY: it is in a function that is as unsafe; what the declaration asks for is for the C++ that calls it to keep.
        Some(_) => quote_spanned!(span=> unsafe { #call }),
        None => call,
    }
}

/// Brings the function of the hidden name to where cxx calls it, unless it is one of a type: into the module around the
/// bridge, which is `facade` there.
pub(crate) fn import(
    function: &Function,
    facade: &Ident,
    cfgs: &[Attribute],
    hidden_module: &Ident,
) -> Option<TokenStream> {
    if function.self_type.is_some() {
        return None;
    }
    let cfgs = cfgs.iter().cloned().chain(function.attrs(&[Kind::Cfg]));
    let hidden = lower::hidden_callback(&function.name, hidden_module);
    Some(quote! {
        #(#cfgs)*
        #[allow(unused_imports)]
        use self::#facade::#hidden;
    })
}
