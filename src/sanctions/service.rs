//! Proposing a sanction, deciding on another's, lifting it; what others ask of sanctions.

use chrono::NaiveDate;
use entities::{
    sanction, supervision_case,
    values::{
        AccountId, AreaLevel, CaseId, CaseStatus, OrganisationId, Role, SanctionId, SanctionKind, SanctionStatus,
    },
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::access::{Actor, Can, Scope};
use crate::accounts;
use crate::areas::level_of;
use crate::base::clock::year_of;
use crate::base::lifecycle::Lifecycle;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::{Audit, Telling, Work, sequence};
use crate::organisations;
use crate::policy::{Rule, RuleBook};
use crate::sanctions::forms::{Confirmation, Lifting, Proposal, Rejection, SanctionsQuery};
use crate::sanctions::lifecycle::SanctionAction;
use crate::sanctions::rights::{
    AnswerSanctions, DecideOnSanctions, JudgeAnswers, LiftSanctions, ProposeSanctions, SeeSanctions,
};
use crate::sanctions::rules;
use crate::sanctions::store::{self, Listed};
use crate::supervision::{self, require_no_tie, require_version};
use crate::web::{Todo, told_in};

use sanction::Column;

/// Things of one kind that a home page lists one by one.
const SHOWN: u64 = 20;

/// Sanctions in sight, the latest first.
///
/// # Errors
/// `Invalid` for a query that cannot be read.
pub(super) async fn list(
    by: &Can<SeeSanctions>,
    db: &impl ConnectionTrait,
    query: &SanctionsQuery,
) -> Result<Page<Listed>> {
    let paging = query.paging()?;
    let rows = store::list(db, &by.scope(), query.sought()?, paging.after()?, paging.limit() + 1).await?;
    Ok(Page::cut(rows, paging.limit(), |listed| listed.row.id.to_string()))
}

/// The case behind a sanction, whoever may see the sanction.
pub(super) async fn case_of(db: &impl ConnectionTrait, row: &sanction::Model) -> Result<supervision_case::Model> {
    supervision::visible_case(db, &Scope::System, row.case_id).await
}

/// Proposes what should follow from a case.
///
/// # Errors
/// `NotFound` for a case out of sight; `sanction.case_undecided`, `sanction.too_grave`, `sanction.one_live`, `doubt.tied`;
/// `Invalid`.
pub(crate) async fn propose(
    by: &Can<ProposeSanctions>,
    work: &Work,
    case: CaseId,
    new: &Proposal,
) -> Result<SanctionId> {
    let case = supervision::visible_case(work.db(), &by.scope(), case).await?;
    if case.status != CaseStatus::Decided {
        return Err(Error::refused("sanction.case_undecided"));
    }
    if rules::gravest(case.outcome).is_none_or(|gravest| new.kind > gravest) {
        return Err(Error::refused("sanction.too_grave"));
    }
    require_no_tie(work.db(), by.account, case.organisation_id).await?;
    let reason = told_in("reason", &new.reason)?;
    let terms = rules::terms(new, work.today())?;
    if store::has_live(work.db(), case.organisation_id, new.kind).await? {
        return Err(Error::refused("sanction.one_live"));
    }
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("sanction-{year}")).await?;
    let row = sanction::Model {
        id: SanctionId::new(),
        number: format!("P-{year}-{number:04}"),
        case_id: case.id,
        organisation_id: case.organisation_id,
        area_code: case.area_code,
        kind: new.kind,
        status: SanctionStatus::Proposed,
        reason: reason.to_owned(),
        mend: terms.mend,
        due_on: terms.due_on,
        starts_on: terms.starts_on,
        ends_on: terms.ends_on,
        document_no: None,
        proposed_by: by.account,
        proposed_at: work.now,
        decided_by: None,
        decided_at: None,
        refusal: None,
        closed_by: None,
        closed_at: None,
        closing: None,
        version: 1,
    };
    record(Some(by.actor()), work, &row, "propose", json!({}));
    let id = row.id;
    store::insert(work, row).await?;
    Ok(id)
}

/// For the audit log.
pub(super) fn record(by: Option<&Actor>, work: &Work, row: &sanction::Model, action: &'static str, more: Value) {
    let mut detail = json!({ "number": row.number, "kind": row.kind, "organisation": row.organisation_id });
    if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    work.record(Audit::of(action, "sanction", row.id).by_actor(by).area(&row.area_code).detail(detail));
}

/// Tells the institution what became of it.
pub(super) async fn tell(work: &Work, row: &sanction::Model, kind: &'static str) -> Result<()> {
    for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
        let args = json!({ "number": row.number, "kind": row.kind });
        work.tell(Telling { to, kind, args, link: Some(format!("/sanctions/{}", row.id)) });
    }
    Ok(())
}

/// A second person decides; whom it hits was not his, and who strikes off answers for more than a county.
async fn require_second(by: &Can<DecideOnSanctions>, work: &Work, row: &sanction::Model) -> Result<()> {
    let steps = accounts::Steps { noun: "sanction", id: row.id, taken_by: vec![row.proposed_by] };
    accounts::require_other(work.db(), by, steps, "sanction.same_person").await?;
    require_no_tie(work.db(), by.account, row.organisation_id).await
}

/// Whether somebody may strike off: a supervisor of a prefecture or of the province.
pub(super) fn may_strike_off(actor: &Actor) -> bool {
    let above = matches!(level_of(&actor.area), Some(AreaLevel::Prefecture | AreaLevel::Province));
    actor.role == Role::Supervisor && above
}

/// Puts another's proposal in force. The institution is suspended or struck off with it, and told.
///
/// # Errors
/// `NotFound`, `move.illegal`, `sanction.same_person`, `sanction.needs_supervisor`, `sanction.out_of_area`, `sanction.over`,
/// `doubt.tied`, `Invalid`, `Stale`.
pub(crate) async fn confirm(
    by: &Can<DecideOnSanctions>,
    work: &Work,
    id: SanctionId,
    new: &Confirmation,
) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    let to = row.status.after(SanctionAction::Confirm)?;
    require_second(by, work, &row).await?;
    if row.kind == SanctionKind::Delist && !may_strike_off(by) {
        return Err(Error::refused("sanction.needs_supervisor"));
    }
    let institution = organisations::by_id(work.db(), row.organisation_id).await?;
    if rules::moves_institution(row.kind) && !by.scope().covers(&institution.area_code) {
        return Err(Error::refused("sanction.out_of_area"));
    }
    let document = told_in("document_no", &new.document_no)?;
    if document.chars().count() > 100 {
        return Err(Error::invalid("document_no", "invalid.too_long"));
    }
    let (today, area) = (work.today(), institution.area_code.as_str());
    let days = RuleBook::load(work.db()).await?.value(Rule::WarningDays, area, today)?;
    let (from, until) = rules::span(&row, today, days).ok_or_else(|| Error::refused("sanction.over"))?;
    let also = vec![
        (Column::DocumentNo, Expr::value(Some(document))),
        (Column::StartsOn, Expr::value(Some(from))),
        (Column::EndsOn, Expr::value(until)),
        (Column::DecidedBy, Expr::value(Some(by.account))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
    ];
    store::move_sanction(work, &row, to, also).await?;
    let span = json!({ "document_no": document, "starts_on": from, "ends_on": until });
    record(Some(by.actor()), work, &row, SanctionAction::Confirm.into(), span);
    follow(Some(by.actor()), work, &row).await?;
    tell(work, &row, "sanction_in_force").await
}

/// Refuses another's proposal; the institution never hears of it.
///
/// # Errors
/// `NotFound`, `move.illegal`, `sanction.same_person`, `doubt.tied`, `Invalid`, `Stale`.
pub(super) async fn refuse(by: &Can<DecideOnSanctions>, work: &Work, id: SanctionId, new: &Rejection) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    let to = row.status.after(SanctionAction::Refuse)?;
    require_second(by, work, &row).await?;
    let refusal = told_in("refusal", &new.refusal)?;
    let also = vec![
        (Column::Refusal, Expr::value(Some(refusal))),
        (Column::DecidedBy, Expr::value(Some(by.account))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
    ];
    store::move_sanction(work, &row, to, also).await?;
    record(Some(by.actor()), work, &row, SanctionAction::Refuse.into(), json!({}));
    Ok(())
}

/// Lifts one before its end. Who is struck off comes back by an appeal alone.
///
/// # Errors
/// `NotFound`, `move.illegal`, `sanction.needs_appeal`, `sanction.took_part`, `doubt.tied`, `Invalid`, `Stale`.
pub(super) async fn lift(by: &Can<LiftSanctions>, work: &Work, id: SanctionId, new: &Lifting) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    require_version(row.version, new.version)?;
    row.status.after(SanctionAction::Lift)?;
    if row.kind == SanctionKind::Delist {
        return Err(Error::refused("sanction.needs_appeal"));
    }
    require_apart(by, work, &row).await?;
    take_back(by, work, &row, told_in("closing", &new.closing)?).await?;
    tell(work, &row, "sanction_lifted").await
}

/// Who lifts a sanction took no part in it, nor in the case.
pub(super) async fn require_apart(by: &Can<LiftSanctions>, work: &Work, row: &sanction::Model) -> Result<()> {
    let taken_by = rules::parts(row, &case_of(work.db(), row).await?);
    let steps = accounts::Steps { noun: "sanction", id: row.id, taken_by };
    accounts::require_other(work.db(), by, steps, "sanction.took_part").await?;
    require_no_tie(work.db(), by.account, row.organisation_id).await
}

/// Ends a sanction for a reason, and gives the institution back what it took.
pub(super) async fn take_back(by: &Can<LiftSanctions>, work: &Work, row: &sanction::Model, why: &str) -> Result<()> {
    let to = row.status.after(SanctionAction::Lift)?;
    let also = vec![
        (Column::Closing, Expr::value(Some(why))),
        (Column::ClosedBy, Expr::value(Some(by.account))),
        (Column::ClosedAt, Expr::value(Some(work.now))),
    ];
    store::move_sanction(work, row, to, also).await?;
    record(Some(by.actor()), work, row, SanctionAction::Lift.into(), json!({}));
    follow(Some(by.actor()), work, row).await
}

/// Brings the institution to where its sanctions leave it, where that sanction has to do with it.
pub(super) async fn follow(by: Option<&Actor>, work: &Work, row: &sanction::Model) -> Result<()> {
    if !rules::moves_institution(row.kind) {
        return Ok(());
    }
    let kinds = [SanctionKind::Suspend, SanctionKind::Delist];
    let rows = store::of_kinds(work.db(), row.organisation_id, &kinds).await?;
    organisations::stand(by, work, row.organisation_id, rules::standing(&rows, work.today())).await
}

/// The sanction because of which the claims of an institution were held on a day: it was struck off, or suspended where the
/// rule says so.
///
/// # Errors
/// `NotFound`; of the database.
pub async fn holds_claims(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    on: NaiveDate,
) -> Result<Option<SanctionId>> {
    let rows = store::of_kinds(db, organisation, &[SanctionKind::Suspend, SanctionKind::Delist]).await?;
    let Some(gravest) = rows.iter().filter(|row| rules::holds_on(row, on)).max_by_key(|row| row.kind) else {
        return Ok(None);
    };
    if gravest.kind == SanctionKind::Suspend {
        let area = organisations::by_id(db, organisation).await?.area_code;
        if RuleBook::load(db).await?.value(Rule::SuspensionHoldsClaims, &area, on)? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(gravest.id))
}

/// What followed from a case, the first ahead; what is recovered because of it stands in the case itself.
///
/// # Errors
/// Of the database.
pub async fn of_case(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<sanction::Model>> {
    store::of_case(db, case).await
}

fn todo(count: u64, href: String, key: &'static str, why: &'static str) -> Todo {
    let args = vec![("count", count.to_string())];
    Todo { mine: true, href, key, args, why, why_args: Vec::new(), due: None }
}

/// What waits for this reader here.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (mut todos, scope) = (Vec::new(), actor.scope());
    if actor.prove::<DecideOnSanctions>().is_ok() {
        let count = store::count(db, &scope, SanctionStatus::Proposed, Some(actor.account)).await?;
        if count > 0 {
            let href = "/sanctions?status=proposed".to_owned();
            todos.push(todo(count, href, "sanction-todo-decide", "sanction-todo-decide-why"));
        }
    }
    if actor.prove::<JudgeAnswers>().is_ok() {
        let count = store::count(db, &scope, SanctionStatus::Answered, None).await?;
        if count > 0 {
            let href = "/sanctions?status=answered".to_owned();
            todos.push(todo(count, href, "sanction-todo-judge", "sanction-todo-judge-why"));
        }
    }
    if actor.prove::<LiftSanctions>().is_ok() {
        for id in store::open_appeals(db, &scope, SHOWN).await? {
            todos.push(todo(1, format!("/sanctions/{id}"), "sanction-todo-appeal", "sanction-todo-appeal-why"));
        }
    }
    if actor.prove::<AnswerSanctions>().is_ok() {
        for row in store::to_mend(db, &scope, SHOWN).await? {
            let href = format!("/sanctions/{}", row.id);
            todos.push(Todo { due: row.due_on, ..todo(1, href, "sanction-todo-mend", "sanction-todo-mend-why") });
        }
    }
    Ok(todos)
}

/// What an account is called.
pub(super) async fn called(db: &impl ConnectionTrait, id: Option<AccountId>) -> Result<String> {
    match id {
        Some(id) => Ok(accounts::by_id(db, id).await?.map(|account| account.name).unwrap_or_default()),
        None => Ok(String::new()),
    }
}
