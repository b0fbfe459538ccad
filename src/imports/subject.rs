//! What a file may hold. This is the one place that tells subjects apart: by which columns the rows are read, who judges them,
//! and what becomes of those that are right. Everything else of an import is the same for each of them.

use entities::values::ImportSubject;
use sea_orm::ConnectionTrait;

use crate::base::columns::{Column, Fault};
use crate::base::{FieldError, Result};
use crate::data::{Vault, Work};
use crate::imports::load::Ground;
use crate::people;
use crate::people::{Judging, Refused, services};
use crate::sheets::Row;

/// The columns that a file of this kind may have.
pub(super) fn columns(subject: ImportSubject) -> &'static [Column] {
    match subject {
        ImportSubject::People => &people::COLUMNS,
        ImportSubject::Services => &services::COLUMNS,
    }
}

/// Judges the rows of one file.
pub(super) enum Judge<'a> {
    People(people::Judge<'a>),
    Services(services::Judge<'a>),
}

/// Rows that may be taken, by their lines.
pub(super) enum Arrivals {
    People(people::Arrivals),
    Services(Vec<services::Note>),
}

/// What came before in the same file.
#[derive(Default)]
pub(super) struct Seen {
    people: people::Seen,
    services: services::Seen,
}

/// What became of rows that arrived.
pub(super) struct Landing {
    pub added: usize,
    pub standing: usize,
    /// Lines that were not taken, with what is wrong.
    pub refused: Vec<(u64, Vec<FieldError>)>,
}

/// A row that may be taken, or why it is not.
type Verdict<A> = std::result::Result<A, Vec<Fault>>;

/// Rows with their faults.
pub(super) type Faulty = Vec<(Row, Vec<Fault>)>;

/// Tells good rows from bad ones. Good rows are kept beside what was made of them, in case the registry refuses one.
fn sift<A>(rows: Vec<Row>, mut judge: impl FnMut(&Row) -> Result<Verdict<A>>) -> Result<(Vec<A>, Vec<Row>, Faulty)> {
    let (mut good, mut kept) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let mut bad = Faulty::new();
    for row in rows {
        match judge(&row)? {
            Ok(one) => {
                good.push(one);
                kept.push(row);
            }
            Err(faults) => bad.push((row, faults)),
        }
    }
    Ok((good, kept, bad))
}

impl<'a> Judge<'a> {
    pub(super) fn of(ground: &'a Ground) -> Self {
        let Ground { subject, atlas, now, today, within, test_numbers, head, mapping, .. } = ground;
        match subject {
            ImportSubject::People => {
                let judging = Judging { atlas, now: *now, today: *today, within, test_numbers: *test_numbers };
                Self::People(people::Judge::new(judging, head, mapping))
            }
            ImportSubject::Services => Self::Services(services::Judge::new(*today, head, mapping)),
        }
    }

    /// Judges rows and seals those that may be taken.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(super) fn rows(&mut self, rows: Vec<Row>, vault: &Vault) -> Result<(Arrivals, Vec<Row>, Faulty)> {
        match self {
            Self::People(judge) => {
                let (good, kept, bad) = sift(rows, |row| match judge.row(&row.cells) {
                    Ok(candidate) => people::Arrival::new(row.line, candidate, vault).map(Ok),
                    Err(faults) => Ok(Err(faults)),
                })?;
                Ok((Arrivals::People(people::Arrivals::of(good)), kept, bad))
            }
            Self::Services(judge) => {
                let (good, kept, bad) = sift(rows, |row| Ok(judge.row(row.line, &row.cells, vault)))?;
                Ok((Arrivals::Services(good), kept, bad))
            }
        }
    }

    /// What is wrong with a row, as it is told of the file.
    pub(super) fn fault(&self, row: &Row, e: FieldError) -> Fault {
        match self {
            Self::People(judge) => judge.fault(&row.cells, e),
            Self::Services(judge) => judge.fault(&row.cells, e),
        }
    }
}

impl Arrivals {
    /// Writes what is new.
    ///
    /// # Errors
    /// Of the database; `error.duplicate` when somebody wrote one of them at the same moment.
    pub(super) async fn land(self, work: &Work, within: &str) -> Result<Landing> {
        Ok(match self {
            Self::People(people) => people::land(work, within, people).await?.into(),
            Self::Services(notes) => services::land(work, within, notes).await?.into(),
        })
    }

    /// What would become of them; nothing is written.
    ///
    /// # Errors
    /// Of the database.
    pub(super) async fn foresee(self, db: &impl ConnectionTrait, within: &str, seen: &mut Seen) -> Result<Landing> {
        Ok(match self {
            Self::People(people) => people::foresee(db, within, people, &mut seen.people).await?.into(),
            Self::Services(notes) => services::foresee(db, within, notes, &mut seen.services).await?.into(),
        })
    }
}

impl From<people::Landing> for Landing {
    fn from(landing: people::Landing) -> Self {
        let fault = |why: Refused| match why {
            Refused::OtherName => FieldError::new("id_number", "invalid.id_other_name"),
            Refused::HouseholdElsewhere => FieldError::new("household_number", "invalid.household_elsewhere"),
        };
        let refused = landing.refused.into_iter().map(|(line, why)| (line, vec![fault(why)]));
        Self { added: landing.added, standing: landing.standing, refused: refused.collect() }
    }
}

impl From<services::Landing> for Landing {
    fn from(services::Landing { added, standing, refused }: services::Landing) -> Self {
        Self { added, standing, refused }
    }
}
