//! Looking anew at people in classes that run. What no longer holds becomes a doubt that the clerk decides on; nobody is
//! taken out by it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use eligibility_flag::Column;
use entities::{
    eligibility_flag, training_class,
    values::{ClassId, ClassStatus, EnrolmentId, FlagId, FlagStatus, PersonId, Role},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::{Audit, Work};
use crate::eligibility::lifecycle::FlagAction;
use crate::eligibility::rights::DecideOnFlags;
use crate::eligibility::rules::{Rule, Told, told};
use crate::eligibility::store;
use crate::exclusions;
use crate::people;
use crate::policy::RuleBook;
use crate::web::{Reason, Todo};

/// Doubts about a record that goes into another one are about that one: the seats in the classes went there too. What was
/// found when a class began keeps the name under which it was written.
///
/// # Errors
/// Of the database.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    store::hand_over(work, from, to).await
}

/// What looking anew would change.
#[derive(Debug, Default)]
pub(super) struct Difference {
    new: Vec<eligibility_flag::Model>,
    again: Vec<(eligibility_flag::Model, Told)>,
    gone: Vec<eligibility_flag::Model>,
}

impl Difference {
    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.again.is_empty() && self.gone.is_empty()
    }
}

/// One doubt for each cause: of the same list in its next issue, what was decided still stands.
fn cause(told: &Told) -> String {
    let kind = told.args.iter().find(|(name, _)| name == "kind");
    kind.map_or_else(|| told.code.clone(), |(_, kind)| format!("{}.{kind}", told.code))
}

/// Compares a class that runs with rule and lists as they are on a day.
pub(super) async fn compare(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    today: NaiveDate,
) -> Result<Difference> {
    let seats = store::seats(db, class.id).await?;
    let persons: Vec<PersonId> = seats.iter().map(|(_, person)| *person).collect();
    let facts = people::facts(db, &persons).await?;
    let listed = exclusions::entries_of(db, &persons).await?;
    let book = RuleBook::load(db).await?;
    let rule = Rule::in_force(&book, class.programme, &class.area_code, class.starts_on)?;
    let standing: HashMap<(EnrolmentId, String), eligibility_flag::Model> = store::flags_of_class(db, class.id)
        .await?
        .into_iter()
        .map(|flag| ((flag.enrolment_id, flag.cause.clone()), flag))
        .collect();
    let (mut difference, mut found) = (Difference::default(), HashSet::new());
    for (enrolment, person) in seats {
        let facts = facts.get(&person).ok_or(Error::NotFound("person"))?;
        let entries = listed.get(&person).map(Vec::as_slice).unwrap_or_default();
        // Who came on a list since the first day is told too; whether it matters, the clerk knows.
        let hit =
            exclusions::hit(entries, class.starts_on, class.ends_on).or_else(|| exclusions::hit(entries, today, today));
        for told in told(&rule.verdicts(facts, hit)).into_iter().filter(|told| !told.holds) {
            let key = (enrolment, cause(&told));
            match standing.get(&key) {
                None => difference.new.push(eligibility_flag::Model {
                    id: FlagId::new(),
                    class_id: class.id,
                    enrolment_id: enrolment,
                    person_id: person,
                    area_code: class.area_code.clone(),
                    cause: key.1.clone(),
                    verdict: serde_json::to_string(&told).map_err(Error::internal)?,
                    status: FlagStatus::Open,
                    found_at: chrono::DateTime::default(),
                    decided_by: None,
                    decided_at: None,
                    reason: None,
                    version: 1,
                }),
                Some(flag) if flag.status == FlagStatus::Cleared => difference.again.push((flag.clone(), told)),
                Some(_) => {}
            }
            found.insert(key);
        }
    }
    let gone = standing.into_iter().filter(|(key, flag)| flag.status == FlagStatus::Open && !found.contains(key));
    difference.gone = gone.map(|(_, flag)| flag).collect();
    Ok(difference)
}

/// Looks at a class anew and writes what changed; returns how many doubts were opened.
///
/// # Errors
/// `flag.not_running` for a class that does not run.
pub(super) async fn recheck(by: Option<&Actor>, work: &Work, class: &training_class::Model) -> Result<usize> {
    if class.status != ClassStatus::Running {
        return Err(Error::refused("flag.not_running"));
    }
    let Difference { new, again, gone } = compare(work.db(), class, work.today()).await?;
    let opened = new.len() + again.len();
    let (open, cleared) = (FlagStatus::Cleared.after(FlagAction::Find)?, FlagStatus::Open.after(FlagAction::Clear)?);
    let changed = opened + gone.len();
    for flag in gone {
        store::move_flag(work, &flag, cleared, Vec::new()).await?;
    }
    for (flag, told) in again {
        let verdict = serde_json::to_string(&told).map_err(Error::internal)?;
        let also = vec![(Column::Verdict, Expr::value(verdict)), (Column::FoundAt, Expr::value(work.now))];
        store::move_flag(work, &flag, open, also).await?;
    }
    let new = new.into_iter().map(|flag| eligibility_flag::Model { found_at: work.now, ..flag }).collect();
    store::insert_flags(work, new).await?;
    if by.is_some() || changed > 0 {
        let detail = json!({ "opened": opened, "cleared": changed - opened });
        work.record(Audit::of("recheck", "class", class.id).by_actor(by).area(&class.area_code).detail(detail));
    }
    Ok(opened)
}

/// The clerk looks at a class anew by hand.
///
/// # Errors
/// `NotFound` out of sight; `flag.not_running`.
pub(super) async fn recheck_by_hand(by: &Can<DecideOnFlags>, work: &Work, id: ClassId) -> Result<usize> {
    let class = store::class(work.db(), &by.scope(), id).await?;
    recheck(Some(by.actor()), work, &class).await
}

async fn decide(
    by: &Can<DecideOnFlags>,
    work: &Work,
    id: FlagId,
    action: FlagAction,
    reason: Option<&str>,
) -> Result<()> {
    let flag = store::flag(work.db(), &by.scope(), id).await?;
    let to = flag.status.after(action)?;
    let also = vec![
        (Column::DecidedBy, Expr::value(Some(by.account))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
        (Column::Reason, Expr::value(reason)),
    ];
    store::move_flag(work, &flag, to, also).await?;
    let detail = json!({ "class": flag.class_id, "cause": flag.cause, "reason": reason });
    let audit = Audit::of(action.into(), "eligibility_flag", id).by_actor(Some(by.actor()));
    work.record(audit.area(&flag.area_code).detail(detail));
    Ok(())
}

/// There is nothing in it, for this reason.
///
/// # Errors
/// `Invalid`, `NotFound`, `move.illegal`, `Stale`.
pub(super) async fn dismiss(by: &Can<DecideOnFlags>, work: &Work, id: FlagId, why: &Reason) -> Result<()> {
    decide(by, work, id, FlagAction::Dismiss, Some(why.said()?)).await
}

/// It is so. What follows for seat or money is decided there.
///
/// # Errors
/// `NotFound`, `move.illegal`, `Stale`.
pub(super) async fn confirm(by: &Can<DecideOnFlags>, work: &Work, id: FlagId) -> Result<()> {
    decide(by, work, id, FlagAction::Confirm, None).await
}

/// Doubts wait for the county's clerk.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.role != Role::CountyClerk {
        return Ok(Vec::new());
    }
    let open = store::open_flags(db, &actor.scope()).await?;
    let todo = Todo {
        mine: true,
        href: "/eligibility/flags?status=open".to_owned(),
        key: "flag-todo",
        args: vec![("count", open.to_string())],
        why: "flag-todo-why",
        why_args: Vec::new(),
        due: None,
    };
    Ok(if open > 0 { vec![todo] } else { Vec::new() })
}
