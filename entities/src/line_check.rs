//! What is asked of a line of a claim, with what was found, and what a person made of it (核验).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CheckKind, CheckStatus, ClaimId, LineCheckId, LineId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "line_check")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LineCheckId,
    /// None where it is asked of the claim as a whole.
    pub line_id: Option<LineId>,
    pub claim_id: ClaimId,
    pub kind: CheckKind,
    /// JSON: what was found, by ids and numbers; no personal data.
    pub evidence: String,
    pub status: CheckStatus,
    pub found_at: DateTimeUtc,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
