//! The registry at the size of a province, with the program itself: `sidan import people` beside a server that is being read,
//! and finding people in it at a tenth of the size and at the whole. Printed are ratios: rows a second to those of the bare
//! engine that takes the same file, and the time of an answer at 1,100,000 people to that at 110,000.
//!
//! `cargo bench --bench registry` measures the embedded database, `tests/postgres.sh cargo bench --bench registry`
//! a PostgreSQL of its own. A number after `--` is another size for the whole.
#![expect(clippy::print_stdout, reason = "a benchmark speaks on the terminal")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot set its scene has failed")]
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "rates of a benchmark are no money")]
#![expect(clippy::indexing_slicing, reason = "a list that is too short is a broken benchmark")]

mod asks;
mod bare;
mod house;
mod readers;
#[path = "../speed/wire.rs"]
#[expect(dead_code, reason = "some of it serves the other benchmark alone")]
mod wire;

use std::{path::Path, time::Duration};

use house::{House, Imported};

/// How often each question is asked.
const TIMES: usize = 300;
/// How often somebody reads while a file is loaded.
const EVERY: Duration = Duration::from_millis(20);
const SEED: &str = "20170120";

fn main() {
    // `cargo test --benches` passes a flag that a benchmark does not know; then there is nothing to do.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    let people: u64 = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(1_100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(people));
}

async fn measure(people: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut found: Vec<Vec<(String, wire::Run)>> = Vec::new();
    for people in [people / 10, people] {
        let file = folder.path().join(format!("{people}.csv"));
        house::people_file(&file, people, SEED);
        let house = House::open(folder.path(), people).await;
        println!("\n{people} people, {}", house.engine());
        let quiet = asks::of(&file, &house, TIMES);
        let before = bare::rows_per_second(&file, people, house.url());
        let (imported, meanwhile) = load(&house, &file, &quiet).await;
        let after = bare::rows_per_second(&file, people, house.url());
        tell_load(people, &imported, &meanwhile, f64::midpoint(before, after));
        let mut runs = Vec::new();
        for ask in asks::of(&file, &house, TIMES) {
            let run = readers::in_turn(house.address(), &ask.requests).await;
            println!(
                "  {:<44} p50 {:>7.2} ms   p99 {:>7.2} ms",
                ask.name,
                run.percentile_ms(50),
                run.percentile_ms(99)
            );
            runs.push((ask.name, run));
        }
        found.push(runs);
        house.close();
    }
    println!("\nan answer at {people} people / the same at {}, by the median", people / 10);
    for ((name, small), (_, large)) in found[0].iter().zip(&found[1]) {
        println!("  => {name:<44} {:.2}", large.percentile_ms(50) / small.percentile_ms(50));
    }
}

/// Loads the file while the server is asked all kinds of questions in turn.
async fn load(house: &House, file: &Path, quiet: &[asks::Ask]) -> (Imported, wire::Run) {
    let mixed: Vec<Vec<u8>> =
        (0..TIMES).flat_map(|i| quiet.iter().map(move |ask| ask.requests[i % ask.requests.len()].clone())).collect();
    let (done, ended) = tokio::sync::oneshot::channel();
    let address = house.address();
    let readers = tokio::spawn(async move { readers::at_a_pace(address, &mixed, EVERY, ended).await });
    let imported = house.import(file).await;
    done.send(()).unwrap();
    (imported, readers.await.unwrap())
}

fn tell_load(people: u64, imported: &Imported, meanwhile: &wire::Run, bare: f64) {
    let rate = people as f64 / imported.took.as_secs_f64();
    println!("  import                {rate:>9.0} rows/s   in {:.1} s", imported.took.as_secs_f64());
    println!(
        "  bare engine           {bare:>9.0} rows/s   the same 25 columns as text, a primary key, one transaction"
    );
    println!("  => import / bare engine: {:.2}", rate / bare);
    println!("  memory: import {} MiB at most, server +{} MiB", imported.peak_mib, imported.server_growth_mib);
    println!(
        "  readers meanwhile: {} answers, p50 {:.2} ms, p99 {:.2} ms",
        meanwhile.times.len(),
        meanwhile.percentile_ms(50),
        meanwhile.percentile_ms(99)
    );
}
