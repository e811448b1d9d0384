//! What the macro makes of a whole bridge, for people to read.

use backstop_syntax::expand;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::path::Path;
use std::{env, fs};
use syn::{File, Item, Meta};

const RENEW: &str = "BACKSTOP_RENEW_EXPANDED";

const HEADER: &str = "\
// What the macro makes of features.rs. To renew it:
//
//     BACKSTOP_RENEW_EXPANDED=1 cargo test -p backstop-syntax --test expanded

";

#[test]
fn features() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expanded");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it is there");
    let source = syn::parse_file(&read("features.rs")).expect("it is Rust");
    let items: TokenStream = source.items.into_iter().map(expanded).collect();
    let file: File = syn::parse2(items).expect("it is Rust, too");
    let expanded = format!("{HEADER}{}", prettyplease::unparse(&file));
    if env::var_os(RENEW).is_some() {
        fs::write(folder.join("features.expanded.rs"), &expanded).expect("it can be written");
    }
    assert!(expanded == read("features.expanded.rs"), "it is not what it was:\n\n{expanded}");
}

/// As rustc does it: the attribute is not part of what the macro gets.
fn expanded(item: Item) -> TokenStream {
    let Item::Mod(mut module) = item else { return item.to_token_stream() };
    let args = match module.attrs.remove(0).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    expand(args, module.to_token_stream())
}
