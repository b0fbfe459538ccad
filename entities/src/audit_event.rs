//! Who did what to which thing; append-only.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, AuditId, Role};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    pub at: DateTimeUtc,
    pub actor_id: Option<AccountId>,
    pub role: Option<Role>,
    pub action: String,
    pub noun: String,
    pub object_id: String,
    pub area_code: Option<String>,
    pub detail: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
