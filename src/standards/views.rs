//! Outputs of this feature.

use chrono::NaiveDate;
use entities::{
    standard_uplift, subsidy_standard,
    values::{Fen, Programme, StandardId, StandardStatus, SubsidyKind, SubsidyPayee, UpliftId, UpliftKind},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What is paid for one qualified person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandardView {
    pub id: StandardId,
    pub programme: Programme,
    /// Null where it holds for every occupation of the programme.
    pub occupation: Option<String>,
    /// Null where it holds for every level.
    pub level: Option<i32>,
    pub area_code: String,
    pub kind: SubsidyKind,
    pub payee: SubsidyPayee,
    /// For a person, or for an hour.
    pub amount_fen: Fen,
    pub per_hour: bool,
    /// The most for one person where it is paid by the hour, uplifts included.
    pub cap_fen: Option<Fen>,
    /// How much is due when the class begins, when somebody has completed and once somebody works; 100 together.
    pub start_percent: i32,
    pub completion_percent: i32,
    pub outcome_percent: i32,
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    pub document_no: String,
    pub status: StandardStatus,
}

impl From<subsidy_standard::Model> for StandardView {
    fn from(row: subsidy_standard::Model) -> Self {
        Self {
            id: row.id,
            programme: row.programme,
            occupation: row.occupation,
            level: row.level,
            area_code: row.area_code,
            kind: row.kind,
            payee: row.payee,
            amount_fen: row.fen,
            per_hour: row.per_hour,
            cap_fen: row.cap_fen,
            start_percent: row.start_percent,
            completion_percent: row.completion_percent,
            outcome_percent: row.outcome_percent,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document_no: row.document_no,
            status: row.status,
        }
    }
}

/// By how much more than the standard is paid, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpliftView {
    pub id: UpliftId,
    pub area_code: String,
    pub kind: UpliftKind,
    /// The occupation that is listed; null for the other kinds.
    pub occupation: Option<String>,
    pub percent: i32,
    /// Whether only who has a certificate of a skill gets it.
    pub certificate: bool,
    /// Whether it adds to others that are stackable; one that is not counts alone.
    pub stackable: bool,
    pub valid_from: NaiveDate,
    /// The first day on which it no longer holds.
    pub valid_to: Option<NaiveDate>,
    pub document_no: String,
    pub status: StandardStatus,
}

impl From<standard_uplift::Model> for UpliftView {
    fn from(row: standard_uplift::Model) -> Self {
        Self {
            id: row.id,
            area_code: row.area_code,
            kind: row.kind,
            occupation: row.occupation,
            percent: row.percent,
            certificate: row.certificate,
            stackable: row.stackable,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document_no: row.document_no,
            status: row.status,
        }
    }
}
