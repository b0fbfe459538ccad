//! What somebody did in another's place: written with the deed, and never changed.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, AuditId, DelegationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deputy_act")]
pub struct Model {
    /// That of the deed in the audit log.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    pub at: DateTimeUtc,
    pub delegation_id: DelegationId,
    /// Who sat there.
    pub account_id: AccountId,
    pub on_behalf_of: AccountId,
    pub action: String,
    pub noun: String,
    pub object_id: String,
    pub area_code: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
