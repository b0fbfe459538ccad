//! Asking for a mark that needs a second person, and deciding on it. What is approved goes into the book like every other
//! word; the request keeps the mark as it stood and who agreed.

use std::collections::HashMap;

use entities::{
    class_session, enrolment, mark_request, mark_try, training_class,
    values::{
        ClassId, ClassSessionStatus, ClassStatus, EnrolmentId, MarkMethod, MarkRefusal, MarkRequestId, MarkRequestKind,
        MarkRequestStatus, MarkStanding, Presence, SessionId,
    },
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::{self, Steps};
use crate::attendance::book::{Book, Change, blank, said, word};
use crate::attendance::forms::NewMark;
use crate::attendance::judging::{self, Case, Limits};
use crate::attendance::requests::forms::{NewLeave, NewMarkRequest};
use crate::attendance::requests::lifecycle::{MarkRequestAction, decides};
use crate::attendance::requests::store;
use crate::attendance::rights::{AskForLeave, AskForMarks, DecideOnMarks, SeeMarkRequests};
use crate::attendance::rules::{self, Span};
use crate::attendance::service::{Kept, hold, start};
use crate::attendance::store as marks;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::classes;
use crate::data::{Audit, Telling, Vault, Work};
use crate::enrolments;
use crate::policy::RuleBook;
use crate::web::{Photo, Todo, one_line};

/// A session with what is asked about it.
struct Matter {
    class: training_class::Model,
    session: class_session::Model,
    seat: Option<enrolment::Model>,
    limits: Limits,
}

impl Matter {
    async fn of(
        work: &Work,
        class: training_class::Model,
        session: class_session::Model,
        seat: EnrolmentId,
    ) -> Result<Self> {
        let limits = Limits::of(&RuleBook::load(work.db()).await?, &class.area_code, work.today())?;
        let seat = enrolments::by_id(work.db(), seat).await?.filter(|seat| seat.class_id == class.id);
        Ok(Self { class, session, seat, limits })
    }

    fn case<'a>(&'a self, work: &Work) -> Case<'a> {
        Case {
            class: self.class.status,
            session: &self.session,
            seat: self.seat.as_ref().map(|seat| seat.status),
            limits: &self.limits,
            now: work.now,
        }
    }
}

/// What is asked for.
struct Wish<'a> {
    kind: MarkRequestKind,
    mark: NewMark,
    reason: &'a str,
    photo: Option<&'a Photo>,
}

/// An institution asks for a mark by hand, for a quarrel to be settled, or for a change after the lock.
///
/// # Errors
/// `NotFound` out of sight; `Invalid` for what cannot be read. Kept: the refusal, see [`Case`]; `mark.not_disputed`,
/// `mark.not_locked`.
pub(super) async fn ask(
    by: &Can<AskForMarks>,
    work: &Work,
    vault: &Vault,
    session: SessionId,
    new: &NewMarkRequest,
    photo: Option<&Photo>,
) -> Result<Kept<MarkRequestId>> {
    let session = marks::session(work.db(), session).await?;
    let class = classes::visible(work.db(), &by.scope(), session.class_id).await?;
    let reason = one_line(&new.reason)?;
    if new.kind == MarkRequestKind::Leave {
        return Err(Error::invalid("kind", "invalid.choice"));
    }
    if new.kind == MarkRequestKind::ByHand && photo.is_none() {
        return Err(Error::invalid("photo", "invalid.required"));
    }
    let mark = NewMark { enrolment_id: new.enrolment_id, presence: new.presence, in_at: new.in_at, out_at: new.out_at };
    let matter = Matter::of(work, class, session, new.enrolment_id).await?;
    file(by.actor(), work, vault, &matter, Wish { kind: new.kind, mark, reason, photo }).await
}

/// A person asks for leave, or the village worker for the person.
///
/// # Errors
/// `NotFound` out of sight; `Invalid` without a reason. Kept: the refusal.
pub(super) async fn ask_leave(
    by: &Can<AskForLeave>,
    work: &Work,
    vault: &Vault,
    seat: EnrolmentId,
    new: &NewLeave,
) -> Result<Kept<MarkRequestId>> {
    let seat = enrolments::visible(work.db(), &by.scope(), seat).await?;
    let session = marks::session(work.db(), new.session_id).await?;
    if session.class_id != seat.class_id {
        return Err(Error::NotFound("session"));
    }
    let class = classes::by_id(work.db(), seat.class_id).await?;
    let reason = one_line(&new.reason)?;
    let mark = NewMark { enrolment_id: seat.id, presence: Presence::Leave, in_at: None, out_at: None };
    let matter = Matter::of(work, class, session, seat.id).await?;
    file(by.actor(), work, vault, &matter, Wish { kind: MarkRequestKind::Leave, mark, reason, photo: None }).await
}

async fn file(by: &Actor, work: &Work, vault: &Vault, matter: &Matter, wish: Wish<'_>) -> Result<Kept<MarkRequestId>> {
    let (class, session) = (&matter.class, &matter.session);
    let place = (session.id, wish.mark.enrolment_id);
    let stands = marks::marks_at(work.db(), &[place]).await?.pop();
    let case = matter.case(work);
    let may = match wish.kind {
        MarkRequestKind::Leave => case.leave(),
        MarkRequestKind::ByHand => {
            let (made, all) = by_hand_of(work.db(), class.id, class.taken).await?;
            case.by_hand(made, all)
        }
        MarkRequestKind::Settlement | MarkRequestKind::Amendment => case.by_ruling(),
    };
    let waits = store::of_session(work.db(), session.id).await?;
    let waits = waits.iter().any(|row| row.status == MarkRequestStatus::Asked && row.enrolment_id == place.1);
    let may = may.and(if waits { Err(MarkRefusal::Waiting) } else { Ok(()) });
    if let Err(refusal) = may {
        refuse(by, work, matter, &wish, refusal).await?;
        return Ok(Err(judging::refused(refusal, &matter.limits)));
    }
    match wish.kind {
        MarkRequestKind::Settlement if stands.as_ref().is_none_or(|mark| mark.standing != MarkStanding::Disputed) => {
            return Err(Error::refused("mark.not_disputed"));
        }
        MarkRequestKind::Amendment if !case.is_locked() => return Err(Error::refused("mark.not_locked")),
        _ => {}
    }
    if wish.kind != MarkRequestKind::Leave
        && let Err((field, refusal)) = rules::credit(Span::of(session), &wish.mark, work.now)
    {
        refuse(by, work, matter, &wish, refusal).await?;
        return Ok(Err(Error::Invalid(vec![judging::flaw(field.to_owned(), refusal)])));
    }
    let photo_id = match wish.photo {
        Some(photo) => Some(store::insert_photo(work, vault, photo).await?),
        None => None,
    };
    let row = mark_request::Model {
        id: MarkRequestId::new(),
        class_id: class.id,
        session_id: session.id,
        enrolment_id: wish.mark.enrolment_id,
        area_code: class.area_code.clone(),
        organisation_id: class.organisation_id,
        kind: wish.kind,
        presence: wish.mark.presence,
        in_at: wish.mark.in_at,
        out_at: wish.mark.out_at,
        reason: wish.reason.to_owned(),
        photo_id,
        old_mark: stands.as_ref().map(|mark| said(mark).to_string()),
        status: MarkRequestStatus::Asked,
        asked_by: by.account,
        asked_at: work.now,
        decided_by: None,
        decided_at: None,
        answer: None,
        version: 1,
    };
    let id = row.id;
    store::insert(work, row).await?;
    work.record(
        Audit::of("ask", "mark_request", id)
            .by(by)
            .area(&class.area_code)
            .detail(json!({ "kind": wish.kind, "class": class.id, "n": session.ordinal, "enrolment": place.1 })),
    );
    if wish.kind == MarkRequestKind::Leave {
        for to in accounts::of_organisation(work.db(), class.organisation_id).await? {
            let args = json!({ "class": class.title, "n": session.ordinal.to_string() });
            work.tell(Telling { to, kind: "leave_asked", args, link: Some(format!("/mark-requests/{id}")) });
        }
    }
    Ok(Ok(id))
}

/// Marks of a class that were made by hand or wait for it, and all marks that it may have.
pub(in crate::attendance) async fn by_hand_of(
    db: &impl ConnectionTrait,
    class: ClassId,
    seats: i32,
) -> Result<(i64, i64)> {
    let made = store::by_hand_in(db, class).await?;
    let held = classes::sessions(db, class).await?;
    let held = held.iter().filter(|one| one.status != ClassSessionStatus::Cancelled && one.creditable).count();
    Ok((made, i64::from(seats) * i64::try_from(held).map_err(Error::internal)?))
}

/// A try that was refused stands in the book.
async fn refuse(by: &Actor, work: &Work, matter: &Matter, wish: &Wish<'_>, refusal: MarkRefusal) -> Result<()> {
    let row = mark_try::Model { refusal: Some(refusal), ..try_of(work, matter, wish.kind, &wish.mark, by.account) };
    marks::insert_tries(work, vec![row]).await
}

fn try_of(
    work: &Work,
    matter: &Matter,
    kind: MarkRequestKind,
    mark: &NewMark,
    account: entities::values::AccountId,
) -> mark_try::Model {
    let method = match kind {
        MarkRequestKind::ByHand => MarkMethod::ByHand,
        MarkRequestKind::Leave => MarkMethod::Leave,
        MarkRequestKind::Settlement | MarkRequestKind::Amendment => MarkMethod::Ruling,
    };
    mark_try::Model {
        session_id: Some(matter.session.id),
        class_id: Some(matter.class.id),
        enrolment_id: matter.seat.as_ref().map(|seat| seat.id),
        in_at: mark.in_at,
        out_at: mark.out_at,
        ..blank(account, method, word(mark.presence), work.now)
    }
}

/// Decides on a request. Nobody decides on his own.
///
/// # Errors
/// `NotFound`; `Forbidden` for who does not decide on that kind; `mark_request.own`; `move.illegal`; the refusal, where it
/// can no longer be; `Invalid` for a refusal without a reason.
pub(super) async fn decide(
    by: &Can<DecideOnMarks>,
    work: &Work,
    id: MarkRequestId,
    action: MarkRequestAction,
    answer: Option<&str>,
) -> Result<mark_request::Model> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    if !decides(row.kind, by.role) {
        return Err(Error::Forbidden);
    }
    let steps = Steps { noun: "mark_request", id, taken_by: vec![row.asked_by] };
    accounts::require_other(work.db(), by, steps, "mark_request.own").await?;
    let to = row.status.after(action)?;
    let answer = match (action, answer) {
        (MarkRequestAction::Refuse, answer) => {
            let why = one_line(answer.unwrap_or_default());
            Some(why.map_err(|_| Error::invalid("answer", "invalid.required"))?)
        }
        _ => None,
    };
    store::decide(work, &row, to, by.account, answer).await?;
    let session = marks::session(work.db(), row.session_id).await?;
    let class = classes::by_id(work.db(), row.class_id).await?;
    let changes = if to == MarkRequestStatus::Approved {
        enter(by.actor(), work, &row, class.clone(), session.clone()).await?
    } else {
        Vec::new()
    };
    let marks: Vec<_> = changes.iter().map(Change::told).collect();
    let told = json!({
        "kind": row.kind, "class": class.id, "n": session.ordinal, "enrolment": row.enrolment_id, "marks": marks,
    });
    work.record(Audit::of(action.into(), "mark_request", id).by(by).area(&row.area_code).detail(told));
    if accounts::by_id(work.db(), row.asked_by).await?.is_some() {
        let kind = if to == MarkRequestStatus::Approved { "mark_request_approved" } else { "mark_request_refused" };
        let args =
            json!({ "class": class.title, "n": session.ordinal.to_string(), "answer": answer.unwrap_or_default() });
        work.tell(Telling { to: row.asked_by, kind, args, link: Some(format!("/mark-requests/{id}")) });
    }
    store::visible(work.db(), by.actor(), id).await
}

/// What two people agreed on goes into the book.
async fn enter(
    by: &Actor,
    work: &Work,
    row: &mark_request::Model,
    class: training_class::Model,
    session: class_session::Model,
) -> Result<Vec<Change>> {
    let matter = Matter::of(work, class, session, row.enrolment_id).await?;
    let case = matter.case(work);
    // Leave is granted as long as the class is open; everything else until it is closed.
    let may = if row.kind == MarkRequestKind::Leave { case.is_open() } else { case.by_ruling() };
    may.map_err(|refusal| judging::refused(refusal, &matter.limits))?;
    let mark = NewMark { enrolment_id: row.enrolment_id, presence: row.presence, in_at: row.in_at, out_at: row.out_at };
    let mut book = Book::open(work, &[(row.session_id, row.enrolment_id)]).await?;
    let entry = try_of(work, &matter, row.kind, &mark, row.asked_by);
    book.add(mark_try::Model { note: Some(format!("mark_request {}", row.id)), ..entry });
    if row.kind != MarkRequestKind::Leave {
        if matter.class.status == ClassStatus::Approved {
            start(Some(by), work, &matter.class).await?;
        }
        hold(work, &matter.session).await?;
    }
    let sessions = HashMap::from([(row.session_id, matter.session.clone())]);
    Ok(book.write(work, &sessions).await?.changes)
}

/// Takes one's own request back.
///
/// # Errors
/// `NotFound` for another's; `move.illegal`.
pub(super) async fn withdraw(by: &Can<SeeMarkRequests>, work: &Work, id: MarkRequestId) -> Result<mark_request::Model> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    if row.asked_by != by.account {
        return Err(Error::NotFound("mark request"));
    }
    let to = row.status.after(MarkRequestAction::Withdraw)?;
    store::decide(work, &row, to, by.account, None).await?;
    work.record(Audit::of(MarkRequestAction::Withdraw.into(), "mark_request", id).by(by).area(&row.area_code));
    store::visible(work.db(), by.actor(), id).await
}

/// What waits for this reader here.
pub(in crate::attendance) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<DecideOnMarks>().is_err() {
        return Ok(Vec::new());
    }
    let kinds: Vec<MarkRequestKind> = MarkRequestKind::all().filter(|kind| decides(*kind, actor.role)).collect();
    let count = store::waiting(db, actor, &kinds).await?;
    if count == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![Todo {
        mine: true,
        href: "/mark-requests?status=asked".to_owned(),
        key: "mark_request-todo",
        args: vec![("count", count.to_string())],
        why: "mark_request-todo-why",
        why_args: Vec::new(),
        due: None,
    }])
}

/// Sessions that leave can still be asked for.
pub(super) async fn to_come(
    work_db: &impl ConnectionTrait,
    class: ClassId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<class_session::Model>> {
    let sessions = classes::sessions(work_db, class).await?;
    Ok(sessions.into_iter().filter(|one| rules::is_to_come(one) && one.starts_at > now).collect())
}
