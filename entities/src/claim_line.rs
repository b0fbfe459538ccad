//! One person's line of a claim: a part of what the person comes to by the standard of the day on which the class was approved.

use sea_orm::entity::prelude::*;

use crate::values::{
    ClaimId, EnrolmentId, ExclusionListId, Fen, HoldReason, LineId, LineStatus, PersonId, StandardId, SubsidyKind,
    Tranche,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LineId,
    pub claim_id: ClaimId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub occupation: String,
    pub level: i32,
    pub standard_id: StandardId,
    pub fen: Fen,
    pub status: LineStatus,
    pub reason: Option<String>,
    /// The exclusion list on which the person stands; such a line is refused.
    pub blocked_by: Option<ExclusionListId>,
    pub kind: SubsidyKind,
    pub tranche: Tranche,
    /// What the standard gives before it is raised for this person.
    pub base_fen: Fen,
    pub uplift_percent: i32,
    /// What it was raised for.
    pub uplift: Option<String>,
    pub hold_reason: Option<HoldReason>,
    /// What the person comes to in all tranches; `fen` is what this one takes of it.
    pub entitled_fen: Fen,
}

impl ActiveModelBehavior for ActiveModel {}
