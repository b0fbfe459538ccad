//! A line that was drawn, and what was found.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, ClaimId, ClassId, Fen, HolderId, LineId, OrganisationId, PaidFault, SampleCause, SampleItemId,
    SampleRunId, SampleStatus,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sample_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SampleItemId,
    pub run_id: SampleRunId,
    pub line_id: LineId,
    pub claim_id: ClaimId,
    pub class_id: ClassId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    /// The place in the draw.
    pub ordinal: i32,
    pub cause: SampleCause,
    pub fen: Fen,
    pub status: SampleStatus,
    pub fault: Option<PaidFault>,
    #[sea_orm(column_type = "Text")]
    pub note: Option<String>,
    /// Somebody who took no step of the claim.
    pub seen_by: Option<AccountId>,
    pub seen_holder: Option<HolderId>,
    pub seen_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
