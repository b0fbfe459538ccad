//! An objection (异议) to one line of a public notice, from anybody.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ClaimId, EnrolmentId, LineId, NoticeId, ObjectionId, ObjectionStatus, OrganisationId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ObjectionId,
    pub notice_id: NoticeId,
    pub claim_id: ClaimId,
    pub line_id: LineId,
    pub enrolment_id: EnrolmentId,
    /// The place of the line in the list.
    pub ordinal: i32,
    /// Counts the objections to one notice.
    pub number: i32,
    pub organisation_id: OrganisationId,
    /// The county that looks into it.
    pub area_code: String,
    /// What was written, encrypted.
    pub sealed: Vec<u8>,
    /// Name and phone of whoever wrote it, as far as they were given, encrypted.
    pub contact: Vec<u8>,
    /// Hash of the code by which the answer is read.
    pub code_hash: String,
    /// Keyed hash of the address from which it came.
    pub source: String,
    pub filed_at: DateTimeUtc,
    pub filed_on: Date,
    /// Counts the objections from one address on one day.
    pub of_source: i32,
    /// By when an answer is due.
    pub due_on: Date,
    pub status: ObjectionStatus,
    /// What the clerk found, encrypted; empty before.
    pub finding: Vec<u8>,
    pub investigated_by: Option<AccountId>,
    pub investigated_at: Option<DateTimeUtc>,
    /// What whoever objected is answered, encrypted; empty before.
    pub answer: Vec<u8>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
