//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::{OrganisationKind, Programme};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::{Error, FieldError, Result};

/// An institution, an enterprise or an assessing body of the clerk's area.
#[derive(Clone, Deserialize, FromForm, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrganisation {
    /// `institution`, `enterprise` or `assessor`.
    pub kind: OrganisationKind,
    #[validate(length(min = 2, max = 100))]
    pub name: String,
    /// Unified social credit code, 18 characters.
    pub credit_code: String,
    /// Division code inside the clerk's area.
    pub area_code: String,
    #[validate(length(min = 1, max = 64))]
    pub legal_person: String,
    /// Mobile number of whoever answers for it.
    pub phone: String,
}

/// What an institution may teach, and how long.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccreditation {
    pub programme: Programme,
    /// Code of the occupation list; left out for every occupation of the programme.
    pub occupation: Option<String>,
    /// The highest level it may teach: 5 is junior, 1 is senior technician.
    #[validate(range(min = 1, max = 5))]
    pub level_ceiling: i32,
    pub valid_from: NaiveDate,
    /// The last day on which it holds.
    pub valid_to: NaiveDate,
    #[validate(length(min = 1, max = 100))]
    pub document_no: String,
}

/// The same as a page sends it.
#[derive(Clone, Debug, FromForm)]
pub(crate) struct AccreditationForm {
    pub programme: Programme,
    pub occupation: Option<String>,
    pub level_ceiling: i32,
    pub valid_from: String,
    pub valid_to: String,
    pub document_no: String,
}

impl AccreditationForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn read(self) -> Result<NewAccreditation> {
        let day = |field, text: &str| text.parse().map_err(|_| FieldError::new(field, "invalid.date"));
        let (from, to) = (day("valid_from", &self.valid_from), day("valid_to", &self.valid_to));
        match (from, to) {
            (Ok(valid_from), Ok(valid_to)) => Ok(NewAccreditation {
                programme: self.programme,
                occupation: self.occupation,
                level_ceiling: self.level_ceiling,
                valid_from,
                valid_to,
                document_no: self.document_no,
            }),
            (from, to) => Err(Error::Invalid([from, to].into_iter().filter_map(Result::err).collect())),
        }
    }
}
