//! The bridges in a file, lowered to a file for cxx.

use crate::check::check;
use crate::message::Problem;
use crate::parse::Bridge;
use crate::print::print;
use crate::{attrs, digest, lower};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser, Result};
use syn::token::Brace;
use syn::{Attribute, Meta, Token, Visibility, braced};

/// A file with all that cxx has to see of it.
#[derive(Debug)]
pub struct LoweredFile {
    /// Its bridges, each token on the line on which it was, and nothing else.
    pub text: String,
    /// For each bridge with `#[backstop::bridge]`, the environment variable by which rustc must be told of it.
    pub digests: Vec<String>,
    /// How many bridges there are, those with plain `#[cxx::bridge]` among them.
    pub bridges: usize,
}

/// Lowers the bridges of a file.
///
/// # Errors
///
/// All that is wrong with them, in the order of the file.
pub fn lower_file(source: &str) -> std::result::Result<LoweredFile, Vec<Problem>> {
    let mut scan = Scan::default();
    let outcome = match without_shebang(source).parse::<TokenStream>() {
        Ok(tokens) => (|input: ParseStream| scan.items(input)).parse2(tokens),
        Err(error) => {
            Err(syn::Error::new(error.span(), "this is not Rust: a bracket or a quote has no partner"))
        }
    };
    scan.problems.extend(outcome.err().into_iter().flatten().map(Problem::from));
    match scan.problems.is_empty() {
        true => Ok(LoweredFile { text: print(scan.lowered), digests: scan.digests, bridges: scan.bridges }),
        false => Err(scan.problems),
    }
}

/// The source from its first line end on, if the first line is for the shell: so all lines keep their number.
fn without_shebang(source: &str) -> &str {
    match source.starts_with("#!") && !source.starts_with("#![") {
        true => &source[source.find('\n').unwrap_or(source.len())..],
        false => source,
    }
}

#[derive(Default)]
struct Scan {
    lowered: TokenStream,
    digests: Vec<String>,
    bridges: usize,
    problems: Vec<Problem>,
}

impl Scan {
    /// Looks for bridges in a file or in a module within it. Whatever is not a module is passed over token by token,
    /// so that it may be of a Rust newer than this program.
    fn items(&mut self, input: ParseStream) -> Result<()> {
        while !input.is_empty() {
            input.call(Attribute::parse_inner)?;
            let attrs = input.call(Attribute::parse_outer)?;
            match attrs.iter().find(|attr| attrs::is_bridge(attr.path())) {
                Some(bridge) => {
                    let args = arguments(bridge);
                    self.bridge(attrs, args, input)?;
                }
                None if attrs.iter().any(|attr| attrs::is_cxx_bridge(attr.path())) => {
                    self.plain(&attrs, input)?
                }
                None => self.other(input)?,
            }
        }
        Ok(())
    }

    fn bridge(&mut self, attrs: Vec<Attribute>, args: TokenStream, input: ParseStream) -> Result<()> {
        match Bridge::parse_after(attrs, args, input)? {
            Ok(mut bridge) => {
                self.bridges += 1;
                self.digests.push(digest::variable(&bridge.args, &bridge.body));
                self.problems.extend(check(&mut bridge));
                self.lowered.extend(lowered(&bridge));
            }
            Err(problem) => self.problems.push(problem),
        }
        Ok(())
    }

    /// A module that is cxx's alone: copied up to its braces, or up to the semicolon of which cxx will complain.
    fn plain(&mut self, attrs: &[Attribute], input: ParseStream) -> Result<()> {
        self.bridges += 1;
        self.lowered.extend(quote!(#(#attrs)*));
        let mut last = false;
        while !last && !input.is_empty() {
            let token: TokenTree = input.parse()?;
            last = match &token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(punct) => punct.as_char() == ';',
                _ => false,
            };
            self.lowered.extend([token]);
        }
        Ok(())
    }

    fn other(&mut self, input: ParseStream) -> Result<()> {
        let ahead = input.fork();
        if module_head(&ahead).is_ok() && ahead.peek(Brace) {
            input.advance_to(&ahead);
            let content;
            braced!(content in input);
            return self.items(&content);
        }
        // Attributes at the end of a module have nothing after them.
        match input.is_empty() {
            true => Ok(()),
            false => input.parse::<TokenTree>().map(drop),
        }
    }
}

fn module_head(input: ParseStream) -> Result<Ident> {
    input.parse::<Visibility>()?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Token![mod]>()?;
    input.parse()
}

/// What is between the parentheses of `#[backstop::bridge(...)]`.
fn arguments(attr: &Attribute) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    }
}

/// The module with `#[cxx::bridge]` in place of `#[backstop::bridge]`, and without the options that cxx doesn't know.
fn lowered(bridge: &Bridge) -> TokenStream {
    let Bridge { vis, unsafety, mod_token, ident, .. } = bridge;
    let attrs = bridge.attrs.iter().cloned().map(|mut attr| {
        if attrs::is_bridge(attr.path()) {
            let span = attr.path().segments[0].ident.span();
            rename(&mut attr.meta, Ident::new("cxx", span));
            if let Meta::List(list) = &mut attr.meta {
                list.tokens = bridge.cxx_args.clone();
            }
        }
        attr
    });
    let contents = lower::contents(bridge);
    quote!(#(#attrs)* #vis #unsafety #mod_token #ident #contents)
}

fn rename(meta: &mut Meta, krate: Ident) {
    let path = match meta {
        Meta::Path(path) => path,
        Meta::List(list) => &mut list.path,
        Meta::NameValue(meta) => &mut meta.path,
    };
    path.segments[0].ident = krate;
}
