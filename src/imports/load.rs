//! From rows of a file to people who arrive and rows that are refused.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    import_reject,
    values::{ImportId, RejectId},
};
use serde::{Deserialize, Serialize};

use crate::areas::Atlas;
use crate::base::columns::Fault;
use crate::base::{Error, Result};
use crate::data::{SealedColumn, Vault};
use crate::imports::mapping::Mapping;
use crate::imports::rows::pack;
use crate::people::{Arrival, Arrivals, Judge, Judging, Landing, Refused};
use crate::sheets::Row;

/// Where a refused row stands sealed.
pub(super) const REJECT: &str = "import_reject.sealed";

/// Where a change of keys finds refused rows. Nothing is found by them.
pub const SEALED_REJECTS: SealedColumn =
    SealedColumn { table: "import_reject", column: "sealed", place: REJECT, hashes: &[], hash: |_, _| Ok(Vec::new()) };

/// What the rows of one file are judged by, on whatever thread.
#[derive(Clone)]
pub(super) struct Ground {
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
    pub arrivals: Arrivals,
    pub rejects: Vec<Reject>,
    /// Rows of those who arrive, in case the registry refuses one.
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
        let judging = Judging {
            atlas: &self.atlas,
            now: self.now,
            today: self.today,
            within: &self.within,
            test_numbers: self.test_numbers,
        };
        Judge::new(judging, &self.head, &self.mapping)
    }

    /// Judges rows and seals those who may arrive.
    ///
    /// # Errors
    /// `Internal` when the system gives no random bytes.
    pub(super) fn try_rows(&self, judge: &mut Judge<'_>, rows: Vec<Row>) -> Result<Judged> {
        let count = rows.len();
        let (mut arrivals, mut rejects, mut kept) = (Vec::with_capacity(count), Vec::new(), Vec::with_capacity(count));
        for row in rows {
            match judge.row(&row.cells) {
                Ok(candidate) => {
                    arrivals.push(Arrival::new(row.line, candidate, &self.vault)?);
                    kept.push(row);
                }
                Err(faults) => rejects.push(Reject { row, faults }),
            }
        }
        Ok(Judged { count, arrivals: Arrivals::of(arrivals), rejects, rows: kept })
    }

    /// Takes together what was refused by itself and what the registry refused.
    pub(super) fn sum_up(&self, judged: Judged, landing: Landing) -> Outcome {
        let Judged { count, mut rejects, rows, .. } = judged;
        let judge = self.judge();
        for (line, why) in landing.refused {
            let Some(row) = rows.iter().find(|row| row.line == line) else { continue };
            let fault = match why {
                Refused::OtherName => judge.fault_of_number(&row.cells, "invalid.id_other_name"),
                Refused::HouseholdElsewhere => judge.fault_of_household(&row.cells, "invalid.household_elsewhere"),
            };
            rejects.push(Reject { row: row.clone(), faults: vec![fault] });
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
