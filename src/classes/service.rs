//! Opening a class and seeing it through: apply, approve with money reserved, return, start, end, close, cancel.

use chrono::NaiveDate;
use entities::{
    class_session, course, training_class,
    values::{AreaLevel, ClassId, ClassSessionStatus, ClassStatus, CourseStatus, Fen, SessionId, TrainerId},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;
use training_class::Column;
use validator::Validate;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas::{Atlas, contains, level_of};
use crate::base::clock::{day_of, year_of};
use crate::base::error::{Error, Result};
use crate::base::lifecycle::Lifecycle;
use crate::classes::checks::{self, Cast, Proposal, Slot, Subject};
use crate::classes::forms::NewClass;
use crate::classes::lifecycle::ClassAction;
use crate::classes::rights::{ApplyForClasses, DecideOnClasses};
use crate::classes::rules::{Span, first_out_of_order};
use crate::classes::store;
use crate::courses;
use crate::data::{Audit, Telling, Vault, Work, sequence};
use crate::funds;
use crate::orders;
use crate::organisations;
use crate::policy::{Rule, RuleBook};
use crate::standards::terms_in_force;
use crate::web::{Reason, Todo};

pub(crate) use store::{by_id, sessions, sessions_of};

/// One that the scope may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: ClassId) -> Result<training_class::Model> {
    use sea_orm::{ColumnTrait, QueryFilter};
    store::visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("class"))
}

/// The plan of an application, checked against its course and the registers.
struct Plan {
    course: course::Model,
    slots: Vec<Slot>,
    cast: Cast,
    from: NaiveDate,
    to: NaiveDate,
}

async fn check(
    by: &Can<ApplyForClasses>,
    work: &Work,
    (atlas, vault): (&Atlas, &Vault),
    new: &NewClass,
    but: Option<ClassId>,
) -> Result<Plan> {
    new.validate()?;
    let course = courses::visible(work.db(), &by.scope(), new.course_id).await?;
    if course.status != CourseStatus::Listed {
        return Err(Error::refused("class.course_not_listed"));
    }
    let slots = Slot::of_plan(new);
    let spans: Vec<Span> = slots.iter().map(|slot| (slot.starts_at, slot.ends_at)).collect();
    if let Some(place) = first_out_of_order(&spans) {
        return Err(Error::invalid(format!("sessions[{place}]"), "invalid.session_time"));
    }
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return Err(Error::invalid("sessions", "invalid.required"));
    };
    let (from, to) = (day_of(first.0), day_of(last.1));
    let narrow = !matches!(level_of(&new.area_code), None | Some(AreaLevel::Province | AreaLevel::Prefecture));
    let own = narrow && contains(&course.area_code, &new.area_code);
    if !own || !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    organisations::require_active(work.db(), course.organisation_id).await?;
    let subject = Subject {
        organisation: course.organisation_id,
        programme: course.programme,
        occupation: &course.occupation,
        area: &new.area_code,
        seats: new.seats,
        but,
    };
    let leads = Some((new.trainer_id, new.venue_id));
    let cast = Cast::held(work, vault, leads, &slots).await?;
    cast.require_own(course.organisation_id, leads, &slots)?;
    let proposal = Proposal {
        subject,
        level: course.level,
        size: (course.min_class, course.max_class),
        minutes: i64::from(course.theory_minutes) + i64::from(course.practice_minutes),
        slots: &slots,
        applied_on: Some(work.today()),
    };
    checks::require(checks::of(work.db(), &proposal, &cast, work.today()).await?)?;
    Ok(Plan { course, slots, cast, from, to })
}

fn planned(class: ClassId, leads: TrainerId, plan: &Plan) -> Vec<class_session::Model> {
    let other = |slot: &Slot| Some(plan.cast.trainer_name(slot.trainer.filter(|id| *id != leads)?));
    (1..)
        .zip(&plan.slots)
        .map(|(ordinal, slot)| class_session::Model {
            id: SessionId::new(),
            class_id: class,
            ordinal,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            status: ClassSessionStatus::Planned,
            mode: slot.mode,
            venue_id: slot.venue,
            trainer_id: slot.trainer,
            trainer: other(slot),
            creditable: true,
            makes_up: None,
            version: 1,
        })
        .collect()
}

async fn link(by: &Actor, work: &Work, new: &NewClass, class: ClassId) -> Result<()> {
    match (new.order_id, new.order_seats) {
        (Some(order), seats) => orders::allocate(by, work, order, class, seats.unwrap_or(new.seats)).await,
        (None, Some(_)) => Err(Error::invalid("order_id", "invalid.required")),
        (None, None) => Ok(()),
    }
}

/// An institution applies for a class of a course that the bureau listed.
pub(crate) async fn apply(
    by: &Can<ApplyForClasses>,
    work: &Work,
    house: (&Atlas, &Vault),
    new: &NewClass,
) -> Result<ClassId> {
    let plan = check(by, work, house, new, None).await?;
    let id = ClassId::new();
    let sessions = planned(id, new.trainer_id, &plan);
    let (trainer, venue) = (plan.cast.trainer_name(new.trainer_id), plan.cast.venue_name(new.venue_id));
    let Plan { course, from, to, .. } = plan;
    let year = year_of(from);
    let number = sequence::next(work, &format!("class-{year}")).await?;
    let class = training_class::Model {
        id,
        number: format!("B{year}-{number:06}"),
        course_id: course.id,
        course_version: course.version,
        theory_minutes: course.theory_minutes,
        practice_minutes: course.practice_minutes,
        organisation_id: course.organisation_id,
        assessor_id: None,
        certificate_kind: course.certificate_kind,
        area_code: new.area_code.clone(),
        programme: course.programme,
        occupation: course.occupation,
        level: course.level,
        title: new.title.trim().to_owned(),
        venue,
        trainer,
        venue_id: Some(new.venue_id),
        trainer_id: Some(new.trainer_id),
        seats: new.seats,
        taken: 0,
        starts_on: from,
        ends_on: to,
        status: ClassStatus::Applied,
        reason: None,
        attendance_percent: 0,
        approved_on: None,
        standard_id: None,
        unit_fen: Fen(0),
        ceiling_fen: Fen(0),
        pot_id: None,
        created_by: by.account,
        created_at: work.now,
        version: 1,
    };
    store::insert(work, class, sessions).await?;
    link(by, work, new, id).await?;
    work.record(Audit::of("apply", "class", id).by_actor(Some(by.actor())).area(&new.area_code));
    Ok(id)
}

/// A class that was returned is applied for again with a new plan.
pub(crate) async fn apply_again(
    by: &Can<ApplyForClasses>,
    work: &Work,
    house: (&Atlas, &Vault),
    id: ClassId,
    new: &NewClass,
) -> Result<()> {
    let class = visible(work.db(), &by.scope(), id).await?;
    let to_status = class.status.after(ClassAction::Apply)?;
    let plan = check(by, work, house, new, Some(id)).await?;
    let sessions = planned(id, new.trainer_id, &plan);
    let (trainer, venue) = (plan.cast.trainer_name(new.trainer_id), plan.cast.venue_name(new.venue_id));
    let Plan { course, from, to, .. } = plan;
    if course.id != class.course_id {
        return Err(Error::invalid("course_id", "invalid.choice"));
    }
    let also = vec![
        (Column::AreaCode, Expr::value(new.area_code.clone())),
        (Column::Title, Expr::value(new.title.trim())),
        (Column::Venue, Expr::value(venue)),
        (Column::Trainer, Expr::value(trainer)),
        (Column::VenueId, Expr::value(new.venue_id.0)),
        (Column::TrainerId, Expr::value(new.trainer_id.0)),
        (Column::CourseVersion, Expr::value(course.version)),
        (Column::CertificateKind, Expr::value(course.certificate_kind)),
        (Column::TheoryMinutes, Expr::value(course.theory_minutes)),
        (Column::PracticeMinutes, Expr::value(course.practice_minutes)),
        (Column::Seats, Expr::value(new.seats)),
        (Column::StartsOn, Expr::value(from)),
        (Column::EndsOn, Expr::value(to)),
        (Column::Reason, Expr::value(None::<String>)),
    ];
    store::set_status(work, &class, to_status, also).await?;
    store::delete_sessions(work, id).await?;
    store::insert_sessions(work, sessions).await?;
    orders::free(work, id).await?;
    link(by, work, new, id).await?;
    work.record(Audit::of("apply", "class", id).by_actor(Some(by.actor())).area(&new.area_code));
    Ok(())
}

/// What was true when the institution applied, asked again: it may have been suspended since, its accreditation shortened,
/// its course taken off the list, its trainer promised elsewhere.
async fn recheck(work: &Work, vault: &Vault, class: &training_class::Model) -> Result<()> {
    if courses::by_id(work.db(), class.course_id).await?.status != CourseStatus::Listed {
        return Err(Error::refused("class.course_not_listed"));
    }
    organisations::require_active(work.db(), class.organisation_id).await?;
    checks::require_class(work, vault, class).await
}

/// The clerk approves: rule, standard and pot of this day are fixed, and for each seat the most that it can cost
/// is reserved in the pot.
pub(crate) async fn approve(by: &Can<DecideOnClasses>, work: &Work, vault: &Vault, id: ClassId) -> Result<()> {
    let class = visible(work.db(), &by.scope(), id).await?;
    let to = class.status.after(ClassAction::Approve)?;
    let today = work.today();
    if class.starts_on <= today {
        return Err(Error::refused("class.already_begun"));
    }
    recheck(work, vault, &class).await?;
    let area = class.area_code.as_str();
    let terms = terms_in_force(work.db(), &class, today).await?;
    let ceiling = terms.ceiling();
    let percent = RuleBook::load(work.db()).await?.value(Rule::AttendancePercent, area, today)?;
    let pot = funds::pot_for(work.db(), area, year_of(class.starts_on)).await?;
    let also = vec![
        (Column::AttendancePercent, Expr::value(i32::try_from(percent).map_err(Error::internal)?)),
        (Column::ApprovedOn, Expr::value(today)),
        (Column::StandardId, Expr::value(terms.standard.id)),
        (Column::UnitFen, Expr::value(terms.base())),
        (Column::CeilingFen, Expr::value(ceiling)),
        (Column::PotId, Expr::value(pot.id)),
    ];
    store::set_status(work, &class, to, also).await?;
    funds::reserve(by, work, pot.id, id, ceiling.times(i64::from(class.seats))).await?;
    work.record(Audit::of("approve", "class", id).by_actor(Some(by.actor())).area(area));
    tell(work, &class, "class_approved", "").await
}

/// The clerk sends an application back with the reason.
pub(crate) async fn send_back(by: &Can<DecideOnClasses>, work: &Work, id: ClassId, input: &Reason) -> Result<()> {
    let reason = input.said()?;
    let class = visible(work.db(), &by.scope(), id).await?;
    let to = class.status.after(ClassAction::Return)?;
    store::set_status(work, &class, to, vec![(Column::Reason, Expr::value(reason))]).await?;
    work.record(Audit::of("return", "class", id).by_actor(Some(by.actor())).area(&class.area_code));
    tell(work, &class, "class_returned", reason).await
}

pub(crate) async fn tell(work: &Work, class: &training_class::Model, kind: &'static str, reason: &str) -> Result<()> {
    for to in accounts::of_organisation(work.db(), class.organisation_id).await? {
        let args = json!({ "class": class.title, "number": class.number, "reason": reason });
        work.tell(Telling { to, kind, args, link: Some(format!("/classes/{}", class.id)) });
    }
    Ok(())
}

async fn step(by: Option<&Actor>, work: &Work, class: &training_class::Model, action: ClassAction) -> Result<()> {
    let to = class.status.after(action)?;
    store::set_status(work, class, to, Vec::new()).await?;
    work.record(Audit::of(action.into(), "class", class.id).by_actor(by).area(&class.area_code));
    Ok(())
}

/// approved -> running, at the first mark. Whoever is struck off begins no class.
pub(crate) async fn start(by: Option<&Actor>, work: &Work, class: &training_class::Model) -> Result<()> {
    organisations::require_listed(work.db(), class.organisation_id).await?;
    step(by, work, class, ClassAction::Start).await
}

/// running -> ended, when the last session is over. Seats that nobody holds by now are nobody's any more: what was reserved
/// for them is released.
pub(crate) async fn end(by: Option<&Actor>, work: &Work, class: &training_class::Model) -> Result<()> {
    step(by, work, class, ClassAction::End).await?;
    if let Some(pot) = class.pot_id {
        let held = class.ceiling_fen.times(i64::from(class.taken));
        funds::release_beyond(by, work, pot, class.id, held, "seats_lapsed").await?;
    }
    Ok(())
}

/// ended -> closed, when every result is in.
pub(crate) async fn close(by: &Actor, work: &Work, class: &training_class::Model) -> Result<()> {
    step(Some(by), work, class, ClassAction::Close).await
}

/// approved or running -> cancelled; what was reserved is released, seats of orders are freed, sessions are cancelled.
pub(crate) async fn cancel(by: &Actor, work: &Work, class: &training_class::Model, reason: &str) -> Result<()> {
    let to = class.status.after(ClassAction::Cancel)?;
    let also = vec![(Column::Reason, Expr::value(reason)), (Column::Taken, Expr::value(0))];
    store::set_status(work, class, to, also).await?;
    store::cancel_sessions(work, class.id).await?;
    orders::free(work, class.id).await?;
    if let Some(pot) = class.pot_id {
        funds::release_beyond(Some(by), work, pot, class.id, Fen(0), "class_cancelled").await?;
    }
    work.record(Audit::of("cancel", "class", class.id).by_actor(Some(by)).area(&class.area_code));
    tell(work, class, "class_cancelled", reason).await
}

/// What waits for this reader here.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    for (status, action) in [(ClassStatus::Applied, ClassAction::Approve), (ClassStatus::Returned, ClassAction::Apply)]
    {
        let mine = status.open_to(actor.role).contains(&action);
        let theirs = status == ClassStatus::Applied && actor.role == entities::values::Role::Institution;
        if !mine && !theirs {
            continue;
        }
        let count = store::count(db, &actor.scope(), status).await?;
        if count > 0 {
            let key = match (status, mine) {
                (ClassStatus::Applied, true) => "todo-class_approve",
                (ClassStatus::Applied, false) => "todo-class_waiting",
                _ => "todo-class_mend",
            };
            todos.push(Todo {
                mine,
                href: format!("/classes?status={status}"),
                key,
                args: vec![("count", count.to_string())],
                why: "",
                why_args: Vec::new(),
                due: None,
            });
        }
    }
    Ok(todos)
}
