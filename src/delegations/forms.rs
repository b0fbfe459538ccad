//! Inputs of this feature.

use chrono::NaiveDate;
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{Error, FieldError, Result};

/// Who acts for the caller, when and why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDelegation {
    /// The login of a colleague of the same role.
    pub login: String,
    /// The first day, today at the earliest.
    pub from_on: NaiveDate,
    /// The last day.
    pub to_on: NaiveDate,
    /// 1 to 200 characters.
    pub reason: String,
}

/// The same as a page sends it.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct DelegationForm {
    pub login: String,
    pub from_on: String,
    pub to_on: String,
    pub reason: String,
}

impl DelegationForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn read(self) -> Result<NewDelegation> {
        let day = |field, text: &str| text.parse().map_err(|_| FieldError::new(field, "invalid.date"));
        match (day("from_on", &self.from_on), day("to_on", &self.to_on)) {
            (Ok(from_on), Ok(to_on)) => Ok(NewDelegation { login: self.login, from_on, to_on, reason: self.reason }),
            (from, to) => Err(Error::Invalid([from, to].into_iter().filter_map(std::result::Result::err).collect())),
        }
    }
}
