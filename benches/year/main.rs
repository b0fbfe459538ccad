//! The whole training year of Jiangxi paid for: 210,385 people of 2016 in closed classes of real counties, claimed for, checked,
//! approved twice, noticed, let be paid, batched, paid and reconciled, all through the doors that everybody has. Printed are
//! the time of each step and the memory of the process; at the end every figure must be the one that the documents and the
//! people make.
//!
//! `cargo bench --bench year` tells a hundredth of the year, `SCALE=1` the whole; `tests/postgres.sh cargo bench --bench year`
//! does the same on PostgreSQL. What stands before the first claim is written in bulk and timed apart.
#![expect(clippy::print_stdout, reason = "a benchmark speaks on the terminal")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot set its scene has failed")]
#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "rates of a benchmark are no money")]
#![expect(clippy::indexing_slicing, reason = "a list that is too short is a broken benchmark")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time, and counts rows past all scopes")]

mod classes;
mod money;
mod offices;
mod paying;
#[path = "../speed/served.rs"]
#[expect(dead_code, reason = "some of it serves the other benchmark alone")]
mod served;
mod steps;
#[expect(dead_code, reason = "some of it serves the other benchmark alone")]
mod tell;
#[path = "../speed/wire.rs"]
#[expect(dead_code, reason = "some of it serves the other benchmarks alone")]
mod wire;

use std::time::Instant;

use entities::{
    standard_uplift, subsidy_standard,
    values::{AccountId, ClaimStatus, Fen, Role, StandardId},
};
use sea_orm::{ConnectionTrait, Statement};
use sidan::{base::money::yuan, check, demo::People};

use classes::{Closed, County};
use money::{OFFERS, TRAINED};
use offices::Office;
use served::{Served, day, insert};
use tell::{Told, step};

/// The server's own allocator, so that what is measured is the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEED: u64 = 20_170_120;
/// Of one class in so many the clerk is asked about two people.
const ASKED: usize = 10;

/// The year before the first claim.
struct Year {
    served: Served,
    offices: Vec<Office>,
    classes: Vec<Closed>,
    supervisor: AccountId,
    people: usize,
    /// What all of them come to.
    due: Fen,
}

fn main() {
    // `cargo test --benches` passes a flag that a benchmark does not know; then there is nothing to do.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    let scale = std::env::var("SCALE").map_or(100, |scale| scale.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(live(scale));
}

impl Year {
    async fn open(scale: usize) -> Self {
        let served = Served::open("year", day(1, 20)).await;
        let work = served.work().await;
        let standards = OFFERS.each_ref().map(|_| StandardId::new());
        let rows = OFFERS.iter().zip(standards).map(|(offer, id)| offer.standard(id)).collect();
        insert::<subsidy_standard::Entity>(&work, rows).await;
        insert::<standard_uplift::Entity>(&work, money::uplifts()).await;
        let (supervisor, _) = served.official(&work, Role::Supervisor, "360000", None).await;
        work.finish().await.unwrap();
        let trained = TRAINED.map(|people| people / scale);
        let people = trained[0] + trained[1];
        let mut year = Self { served, offices: Vec::new(), classes: Vec::new(), supervisor, people, due: Fen(0) };
        let atlas = year.served.house.atlas.clone();
        let mut told = People::new(SEED, people as u64, &atlas).enumerate().peekable();
        while let Some((_, first)) = told.peek() {
            let county = first.area_code[..6].to_owned();
            let mut groups = [Vec::new(), Vec::new()];
            while let Some((n, person)) = told.next_if(|(_, person)| person.area_code.starts_with(&county)) {
                // Spread evenly, and in sum as many as there were.
                let second = (n + 1) * trained[1] / people > n * trained[1] / people;
                groups[usize::from(second)].push(person);
            }
            year.county(&county, &standards, groups).await;
        }
        year.served.analyse().await;
        year
    }

    async fn county(&mut self, code: &str, standards: &[StandardId], groups: [Vec<sidan::demo::SynthPerson>; 2]) {
        let work = self.served.work().await;
        let office = Office::open(&self.served, &work, self.offices.len(), code, standards).await;
        let mut county = County::after(self.classes.len(), Some(ASKED));
        county.fill(&self.served, &work, &office, groups).await;
        work.finish().await.unwrap();
        self.due = self.due + county.due;
        self.classes.extend(county.classes);
        self.offices.push(office);
    }

    /// A count and a sum of one statement.
    async fn sum(&self, sql: &str) -> (i64, i64) {
        let db = self.served.house.database.reader();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        (row.try_get("", "n").unwrap(), row.try_get("", "fen").unwrap())
    }
}

async fn live(scale: usize) {
    let began = Instant::now();
    let year = Year::open(scale).await;
    println!("\nthe year 2016 of Jiangxi at 1/{scale}, {}", year.served.engine_name());
    let people = year.people;
    println!(
        "  {} counties, {} classes, {people} people, {} yuan",
        year.offices.len(),
        year.classes.len(),
        yuan(year.due)
    );
    step("(what stands before)", year.classes.len(), people, began.elapsed());
    tell::forget_peak();

    let began = Instant::now();
    let tell = |name: &str, (count, took)| step(name, count, people, took);
    let tokens = year.morning(11, 1).await;
    tell("claimed", year.claim(&tokens).await);
    let (checks, took) = year.answer_checks(&year.morning(11, 2).await).await;
    step("checks answered", checks, checks, took);
    let tokens = year.morning(11, 3).await;
    tell("approved", year.step(&tokens, ClaimStatus::Submitted, "approve", |office| office.clerk, "").await);
    let tokens = year.morning(11, 7).await;
    tell("confirmed", year.step(&tokens, ClaimStatus::FirstApproved, "confirm", |office| office.checker, "").await);
    tell("noticed", year.notices().await);
    let tokens = year.morning(11, 16).await;
    tell("notices over", year.notices().await);
    tell("let be paid", year.step(&tokens, ClaimStatus::Cleared, "authorise", |office| office.finance, "{}").await);
    let mut told = Told::default();
    let batches = year.batches(&year.morning(11, 18).await, &mut told).await;
    let tokens = year.morning(11, 22).await;
    year.settle(&tokens, &batches, &mut told).await;
    told.tell();
    step("all of it", year.classes.len(), people, began.elapsed());
    require_whole(&year, &tokens).await;
    year.served.close().await;
}

/// Every figure at the end is the one that the documents and the people make.
async fn require_whole(year: &Year, tokens: &steps::Tokens) {
    let (lines, fen) =
        year.sum("SELECT count(*) AS n, CAST(sum(fen) AS bigint) AS fen FROM payment_line WHERE status = 'paid'").await;
    println!("  paid: {lines} lines, {} yuan; due: {} lines, {} yuan", yuan(Fen(fen)), year.people, yuan(year.due));
    assert_eq!((lines, Fen(fen)), (i64::try_from(year.people).unwrap(), year.due));
    let (open, _) = year.sum("SELECT count(*) AS n, CAST(0 AS bigint) AS fen FROM claim WHERE status <> 'paid'").await;
    assert_eq!(open, 0, "claims are not paid");
    let trial = year.trial_balance(tokens).await;
    let accounts = trial["accounts"].as_array().unwrap();
    let balance = |name: &str| accounts.iter().find(|row| row["account"] == name).unwrap()["balance_fen"].as_i64();
    let difference: i64 = accounts.iter().map(|row| row["balance_fen"].as_i64().unwrap()).sum();
    println!("  trial balance: {difference} fen; debit {}, credit {}", trial["debit_fen"], trial["credit_fen"]);
    assert_eq!((difference, &trial["debit_fen"]), (0, &trial["credit_fen"]));
    assert_eq!((balance("paid"), balance("payable"), balance("reserved")), (Some(year.due.0), Some(0), Some(0)));
    let began = Instant::now();
    let house = &year.served.house;
    let report = check::run(&house.database, &house.atlas, Some(&house.vault)).await.unwrap();
    println!("  sidan check: {} rows at fault, {:.2} s", report.findings.len(), began.elapsed().as_secs_f64());
    assert!(report.is_clean(), "{:?}", report.findings.iter().take(5).collect::<Vec<_>>());
}
