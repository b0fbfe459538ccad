//! Lines on their way through a batch: in, out again, paid, refused by the bank, mended. A batch may hold ten thousand lines,
//! so what the bank said of them is written by a few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    claim, claim_line, decision,
    values::{ClaimId, ClaimStatus, ClassId, DecisionId, Fen, LineId, LineStatus, PotId},
};
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims::findings::standing_of;
use crate::claims::lifecycle::{ClaimAction, LineAction};
use crate::claims::rules;
use crate::claims::service::{due_on, require_no_sanction, require_other_person};
use crate::claims::settlement::{follow, sift};
use crate::claims::store;
use crate::data::{Audit, Work, bulk};
use crate::funds;

/// Whether a claim waits for a batch.
pub(crate) fn is_ready(claim: &claim::Model) -> bool {
    claim.status == ClaimStatus::FinanceApproved && claim.hold_reason.is_none()
}

/// Whether somebody may pay a claim: who took a step of it before the finance bureau's may not.
pub(crate) fn may_pay(claim: &claim::Model, by: &Actor) -> bool {
    rules::require_other_person(&claim.into(), ClaimAction::Authorise, by.account).is_ok()
}

/// Who took a step of a claim before the finance bureau's does not pay it, under whatever account.
///
/// # Errors
/// `claim.same_person`; `account.no_identity`, `account.other_no_identity` where it is not known who somebody is.
pub(crate) async fn require_payer(by: &Actor, work: &Work, claim: &claim::Model) -> Result<()> {
    require_other_person(work.db(), by, claim, ClaimAction::Authorise).await
}

/// Lines that the finance bureau approved go into a batch, looked at once more; what does not hold any more falls and is not
/// in what comes back, nor are lines that are not asked for.
///
/// # Errors
/// `NotFound`; `claim.held`; `claim.same_person`; `Stale`.
pub(crate) async fn batch(
    by: &Actor,
    work: &Work,
    id: ClaimId,
    asked: &HashSet<LineId>,
) -> Result<Vec<claim_line::Model>> {
    let claim = store::by_id(work.db(), id).await?;
    rules::require_free(&(&claim).into())?;
    require_payer(by, work, &claim).await?;
    require_no_sanction(work, &claim).await?;
    let mut lines = sift(Some(by), work, &claim, LineStatus::Approved).await?;
    lines.retain(|line| asked.contains(&line.id));
    let ids: Vec<LineId> = lines.iter().map(|line| line.id).collect();
    store::move_lines(work, &ids, LineStatus::Approved, LineAction::Batch).await?;
    follow(Some(by), work, id).await?;
    Ok(lines)
}

/// Those lines of claims in a batch that do not hold any more.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn fallen(db: &impl ConnectionTrait, claims: &[claim::Model]) -> Result<HashSet<LineId>> {
    let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
    let mut lines: HashMap<ClaimId, Vec<claim_line::Model>> = HashMap::new();
    for line in store::lines_of(db, &ids).await? {
        lines.entry(line.claim_id).or_default().push(line);
    }
    let mut fallen = HashSet::new();
    for claim in claims {
        let found = standing_of(db, claim).await?;
        let own = lines.remove(&claim.id).unwrap_or_default();
        let batched = own.iter().filter(|line| line.status == LineStatus::Batched);
        fallen.extend(batched.filter(|line| found.against(line).is_some()).map(|line| line.id));
    }
    Ok(fallen)
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled {
    pub claim: ClaimId,
    pub line: LineId,
    pub action: LineAction,
}

/// What a bank made of lines, what became of their batch, or that an account was mended: lines, claims, decisions and the
/// ledger in a handful of statements, however many they are. `batch` is the number under which money leaves.
///
/// # Errors
/// `NotFound`; `move.illegal` for a line that cannot become that; `pot.not_owed`; `Stale`.
pub(crate) async fn settle(by: &Actor, work: &Work, settled: &[Settled], batch: &str) -> Result<()> {
    let ids: BTreeSet<ClaimId> = settled.iter().map(|one| one.claim).collect();
    let ids: Vec<ClaimId> = ids.into_iter().collect();
    let claims = store::by_ids(work.db(), &ids).await?;
    let mut lines = store::lines_of(work.db(), &ids).await?;
    let wanted: HashMap<LineId, LineAction> = settled.iter().map(|one| (one.line, one.action)).collect();
    let mut moved: HashMap<(LineStatus, &'static str), (LineAction, Vec<LineId>)> = HashMap::new();
    let mut paid: HashMap<ClaimId, Fen> = HashMap::new();
    let mut found = 0;
    for line in &mut lines {
        let Some(action) = wanted.get(&line.id) else { continue };
        let to = line.status.after(*action)?;
        moved.entry((line.status, (*action).into())).or_insert((*action, Vec::new())).1.push(line.id);
        if *action == LineAction::Pay {
            let sum = paid.entry(line.claim_id).or_insert(Fen(0));
            *sum = *sum + line.fen;
        }
        line.status = to;
        found += 1;
    }
    if found != wanted.len() || claims.len() != ids.len() {
        return Err(Error::NotFound("line"));
    }
    for ((from, _), (action, ids)) in moved {
        store::move_lines(work, &ids, from, action).await?;
    }
    pay(by, work, &claims, &paid, batch).await?;
    let mut of_claim: HashMap<ClaimId, Vec<LineStatus>> = HashMap::new();
    for line in lines {
        of_claim.entry(line.claim_id).or_default().push(line.status);
    }
    let goes = |claim: &claim::Model| {
        rules::rolled_up(of_claim.remove(&claim.id).unwrap_or_default()).filter(|to| *to != claim.status)
    };
    let goes: Vec<Option<ClaimStatus>> = claims.iter().map(goes).collect();
    advance(by, work, claims.iter().zip(goes).filter_map(|(claim, to)| Some((claim, to?))).collect()).await
}

/// A posting a claim, a move of the balances a pot.
async fn pay(
    by: &Actor,
    work: &Work,
    claims: &[claim::Model],
    paid: &HashMap<ClaimId, Fen>,
    batch: &str,
) -> Result<()> {
    let mut by_pot: BTreeMap<PotId, Vec<(ClassId, ClaimId, Fen)>> = BTreeMap::new();
    for claim in claims {
        if let Some(fen) = paid.get(&claim.id) {
            by_pot.entry(claim.pot_id).or_default().push((claim.class_id, claim.id, *fen));
        }
    }
    for (pot, paid) in by_pot {
        funds::pay(by, work, pot, &paid, batch).await?;
    }
    Ok(())
}

/// Puts claims where their lines stand.
async fn advance(by: &Actor, work: &Work, moves: Vec<(&claim::Model, ClaimStatus)>) -> Result<()> {
    let mut due: HashMap<(ClaimStatus, &str), Option<NaiveDate>> = HashMap::new();
    let mut alike: HashMap<(ClaimStatus, ClaimStatus, Option<NaiveDate>), Vec<ClaimId>> = HashMap::new();
    let mut decisions = Vec::with_capacity(moves.len());
    for (claim, to) in moves {
        let action = ClaimAction::towards(to).ok_or_else(|| Error::refused("move.illegal"))?;
        if claim.status.after(action)? != to {
            return Err(Error::refused("move.illegal"));
        }
        let until = if let Some(until) = due.get(&(to, claim.area_code.as_str())) {
            *until
        } else {
            let until = due_on(work, claim, to).await?;
            *due.entry((to, claim.area_code.as_str())).or_insert(until)
        };
        alike.entry((claim.status, to, until)).or_default().push(claim.id);
        let verb: &'static str = action.into();
        decisions.push(decision::Model {
            id: DecisionId::new(),
            claim_id: claim.id,
            action: verb.to_owned(),
            status: to,
            decided_by: by.account,
            role: by.role,
            reason: None,
            at: work.now,
        });
        let detail = serde_json::json!({ "number": claim.number, "total_fen": claim.total_fen });
        work.record(Audit::of(verb, "claim", claim.id).by_actor(Some(by)).area(&claim.area_code).detail(detail));
    }
    for ((from, to, until), ids) in alike {
        store::advance_many(work, &ids, from, to, until).await?;
    }
    bulk::insert::<decision::Entity>(work, decisions).await
}
