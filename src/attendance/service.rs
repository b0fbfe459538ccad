//! Marking who was there, cancelling what was not held, ending what is over, and the sums that come of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    attendance_mark, class_session, enrolment, mark_request, mark_try, training_class,
    values::{
        ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, EnrolmentStatus, MarkMethod, MarkRefusal, MarkStanding,
        PersonId, Presence, SessionId,
    },
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::attendance::book::{Book, Change, Place, blank, word};
use crate::attendance::changes;
use crate::attendance::forms::{CancelSession, Naming, NewMark, RosterForm};
use crate::attendance::judging::{self, Case, Limits};
use crate::attendance::lifecycle::SessionAction;
use crate::attendance::requests;
use crate::attendance::rights::{CancelSessions, MarkAttendance, ReadAttendance};
use crate::attendance::rules::{self, Forecast, Minutes, Span};
use crate::attendance::store;
use crate::attendance::views::{AttendanceView, ClassSessionView, EndedClassView, MarkView};
use crate::base::clock::day_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::classes;
use crate::data::{Audit, Telling, Vault, Work};
use crate::enrolments;
use crate::people;
use crate::policy::RuleBook;
use crate::web::{Todo, one_line};

/// Who can be marked: whoever holds a seat now.
pub(super) const SEATED: [EnrolmentStatus; 2] = [EnrolmentStatus::Seated, EnrolmentStatus::Started];
/// Who stands on the roster, also of a class that is long closed.
pub(super) const LISTED: [EnrolmentStatus; 4] =
    [EnrolmentStatus::Seated, EnrolmentStatus::Started, EnrolmentStatus::Completed, EnrolmentStatus::Failed];

/// The sum of every enrolment of a class that has a mark; `held` is the same for all.
pub(crate) async fn totals(db: &impl ConnectionTrait, class: ClassId) -> Result<HashMap<EnrolmentId, Minutes>> {
    let held = held(db, class).await?;
    let credited = store::credited(db, class).await?;
    Ok(credited.into_iter().map(|(id, credited)| (id, Minutes { credited, held })).collect())
}

/// Minutes of the sessions that were held.
pub(crate) async fn held(db: &impl ConnectionTrait, class: ClassId) -> Result<i64> {
    Ok(rules::held_minutes(&classes::sessions(db, class).await?))
}

/// What waits for this reader here at that time: an institution has to mark every session that has begun.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Todo>> {
    let mut todos = requests::todos(db, actor).await?;
    todos.extend(changes::todos(db, actor).await?);
    if actor.prove::<MarkAttendance>().is_err() {
        return Ok(todos);
    }
    let waiting = store::unmarked(db, &actor.scope(), now).await?;
    todos.extend(waiting.into_iter().map(|session| Todo {
        mine: true,
        href: format!("/classes/{}/roster?session={}", session.class_id, session.ordinal),
        key: "attendance-todo",
        args: vec![("class", session.title), ("n", session.ordinal.to_string())],
        why: "attendance-todo-why",
        why_args: Vec::new(),
        due: Some(day_of(session.starts_at)),
    }));
    Ok(todos)
}

/// Whether the records of a class can be closed: every session is locked, no request waits, no two sources disagree.
///
/// # Errors
/// `class.not_locked` (arg hours), `class.marks_waiting` and `class.marks_disputed` (arg count).
pub(crate) async fn require_settled(work: &Work, class: &training_class::Model) -> Result<()> {
    let limits = Limits::of(&RuleBook::load(work.db()).await?, &class.area_code, work.today())?;
    let sessions = classes::sessions(work.db(), class.id).await?;
    let held = sessions.iter().filter(|session| rules::is_held(session));
    if held.clone().any(|session| session.ends_at + limits.lock > work.now) {
        let told = Refusal { code: "class.not_locked", args: Vec::new() };
        return Err(told.with("hours", limits.lock.num_hours()).into());
    }
    let waiting = requests::open_in(work.db(), class.id).await?;
    if waiting > 0 {
        return Err(Refusal { code: "class.marks_waiting", args: Vec::new() }.with("count", waiting).into());
    }
    let held: Vec<SessionId> = held.map(|session| session.id).collect();
    let marks = store::marks(work.db(), class.id).await?;
    let disputed =
        |mark: &&attendance_mark::Model| mark.standing == MarkStanding::Disputed && held.contains(&mark.session_id);
    match marks.iter().filter(disputed).count() {
        0 => Ok(()),
        count => Err(Refusal { code: "class.marks_disputed", args: Vec::new() }.with("count", count).into()),
    }
}

/// What is kept whatever it says: a refusal stands in the book, and is told after the commit.
pub(crate) type Kept<T> = std::result::Result<T, Error>;

/// The class runs: everybody who sits there has started.
pub(super) async fn start(by: Option<&Actor>, work: &Work, class: &training_class::Model) -> Result<()> {
    classes::start(by, work, class).await?;
    enrolments::start(work, class).await
}

/// The session is held.
pub(super) async fn hold(work: &Work, session: &class_session::Model) -> Result<()> {
    if session.status == ClassSessionStatus::Held {
        return Ok(());
    }
    store::move_session(work.db(), session, session.status.after(SessionAction::Mark)?).await
}

/// Saves the marks of one session, all or none. The first mark makes the session held, and starts the class. What is
/// refused is written into the book with its reason.
///
/// # Errors
/// `NotFound` out of sight, `Invalid` for what is no mark at all. Kept: what [`Case::by_roster`] refuses; `Invalid` with the
/// field of each mark that cannot be.
pub(crate) async fn mark(
    by: &Can<MarkAttendance>,
    work: &Work,
    id: SessionId,
    marks: &[NewMark],
    naming: Naming,
) -> Result<Kept<()>> {
    let session = store::session(work.db(), id).await?;
    let class = classes::visible(work.db(), &by.scope(), session.class_id).await?;
    if marks.is_empty() {
        let list = match naming {
            Naming::ByIndex => "marks",
            Naming::ByPerson => "",
        };
        return Err(Error::invalid(list, "invalid.no_marks"));
    }
    let limits = Limits::of(&RuleBook::load(work.db()).await?, &class.area_code, work.today())?;
    let seated = enrolments::of_class(work.db(), class.id, &SEATED).await?;
    let case = Case {
        class: class.status,
        session: &session,
        seat: Some(EnrolmentStatus::Started),
        limits: &limits,
        now: work.now,
    };
    let may = case.by_roster();
    let (mut rows, mut flaws): (Vec<mark_try::Model>, Vec<FieldError>) = (Vec::new(), Vec::new());
    for (index, mark) in marks.iter().enumerate() {
        let row = said_by(by, work, &session, mark);
        let known = seated.iter().any(|seat| seat.id == mark.enrolment_id);
        if rows.iter().any(|row| row.enrolment_id == Some(mark.enrolment_id)) {
            let field = naming.field(index, mark, "enrolment_id");
            return Err(Error::Invalid(vec![FieldError::new(field, "invalid.repeated")]));
        }
        let verdict = match may {
            Err(refusal) => Err(("", refusal)),
            Ok(()) if !known => Err(("enrolment_id", MarkRefusal::NoSeat)),
            Ok(()) => rules::credit(Span::of(&session), mark, work.now).map(drop),
        };
        let refusal = verdict.err().map(|(field, refusal)| {
            if may.is_ok() {
                flaws.push(judging::flaw(naming.field(index, mark, field), refusal));
            }
            refusal
        });
        rows.push(mark_try::Model { enrolment_id: known.then_some(mark.enrolment_id), refusal, ..row });
    }
    let refused = match may {
        Err(refusal) => Some(judging::refused(refusal, &limits)),
        Ok(()) => (!flaws.is_empty()).then_some(Error::Invalid(flaws)),
    };
    if let Some(refused) = refused {
        // The good ones beside a bad one are not kept: who sends them again sends all.
        rows.retain(|row| row.refusal.is_some());
        store::insert_tries(work, rows).await?;
        return Ok(Err(refused));
    }
    let places: Vec<Place> = marks.iter().map(|mark| (id, mark.enrolment_id)).collect();
    let mut book = Book::open(work, &places).await?;
    for (row, (mark, place)) in rows.into_iter().zip(marks.iter().zip(&places)) {
        if !book.mark(*place).is_some_and(|old| repeats(old, mark)) {
            book.add(row);
        }
    }
    if class.status == ClassStatus::Approved {
        start(Some(by.actor()), work, &class).await?;
    }
    hold(work, &session).await?;
    let written = book.write(work, &HashMap::from([(id, session.clone())])).await?;
    if !written.changes.is_empty() {
        let told: Vec<_> = written.changes.iter().map(Change::told).collect();
        let detail = json!({ "class": class.id, "n": session.ordinal, "marks": told });
        work.record(
            Audit::of(SessionAction::Mark.into(), "class_session", id).by(by).area(&class.area_code).detail(detail),
        );
    }
    Ok(Ok(()))
}

/// What the trainer says of somebody on the page.
fn said_by(by: &Can<MarkAttendance>, work: &Work, session: &class_session::Model, mark: &NewMark) -> mark_try::Model {
    mark_try::Model {
        session_id: Some(session.id),
        class_id: Some(session.class_id),
        enrolment_id: Some(mark.enrolment_id),
        in_at: mark.in_at,
        out_at: mark.out_at,
        ..blank(by.account, MarkMethod::Roster, word(mark.presence), work.now)
    }
}

/// Whether a mark says what stands already. One that repeats the presence and tells no times leaves those that were told
/// before; what is half or in dispute is not left.
fn repeats(old: &attendance_mark::Model, mark: &NewMark) -> bool {
    let silent = mark.in_at.is_none() && mark.out_at.is_none();
    let times =
        mark.in_at.is_none_or(|at| old.in_at == Some(at)) && mark.out_at.is_none_or(|at| old.out_at == Some(at));
    old.standing == MarkStanding::Credited && old.presence == mark.presence && (silent || times)
}

/// Saves the roster of a page and returns the number of its session.
///
/// # Errors
/// Those of [`mark`], by the names of the page's fields.
pub(crate) async fn mark_roster(
    by: &Can<MarkAttendance>,
    work: &Work,
    class: ClassId,
    form: &RosterForm,
) -> Result<Kept<i32>> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    let number = form.session()?;
    let sessions = classes::sessions(work.db(), class.id).await?;
    let session = sessions.iter().find(|s| s.ordinal == number).ok_or(Error::NotFound("session"))?;
    let marks = form.marks(day_of(session.starts_at))?;
    Ok(mark(by, work, session.id, &marks, Naming::ByPerson).await?.map(|()| number))
}

/// Cancels a session: it leaves both sums. Everybody who holds a seat is told, as long as it was still to come.
///
/// # Errors
/// `session.held` where it was marked and the caller is not the county's clerk; `move.illegal`; `Invalid` without a
/// reason.
pub(crate) async fn cancel(
    by: &Can<CancelSessions>,
    work: &Work,
    id: SessionId,
    form: &CancelSession,
) -> Result<class_session::Model> {
    let session = store::session(work.db(), id).await?;
    let class = classes::visible(work.db(), &by.scope(), session.class_id).await?;
    let reason = one_line(&form.reason)?;
    rules::class_is_open(class.status)?;
    let to = session.status.after(SessionAction::Cancel)?;
    if !session.status.open_to(by.role).contains(&SessionAction::Cancel) {
        return Err(Error::refused(if session.status == ClassSessionStatus::Held {
            "session.held"
        } else {
            "session.not_held"
        }));
    }
    store::move_session(work.db(), &session, to).await?;
    work.record(
        Audit::of(SessionAction::Cancel.into(), "class_session", id)
            .by(by)
            .area(&class.area_code)
            .detail(json!({ "class": class.id, "n": session.ordinal, "from": session.status, "reason": reason })),
    );
    if session.starts_at > work.now {
        tell_seats(work, &class, &session, reason).await?;
    }
    Ok(class_session::Model { status: to, ..session })
}

async fn tell_seats(
    work: &Work,
    class: &training_class::Model,
    session: &class_session::Model,
    reason: &str,
) -> Result<()> {
    for seat in enrolments::of_class(work.db(), class.id, &SEATED).await? {
        for account in accounts::of_person(work.db(), seat.person_id).await? {
            work.tell(Telling {
                to: account,
                kind: "session_cancelled",
                args: json!({ "class": class.title, "n": session.ordinal.to_string(),
                    "day": day_of(session.starts_at).to_string(), "reason": reason }),
                link: Some("/my-courses".to_owned()),
            });
        }
    }
    Ok(())
}

/// A seat with its class, for the person, for the village of the person, and for who works with the class. A village sees its
/// people wherever they learn, and not whoever learns in the village.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn seat_in_sight(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: EnrolmentId,
) -> Result<(enrolment::Model, training_class::Model)> {
    let seat = enrolments::by_id(db, id).await?.ok_or(Error::NotFound("enrolment"))?;
    let class = classes::by_id(db, seat.class_id).await?;
    let of_person = match actor.scope() {
        Scope::Person(person) => person == seat.person_id,
        scope => scope.covers(&seat.area_code),
    };
    if of_person || enrolments::in_charge(actor, &class) {
        Ok((seat, class))
    } else {
        Err(Error::NotFound("enrolment"))
    }
}

/// The session of a class by its number, for a page.
pub(crate) async fn session_of(
    db: &impl ConnectionTrait,
    by: &Can<ReadAttendance>,
    class: ClassId,
    id: SessionId,
) -> Result<class_session::Model> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let session = store::session(db, id).await?;
    if session.class_id == class.id { Ok(session) } else { Err(Error::NotFound("session")) }
}

/// Ends a class whose sessions are all over.
///
/// # Errors
/// What [`rules::may_end`] refuses; `move.illegal` for a class that does not run.
pub(crate) async fn end(by: &Can<MarkAttendance>, work: &Work, class: ClassId) -> Result<EndedClassView> {
    let class = classes::visible(work.db(), &by.scope(), class).await?;
    if class.status != ClassStatus::Running {
        return Err(Error::refused("move.illegal"));
    }
    rules::may_end(&classes::sessions(work.db(), class.id).await?, work.now)?;
    classes::end(Some(by.actor()), work, &class).await?;
    Ok(EndedClassView { id: class.id, status: ClassStatus::Ended, actions: vec!["assess"], waiting_on: Some(by.role) })
}

/// The sessions of a class in order, for programs.
pub(crate) async fn sessions(
    db: &impl ConnectionTrait,
    by: &Can<ReadAttendance>,
    class: ClassId,
    now: DateTime<Utc>,
) -> Result<Vec<ClassSessionView>> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let sessions = classes::sessions(db, class.id).await?;
    Ok(sessions.iter().map(|session| ClassSessionView::of(session, class.status, by.role, now)).collect())
}

/// Who was there in one session, for programs.
pub(crate) async fn attendance(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<ReadAttendance>,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<AttendanceView> {
    let session = store::session(db, id).await?;
    let class = classes::visible(db, &by.scope(), session.class_id).await?;
    let seats = enrolments::of_class(db, class.id, &LISTED).await?;
    let people: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
    let briefs = people::briefs(db, vault, &people).await?;
    let marks = store::marks_of_session(db, id).await?;
    let items = seats.iter().map(|seat| {
        let name = briefs.get(&seat.person_id).map(|brief| brief.name.clone()).unwrap_or_default();
        MarkView::of(seat.id, name, marks.iter().find(|mark| mark.enrolment_id == seat.id))
    });
    Ok(AttendanceView { session: ClassSessionView::of(&session, class.status, by.role, now), items: items.collect() })
}

/// A class with one of its sessions opened, as the roster page shows it.
pub(crate) struct Roster {
    pub class: training_class::Model,
    pub sessions: Vec<class_session::Model>,
    pub session: class_session::Model,
    pub people: Vec<Line>,
    /// The reader may mark here.
    pub marks: bool,
    /// The code of what keeps the reader from marking now.
    pub kept_by: Option<Error>,
    /// What needs a second person in this session, or needed one, with the name of whom it is about.
    pub requests: Vec<(mark_request::Model, String)>,
    pub may_cancel: bool,
    /// The reader may ask for a change of this session, or for one that makes up for it.
    pub may_change: bool,
    pub may_end: bool,
}

/// One person through all sessions.
pub(crate) struct Line {
    pub id: EnrolmentId,
    pub name: String,
    pub tail: String,
    /// The mark in the session that is open.
    pub mark: Option<attendance_mark::Model>,
    pub cells: Vec<Cell>,
    pub forecast: Forecast,
}

/// One person in one session.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell {
    Marked(Presence),
    /// Held, but nothing was said of this person: credited like an absence.
    Unmarked,
    Planned,
    Cancelled,
    /// Changed too late: in neither sum.
    NotCreditable,
}

/// Reads the roster with the session of that number; without one, the session that waits to be marked, else the last that
/// has begun.
///
/// # Errors
/// `NotFound` for a class out of sight or a session that is not there.
pub(crate) async fn roster(
    db: &impl ConnectionTrait,
    vault: &Vault,
    by: &Can<ReadAttendance>,
    class: ClassId,
    number: Option<i32>,
    now: DateTime<Utc>,
) -> Result<Roster> {
    let class = classes::visible(db, &by.scope(), class).await?;
    let sessions = classes::sessions(db, class.id).await?;
    let session = match number {
        Some(number) => sessions.iter().find(|s| s.ordinal == number),
        None => due(&sessions, now),
    };
    let session = session.ok_or(Error::NotFound("session"))?.clone();
    let seats = enrolments::of_class(db, class.id, &LISTED).await?;
    let persons: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
    let mut briefs = people::briefs(db, vault, &persons).await?;
    let mut marks: HashMap<(EnrolmentId, SessionId), attendance_mark::Model> = store::marks(db, class.id)
        .await?
        .into_iter()
        .map(|mark| ((mark.enrolment_id, mark.session_id), mark))
        .collect();
    let held = rules::held_minutes(&sessions);
    let left = left(&sessions);
    let mut requests = Vec::new();
    for row in requests::of_session(db, session.id).await? {
        let seat = seats.iter().find(|seat| seat.id == row.enrolment_id);
        let name = seat.and_then(|seat| briefs.get(&seat.person_id)).map(|brief| brief.name.clone());
        requests.push((row, name.unwrap_or_default()));
    }
    let people = seats.iter().map(|seat| {
        let (name, tail) = briefs.remove(&seat.person_id).map(|brief| (brief.name, brief.tail)).unwrap_or_default();
        let of = |s: &class_session::Model| marks.get(&(seat.id, s.id));
        let credited =
            sessions.iter().filter(|s| rules::is_held(s)).filter_map(of).map(|mark| i64::from(mark.minutes)).sum();
        let minutes = Minutes { credited, held };
        Line {
            id: seat.id,
            name,
            tail,
            cells: sessions.iter().map(|s| cell(s, of(s))).collect(),
            forecast: rules::forecast(minutes, &left, i64::from(class.attendance_percent)),
            mark: marks.remove(&(seat.id, session.id)),
        }
    });
    let marking = by.prove::<MarkAttendance>().is_ok();
    let limits = Limits::of(&RuleBook::load(db).await?, &class.area_code, day_of(now))?;
    let case =
        Case { class: class.status, session: &session, seat: Some(EnrolmentStatus::Started), limits: &limits, now };
    let open = rules::class_is_open(class.status).is_ok();
    Ok(Roster {
        people: people.collect(),
        requests,
        marks: marking,
        kept_by: case.by_roster().err().map(|refusal| judging::refused(refusal, &limits)),
        may_cancel: open && session.status.open_to(by.role).contains(&SessionAction::Cancel),
        may_change: changes::may_ask(by, &class, &session, now),
        may_end: marking && class.status == ClassStatus::Running && rules::may_end(&sessions, now).is_ok(),
        class,
        sessions,
        session,
    })
}

/// The sessions still to be held: their ends and their minutes, in order.
pub(super) fn left<'a>(sessions: impl IntoIterator<Item = &'a class_session::Model>) -> Vec<(DateTime<Utc>, i64)> {
    sessions.into_iter().filter(|s| rules::is_to_come(s)).map(|s| (s.ends_at, Span::of(s).minutes())).collect()
}

fn due(sessions: &[class_session::Model], now: DateTime<Utc>) -> Option<&class_session::Model> {
    let begun = || sessions.iter().filter(|s| s.starts_at <= now);
    begun().find(|s| rules::is_to_come(s)).or_else(|| begun().rfind(|s| rules::is_held(s))).or_else(|| sessions.first())
}

fn cell(session: &class_session::Model, mark: Option<&attendance_mark::Model>) -> Cell {
    match (session.status, mark) {
        (ClassSessionStatus::Cancelled, _) => Cell::Cancelled,
        _ if !session.creditable => Cell::NotCreditable,
        (_, Some(mark)) => Cell::Marked(mark.presence),
        (ClassSessionStatus::Held, None) => Cell::Unmarked,
        (ClassSessionStatus::Planned, None) => Cell::Planned,
    }
}
