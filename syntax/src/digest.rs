//! A fingerprint of a bridge, by which the macro can tell that `backstop_build` has seen the same one.
//!
//! The macro gets tokens from rustc, `backstop_build` reads the file by itself, and both must arrive at the same
//! number. So nothing counts in which the two differ: spacing, groups without delimiters, and doc comments, which
//! have several spellings.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The name of the environment variable that says that the bridge has been built.
pub(crate) fn variable(args: &TokenStream, body: &TokenStream) -> String {
    format!("BACKSTOP_BRIDGE_{:016x}", digest(args, body))
}

/// The number itself.
pub(crate) fn digest(args: &TokenStream, body: &TokenStream) -> u64 {
    let mut digest = Fnv1a::new();
    digest.stream(args.clone());
    digest.piece("|");
    digest.stream(body.clone());
    digest.0
}

/// FNV-1a with 64 bits: small, and the same on every machine and for ever.
struct Fnv1a(u64);

impl Fnv1a {
    fn new() -> Self {
        Fnv1a(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// One token. The zero keeps `a b` apart from `ab`.
    fn piece(&mut self, text: &str) {
        text.bytes().chain([0]).for_each(|byte| self.byte(byte));
    }

    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if !is_punct(&token, '#') {
                self.token(token);
                continue;
            }
            let bang = tokens.next_if(|token| is_punct(token, '!'));
            if tokens.next_if(is_doc_in_brackets).is_none() {
                self.token(token);
                bang.into_iter().for_each(|bang| self.token(bang));
            }
        }
    }

    fn token(&mut self, token: TokenTree) {
        match token {
            TokenTree::Group(group) => self.group(&group),
            TokenTree::Ident(ident) => self.piece(&ident.to_string()),
            TokenTree::Punct(punct) => self.piece(punct.as_char().encode_utf8(&mut [0; 4])),
            // rustc reads a file's line ends as \n, also within a string.
            TokenTree::Literal(literal) => self.piece(&literal.to_string().replace("\r\n", "\n")),
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.stream(group.stream()),
        };
        self.piece(open);
        self.stream(group.stream());
        self.piece(close);
    }
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

fn is_doc_in_brackets(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(ident)) if ident == "doc")
}

#[cfg(test)]
mod tests {
    use super::variable;
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::quote;

    fn of(source: &str) -> String {
        variable(&TokenStream::new(), &source.parse().unwrap())
    }

    #[test]
    fn spacing_and_comments_do_not_count() {
        assert_eq!(of("fn f(x:&u8)->Vec<Vec<u8>>;"), of("fn f (\n x : & u8 // x\n) -> Vec < Vec < u8 > > ;"));
    }

    #[test]
    fn docs_do_not_count() {
        assert_eq!(of("/// What\n fn f();"), of("#[doc = r\" What\"] fn f();"));
        assert_eq!(of("//! What\n fn f();"), of("fn f();"));
        assert_ne!(of("#[guard] fn f();"), of("fn f();"));
    }

    #[test]
    fn groups_that_rustc_adds_do_not_count() {
        let inside: TokenStream = "u8".parse().unwrap();
        let grouped = TokenTree::Group(Group::new(Delimiter::None, inside));
        assert_eq!(variable(&quote!(), &quote!(fn f(x: #grouped);)), of("fn f(x: u8);"));
    }

    #[test]
    fn line_ends_do_not_count() {
        assert_eq!(of("\"a\r\nb\""), of("\"a\nb\""));
    }

    #[test]
    fn tokens_and_arguments_count() {
        assert_ne!(of("fn f(x: u8);"), of("fn f(x: u16);"));
        assert_ne!(of("a b"), of("ab"));
        assert_ne!(variable(&quote!(a), &quote!(b)), variable(&quote!(), &quote!(a b)));
    }

    /// The number is an agreement between two programs, which may have been built from different versions.
    #[test]
    fn stays_what_it_was() {
        assert_eq!(
            of("unsafe extern \"C++\" { #[guard] fn f() -> Result<()>; }"),
            "BACKSTOP_BRIDGE_1aee1bad0d26425d"
        );
    }
}
