//! What one run of the bench found. `results.json` holds it, and all that is shown is made from that.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
pub struct Results {
    pub machine: Machine,
    pub rounds: usize,
    /// Peers whose library was not installed.
    pub left_out: Vec<String>,
    pub peers: Vec<PeerResults>,
}

#[derive(Default, Serialize, Deserialize)]
pub struct Machine {
    pub date: String,
    pub processor: String,
    pub processors: usize,
    pub system: String,
    pub kernel: String,
    pub libc: String,
    pub rust: String,
    pub cpp: String,
    /// Of the last minute, when the run began and when it ended.
    pub load: [f64; 2],
}

#[derive(Serialize, Deserialize)]
pub struct PeerResults {
    pub name: String,
    pub version: String,
    pub in_brief: bool,
    /// By the name of the measurement. Those that a peer can't be asked for are missing.
    pub figures: BTreeMap<String, Figure>,
    /// By the name of the behaviour, in words.
    pub behaviours: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    Measured(Measured),
    /// What became of the child instead.
    Failed(String),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Measured {
    /// Nanoseconds: the median of all rounds, and the quartiles.
    pub nanoseconds: f64,
    pub quartiles: [f64; 2],
    /// To the baseline in the same round, the median of all rounds; none if that could not be measured.
    pub ratio: Option<f64>,
}

impl PeerResults {
    pub fn measured(&self, measurement: &str) -> Option<Measured> {
        match self.figures.get(measurement) {
            Some(Figure::Measured(measured)) => Some(*measured),
            _ => None,
        }
    }
}
