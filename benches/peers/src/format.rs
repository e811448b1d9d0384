//! Figures for people: two or three digits, for more would be noise.

/// A time, in the unit that suits it.
pub fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e3 => format!("{} ns", digits(nanoseconds)),
        ..1e6 => format!("{} µs", digits(nanoseconds / 1e3)),
        _ => format!("{} ms", digits(nanoseconds / 1e6)),
    }
}

pub fn times(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

/// Without a unit.
pub fn digits(value: f64) -> String {
    match value {
        ..9.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{time, times};

    #[test]
    fn times_have_the_unit_that_suits_them() {
        assert_eq!(
            [1.234, 9.96, 126.4, 1551.0, 97_400.0, 2e6].map(time),
            ["1.2 ns", "10 ns", "126 ns", "1.6 µs", "97 µs", "2.0 ms"]
        );
    }

    #[test]
    fn ratios_have_two_digits() {
        assert_eq!([0.97, 1.94, 23.6].map(times), ["1.0×", "1.9×", "24×"]);
    }
}
