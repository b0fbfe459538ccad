//! Deciding on doubts, and what waits for whom.

use entities::{
    doubt,
    values::{AccountId, DoubtId, DoubtStatus, EnrolmentId, OrganisationId, PersonId},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Audit, Vault, Work};
use crate::enrolments;
use crate::people;
use crate::supervision::cases;
use crate::supervision::forms::{Confirmation, Dismissal, DoubtsQuery, Sought};
use crate::supervision::lifecycle::DoubtAction;
use crate::supervision::rights::{DecideOnDoubts, SeeDoubts};
use crate::supervision::store::{self, Doubted};
use crate::web::Todo;

/// Doubts in sight, the latest first.
///
/// # Errors
/// `Invalid` for a query that cannot be read.
pub(super) async fn list(
    by: &Can<SeeDoubts>,
    db: &impl ConnectionTrait,
    query: &DoubtsQuery,
    sought: Sought,
) -> Result<Page<Doubted>> {
    let paging = query.paging()?;
    let rows = store::list(db, &by.scope(), sought, paging.after()?, paging.limit() + 1).await?;
    Ok(Page::cut(rows, paging.limit(), |row| row.id.to_string()))
}

/// Nobody judges an institution for which he acts, or ever acted.
///
/// # Errors
/// `doubt.tied`.
pub(crate) async fn require_no_tie(
    db: &impl ConnectionTrait,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<()> {
    if accounts::acted_for(db, account, organisation).await? {
        return Err(Error::refused("doubt.tied"));
    }
    Ok(())
}

/// Somebody else moved it since it was read.
///
/// # Errors
/// `Stale`.
pub(crate) fn require_version(stands: i32, read: Option<i32>) -> Result<()> {
    if read.is_some_and(|read| read != stands) { Err(Error::Stale) } else { Ok(()) }
}

async fn decide(
    by: &Can<DecideOnDoubts>,
    work: &Work,
    row: &doubt::Model,
    action: DoubtAction,
    reason: Option<&str>,
) -> Result<()> {
    let to = row.status.after(action)?;
    require_no_tie(work.db(), by.account, row.organisation_id).await?;
    let also = vec![
        (doubt::Column::DecidedBy, Expr::value(Some(by.account))),
        (doubt::Column::DecidedAt, Expr::value(Some(work.now))),
        (doubt::Column::Reason, Expr::value(reason)),
    ];
    store::move_doubt(work, row, to, also).await?;
    let detail = json!({ "class": row.class_id, "kind": row.kind, "reason": reason });
    let audit = Audit::of(action.into(), "doubt", row.id).by_actor(Some(by.actor()));
    work.record(audit.area(&row.area_code).detail(detail));
    Ok(())
}

/// There is nothing in it, for this reason; it is not raised again for the same.
///
/// # Errors
/// `Invalid`, `NotFound`, `move.illegal`, `doubt.tied`, `Stale`.
pub(crate) async fn dismiss(by: &Can<DecideOnDoubts>, work: &Work, id: DoubtId, new: &Dismissal) -> Result<()> {
    let why = new.why();
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    decide(by, work, &row, DoubtAction::Dismiss, Some(why.said()?)).await
}

/// There is something in it. What follows for the institution is a case; what follows for money is decided there.
///
/// # Errors
/// `NotFound`, `move.illegal`, `doubt.tied`, `Stale`.
pub(crate) async fn confirm(by: &Can<DecideOnDoubts>, work: &Work, id: DoubtId, new: &Confirmation) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    decide(by, work, &row, DoubtAction::Confirm, None).await
}

/// What waits for this reader here.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<DecideOnDoubts>().is_ok() {
        let todo = |count: u64, href: &str, key, why| Todo {
            mine: true,
            href: href.to_owned(),
            key,
            args: vec![("count", count.to_string())],
            why,
            why_args: Vec::new(),
            due: None,
        };
        let open = store::count(db, &actor.scope(), DoubtStatus::Open).await?;
        if open > 0 {
            todos.push(todo(open, "/doubts?status=open", "doubt-todo", "doubt-todo-why"));
        }
        let confirmed = store::count(db, &actor.scope(), DoubtStatus::Confirmed).await?;
        if confirmed > 0 {
            todos.push(todo(confirmed, "/doubts?status=confirmed", "doubt-todo-case", "doubt-todo-case-why"));
        }
    }
    todos.extend(cases::todos(db, actor).await?);
    Ok(todos)
}

/// What people with these seats are called, masked, in the order of the seats.
pub(super) async fn called(
    db: &impl ConnectionTrait,
    vault: &Vault,
    seats: &[EnrolmentId],
) -> Result<Vec<(EnrolmentId, String)>> {
    let rows = enrolments::by_ids(db, seats).await?;
    let persons: Vec<PersonId> = rows.values().map(|seat| seat.person_id).collect();
    let briefs = people::briefs(db, vault, &persons).await?;
    let name = |seat: &EnrolmentId| {
        let brief = briefs.get(&rows.get(seat)?.person_id)?;
        Some((*seat, format!("{} …{}", brief.masked_name, brief.tail)))
    };
    Ok(seats.iter().filter_map(name).collect())
}
