//! Outputs of this feature.

use entities::{
    course,
    values::{CertificateKind, CourseId, CourseStatus, Fen, OrganisationId, Programme, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CourseView {
    pub id: CourseId,
    pub number: String,
    pub organisation_id: OrganisationId,
    /// Division code of the institution.
    pub area_code: String,
    pub programme: Programme,
    pub occupation: String,
    /// 5 is junior, 1 is senior technician.
    pub level: i32,
    /// What its classes lead to.
    pub certificate_kind: CertificateKind,
    pub title: String,
    pub theory_minutes: i32,
    pub practice_minutes: i32,
    pub price_fen: Fen,
    pub syllabus: String,
    pub min_class: i32,
    pub max_class: i32,
    pub status: CourseStatus,
    /// Why it was returned.
    pub reason: Option<String>,
    /// What the caller may do now.
    pub actions: Vec<&'static str>,
    /// Who acts next.
    pub waiting_on: Option<Role>,
}

impl CourseView {
    pub(crate) fn new(course: course::Model, reader: &Actor) -> Self {
        Self {
            actions: course.status.open_to(reader.role).into_iter().map(Into::into).collect(),
            waiting_on: course.status.waits_for(),
            id: course.id,
            number: course.number,
            organisation_id: course.organisation_id,
            area_code: course.area_code,
            programme: course.programme,
            occupation: course.occupation,
            level: course.level,
            certificate_kind: course.certificate_kind,
            title: course.title,
            theory_minutes: course.theory_minutes,
            practice_minutes: course.practice_minutes,
            price_fen: course.price_fen,
            syllabus: course.syllabus,
            min_class: course.min_class,
            max_class: course.max_class,
            status: course.status,
            reason: course.reason,
        }
    }
}
