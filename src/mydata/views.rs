//! The whole of what is kept about a person, as the person takes it away. No Debug: it is all in clear.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    assessment, attendance_mark, certificate, claim_line, class_session, completion, enrolment, hire, message, person,
    service_event, training_class,
    values::{
        AssessmentResult, CertificateKind, CertificateStatus, Channel, EnrolmentStatus, ExemptReason, Fen,
        LabourCapacity, LineStatus, PersonId, PersonStatus, PovertyStatus, Presence, Programme, ServiceKind, Sex,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::corrections::CorrectionView;
use crate::people::{ChangeView, Private};
use crate::reveals::RevealView;

/// Everything that is kept about whoever asks. Codes are those of the national lists.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnData {
    pub told_at: DateTime<Utc>,
    pub person: OwnPerson,
    pub services: Vec<OwnService>,
    pub seats: Vec<OwnSeat>,
    pub completions: Vec<OwnCompletion>,
    /// What was claimed for the person's trainings; it is paid to the institution.
    pub claim_lines: Vec<OwnLine>,
    pub hires: Vec<OwnHire>,
    /// What was asked to be corrected, newest first; numbers are masked.
    pub corrections: Vec<CorrectionView>,
    /// What was changed in the record, newest first; numbers are masked.
    pub history: Vec<ChangeView>,
    pub messages: Vec<OwnMessage>,
    /// Who looked at the numbers in full, and what for.
    pub reveals: Vec<RevealView>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnPerson {
    pub id: PersonId,
    pub name: String,
    pub id_number: String,
    pub phone: String,
    pub bank_account: String,
    pub address: String,
    pub health: Vec<String>,
    pub main_cause: String,
    pub other_causes: Vec<String>,
    pub sex: Sex,
    pub birth_on: NaiveDate,
    pub ethnicity: String,
    pub education: String,
    pub political: String,
    pub marital: String,
    pub labour_capacity: LabourCapacity,
    pub registration: String,
    pub area_code: String,
    pub household_number: Option<String>,
    pub relation: String,
    pub poverty_status: PovertyStatus,
    pub exited_on: Option<NaiveDate>,
    pub employment_status: String,
    pub employment_wish: String,
    pub training_wish: String,
    pub startup_wish: bool,
    pub skills: String,
    pub helper: String,
    pub status: PersonStatus,
    pub verified_on: Option<NaiveDate>,
    pub source: String,
    pub created_at: DateTime<Utc>,
}

impl OwnPerson {
    pub(crate) fn of(row: person::Model, private: Private, household_number: Option<String>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            id_number: private.id_number,
            phone: private.phone,
            bank_account: private.bank_account,
            address: private.address,
            health: private.health,
            main_cause: private.main_cause,
            other_causes: private.other_causes,
            sex: row.sex,
            birth_on: row.birth_on,
            ethnicity: row.ethnicity,
            education: row.education,
            political: row.political,
            marital: row.marital,
            labour_capacity: row.labour_capacity,
            registration: row.registration,
            area_code: row.area_code,
            household_number,
            relation: row.relation,
            poverty_status: row.poverty_status,
            exited_on: row.exited_on,
            employment_status: row.employment_status,
            employment_wish: row.employment_wish,
            training_wish: row.training_wish,
            startup_wish: row.startup_wish,
            skills: row.skills,
            helper: row.helper,
            status: row.status,
            verified_on: row.verified_on,
            source: row.source,
            created_at: row.created_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnService {
    pub kind: ServiceKind,
    pub held_on: NaiveDate,
    pub provider: String,
    pub note: String,
}

impl From<service_event::Model> for OwnService {
    fn from(row: service_event::Model) -> Self {
        Self { kind: row.kind, held_on: row.held_on, provider: row.provider, note: row.note }
    }
}

/// A seat in a class, with what came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnSeat {
    pub class_number: String,
    pub title: String,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub status: EnrolmentStatus,
    pub channel: Channel,
    pub asked_at: DateTime<Utc>,
    pub consent_at: DateTime<Utc>,
    pub consent_note: Option<String>,
    pub reason: Option<String>,
    pub attendance: Vec<OwnMark>,
    pub assessments: Vec<OwnAssessment>,
    pub certificates: Vec<OwnCertificate>,
}

impl OwnSeat {
    pub(crate) fn of(row: &enrolment::Model, class: Option<&training_class::Model>) -> Self {
        Self {
            class_number: class.map(|class| class.number.clone()).unwrap_or_default(),
            title: class.map(|class| class.title.clone()).unwrap_or_default(),
            starts_on: class.map(|class| class.starts_on),
            ends_on: class.map(|class| class.ends_on),
            status: row.status,
            channel: row.channel,
            asked_at: row.created_at,
            consent_at: row.consent_at,
            consent_note: row.consent_note.clone(),
            reason: row.reason.clone(),
            attendance: Vec::new(),
            assessments: Vec::new(),
            certificates: Vec::new(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnMark {
    pub session_starts_at: Option<DateTime<Utc>>,
    pub presence: Presence,
    pub minutes: i32,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
}

impl OwnMark {
    pub(crate) fn of(row: attendance_mark::Model, session: Option<class_session::Model>) -> Self {
        Self {
            session_starts_at: session.map(|session| session.starts_at),
            presence: row.presence,
            minutes: row.minutes,
            in_at: row.in_at,
            out_at: row.out_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnAssessment {
    pub attempt: i32,
    pub result: AssessmentResult,
    pub exempt_reason: Option<ExemptReason>,
    pub score: Option<i32>,
    pub paper_ref: Option<String>,
    pub assessed_on: NaiveDate,
}

impl From<assessment::Model> for OwnAssessment {
    fn from(row: assessment::Model) -> Self {
        Self {
            attempt: row.attempt,
            result: row.result,
            exempt_reason: row.exempt_reason,
            score: row.score,
            paper_ref: row.paper_ref,
            assessed_on: row.assessed_on,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnCertificate {
    pub serial: String,
    pub kind: CertificateKind,
    pub issued_on: NaiveDate,
    pub status: CertificateStatus,
    pub reason: Option<String>,
}

impl From<certificate::Model> for OwnCertificate {
    fn from(row: certificate::Model) -> Self {
        Self { serial: row.serial, kind: row.kind, issued_on: row.issued_on, status: row.status, reason: row.reason }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnCompletion {
    pub programme: Programme,
    pub completed_on: NaiveDate,
    pub credited_minutes: i32,
    pub held_minutes: i32,
    pub passed: bool,
    pub qualified: bool,
}

impl From<completion::Model> for OwnCompletion {
    fn from(row: completion::Model) -> Self {
        Self {
            programme: row.programme,
            completed_on: row.completed_on,
            credited_minutes: row.credited_minutes,
            held_minutes: row.held_minutes,
            passed: row.passed,
            qualified: row.qualified,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnLine {
    pub occupation: String,
    pub level: i32,
    pub amount_fen: Fen,
    pub status: LineStatus,
    pub reason: Option<String>,
}

impl From<claim_line::Model> for OwnLine {
    fn from(row: claim_line::Model) -> Self {
        Self {
            occupation: row.occupation,
            level: row.level,
            amount_fen: row.fen,
            status: row.status,
            reason: row.reason,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OwnHire {
    pub hired_on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
}

impl From<hire::Model> for OwnHire {
    fn from(row: hire::Model) -> Self {
        Self { hired_on: row.hired_on, recorded_at: row.created_at }
    }
}

/// A message of the mailbox, as it is kept: its kind and its values.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnMessage {
    pub kind: String,
    #[schema(value_type = Object)]
    pub args: serde_json::Value,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

impl From<message::Model> for OwnMessage {
    fn from(row: message::Model) -> Self {
        Self { kind: row.kind, args: row.args, created_at: row.created_at, read_at: row.read_at }
    }
}
