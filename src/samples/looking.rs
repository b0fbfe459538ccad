//! Looking at lines that were drawn: in order or not, by somebody who took no step of their claim.

use entities::{
    sample_item, sample_run,
    values::{ClaimId, Role, SampleItemId, SampleKind, SampleStatus},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::access::{Actor, Can};
use crate::accounts::{self, Steps};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims;
use crate::data::{Audit, Vault, Work};
use crate::samples::forms::{Assurance, Doubted};
use crate::samples::lifecycle::SampleAction;
use crate::samples::rights::LookAtLines;
use crate::samples::store;
use crate::samples::views::{ItemView, told};
use crate::supervision::{require_no_tie, require_version};
use crate::web::{Todo, perhaps_in, told_in};

use sample_item::Column;

/// Whose turn a line is: a run that was drawn above the county is looked at above it.
pub(super) fn may_look(kind: SampleKind, role: Role) -> bool {
    match kind {
        SampleKind::County => SampleStatus::Chosen.open_to(role).contains(&SampleAction::Assure),
        SampleKind::Superior => role == Role::Supervisor,
    }
}

async fn steps(db: &impl ConnectionTrait, row: &sample_item::Model) -> Result<Steps<ClaimId>> {
    let claim = claims::by_id(db, row.claim_id).await?;
    Ok(Steps { noun: "claim", id: claim.id, taken_by: store::hands(db, &claim).await? })
}

/// Whether somebody may look at a line now: for what is offered.
async fn open_to(
    db: &impl ConnectionTrait,
    by: &Actor,
    run: &sample_run::Model,
    row: &sample_item::Model,
) -> Result<bool> {
    if row.status != SampleStatus::Chosen || !may_look(run.kind, by.role) {
        return Ok(false);
    }
    accounts::is_other(db, by, steps(db, row).await?).await
}

/// A line in sight with the words around it, and what the reader may do with it.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn seen(by: &Actor, db: &impl ConnectionTrait, vault: &Vault, id: SampleItemId) -> Result<ItemView> {
    let row = store::item(db, &by.scope(), id).await?;
    let run = store::run_of(db, &row).await?;
    let actions = if open_to(db, by, &run, &row).await? { row.status.open_to(by.role) } else { Vec::new() };
    let view = told(db, vault, &run, vec![row]).await?.pop().ok_or(Error::NotFound("sample_item"))?;
    Ok(ItemView { actions: actions.into_iter().map(Into::into).collect(), ..view })
}

/// The line that is looked at, and where it goes.
async fn taken(
    by: &Can<LookAtLines>,
    work: &Work,
    id: SampleItemId,
    version: Option<i32>,
    action: SampleAction,
) -> Result<(sample_item::Model, SampleStatus)> {
    let row = store::item(work.db(), &by.scope(), id).await?;
    require_version(row.version, version)?;
    let to = row.status.after(action)?;
    if !may_look(store::run_of(work.db(), &row).await?.kind, by.role) {
        return Err(Error::Forbidden);
    }
    accounts::require_other(work.db(), by, steps(work.db(), &row).await?, "sample.took_part").await?;
    require_no_tie(work.db(), by.account, row.organisation_id).await?;
    Ok((row, to))
}

async fn write(
    by: &Can<LookAtLines>,
    work: &Work,
    row: &sample_item::Model,
    (action, to): (SampleAction, SampleStatus),
    said: Vec<(Column, Expr)>,
    detail: Value,
) -> Result<()> {
    let holder = by.holders()?.first().copied();
    let seen = vec![
        (Column::Status, Expr::value(to)),
        (Column::SeenBy, Expr::value(Some(by.account))),
        (Column::SeenHolder, Expr::value(holder)),
        (Column::SeenAt, Expr::value(Some(work.now))),
    ];
    store::change(work, row, seen.into_iter().chain(said).collect()).await?;
    let audit = Audit::of(action.into(), "sample_item", row.id).by_actor(Some(by.actor())).area(&row.area_code);
    work.record(audit.detail(detail));
    Ok(())
}

/// A line is in order.
///
/// # Errors
/// `NotFound`; `move.illegal`; `Forbidden` for a run drawn above the county; `sample.took_part`; `doubt.tied`; `Invalid`; `Stale`.
pub(crate) async fn assure(by: &Can<LookAtLines>, work: &Work, id: SampleItemId, new: &Assurance) -> Result<()> {
    let note = Some(perhaps_in("note", new.note.as_deref())?).filter(|note| !note.is_empty());
    let (row, to) = taken(by, work, id, new.version, SampleAction::Assure).await?;
    let detail = json!({ "run": row.run_id, "claim": row.claim_id, "line": row.line_id });
    write(by, work, &row, (SampleAction::Assure, to), vec![(Column::Note, Expr::value(note))], detail).await
}

/// Something is wrong with a line.
///
/// # Errors
/// As of [`assure`].
pub(crate) async fn doubt(by: &Can<LookAtLines>, work: &Work, id: SampleItemId, new: &Doubted) -> Result<()> {
    let finding = told_in("finding", &new.finding)?;
    let (row, to) = taken(by, work, id, new.version, SampleAction::Doubt).await?;
    let said = vec![(Column::Fault, Expr::value(Some(new.fault))), (Column::Note, Expr::value(Some(finding)))];
    let detail = json!({ "run": row.run_id, "claim": row.claim_id, "line": row.line_id, "fault": new.fault });
    write(by, work, &row, (SampleAction::Doubt, to), said, detail).await
}

/// Runs of which lines wait for this reader.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    if actor.prove::<LookAtLines>().is_err() {
        return Ok(todos);
    }
    for (run, count) in store::waiting(db, &actor.scope()).await? {
        let run = match store::run(db, &actor.scope(), run).await {
            Ok(run) if may_look(run.kind, actor.role) => run,
            Ok(_) | Err(Error::NotFound(_)) => continue,
            Err(e) => return Err(e),
        };
        todos.push(Todo {
            mine: true,
            href: format!("/samples/{}", run.id),
            key: "sample-todo-look",
            args: vec![("number", run.number), ("count", count.to_string())],
            why: "sample-todo-look-why",
            why_args: Vec::new(),
            due: None,
        });
    }
    Ok(todos)
}
