//! Complaining, taking up, answering, taking back.

use entities::{
    complaint, person, training_class,
    values::{
        ClassId, ComplaintId, ComplaintOutcome, ComplaintStatus, DoubtKind, OrganisationId, OrganisationKind, PersonId,
        Role,
    },
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Refusal, Result};
use crate::classes;
use crate::complaints::forms::{NewAnswer, NewComplaint};
use crate::complaints::lifecycle::ComplaintAction;
use crate::complaints::rights::{AnswerComplaints, Complain};
use crate::complaints::store;
use crate::data::{Audit, Telling, Vault, Work};
use crate::enrolments;
use crate::organisations;
use crate::people;
use crate::policy::{Calendar, Rule, RuleBook};
use crate::supervision::{self, Found};
use crate::web::{Todo, told_in};

use complaint::Column;

/// Institutions to choose from: a county has some dozens.
const INSTITUTIONS: u64 = 200;

/// The complaints of a record that goes into another one are that one's.
///
/// # Errors
/// Of the database.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    store::hand_over(work, from, to).await
}

/// Whose complaint it is: the trainee's own, or that of a villager.
///
/// # Errors
/// `NotFound` out of sight; `Invalid` where nobody is named.
pub(super) async fn complainant(
    by: &Can<Complain>,
    db: &impl ConnectionTrait,
    named: Option<PersonId>,
) -> Result<person::Model> {
    let id = match by.role {
        Role::Trainee => by.person.filter(|own| named.is_none_or(|named| named == *own)),
        _ => named,
    };
    let missing = if by.role == Role::Trainee {
        Error::NotFound("person")
    } else {
        Error::invalid("person_id", "invalid.required")
    };
    people::visible(db, &by.scope(), id.ok_or(missing)?).await
}

/// The classes in which somebody has, or had, a seat, the latest first.
pub(super) async fn classes_of(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<training_class::Model>> {
    let seats = enrolments::of_person(db, person).await?;
    let ids: Vec<ClassId> = seats.iter().map(|seat| seat.class_id).collect();
    let mut classes = classes::by_ids(db, &ids).await?;
    Ok(ids.iter().filter_map(|id| classes.remove(id)).collect())
}

/// The institutions of somebody's county.
pub(super) async fn institutions(
    db: &impl ConnectionTrait,
    person: &person::Model,
) -> Result<Vec<(OrganisationId, String)>> {
    let county = person.area_code.get(..6).unwrap_or(&person.area_code);
    store::institutions(db, &Scope::Area(county.to_owned()), INSTITUTIONS).await
}

/// What it is about: where that is, whose it is.
struct Matter {
    class: Option<ClassId>,
    organisation: OrganisationId,
    area: String,
}

impl Matter {
    async fn of(work: &Work, person: &person::Model, new: &NewComplaint) -> Result<Self> {
        match (new.class_id, new.organisation_id) {
            (Some(class), None) => {
                let seats = enrolments::of_person(work.db(), person.id).await?;
                if seats.iter().all(|seat| seat.class_id != class) {
                    return Err(Error::NotFound("class"));
                }
                let class = classes::by_id(work.db(), class).await?;
                Ok(Self { class: Some(class.id), organisation: class.organisation_id, area: class.area_code })
            }
            (None, Some(organisation)) => {
                let organisation = organisations::by_id(work.db(), organisation).await?;
                if organisation.kind != OrganisationKind::Institution {
                    return Err(Error::NotFound("institution"));
                }
                Ok(Self { class: None, organisation: organisation.id, area: organisation.area_code })
            }
            _ => Err(Error::invalid("class_id", "invalid.complaint_about")),
        }
    }
}

/// Files a complaint.
///
/// # Errors
/// `NotFound` out of sight, and for a class without a seat in it; `Invalid` by field; `complaint.too_many`.
pub(crate) async fn file(by: &Can<Complain>, work: &Work, vault: &Vault, new: &NewComplaint) -> Result<ComplaintId> {
    let person = complainant(by, work.db(), new.person_id).await?;
    let text = told_in("text", &new.text)?;
    let matter = Matter::of(work, &person, new).await?;
    let rules = RuleBook::load(work.db()).await?;
    let most = rules.value(Rule::ComplaintsPerDay, &matter.area, work.today())?;
    let number = store::filed_on(work.db(), by.account, work.today()).await? + 1;
    let number = i32::try_from(number).map_err(Error::internal)?;
    if i64::from(number) > most {
        return Err(Refusal { code: "complaint.too_many", args: Vec::new() }.with("most", most).into());
    }
    let days = rules.value(Rule::ComplaintDays, &matter.area, work.today())?;
    let id = ComplaintId::new();
    let row = complaint::Model {
        id,
        person_id: person.id,
        class_id: matter.class,
        organisation_id: matter.organisation,
        area_code: matter.area,
        subject: new.subject,
        sealed: store::seal_text(vault, id, text)?,
        filed_by: by.account,
        filed_at: work.now,
        filed_on: work.today(),
        number,
        due_on: Calendar::load(work.db()).await?.after(work.today(), days),
        status: ComplaintStatus::Received,
        taken_by: None,
        taken_at: None,
        outcome: None,
        answer: store::seal_answer(vault, id, "")?,
        told: false,
        answered_by: None,
        answered_at: None,
        version: 1,
    };
    record(by.actor(), work, &row, "file", json!({ "subject": row.subject }));
    // Somebody with the same account was quicker: the count that was read holds no longer.
    store::insert(work, row).await.map_err(|e| if e.is_duplicate() { Error::Stale } else { e })?;
    Ok(id)
}

fn record(by: &Actor, work: &Work, row: &complaint::Model, action: &'static str, detail: serde_json::Value) {
    let audit = Audit::of(action, "complaint", row.id).by_actor(Some(by)).area(&row.area_code);
    work.record(audit.detail(detail));
}

/// Whoever complained is told: the person, and who filed it for the person.
async fn tell(
    work: &Work,
    row: &complaint::Model,
    kind: &'static str,
    outcome: Option<ComplaintOutcome>,
) -> Result<()> {
    let mut readers = accounts::of_person(work.db(), row.person_id).await?;
    if !readers.contains(&row.filed_by) {
        readers.push(row.filed_by);
    }
    for to in readers {
        let args = json!({ "day": row.filed_on.to_string(), "due": row.due_on.to_string(), "outcome": outcome });
        work.tell(Telling { to, kind, args, link: Some(format!("/complaints/{}", row.id)) });
    }
    Ok(())
}

/// Somebody of the county looks into it.
///
/// # Errors
/// `NotFound`; `move.illegal`.
pub(crate) async fn take_up(by: &Can<AnswerComplaints>, work: &Work, id: ComplaintId) -> Result<()> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    let to = row.status.after(ComplaintAction::TakeUp)?;
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::TakenBy, Expr::value(by.account)),
        (Column::TakenAt, Expr::value(work.now)),
    ];
    store::change(work, &row, set).await?;
    record(by.actor(), work, &row, ComplaintAction::TakeUp.into(), json!({ "subject": row.subject }));
    tell(work, &row, "complaint_taken_up", None).await
}

/// The county answers. What was upheld, in whole or in part, is a doubt about the class.
///
/// # Errors
/// `NotFound`; `move.illegal`; `Invalid` without an answer.
pub(crate) async fn answer(
    by: &Can<AnswerComplaints>,
    work: &Work,
    vault: &Vault,
    id: ComplaintId,
    new: &NewAnswer,
) -> Result<()> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    let to = row.status.after(ComplaintAction::Answer)?;
    let text = told_in("answer", &new.answer)?;
    let told = new.tell == Some(true);
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::Outcome, Expr::value(new.outcome)),
        (Column::Answer, Expr::value(store::seal_answer(vault, id, text)?)),
        (Column::Told, Expr::value(told)),
        (Column::AnsweredBy, Expr::value(by.account)),
        (Column::AnsweredAt, Expr::value(work.now)),
    ];
    store::change(work, &row, set).await?;
    let detail = json!({ "subject": row.subject, "outcome": new.outcome, "told": told });
    record(by.actor(), work, &row, ComplaintAction::Answer.into(), detail);
    tell(work, &row, "complaint_answered", Some(new.outcome)).await?;
    if told {
        for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
            let args = json!({ "outcome": new.outcome });
            work.tell(Telling { to, kind: "complaint_told", args, link: Some(format!("/complaints/{id}")) });
        }
    }
    let (true, Some(class)) = (new.outcome != ComplaintOutcome::NotUpheld, row.class_id) else { return Ok(()) };
    let found = Found {
        class,
        session: None,
        // Who complained is nobody's business there.
        enrolment: None,
        kind: DoubtKind::Complaint,
        key: id.to_string(),
        facts: json!({ "subject": row.subject, "outcome": new.outcome }),
    };
    supervision::raise(work, Some(by.actor()), found).await.map(drop)
}

/// Takes a complaint back that is not answered yet.
///
/// # Errors
/// `NotFound`; `move.illegal`.
pub(super) async fn withdraw(by: &Can<Complain>, work: &Work, id: ComplaintId) -> Result<()> {
    let row = store::visible(work.db(), by.actor(), id).await?;
    let to = row.status.after(ComplaintAction::Withdraw)?;
    store::change(work, &row, vec![(Column::Status, Expr::value(to))]).await?;
    record(by.actor(), work, &row, ComplaintAction::Withdraw.into(), json!({ "subject": row.subject }));
    Ok(())
}

/// Complaints wait for the county; whoever complained waits for it.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mine = actor.prove::<AnswerComplaints>().is_ok();
    let mut todos = Vec::new();
    if !mine && actor.prove::<Complain>().is_err() {
        return Ok(todos);
    }
    let states = [
        (ComplaintStatus::Received, if mine { "complaint-todo_take" } else { "complaint-todo_filed" }),
        (ComplaintStatus::TakenUp, if mine { "complaint-todo_answer" } else { "complaint-todo_taken" }),
    ];
    for (status, key) in states {
        if let Some((count, due)) = store::waiting(db, actor, status).await? {
            todos.push(Todo {
                mine,
                href: if mine { format!("/complaints?status={status}") } else { "/my-complaints".to_owned() },
                key,
                args: vec![("count", count.to_string())],
                why: "complaint-todo_why",
                why_args: Vec::new(),
                due: Some(due),
            });
        }
    }
    Ok(todos)
}
