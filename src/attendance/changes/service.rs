//! Asking for a change, deciding on it, and what comes of it in the plan.

use chrono::{DateTime, Utc};
use entities::{
    class_session, session_change, training_class,
    values::{
        ChangeOfPlanStatus, ClassId, ClassSessionStatus, PlanChangeId, SessionId, SessionMode, TrainerId, VenueId,
    },
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::attendance::changes::forms::NewPlanChange;
use crate::attendance::changes::lifecycle::PlanChangeAction;
use crate::attendance::changes::rules::{is_late, may_be_made_up};
use crate::attendance::changes::store;
use crate::attendance::rights::{AskForPlanChanges, DecideOnPlanChanges, ReadAttendance};
use crate::attendance::rules::{Span, class_is_open, is_to_come};
use crate::attendance::service::SEATED;
use crate::attendance::store as sessions;
use crate::base::clock::{day_of, time_of};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::classes::{self, Slot};
use crate::data::{Audit, Telling, Vault, Work};
use crate::enrolments;
use crate::policy::{Rule, RuleBook};
use crate::teaching;
use crate::web::{Todo, one_line};

/// A session about which something may be asked.
pub(super) struct Matter {
    pub class: training_class::Model,
    pub session: class_session::Model,
    /// What is asked for is a session in addition.
    pub makes_up: bool,
    /// Days before which a change is asked for, else the session does not count.
    pub days: i64,
}

impl Matter {
    /// # Errors
    /// `NotFound` out of sight; what [`class_is_open`] refuses; `session_change.begun`, `session_change.waits`,
    /// `session_change.made_up`.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        by: &Can<AskForPlanChanges>,
        id: SessionId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let session = sessions::session(db, id).await?;
        let class = classes::visible(db, &by.scope(), session.class_id).await?;
        class_is_open(class.status)?;
        let makes_up = may_be_made_up(&session);
        if makes_up {
            let all = classes::sessions(db, class.id).await?;
            let live = |one: &&class_session::Model| one.status != ClassSessionStatus::Cancelled;
            if all.iter().filter(live).any(|one| one.makes_up == Some(id)) {
                return Err(Error::refused("session_change.made_up"));
            }
        } else if !is_to_come(&session) || session.starts_at <= now {
            return Err(Error::refused("session_change.begun"));
        }
        if store::is_asked(db, id).await? {
            return Err(Error::refused("session_change.waits"));
        }
        let days = RuleBook::load(db).await?.value(Rule::SessionChangeDays, &class.area_code, day_of(now))?;
        Ok(Self { class, session, makes_up, days })
    }

    pub(super) fn trainer(&self) -> &str {
        self.session.trainer.as_deref().unwrap_or(&self.class.trainer)
    }

    /// Who teaches and where, unless something else is asked for.
    pub(super) fn cast(&self) -> (Option<TrainerId>, Option<VenueId>) {
        (self.session.trainer_id.or(self.class.trainer_id), self.session.venue_id.or(self.class.venue_id))
    }
}

/// An institution asks for another time, trainer or room of a session to come, or for a session that makes up for one.
///
/// # Errors
/// Those of [`Matter::of`]; `Invalid` for a time that has passed or is shorter than it was, for a trainer or a room that is
/// needed elsewhere, and without a reason; a session in addition is asked for in time; `session_change.people_busy`.
pub(super) async fn ask(
    by: &Can<AskForPlanChanges>,
    work: &Work,
    vault: &Vault,
    id: SessionId,
    new: &NewPlanChange,
) -> Result<PlanChangeId> {
    let matter = Matter::of(work.db(), by, id, work.now).await?;
    let Matter { class, session, makes_up, days } = &matter;
    let reason = one_line(&new.reason)?;
    let span = Span { from: new.starts_at, to: new.ends_at };
    if span.from <= work.now || span.to <= span.from {
        return Err(Error::invalid("starts_at", "invalid.session_time"));
    }
    let least = Span::of(session).minutes();
    if span.minutes() < least {
        let field = FieldError::new("ends_at", "session_change.shorter");
        return Err(Error::Invalid(vec![field.with("minutes", least)]));
    }
    let (was_by, was_at) = matter.cast();
    let online = session.mode == SessionMode::Online;
    let trainer_id = new.trainer_id.or(was_by);
    let venue_id = if online { None } else { new.venue_id.or(was_at) };
    let old = if *makes_up { span.from } else { session.starts_at };
    let late = is_late(work.now, *days, old, span.from);
    if *makes_up && late {
        return Err(Error::Invalid(vec![FieldError::new("starts_at", "session_change.too_soon").with("days", *days)]));
    }
    let own = (!makes_up).then_some(session.id);
    let slot =
        Slot { starts_at: span.from, ends_at: span.to, mode: session.mode, trainer: trainer_id, venue: venue_id };
    classes::require_free(work, vault, class, slot, own).await?;
    require_people_free(work.db(), class.id, span).await?;
    let trainer = match trainer_id.filter(|id| Some(*id) != was_by) {
        Some(id) => teaching::trainers(work.db(), [id]).await?.remove(&id).map(|one| one.name),
        None => None,
    };
    let row = session_change::Model {
        id: PlanChangeId::new(),
        class_id: class.id,
        organisation_id: class.organisation_id,
        session_id: own,
        makes_up: makes_up.then_some(session.id),
        area_code: class.area_code.clone(),
        mode: session.mode,
        old_starts_at: (!makes_up).then_some(session.starts_at),
        old_ends_at: (!makes_up).then_some(session.ends_at),
        old_venue_id: if online { None } else { was_at },
        old_trainer_id: was_by,
        old_trainer: matter.trainer().to_owned(),
        starts_at: span.from,
        ends_at: span.to,
        venue_id,
        trainer_id,
        trainer: trainer.unwrap_or_else(|| matter.trainer().to_owned()),
        late,
        reason: reason.to_owned(),
        answer: None,
        status: ChangeOfPlanStatus::Asked,
        asked_by: by.account,
        asked_at: work.now,
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    let audit = Audit::of("ask", "session_change", row.id).by(by).area(&row.area_code);
    work.record(audit.detail(json!({ "class": class.id, "n": session.ordinal, "late": late })));
    let id = row.id;
    store::insert(work, row).await?;
    Ok(id)
}

/// People who sit in the class are not to be in two places.
///
/// # Errors
/// `session_change.people_busy`
async fn require_people_free(db: &impl ConnectionTrait, class: ClassId, span: Span) -> Result<()> {
    match enrolments::elsewhere_at(db, class, (span.from, span.to)).await? {
        0 => Ok(()),
        count => Err(Refusal { code: "session_change.people_busy", args: vec![("count", count.to_string())] }.into()),
    }
}

/// The session about which a change was asked.
fn about(row: &session_change::Model) -> Result<SessionId> {
    row.session_id.or(row.makes_up).ok_or_else(|| Error::internal("a change of nothing"))
}

/// The county agrees: the plan is changed, whose days follow, and everybody who sits there is told.
///
/// # Errors
/// `NotFound` out of sight; `move.illegal`; `session_change.begun` where the old or the new time has come; `Invalid` where
/// the trainer or the room was promised elsewhere since; `session_change.people_busy` where people were; `Stale` where the
/// session was changed meanwhile.
pub(super) async fn approve(
    by: &Can<DecideOnPlanChanges>,
    work: &Work,
    vault: &Vault,
    id: PlanChangeId,
) -> Result<session_change::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = row.status.after(PlanChangeAction::Approve)?;
    let class = classes::by_id(work.db(), row.class_id).await?;
    class_is_open(class.status)?;
    let session = sessions::session(work.db(), about(&row)?).await?;
    let begun = row.starts_at <= work.now
        || (row.session_id.is_some() && (!is_to_come(&session) || session.starts_at <= work.now));
    if begun {
        return Err(Error::refused("session_change.begun"));
    }
    let slot = Slot {
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        mode: session.mode,
        trainer: row.trainer_id,
        venue: row.venue_id,
    };
    classes::require_free(work, vault, &class, slot, row.session_id).await?;
    require_people_free(work.db(), class.id, Span { from: row.starts_at, to: row.ends_at }).await?;
    store::decide(work, &row, to, by.account, None).await?;
    let trainer = (row.trainer != class.trainer).then(|| row.trainer.clone());
    let planned = class_session::Model {
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        trainer,
        trainer_id: row.trainer_id,
        venue_id: row.venue_id,
        creditable: session.creditable && !row.late,
        ..session.clone()
    };
    let planned = if row.session_id.is_some() {
        classes::change_session(work, &session, &planned).await?;
        planned
    } else {
        let last = classes::sessions(work.db(), class.id).await?.iter().map(|one| one.ordinal).max().unwrap_or(0);
        let more = class_session::Model {
            id: SessionId::new(),
            ordinal: last + 1,
            status: ClassSessionStatus::Planned,
            creditable: true,
            makes_up: Some(session.id),
            version: 1,
            ..planned
        };
        classes::insert_sessions(work, vec![more.clone()]).await?;
        more
    };
    classes::follow_days(work, &class).await?;
    record(by.actor(), work, &row, PlanChangeAction::Approve);
    tell_seats(work, &class, &row, &planned).await?;
    tell_asker(work, &class, &row, "session_change_approved", "").await?;
    store::visible(work.db(), &by.scope(), id).await
}

/// The county refuses, with the reason.
///
/// # Errors
/// `NotFound` out of sight; `move.illegal`; `Invalid` without a reason.
pub(super) async fn refuse(
    by: &Can<DecideOnPlanChanges>,
    work: &Work,
    id: PlanChangeId,
    reason: &str,
) -> Result<session_change::Model> {
    let reason = one_line(reason)?;
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = row.status.after(PlanChangeAction::Refuse)?;
    store::decide(work, &row, to, by.account, Some(reason)).await?;
    record(by.actor(), work, &row, PlanChangeAction::Refuse);
    let class = classes::by_id(work.db(), row.class_id).await?;
    tell_asker(work, &class, &row, "session_change_refused", reason).await?;
    store::visible(work.db(), &by.scope(), id).await
}

/// The institution takes its request back.
///
/// # Errors
/// `NotFound` out of sight; `move.illegal`.
pub(super) async fn withdraw(
    by: &Can<AskForPlanChanges>,
    work: &Work,
    id: PlanChangeId,
) -> Result<session_change::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = row.status.after(PlanChangeAction::Withdraw)?;
    store::decide(work, &row, to, by.account, None).await?;
    record(by.actor(), work, &row, PlanChangeAction::Withdraw);
    store::visible(work.db(), &by.scope(), id).await
}

fn record(by: &Actor, work: &Work, row: &session_change::Model, action: PlanChangeAction) {
    let audit = Audit::of(action.into(), "session_change", row.id).by(by).area(&row.area_code);
    work.record(audit.detail(json!({ "class": row.class_id })));
}

async fn tell_asker(
    work: &Work,
    class: &training_class::Model,
    row: &session_change::Model,
    kind: &'static str,
    reason: &str,
) -> Result<()> {
    for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
        let args = json!({ "class": class.title, "day": day_of(row.starts_at).to_string(), "reason": reason });
        work.tell(Telling { to, kind, args, link: Some(format!("/classes/{}", class.id)) });
    }
    Ok(())
}

async fn tell_seats(
    work: &Work,
    class: &training_class::Model,
    row: &session_change::Model,
    session: &class_session::Model,
) -> Result<()> {
    let kind = if row.session_id.is_some() { "session_changed" } else { "session_added" };
    for seat in enrolments::of_class(work.db(), class.id, &SEATED).await? {
        for account in accounts::of_person(work.db(), seat.person_id).await? {
            let args = json!({ "class": class.title, "n": session.ordinal.to_string(),
                "day": day_of(session.starts_at).to_string(),
                "time": time_of(session.starts_at).format("%H:%M").to_string() });
            work.tell(Telling { to: account, kind, args, link: Some("/my-courses".to_owned()) });
        }
    }
    Ok(())
}

/// Requests with their classes and the sessions that they are about.
pub(super) struct Line {
    pub row: session_change::Model,
    pub class: String,
    pub n: i32,
    /// Names of the room, as it was and as it is asked for, where another one is.
    pub rooms: Option<[String; 2]>,
    /// Of those who sit in the class, so many sit elsewhere at the time that is asked for.
    pub elsewhere: usize,
}

pub(super) async fn lines(db: &impl ConnectionTrait, rows: Vec<session_change::Model>) -> Result<Vec<Line>> {
    let ids: Vec<ClassId> = rows.iter().map(|row| row.class_id).collect();
    let known = classes::by_ids(db, &ids).await?;
    let ids: Vec<SessionId> = rows.iter().filter_map(|row| row.session_id.or(row.makes_up)).collect();
    let about = sessions::sessions(db, &ids).await?;
    let ordinal = |row: &session_change::Model| {
        about.iter().find(|one| Some(one.id) == row.session_id.or(row.makes_up)).map_or(0, |one| one.ordinal)
    };
    let named: Vec<VenueId> = rows.iter().flat_map(|row| [row.old_venue_id, row.venue_id]).flatten().collect();
    let venues = teaching::venues(db, named).await?;
    let name = |id: Option<VenueId>| id.and_then(|id| venues.get(&id)).map(|room| room.name.clone());
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let moved = row.venue_id != row.old_venue_id;
        lines.push(Line {
            class: known.get(&row.class_id).map(|class| class.title.clone()).unwrap_or_default(),
            n: ordinal(&row),
            rooms: moved.then(|| [name(row.old_venue_id), name(row.venue_id)].map(Option::unwrap_or_default)),
            elsewhere: if row.status == ChangeOfPlanStatus::Asked {
                enrolments::elsewhere_at(db, row.class_id, (row.starts_at, row.ends_at)).await?
            } else {
                0
            },
            row,
        });
    }
    Ok(lines)
}

/// Whether something may be asked about a session from its roster.
pub(in crate::attendance) fn may_ask(
    by: &Can<ReadAttendance>,
    class: &training_class::Model,
    session: &class_session::Model,
    now: DateTime<Utc>,
) -> bool {
    by.prove::<AskForPlanChanges>().is_ok()
        && class_is_open(class.status).is_ok()
        && (may_be_made_up(session) || (is_to_come(session) && session.starts_at > now))
}

/// What waits for this reader here.
pub(in crate::attendance) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<DecideOnPlanChanges>().is_err() {
        return Ok(Vec::new());
    }
    let count = store::waiting(db, &actor.scope()).await?;
    if count == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![Todo {
        mine: true,
        href: "/session-changes?status=asked".to_owned(),
        key: "session_change-todo",
        args: vec![("count", count.to_string())],
        why: "session_change-todo-why",
        why_args: Vec::new(),
        due: None,
    }])
}
