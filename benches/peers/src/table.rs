//! The results as Markdown: the page beside them, and the README's section.

use crate::behaviour;
use crate::format::{digits, time, times};
use crate::measure::BATCHES;
use crate::results::{Figure, Machine, Measured, PeerResults, Results};
use std::fmt::Write;

const COMMAND: &str = "cargo run --release --manifest-path benches/peers/Cargo.toml -- --readme";

/// `results.md`.
pub fn page(results: &Results) -> String {
    let all: Vec<&PeerResults> = results.peers.iter().collect();
    let rounds = results.rounds;
    format!(
        "# What guards cost, and what they do\n\n\
         Made by `{COMMAND}` in one run, from `results.json`; not to be edited.\n\n\
         ![the first and the third column as bars](results.svg)\n\n\
         ## Costs\n\n\
         Medians of {rounds} rounds that alternate between the peers. In each round each figure comes from a process of \
         its own, as the median of {BATCHES} batches. The ratios are the medians of those within each round: of calls \
         to the plain call, of faults to `sigsetjmp(…, 0)`, of exceptions to cxx's `Result`.\n\n{}\n\
         The middle half of the rounds:\n\n{}\n\
         ## Threads that fault at once\n\n\
         Faults of all threads together, per second, and how many times those of one thread. A peer that failed in one \
         round has failed.\n\n{}{}\n\
         ## Behaviour\n\n\
         Each tried in a process of its own, in a Rust program, whose threads have alternate stacks; threads of C++ \
         have what the peer gives them. “hangs” has the time after which the process was ended.\n\n{}\n\
         How the peers were used, where their authors leave it open:\n\n\
         * `sigsetjmp`, cee-scape and setback bring no handler. The bench's jumps for SIGSEGV, SIGBUS, SIGFPE, SIGILL, \
         SIGTRAP and SIGABRT. An exception that reaches Rust has Rust write a message and \
         abort; where that comes back as an error, it is by the SIGABRT.\n\
         * Boost.Test installs handlers only where there are none, so Rust's own were taken away before.\n\
         * Poco keeps recovery points for each thread of its own, and one list for all others, as Rust's are.\n\
         * The double free is found under the allocator's lock. backstop dies of it on purpose: whoever comes back \
         hangs at the next `malloc`.\n\
         * Little of a guard's cost is seen beside work, for the processor does both at once.\n\
         * backstop walks the frames between a fault and the guard, always, and keeps them; with a backtrace it \
         keeps the guard's callers too, as it does by default, and all are read.\n\
         * LLVM's library is linked as an archive, Boost's and Poco's are shared.\n\n\
         ## Machine\n\n{}",
        costs(&all),
        spreads(&all),
        caution(&results.machine),
        scaling(&all),
        behaviours(&all),
        machine(results),
    )
}

/// What stands between the README's markers.
pub fn readme_section(results: &Results) -> String {
    let all: Vec<&PeerResults> = results.peers.iter().collect();
    let brief: Vec<&PeerResults> = results.peers.iter().filter(|peer| peer.in_brief).collect();
    let Machine { date, processor, processors, cpp, load: [load, _], .. } = &results.machine;
    format!(
        "![What a call costs that returns, and a fault that comes back](benches/peers/results.svg)\n\n{}\n\
         In brackets how many times the plain call that is, a fault under `sigsetjmp(…, 0)`, or an exception through \
         cxx. And what becomes of a Rust program under each:\n\n{}\n\
         The double free is found under the allocator's lock. backstop dies of it on purpose: whoever comes back hangs \
         at the next `malloc`.\n\n\
         `{COMMAND}` measured this on {date}: {processor}, {processors} processors, at a load of {load} before, \
         {cpp}. [More of it](benches/peers/results.md): threads, spreads, versions, and how each peer was used.\n",
        costs(&all),
        behaviours(&brief),
    )
}

fn costs(peers: &[&PeerResults]) -> String {
    let cells = |peer: &PeerResults| {
        let with_ratio = |name| {
            figure(peer, name, |measured| {
                let ratio = measured.ratio.map(|ratio| format!(" ({})", times(ratio))).unwrap_or_default();
                format!("{}{ratio}", time(measured.nanoseconds))
            })
        };
        ["call", "call with work", "fault", "fault with backtrace", "exception"].map(with_ratio).to_vec()
    };
    by_peer(&["call", "with about 100 ns of work", "fault", "with backtrace", "exception"], peers, cells)
}

fn spreads(peers: &[&PeerResults]) -> String {
    let cells = |peer: &PeerResults| {
        let spread = |name| {
            figure(peer, name, |measured| {
                let [low, high] = measured.quartiles;
                format!("{} – {}", time(low), time(high))
            })
        };
        ["call", "call with work", "fault", "fault with backtrace", "exception"].map(spread).to_vec()
    };
    by_peer(&["call", "with about 100 ns of work", "fault", "with backtrace", "exception"], peers, cells)
}

/// Threads that have to wait for a processor tell nothing of how they get along with each other.
fn caution(machine: &Machine) -> String {
    let [before, _] = machine.load;
    if before < 0.5 {
        return String::new();
    }
    format!(
        "**Not to be relied on:** the machine had other work (a load of {before} before the run, on {} processors), so \
         that threads waited for processors, under every peer. Measure again on a quiet machine.\n\n",
        machine.processors
    )
}

fn scaling(peers: &[&PeerResults]) -> String {
    let cells = |peer: &PeerResults| {
        let per_second = |name| {
            figure(peer, name, |measured| {
                let gain =
                    measured.ratio.map(|ratio| format!(" ({})", times(1.0 / ratio))).unwrap_or_default();
                format!("{} thousand{gain}", digits(1e6 / measured.nanoseconds))
            })
        };
        ["faults, 1 thread", "faults, 2 threads", "faults, 4 threads"].map(per_second).to_vec()
    };
    by_peer(&["1 thread", "2 threads", "4 threads"], peers, cells)
}

fn figure(peer: &PeerResults, name: &str, show: impl Fn(Measured) -> String) -> String {
    match peer.figures.get(name) {
        Some(Figure::Measured(measured)) => show(*measured),
        Some(Figure::Failed(fate)) => fate.clone(),
        None => "–".to_owned(),
    }
}

fn behaviours(peers: &[&PeerResults]) -> String {
    let mut rows = vec![row("", peers.iter().map(|peer| peer.name.as_str())), rule(peers.len())];
    rows.extend(behaviour::ALL.iter().map(|behaviour| {
        row(behaviour.name, peers.iter().map(|peer| peer.behaviours[behaviour.name].as_str()))
    }));
    rows.concat()
}

fn by_peer(columns: &[&str], peers: &[&PeerResults], cells: impl Fn(&PeerResults) -> Vec<String>) -> String {
    let mut rows = vec![row("", columns.iter().copied()), rule(columns.len())];
    rows.extend(peers.iter().map(|peer| row(&peer.name, cells(peer).iter().map(String::as_str))));
    rows.concat()
}

fn row<'a>(first: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<&str> = cells.collect();
    format!("| {first} | {} |\n", cells.join(" | "))
}

fn rule(columns: usize) -> String {
    format!("| --- |{}\n", " --- |".repeat(columns))
}

fn machine(results: &Results) -> String {
    let machine = &results.machine;
    let mut text = String::new();
    let mut item = |name: &str, value: &str| writeln!(text, "* {name}: {value}").expect("a String takes all");
    item("date", &machine.date);
    item("processor", &format!("{}, {} of them", machine.processor, machine.processors));
    item("system", &format!("{}, Linux {}, {}", machine.system, machine.kernel, machine.libc));
    item("compilers", &format!("{}, {}", machine.rust, machine.cpp));
    let [before, after] = machine.load;
    item(
        "load average",
        &format!("{before} before the measurements, {after} after them; theirs is included"),
    );
    for peer in results.peers.iter().filter(|peer| !peer.version.is_empty()) {
        item(&peer.name, &peer.version);
    }
    for peer in &results.left_out {
        item("left out, for it was not installed", peer);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::caution;
    use crate::results::Machine;

    fn cautions(load: f64) -> bool {
        let machine = Machine { processors: 2, load: [load, 9.0], ..Machine::default() };
        !caution(&machine).is_empty()
    }

    #[test]
    fn threads_are_cautioned_about_on_a_busy_machine_only() {
        assert!(cautions(4.4));
        assert!(!cautions(0.1));
    }
}
