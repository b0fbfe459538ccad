//! How fast the house is, as ratios to what the machine can do in the same run:
//!
//! - seats per second through HTTP, one hot class and a thousand classes, against the bare engine that does the same two
//!   statements (SQLite: rusqlite, a commit a row; PostgreSQL: pgbench with 16 clients);
//! - an ordinary write through HTTP against the same bare engine;
//! - the catalogue against a static page of the same size;
//! - the rate page at 20,000 and at 200,000 completions;
//! - marks per second through HTTP, each by the code of its room, against the same bare engine, and at ten times the marks;
//!   the roster page of a class of 41;
//! - claims of 41 lines per second, their checks and their first approvals, against the bare engine that writes a claim with
//!   its lines, or moves one on;
//! - a batch of 10,000 lines built, frozen, answered and reconciled, for institutions and for trainees, against the bare engine
//!   line by line, and against one of 1,000.
//!
//! `cargo bench` measures the embedded database, `tests/postgres.sh cargo bench` a PostgreSQL of its own; names after `--`
//! choose among `seats`, `ordinary`, `catalogue`, `rates`, `marks`, `claims` and `batches`. Rounds are interleaved and medians
//! printed; a figure without its neighbour of the same run means nothing.
#![expect(clippy::print_stdout, reason = "a benchmark speaks on the terminal")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot set its scene has failed")]
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "rates of a benchmark are no money")]
#![expect(clippy::indexing_slicing, reason = "a list that is too short is a broken benchmark")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate times a time is a count")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod claims;
#[path = "../year/classes.rs"]
mod classes;
mod engine;
mod marks;
#[path = "../year/money.rs"]
#[expect(dead_code, reason = "some of it serves the other benchmark alone")]
mod money;
#[path = "../year/offices.rs"]
#[expect(dead_code, reason = "some of it serves the other benchmark alone")]
mod offices;
#[path = "../year/paying.rs"]
mod paying;
mod scene;
mod served;
#[path = "../year/tell.rs"]
#[expect(dead_code, reason = "some of it serves the other benchmark alone")]
mod tell;
mod wire;

use std::time::Duration;

use claims::{Counter, Whose};
use engine::Job;
use scene::Scene;

/// The server's own allocator, so that what is measured is the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 3;
const CLIENTS: usize = 64;
const ROUND: Duration = Duration::from_secs(3);
/// People who come in one round at most.
const MARKS: usize = 15_000;
/// Claims of one round at most.
const CLAIMS: usize = 400;
/// Claims that were there before.
const WARM: usize = 50;
/// Lines of a batch, as the policy has it.
const LINES: usize = 10_000;

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What came of the rounds of one subject.
struct Rounds {
    name: &'static str,
    per_second: Vec<f64>,
    worst_ms: Vec<f64>,
}

impl Rounds {
    fn new(name: &'static str) -> Self {
        Self { name, per_second: Vec::new(), worst_ms: Vec::new() }
    }

    fn add(&mut self, run: &wire::Run) {
        self.per_second.push(run.per_second());
        self.worst_ms.push(run.percentile_ms(99));
    }

    fn rate(&self) -> f64 {
        median(self.per_second.clone())
    }

    fn tell(&self) {
        let all: Vec<String> = self.per_second.iter().map(|figure| format!("{figure:.0}")).collect();
        let tail = if self.worst_ms.is_empty() { 0.0 } else { median(self.worst_ms.clone()) };
        println!("  {:<44} {:>9.0}/s   p99 {tail:>7.2} ms   rounds {}", self.name, self.rate(), all.join(" "));
    }
}

fn ratio(what: &str, of: f64, to: f64) {
    println!("  => {what}: {:.3}", of / to);
}

fn main() {
    // `cargo test --benches` passes a flag that a benchmark does not know; then there is nothing to do.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|one| one == name);
    if wanted("claims") {
        claims().await;
    }
    if wanted("batches") {
        batches().await;
    }
    if !["seats", "ordinary", "catalogue", "rates", "marks"].into_iter().any(wanted) {
        return;
    }
    let mut scene = Scene::open().await;
    println!("\n{}, {CLIENTS} connections, {ROUNDS} rounds of {ROUND:?}", scene.served.engine_name());
    if wanted("seats") {
        seats(&mut scene).await;
    }
    if wanted("ordinary") {
        ordinary(&mut scene).await;
    }
    if wanted("catalogue") {
        catalogue(&scene).await;
    }
    if wanted("rates") {
        rates(&mut scene).await;
    }
    if wanted("marks") {
        marks(&mut scene).await;
    }
    scene.close().await;
}

async fn claims() {
    let mut counter = Counter::open((ROUNDS * CLAIMS + WARM) * 41).await;
    counter.warm(WARM).await;
    println!("\nclaims of 41 lines, {}, {CLIENTS} connections, {ROUNDS} rounds", counter.served.engine_name());
    let mut bare_claims = Rounds::new("bare engine, a claim and its lines");
    let mut bare_steps = Rounds::new("bare engine, 2 statements, 1,000 classes");
    let mut submitted = Rounds::new("HTTP, POST claim");
    let mut looked = Rounds::new("HTTP, GET claim: 41 lines looked at");
    let mut approved = Rounds::new("HTTP, POST approve");
    for _ in 0..ROUNDS {
        let address = counter.served.address;
        bare_claims.add(&engine::bare(&counter.served, Job::Claim, 1_000, ROUND).await);
        submitted.add(&wire::drive(address, CLIENTS, ROUND, counter.claim_asks(CLAIMS)).await);
        looked.add(&wire::drive(address, CLIENTS, ROUND, counter.look_asks().await).await);
        bare_steps.add(&engine::bare(&counter.served, Job::Seat, 1_000, ROUND).await);
        approved.add(&wire::drive(address, CLIENTS, 10 * ROUND, counter.approval_asks().await).await);
    }
    for rounds in [&bare_claims, &submitted, &looked, &bare_steps, &approved] {
        rounds.tell();
    }
    println!(
        "  lines looked at: {:.0}/s when read, {:.0}/s when claimed",
        41.0 * looked.rate(),
        41.0 * submitted.rate()
    );
    ratio("claims / bare engine", submitted.rate(), bare_claims.rate());
    ratio("first approvals / bare engine", approved.rate(), bare_steps.rate());
    counter.served.close().await;
}

async fn batches() {
    let small = LINES / 10;
    let mut counter = Counter::open(2 * (LINES.div_ceil(41) + small.div_ceil(41)) * 41).await;
    for (name, whose) in [("institutions", Whose::Institution), ("trainees", Whose::Trainees)] {
        println!("\na batch for {name}, {}", counter.served.engine_name());
        let few = counter.batch(whose, small).await;
        let bare = engine::bare_lines(&counter.served, i64::try_from(LINES).unwrap()).await;
        let many = counter.batch(whose, LINES).await;
        many.tell();
        let per_second = |took: Duration| LINES as f64 / took.as_secs_f64();
        println!("  bare engine: {:.0} lines/s into it, {:.0} paid", per_second(bare[0]), per_second(bare[1]));
        ratio(
            "lines into it and frozen / bare engine",
            many.rate(&["batch built", "batch frozen"]),
            per_second(bare[0]),
        );
        let paid = ["answer checked", "answer applied", "batch reconciled"];
        ratio("lines paid and reconciled / bare engine", many.rate(&paid), per_second(bare[1]));
        ratio("lines a second at ten times the lines / before", many.rate(&[]), few.rate(&[]));
    }
    counter.served.close().await;
}

async fn mark_round(scene: &mut Scene, hall: &mut marks::Hall) -> wire::Run {
    let asks = scene.mark_asks(hall, MARKS).await;
    let before = scene.marked().await;
    let run = wire::drive(scene.address(), CLIENTS, ROUND, asks).await;
    assert_eq!(scene.marked().await - before, run.answers(201), "every 201 is a mark, and every mark was told");
    run
}

async fn marks(scene: &mut Scene) {
    println!("\nmarks: everybody comes at the same minute");
    let mut hall = scene.open_hall(2 * ROUNDS * MARKS / 41 + 1).await;
    let mut bare = Rounds::new("bare engine, 2 statements, 1,000 classes");
    let mut few = Rounds::new("HTTP, POST check-ins");
    let mut many = Rounds::new("the same at 400,000 marks more");
    for _ in 0..ROUNDS {
        bare.add(&engine::bare(&scene.served, Job::Seat, 1_000, ROUND).await);
        few.add(&mark_round(scene, &mut hall).await);
    }
    // The rows cannot be taken away again between rounds, so the rounds of each size follow each other.
    scene.grow_marks(400_000).await;
    for _ in 0..ROUNDS {
        many.add(&mark_round(scene, &mut hall).await);
    }
    let path = format!("/classes/{}/roster?session=1", hall.classes[0]);
    let page = scene.page(&hall.trainer, &path).await;
    let cookie = format!("sidan={}", hall.trainer);
    let asks = std::sync::Arc::new(vec![wire::request("GET", &path, None, Some(&cookie), "")]);
    let mut roster = Rounds::new("GET roster of 41 people");
    for _ in 0..ROUNDS {
        roster.add(&wire::drive(scene.address(), 8, ROUND, asks.clone()).await);
    }
    for rounds in [&bare, &few, &many, &roster] {
        rounds.tell();
    }
    println!("  the roster has {} bytes", page.len());
    ratio("marks / bare engine", few.rate(), bare.rate());
    ratio("marks at 400,000 more / before", many.rate(), few.rate());
}

async fn seat_round(scene: &mut Scene, classes: usize) -> wire::Run {
    let asks = scene.seat_asks(classes).await;
    let before = scene.enrolled().await;
    let run = wire::drive(scene.address(), CLIENTS, ROUND, asks).await;
    assert_eq!(scene.enrolled().await - before, run.answers(201), "every 201 is a row, and every row was told");
    run
}

async fn seats(scene: &mut Scene) {
    println!("\nseats");
    let mut bare_hot = Rounds::new("bare engine, 2 statements, one class");
    let mut bare_spread = Rounds::new("bare engine, 2 statements, 1,000 classes");
    let mut hot = Rounds::new("HTTP, one hot class");
    let mut spread = Rounds::new("HTTP, 1,000 classes");
    for _ in 0..ROUNDS {
        bare_hot.add(&engine::bare(&scene.served, Job::Seat, 1, ROUND).await);
        hot.add(&seat_round(scene, 1).await);
        bare_spread.add(&engine::bare(&scene.served, Job::Seat, 1_000, ROUND).await);
        spread.add(&seat_round(scene, 1_000).await);
    }
    for rounds in [&bare_hot, &hot, &bare_spread, &spread] {
        rounds.tell();
    }
    ratio("one hot class / bare engine", hot.rate(), bare_hot.rate());
    ratio("1,000 classes / bare engine", spread.rate(), bare_spread.rate());
}

async fn ordinary(scene: &mut Scene) {
    println!("\nan ordinary write: an order is placed");
    let mut bare = Rounds::new("bare engine, 2 statements, 1,000 classes");
    let mut writes = Rounds::new("HTTP, POST /api/v1/orders");
    for _ in 0..ROUNDS {
        bare.add(&engine::bare(&scene.served, Job::Seat, 1_000, ROUND).await);
        writes.add(&wire::drive(scene.address(), CLIENTS, ROUND, scene.order_asks()).await);
    }
    bare.tell();
    writes.tell();
    ratio("ordinary write / bare engine", writes.rate(), bare.rate());
}

async fn catalogue(scene: &Scene) {
    println!("\nthe catalogue");
    let page = wire::get(scene.address(), "/catalogue").await;
    let twin = wire::static_twin(page.len()).await;
    let mut still = Rounds::new("a static page of the same size");
    let mut live = Rounds::new("GET /catalogue");
    for _ in 0..ROUNDS {
        still.add(&wire::drive(twin, CLIENTS, ROUND, wire::same("/")).await);
        live.add(&wire::drive(scene.address(), CLIENTS, ROUND, wire::same("/catalogue")).await);
    }
    println!("  {} bytes", page.len());
    still.tell();
    live.tell();
    ratio("catalogue / static page", live.rate(), still.rate());
}

async fn rates(scene: &mut Scene) {
    println!("\nthe rate page");
    let mut small = Rounds::new("at 20,000 completions");
    let mut large = Rounds::new("at 200,000 completions");
    // The rows cannot be taken away again between rounds, so the rounds of each size follow each other.
    scene.grow_completions(20_000).await;
    for _ in 0..ROUNDS {
        small.add(&wire::drive(scene.address(), 8, ROUND, scene.rate_asks()).await);
    }
    scene.grow_completions(200_000).await;
    for _ in 0..ROUNDS {
        large.add(&wire::drive(scene.address(), 8, ROUND, scene.rate_asks()).await);
    }
    small.tell();
    large.tell();
    ratio("at ten times the rows / before", large.rate(), small.rate());
}
