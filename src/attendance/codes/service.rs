//! The code as the trainer shows it, and the sessions that somebody may mark himself in.

use chrono::{DateTime, Utc};
use entities::{
    class_session, training_class,
    values::{ClassId, ClassSessionStatus, ClassStatus, EnrolmentStatus, PersonId, SessionId},
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::attendance::codes::digits::{self, Reading};
use crate::attendance::judging::{self, Limits};
use crate::attendance::rights::MarkAttendance;
use crate::attendance::store;
use crate::base::clock::day_of;
use crate::base::{Error, Result};
use crate::classes;
use crate::data::Vault;
use crate::enrolments;
use crate::policy::RuleBook;
use entities::attendance_mark;

/// What stands on the trainer's screen.
pub(super) struct Screen {
    pub class: training_class::Model,
    pub session: class_session::Model,
    /// The code and the seconds until it changes, or why there is none now.
    pub code: std::result::Result<(String, i64), Error>,
    /// People who came by code, or whom the trainer saw.
    pub marked: usize,
    pub seats: i32,
}

/// The screen of a session that people come to or go from now.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn screen(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<MarkAttendance>,
    class: ClassId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Screen> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let session = store::session(db, session).await?;
    if session.class_id != class.id {
        return Err(Error::NotFound("session"));
    }
    let limits = Limits::of(&RuleBook::load(db).await?, &class.area_code, day_of(now))?;
    let case = judging::Case {
        class: class.status,
        session: &session,
        seat: Some(EnrolmentStatus::Started),
        limits: &limits,
        now,
    };
    let code = match case.shows_code() {
        Ok(()) => {
            Ok((digits::digits(vault, session.id, digits::step_of(now, &limits)), digits::seconds_left(now, &limits)))
        }
        Err(refusal) => Err(judging::refused(refusal, &limits)),
    };
    let marks = store::marks_of_session(db, session.id).await?;
    Ok(Screen {
        code,
        marked: marks.iter().filter(|mark| mark.in_at.is_some()).count(),
        seats: class.taken,
        class,
        session,
    })
}

/// A session that somebody may come to or go from now.
pub(super) struct Here {
    pub class: training_class::Model,
    pub session: class_session::Model,
    pub mark: Option<attendance_mark::Model>,
    limits: Limits,
}

impl Here {
    /// Whether coming is said already, so that going is next.
    pub(super) fn came(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.in_at.is_some())
    }
}

/// The sessions of a person that one may mark oneself in now, the first one first.
pub(super) async fn here(db: &impl ConnectionTrait, person: PersonId, now: DateTime<Utc>) -> Result<Vec<Here>> {
    let seats = enrolments::of_person(db, person).await?;
    let seats: Vec<_> = seats
        .into_iter()
        .filter(|seat| matches!(seat.status, EnrolmentStatus::Seated | EnrolmentStatus::Started))
        .collect();
    let ids: Vec<ClassId> = seats.iter().map(|seat| seat.class_id).collect();
    let classes = classes::by_ids(db, &ids).await?;
    let rules = RuleBook::load(db).await?;
    let mut here = Vec::new();
    for session in classes::sessions_of(db, &ids).await? {
        let Some(class) = classes.get(&session.class_id) else { continue };
        let running = matches!(class.status, ClassStatus::Approved | ClassStatus::Running);
        let limits = Limits::of(&rules, &class.area_code, day_of(now))?;
        let open = session.starts_at - limits.early <= now && now < session.ends_at + limits.after;
        if !running || !open || session.status == ClassSessionStatus::Cancelled {
            continue;
        }
        let Some(seat) = seats.iter().find(|seat| seat.class_id == class.id) else { continue };
        let mark = store::marks_at(db, &[(session.id, seat.id)]).await?.pop();
        here.push(Here { class: class.clone(), session, mark, limits });
    }
    Ok(here)
}

/// The session that a typed code is of: the one where it is right, else one where it was, else the first that there is.
pub(super) fn session_of(here: &[Here], vault: &Vault, typed: &str, now: DateTime<Utc>) -> Option<SessionId> {
    let code = digits::tidy(typed);
    let reading = |one: &&Here| match digits::read(vault, one.session.id, &code, now, &one.limits) {
        Reading::Valid(_) => 0,
        Reading::Old(_) => 1,
        Reading::Wrong => 2,
    };
    here.iter().min_by_key(reading).map(|one| one.session.id)
}
