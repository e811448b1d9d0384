//! Text for people, made of what somebody else chose: the program under guard, or whoever feeds it. cpp/printable.cc does
//! the same for C and C++.

use std::borrow::Cow;
use std::fmt::{self, Display};

/// Shows what it holds on one line that breaks no log and drives no terminal: control characters are spelt out. Line
/// breaks at the end go. Of what is longer than 4 KiB the middle is left out, with a note of how much.
pub(crate) struct Printable<T>(pub T);

/// What matters is said at the start, or at the very end.
const HEAD: usize = 3072;
const TAIL: usize = 1024;

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        write_spelt_out(&shortened(text.trim_end_matches(['\n', '\r'])), f)
    }
}

/// The text without its middle, if it is long.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= HEAD + TAIL {
        return Cow::Borrowed(text);
    }
    let left = boundary(text, HEAD);
    let right = boundary(text, text.len() - TAIL);
    Cow::Owned(format!("{} [... {} bytes ...] {}", &text[..left], right - left, &text[right..]))
}

/// The first place from `at` on where no character is cut.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

fn write_spelt_out(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for plain in text.split_inclusive(is_control) {
        match plain.char_indices().next_back() {
            Some((end, last)) if is_control(last) => write!(f, "{}{}", &plain[..end], last.escape_default())?,
            _ => f.write_str(plain)?,
        }
    }
    Ok(())
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
        assert_eq!(Printable("plain\r\n").to_string(), "plain");
    }

    #[test]
    fn the_middle_of_a_long_text_is_left_out() {
        assert_eq!(Printable("x".repeat(4096)).to_string().len(), 4096);
        let text = format!("{}middle{}", "é".repeat(2000), "ü".repeat(2000));
        let (left, right) = ("é".repeat(1536), "ü".repeat(512));
        assert_eq!(Printable(text).to_string(), format!("{left} [... {} bytes ...] {right}", 8006 - 4096));
    }
}
