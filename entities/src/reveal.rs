//! A look at a person's numbers in full: who, which, what for. Append-only; never the numbers themselves.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, PersonId, RevealId, RevealPurpose, Role};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reveal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RevealId,
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub role: Role,
    /// The area of whoever looked.
    pub bureau_code: String,
    /// Words of the fields, with commas between them.
    pub fields: String,
    pub purpose: RevealPurpose,
    pub note: String,
    pub revealed_at: DateTimeUtc,
    /// The Shanghai day, and which look of the account it was on it.
    pub revealed_on: Date,
    pub number: i32,
}

impl ActiveModelBehavior for ActiveModel {}
