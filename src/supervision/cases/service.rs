//! Opening a case, deciding on another's, closing it.

use std::collections::BTreeSet;

use entities::{
    doubt, supervision_case,
    values::{CaseId, CaseOutcome, CaseStatus, DoubtId, Fen},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::{self, Steps};
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Audit, Telling, Work, sequence};
use crate::supervision::cases::forms::{self, CaseClosing, CaseDecision, CasesQuery, NewCase};
use crate::supervision::cases::store::{self, Listed};
use crate::supervision::lifecycle::{CaseAction, DoubtAction};
use crate::supervision::rights::{HandleCases, SeeCases, SeeDoubts};
use crate::supervision::service::{require_no_tie, require_version};
use crate::supervision::store as doubts;
use crate::supervision::store::Doubted;
use crate::web::Todo;

use supervision_case::Column;

/// Doubts that one case may take in.
const MOST: usize = 100;

/// Cases in sight, the latest first.
///
/// # Errors
/// `Invalid` for a query that cannot be read.
pub(super) async fn list(by: &Can<SeeCases>, db: &impl ConnectionTrait, query: &CasesQuery) -> Result<Page<Listed>> {
    let paging = query.paging()?;
    let sought = (query.status()?, query.organisation()?);
    let rows = store::list(db, &by.scope(), sought, paging.after()?, paging.limit() + 1).await?;
    Ok(Page::cut(rows, paging.limit(), |row| row.id.to_string()))
}

/// A case with its doubts; the institution sees none of them.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn show(by: &Can<SeeCases>, db: &impl ConnectionTrait, id: CaseId) -> Result<(Listed, Vec<Doubted>)> {
    let row = store::listed(db, &by.scope(), id).await?;
    let doubts = match by.prove::<SeeDoubts>() {
        Ok(office) => doubts::of_case(db, &office.scope(), id).await?,
        Err(_) => Vec::new(),
    };
    Ok((row, doubts))
}

/// Opens a case from confirmed doubts about one institution, and tells it so.
///
/// # Errors
/// `Invalid` without doubts, title or finding; `NotFound` for a doubt out of sight; `case.not_confirmed` (also for one that
/// is in a case already), `case.two_institutions`, `doubt.tied`.
pub(crate) async fn open(by: &Can<HandleCases>, work: &Work, new: &NewCase) -> Result<CaseId> {
    let title = forms::text(&new.title, "title", 60)?;
    let finding = forms::text(&new.finding, "finding", 2_000)?;
    let ids: BTreeSet<DoubtId> = new.doubts.iter().copied().collect();
    if ids.is_empty() {
        return Err(Error::invalid("doubts", "invalid.required"));
    }
    if ids.len() > MOST {
        return Err(Error::invalid("doubts", "invalid.range"));
    }
    let mut rows: Vec<doubt::Model> = Vec::with_capacity(ids.len());
    for id in ids {
        rows.push(doubts::visible(work.db(), &by.scope(), id).await?);
    }
    let [first, others @ ..] = rows.as_slice() else { return Err(Error::invalid("doubts", "invalid.required")) };
    if others.iter().any(|row| row.organisation_id != first.organisation_id) {
        return Err(Error::refused("case.two_institutions"));
    }
    require_no_tie(work.db(), by.account, first.organisation_id).await?;
    // Of several counties it is a matter of whoever sees them all.
    let one_area = others.iter().all(|row| row.area_code == first.area_code);
    let area = if one_area { first.area_code.clone() } else { by.area.clone() };
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("case-{year}")).await?;
    let row = supervision_case::Model {
        id: CaseId::new(),
        number: format!("A-{year}-{number:04}"),
        organisation_id: first.organisation_id,
        area_code: area,
        title,
        finding,
        status: CaseStatus::Opened,
        outcome: None,
        decision: None,
        recover_fen: None,
        opened_by: by.account,
        opened_at: work.now,
        decided_by: None,
        decided_at: None,
        closed_by: None,
        closed_at: None,
        closing: None,
        version: 1,
    };
    store::insert(work, row.clone()).await?;
    for doubt in &rows {
        let to = doubt.status.after(DoubtAction::OpenCase).map_err(|_| Error::refused("case.not_confirmed"))?;
        let also = vec![(doubt::Column::CaseId, Expr::value(Some(row.id)))];
        doubts::move_doubt(work, doubt, to, also).await?;
    }
    let detail = json!({ "number": row.number, "doubts": rows.len() });
    let audit = Audit::of("open", "case", row.id).by_actor(Some(by.actor())).area(&row.area_code);
    work.record(audit.detail(detail));
    tell(work, &row, "case_opened", json!({ "number": row.number, "title": row.title })).await?;
    Ok(row.id)
}

async fn tell(work: &Work, row: &supervision_case::Model, kind: &'static str, args: serde_json::Value) -> Result<()> {
    for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
        work.tell(Telling { to, kind, args: args.clone(), link: Some(format!("/cases/{}", row.id)) });
    }
    Ok(())
}

fn record(by: &Actor, work: &Work, row: &supervision_case::Model, action: CaseAction, detail: serde_json::Value) {
    let audit = Audit::of(action.into(), "case", row.id).by_actor(Some(by)).area(&row.area_code);
    work.record(audit.detail(detail));
}

/// A second person says what a case comes to; the institution is told.
///
/// # Errors
/// `NotFound`, `move.illegal`, `case.same_person`, `doubt.tied`, `Invalid`, `Stale`.
pub(crate) async fn decide(by: &Can<HandleCases>, work: &Work, id: CaseId, new: &CaseDecision) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    let to = row.status.after(CaseAction::Decide)?;
    let steps = Steps { noun: "case", id, taken_by: vec![row.opened_by] };
    accounts::require_other(work.db(), by, steps, "case.same_person").await?;
    require_no_tie(work.db(), by.account, row.organisation_id).await?;
    let decision = forms::text(&new.decision, "decision", 1_000)?;
    // Of what is unfounded nothing is recovered.
    let founded = new.outcome != CaseOutcome::Unfounded;
    if new.recover_fen.is_some_and(|fen| !founded || fen <= Fen(0)) {
        return Err(Error::invalid("recover_fen", "invalid.money"));
    }
    let also = vec![
        (Column::RecoverFen, Expr::value(new.recover_fen)),
        (Column::Outcome, Expr::value(Some(new.outcome))),
        (Column::Decision, Expr::value(Some(decision))),
        (Column::DecidedBy, Expr::value(Some(by.account))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
    ];
    store::move_case(work, &row, to, also).await?;
    let detail = json!({ "number": row.number, "outcome": new.outcome, "recover_fen": new.recover_fen });
    record(by.actor(), work, &row, CaseAction::Decide, detail);
    let args = json!({ "number": row.number, "title": row.title, "outcome": new.outcome });
    tell(work, &row, "case_decided", args).await
}

/// What was asked is done; the institution is told.
///
/// # Errors
/// `NotFound`, `move.illegal`, `doubt.tied`, `Invalid`, `Stale`.
pub(super) async fn close(by: &Can<HandleCases>, work: &Work, id: CaseId, new: &CaseClosing) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    let to = row.status.after(CaseAction::Close)?;
    require_no_tie(work.db(), by.account, row.organisation_id).await?;
    let closing = forms::text(&new.closing, "closing", 200)?;
    let also = vec![
        (Column::ClosedBy, Expr::value(Some(by.account))),
        (Column::ClosedAt, Expr::value(Some(work.now))),
        (Column::Closing, Expr::value(Some(closing))),
    ];
    store::move_case(work, &row, to, also).await?;
    record(by.actor(), work, &row, CaseAction::Close, json!({ "number": row.number }));
    tell(work, &row, "case_closed", json!({ "number": row.number, "title": row.title })).await
}

/// What waits for this reader here: cases of others to decide on, and decided ones to follow up.
pub(in crate::supervision) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    if actor.prove::<HandleCases>().is_err() {
        return Ok(Vec::new());
    }
    let todo = |count: u64, href: &str, key, why| Todo {
        mine: true,
        href: href.to_owned(),
        key,
        args: vec![("count", count.to_string())],
        why,
        why_args: Vec::new(),
        due: None,
    };
    let mut todos = Vec::new();
    let opened = store::to_decide(db, &actor.scope(), actor.account).await?;
    if opened > 0 {
        todos.push(todo(opened, "/cases?status=opened", "case-todo-decide", "case-todo-decide-why"));
    }
    let decided = store::count(db, &actor.scope(), CaseStatus::Decided).await?;
    if decided > 0 {
        todos.push(todo(decided, "/cases?status=decided", "case-todo-close", "case-todo-close-why"));
    }
    Ok(todos)
}
