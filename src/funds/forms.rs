//! Inputs of this feature.

use chrono::NaiveDate;
use entities::values::Fen;
use rocket::{
    FromForm,
    form::{self, FromFormField, ValueField},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::areas::level_of;
use crate::base::clock::year_of;
use crate::base::money::parse_yuan;
use crate::base::{Error, Result};
use crate::web::Once;

/// Money that a document grants to a pot; the pot is made when it is the first of its source, year and area.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGrant {
    /// 资金来源, for instance 就业补助资金.
    #[validate(length(min = 2, max = 64))]
    pub source: String,
    #[validate(range(min = 2000, max = 2100))]
    pub year: i32,
    /// Division code.
    pub area_code: String,
    /// More than nothing.
    pub amount_fen: Fen,
    /// Number of the document that grants it; it counts once per pot.
    #[validate(length(min = 2, max = 64))]
    pub document_no: String,
}

/// The same as the page asks it, in yuan.
#[derive(FromForm)]
pub(crate) struct GrantForm {
    pub source: String,
    pub year: i32,
    pub area_code: String,
    pub amount: Yuan,
    pub document_no: String,
}

/// More money for a pot that stands.
#[derive(FromForm)]
pub(crate) struct TopUpForm {
    pub amount: Yuan,
    pub document_no: String,
}

/// What is left of a year goes into the next.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCarryOver {
    /// The year after that of the pot; written out, so that nobody carries into the wrong one.
    pub into_year: i32,
    /// More than nothing, at most what is available.
    pub amount_fen: Fen,
    /// Number of the document that allows it; it counts once.
    pub document_no: String,
}

/// The same as the page asks it, in yuan.
#[derive(FromForm)]
pub(crate) struct CarryForm {
    pub into_year: i32,
    pub amount: Yuan,
    pub document_no: String,
}

impl From<CarryForm> for NewCarryOver {
    fn from(form: CarryForm) -> Self {
        Self { into_year: form.into_year, amount_fen: form.amount.0, document_no: form.document_no }
    }
}

/// Which pots and which day a trial balance is of.
#[derive(Clone, Debug, Default, FromForm, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrialQuery {
    /// Postings up to the end of this day; today when it is not given.
    #[param(value_type = Option<String>)]
    pub on: Once,
    /// The year of the pots; that of the day when it is not given.
    #[param(value_type = Option<i32>)]
    pub year: Once,
    /// A division code: it and everything below it, as far as it is in sight.
    #[param(value_type = Option<String>)]
    pub area: Once,
}

/// What it asks for.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub on: NaiveDate,
    pub year: i32,
    pub area: Option<String>,
}

impl TrialQuery {
    /// # Errors
    /// `Invalid` for what is no day, year or division.
    pub(crate) fn read(&self, today: NaiveDate) -> Result<Trial> {
        let typed = |once: &Once| once.text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let on = match typed(&self.on) {
            Some(text) => text.parse().map_err(|_| Error::invalid("on", "invalid.date"))?,
            None => today,
        };
        let year = match typed(&self.year) {
            Some(text) => text.parse().map_err(|_| Error::invalid("year", "invalid.number"))?,
            None => year_of(on),
        };
        let area = typed(&self.area);
        if area.as_deref().is_some_and(|code| level_of(code).is_none()) {
            return Err(Error::invalid("area", "invalid.area"));
        }
        Ok(Trial { on, year, area })
    }
}

/// An amount as people write it; more than nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Yuan(pub Fen);

#[rocket::async_trait]
impl<'r> FromFormField<'r> for Yuan {
    fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
        match parse_yuan(field.value) {
            Ok(fen) if fen > Fen(0) => Ok(Self(fen)),
            _ => Err(form::Error::validation("invalid.money"))?,
        }
    }
}

impl From<GrantForm> for NewGrant {
    fn from(form: GrantForm) -> Self {
        Self {
            source: form.source,
            year: form.year,
            area_code: form.area_code,
            amount_fen: form.amount.0,
            document_no: form.document_no,
        }
    }
}
