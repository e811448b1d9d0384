//! A guarded function, as the facade has it: hand over the site if its domain doesn't refuse the call, make the call, turn what
//! came back into an error.

use crate::attrs::{self, Kind};
use crate::declared::DeclaredType;
use crate::domain::domain_of;
use crate::function::Function;
use crate::lower;
use crate::options::{self, Recover};
use crate::parse::Bridge;
use crate::signature;
use crate::translation;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{ForeignItemFn, ItemForeignMod, Lifetime};

/// What all guarded functions of a bridge have in common.
pub(crate) struct Surroundings<'a> {
    pub bridge: &'a Bridge,
    pub types: &'a [DeclaredType],
    pub hidden_module: &'a Ident,
    /// Whether the bridge translates exceptions.
    pub translates: bool,
}

/// The wrapper, in an `impl` if the function is one of a type. None if cxx will refuse it: its message is enough.
pub(crate) fn wrapper(
    function: &ForeignItemFn,
    block: &ItemForeignMod,
    surroundings: &Surroundings,
) -> Option<TokenStream> {
    let function = Function::new(function, block)?;
    let ok = signature::spelt_out(signature::ok_type(&function.declaration.sig.output)?);
    let wrapper = |lifetimes: &[&Lifetime]| tokens(&function, &ok, lifetimes, surroundings);
    function.in_place(surroundings.types, wrapper)
}

fn tokens(
    function: &Function,
    ok: &TokenStream,
    lifetimes: &[&Lifetime],
    surroundings: &Surroundings,
) -> TokenStream {
    let Function { name, declaration, .. } = function;
    let attrs = function.attrs(&[Kind::Doc, Kind::Cfg, Kind::Lint, Kind::Caller]);
    let (fn_token, semi_token) = (declaration.sig.fn_token, declaration.semi_token);
    let unsafety = function.unsafety();
    let parameters = function.parameters();
    let site = site(function, surroundings.bridge);
    let call = call(function, surroundings.hidden_module);
    let result = match surroundings.translates {
        true => {
            let translations = translation::table_name();
            quote!(::backstop::__private::result_of(#call, #translations))
        }
        false => quote!(::backstop::__private::result(#call)),
    };
    // By their spans the outlines are the user's own, as in cxx, so that lints see here what they see there: an
    // unused function is one.
    let public = quote_spanned!(fn_token.span=> pub);
    quote_spanned! {semi_token.span=>
        #(#attrs)*
        #[inline]
        #public #unsafety #fn_token #name<#(#lifetimes),*>(#(#parameters),*)
            -> ::core::result::Result<#ok, ::backstop::Error>
        {
            #site
            #result
        }
    }
}

/// Hands over the site, which is what makes the call that follows a guarded one; or returns, if its domain refuses it.
fn site(function: &Function, bridge: &Bridge) -> TokenStream {
    let Function { name, declaration, self_type, .. } = function;
    let scope = self_type.as_ref().map_or_else(String::new, |ty| format!("{}::", ty.unraw()));
    let path = format!("::{scope}{}\0", name.unraw());
    let line = u32::try_from(declaration.sig.ident.span().start().line).unwrap_or(0);
    let guard = attrs::guard(&declaration.attrs).map(|guard| options::of_guard(guard, &mut Vec::new()));
    let guard = guard.unwrap_or_default();
    let recover = guard.recover.unwrap_or(Recover::Unwind);
    let domain = domain_of(declaration, bridge);
    let within = guard.deadline.filter(|nanoseconds| *nanoseconds > 0);
    let within = within.map(|nanoseconds| quote!(.__within(#nanoseconds)));
    quote! {
        {
            static SITE: ::backstop::Site = ::backstop::Site::__new(
                ::core::concat!(::core::module_path!(), #path),
                ::core::concat!(::core::file!(), "\0"),
                #line,
                #recover,
                &#domain,
            )#within;
            ::backstop::__private::enter(&SITE)?;
        }
    }
}

fn call(function: &Function, hidden_module: &Ident) -> TokenStream {
    let hidden = lower::hidden_function(&function.name);
    let arguments = function.arguments();
    let home = match function.self_type {
        Some(_) => quote!(Self),
        None => quote!(super::#hidden_module),
    };
    let call = quote!(#home::#hidden(#(#arguments),*));
    match function.unsafety() {
        // SAFETY: it is in a function that is as unsafe, whose caller has promised what the declaration asks for.
        Some(_) => quote!(unsafe { #call }),
        None => call,
    }
}
