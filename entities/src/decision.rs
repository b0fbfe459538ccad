//! A decision on a claim (审核意见); append-only, undone by a later row.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClaimId, ClaimStatus, DecisionId, Role};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DecisionId,
    pub claim_id: ClaimId,
    pub action: String,
    pub status: ClaimStatus,
    pub decided_by: AccountId,
    pub role: Role,
    pub reason: Option<String>,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
