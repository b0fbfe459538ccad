//! Offering courses, listing them, and taking them off the list.

use entities::{
    course,
    values::{CourseId, CourseStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use validator::Validate;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::money::MOST;
use crate::base::{Error, FieldError, Result};
use crate::courses::forms::NewCourse;
use crate::courses::lifecycle::{CourseAction, is_editable};
use crate::courses::rights::{OfferCourses, ReviewCourses, WithdrawCourses};
use crate::courses::rules;
use crate::courses::store;
use crate::data::{Audit, Telling, Work, sequence};
use crate::organisations::{self, Teaching, require_accreditation};
use crate::policy::{Rule, RuleBook, is_occupation};
use crate::web::{Reason, Todo};

/// One that the scope may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: CourseId) -> Result<course::Model> {
    store::one(db, scope, id).await
}

/// Whatever its state, for those who may see a class of it.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: CourseId) -> Result<course::Model> {
    store::one(db, &Scope::System, id).await
}

/// What both a new and a changed course must keep to: its own numbers, and the class size of the programme where the
/// institution is.
async fn check(work: &Work, area: &str, new: &NewCourse) -> Result<()> {
    new.validate()?;
    let most = RuleBook::load(work.db()).await?.value(Rule::ClassSize(new.programme), area, work.today())?;
    let mut wrong = Vec::new();
    if !is_occupation(&new.occupation) {
        wrong.push(FieldError::new("occupation", "invalid.choice"));
    }
    if !rules::may_lead_to(new.programme, new.certificate_kind) {
        wrong.push(FieldError::new("certificate_kind", "invalid.certificate_kind"));
    }
    if new.theory_minutes + new.practice_minutes == 0 {
        wrong.push(FieldError::new("theory_minutes", "invalid.no_hours"));
    }
    if !(0..=MOST.0).contains(&new.price_fen.0) {
        wrong.push(FieldError::new("price_fen", "invalid.money"));
    }
    if i64::from(new.max_class) > most {
        wrong.push(FieldError::new("max_class", "invalid.class_size").with("most", most));
    }
    if new.max_class < new.min_class {
        wrong.push(FieldError::new("max_class", "invalid.class_range"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// The institution may teach this today.
async fn require_today(work: &Work, course: &course::Model) -> Result<()> {
    let teaching = Teaching {
        organisation: course.organisation_id,
        programme: course.programme,
        occupation: &course.occupation,
        level: course.level,
    };
    require_accreditation(work.db(), &teaching, work.today()).await
}

fn record(by: &Actor, work: &Work, action: &'static str, course: &course::Model, detail: serde_json::Value) {
    work.record(Audit::of(action, "course", course.id).by(by).area(&course.area_code).detail(detail));
}

/// Offers a course, or keeps it as a draft.
///
/// # Errors
/// `organisation.suspended`, `accreditation.missing`; `Invalid`.
pub(crate) async fn offer(by: &Can<OfferCourses>, work: &Work, new: &NewCourse) -> Result<CourseId> {
    let institution = by.organisation.ok_or(Error::Forbidden)?;
    let institution = organisations::require_active(work.db(), institution).await?;
    check(work, &institution.area_code, new).await?;
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("course-{year}")).await?;
    let row = course::Model {
        id: CourseId::new(),
        number: format!("C-{year}-{number:04}"),
        organisation_id: institution.id,
        area_code: institution.area_code,
        programme: new.programme,
        occupation: new.occupation.clone(),
        level: new.level,
        certificate_kind: new.certificate_kind,
        title: new.title.trim().to_owned(),
        theory_minutes: new.theory_minutes,
        practice_minutes: new.practice_minutes,
        price_fen: new.price_fen,
        syllabus: new.syllabus.trim().to_owned(),
        min_class: new.min_class,
        max_class: new.max_class,
        status: if new.draft { CourseStatus::Draft } else { CourseStatus::Submitted },
        reason: None,
        created_by: by.account,
        created_at: work.now,
        version: 1,
    };
    require_today(work, &row).await?;
    course::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let action = if new.draft { "draft" } else { CourseAction::Submit.into() };
    record(by, work, action, &row, json!({ "number": row.number, "programme": row.programme }));
    Ok(row.id)
}

/// Writes a draft or a returned course anew, and submits it unless it stays a draft.
///
/// # Errors
/// `move.illegal` once it was submitted; those of [`offer`].
pub(crate) async fn edit(by: &Can<OfferCourses>, work: &Work, id: CourseId, new: &NewCourse) -> Result<()> {
    let course = store::one(work.db(), &by.scope(), id).await?;
    if !is_editable(course.status) {
        return Err(Error::refused("move.illegal"));
    }
    check(work, &course.area_code, new).await?;
    let changed = course::Model {
        programme: new.programme,
        occupation: new.occupation.clone(),
        level: new.level,
        ..course.clone()
    };
    require_today(work, &changed).await?;
    let written = course::Entity::update_many()
        .set(course::ActiveModel {
            programme: Set(new.programme),
            occupation: Set(new.occupation.clone()),
            level: Set(new.level),
            certificate_kind: Set(new.certificate_kind),
            title: Set(new.title.trim().to_owned()),
            theory_minutes: Set(new.theory_minutes),
            practice_minutes: Set(new.practice_minutes),
            price_fen: Set(new.price_fen),
            syllabus: Set(new.syllabus.trim().to_owned()),
            min_class: Set(new.min_class),
            max_class: Set(new.max_class),
            version: Set(course.version + 1),
            ..Default::default()
        })
        .filter(course::Column::Id.eq(id))
        .filter(course::Column::Status.eq(course.status))
        .filter(course::Column::Version.eq(course.version))
        .exec(work.db())
        .await?;
    if written.rows_affected != 1 {
        return Err(Error::Stale);
    }
    record(by, work, "edit", &changed, json!({ "programme": new.programme }));
    if new.draft { Ok(()) } else { submit(by, work, id).await }
}

async fn step(
    by: &Actor,
    work: &Work,
    course: &course::Model,
    action: CourseAction,
    reason: Option<&str>,
) -> Result<()> {
    store::change(work.db(), course, course.status.after(action)?, reason).await?;
    record(by, work, action.into(), course, json!({ "from": course.status }));
    Ok(())
}

/// Tells the accounts of the institution what became of its course.
pub(crate) async fn tell(work: &Work, course: &course::Model, kind: &'static str) -> Result<()> {
    for to in accounts::of_organisation(work.db(), course.organisation_id).await? {
        let args = json!({ "title": course.title, "number": course.number });
        work.tell(Telling { to, kind, args, link: Some(format!("/courses/{}", course.id)) });
    }
    Ok(())
}

/// Draft or Returned -> Submitted.
///
/// # Errors
/// `organisation.suspended`, `accreditation.missing`; `move.illegal`; `NotFound`.
pub(crate) async fn submit(by: &Can<OfferCourses>, work: &Work, id: CourseId) -> Result<()> {
    let course = store::one(work.db(), &by.scope(), id).await?;
    course.status.after(CourseAction::Submit)?;
    require_today(work, &course).await?;
    step(by, work, &course, CourseAction::Submit, None).await
}

/// Submitted -> Listed: from now on classes may be opened of it.
///
/// # Errors
/// `organisation.suspended`, `accreditation.missing`; `move.illegal`; `NotFound`.
pub(crate) async fn put_on_list(by: &Can<ReviewCourses>, work: &Work, id: CourseId) -> Result<()> {
    let course = store::one(work.db(), &by.scope(), id).await?;
    course.status.after(CourseAction::List)?;
    require_today(work, &course).await?;
    step(by, work, &course, CourseAction::List, None).await?;
    tell(work, &course, "course_listed").await
}

/// Submitted -> Returned, with what to mend.
///
/// # Errors
/// `move.illegal`; `Invalid` without a reason; `NotFound`.
pub(crate) async fn give_back(by: &Can<ReviewCourses>, work: &Work, id: CourseId, why: &Reason) -> Result<()> {
    let course = store::one(work.db(), &by.scope(), id).await?;
    step(by, work, &course, CourseAction::Return, Some(why.said()?)).await?;
    tell(work, &course, "course_returned").await
}

/// Listed -> Withdrawn: no new class is opened of it; those that stand go on.
///
/// # Errors
/// `move.illegal`; `NotFound`.
pub(crate) async fn withdraw(by: &Can<WithdrawCourses>, work: &Work, id: CourseId) -> Result<()> {
    let course = store::one(work.db(), &by.scope(), id).await?;
    step(by, work, &course, CourseAction::Withdraw, None).await
}

/// What waits for this reader here.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    let mut wait = |mine: bool, href: &str, key: &'static str, why: &'static str, count: u64| {
        if count > 0 {
            let args = vec![("count", count.to_string())];
            todos.push(Todo { mine, href: href.to_owned(), key, args, why, why_args: Vec::new(), due: None });
        }
    };
    if actor.prove::<ReviewCourses>().is_ok() {
        let count = store::count(db, &actor.scope(), CourseStatus::Submitted).await?;
        wait(true, "/courses?status=submitted", "course-todo-review", "course-todo-review-why", count);
    }
    if actor.prove::<OfferCourses>().is_ok() {
        let count = store::count(db, &actor.scope(), CourseStatus::Returned).await?;
        wait(true, "/courses?status=returned", "course-todo-mend", "course-todo-mend-why", count);
        let count = store::count(db, &actor.scope(), CourseStatus::Submitted).await?;
        wait(false, "/courses?status=submitted", "course-todo-waiting", "course-todo-waiting-why", count);
    }
    Ok(todos)
}
