//! Inputs of this feature.

use entities::values::{RevealField, RevealPurpose};
use rocket::FromForm;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is to be shown in full, and what for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    #[schema(min_items = 1)]
    pub fields: Vec<RevealField>,
    pub purpose: RevealPurpose,
    /// One line in one's own words; the person will read it. No numbers of anybody.
    #[schema(min_length = 1, max_length = 200)]
    pub note: String,
}

/// The same from a page, where each field is a box to tick.
#[derive(FromForm)]
pub(crate) struct WishForm {
    id_number: Option<bool>,
    phone: Option<bool>,
    bank_account: Option<bool>,
    purpose: RevealPurpose,
    note: String,
}

impl From<WishForm> for Wish {
    fn from(form: WishForm) -> Self {
        let ticked = [
            (form.id_number == Some(true), RevealField::IdNumber),
            (form.phone == Some(true), RevealField::Phone),
            (form.bank_account == Some(true), RevealField::BankAccount),
        ];
        let fields = ticked.into_iter().filter(|(on, _)| *on).map(|(_, field)| field).collect();
        Self { fields, purpose: form.purpose, note: form.note }
    }
}
