//! Outputs of this feature.

use chrono::NaiveDate;
use entities::{
    training_class,
    values::{
        AssessmentResult, CertificateKind, ClassId, ClassStatus, EnrolmentId, ExemptReason, Fen, OrganisationId,
        Programme, Role,
    },
};
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
    /// The last four of the identity number.
    pub tail: String,
    /// Credited of held minutes.
    pub attendance: RateView,
    pub attempts: i32,
    /// The result that counts; null as long as there is none.
    pub result: Option<AssessmentResult>,
    pub exempt_reason: Option<ExemptReason>,
    pub score: Option<i32>,
    pub paper_ref: Option<String>,
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
    /// The body that assesses; null until the county names one.
    pub assessor_id: Option<OrganisationId>,
    /// What the class leads to.
    pub certificate_kind: CertificateKind,
    pub attendance_percent: i32,
    pub attempts_allowed: i64,
    pub qualified: usize,
    /// What goes back into the pot, or went back, for seats that nobody qualified on.
    pub released_fen: Fen,
    pub items: Vec<ResultView>,
}

/// A class that was given to the caller's body to assess.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentView {
    pub id: ClassId,
    pub number: String,
    pub title: String,
    pub area_code: String,
    pub occupation: String,
    pub level: i32,
    pub certificate_kind: CertificateKind,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub status: ClassStatus,
}

impl From<training_class::Model> for AssignmentView {
    fn from(row: training_class::Model) -> Self {
        Self {
            id: row.id,
            number: row.number,
            title: row.title,
            area_code: row.area_code,
            occupation: row.occupation,
            level: row.level,
            certificate_kind: row.certificate_kind,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            status: row.status,
        }
    }
}

/// What became of a file of results.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadedResults {
    /// People with a result in it.
    pub rows: i32,
    /// Whether the same file was taken before: then nothing changed.
    pub again: bool,
}
