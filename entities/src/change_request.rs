//! A request to correct a person's record (更正申请), field by field. Old and new values stand sealed in `sealed`.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ChangeRequestId, ChangeStatus, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChangeRequestId,
    pub person_id: PersonId,
    /// The village of the person on the day of the filing.
    pub area_code: String,
    /// The village whose county decides: another one where the person moves there.
    pub decided_in: String,
    pub status: ChangeStatus,
    /// Names of the fields, with commas.
    pub fields: String,
    /// Name, number or bank account change: two people decide.
    pub needs_second: bool,
    /// Why, in the words of who filed it.
    pub note: Option<String>,
    pub sealed: Vec<u8>,
    pub filed_by: AccountId,
    pub filed_at: DateTimeUtc,
    pub first_by: Option<AccountId>,
    pub second_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    /// Why it was refused.
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
