//! Inputs.

use chrono::NaiveDate;
use entities::values::{PaidFault, SampleStatus};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::{Error, Result};
use crate::web::{Once, Paging};

/// What was paid, of which a run is drawn.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRun {
    /// A division code of one's own area: it and everything below it.
    pub area_code: String,
    /// The first and the last day on which it was paid; no day that is still to come.
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
}

/// The same as the page asks it.
#[derive(Clone, Debug, FromForm)]
pub(super) struct RunForm {
    pub area_code: String,
    pub from_on: String,
    pub to_on: String,
}

impl RunForm {
    /// # Errors
    /// `Invalid` for what is no day.
    pub(super) fn read(self) -> Result<NewRun> {
        let day = |field: &'static str, text: &str| text.parse().map_err(|_| Error::invalid(field, "invalid.date"));
        Ok(NewRun {
            from_on: day("from_on", &self.from_on)?,
            to_on: day("to_on", &self.to_on)?,
            area_code: self.area_code,
        })
    }
}

/// A line is in order.
#[derive(Clone, Debug, Default, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assurance {
    /// What was looked at, 2 to 1,000 characters; may be left out.
    pub note: Option<String>,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// Something is wrong with a line.
#[derive(Clone, Debug, Deserialize, FromForm, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Doubted {
    pub fault: PaidFault,
    /// What was found, 2 to 1,000 characters; no names.
    pub finding: String,
    /// The version that was read: another one is refused as `stale`.
    pub version: Option<i32>,
}

/// `?limit=&after=&status=` of the lines of a run.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ItemsQuery {
    /// 1 to 200; 50 when it is not given.
    #[param(value_type = Option<u64>)]
    pub limit: Once,
    /// `next` of the page before: a place in the draw.
    #[param(value_type = Option<i32>)]
    pub after: Once,
    #[param(value_type = Option<SampleStatus>)]
    pub status: Once,
}

/// Which lines of a run a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sought {
    pub status: Option<SampleStatus>,
    pub after: Option<i32>,
    pub limit: u64,
}

impl ItemsQuery {
    /// # Errors
    /// `Invalid` for what is no number or no status.
    pub(super) fn sought(&self) -> Result<Sought> {
        let paging = Paging { limit: self.limit.number("limit")?, after: None, area: None };
        paging.check()?;
        let status = self.status.read("status", "invalid.choice")?;
        Ok(Sought { status, after: self.after.number("after")?, limit: paging.limit() })
    }
}
