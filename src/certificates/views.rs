//! Outputs of this feature.

use chrono::NaiveDate;
use entities::values::{CertificateKind, CertificateStatus, ClassId, EnrolmentId, Programme, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::rate::RateView;

/// What everybody may know of a certificate whose serial they hold: names and numbers are masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerificationView {
    pub serial: String,
    pub status: CertificateStatus,
    /// Why it was revoked.
    pub reason: Option<String>,
    pub kind: CertificateKind,
    #[schema(example = "张**")]
    pub masked_name: String,
    #[schema(example = "362226********0427")]
    pub masked_id: String,
    pub class_title: String,
    pub institution: String,
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
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}
