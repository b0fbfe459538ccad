//! What follows for an institution from a case (处罚).

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CaseId, OrganisationId, SanctionId, SanctionKind, SanctionStatus};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sanction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SanctionId,
    pub number: String,
    pub case_id: CaseId,
    pub organisation_id: OrganisationId,
    /// Of the case.
    pub area_code: String,
    pub kind: SanctionKind,
    pub status: SanctionStatus,
    /// Why; the institution reads it.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// What must be mended; for a rectification alone.
    #[sea_orm(column_type = "Text")]
    pub mend: Option<String>,
    /// By when it must be mended.
    pub due_on: Option<Date>,
    /// The first day on which it holds.
    pub starts_on: Option<Date>,
    /// The last one; none where nothing but a deed ends it.
    pub ends_on: Option<Date>,
    /// Of the paper that the institution was handed.
    pub document_no: Option<String>,
    pub proposed_by: AccountId,
    pub proposed_at: DateTimeUtc,
    /// Another person than who proposed it.
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    /// Why it was refused.
    #[sea_orm(column_type = "Text")]
    pub refusal: Option<String>,
    /// Who lifted it, or accepted the answer; none where it ended by itself.
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<DateTimeUtc>,
    /// Why it was lifted.
    #[sea_orm(column_type = "Text")]
    pub closing: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
