//! Objecting, looking into it, deciding. What is disputed waits at once, and nothing else does.

use std::net::IpAddr;

use entities::{
    claim, objection,
    values::{HoldReason, LineStatus, ObjectionId, ObjectionOutcome, ObjectionStatus},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Refusal, Result};
use crate::claims;
use crate::data::{Audit, Telling, Vault, Work};
use crate::notices::keeping;
use crate::notices::objections::code::Code;
use crate::notices::objections::forms::{Investigation, NewObjection, Ruling};
use crate::notices::objections::lifecycle::ObjectionAction;
use crate::notices::objections::store::{self, Part};
use crate::notices::rights::{DecideObjections, InvestigateObjections};
use crate::notices::store as notices;
use crate::policy::{Calendar, Rule, RuleBook};
use crate::web::{Todo, told_in};

use objection::Column;

/// Of what an address is hashed, and what stands for one that is not known.
const SOURCE: &str = "objector";
const UNKNOWN: &str = "-";

/// Anybody says what is wrong with a line that lies open; the line waits from now on. The code is told once.
///
/// # Errors
/// `NotFound` for a notice that is not open; `Invalid` by field; `objection.too_many`; `objection.settled` for a line that
/// is not paid for anyway; `Stale`.
pub(crate) async fn file(
    work: &Work,
    vault: &Vault,
    address: Option<IpAddr>,
    number: &str,
    new: &NewObjection,
) -> Result<(ObjectionId, Code)> {
    let notice = notices::public(work.db(), work.today(), number).await?;
    let said = new.said()?;
    let lines = notices::lines(work.db(), notice.id).await?;
    let shown = lines.iter().find(|line| line.ordinal == new.line);
    let shown = shown.ok_or_else(|| Error::invalid("line", "invalid.choice"))?;
    let line = claims::lines_by_id(work.db(), &[shown.line_id]).await?.pop().ok_or(Error::NotFound("line"))?;
    if !matches!(line.status, LineStatus::Claimed | LineStatus::Held) {
        return Err(Error::refused("objection.settled"));
    }
    let rules = RuleBook::load(work.db()).await?;
    let rule = |rule| rules.value(rule, &notice.area_code, work.today());
    let address = address.map_or_else(|| UNKNOWN.to_owned(), |ip| ip.to_string());
    let before = store::from_source(work.db(), &vault.indexes(SOURCE, &address), work.today()).await?;
    let (today, in_all) = store::to_notice(work.db(), notice.id, work.today()).await?;
    for (count, most) in [(before, rule(Rule::ObjectionsPerAddress)?), (today, rule(Rule::ObjectionsPerNotice)?)] {
        if i64::try_from(count).map_err(Error::internal)? >= most {
            return Err(Refusal { code: "objection.too_many", args: Vec::new() }.with("most", most).into());
        }
    }
    let (id, code) = (ObjectionId::new(), Code::fresh()?);
    let contact = json!({ "name": said.name, "phone": said.phone }).to_string();
    let row = objection::Model {
        id,
        notice_id: notice.id,
        claim_id: notice.claim_id,
        line_id: line.id,
        enrolment_id: line.enrolment_id,
        ordinal: shown.ordinal,
        number: i32::try_from(in_all + 1).map_err(Error::internal)?,
        organisation_id: notice.organisation_id,
        area_code: notice.area_code.clone(),
        sealed: Part::Text.seal(vault, id, said.text)?,
        contact: Part::Contact.seal(vault, id, &contact)?,
        code_hash: code.hash(),
        source: vault.index(SOURCE, &address),
        filed_at: work.now,
        filed_on: work.today(),
        of_source: i32::try_from(before + 1).map_err(Error::internal)?,
        due_on: Calendar::load(work.db()).await?.after(work.today(), rule(Rule::ObjectionDays)?),
        status: ObjectionStatus::Received,
        finding: Part::Finding.seal(vault, id, "")?,
        investigated_by: None,
        investigated_at: None,
        answer: Part::Answer.seal(vault, id, "")?,
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    record(None, work, &row, "file");
    // Somebody was quicker: the counts that were read hold no longer.
    store::insert(work, row.clone()).await.map_err(|e| if e.is_duplicate() { Error::Stale } else { e })?;
    if line.status == LineStatus::Claimed {
        claims::hold_line(None, work, line.id, HoldReason::Objection).await?;
    }
    let claim = claims::by_id(work.db(), row.claim_id).await?;
    tell(work, &row, &claim, "line_objected", None).await?;
    Ok((id, code))
}

fn record(by: Option<&Actor>, work: &Work, row: &objection::Model, action: &'static str) {
    let detail = json!({ "claim": row.claim_id, "line": row.line_id, "ordinal": row.ordinal });
    work.record(Audit::of(action, "objection", row.id).by_actor(by).area(&row.area_code).detail(detail));
}

/// The institution is told that a line is disputed, and what came of it; not by whom, nor in whose words.
async fn tell(
    work: &Work,
    row: &objection::Model,
    claim: &claim::Model,
    kind: &'static str,
    outcome: Option<ObjectionOutcome>,
) -> Result<()> {
    let args = json!({ "number": claim.number, "line": row.ordinal, "outcome": outcome });
    for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
        work.tell(Telling { to, kind, args: args.clone(), link: Some(format!("/claims/{}/notice", claim.id)) });
    }
    Ok(())
}

/// The clerk looked into it and writes down what was found.
///
/// # Errors
/// `NotFound`; `move.illegal`; `Invalid` without a finding.
pub(crate) async fn investigate(
    by: &Can<InvestigateObjections>,
    work: &Work,
    vault: &Vault,
    id: ObjectionId,
    new: &Investigation,
) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let to = row.status.after(ObjectionAction::Investigate)?;
    let finding = told_in("finding", &new.finding)?;
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::Finding, Expr::value(Part::Finding.seal(vault, id, finding)?)),
        (Column::InvestigatedBy, Expr::value(by.account)),
        (Column::InvestigatedAt, Expr::value(work.now)),
    ];
    store::change(work, &row, set).await?;
    record(Some(by.actor()), work, &row, ObjectionAction::Investigate.into());
    Ok(())
}

/// Somebody who did not look into it decides. An upheld one takes the line out; with the last one that is dismissed the line
/// goes on: in the notice while that lies open, else to the finance bureau.
///
/// # Errors
/// `NotFound`; `move.illegal`; `objection.same_person`; `Invalid` without an answer.
pub(crate) async fn decide(
    by: &Can<DecideObjections>,
    work: &Work,
    vault: &Vault,
    id: ObjectionId,
    new: &Ruling,
) -> Result<()> {
    let row = store::visible(work.db(), &by.scope(), id).await?;
    let action = ObjectionAction::from(new.outcome);
    let to = row.status.after(action)?;
    let steps = accounts::Steps { noun: "objection", id, taken_by: row.investigated_by.into_iter().collect() };
    accounts::require_other(work.db(), by, steps, "objection.same_person").await?;
    let answer = told_in("answer", &new.answer)?;
    let set = vec![
        (Column::Status, Expr::value(to)),
        (Column::Answer, Expr::value(Part::Answer.seal(vault, id, answer)?)),
        (Column::DecidedBy, Expr::value(by.account)),
        (Column::DecidedAt, Expr::value(work.now)),
    ];
    store::change(work, &row, set).await?;
    record(Some(by.actor()), work, &row, action.into());
    match new.outcome {
        ObjectionOutcome::Upheld => claims::uphold(Some(by), work, row.line_id).await?,
        ObjectionOutcome::Dismissed => let_go(by, work, &row).await?,
    }
    keeping::go_on(work, vault, row.claim_id).await?;
    let claim = claims::by_id(work.db(), row.claim_id).await?;
    tell(work, &row, &claim, "objection_decided", Some(new.outcome)).await
}

/// The line goes on where nothing else keeps it.
async fn let_go(by: &Actor, work: &Work, row: &objection::Model) -> Result<()> {
    if store::is_disputed(work.db(), row.line_id).await? {
        return Ok(());
    }
    let line = claims::lines_by_id(work.db(), &[row.line_id]).await?.pop().ok_or(Error::NotFound("line"))?;
    match (line.status, line.hold_reason) {
        (LineStatus::Held, Some(HoldReason::Objection)) => claims::release_line(Some(by), work, line.id).await,
        _ => Ok(()),
    }
}

/// Objections wait for the clerk, then for the checker.
///
/// # Errors
/// Of the database.
pub(crate) async fn todos(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Todo>> {
    let (status, key) = if actor.prove::<InvestigateObjections>().is_ok() {
        (ObjectionStatus::Received, "objection-todo_investigate")
    } else if actor.prove::<DecideObjections>().is_ok() {
        (ObjectionStatus::Investigated, "objection-todo_decide")
    } else {
        return Ok(Vec::new());
    };
    let waiting = store::waiting(db, &actor.scope(), status).await?;
    let todo = |(count, due): (u64, chrono::NaiveDate)| Todo {
        mine: true,
        href: format!("/objections?status={status}"),
        key,
        args: vec![("count", count.to_string())],
        why: "objection-todo_why",
        why_args: Vec::new(),
        due: Some(due),
    };
    Ok(waiting.map(todo).into_iter().collect())
}
