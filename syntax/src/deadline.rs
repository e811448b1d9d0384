//! `deadline = "50ms"`.

use crate::message::{self, Rule};

/// The nanoseconds that a text says; 0 for "none".
pub(crate) fn parse(text: &str) -> Result<u64, (&'static Rule, String)> {
    const UNITS: &[(&str, u64)] =
        &[("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000)];
    if text == "none" {
        return Ok(0);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = UNITS.iter().find(|(name, _)| *name == unit);
    let Some((_, unit)) = unit.filter(|_| !number.is_empty()) else {
        let example = if digits == text.len() && digits > 0 { number } else { "50" };
        return Err((&message::DEADLINE_VALUE, format!("{example}ms")));
    };
    let nanoseconds = number.parse().ok().and_then(|number: u64| number.checked_mul(*unit));
    match nanoseconds {
        Some(0) => Err((&message::DEADLINE_ZERO, String::new())),
        Some(nanoseconds) => Ok(nanoseconds),
        None => Err((&message::DEADLINE_TOO_LONG, String::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let good = [
            ("none", 0),
            ("1ns", 1),
            ("20us", 20_000),
            ("50ms", 50_000_000),
            ("2s", 2_000_000_000),
            ("5min", 300_000_000_000),
            ("18446744073709551615ns", u64::MAX),
        ];
        for (text, nanoseconds) in good {
            assert_eq!(parse(text).ok(), Some(nanoseconds), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_told_with_an_example() {
        let example = |text| parse(text).map_err(|(_, example)| example);
        for text in ["", "ms", "1.5s", "-1s", "50 ms", " 50ms", "50MS", "1h", "1s500ms", "forever"] {
            assert_eq!(example(text), Err("50ms".to_owned()), "{text}");
        }
        assert_eq!(example("250"), Err("250ms".to_owned()));
    }
}
