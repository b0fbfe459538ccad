//! Inputs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::values::{CaseId, ClawbackSource, ClawbackStatus, Fen, LineId, PaidFault, SampleItemId};
use rocket::{
    FromForm,
    form::{self, FromFormField, ValueField},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::money::parse_yuan;
use crate::base::{Error, Result};
use crate::web::{Once, Paging};

/// Money that is to come back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClawback {
    /// A line that was paid.
    pub line_id: LineId,
    /// More than nothing, at most what was paid for the line and not asked back before.
    pub amount_fen: Fen,
    pub fault: PaidFault,
    /// What was found, 2 to 1,000 characters; whoever was paid reads it.
    pub note: String,
    pub source: ClawbackSource,
    /// The line of a sample that was not in order; for `sample` alone.
    pub item_id: Option<SampleItemId>,
    /// The case in which it was decided; for `case` alone.
    pub case_id: Option<CaseId>,
}

/// The same as the page asks it, in yuan.
#[derive(Clone, Debug, FromForm)]
pub(super) struct ClawbackForm {
    pub line_id: LineId,
    pub amount: Yuan,
    pub fault: PaidFault,
    pub note: String,
    pub source: ClawbackSource,
    pub item_id: Option<SampleItemId>,
    pub case_id: Option<CaseId>,
}

impl From<ClawbackForm> for NewClawback {
    fn from(form: ClawbackForm) -> Self {
        Self {
            line_id: form.line_id,
            amount_fen: form.amount.0,
            fault: form.fault,
            note: form.note,
            source: form.source,
            item_id: form.item_id,
            case_id: form.case_id,
        }
    }
}

/// An amount as people write it; more than nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Yuan(pub Fen);

#[rocket::async_trait]
impl<'r> FromFormField<'r> for Yuan {
    fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
        match parse_yuan(field.value) {
            Ok(fen) if fen > Fen(0) => Ok(Self(fen)),
            _ => Err(form::Error::validation("invalid.money"))?,
        }
    }
}

/// A step on which the version that was read may be named.
#[derive(Clone, Debug, Default, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// Why a request is rejected, or why the rest is written off.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grounds {
    /// 2 to 1,000 characters.
    pub grounds: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// Money that came back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReceipt {
    /// More than nothing, at most what has still to come back.
    pub amount_fen: Fen,
    /// Number of the bank's paper; it counts once.
    pub document_no: String,
    /// The day on which it came in; none that is still to come.
    pub received_on: NaiveDate,
}

/// The same as the page asks it, in yuan.
#[derive(Clone, Debug, FromForm)]
pub(super) struct ReceiptForm {
    pub amount: Yuan,
    pub document_no: String,
    pub received_on: String,
}

impl ReceiptForm {
    /// # Errors
    /// `Invalid` for what is no day.
    pub(super) fn read(self) -> Result<NewReceipt> {
        let received_on = self.received_on.parse().map_err(|_| Error::invalid("received_on", "invalid.date"))?;
        Ok(NewReceipt { amount_fen: self.amount.0, document_no: self.document_no, received_on })
    }
}

/// Lines that are set off against it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOffset {
    /// Approved lines of the same payee and source that are in no batch, each whole; together at most what has still to come back.
    pub lines: Vec<LineId>,
}

/// The same as the page asks it: by the id of a line whether it is ticked.
#[derive(Clone, Debug, FromForm)]
pub(super) struct OffsetForm {
    pub lines: BTreeMap<String, bool>,
}

impl OffsetForm {
    /// # Errors
    /// `Invalid` for what is no id.
    pub(super) fn read(self) -> Result<NewOffset> {
        let ticked = self.lines.into_iter().filter(|(_, ticked)| *ticked);
        let lines: std::result::Result<Vec<LineId>, _> = ticked.map(|(id, _)| id.parse()).collect();
        Ok(NewOffset { lines: lines.map_err(|_| Error::invalid("lines", "invalid.id"))? })
    }
}

/// `?limit=&after=&status=&line=&case=` of the list.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClawbacksQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    pub after: Once,
    #[param(value_type = Option<ClawbackStatus>)]
    pub status: Once,
    /// Of one line.
    #[param(value_type = Option<LineId>)]
    pub line: Once,
    /// Of one case.
    #[param(value_type = Option<CaseId>)]
    pub case: Once,
}

/// Which clawbacks a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sought {
    pub status: Option<ClawbackStatus>,
    pub line: Option<LineId>,
    pub case: Option<CaseId>,
}

impl ClawbacksQuery {
    /// # Errors
    /// As of [`Paging::of`].
    pub(super) fn paging(&self) -> Result<Paging> {
        Paging::of(&self.limit, &self.after)
    }

    /// # Errors
    /// `Invalid` for what is no status or no id.
    pub(super) fn sought(&self) -> Result<Sought> {
        Ok(Sought {
            status: self.status.read("status", "invalid.choice")?,
            line: self.line.read("line", "invalid.id")?,
            case: self.case.read("case", "invalid.id")?,
        })
    }
}
