//! The life of a notice: published, read anew as long as it lies open, ended. Each verb is one transaction.

use std::slice;

use entities::{
    claim, notice, notice_line,
    values::{ClaimId, ClaimStatus, Fen, HoldReason, LineStatus, NoticeId, NoticeLineId, NoticeStatus},
};
use sea_orm::ConnectionTrait;

use crate::accounts;
use crate::base::clock::year_of;
use crate::base::{Error, Result};
use crate::claims;
use crate::classes;
use crate::data::{Audit, Telling, Vault, Work, sequence};
use crate::notices::lifecycle::NoticeAction;
use crate::notices::list::{Shown, standing};
use crate::notices::objections;
use crate::notices::rules;
use crate::notices::store;
use crate::organisations;
use crate::policy::{Calendar, Rule, RuleBook};

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Published,
    AsItWas,
    Restarted,
    Withdrawn,
    Over,
}

/// Publishes the list of a claim that was approved twice.
///
/// # Errors
/// `move.illegal` for a claim that stands elsewhere; `claim.held`; `Internal` where a list cannot be made.
pub(super) async fn publish(work: &Work, vault: &Vault, id: ClaimId) -> Result<NoticeId> {
    let claim = claims::by_id(work.db(), id).await?;
    let last_day = last_day(work, &claim).await?;
    claims::publish(work, id, last_day).await?;
    let earlier = store::of_claim(work.db(), id).await?;
    for row in earlier.iter().filter(|row| matches!(row.status, NoticeStatus::Open | NoticeStatus::Over)) {
        end(work, row, NoticeAction::Withdraw).await?;
    }
    // What was disputed before the claim went back is disputed still.
    let disputed = objections::disputed_lines(work.db(), id).await?;
    let list = open(work, vault, &claim, earlier.first(), last_day).await?;
    for line in claims::lines_by_id(work.db(), &disputed).await? {
        if line.status == LineStatus::Claimed {
            claims::hold_line(None, work, line.id, HoldReason::Objection).await?;
        }
    }
    Ok(list)
}

/// The last of so many working days after today, as the rule of the county says.
async fn last_day(work: &Work, claim: &claim::Model) -> Result<chrono::NaiveDate> {
    let days = RuleBook::load(work.db()).await?.value(Rule::NoticeDays, &claim.area_code, work.today())?;
    Ok(Calendar::load(work.db()).await?.after(work.today(), rules::allowed(days)))
}

/// Freezes the list and lays it open.
async fn open(
    work: &Work,
    vault: &Vault,
    claim: &claim::Model,
    before: Option<&notice::Model>,
    last_day: chrono::NaiveDate,
) -> Result<NoticeId> {
    let list = standing(work.db(), vault, claim.id).await?.list;
    let year = year_of(work.today());
    let number = sequence::next(work, &format!("notice-{year}")).await?;
    let id = NoticeId::new();
    let row = notice::Model {
        id,
        number: format!("G-{year}-{number:06}"),
        claim_id: claim.id,
        organisation_id: claim.organisation_id,
        area_code: claim.area_code.clone(),
        round: before.map_or(1, |before| before.round + 1),
        title: classes::by_id(work.db(), claim.class_id).await?.title,
        institution: organisations::by_id(work.db(), claim.organisation_id).await?.name,
        list_hash: rules::list_hash(&list),
        lines: i32::try_from(list.len()).map_err(Error::internal)?,
        total_fen: list.iter().fold(Fen(0), |sum, shown| sum + shown.fen),
        starts_on: work.today(),
        last_day,
        status: NoticeStatus::Open,
        published_at: work.now,
        ended_at: None,
        version: 1,
    };
    record(work, &row, "publish");
    store::insert(work, row, rows(id, list)).await?;
    Ok(id)
}

/// A list as its rows.
pub(crate) fn rows(notice: NoticeId, list: Vec<Shown>) -> Vec<notice_line::Model> {
    let row = |(ordinal, Shown { line, name, number, item, fen }): (i32, Shown)| notice_line::Model {
        id: NoticeLineId::new(),
        notice_id: notice,
        ordinal,
        line_id: line,
        masked_name: name,
        masked_number: number,
        item,
        fen,
    };
    (1..).zip(list).map(row).collect()
}

/// Whether something is to be done about an open notice; nothing is written.
///
/// # Errors
/// `Internal` where a list cannot be made.
pub(super) async fn needs_work(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &notice::Model,
    today: chrono::NaiveDate,
) -> Result<bool> {
    let claim = claims::by_id(db, row.claim_id).await?;
    if claim.status != ClaimStatus::InNotice {
        return Ok(true);
    }
    if claim.hold_reason.is_some() {
        return Ok(false);
    }
    let now = standing(db, vault, claim.id).await?;
    let frozen = frozen(db, row.id).await?;
    let due = today > row.last_day && now.some_free;
    Ok(due || rules::is_another(&frozen, &now.list, &now.upheld) || claims::has_unsound(db, &claim).await?)
}

async fn frozen(db: &impl ConnectionTrait, notice: NoticeId) -> Result<Vec<Shown>> {
    Ok(store::lines(db, notice).await?.iter().map(Shown::from).collect())
}

/// Looks at an open notice anew. What does not hold any more falls, and another list is published anew. When the last day is
/// over and some of it neither waits nor fell, the claim goes on. One that waits as a whole stays as it is until it is let go:
/// so does one of which every line waits; by then nobody outside reads it any more.
///
/// # Errors
/// `NotFound`; `Stale`; `Internal` where a list cannot be made.
pub(super) async fn keep(work: &Work, vault: &Vault, id: NoticeId) -> Result<Kept> {
    let row = store::by_id(work.db(), id).await?;
    if row.status != NoticeStatus::Open {
        return Ok(Kept::AsItWas);
    }
    let claim = claims::by_id(work.db(), row.claim_id).await?;
    if claim.status != ClaimStatus::InNotice {
        return withdraw(work, &row).await;
    }
    if claim.hold_reason.is_some() {
        return Ok(Kept::AsItWas);
    }
    if claims::drop_unsound(work, claim.id).await? != ClaimStatus::InNotice {
        return withdraw(work, &row).await;
    }
    let now = standing(work.db(), vault, claim.id).await?;
    if rules::is_another(&frozen(work.db(), id).await?, &now.list, &now.upheld) {
        return restart(work, vault, &row, &claim).await;
    }
    if work.today() <= row.last_day || !now.some_free {
        return Ok(Kept::AsItWas);
    }
    end(work, &row, NoticeAction::Expire).await?;
    claims::clear(work, claim.id).await?;
    Ok(Kept::Over)
}

/// After a decision on one of its lines a claim goes on as far as it may.
///
/// # Errors
/// As of [`keep`].
pub(super) async fn go_on(work: &Work, vault: &Vault, claim: ClaimId) -> Result<()> {
    let rounds = store::of_claim(work.db(), claim).await?;
    let Some(open) = rounds.iter().find(|row| row.status == NoticeStatus::Open) else { return Ok(()) };
    keep(work, vault, open.id).await.map(drop)
}

async fn restart(work: &Work, vault: &Vault, row: &notice::Model, claim: &claim::Model) -> Result<Kept> {
    let last_day = last_day(work, claim).await?;
    end(work, row, NoticeAction::Restart).await?;
    claims::prolong(work, claim.id, last_day).await?;
    open(work, vault, claim, Some(row), last_day).await?;
    let args = serde_json::json!({ "number": claim.number, "title": row.title, "day": last_day.to_string() });
    for to in accounts::of_organisation(work.db(), row.organisation_id).await? {
        let link = Some(format!("/claims/{}/notice", claim.id));
        work.tell(Telling { to, kind: "notice_restarted", args: args.clone(), link });
    }
    Ok(Kept::Restarted)
}

/// Its claim went back, or nothing is left of it.
pub(super) async fn withdraw(work: &Work, row: &notice::Model) -> Result<Kept> {
    end(work, row, NoticeAction::Withdraw).await?;
    Ok(Kept::Withdrawn)
}

async fn end(work: &Work, row: &notice::Model, action: NoticeAction) -> Result<()> {
    store::end(work, row, action).await?;
    record(work, row, action.into());
    Ok(())
}

fn record(work: &Work, row: &notice::Model, action: &'static str) {
    let detail =
        serde_json::json!({ "number": row.number, "round": row.round, "lines": row.lines, "hash": row.list_hash });
    work.record(Audit::of(action, "notice", row.id).area(&row.area_code).detail(detail));
}

/// Withdraws what stands of claims that went back after their notice.
///
/// # Errors
/// `Stale`.
pub(super) async fn withdraw_of(work: &Work, claim: ClaimId) -> Result<()> {
    // It may have been handed in and approved again meanwhile.
    if claims::by_id(work.db(), claim).await?.status != ClaimStatus::Returned {
        return Ok(());
    }
    for row in store::standing_of(work.db(), slice::from_ref(&claim)).await? {
        withdraw(work, &row).await?;
    }
    Ok(())
}
