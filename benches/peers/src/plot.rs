//! The results as bars on a logarithmic scale, in colours that can be read on light and on dark.

use crate::format::time;
use crate::results::Results;
use std::fmt::Write;

const WIDTH: f64 = 760.0;
const LABELS: f64 = 300.0;
const VALUES: f64 = 60.0;
const ROW: f64 = 20.0;
const HEAD: f64 = 34.0;

const TEXT: &str = "#7d8590";
const OURS: &str = "#2f81f7";
const THEIRS: &str = "#8b949e";

/// `results.svg`.
pub fn svg(results: &Results) -> String {
    let mut body = String::new();
    let mut y = 0.0;
    for (title, measurement) in [("a call that returns", "call"), ("a fault that comes back", "fault")] {
        y = panel(&mut body, y, title, &bars(results, measurement));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" font-family=\"sans-serif\" \
         font-size=\"13\" fill=\"{TEXT}\">\n{body}</svg>\n"
    )
}

/// Of the peers for which there is a figure, the cheapest first.
fn bars(results: &Results, measurement: &str) -> Vec<(String, f64)> {
    let bar = |peer: &crate::results::PeerResults| {
        Some((peer.name.replace('`', ""), peer.measured(measurement)?.nanoseconds))
    };
    let mut bars: Vec<_> = results.peers.iter().filter_map(bar).collect();
    bars.sort_by(|one, other| one.1.total_cmp(&other.1));
    bars
}

/// Answers where the next one starts.
fn panel(body: &mut String, top: f64, title: &str, bars: &[(String, f64)]) -> f64 {
    let values = || bars.iter().map(|(_, value)| *value);
    let low = values().fold(f64::INFINITY, f64::min).log10().floor();
    let high = values().fold(0.0, f64::max).log10();
    let mut line = |text: String| writeln!(body, "{text}").expect("a String takes all");
    line(format!("<text x=\"0\" y=\"{}\" font-weight=\"bold\">{title}</text>", top + 20.0));
    line(format!("<text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">logarithmic scale</text>", top + 20.0));
    for (index, (name, value)) in bars.iter().enumerate() {
        let y = top + HEAD + ROW * index as f64;
        let length = (value.log10() - low) / (high - low) * (WIDTH - LABELS - VALUES);
        let colour = if name.starts_with("backstop") { OURS } else { THEIRS };
        let (baseline, end) = (y + 12.0, LABELS + length + 6.0);
        line(format!(
            "<text x=\"{}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>",
            LABELS - 8.0,
            escaped(name)
        ));
        line(format!(
            "<rect x=\"{LABELS}\" y=\"{y}\" width=\"{length:.1}\" height=\"15\" fill=\"{colour}\"/>"
        ));
        line(format!("<text x=\"{end:.1}\" y=\"{baseline}\">{}</text>", time(*value)));
    }
    top + HEAD + ROW * bars.len() as f64 + 10.0
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
