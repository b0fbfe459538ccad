//! What is printed: how many, how long, and the most memory that the process ever held.

use std::time::Duration;

/// Steps that are made of parts: of every batch the same.
#[derive(Default)]
pub(crate) struct Told(Vec<Part>);

struct Part {
    name: &'static str,
    batches: usize,
    lines: usize,
    took: Duration,
    slowest: Duration,
}

impl Told {
    pub(crate) fn part(&mut self, name: &'static str, lines: usize, took: Duration) {
        let at = self.0.iter().position(|part| part.name == name).unwrap_or_else(|| {
            let (batches, took) = (0, Duration::ZERO);
            self.0.push(Part { name, batches, lines: 0, took, slowest: took });
            self.0.len() - 1
        });
        let part = &mut self.0[at];
        part.batches += 1;
        part.lines += lines;
        part.took += took;
        part.slowest = part.slowest.max(took);
    }

    /// Lines a second through these parts; through all where none is named.
    pub(crate) fn rate(&self, names: &[&str]) -> f64 {
        let parts = self.0.iter().filter(|part| names.is_empty() || names.contains(&part.name));
        let took: Duration = parts.map(|part| part.took).sum();
        self.0[0].lines as f64 / took.as_secs_f64()
    }

    pub(crate) fn tell(&self) {
        for Part { name, batches, lines, took, slowest } in &self.0 {
            step(name, *batches, *lines, *took);
            println!("  {:<28} {:>8.2} s", "  the slowest", slowest.as_secs_f64());
        }
    }
}

pub(crate) fn step(name: &str, count: usize, lines: usize, took: Duration) {
    let seconds = took.as_secs_f64();
    println!(
        "  {name:<28} {seconds:>8.2} s {count:>8} {:>8.0}/s   {lines:>8} lines {:>8.0}/s   peak {:>5} MiB",
        count as f64 / seconds,
        lines as f64 / seconds,
        peak_mib()
    );
}

/// What the system counts for this process: server, clients and database, if it is the embedded one.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

/// From here on the peak is counted anew.
pub(crate) fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}
