//! Outputs of this feature.

use chrono::NaiveDate;
use entities::{
    certificate,
    values::{CertificateKind, CertificateStatus, ClassId, EnrolmentId, Programme, ReplaceReason, Role},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::lifecycle::Lifecycle;
use crate::base::rate::RateView;

/// What everybody may know of a certificate whose serial they hold: names and numbers are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationView {
    pub serial: String,
    pub status: CertificateStatus,
    /// Why it was revoked.
    pub reason: Option<String>,
    /// The serial that took its place.
    pub replaced_by: Option<String>,
    pub kind: CertificateKind,
    #[schema(example = "张**")]
    pub masked_name: String,
    #[schema(example = "362226********0427")]
    pub masked_id: String,
    pub class_title: String,
    /// Code of the occupation list.
    pub occupation: String,
    /// 5 is junior, 1 is senior technician.
    pub level: i32,
    pub institution: String,
    /// The body that assessed.
    pub assessor: Option<String>,
    pub programme: Programme,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Credited of held minutes.
    pub attendance: RateView,
    pub issued_on: NaiveDate,
    /// The county whose bureau issued it.
    pub area_code: String,
}

/// A certificate after a move.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertificateView {
    pub serial: String,
    pub class_id: ClassId,
    pub enrolment_id: EnrolmentId,
    pub kind: CertificateKind,
    pub issued_on: NaiveDate,
    pub status: CertificateStatus,
    pub reason: Option<String>,
    /// Why it took the place of another one.
    pub replace_reason: Option<ReplaceReason>,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

impl CertificateView {
    pub(crate) fn of(row: certificate::Model, role: Role) -> Self {
        Self {
            actions: row.status.open_to(role).into_iter().map(Into::into).collect(),
            waiting_on: None,
            serial: row.serial,
            class_id: row.class_id,
            enrolment_id: row.enrolment_id,
            kind: row.kind,
            issued_on: row.issued_on,
            status: row.status,
            reason: row.reason,
            replace_reason: row.replace_reason,
        }
    }
}
