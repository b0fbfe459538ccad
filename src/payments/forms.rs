//! Inputs of this feature.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::values::{ClaimId, PotId};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{Error, Result};

/// What goes into a batch.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBatch {
    pub pot_id: PotId,
    /// Code of a bank layout.
    pub layout: String,
    /// Claims to pay; without them all of the pot that wait.
    pub claims: Option<Vec<ClaimId>>,
}

/// The same as the page asks it.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct BatchForm {
    pub pot_id: PotId,
    pub layout: String,
    /// `all` or `picked`.
    pub which: String,
    /// By the id of a claim whether it is ticked.
    pub claims: BTreeMap<String, bool>,
}

impl NewBatch {
    /// The claims that were picked, each once; `None` for all.
    ///
    /// # Errors
    /// `Invalid` where none was.
    pub(crate) fn picked(&self) -> Result<Option<BTreeSet<ClaimId>>> {
        match &self.claims {
            None => Ok(None),
            Some(claims) if claims.is_empty() => Err(Error::invalid("claims", "invalid.required")),
            Some(claims) => Ok(Some(claims.iter().copied().collect())),
        }
    }
}

impl BatchForm {
    /// # Errors
    /// `Invalid` for what is no id.
    pub(crate) fn input(self) -> Result<NewBatch> {
        let claims = if self.which == "picked" {
            let ticked = self.claims.into_iter().filter(|(_, ticked)| *ticked);
            let ids: std::result::Result<Vec<ClaimId>, _> = ticked.map(|(id, _)| id.parse()).collect();
            Some(ids.map_err(|_| Error::invalid("claims", "invalid.id"))?)
        } else {
            None
        };
        Ok(NewBatch { pot_id: self.pot_id, layout: self.layout, claims })
    }
}

/// Days from the first to the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// The days that are asked for, or the year of the pot.
    ///
    /// # Errors
    /// `Invalid` for what is no day, and for days that end before they begin.
    pub(crate) fn read(from: Option<&str>, to: Option<&str>, year: i32) -> Result<Self> {
        let day =
            |text: Option<&str>, field: &'static str, (month, day): (u32, u32)| match text.filter(|t| !t.is_empty()) {
                Some(text) => text.parse().map_err(|_| Error::invalid(field, "invalid.date")),
                None => NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| Error::invalid(field, "invalid.date")),
            };
        let period = Self { from: day(from, "from", (1, 1))?, to: day(to, "to", (12, 31))? };
        if period.to < period.from { Err(Error::invalid("to", "invalid.end_before_start")) } else { Ok(period) }
    }
}
