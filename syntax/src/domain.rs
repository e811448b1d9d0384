//! The domains of a bridge: statics in its module, or those of others.

use crate::attrs;
use crate::message::{self, Rule};
use crate::options;
use crate::parse::{Bridge, guarded};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeSet;
use syn::{ForeignItemFn, Path};

/// Which one a guarded function is in.
#[derive(Clone)]
pub(crate) enum Domain {
    /// `DOMAIN`. In capitals, since that is a name which no C++ function is likely to have.
    OfBridge,
    /// `domain = "codec"`: another one of the bridge, the static `CODEC`.
    Named(String),
    /// `domain = crate::CODEC`.
    Elsewhere(Path),
}

impl Domain {
    /// By what the option says as a text.
    pub fn named(text: &str) -> Result<Domain, &'static Rule> {
        let is_name = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        match text {
            "domain" => Err(&message::DOMAIN_IS_DEFAULT),
            _ if is_name => Ok(Domain::Named(text.to_owned())),
            _ => Err(&message::DOMAIN_NAME),
        }
    }

    /// The name of the static, if it is one of the bridge.
    pub fn own_static(&self) -> Option<String> {
        match self {
            Domain::OfBridge => Some("DOMAIN".to_owned()),
            Domain::Named(name) => Some(name.to_ascii_uppercase()),
            Domain::Elsewhere(_) => None,
        }
    }
}

impl ToTokens for Domain {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match (self, self.own_static()) {
            (Domain::Elsewhere(path), _) => path.to_tokens(tokens),
            (_, name) => name.map(|name| Ident::new(&name, Span::call_site())).to_tokens(tokens),
        }
    }
}

/// That of a guarded function: its own, or its block's, or the bridge's.
pub(crate) fn domain_of(function: &ForeignItemFn, bridge: &Bridge) -> Domain {
    let guard = attrs::guard(&function.attrs).map(|guard| options::of_guard(guard, &mut Vec::new()));
    guard.and_then(|guard| guard.domain).unwrap_or_else(|| bridge.domain.clone())
}

/// Those that the bridge has to have, in the order in which its functions name them.
pub(crate) fn own_domains(bridge: &Bridge) -> Vec<Domain> {
    let mut seen = BTreeSet::new();
    let domains = bridge.blocks().flat_map(guarded).map(|function| domain_of(function, bridge));
    domains.filter(|domain| domain.own_static().is_some_and(|name| seen.insert(name))).collect()
}

/// The statics.
pub(crate) fn statics(bridge: &Bridge) -> TokenStream {
    let on_torn = bridge.on_torn;
    let domains = own_domains(bridge);
    let statics = domains.iter().map(|domain| {
        let (doc, path) = match domain {
            Domain::Named(name) => (
                " A domain of this bridge: whether those guarded functions may be called that name it.",
                format!("/{name}\0"),
            ),
            _ => {
                (" The domain of this bridge: whether its guarded functions may be called.", "\0".to_owned())
            }
        };
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            pub static #domain: ::backstop::Domain =
                ::backstop::Domain::__new(::core::concat!(::core::module_path!(), #path), #on_torn);
        }
    });
    statics.collect()
}
