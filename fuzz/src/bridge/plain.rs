//! A bridge without what is ours: what the user would write for cxx alone.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::Meta;

/// The text of a file with `#[cxx::bridge]`s in place of `#[backstop::bridge]`s, without guards, and without functions that
/// translate exceptions.
pub fn plain(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let attribute = match (&token, tokens.peek()) {
            (TokenTree::Punct(punct), Some(TokenTree::Group(group)))
                if punct.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
            {
                syn::parse2::<Meta>(group.stream()).ok()
            }
            _ => None,
        };
        match attribute {
            Some(meta) if is_ours(&meta, "guard") => drop(tokens.next()),
            Some(meta) if is_ours(&meta, "exception") => {
                while tokens.next().is_some_and(|token| !is_punct(&token, ';')) {}
                let end = out.iter().rposition(|token| is_punct(token, ';')).map_or(0, |at| at + 1);
                out.truncate(end); // the attributes before this one
            }
            Some(meta) if is_path(&meta, &["backstop", "bridge"]) => {
                tokens.next();
                out.extend(bridge_attribute(&meta));
            }
            _ => out.push(match token {
                TokenTree::Group(group) => {
                    TokenTree::Group(Group::new(group.delimiter(), plain(group.stream())))
                }
                token => token,
            }),
        }
    }
    out.into_iter().collect()
}

/// The options that are cxx's stay.
fn bridge_attribute(meta: &Meta) -> TokenStream {
    let args: Vec<TokenTree> = match meta {
        Meta::List(list) => list.tokens.clone().into_iter().collect(),
        _ => Vec::new(),
    };
    let is_ours = |entry: &[TokenTree]| matches!(entry.first(), Some(TokenTree::Ident(name)) if *name == "on_torn" || *name == "domain");
    let entries = args.split_inclusive(|token| is_punct(token, ',')).filter(|entry| !is_ours(entry));
    let entries: TokenStream = entries.flatten().cloned().collect();
    quote!(#[cxx::bridge(#entries)])
}

fn is_ours(meta: &Meta, name: &str) -> bool {
    is_path(meta, &[name]) || is_path(meta, &["backstop", name])
}

pub fn is_path(meta: &Meta, names: &[&str]) -> bool {
    let path = meta.path();
    let segments: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
    segments.len() == names.len() && segments.iter().zip(names).all(|(segment, name)| *segment == name)
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}
