//! Medians and quartiles.

/// The value that so many quarters of all lie below.
pub fn quantile(mut values: Vec<f64>, quarters: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * quarters / 4]
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let values = || vec![50.0, 10.0, 40.0, 20.0, 30.0];
        assert_eq!([1, 2, 3].map(|quarters| quantile(values(), quarters)), [20.0, 30.0, 40.0]);
    }
}
