//! A complaint (投诉) of a trainee about a class or an institution.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, ClassId, ComplaintId, ComplaintOutcome, ComplaintStatus, ComplaintSubject, OrganisationId, PersonId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "complaint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ComplaintId,
    pub person_id: PersonId,
    /// None where it is about an institution as such.
    pub class_id: Option<ClassId>,
    /// Of whom is complained.
    pub organisation_id: OrganisationId,
    /// The county that looks into it.
    pub area_code: String,
    pub subject: ComplaintSubject,
    /// What was written, encrypted.
    pub sealed: Vec<u8>,
    pub filed_by: AccountId,
    pub filed_at: DateTimeUtc,
    pub filed_on: Date,
    /// Counts the complaints of one account on one day.
    pub number: i32,
    /// By when an answer is due.
    pub due_on: Date,
    pub status: ComplaintStatus,
    pub taken_by: Option<AccountId>,
    pub taken_at: Option<DateTimeUtc>,
    pub outcome: Option<ComplaintOutcome>,
    /// What the county answered, encrypted; empty before.
    pub answer: Vec<u8>,
    /// Whether the institution is told the outcome.
    pub told: bool,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
