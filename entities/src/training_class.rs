//! A class (培训班) of a listed course.

use sea_orm::entity::prelude::*;

use crate::values::{
    AccountId, CertificateKind, ClassId, ClassStatus, CourseId, Fen, OrganisationId, PotId, Programme, StandardId,
    TrainerId, VenueId,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_class")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClassId,
    pub number: String,
    pub course_id: CourseId,
    /// The course as it was applied for: its version and hours.
    pub course_version: i32,
    pub theory_minutes: i32,
    pub practice_minutes: i32,
    pub organisation_id: OrganisationId,
    /// The body that assesses its people, never the one that teaches them; named by the county.
    pub assessor_id: Option<OrganisationId>,
    /// What it leads to, as of the application.
    pub certificate_kind: CertificateKind,
    /// Where it is taught.
    pub area_code: String,
    pub programme: Programme,
    pub occupation: String,
    pub level: i32,
    pub title: String,
    /// The name of the room, as of the application.
    pub venue: String,
    /// The name of the trainer who leads, as of the application.
    pub trainer: String,
    pub venue_id: Option<VenueId>,
    pub trainer_id: Option<TrainerId>,
    pub seats: i32,
    /// Seats taken; equals the live enrolments that hold a seat.
    pub taken: i32,
    pub starts_on: Date,
    pub ends_on: Date,
    pub status: ClassStatus,
    pub reason: Option<String>,
    /// Fixed at approval: the rule, the standard and the pot of that day.
    pub attendance_percent: i32,
    pub approved_on: Option<Date>,
    pub standard_id: Option<StandardId>,
    /// What the standard pays for one person; of a standard by the hour, for the hours of the class.
    pub unit_fen: Fen,
    /// The most that one seat can cost: with the highest uplift. So much is reserved for each.
    pub ceiling_fen: Fen,
    pub pot_id: Option<PotId>,
    pub created_by: AccountId,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
