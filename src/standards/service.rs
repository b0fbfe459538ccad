//! Proposing standards and uplifts, putting them in force, ending them.

use chrono::NaiveDate;
use entities::{
    standard_uplift, subsidy_standard,
    values::{Fen, StandardId, StandardStatus, SubsidyKind, SubsidyPayee, UpliftId, UpliftKind},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::Expr};
use serde_json::json;
use validator::Validate;

use crate::access::{Actor, Can};
use crate::accounts;
use crate::areas::Atlas;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, money};
use crate::data::changing::change;
use crate::data::{Audit, Work};
use crate::policy::{Rule, RuleBook, is_occupation};
use crate::standards::forms::{End, NewStandard, NewUplift};
use crate::standards::lifecycle::StandardAction;
use crate::standards::rights::{EnactStandards, ProposeStandards, SeeProposals};
use crate::standards::standing::Standing;
use crate::standards::store::{self, Sight};

/// What a reader may look at.
pub(crate) fn sight(by: &Actor) -> Sight {
    Sight(by.prove::<SeeProposals>().ok().map(|by| by.scope()))
}

/// The standard of a line; for callers who may see the line.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: StandardId) -> Result<subsidy_standard::Model> {
    store::by_id(db, id).await?.ok_or(Error::NotFound("subsidy_standard"))
}

fn check_area(by: &Actor, atlas: &Atlas, area: &str, today: NaiveDate) -> Result<()> {
    if by.scope().covers(area) && atlas.exists(area, today) {
        Ok(())
    } else {
        Err(Error::invalid("area_code", "invalid.area"))
    }
}

fn check_period(from: NaiveDate, to: Option<NaiveDate>) -> Result<()> {
    if to.is_some_and(|to| to <= from) { Err(Error::invalid("valid_to", "invalid.end_before_start")) } else { Ok(()) }
}

fn record<R: Standing>(work: &Work, by: &Actor, verb: &'static str, row: &R, detail: serde_json::Value) {
    work.record(Audit::of(verb, R::NAME, row.id()).by_actor(Some(by)).area(row.area()).detail(detail));
}

/// Proposes a standard; it holds once another puts it in force.
///
/// # Errors
/// `Invalid`; `standard.overlap` where one of the same kind is in force on some of the days.
pub(crate) async fn propose(
    by: &Can<ProposeStandards>,
    work: &Work,
    atlas: &Atlas,
    new: &NewStandard,
) -> Result<StandardId> {
    new.validate()?;
    check_area(by, atlas, &new.area_code, work.today())?;
    if new.occupation.as_deref().is_some_and(|code| !is_occupation(code)) {
        return Err(Error::invalid("occupation", "invalid.choice"));
    }
    let amounts = Fen(1)..=money::MOST;
    if !amounts.contains(&new.amount_fen) {
        return Err(Error::invalid("amount_fen", "invalid.range"));
    }
    if new.per_hour != new.cap_fen.is_some() || new.cap_fen.is_some_and(|cap| !amounts.contains(&cap)) {
        return Err(Error::invalid("cap_fen", "invalid.cap"));
    }
    if new.start_percent + new.completion_percent + new.outcome_percent != 100 {
        return Err(Error::invalid("completion_percent", "invalid.not_whole"));
    }
    let most = RuleBook::load(work.db()).await?.value(Rule::AdvancePercentMost, &new.area_code, work.today())?;
    if i64::from(new.start_percent) > most {
        return Err(Error::invalid("start_percent", "invalid.advance"));
    }
    if new.kind == SubsidyKind::Living && new.payee != SubsidyPayee::Trainee {
        return Err(Error::invalid("payee", "invalid.living_payee"));
    }
    check_period(new.valid_from, new.valid_to)?;
    let row = subsidy_standard::Model {
        id: StandardId::new(),
        programme: new.programme,
        occupation: new.occupation.clone(),
        level: new.level,
        area_code: new.area_code.clone(),
        payee: new.payee,
        kind: new.kind,
        fen: new.amount_fen,
        per_hour: new.per_hour,
        cap_fen: new.cap_fen,
        start_percent: new.start_percent,
        completion_percent: new.completion_percent,
        outcome_percent: new.outcome_percent,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        document_no: new.document_no.trim().to_owned(),
        status: StandardStatus::Proposed,
        proposed_by: Some(by.account),
        proposed_at: Some(work.now),
        enacted_by: None,
        enacted_at: None,
        version: 1,
    };
    require_room(&row, &store::of_area(work.db(), &row.area_code, row.valid_from).await?)?;
    subsidy_standard::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let detail = json!({ "amount_fen": row.fen, "document_no": row.document_no, "valid_from": row.valid_from });
    record(work, by.actor(), "propose", &row, detail);
    Ok(row.id)
}

/// Proposes an uplift; it holds once another puts it in force.
///
/// # Errors
/// `Invalid`; `standard.overlap` where one of the same kind is in force on some of the days.
pub(crate) async fn propose_uplift(
    by: &Can<ProposeStandards>,
    work: &Work,
    atlas: &Atlas,
    new: &NewUplift,
) -> Result<UpliftId> {
    new.validate()?;
    check_area(by, atlas, &new.area_code, work.today())?;
    let listed = new.kind == UpliftKind::ListedTrade;
    if listed != new.occupation.is_some() || new.occupation.as_deref().is_some_and(|code| !is_occupation(code)) {
        return Err(Error::invalid("occupation", "invalid.listed_trade"));
    }
    check_period(new.valid_from, new.valid_to)?;
    let row = standard_uplift::Model {
        id: UpliftId::new(),
        area_code: new.area_code.clone(),
        kind: new.kind,
        occupation: new.occupation.clone(),
        percent: new.percent,
        certificate: new.certificate,
        stackable: new.stackable,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        document_no: new.document_no.trim().to_owned(),
        status: StandardStatus::Proposed,
        proposed_by: Some(by.account),
        proposed_at: Some(work.now),
        enacted_by: None,
        enacted_at: None,
        version: 1,
    };
    require_room(&row, &store::uplifts_of_area(work.db(), &row.area_code, row.valid_from).await?)?;
    standard_uplift::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let detail = json!({ "percent": row.percent, "document_no": row.document_no, "valid_from": row.valid_from });
    record(work, by.actor(), "propose", &row, detail);
    Ok(row.id)
}

fn require_room<R: Standing>(row: &R, others: &[R]) -> Result<()> {
    let meets = others.iter().any(|other| row.is_like(other) && row.meets(other));
    if meets { Err(Error::refused("standard.overlap")) } else { Ok(()) }
}

/// A standard that the official's area covers.
async fn own_standard(by: &Actor, work: &Work, id: StandardId) -> Result<subsidy_standard::Model> {
    store::visible(work.db(), &sight(by), id)
        .await?
        .filter(|row| by.scope().covers(&row.area_code))
        .ok_or(Error::NotFound("subsidy_standard"))
}

async fn own_uplift(by: &Actor, work: &Work, id: UpliftId) -> Result<standard_uplift::Model> {
    store::uplift(work.db(), &sight(by), id)
        .await?
        .filter(|row| by.scope().covers(&row.area_code))
        .ok_or(Error::NotFound("standard_uplift"))
}

/// Puts a standard in force.
///
/// # Errors
/// `NotFound`; `standard.own` for who proposed it; `move.illegal`; `standard.overlap`.
pub(crate) async fn enact(by: &Can<EnactStandards>, work: &Work, id: StandardId) -> Result<()> {
    let row = own_standard(by, work, id).await?;
    let others = store::of_area(work.db(), &row.area_code, row.valid_from).await?;
    enact_row(by, work, &row, &others).await
}

/// Puts an uplift in force.
///
/// # Errors
/// Those of [`enact`].
pub(crate) async fn enact_uplift(by: &Can<EnactStandards>, work: &Work, id: UpliftId) -> Result<()> {
    let row = own_uplift(by, work, id).await?;
    let others = store::uplifts_of_area(work.db(), &row.area_code, row.valid_from).await?;
    enact_row(by, work, &row, &others).await
}

async fn enact_row<R: Standing>(by: &Can<EnactStandards>, work: &Work, row: &R, others: &[R]) -> Result<()> {
    row.status().after(StandardAction::Enact)?;
    let taken_by = row.proposed_by().into_iter().collect();
    accounts::require_other(work.db(), by, accounts::Steps { noun: R::NAME, id: row.id(), taken_by }, "standard.own")
        .await?;
    require_room(row, others)?;
    change(work, row, R::enacted(work, by.account)).await?;
    record(work, by.actor(), StandardAction::Enact.into(), row, json!({}));
    Ok(())
}

/// Takes a proposal back.
///
/// # Errors
/// `NotFound`; `move.illegal`.
pub(crate) async fn withdraw(by: &Can<ProposeStandards>, work: &Work, id: StandardId) -> Result<()> {
    withdraw_row(by, work, &own_standard(by, work, id).await?).await
}

/// # Errors
/// Those of [`withdraw`].
pub(crate) async fn withdraw_uplift(by: &Can<ProposeStandards>, work: &Work, id: UpliftId) -> Result<()> {
    withdraw_row(by, work, &own_uplift(by, work, id).await?).await
}

async fn withdraw_row<R: Standing>(by: &Can<ProposeStandards>, work: &Work, row: &R) -> Result<()> {
    let to = row.status().after(StandardAction::Withdraw)?;
    change(work, row, [(R::STATUS, Expr::value(to))]).await?;
    record(work, by.actor(), StandardAction::Withdraw.into(), row, json!({}));
    Ok(())
}

/// Says from which day a standard no longer holds. What was approved until then stays approved under it.
///
/// # Errors
/// `NotFound`; `move.illegal`; `Invalid` for a day that is not to come, or one after its end.
pub(crate) async fn end(by: &Can<ProposeStandards>, work: &Work, id: StandardId, new: &End) -> Result<()> {
    end_row(by, work, &own_standard(by, work, id).await?, new).await
}

/// # Errors
/// Those of [`end`].
pub(crate) async fn end_uplift(by: &Can<ProposeStandards>, work: &Work, id: UpliftId, new: &End) -> Result<()> {
    end_row(by, work, &own_uplift(by, work, id).await?, new).await
}

async fn end_row<R: Standing>(by: &Can<ProposeStandards>, work: &Work, row: &R, new: &End) -> Result<()> {
    row.status().after(StandardAction::End)?;
    let (from, to) = row.period();
    // What was decided today was decided under it; and what is over is not brought back.
    let past = new.valid_to <= work.today() || new.valid_to < from;
    if past || to.is_some_and(|to| new.valid_to > to) {
        return Err(Error::invalid("valid_to", "invalid.ends_too"));
    }
    change(work, row, [(R::VALID_TO, Expr::value(new.valid_to))]).await?;
    record(work, by.actor(), StandardAction::End.into(), row, json!({ "valid_to": new.valid_to }));
    Ok(())
}
