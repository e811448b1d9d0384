//! Tokens back to text, each where it was in the file.
//!
//! cxx reads the lowered bridges from a file of their own and reports its errors by line and column. So that these fit
//! the file that the user wrote, a token that came from there is printed on its own line, and in its own column unless
//! something inserted before it on the line takes the room. A token that came from nowhere just follows the one before.

use proc_macro2::{Delimiter, Group, LineColumn, Spacing, Span, TokenStream, TokenTree};

pub(crate) fn print(tokens: TokenStream) -> String {
    let start = LineColumn { line: 1, column: 0 };
    let mut printer = Printer { text: String::new(), at: start, source_end: start, joint: false };
    printer.stream(tokens);
    printer.text
}

struct Printer {
    text: String,
    /// Where the text ends.
    at: LineColumn,
    /// Where the last token ended in the source.
    source_end: LineColumn,
    /// Whether the last token is one half of an operator, or the ' of a lifetime.
    joint: bool,
}

/// Where a token was in the source.
struct Place {
    start: LineColumn,
    end: LineColumn,
}

impl Place {
    fn of(span: Span) -> Self {
        Place { start: span.start(), end: span.end() }
    }

    /// Of both brackets. A group that syn has made anew has one span for the whole of it.
    fn of_brackets(group: &Group) -> (Self, Self) {
        let (start, end) = (group.span_open().start(), group.span_close().end());
        match start < end {
            true => {
                let after = LineColumn { column: start.column + 1, ..start };
                let before = LineColumn { column: end.column.saturating_sub(1), ..end };
                (Place { start, end: after }, Place { start: before, end })
            }
            false => (Place { start, end }, Place { start, end }), // it came from nowhere
        }
    }
}

impl Printer {
    fn stream(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(punct) => {
                    self.piece(&punct.to_string(), Place::of(punct.span()));
                    self.joint = punct.spacing() == Spacing::Joint;
                }
                other => self.piece(&other.to_string(), Place::of(other.span())),
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.stream(group.stream()),
        };
        let (opening, closing) = Place::of_brackets(group);
        self.piece(open, opening);
        self.stream(group.stream());
        self.piece(close, closing);
    }

    fn piece(&mut self, text: &str, Place { start, end }: Place) {
        if !self.joint && start != self.source_end {
            self.move_to(start);
        }
        self.push(text);
        self.joint = false;
        // An empty span is that of a token that came from nowhere, and next to nothing.
        self.source_end = if start < end { end } else { LineColumn { line: 0, column: 0 } };
    }

    /// Down and right as far as it is, and one space if it is not.
    fn move_to(&mut self, goal: LineColumn) {
        let down = goal.line.saturating_sub(self.at.line);
        self.push(&"\n".repeat(down));
        let right = if self.at.line == goal.line { goal.column.saturating_sub(self.at.column) } else { 0 };
        let space = usize::from(down == 0 && !self.text.is_empty());
        self.push(&" ".repeat(right.max(space)));
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        for char in text.chars() {
            match char {
                '\n' => self.at = LineColumn { line: self.at.line + 1, column: 0 },
                _ => self.at.column += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::print;
    use proc_macro2::{Span, TokenStream};
    use quote::{quote, quote_spanned};

    fn tokens(source: &str) -> TokenStream {
        source.parse().unwrap()
    }

    #[test]
    fn every_token_stays_where_it_was() {
        let source = "mod ffi {\n    fn f<'a>(x: &'a [u8],\n        y: Vec<Vec<u8>>) -> r#type;\n\n\n    struct é { }\n  }";
        assert_eq!(print(tokens(source)), source);
    }

    #[test]
    fn comments_leave_a_hole_and_docs_become_attributes() {
        assert_eq!(print(tokens("f /* x */ g // y\nh")), "f         g\nh");
        assert_eq!(print(tokens("  /// x\n  f")), "  # [ doc = \" x\" ]\n  f");
    }

    #[test]
    fn a_string_over_several_lines() {
        let source = "f(\"a\nb\", 1);\ng();";
        assert_eq!(print(tokens(source)), source);
    }

    #[test]
    fn what_is_inserted_shifts_no_line() {
        let (before, after) =
            (tokens("a"), tokens("x\n\n  b c").into_iter().skip(1).collect::<TokenStream>());
        let inserted = quote!(#[inserted = "x"] <'a>);
        assert_eq!(print(quote!(#before #inserted #after)), "a # [ inserted = \"x\" ] < 'a >\n\n  b c");
    }

    #[test]
    fn what_stands_in_for_another_token_takes_its_place() {
        let all: Vec<_> = tokens("\n  #[guard] fn f();").into_iter().collect();
        let (guard, rest) = (&all[1], all[2..].iter());
        let stand_in = quote_spanned!(guard.span()=> [x]);
        assert_eq!(print(quote!(#stand_in #(#rest)*)), "\n   [ x   ] fn f();");
        assert_eq!(print(quote_spanned!(Span::call_site()=> a b)), "a b");
    }
}
