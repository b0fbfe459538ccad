//! Outputs of this feature.

use chrono::NaiveDate;
use entities::values::{CertificateKind, CertificateStatus, ClassId, ClassStatus, EnrolmentId, Fen, Programme, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::rate::RateView;

/// What came of one enrolment when its class was closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompletionView {
    pub enrolment_id: EnrolmentId,
    pub name: String,
    pub programme: Programme,
    pub year: i32,
    /// Credited of held minutes.
    pub attendance: RateView,
    pub passed: bool,
    /// Attendance reached the threshold, and the assessment was passed.
    pub qualified: bool,
    pub completed_on: NaiveDate,
    /// Of the certificate, where one was issued.
    pub serial: Option<String>,
}

/// Where one person stands before the class is closed, and what came of it afterwards.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResultView {
    pub enrolment_id: EnrolmentId,
    pub name: String,
    /// Credited of held minutes.
    pub attendance: RateView,
    pub attempts: i32,
    /// Null as long as there is no result.
    pub passed: Option<bool>,
    pub score: Option<i32>,
    pub qualified: bool,
    pub serial: Option<String>,
}

/// A class with the results of its people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassResultsView {
    pub id: ClassId,
    pub status: ClassStatus,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
    pub attendance_percent: i32,
    pub attempts_allowed: i64,
    pub qualified: usize,
    /// What goes back into the pot, or went back, for seats that nobody qualified on.
    pub released_fen: Fen,
    pub items: Vec<ResultView>,
}

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
