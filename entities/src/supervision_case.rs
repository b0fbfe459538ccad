//! A case (案件) against an institution, opened from doubts that were confirmed.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CaseId, CaseOutcome, CaseStatus, Fen, OrganisationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    pub number: String,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    /// What the institution is told that it is about.
    pub title: String,
    /// What was found, for those who decide.
    #[sea_orm(column_type = "Text")]
    pub finding: String,
    pub status: CaseStatus,
    pub outcome: Option<CaseOutcome>,
    /// Why it was decided so; the institution reads it.
    #[sea_orm(column_type = "Text")]
    pub decision: Option<String>,
    /// What is to be recovered from the institution, as it was decided.
    pub recover_fen: Option<Fen>,
    pub opened_by: AccountId,
    pub opened_at: DateTimeUtc,
    /// Another person than who opened it.
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<DateTimeUtc>,
    /// What was seen to be done.
    pub closing: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
