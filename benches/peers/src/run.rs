//! The run: rounds of all measurements, which alternate between the peers, and then the behaviours.

use crate::behaviour::{self, Behaviour};
use crate::child;
use crate::machine;
use crate::measure::{self, Baseline, Measurement};
use crate::peers::{self, Peer};
use crate::quantile::quantile;
use crate::results::{Figure, Measured, PeerResults, Results};
use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

pub struct Plan {
    pub rounds: usize,
    /// How long each measurement takes at least, and at most a few times as long.
    pub budget: Duration,
    /// What the time limits of behaviours are divided by.
    pub haste: u32,
}

/// For a measurement, which is over within its budget unless it hangs.
const LIMIT: Duration = Duration::from_secs(10);

/// By peer and measurement: the figure of each round, or what became of the first child that failed.
type Rounds = BTreeMap<(&'static str, &'static str), Result<Vec<f64>, String>>;

pub fn run(plan: &Plan) -> Results {
    let load_before = machine::load();
    let mut rounds = Rounds::new();
    for round in 0..plan.rounds {
        eprintln!("round {} of {}", round + 1, plan.rounds);
        for measurement in measure::ALL {
            for peer in peers::ALL.iter().filter(|peer| !measurement.traced || peer.trace.is_some()) {
                let sofar = rounds.entry((peer.name, measurement.name)).or_insert_with(|| Ok(Vec::new()));
                if let Ok(figures) = sofar {
                    match measure_in_child(peer, measurement, plan.budget) {
                        Ok(nanoseconds) => figures.push(nanoseconds),
                        Err(fate) => *sofar = Err(fate),
                    }
                }
            }
        }
    }
    let load = [load_before, machine::load()]; // the behaviours are not timed, and make a load of their own
    let behaviours: BTreeMap<_, _> = behaviour::ALL
        .iter()
        .map(|behaviour| {
            eprintln!("{}", behaviour.name);
            (behaviour.name, try_all(behaviour, behaviour.limit / plan.haste))
        })
        .collect();
    Results {
        machine: machine::describe(load),
        rounds: plan.rounds,
        left_out: peers::left_out(),
        peers: peers::ALL.iter().map(|peer| of_peer(peer, &rounds, &behaviours)).collect(),
    }
}

fn measure_in_child(peer: &Peer, measurement: &Measurement, budget: Duration) -> Result<f64, String> {
    let budget = budget.as_millis().to_string();
    let ended = child::run(&["measure", peer.name, measurement.name, &budget], LIMIT);
    match ended.fate {
        None => Ok(ended.output.trim().parse().expect("the child says a number")),
        Some(fate) => Err(fate),
    }
}

/// One behaviour under all peers at once, for it is not timed; in their order.
fn try_all(behaviour: &'static Behaviour, limit: Duration) -> Vec<String> {
    let try_one = |peer: &Peer| {
        let ended = child::run(&["behave", peer.name, behaviour.name], limit);
        match (&*ended.output, ended.fate) {
            (_, None) => ended.output,
            ("", Some(fate)) => fate,
            (_, Some(fate)) => format!("{}, then {fate}", ended.output),
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> = peers::ALL.iter().map(|peer| scope.spawn(move || try_one(peer))).collect();
        running.into_iter().map(|thread| thread.join().expect("it doesn't panic")).collect()
    })
}

fn of_peer(peer: &Peer, rounds: &Rounds, behaviours: &BTreeMap<&str, Vec<String>>) -> PeerResults {
    let index = peers::ALL.iter().position(|other| other.name == peer.name).expect("it is one of them");
    let figures = measure::ALL.iter().filter_map(|measurement| {
        let figure = match rounds.get(&(peer.name, measurement.name))? {
            Ok(figures) => Figure::Measured(summary(figures, baseline(peer, measurement, rounds))),
            Err(fate) => Figure::Failed(fate.clone()),
        };
        Some((measurement.name.to_owned(), figure))
    });
    PeerResults {
        name: peer.name.to_owned(),
        version: (peer.version)(),
        in_brief: peer.in_brief,
        figures: figures.collect(),
        behaviours: behaviours.iter().map(|(name, all)| ((*name).to_owned(), all[index].clone())).collect(),
    }
}

fn baseline<'a>(peer: &Peer, measurement: &Measurement, rounds: &'a Rounds) -> Option<&'a [f64]> {
    let key = match measurement.baseline {
        Baseline::Peer(other) => (other, measurement.name),
        Baseline::Measurement(other) => (peer.name, other),
    };
    rounds.get(&key)?.as_deref().ok()
}

fn summary(figures: &[f64], baseline: Option<&[f64]>) -> Measured {
    let ratios =
        |baseline: &[f64]| figures.iter().zip(baseline).map(|(figure, base)| figure / base).collect();
    Measured {
        nanoseconds: quantile(figures.to_vec(), 2),
        quartiles: [quantile(figures.to_vec(), 1), quantile(figures.to_vec(), 3)],
        ratio: baseline.map(|baseline| quantile(ratios(baseline), 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::summary;

    /// A machine that is slow for a whole round is so for both.
    #[test]
    fn ratios_are_taken_round_by_round() {
        let measured = summary(&[2.0, 20.0, 200.0], Some(&[1.0, 10.0, 100.0]));
        assert_eq!((measured.nanoseconds, measured.ratio), (20.0, Some(2.0)));
    }
}
