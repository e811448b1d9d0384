//! The counters of all domains, for the `metrics` crate.

use crate::{Domain, domains};
use metrics::{counter, gauge};

/// Hands the counters of all domains to the recorder that is installed, each as it stands: call it before metrics are
/// rendered, or every few seconds. With the feature `metrics`.
///
/// All have the label `domain`:
///
/// * `backstop_calls_total`, `backstop_exceptions_total`, `backstop_deadlines_total`, `backstop_torn_total` and
///   `backstop_refused_total` count as [`Counters`](crate::Counters) does;
/// * `backstop_faults_total` by `kind`, as [`FaultKind`](crate::FaultKind) names them;
/// * the gauge `backstop_domain_state` is 0 for healthy, 1 for tainted, 2 for open, and 3 for probing.
pub fn publish_metrics() {
    domains().for_each(publish);
}

fn publish(domain: &'static Domain) {
    let (name, counters) = (domain.name(), domain.counters());
    counter!("backstop_calls_total", "domain" => name).absolute(counters.calls());
    counter!("backstop_exceptions_total", "domain" => name).absolute(counters.exceptions());
    counter!("backstop_deadlines_total", "domain" => name).absolute(counters.deadlines());
    counter!("backstop_torn_total", "domain" => name).absolute(counters.torn());
    counter!("backstop_refused_total", "domain" => name).absolute(counters.refused());
    for (kind, count) in counters.faults_by_kind() {
        counter!("backstop_faults_total", "domain" => name, "kind" => format!("{kind:?}")).absolute(count);
    }
    gauge!("backstop_domain_state", "domain" => name).set(f64::from(domain.state() as u8));
}
