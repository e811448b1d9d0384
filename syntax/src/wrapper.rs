//! A guarded function, as the facade has it: hand over the site if its domain isn't tainted, make the call, turn what came back into an error.

use crate::attrs::{self, Kind};
use crate::declared::{self, DeclaredType};
use crate::facade;
use crate::lower;
use crate::options::{self, Recover};
use crate::signature::{self, SelfArgument};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, ForeignItemFn, GenericParam, ItemForeignMod, Lifetime, Safety, Token, Type};

/// The wrapper, in an `impl` if the function is one of a type. None if cxx will refuse it: its message is enough.
pub(crate) fn wrapper(
    function: &ForeignItemFn,
    block: &ItemForeignMod,
    types: &[DeclaredType],
    hidden_module: &Ident,
) -> Option<TokenStream> {
    let receiver = match function.sig.receiver() {
        Some(receiver) => Some(signature::self_argument(receiver)?),
        None => None,
    };
    let self_type = match &receiver {
        Some(receiver) => Some(receiver.ty.clone().or_else(|| declared::only_type(block))?),
        None => attrs::ident(&function.attrs, "Self"),
    };
    let wrapper = Wrapper {
        attrs: attrs::of_kinds(
            block.attrs.iter().chain(&function.attrs),
            &[Kind::Doc, Kind::Cfg, Kind::Lint, Kind::Caller],
        ),
        name: lower::rust_name(function),
        arguments: signature::arguments(&function.sig)?,
        ok: signature::ok_type(&function.sig.output)?,
        function,
        receiver,
    };
    Some(match self_type {
        Some(self_type) => wrapper.in_impl(&self_type, types),
        None => wrapper.tokens(&quote!(super::#hidden_module), "", &[]),
    })
}

struct Wrapper<'a> {
    attrs: Vec<Attribute>,
    name: Ident,
    function: &'a ForeignItemFn,
    receiver: Option<SelfArgument>,
    arguments: Vec<(Ident, &'a Type)>,
    ok: &'a Type,
}

impl Wrapper<'_> {
    /// As a method. The lifetimes of the type are those that the receiver names, and otherwise all left out; the
    /// function's own move to the `impl` where the type's name needs them. cxx does it the same way.
    fn in_impl(&self, self_type: &Ident, types: &[DeclaredType]) -> TokenStream {
        let declared = types.iter().find(|declared| declared.ident == *self_type);
        let cfgs = declared.into_iter().flat_map(|declared| &declared.cfgs);
        let named = self.receiver.as_ref().and_then(|receiver| receiver.lifetimes.clone());
        let lifetimes = named.unwrap_or_else(|| {
            let count = declared.map_or(0, |declared| declared.lifetimes);
            vec![Lifetime::new("'_", Span::call_site()); count]
        });
        let of_impl = self.lifetimes().filter(|param| lifetimes.contains(param));
        let method = self.tokens(&quote!(Self), &format!("{}::", self_type.unraw()), &lifetimes);
        quote! {
            #(#cfgs)*
            impl<#(#of_impl),*> #self_type<#(#lifetimes),*> {
                #method
            }
        }
    }

    /// The function. The hidden one is at `home`; `scope` is for the name of the site; `declared` are the lifetimes
    /// that its surroundings declare already.
    fn tokens(&self, home: &TokenStream, scope: &str, declared: &[Lifetime]) -> TokenStream {
        let Wrapper { attrs, name, ok, .. } = self;
        let (fn_token, semi_token) = (self.function.sig.fn_token, self.function.semi_token);
        let unsafety = self.unsafety();
        let lifetimes = self.lifetimes().filter(|lifetime| !declared.contains(lifetime));
        let parameters = self.parameters();
        let ok = signature::spelt_out(ok);
        let site = self.site(scope);
        let call = self.call(home);
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
                ::backstop::__private::result(#call)
            }
        }
    }

    fn unsafety(&self) -> Option<Token![unsafe]> {
        match self.function.sig.safety {
            Safety::Unsafe(token) => Some(token),
            Safety::Safe(_) | Safety::Default => None,
        }
    }

    fn lifetimes(&self) -> impl Iterator<Item = &Lifetime> {
        self.function.sig.generics.params.iter().filter_map(|param| match param {
            GenericParam::Lifetime(param) => Some(&param.lifetime),
            _ => None,
        })
    }

    fn parameters(&self) -> impl Iterator<Item = TokenStream> {
        let receiver = self.receiver.iter().map(|receiver| receiver.declaration.clone());
        receiver.chain(self.arguments.iter().map(|(name, ty)| {
            let ty = signature::spelt_out(ty);
            quote!(#name: #ty)
        }))
    }

    /// Hands over the site, which is what makes the call that follows a guarded one; or returns, if its domain is tainted.
    fn site(&self, scope: &str) -> TokenStream {
        let path = format!("::{scope}{}\0", self.name.unraw());
        let line = u32::try_from(self.function.sig.ident.span().start().line).unwrap_or(0);
        let recover =
            attrs::guard(&self.function.attrs).and_then(|guard| options::of_guard(guard, &mut Vec::new()));
        let recover = recover.unwrap_or(Recover::Unwind);
        let domain = Ident::new(facade::DOMAIN, Span::call_site());
        quote! {
            {
                static SITE: ::backstop::Site = ::backstop::Site::__new(
                    ::core::concat!(::core::module_path!(), #path),
                    ::core::concat!(::core::file!(), "\0"),
                    #line,
                    #recover,
                    &#domain,
                );
                ::backstop::__private::enter(&SITE)?;
            }
        }
    }

    fn call(&self, home: &TokenStream) -> TokenStream {
        let hidden = lower::hidden_function(&self.name);
        let receiver = self.function.sig.receiver().map(|receiver| receiver.self_token);
        let receiver = receiver.iter().map(|token| quote!(#token));
        let arguments = receiver.chain(self.arguments.iter().map(|(name, _)| quote!(#name)));
        let call = quote!(#home::#hidden(#(#arguments),*));
        match self.unsafety() {
            Some(_) => quote!(unsafe { #call }),
            None => call,
        }
    }
}
