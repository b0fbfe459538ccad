//! Who was there at a moment, by what is marked: what a look into the room is held against.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    attendance_mark, class_session,
    values::{MarkStanding, Presence},
};
use sea_orm::ConnectionTrait;

use crate::attendance::judging::Limits;
use crate::attendance::store;
use crate::base::{Error, Result};
use crate::policy::RuleBook;

/// Whether a mark says that somebody was there at that moment: credited minutes that hold it, or a coming without a going.
fn says_there(mark: &attendance_mark::Model, session: &class_session::Model, at: DateTime<Utc>) -> bool {
    let there = match mark.presence {
        Presence::Present | Presence::Late => mark.minutes > 0 || mark.standing == MarkStanding::Half,
        Presence::Absent | Presence::Leave => false,
    };
    let came = mark.in_at.unwrap_or(session.starts_at).max(session.starts_at);
    let went = mark.out_at.unwrap_or(session.ends_at).min(session.ends_at);
    there && came <= at && at < went
}

/// How many people are marked as being in a session at a moment of it. Marks that a device sends later change the number.
///
/// # Errors
/// Of the database.
pub(crate) async fn there_at(
    db: &impl ConnectionTrait,
    session: &class_session::Model,
    at: DateTime<Utc>,
) -> Result<i64> {
    let marks = store::marks_of_session(db, session.id).await?;
    let there = marks.iter().filter(|mark| says_there(mark, session, at)).count();
    i64::try_from(there).map_err(Error::internal)
}

/// How long after a session its marks may still change without two people: until it is locked, and until no device can send
/// any more.
///
/// # Errors
/// Of the database.
pub(crate) async fn settles_after(db: &impl ConnectionTrait, area: &str, on: NaiveDate) -> Result<TimeDelta> {
    let limits = Limits::of(&RuleBook::load(db).await?, area, on)?;
    Ok(limits.lock.max(limits.offline))
}

#[cfg(test)]
mod tests {
    use entities::values::{AccountId, ClassId, ClassSessionStatus, EnrolmentId, MarkMethod, SessionId, SessionMode};

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2016-11-14T00:30:00Z").unwrap().to_utc() + chrono::TimeDelta::minutes(minutes)
    }

    fn session() -> class_session::Model {
        class_session::Model {
            id: SessionId::new(),
            class_id: ClassId::new(),
            ordinal: 1,
            starts_at: at(0),
            ends_at: at(200),
            status: ClassSessionStatus::Held,
            mode: SessionMode::Theory,
            venue_id: None,
            trainer_id: None,
            trainer: None,
            creditable: true,
            makes_up: None,
            version: 1,
        }
    }

    fn mark(presence: Presence, (from, to): (Option<i64>, Option<i64>), minutes: i32) -> attendance_mark::Model {
        attendance_mark::Model {
            session_id: SessionId::new(),
            enrolment_id: EnrolmentId::new(),
            presence,
            in_at: from.map(at),
            out_at: to.map(at),
            minutes,
            method: MarkMethod::Roster,
            marked_by: AccountId::new(),
            marked_at: at(0),
            standing: MarkStanding::Credited,
            version: 1,
        }
    }

    #[test]
    fn a_mark_holds_the_minutes_between_coming_and_going() {
        let told = |mark: &attendance_mark::Model| [-1, 0, 60, 199, 200].map(|m| says_there(mark, &session(), at(m)));
        assert_eq!(told(&mark(Presence::Present, (None, None), 200)), [false, true, true, true, false]);
        assert_eq!(told(&mark(Presence::Late, (Some(60), Some(150)), 90)), [false, false, true, false, false]);
        assert_eq!(told(&mark(Presence::Present, (Some(-20), Some(230)), 200)), [false, true, true, true, false]);
        for away in [Presence::Absent, Presence::Leave] {
            assert_eq!(told(&mark(away, (None, None), 0)), [false; 5]);
        }
    }

    #[test]
    fn who_came_and_did_not_say_to_have_gone_is_there_and_who_is_in_dispute_is_not() {
        let came =
            attendance_mark::Model { standing: MarkStanding::Half, ..mark(Presence::Present, (Some(10), None), 0) };
        assert!(says_there(&came, &session(), at(60)) && !says_there(&came, &session(), at(5)));
        let disputed = attendance_mark::Model { standing: MarkStanding::Disputed, ..came };
        assert!(!says_there(&disputed, &session(), at(60)));
    }
}
