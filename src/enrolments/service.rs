//! What happens to a seat after it was taken: given back, passed on to who waits, started, finished, cancelled.

use std::collections::{HashMap, HashSet};

use enrolment::Column;
use entities::{
    enrolment, training_class,
    values::{AccountId, AreaLevel, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, PersonId, Role},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas;
use crate::base::clock::day_of;
use crate::base::error::Refusal;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::classes::{self, DecideOnClasses, OpenClass, Span, overlaps};
use crate::data::{Audit, Telling, Vault, Work};
use crate::eligibility::{self, Verdict};
use crate::enrolments::forms::WithdrawalReason;
use crate::enrolments::lifecycle::EnrolmentAction;
use crate::enrolments::rights::TakeSeats;
use crate::enrolments::rules;
use crate::enrolments::situation::{Situation, holds_seat};
use crate::enrolments::store;
use crate::people;
use crate::web::{Reason, Todo};

pub(crate) use store::{by_id, by_ids, live_at, of_class, of_person, visible};

/// A class as this visitor may see it: everybody from its approval on, those in charge before and after too, and before it
/// those who may come on its roster.
pub(crate) async fn class_for(
    db: &impl ConnectionTrait,
    actor: Option<&Actor>,
    id: ClassId,
) -> Result<training_class::Model> {
    let class = classes::by_id(db, id).await?;
    // Also one that was cancelled after it had been open: who had a seat there is sent here by the message.
    let planned = matches!(class.status, ClassStatus::Applied | ClassStatus::Returned);
    let may_come = |actor: &Actor| planned && actor.prove::<TakeSeats>().is_ok();
    if class.approved_on.is_some() || actor.is_some_and(|actor| in_charge(actor, &class) || may_come(actor)) {
        Ok(class)
    } else {
        Err(Error::NotFound("class"))
    }
}

/// Whether the class lies in the sight of somebody who works with classes.
pub(crate) fn in_charge(actor: &Actor, class: &training_class::Model) -> bool {
    actor.prove::<classes::SeeClasses>().is_ok()
        && match actor.scope() {
            Scope::Organisation(own) => own == class.organisation_id,
            scope => scope.covers(&class.area_code),
        }
}

/// The classes that are applied for in the county where this reader lives or works.
///
/// # Errors
/// Of the database.
pub(crate) async fn planned(
    by: &Can<TakeSeats>,
    db: &impl ConnectionTrait,
    today: chrono::NaiveDate,
) -> Result<Vec<OpenClass>> {
    let home = match by.person {
        Some(person) if by.role == Role::Trainee => people::visible(db, &by.scope(), person).await?.area_code,
        _ => by.area.clone(),
    };
    let county = areas::line(&home).into_iter().find(|code| areas::level_of(code) == Some(AreaLevel::County));
    match county {
        Some(county) => classes::planned(db, &county, today).await,
        None => Ok(Vec::new()),
    }
}

/// Who is on the roster of a class, in the order of their seats, with what would keep each from one today.
///
/// # Errors
/// Of the database.
pub(crate) async fn roster(
    db: &impl ConnectionTrait,
    today: chrono::NaiveDate,
    class: ClassId,
) -> Result<Vec<(enrolment::Model, Option<Refusal>)>> {
    let rows = store::waiting(db, class).await?;
    let people: Vec<PersonId> = rows.iter().map(|row| row.person_id).collect();
    let now = Situation::read(db, today, &people, &[class]).await?;
    rows.into_iter().map(|row| Ok((row.clone(), rules::refusal(&now.case(row.person_id, class, true)?)))).collect()
}

/// What every rule says of this person in this class.
pub(crate) async fn verdicts(
    db: &impl ConnectionTrait,
    today: chrono::NaiveDate,
    person: PersonId,
    class: ClassId,
) -> Result<Vec<Verdict>> {
    let now = Situation::read(db, today, &[person], &[class]).await?;
    Ok(rules::verdicts(&now.case(person, class, false)?))
}

/// The clerk approves a class: those who came on its roster take the seats, first come first, each judged anew. Whose turn
/// it was and who may not sit there is told so and waits no longer.
///
/// # Errors
/// Those of approving.
pub(crate) async fn approve_class(by: &Can<DecideOnClasses>, work: &Work, vault: &Vault, id: ClassId) -> Result<()> {
    classes::approve(by, work, vault, id).await?;
    let passed_over = move_up(work, id, "roster_seated").await?;
    let title = classes::by_id(work.db(), id).await?.title;
    let ids: Vec<EnrolmentId> = passed_over.iter().map(|row| row.id).collect();
    let to = EnrolmentStatus::Waitlisted.after(EnrolmentAction::Lapse)?;
    let ended = vec![(Column::EndedAt, Expr::value(work.now))];
    store::move_all(work, &ids, EnrolmentStatus::Waitlisted, to, ended).await?;
    for row in &passed_over {
        work.record(Audit::of(EnrolmentAction::Lapse.into(), "enrolment", row.id).area(&row.area_code));
        tell(work, row, "roster_refused", &title, "", None).await?;
    }
    for row in store::waiting(work.db(), id).await? {
        tell(work, &row, "roster_waits", &title, "", None).await?;
    }
    Ok(())
}

/// Whether a place in the class can still be given back: before it begins, and at any time while it is only planned.
pub(crate) fn may_give_back(class: &training_class::Model, today: chrono::NaiveDate) -> bool {
    match class.status {
        ClassStatus::Applied | ClassStatus::Returned => true,
        ClassStatus::Approved => class.starts_on > today,
        _ => false,
    }
}

/// How many of those who sit in a class sit elsewhere in a stretch of time.
pub(crate) async fn elsewhere_at(db: &impl ConnectionTrait, class: ClassId, span: Span) -> Result<usize> {
    let seats = store::of_class(db, class, &[EnrolmentStatus::Seated, EnrolmentStatus::Started]).await?;
    let people: Vec<PersonId> = seats.iter().map(|seat| seat.person_id).collect();
    let mut others: HashMap<ClassId, HashSet<PersonId>> = HashMap::new();
    for chunk in people.chunks(1_000) {
        for row in store::live_of(db, chunk).await? {
            if row.class_id != class && holds_seat(row.status) && row.ends_on >= day_of(span.0) {
                others.entry(row.class_id).or_default().insert(row.person_id);
            }
        }
    }
    let ids: Vec<ClassId> = others.keys().copied().collect();
    let mut busy: HashSet<PersonId> = HashSet::new();
    for chunk in ids.chunks(1_000) {
        for (other, from, to) in classes::timetables(db, chunk).await? {
            if overlaps(span, (from, to)) {
                busy.extend(others.get(&other).into_iter().flatten());
            }
        }
    }
    Ok(busy.len())
}

/// Gives a seat or a place in the waiting list back, before the class begins; the seat goes to the next who waits.
pub(crate) async fn withdraw(
    by: &Can<TakeSeats>,
    work: &Work,
    id: EnrolmentId,
    reason: WithdrawalReason,
) -> Result<enrolment::Model> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = row.status.after(EnrolmentAction::Withdraw)?;
    let class = classes::by_id(work.db(), row.class_id).await?;
    if !may_give_back(&class, work.today()) {
        return Err(Error::refused("enrolment.class_begun"));
    }
    let also = vec![(Column::Reason, Expr::value(reason.as_str())), (Column::EndedAt, Expr::value(work.now))];
    store::move_all(work, &[id], row.status, to, also).await?;
    work.record(
        Audit::of("withdraw", "enrolment", id)
            .by_actor(Some(by.actor()))
            .area(&row.area_code)
            .detail(json!({ "reason": reason.as_str() })),
    );
    tell(work, &row, "enrolment_withdrawn", &class.title, "", Some(by.account)).await?;
    if row.status == EnrolmentStatus::Seated {
        store::give_back(work, row.class_id).await?;
        store::free_quota(work, &[id]).await?;
        move_up(work, row.class_id, "moved_up").await?;
    }
    store::visible(work.db(), &Scope::System, id).await
}

/// Seats that are free go to those who wait, first come first; who may not sit there any more is passed over and returned.
async fn move_up(work: &Work, class: ClassId, word: &'static str) -> Result<Vec<enrolment::Model>> {
    let mut passed_over = Vec::new();
    let waiting = store::waiting(work.db(), class).await?;
    for chunk in waiting.chunks(200) {
        let people: Vec<PersonId> = chunk.iter().map(|row| row.person_id).collect();
        let mut now = Situation::read(work.db(), work.today(), &people, &[class]).await?;
        for row in chunk {
            if now.left(class)? <= 0 {
                return Ok(passed_over);
            }
            let case = now.case(row.person_id, class, true)?;
            if rules::refusal(&case).is_some() {
                passed_over.push(row.clone());
                continue;
            }
            let title = case.class.title.clone();
            let to = row.status.after(EnrolmentAction::MoveUp)?;
            let quota = now.seat(row.person_id, class, row.id)?;
            store::move_all(work, &[row.id], row.status, to, vec![(Column::SeatedAt, Expr::value(work.now))]).await?;
            store::take_seats(work, &[(class, 1)]).await?;
            store::insert_quota(work, vec![quota]).await?;
            work.record(Audit::of("move_up", "enrolment", row.id).area(&row.area_code));
            tell(work, row, word, &title, "", None).await?;
        }
    }
    Ok(passed_over)
}

/// started -> dropped out, or replaced where somebody else takes the seat. Seat and quota are free again.
///
/// # Errors
/// `move.illegal` for who does not sit there; `Stale`.
pub(crate) async fn leave(
    by: &Actor,
    work: &Work,
    row: &enrolment::Model,
    class: &training_class::Model,
    reason: WithdrawalReason,
    replaced: bool,
) -> Result<enrolment::Model> {
    let action = if replaced { EnrolmentAction::Replace } else { EnrolmentAction::DropOut };
    let to = row.status.after(action)?;
    if !row.status.open_to(by.role).contains(&action) {
        return Err(Error::Forbidden);
    }
    let also = vec![(Column::Reason, Expr::value(reason.as_str())), (Column::EndedAt, Expr::value(work.now))];
    store::move_all(work, &[row.id], row.status, to, also).await?;
    store::give_back(work, row.class_id).await?;
    store::free_quota(work, &[row.id]).await?;
    work.record(
        Audit::of(action.into(), "enrolment", row.id)
            .by_actor(Some(by))
            .area(&row.area_code)
            .detail(json!({ "reason": reason.as_str() })),
    );
    tell(work, row, "enrolment_dropped_out", &class.title, "", Some(by.account)).await?;
    store::visible(work.db(), &Scope::System, row.id).await
}

/// lapsed -> started: who had waited in vain takes the seat of who left. The rules of taking a seat hold anew, but for the
/// class having begun.
///
/// # Errors
/// What keeps the person from it; `move.illegal` for who did not wait; `Stale` where no seat is free.
pub(crate) async fn take_over(
    by: &Actor,
    work: &Work,
    row: &enrolment::Model,
    class: &training_class::Model,
) -> Result<()> {
    let to = row.status.after(EnrolmentAction::TakeOver)?;
    let mut now = Situation::read(work.db(), work.today(), &[row.person_id], &[class.id]).await?;
    let case = now.case(row.person_id, class.id, true)?;
    if let Some(refusal) = rules::refusal_in_a_running_class(&case) {
        return Err(refusal.into());
    }
    let quota = now.seat(row.person_id, class.id, row.id)?;
    let also = vec![
        (Column::SeatedAt, Expr::value(work.now)),
        (Column::EndedAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>)),
    ];
    store::move_all(work, &[row.id], row.status, to, also).await?;
    store::take_free_seat(work, class.id).await?;
    store::insert_quota(work, vec![quota]).await?;
    eligibility::freeze(work, class, &[(row.id, row.person_id)]).await?;
    work.record(
        Audit::of(EnrolmentAction::TakeOver.into(), "enrolment", row.id).by_actor(Some(by)).area(&row.area_code),
    );
    tell(work, row, "enrolment_took_over", &class.title, "", None).await
}

/// Tells the person, and the village worker who acted for the person; not who did it just now.
async fn tell(
    work: &Work,
    row: &enrolment::Model,
    kind: &'static str,
    class: &str,
    reason: &str,
    but: Option<AccountId>,
) -> Result<()> {
    let mut readers = accounts::of_person(work.db(), row.person_id).await?;
    if !readers.contains(&row.enrolled_by) && accounts::by_id(work.db(), row.enrolled_by).await?.is_some() {
        readers.push(row.enrolled_by);
    }
    for to in readers.into_iter().filter(|to| Some(*to) != but) {
        let args = json!({ "class": class, "reason": reason });
        work.tell(Telling { to, kind, args, link: Some(format!("/classes/{}", row.class_id)) });
    }
    Ok(())
}

/// Cancels a class with everybody in it: seats, waiting list and quotas are given up, and all are told.
pub(crate) async fn cancel_class(by: &Can<DecideOnClasses>, work: &Work, id: ClassId, input: &Reason) -> Result<()> {
    let reason = input.said()?;
    let class = classes::visible(work.db(), &by.scope(), id).await?;
    let live = [EnrolmentStatus::Waitlisted, EnrolmentStatus::Seated, EnrolmentStatus::Started];
    let rows = store::of_class(work.db(), id, &live).await?;
    classes::cancel(by, work, &class, reason).await?;
    for from in live {
        let ids: Vec<EnrolmentId> = rows.iter().filter(|row| row.status == from).map(|row| row.id).collect();
        let to = from.after(EnrolmentAction::Cancel)?;
        store::move_all(work, &ids, from, to, vec![(Column::EndedAt, Expr::value(work.now))]).await?;
    }
    let ids: Vec<EnrolmentId> = rows.iter().map(|row| row.id).collect();
    for ids in ids.chunks(1_000) {
        store::free_quota(work, ids).await?;
    }
    for row in &rows {
        tell(work, row, "class_cancelled", &class.title, reason, None).await?;
    }
    Ok(())
}

async fn move_class(work: &Work, class: ClassId, from: EnrolmentStatus, action: EnrolmentAction) -> Result<()> {
    let rows = store::of_class(work.db(), class, &[from]).await?;
    let ids: Vec<EnrolmentId> = rows.iter().map(|row| row.id).collect();
    let to = from.after(action)?;
    let ended = matches!(action, EnrolmentAction::Lapse).then_some((Column::EndedAt, Expr::value(work.now)));
    store::move_all(work, &ids, from, to, ended.into_iter().collect()).await
}

/// seated -> started, waitlisted -> lapsed: when the class starts. What is found of everybody who sits there is frozen.
pub(crate) async fn start(work: &Work, class: &training_class::Model) -> Result<()> {
    let seated = store::of_class(work.db(), class.id, &[EnrolmentStatus::Seated]).await?;
    let seats: Vec<(EnrolmentId, PersonId)> = seated.into_iter().map(|row| (row.id, row.person_id)).collect();
    eligibility::freeze(work, class, &seats).await?;
    move_class(work, class.id, EnrolmentStatus::Seated, EnrolmentAction::Start).await?;
    move_class(work, class.id, EnrolmentStatus::Waitlisted, EnrolmentAction::Lapse).await
}

/// started -> completed or failed: when the class is closed.
pub(crate) async fn finish(work: &Work, completed: &[EnrolmentId], failed: &[EnrolmentId]) -> Result<()> {
    for (ids, action) in [(completed, EnrolmentAction::Complete), (failed, EnrolmentAction::Fail)] {
        let to = EnrolmentStatus::Started.after(action)?;
        let ended = vec![(Column::EndedAt, Expr::value(work.now))];
        store::move_all(work, ids, EnrolmentStatus::Started, to, ended).await?;
    }
    Ok(())
}

/// The enrolments and the used quota of a record that goes into another one.
///
/// # Errors
/// `merge.class` where both are in one class, `merge.quota` where both used the same place of a year's quota.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    let own = store::live_classes(work.db(), to).await?;
    if let Some(class) = store::live_classes(work.db(), from).await?.iter().find(|class| own.contains(class)) {
        let title = classes::by_id(work.db(), *class).await?.title;
        return Err(Refusal { code: "merge.class", args: vec![("class", title)] }.into());
    }
    let used = store::quota_of(work.db(), to).await?;
    for row in store::quota_of(work.db(), from).await? {
        if used.iter().any(|own| (own.programme, own.year, own.n) == (row.programme, row.year, row.n)) {
            return Err(Refusal { code: "merge.quota", args: vec![("year", row.year.to_string())] }.into());
        }
    }
    store::hand_over(work, from, to).await
}

/// What waits for this reader here: a trainee's own waiting places are nobody's turn, only good to know.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (Role::Trainee, Some(person)) = (actor.role, actor.person) else { return Ok(Vec::new()) };
    let rows = store::of_person(db, person).await?;
    let waiting: Vec<&enrolment::Model> = rows.iter().filter(|row| row.status == EnrolmentStatus::Waitlisted).collect();
    let classes = store::classes(db, &waiting.iter().map(|row| row.class_id).collect::<Vec<_>>()).await?;
    Ok(waiting
        .into_iter()
        .filter_map(|row| classes.get(&row.class_id))
        .map(|class| Todo {
            mine: false,
            href: format!("/classes/{}", class.id),
            key: "todo-enrolment_waiting",
            args: vec![("class", class.title.clone())],
            why: "todo-enrolment_waiting_why",
            why_args: Vec::new(),
            due: Some(class.starts_on),
        })
        .collect())
}
