//! From rows of a file to what arrives and rows that are refused.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    import_reject,
    values::{ImportId, ImportSubject, RejectId},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::areas::Atlas;
use crate::base::columns::Fault;
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault, Work};
use crate::imports::mapping::Mapping;
use crate::imports::rows::pack;
use crate::imports::subject::{Arrivals, Judge, Landing, Seen};
use crate::sheets::Row;

/// Where a refused row stands sealed.
pub(super) const REJECT: &str = "import_reject.sealed";

/// Where a change of keys finds refused rows. Nothing is found by them.
pub const SEALED_REJECTS: SealedColumn =
    SealedColumn { table: "import_reject", column: "sealed", place: REJECT, hashes: &[], hash: |_, _| Ok(Vec::new()) };

/// What the rows of one file are judged by, on whatever thread.
#[derive(Clone)]
pub(super) struct Ground {
    pub subject: ImportSubject,
    pub atlas: Arc<Atlas>,
    pub vault: Arc<Vault>,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    /// The area whose people the file may name.
    pub within: String,
    pub test_numbers: bool,
    pub head: Arc<Vec<String>>,
    pub mapping: Arc<Mapping>,
}

/// A row that is not taken.
#[derive(Clone)]
pub(super) struct Reject {
    pub row: Row,
    pub faults: Vec<Fault>,
}

/// Rows that were judged.
pub(super) struct Judged {
    pub count: usize,
    pub rejects: Vec<Reject>,
    arrivals: Arrivals,
    /// Rows of those that arrive, in case the registry refuses one.
    rows: Vec<Row>,
}

/// What became of a batch.
pub(super) struct Outcome {
    pub count: usize,
    pub added: usize,
    pub standing: usize,
    pub rejects: Vec<Reject>,
}

impl Ground {
    pub(super) fn judge(&self) -> Judge<'_> {
        Judge::of(self)
    }

    /// Judges rows and seals those that may arrive.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(super) fn try_rows(&self, judge: &mut Judge<'_>, rows: Vec<Row>) -> Result<Judged> {
        let count = rows.len();
        let (arrivals, rows, bad) = judge.rows(rows, &self.vault)?;
        let rejects = bad.into_iter().map(|(row, faults)| Reject { row, faults }).collect();
        Ok(Judged { count, rejects, arrivals, rows })
    }

    /// Writes what is new among rows that were judged.
    ///
    /// # Errors
    /// As of [`Arrivals::land`].
    pub(super) async fn land(&self, work: &Work, judged: Judged) -> Result<Outcome> {
        let Judged { count, rejects, arrivals, rows } = judged;
        let landing = arrivals.land(work, &self.within).await?;
        Ok(self.sum_up(count, rejects, &rows, landing))
    }

    /// What would become of them; nothing is written.
    ///
    /// # Errors
    /// Of the database.
    pub(super) async fn foresee(&self, db: &impl ConnectionTrait, judged: Judged, seen: &mut Seen) -> Result<Outcome> {
        let Judged { count, rejects, arrivals, rows } = judged;
        let landing = arrivals.foresee(db, &self.within, seen).await?;
        Ok(self.sum_up(count, rejects, &rows, landing))
    }

    /// Takes together what was refused by itself and what the registry refused.
    fn sum_up(&self, count: usize, mut rejects: Vec<Reject>, rows: &[Row], landing: Landing) -> Outcome {
        let judge = self.judge();
        for (line, faults) in landing.refused {
            let Some(row) = rows.iter().find(|row| row.line == line) else { continue };
            let faults = faults.into_iter().map(|e| judge.fault(row, e)).collect();
            rejects.push(Reject { row: row.clone(), faults });
        }
        rejects.sort_unstable_by_key(|reject| reject.row.line);
        Outcome { count, added: landing.added, standing: landing.standing, rejects }
    }
}

/// A fault as it is kept until somebody reads it, in whatever language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptFault {
    pub column: String,
    pub value: String,
    pub code: String,
    pub args: Vec<(String, String)>,
}

impl From<&Fault> for KeptFault {
    fn from(fault: &Fault) -> Self {
        let args = fault.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { column: fault.column.clone(), value: fault.value.clone(), code: fault.code.to_string(), args }
    }
}

impl Reject {
    /// As it is kept: the faults to be shown, the row sealed.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(super) fn kept(&self, job: ImportId, vault: &Vault) -> Result<import_reject::Model> {
        let faults: Vec<KeptFault> = self.faults.iter().map(KeptFault::from).collect();
        let line = i64::try_from(self.row.line).map_err(Error::internal)?;
        let row = pack(std::iter::once(&self.row))?;
        let id = RejectId::new();
        Ok(import_reject::Model {
            id,
            job_id: job,
            line,
            faults: serde_json::to_string(&faults).map_err(Error::internal)?,
            sealed: vault.seal(REJECT, id, &row)?,
        })
    }
}
