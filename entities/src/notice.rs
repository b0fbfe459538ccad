//! A public notice (公示) of the list of a claim: what everybody may read until its last day, frozen. Nothing of it changes
//! but where it stands; when the list changes, another round takes its place.

use sea_orm::entity::prelude::*;

use crate::values::{ClaimId, Fen, NoticeId, NoticeStatus, OrganisationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub number: String,
    pub claim_id: ClaimId,
    pub organisation_id: OrganisationId,
    pub area_code: String,
    /// Counts the notices of one claim.
    pub round: i32,
    /// The class and the institution as they were called.
    pub title: String,
    pub institution: String,
    /// SHA-256 of the list.
    pub list_hash: String,
    pub lines: i32,
    pub total_fen: Fen,
    /// The day of publishing, which does not count.
    pub starts_on: Date,
    /// The last of its working days.
    pub last_day: Date,
    pub status: NoticeStatus,
    pub published_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
