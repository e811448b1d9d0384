//! What backstop and its peers cost, side by side in one run, and what becomes of a program under each of them.
//!
//! ```sh
//! apt-get install libboost-test-dev libpoco-dev llvm-19-dev
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- --readme
//! ```
//!
//! It takes three minutes on a quiet machine. A peer whose package is missing is left out, and the results say so.

mod behaviour;
mod child;
mod format;
mod lock;
mod machine;
mod measure;
mod output;
mod peers;
mod plot;
mod quantile;
mod results;
mod run;
mod signals;
mod table;
mod victims;

use run::Plan;
use std::env;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "usage: peers [--readme | --quick | --render]

            measure, and write results.json, results.md and results.svg
  --readme  the same, and write the README's section
  --quick   measure hardly at all, to see that everything works, and print the tables
  --render  measure nothing, and write results.md, results.svg and the README's section from results.json";

const FULL: Plan = Plan { rounds: 15, budget: Duration::from_millis(20), haste: 1 };

const QUICK: Plan = Plan { rounds: 1, budget: Duration::from_millis(1), haste: 10 };

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            output::keep(&run::run(&FULL));
            output::show();
        }
        ["--readme"] => {
            output::keep(&run::run(&FULL));
            output::show();
            output::show_in_readme();
        }
        ["--quick"] => print!("{}", table::page(&run::run(&QUICK))),
        ["--render"] => {
            output::show();
            output::show_in_readme();
        }
        ["measure", peer, measurement, budget] => measure_one(peer, measurement, budget),
        ["behave", peer, behaviour] => behave(peer, behaviour),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure_one(peer: &str, measurement: &str, budget: &str) {
    child::without_core_file();
    let measurement =
        measure::ALL.iter().find(|other| other.name == measurement).expect("the parent knows it");
    let budget = Duration::from_millis(budget.parse().expect("the parent gives a number"));
    println!("{}", measure::measure(peer_named(peer), measurement, budget));
}

fn behave(peer: &str, behaviour: &str) {
    child::without_core_file();
    let behaviour = behaviour::ALL.iter().find(|other| other.name == behaviour).expect("the parent knows it");
    behaviour::run(peer_named(peer), behaviour);
}

fn peer_named(name: &str) -> &'static peers::Peer {
    peers::ALL.iter().find(|peer| peer.name == name).expect("the parent knows it")
}
