//! One person in one class: every session with its mark, the sum, and what is left.

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, class_session, enrolment, training_class,
    values::{ClassId, ClassSessionStatus, EnrolmentId, MarkMethod, MarkStanding, Outlook, Presence, SessionId},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Can;
use crate::attendance::rights::SeeStanding;
use crate::attendance::rules::{self, Forecast, Minutes, Span};
use crate::attendance::service::{left, seat_in_sight};
use crate::attendance::store;
use crate::base::Result;
use crate::base::rate::RateView;
use crate::classes;
use crate::data::Vault;
use crate::people;

/// One session with the mark of the person.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub session: class_session::Model,
    pub mark: Option<attendance_mark::Model>,
}

impl Row {
    /// Credited: of a session that was held, what its mark is worth.
    pub(crate) fn credited(&self) -> i64 {
        let held = rules::is_held(&self.session);
        self.mark.as_ref().filter(|_| held).map_or(0, |mark| i64::from(mark.minutes))
    }

    /// Minutes that enter the sum: those of a session that was held.
    pub(crate) fn held(&self) -> i64 {
        if rules::is_held(&self.session) { Span::of(&self.session).minutes() } else { 0 }
    }
}

/// Every session of a class with the mark of one seat; for callers who may see the class.
///
/// # Errors
/// Of the database.
pub(crate) async fn of_seat(db: &impl ConnectionTrait, class: ClassId, id: EnrolmentId) -> Result<Vec<Row>> {
    let sessions = classes::sessions(db, class).await?;
    let places: Vec<_> = sessions.iter().map(|session| (session.id, id)).collect();
    let mut marks = store::marks_at(db, &places).await?;
    Ok(sessions
        .into_iter()
        .map(|session| {
            let at = marks.iter().position(|mark| mark.session_id == session.id);
            Row { mark: at.map(|at| marks.swap_remove(at)), session }
        })
        .collect())
}

/// How somebody stands.
pub(super) struct Stands {
    pub class: training_class::Model,
    pub seat: enrolment::Model,
    pub name: String,
    pub rows: Vec<Row>,
    pub forecast: Forecast,
}

/// The sum of one person, for the person, the village, and whoever sees the class.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn stands(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<SeeStanding>,
    id: EnrolmentId,
) -> Result<Stands> {
    let (seat, class) = seat_in_sight(db, by.actor(), id).await?;
    let rows = of_seat(db, class.id, id).await?;
    let future = left(rows.iter().map(|row| &row.session));
    let minutes = Minutes { credited: rows.iter().map(Row::credited).sum(), held: rows.iter().map(Row::held).sum() };
    let forecast = rules::forecast(minutes, &future, i64::from(class.attendance_percent));
    let name = people::briefs(db, vault, &[seat.person_id]).await?.remove(&seat.person_id);
    Ok(Stands { class, name: name.map(|brief| brief.name).unwrap_or_default(), seat, rows, forecast })
}

/// How somebody stands, for programs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingView {
    pub enrolment_id: EnrolmentId,
    /// Credited of held minutes so far.
    pub attendance: RateView,
    /// Percent that the certificate asks for.
    pub threshold: i32,
    /// Minutes that are still to be held.
    pub possible_minutes: i64,
    pub outlook: Outlook,
    /// When the threshold is out of reach, for who misses every session from now on.
    pub misses_at: Option<DateTime<Utc>>,
    pub sessions: Vec<SessionStandingView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionStandingView {
    pub session_id: SessionId,
    pub ordinal: i32,
    pub status: ClassSessionStatus,
    pub minutes_held: i64,
    pub minutes_credited: i64,
    pub presence: Option<Presence>,
    pub in_at: Option<DateTime<Utc>>,
    pub out_at: Option<DateTime<Utc>>,
    pub method: Option<MarkMethod>,
    pub standing: Option<MarkStanding>,
}

impl From<Stands> for StandingView {
    fn from(stands: Stands) -> Self {
        let forecast = stands.forecast;
        Self {
            enrolment_id: stands.seat.id,
            attendance: forecast.minutes.rate().view(2),
            threshold: stands.class.attendance_percent,
            possible_minutes: forecast.possible,
            outlook: forecast.outlook,
            misses_at: forecast.misses_at,
            sessions: stands
                .rows
                .into_iter()
                .map(|row| SessionStandingView {
                    session_id: row.session.id,
                    ordinal: row.session.ordinal,
                    status: row.session.status,
                    minutes_held: row.held(),
                    minutes_credited: row.credited(),
                    presence: row.mark.as_ref().map(|mark| mark.presence),
                    in_at: row.mark.as_ref().and_then(|mark| mark.in_at),
                    out_at: row.mark.as_ref().and_then(|mark| mark.out_at),
                    method: row.mark.as_ref().map(|mark| mark.method),
                    standing: row.mark.as_ref().map(|mark| mark.standing),
                })
                .collect(),
        }
    }
}
