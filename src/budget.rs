use crate::sys;
use std::fmt;
use std::time::Duration;

/// How the guarded calls of a [`Domain`](crate::Domain) went in the last while: see
/// [`Domain::budget`](crate::Domain::budget).
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct Budget {
    /// The time that this covers: the window that was asked for, or somewhat more; less if the domain is younger.
    pub span: Duration,
    /// Calls that were made in that time.
    pub calls: u64,
    /// Calls that ended in it by a fault or a deadline.
    pub faults: u64,
}

impl Budget {
    pub(crate) fn new(raw: &sys::Budget) -> Budget {
        Budget { span: Duration::from_nanos(raw.span), calls: raw.calls, faults: raw.faults }
    }

    /// How many of the calls, from 0 to 1. 0 if there were none.
    pub fn ratio(&self) -> f64 {
        // Calls that end in this time may have been made before.
        let calls = self.calls.max(self.faults).max(1);
        self.faults as f64 / calls as f64
    }
}

/// `2 of 1000 calls (0.20 %) in 60.0 s`
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Budget { span, calls, faults } = self;
        write!(f, "{faults} of {calls} calls ({:.2} %) in {:.1} s", 100.0 * self.ratio(), span.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios() {
        let budget = |calls, faults| Budget { span: Duration::from_millis(59_960), calls, faults };
        assert_eq!(budget(0, 0).ratio(), 0.0);
        assert_eq!(budget(4, 1).ratio(), 0.25);
        assert_eq!(budget(0, 1).ratio(), 1.0);
        assert_eq!(budget(1000, 2).to_string(), "2 of 1000 calls (0.20 %) in 60.0 s");
    }
}
