//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    reveal,
    values::{RevealField, RevealPurpose, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::people::Private;

/// The numbers that were asked for. No Debug: they must not reach a log.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct RevealedView {
    /// Null where it was not asked for.
    pub id_number: Option<String>,
    /// Empty where none is known.
    pub phone: Option<String>,
    pub bank_account: Option<String>,
}

impl RevealedView {
    pub(crate) fn of(private: Private, fields: &[RevealField]) -> Self {
        let asked = |field: RevealField, value: String| fields.contains(&field).then_some(value);
        Self {
            id_number: asked(RevealField::IdNumber, private.id_number),
            phone: asked(RevealField::Phone, private.phone),
            bank_account: asked(RevealField::BankAccount, private.bank_account),
        }
    }

    /// What is shown, field by field.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (RevealField, &str)> {
        RevealField::all().filter_map(|field| {
            let value = match field {
                RevealField::IdNumber => &self.id_number,
                RevealField::Phone => &self.phone,
                RevealField::BankAccount => &self.bank_account,
            };
            Some((field, value.as_deref()?))
        })
    }
}

/// A look at one's numbers, as the person reads of it: the post and the bureau, not the name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RevealView {
    pub at: DateTime<Utc>,
    pub role: Role,
    /// Division code of the bureau.
    pub bureau_code: String,
    pub fields: Vec<RevealField>,
    pub purpose: RevealPurpose,
    pub note: String,
}

impl From<reveal::Model> for RevealView {
    fn from(row: reveal::Model) -> Self {
        Self {
            at: row.revealed_at,
            role: row.role,
            bureau_code: row.bureau_code,
            fields: row.fields.split(',').filter_map(|word| word.parse().ok()).collect(),
            purpose: row.purpose,
            note: row.note,
        }
    }
}
