//! One field of a person's record that was changed: written once, read as the record's history.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ChangeId, ChangeRequestId, PersonField, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChangeId,
    pub person_id: PersonId,
    pub area_code: String,
    pub field: PersonField,
    /// Encrypted JSON: the value before and the value after.
    pub sealed: Vec<u8>,
    /// The day from which a dated fact holds.
    pub effective_on: Option<Date>,
    pub document_no: Option<String>,
    pub request_id: Option<ChangeRequestId>,
    pub changed_by: AccountId,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
