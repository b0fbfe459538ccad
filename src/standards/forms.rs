//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::{Fen, Programme, SubsidyKind, SubsidyPayee, UpliftKind};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::money::parse_yuan;
use crate::base::{Error, FieldError, Result};

/// A standard as it is proposed.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewStandard {
    pub programme: Programme,
    /// Code of the occupation list; left out for every occupation of the programme.
    pub occupation: Option<String>,
    /// 5 is junior, 1 is senior technician; left out for every level.
    #[validate(range(min = 1, max = 5))]
    pub level: Option<i32>,
    /// Division for which it holds, and everything below it that has none of its own.
    pub area_code: String,
    pub kind: SubsidyKind,
    /// A living allowance goes to the trainee.
    pub payee: SubsidyPayee,
    /// For a person, or for an hour.
    pub amount_fen: Fen,
    /// Whether it is paid by the hour; then it has a cap.
    #[serde(default)]
    pub per_hour: bool,
    /// The most for one person where it is paid by the hour, uplifts included.
    pub cap_fen: Option<Fen>,
    /// How much is due when the class begins, at most what the policy allows as an advance.
    #[serde(default)]
    #[validate(range(min = 0, max = 100))]
    pub start_percent: i32,
    /// How much once somebody has completed; the three are 100 together.
    #[serde(default = "whole")]
    #[validate(range(min = 0, max = 100))]
    pub completion_percent: i32,
    /// How much once somebody works.
    #[serde(default)]
    #[validate(range(min = 0, max = 100))]
    pub outcome_percent: i32,
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; left out while none is known.
    pub valid_to: Option<NaiveDate>,
    #[validate(length(min = 2, max = 64))]
    pub document_no: String,
}

fn whole() -> i32 {
    100
}

/// An uplift as it is proposed.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUplift {
    pub area_code: String,
    pub kind: UpliftKind,
    /// The occupation that is listed; left out for the other kinds.
    pub occupation: Option<String>,
    #[validate(range(min = 1, max = 100))]
    pub percent: i32,
    /// Whether only who has a certificate of a skill gets it.
    #[serde(default)]
    pub certificate: bool,
    /// Whether it adds to others that are stackable; one that is not counts alone.
    #[serde(default)]
    pub stackable: bool,
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds; left out while none is known.
    pub valid_to: Option<NaiveDate>,
    #[validate(length(min = 2, max = 64))]
    pub document_no: String,
}

/// When one that is in force ends.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// The first day on which it no longer holds, after today.
    pub valid_to: NaiveDate,
}

/// The same as pages ask it.
#[derive(FromForm)]
pub(crate) struct StandardForm {
    pub programme: Programme,
    pub occupation: Option<String>,
    pub level: Option<i32>,
    pub area_code: String,
    pub kind: SubsidyKind,
    pub payee: SubsidyPayee,
    pub amount: String,
    pub per_hour: Option<bool>,
    pub cap: Option<String>,
    pub start_percent: i32,
    pub completion_percent: i32,
    pub outcome_percent: i32,
    pub valid_from: String,
    pub valid_to: Option<String>,
    pub document_no: String,
}

#[derive(FromForm)]
pub(crate) struct UpliftForm {
    pub area_code: String,
    pub kind: UpliftKind,
    pub occupation: Option<String>,
    pub percent: i32,
    pub certificate: Option<bool>,
    pub stackable: Option<bool>,
    pub valid_from: String,
    pub valid_to: Option<String>,
    pub document_no: String,
}

#[derive(FromForm)]
pub(crate) struct EndForm {
    pub valid_to: String,
}

fn typed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn day(field: &'static str, text: &str) -> std::result::Result<NaiveDate, FieldError> {
    text.trim().parse().map_err(|_| FieldError::new(field, "invalid.date"))
}

fn period(from: &str, to: Option<String>) -> Result<(NaiveDate, Option<NaiveDate>)> {
    let from = day("valid_from", from);
    let to = typed(to).map(|text| day("valid_to", &text)).transpose();
    match (from, to) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        (from, to) => Err(Error::Invalid(from.err().into_iter().chain(to.err()).collect())),
    }
}

fn yuan(field: &'static str, text: &str) -> Result<Fen> {
    parse_yuan(text).map_err(|_| Error::invalid(field, "invalid.money"))
}

impl StandardForm {
    /// # Errors
    /// `Invalid` for a day or an amount that is none.
    pub(crate) fn read(self) -> Result<NewStandard> {
        let (valid_from, valid_to) = period(&self.valid_from, self.valid_to)?;
        Ok(NewStandard {
            programme: self.programme,
            occupation: typed(self.occupation),
            level: self.level,
            area_code: self.area_code,
            kind: self.kind,
            payee: self.payee,
            amount_fen: yuan("amount", &self.amount)?,
            per_hour: self.per_hour.unwrap_or(false),
            cap_fen: typed(self.cap).map(|text| yuan("cap", &text)).transpose()?,
            start_percent: self.start_percent,
            completion_percent: self.completion_percent,
            outcome_percent: self.outcome_percent,
            valid_from,
            valid_to,
            document_no: self.document_no,
        })
    }
}

impl UpliftForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn read(self) -> Result<NewUplift> {
        let (valid_from, valid_to) = period(&self.valid_from, self.valid_to)?;
        Ok(NewUplift {
            area_code: self.area_code,
            kind: self.kind,
            occupation: typed(self.occupation),
            percent: self.percent,
            certificate: self.certificate.unwrap_or(false),
            stackable: self.stackable.unwrap_or(false),
            valid_from,
            valid_to,
            document_no: self.document_no,
        })
    }
}

impl EndForm {
    /// # Errors
    /// `Invalid` for a day that is none.
    pub(crate) fn read(self) -> Result<End> {
        Ok(End { valid_to: day("valid_to", &self.valid_to).map_err(|e| Error::Invalid(vec![e]))? })
    }
}
