//! Inputs of this feature.

use entities::values::Fen;
use rocket::{
    FromForm,
    form::{self, FromFormField, ValueField},
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::base::money::parse_yuan;

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
