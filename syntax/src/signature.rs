//! The signature of a guarded function, and the same with every name spelt out.
//!
//! In a bridge `UniquePtr`, `String` or `CxxVector` need no import: cxx gives them meaning by name. The facade is an
//! ordinary module, so its signatures say `::cxx::UniquePtr` instead.

use crate::print::print;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericArgument, GenericParam, Lifetime, Pat, PathArguments, PathSegment, Receiver, ReceiverKind,
    ReturnType, Signature, Type, TypeReference,
};

/// The `T` of `-> Result<T>`, spelt as cxx wants it: no path, and no error type.
pub(crate) fn ok_type(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let result = single_segment(ty).filter(|segment| segment.ident == "Result")?;
    let mut types = type_arguments(result);
    let ok = types.next()?;
    types.next().is_none().then_some(ok)
}

/// The lifetimes that it declares.
pub(crate) fn lifetimes(sig: &Signature) -> impl Iterator<Item = &Lifetime> {
    sig.generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(param) => Some(&param.lifetime),
        _ => None,
    })
}

/// What makes it generic, but for plain lifetimes.
pub(crate) fn generics(sig: &Signature) -> impl Iterator<Item = TokenStream> {
    let params = sig.generics.params.iter().filter(|param| match param {
        GenericParam::Lifetime(param) => !param.bounds.is_empty(),
        GenericParam::Type(_) | GenericParam::Const(_) => true,
    });
    let clause = sig.generics.where_clause.iter().map(ToTokens::into_token_stream);
    params.map(ToTokens::into_token_stream).chain(clause)
}

/// Where what is returned is named.
pub(crate) fn output_span(output: &ReturnType) -> Span {
    match output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => Span::call_site(),
    }
}

/// What a `Result` that is spelt in another way is a result of.
pub(crate) fn foreign_result(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    Some(type_arguments(last).next().map_or("()".to_owned(), text))
}

/// A type as it was written.
pub(crate) fn text(ty: &Type) -> String {
    print(ty.to_token_stream()).trim().to_owned()
}

/// The name that is all of a type.
pub(crate) fn plain_name(ty: &Type) -> Option<&Ident> {
    single_segment(ty).filter(|segment| segment.arguments.is_none()).map(|segment| &segment.ident)
}

fn single_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() && ty.path.leading_colon.is_none() => {
            ty.path.segments.first().filter(|_| ty.path.segments.len() == 1)
        }
        _ => None,
    }
}

fn generic_arguments(segment: &PathSegment) -> impl Iterator<Item = &GenericArgument> {
    let list = match &segment.arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    };
    list.into_iter().flatten()
}

fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    generic_arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// A type with cxx's builtin names spelt out. All of them are reserved in a bridge, so a name is enough to go by.
pub(crate) fn spelt_out(ty: &Type) -> TokenStream {
    spell_out(ty.to_token_stream())
}

fn spell_out(tokens: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut in_lifetime = false;
    // How many colons stand just before: after two an identifier is part of a path, which cxx will refuse.
    let mut colons = 0;
    for token in tokens {
        match &token {
            TokenTree::Ident(ident) if !in_lifetime && colons < 2 => out.extend(spell_out_ident(ident)),
            TokenTree::Group(group) => {
                let mut same = Group::new(group.delimiter(), spell_out(group.stream()));
                same.set_span(group.span());
                out.extend([TokenTree::Group(same)]);
            }
            _ => out.extend([token.clone()]),
        }
        let is = |char| matches!(&token, TokenTree::Punct(punct) if punct.as_char() == char);
        in_lifetime = is('\'');
        colons = if is(':') { colons + 1 } else { 0 };
    }
    out
}

fn spell_out_ident(ident: &Ident) -> TokenStream {
    let prefix = match ident.to_string().as_str() {
        "UniquePtr" | "SharedPtr" | "WeakPtr" | "CxxVector" | "CxxString" => {
            quote_spanned!(ident.span()=> ::cxx::)
        }
        "String" => quote_spanned!(ident.span()=> ::cxx::alloc::string::),
        "Vec" => quote_spanned!(ident.span()=> ::cxx::alloc::vec::),
        "Box" => quote_spanned!(ident.span()=> ::cxx::alloc::boxed::),
        "Pin" => quote_spanned!(ident.span()=> ::core::pin::),
        "c_char" => quote_spanned!(ident.span()=> ::core::ffi::),
        "unsafe" => return TokenStream::new(), // of a function pointer: cxx drops it, so the types must agree
        _ => TokenStream::new(),
    };
    quote!(#prefix #ident)
}

/// The arguments after the receiver, each with a name, also where the bridge says `_`. None if cxx refuses one.
pub(crate) fn arguments(sig: &Signature) -> Option<Vec<(Ident, &Type)>> {
    let typed = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let named = typed.enumerate().map(|(position, typed)| match &*typed.pat {
        Pat::Ident(pat) => Some((pat.ident.clone(), &*typed.ty)),
        Pat::Wild(pat) => {
            Some((format_ident!("arg{position}", span = pat.underscore_token.span), &*typed.ty))
        }
        _ => None,
    });
    named.collect()
}

/// The `self` of a method.
pub(crate) struct SelfArgument {
    /// As the facade declares it.
    pub declaration: TokenStream,
    /// The type's name; None for `Self`.
    pub ty: Option<Ident>,
    /// The lifetimes written after the type's name; None if there is no `<...>`.
    pub lifetimes: Option<Vec<Lifetime>>,
}

/// The receiver of a method in the three forms that cxx takes: `&self`, `self: &T` and `self: Pin<&mut T>`.
pub(crate) fn self_argument(receiver: &Receiver) -> Option<SelfArgument> {
    let self_token = receiver.self_token;
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => {
            let declaration = quote!(#and #lifetime #mutability #self_token);
            Some(SelfArgument { declaration, ty: None, lifetimes: None })
        }
        ReceiverKind::Typed(_, ty) => {
            let (reference, pinned) = reference(ty)?;
            let TypeReference { and_token, lifetime, mutability, elem, .. } = reference;
            let segment = single_segment(elem)?;
            Some(SelfArgument {
                declaration: match pinned {
                    false => quote!(#and_token #lifetime #mutability #self_token),
                    true => quote!(#self_token: ::core::pin::Pin<#and_token #lifetime #mutability Self>),
                },
                ty: Some(segment.ident.clone()).filter(|ident| ident != "Self"),
                lifetimes: lifetimes_of(segment),
            })
        }
        _ => None,
    }
}

/// The reference in `&T` or `Pin<&mut T>`, and whether it is pinned.
fn reference(ty: &Type) -> Option<(&TypeReference, bool)> {
    if let Type::Reference(reference) = ty {
        return Some((reference, false));
    }
    let pin = single_segment(ty).filter(|segment| segment.ident == "Pin")?;
    match type_arguments(pin).next()? {
        Type::Reference(reference) => Some((reference, true)),
        _ => None,
    }
}

fn lifetimes_of(segment: &PathSegment) -> Option<Vec<Lifetime>> {
    if segment.arguments.is_none() {
        return None;
    }
    let lifetimes = generic_arguments(segment).filter_map(|argument| match argument {
        GenericArgument::Lifetime(lifetime) => Some(lifetime.clone()),
        _ => None,
    });
    Some(lifetimes.collect())
}
