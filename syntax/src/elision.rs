//! Names the lifetimes that a Rust function elides.
//!
//! Where a Rust function may fail, cxx has it write its result to a place that C++ provides, and gives the place a type
//! with a lifetime of its own, unless the lifetime has a name. So `fn f(x: &T) -> &U`, which cxx takes as it is, has to
//! become `unsafe fn f<'a>(x: &'a T) -> Result<&'a U>`. (`unsafe`, for cxx wants to see that where lifetimes have names,
//! which C++ will not heed. C++ did not heed those without names either.)

use crate::declared::DeclaredType;
use crate::signature;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{GenericParam, Lifetime, LifetimeParam, Safety, Signature};

/// Does so, if what the function returns borrows, and it is clear what from. Anything else stays for rustc to judge.
pub(crate) fn name_lifetimes(sig: &mut Signature, types: &[DeclaredType]) {
    let new = Lifetime::new("'__backstop", Span::call_site());
    let mut inputs = Elided::new(types, &new);
    let is_method = sig.receiver().is_some();
    if is_method {
        inputs.limit = 1; // that of the receiver, which comes first
    }
    let named_inputs =
        sig.inputs.iter().enumerate().map(|(position, input)| match is_method && position > 0 {
            true => input.to_token_stream(),
            false => inputs.name_all(input.to_token_stream()),
        });
    let named_inputs: Vec<_> = named_inputs.collect();
    let (found, own) = (inputs.found, signature::lifetimes(sig).cloned().collect::<Vec<_>>());
    let name = match &*own {
        [only] if found == 0 => only,
        _ if found == 1 => &new,
        _ => return,
    };
    let mut output = Elided::new(types, name);
    let named_output = output.name_all(sig.output.to_token_stream());
    if output.found == 0 {
        return;
    }
    let inputs = Punctuated::parse_terminated.parse2(quote!(#(#named_inputs),*));
    if let (Ok(inputs), Ok(output)) = (inputs, syn::parse2(named_output)) {
        sig.inputs = inputs;
        sig.output = output;
        sig.safety = Safety::Unsafe(Default::default());
        if found == 1 {
            sig.generics.params.push(GenericParam::Lifetime(LifetimeParam::new(new)));
            sig.generics.lt_token = Some(Default::default());
            sig.generics.gt_token = Some(Default::default());
        }
    }
}

/// Elided lifetimes, in types as cxx has them.
struct Elided<'a> {
    types: &'a [DeclaredType],
    name: &'a Lifetime,
    found: usize,
    limit: usize,
}

impl<'a> Elided<'a> {
    fn new(types: &'a [DeclaredType], name: &'a Lifetime) -> Self {
        Elided { types, name, found: 0, limit: usize::MAX }
    }

    /// The tokens with each of them named, up to the limit.
    fn name_all(&mut self, tokens: TokenStream) -> TokenStream {
        let mut named = TokenStream::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let spared = self.found >= self.limit;
            if !spared && is_punct(Some(&token), '\'') && tokens.next_if(is_underscore).is_some() {
                self.found += 1;
                self.name.to_tokens(&mut named);
                continue;
            }
            let next = tokens.peek();
            let name = self.name;
            let (missing, names) = match &token {
                _ if spared => (0, quote!()),
                TokenTree::Punct(punct) if punct.as_char() == '&' && !is_punct(next, '\'') => {
                    (1, quote!(#name))
                }
                TokenTree::Ident(ident) if !is_punct(next, '<') => self.parameters(ident),
                _ => (0, quote!()),
            };
            self.found += missing;
            named.extend([match token {
                TokenTree::Group(group) => {
                    let mut inside = Group::new(group.delimiter(), self.name_all(group.stream()));
                    inside.set_span(group.span());
                    TokenTree::Group(inside)
                }
                token => token,
            }]);
            named.extend(names);
        }
        named
    }

    /// How many lifetimes the type of this name has, if it is one, and what to write after it.
    fn parameters(&self, ident: &Ident) -> (usize, TokenStream) {
        let declared = self.types.iter().find(|declared| declared.ident == *ident);
        match declared.map_or(0, |declared| declared.lifetimes) {
            0 => (0, quote!()),
            count => {
                let names = std::iter::repeat_n(self.name, count);
                (count, quote!(<#(#names),*>))
            }
        }
    }
}

fn is_underscore(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == "_")
}

fn is_punct(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}
