//! Text for people, made of names that somebody else chose.

use std::fmt::{self, Display, Write};

/// The text with its line breaks spelt out, so that a message is one line. Those at the end go.
pub(crate) fn one_line(text: &str) -> String {
    text.trim_end_matches(['\n', '\r']).replace('\n', "\\n").replace('\r', "\\r")
}

/// Shows what it holds with its control characters spelt out, so that no name breaks a line or drives a terminal.
pub(crate) struct Printable<T>(pub T);

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaped(f), "{}", self.0)
    }
}

struct Escaped<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for plain in text.split_inclusive(is_control) {
            match plain.char_indices().next_back() {
                Some((end, last)) if is_control(last) => {
                    write!(self.0, "{}{}", &plain[..end], last.escape_default())?
                }
                _ => self.0.write_str(plain)?,
            }
        }
        Ok(())
    }
}

/// Those of ASCII and Latin-1, and Unicode's that end lines or turn the direction of writing.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_spelt_out() {
        let name = "a\nb\x1b[31m\u{7f}c\u{202e}d\u{85}é 語";
        assert_eq!(Printable(name).to_string(), r"a\nb\u{1b}[31m\u{7f}c\u{202e}d\u{85}é 語");
        assert_eq!(Printable("").to_string(), "");
        assert_eq!(Printable("plain").to_string(), "plain");
    }
}
