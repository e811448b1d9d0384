//! A function of the bridge, taken apart into what a function of the facade is made of.

use crate::attrs::{self, Kind};
use crate::declared::{self, DeclaredType};
use crate::lower;
use crate::signature::{self, SelfArgument};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ForeignItemFn, ItemForeignMod, Lifetime, Safety, Token, Type};

pub(crate) struct Function<'a> {
    pub declaration: &'a ForeignItemFn,
    /// By which Rust calls it.
    pub name: Ident,
    /// The type of which it is a function.
    pub self_type: Option<Ident>,
    receiver: Option<SelfArgument>,
    arguments: Vec<(Ident, &'a Type)>,
    block: &'a ItemForeignMod,
}

impl<'a> Function<'a> {
    /// None if cxx will refuse it: its message is enough.
    pub fn new(declaration: &'a ForeignItemFn, block: &'a ItemForeignMod) -> Option<Self> {
        let receiver = match declaration.sig.receiver() {
            Some(receiver) => Some(signature::self_argument(receiver)?),
            None => None,
        };
        let self_type = match &receiver {
            Some(receiver) => Some(receiver.ty.clone().or_else(|| declared::only_type(block))?),
            None => attrs::ident(&declaration.attrs, "Self"),
        };
        Some(Function {
            name: lower::rust_name(declaration),
            arguments: signature::arguments(&declaration.sig)?,
            declaration,
            self_type,
            receiver,
            block,
        })
    }

    /// Its attributes of these kinds, after those of its block.
    pub fn attrs(&self, kinds: &[Kind]) -> Vec<Attribute> {
        attrs::of_kinds(self.block.attrs.iter().chain(&self.declaration.attrs), kinds)
    }

    pub fn unsafety(&self) -> Option<Token![unsafe]> {
        match self.declaration.sig.safety {
            Safety::Unsafe(token) => Some(token),
            Safety::Safe(_) | Safety::Default => None,
        }
    }

    /// What stands between its parentheses, spelt out.
    pub fn parameters(&self) -> impl Iterator<Item = TokenStream> {
        let receiver = self.receiver.iter().map(|receiver| receiver.declaration.clone());
        receiver.chain(self.arguments.iter().map(|(name, ty)| {
            let ty = signature::spelt_out(ty);
            quote!(#name: #ty)
        }))
    }

    /// The same as a caller writes it who has parameters of the same names.
    pub fn arguments(&self) -> impl Iterator<Item = TokenStream> {
        let receiver = self.declaration.sig.receiver().map(|receiver| receiver.self_token);
        let receiver = receiver.into_iter().map(ToTokens::into_token_stream);
        receiver.chain(self.arguments.iter().map(|(name, _)| name.to_token_stream()))
    }

    /// Puts a function of the facade where it belongs: into an `impl` if it is one of a type. `item` makes it, given the
    /// lifetimes that it has to declare itself. None if the bridge doesn't know the type: then cxx will say so.
    ///
    /// The lifetimes of the type are those that the receiver names, and otherwise all left out; the function's own move to
    /// the `impl` where the type's name needs them. cxx does it the same way.
    pub fn in_place(
        &self,
        types: &[DeclaredType],
        item: impl FnOnce(&[&Lifetime]) -> TokenStream,
    ) -> Option<TokenStream> {
        let Some(self_type) = &self.self_type else {
            return Some(item(&signature::lifetimes(&self.declaration.sig).collect::<Vec<_>>()));
        };
        let declared = types.iter().find(|declared| declared.ident == *self_type)?;
        let cfgs = &declared.cfgs;
        let named = self.receiver.as_ref().and_then(|receiver| receiver.lifetimes.clone());
        let elided = || vec![Lifetime::new("'_", Span::call_site()); declared.lifetimes];
        let lifetimes = named.unwrap_or_else(elided);
        let (of_impl, own): (Vec<_>, Vec<_>) =
            signature::lifetimes(&self.declaration.sig).partition(|lifetime| lifetimes.contains(lifetime));
        let item = item(&own);
        Some(quote! {
            #(#cfgs)*
            impl<#(#of_impl),*> #self_type<#(#lifetimes),*> {
                #item
            }
        })
    }
}
