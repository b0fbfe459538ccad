//! Outputs of this feature.

use chrono::NaiveDate;
use entities::values::{ClassId, ClassStatus, EnrolmentId, Fen, Programme, Role};
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
