//! What operators get to see: events for `tracing`, counters for `metrics`.

use backstop::{Breaker, Error};
use backstop_zoo as zoo;
use metrics::{Counter, CounterFn, Gauge, GaugeFn, Key, KeyName, Metadata, SharedString, Unit};
use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

/// Each event as a line: its level, and its fields.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "backstop"
    }
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What was handed to `metrics` last, by name and labels.
#[derive(Clone, Default)]
struct Values(Arc<Mutex<BTreeMap<String, f64>>>);

struct Value {
    name: String,
    values: Values,
}

impl CounterFn for Value {
    fn increment(&self, _: u64) {
        panic!("{} is set to what it is", self.name);
    }
    fn absolute(&self, value: u64) {
        self.values.0.lock().unwrap().insert(self.name.clone(), value as f64);
    }
}

impl GaugeFn for Value {
    fn increment(&self, _: f64) {}
    fn decrement(&self, _: f64) {}
    fn set(&self, value: f64) {
        self.values.0.lock().unwrap().insert(self.name.clone(), value);
    }
}

impl Values {
    fn of(&self, key: &Key) -> Arc<Value> {
        let labels = key.labels().map(|label| format!(" {}={}", label.key(), label.value()));
        Arc::new(Value { name: key.name().to_owned() + &labels.collect::<String>(), values: self.clone() })
    }
}

impl metrics::Recorder for Values {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.of(key))
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> metrics::Histogram {
        panic!("there are none")
    }
}

/// One test, for there is one domain.
#[test]
fn operators_see_what_happens() {
    let lines = Lines::default();
    let subscribed = tracing::subscriber::set_default(lines.clone());
    let domain = zoo::add(1, 2).map(|_| backstop::domains().next().expect("that of the zoo")).unwrap();
    domain.set_breaker(Breaker::new(1, Duration::from_secs(60)).cool_down(Duration::from_secs(3600)));

    assert!(matches!(zoo::complain("exceptions are no events"), Err(Error::Exception(_))));
    let fault = zoo::null_read().unwrap_err();
    let refused = zoo::add(1, 2).unwrap_err();
    domain.set_breaker(Breaker::new(1, Duration::from_secs(60)).cool_down(Duration::ZERO));
    let second = zoo::null_read().unwrap_err();
    zoo::add(1, 2).expect("as the probe");

    let Error::Fault(of_fault) = &fault else { panic!("{fault}") };
    let torn = of_fault.recovery().is_torn();
    let name = domain.name();
    let of_faults = |fault: &Error| {
        format!(
            "WARN event=\"fault\" domain=\"{name}\" site=\"{name}::null_read\" kind=NullDereference torn={torn} message={fault}"
        )
    };
    // In whichever order the fields come.
    let told = lines.0.lock().unwrap().clone();
    let sorted = |line: &str| {
        let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        words.sort();
        words
    };
    let of_state = |level: &str, event: &str, text: &str| {
        format!("{level} event=\"{event}\" domain=\"{name}\" message={name} {text}")
    };
    let expected = [
        of_state("WARN", "opened", "is open: its calls are refused for a while"),
        of_faults(&fault),
        format!("DEBUG event=\"refused\" domain=\"{name}\" site=\"{name}::add\" message={refused}"),
        of_state("INFO", "healthy", "is healthy again"),
        of_state("WARN", "opened", "is open: its calls are refused for a while"),
        of_faults(&second),
        of_state("INFO", "probing", "lets one call through, as a probe"),
        of_state("INFO", "healthy", "is healthy again"),
    ];
    assert_eq!(
        told.iter().map(|line| sorted(line)).collect::<Vec<_>>(),
        expected.iter().map(|line| sorted(line)).collect::<Vec<_>>(),
        "{told:#?}"
    );
    drop(subscribed);

    let values = Values::default();
    metrics::with_local_recorder(&values, backstop::publish_metrics);
    let of_domain = |metric: &str, labels: &str| format!("{metric} domain={name}{labels}");
    let expected = [
        (of_domain("backstop_calls_total", ""), 5.0),
        (of_domain("backstop_deadlines_total", ""), 0.0),
        (of_domain("backstop_domain_state", ""), 0.0),
        (of_domain("backstop_exceptions_total", ""), 1.0),
        (of_domain("backstop_faults_total", " kind=NullDereference"), 2.0),
        (of_domain("backstop_refused_total", ""), 1.0),
        (of_domain("backstop_torn_total", ""), if torn { 2.0 } else { 0.0 }),
    ];
    assert_eq!(*values.0.lock().unwrap(), expected.into());
}
