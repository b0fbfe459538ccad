//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, class_session,
    values::{
        ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, MarkMethod, MarkStanding, Presence, Role, SessionId,
        SessionMode, TrainerId, VenueId,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::attendance::lifecycle::SessionAction;
use crate::attendance::rules::{Span, class_is_open, is_to_come};
use crate::base::lifecycle::Lifecycle;

/// One session of a class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassSessionView {
    pub id: SessionId,
    pub class_id: ClassId,
    /// Counts from 1.
    pub ordinal: i32,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub minutes: i64,
    pub mode: SessionMode,
    /// Who teaches it; null of classes that are older than the registers.
    pub trainer_id: Option<TrainerId>,
    /// Where it is taught; null of online teaching as well.
    pub venue_id: Option<VenueId>,
    pub status: ClassSessionStatus,
    /// False where its plan was changed too late: it is in neither sum.
    pub creditable: bool,
    /// The session for which it makes up.
    pub makes_up: Option<SessionId>,
    /// What the caller may do with it now.
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

impl ClassSessionView {
    pub(crate) fn of(session: &class_session::Model, class: ClassStatus, role: Role, now: DateTime<Utc>) -> Self {
        let open = class_is_open(class).is_ok();
        let actions = session.status.open_to(role).into_iter();
        let marked = |session: &class_session::Model| session.creditable && session.starts_at <= now;
        let actions = actions.filter(|action| open && (*action == SessionAction::Cancel || marked(session)));
        let waits = open && is_to_come(session);
        Self {
            id: session.id,
            class_id: session.class_id,
            ordinal: session.ordinal,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            minutes: Span::of(session).minutes(),
            mode: session.mode,
            trainer_id: session.trainer_id,
            venue_id: session.venue_id,
            status: session.status,
            creditable: session.creditable,
            makes_up: session.makes_up,
            actions: actions.map(Into::into).collect(),
            waiting_on: if waits { session.status.waits_for() } else { None },
        }
    }
}

/// One person in one session; without a mark nothing is said yet, and nothing is credited.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkView {
    pub enrolment_id: EnrolmentId,
    pub name: String,
    pub presence: Option<Presence>,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    /// Credited.
    pub minutes: i32,
    pub method: Option<MarkMethod>,
    pub standing: Option<MarkStanding>,
    pub marked_at: Option<DateTime<Utc>>,
}

impl MarkView {
    pub(crate) fn of(enrolment_id: EnrolmentId, name: String, mark: Option<&attendance_mark::Model>) -> Self {
        Self {
            enrolment_id,
            name,
            presence: mark.map(|mark| mark.presence),
            in_at: mark.and_then(|mark| mark.in_at),
            out_at: mark.and_then(|mark| mark.out_at),
            minutes: mark.map_or(0, |mark| mark.minutes),
            method: mark.map(|mark| mark.method),
            standing: mark.map(|mark| mark.standing),
            marked_at: mark.map(|mark| mark.marked_at),
        }
    }
}

/// What came of marking oneself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CheckedIn {
    pub session_id: SessionId,
    pub enrolment_id: EnrolmentId,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    /// Credited: none before one went, or was confirmed.
    pub minutes: i32,
    pub standing: MarkStanding,
}

/// Who was there in one session: everybody who holds a seat, in the order of seats.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttendanceView {
    pub session: ClassSessionView,
    pub items: Vec<MarkView>,
}

/// A class after its end.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndedClassView {
    pub id: ClassId,
    pub status: ClassStatus,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}
