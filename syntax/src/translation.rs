//! `#[exception]`: how exceptions of one C++ class look to Rust.
//!
//! cxx sees nothing of the user's function, which stands in the module around the bridge and may return what it likes. It
//! sees a function that answers the class, by a template of `bridge.h`, and so finds the class's name in C++ for us.

use crate::attrs::{self, Kind};
use crate::parse::Bridge;
use crate::{digest, lower, signature};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, ForeignItem, ForeignItemFn, Signature, Type, TypeReference};

/// One of them, once `check` has found it right.
pub(crate) struct Translation<'a> {
    function: &'a ForeignItemFn,
    class: &'a Ident,
    attrs: Vec<Attribute>,
    /// Of the function that answers the class.
    type_function: Ident,
    /// Of the function that calls the user's.
    translate_function: Ident,
}

/// Those of a bridge, in the order in which they are declared.
pub(crate) fn translations(bridge: &Bridge) -> Vec<Translation<'_>> {
    let digest = digest::digest(&bridge.args, &bridge.body);
    let hidden_module = lower::hidden_module(&bridge.ident);
    let translations = bridge.blocks().flat_map(|block| block.items.iter().map(move |item| (block, item)));
    let translations = translations.filter_map(|(block, item)| {
        let ForeignItem::Fn(function) = item else { return None };
        attrs::exception(&function.attrs)?;
        let name = function.sig.ident.unraw();
        Some(Translation {
            function,
            class: class(&function.sig)?,
            attrs: attrs::of_kinds(block.attrs.iter().chain(&function.attrs), &[Kind::Cfg, Kind::Lint]),
            // It is in a namespace that all bridges of the program share.
            type_function: format_ident!("__backstop_build_type_of_{name}_{digest:016x}"),
            translate_function: format_ident!("__backstop_translate_{name}{hidden_module}"),
        })
    });
    translations.collect()
}

/// The `T` of the only argument, if that is `&T`.
pub(crate) fn class(sig: &Signature) -> Option<&Ident> {
    let argument = match sig.inputs.first() {
        Some(FnArg::Typed(argument)) if sig.inputs.len() == 1 => &*argument.ty,
        _ => return None,
    };
    match argument {
        Type::Reference(TypeReference { lifetime: None, mutability: None, elem, .. }) => {
            signature::plain_name(elem)
        }
        _ => None,
    }
}

/// What cxx is to see of them.
pub(crate) fn lowered(bridge: &Bridge) -> Option<TokenStream> {
    let functions =
        translations(bridge).into_iter().map(|Translation { class, attrs, type_function, .. }| {
            let cfgs = attrs::of_kinds(&attrs, &[Kind::Cfg]);
            quote! {
                #(#cfgs)*
                #[doc(hidden)]
                #[namespace = "backstop"]
                #[cxx_name = "exception_type"]
                unsafe fn #type_function(exception: *const #class) -> usize;
            }
        });
    let functions: TokenStream = functions.collect();
    (!functions.is_empty()).then(|| quote!(unsafe extern "C++" { #functions }))
}

/// The name of the table.
pub(crate) fn table_name() -> Ident {
    Ident::new("__BACKSTOP_EXCEPTIONS", Span::call_site())
}

/// All of them as the guarded functions of the facade need them.
pub(crate) fn table(translations: &[Translation], hidden_module: &Ident) -> Option<TokenStream> {
    let entries = translations.iter().map(|translation| {
        let Translation { function, attrs, type_function, translate_function, .. } = translation;
        let cfgs = attrs::of_kinds(attrs, &[Kind::Cfg]);
        // If it can't be kept, what the user's function returns is to blame.
        let span = signature::output_span(&function.sig.output);
        let translated = quote_spanned!(span=> ::backstop::__translate!(translated));
        quote! {
            #(#cfgs)*
            ::backstop::__private::Translation::new(
                // SAFETY: it answers whose type that is, and doesn't look at the object.
                || unsafe { super::#hidden_module::#type_function(::core::ptr::null()) },
                |exception| {
                    // SAFETY: the runtime calls this with an object that is of this class, or has it as a base, and lives.
                    let translated = super::#translate_function(unsafe { &*exception.cast() }, &());
                    #translated
                },
            )
        }
    });
    let name = table_name();
    (!translations.is_empty()).then(|| {
        quote! {
            #[allow(dead_code)]
            static #name: &[::backstop::__private::Translation] = &[#(#entries),*];
        }
    })
}

impl Translation<'_> {
    /// A call of the user's function in the module in which it stands, so that the type that it returns has its meaning. By
    /// their spans all tokens stand where the function is declared.
    pub fn beside(&self, facade: &Ident, cfgs: &[Attribute]) -> TokenStream {
        let Translation { attrs, class, translate_function, .. } = self;
        let Signature { fn_token, ident, output, .. } = &self.function.sig;
        let argument = Ident::new("exception", ident.span());
        let class = class.to_token_stream();
        let call = quote_spanned!(ident.span()=> #ident(#argument));
        // What it returns must not borrow from the exception. With a second reference rustc doesn't take it to.
        quote! {
            #(#cfgs)*
            #(#attrs)*
            #fn_token #translate_function(#argument: &self::#facade::#class, _: &()) #output {
                #call
            }
        }
    }
}
