//! Outputs of this feature.

use chrono::NaiveDate;
use entities::{
    training_class,
    values::{
        CertificateKind, ClassId, ClassStatus, CourseId, Fen, OrganisationId, OrganisationStatus, Programme, Role,
        TrainerId, VenueId,
    },
};
use sea_orm::DerivePartialModel;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;

/// What seats are decided by.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "training_class::Entity")]
pub(crate) struct ClassFacts {
    pub id: ClassId,
    pub area_code: String,
    pub programme: Programme,
    pub title: String,
    pub seats: i32,
    pub taken: i32,
    pub starts_on: NaiveDate,
    pub status: ClassStatus,
    /// Of the institution.
    #[sea_orm(
        from_expr = r#"sea_orm::sea_query::Expr::cust("(SELECT o.status FROM organisation o WHERE o.id = training_class.organisation_id)")"#
    )]
    pub teacher: OrganisationStatus,
}

impl ClassFacts {
    /// It is applied for: people can come on its roster, and take their seats when it is approved.
    pub(crate) fn is_planned(&self) -> bool {
        self.status == ClassStatus::Applied
    }

    /// Whether people may come in, with a seat or a place.
    pub(crate) fn takes_people(&self) -> bool {
        self.is_planned() || self.status == ClassStatus::Approved
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassView {
    pub id: ClassId,
    pub number: String,
    pub course_id: CourseId,
    pub organisation_id: OrganisationId,
    /// The body that assesses; null until the county names one.
    pub assessor_id: Option<OrganisationId>,
    /// What the class leads to.
    pub certificate_kind: CertificateKind,
    pub area_code: String,
    pub programme: Programme,
    pub occupation: String,
    pub level: i32,
    pub title: String,
    /// Name of the room, as of the application.
    pub venue: String,
    /// Name of the trainer who leads, as of the application.
    pub trainer: String,
    /// Null of classes that are older than the registers.
    pub venue_id: Option<VenueId>,
    pub trainer_id: Option<TrainerId>,
    pub seats: i32,
    pub taken: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub status: ClassStatus,
    pub reason: Option<String>,
    /// Least attendance in percent, fixed at approval.
    pub attendance_percent: i32,
    /// What is paid per qualified person, fixed at approval.
    pub unit_fen: Fen,
    /// The most that one seat can cost, with the highest uplift; so much is reserved for each.
    pub ceiling_fen: Fen,
    pub version: i32,
    /// What this caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

impl ClassView {
    pub(crate) fn new(row: training_class::Model, actor: Option<&Actor>) -> Self {
        let actions = actor.map(|actor| row.status.open_to(actor.role)).unwrap_or_default();
        Self {
            id: row.id,
            number: row.number,
            course_id: row.course_id,
            organisation_id: row.organisation_id,
            assessor_id: row.assessor_id,
            certificate_kind: row.certificate_kind,
            area_code: row.area_code,
            programme: row.programme,
            occupation: row.occupation,
            level: row.level,
            title: row.title,
            venue: row.venue,
            trainer: row.trainer,
            venue_id: row.venue_id,
            trainer_id: row.trainer_id,
            seats: row.seats,
            taken: row.taken,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            status: row.status,
            reason: row.reason,
            attendance_percent: row.attendance_percent,
            unit_fen: row.unit_fen,
            ceiling_fen: row.ceiling_fen,
            version: row.version,
            actions: actions.into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
        }
    }
}

/// A class that is open for seats, as everybody may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OpenClass {
    pub id: ClassId,
    pub number: String,
    pub title: String,
    pub programme: Programme,
    pub occupation: String,
    pub level: i32,
    pub area_code: String,
    pub venue: String,
    pub institution: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub seats: i32,
    pub seats_left: i32,
    pub waiting: i64,
}
