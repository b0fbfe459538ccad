//! `sidan check`: recomputes every invariant from the rows and names each row that breaks one. It trusts no counter, no
//! status and no sum, and writes nothing.

mod clawbacks;
mod completions;
mod money;
mod notices;
mod progress;
mod question;
mod sanctions;
mod seals;
mod seats;
mod states;
mod tallies;
mod training;

use std::fmt;

use entities::{area, values::Programme};
use sea_orm::EntityTrait;

use crate::areas::Atlas;
use crate::base::Result;
use crate::base::rate::Rate;
use crate::data::{Database, Vault};

/// A row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `noun.fact`, as `class.taken`.
    pub rule: &'static str,
    /// Which row: its table, its number where it has one, its key.
    pub row: String,
    /// What is wrong with it.
    pub says: String,
}

/// A programme of a year in a province, recomputed from the completions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearLine {
    pub year: i32,
    pub programme: Programme,
    pub area_code: String,
    pub people: i64,
    pub person_times: i64,
    /// People to be reached; 0 where no target was issued.
    pub target: i64,
}

/// What came of a check.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub years: Vec<YearLine>,
    /// Qualified completions that were counted again.
    pub completions: u64,
    /// Areas whose people were counted again.
    pub areas: u64,
    /// Whether causes of poverty were counted too, for which the keys are needed.
    pub causes: bool,
    /// Whether the figures of training were counted too. They follow the rows by minutes, so they are held to them only when
    /// nothing was written since.
    pub training: bool,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.rule, self.row, self.says)
    }
}

impl fmt::Display for YearLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, programme, area_code, people, person_times, target } = self;
        write!(f, "{year} {area_code} {programme}: {people} people, {person_times} person-times, ")?;
        match Rate::new(*people, *target).percent(2) {
            Some(percent) => write!(f, "target {target}, {percent} %"),
            None => write!(f, "no target"),
        }
    }
}

/// The divisions as they stand in the database.
///
/// # Errors
/// Of the database.
#[expect(clippy::disallowed_methods, reason = "the divisions belong to nobody: everybody sees them")]
pub async fn atlas(database: &Database) -> Result<Atlas> {
    Ok(Atlas::from_rows(area::Entity::find().all(database.reader()).await?))
}

/// Looks at everything as it stands at one moment: what is written meanwhile is not seen by halves. Without the keys,
/// what stands sealed is left out.
///
/// # Errors
/// Of the database.
pub async fn run(database: &Database, atlas: &Atlas, vault: Option<&Vault>) -> Result<Report> {
    let tx = database.at_one_moment().await?;
    let mut report = Report::default();
    let questions = [
        seats::QUESTIONS,
        money::QUESTIONS,
        completions::QUESTIONS,
        states::QUESTIONS,
        sanctions::QUESTIONS,
        seals::QUESTIONS,
        notices::QUESTIONS,
        clawbacks::QUESTIONS,
    ]
    .concat();
    for question in questions {
        report.findings.extend(question.ask(&tx).await?);
    }
    report.findings.extend(money::pots(&tx).await?);
    report.findings.extend(notices::hashes(&tx).await?);
    report.findings.extend(completions::minutes(&tx).await?);
    progress::recount(&tx, atlas, &mut report).await?;
    tallies::recount(&tx, vault, &mut report).await?;
    training::recount(&tx, &mut report).await?;
    tx.rollback().await?;
    Ok(report)
}
