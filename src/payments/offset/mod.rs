//! Setting off (抵扣): approved lines are settled without the bank, because their payee owes as much. It is a batch that is done
//! the moment it is written: its payments are paid and have no account, so no line of it is ever paid again, and it is counted
//! with all others.

mod store;

use std::collections::{BTreeMap, HashMap, HashSet};

use entities::{
    claim, claim_line, payment, payment_batch, payment_line, pot,
    values::{BatchId, BatchStatus, ClaimId, Fen, LineId, PaymentId, PaymentStatus, PotId},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::base::clock::year_of;
use crate::base::{Error, Result};
use crate::claims::{self, LineAction, Settled};
use crate::data::{Audit, Work, sequence};
use crate::funds;
use crate::payments::rights::RunBatches;
use crate::payments::rules::{Payee, Sum};
use crate::payments::store as batches;

/// A line that could be set off.
#[derive(Clone, Debug)]
pub(crate) struct OpenLine {
    pub claim: claim::Model,
    pub line: claim_line::Model,
}

/// What was settled for one claim.
#[derive(Clone, Debug)]
pub(crate) struct SetOff {
    pub payment: PaymentId,
    pub reference: String,
    pub fen: Fen,
}

/// Approved lines that wait for a batch and are paid to a payee out of money of the same source and area, whatever the year; of
/// claims of which `by` took no step. At most `limit`.
///
/// # Errors
/// Of the database.
pub(crate) async fn open_lines(
    db: &impl ConnectionTrait,
    by: &Actor,
    pot: &pot::Model,
    payee: Payee,
    limit: u64,
) -> Result<Vec<OpenLine>> {
    let lines = store::open_lines(db, pot, payee, limit).await?;
    let claims: HashSet<ClaimId> = lines.iter().map(|line| line.claim_id).collect();
    let claims = claims::by_ids(db, &claims.into_iter().collect::<Vec<_>>()).await?;
    let claims: HashMap<ClaimId, claim::Model> = claims.into_iter().map(|claim| (claim.id, claim)).collect();
    let open = lines.into_iter().filter_map(|line| {
        let claim = claims.get(&line.claim_id)?.clone();
        let sound = claims::is_ready(&claim) && claims::may_pay(&claim, by) && Payee::of(&claim, &line) == payee;
        sound.then_some(OpenLine { claim, line })
    });
    Ok(open.collect())
}

/// Who was paid for a line.
///
/// # Errors
/// Of the database.
pub(crate) async fn paid_to(db: &impl ConnectionTrait, line: LineId) -> Result<Option<Payee>> {
    let paid = store::paid_for(db, line).await?;
    Ok(paid.and_then(|payment| payee_of(&payment)))
}

fn payee_of(payment: &payment::Model) -> Option<Payee> {
    payment.organisation_id.map(Payee::Organisation).or(payment.person_id.map(Payee::Person))
}

/// Settles lines, looked at once more; what does not hold any more falls and is not in what comes back.
///
/// # Errors
/// `claim.same_person`; `claim.held`; `Stale`; `pot.not_owed`.
pub(crate) async fn set_off(
    by: &Can<RunBatches>,
    work: &Work,
    payee: Payee,
    lines: &[OpenLine],
) -> Result<Vec<SetOff>> {
    let mut of_pot: BTreeMap<PotId, BTreeMap<ClaimId, HashSet<LineId>>> = BTreeMap::new();
    for OpenLine { claim, line } in lines {
        of_pot.entry(claim.pot_id).or_default().entry(claim.id).or_default().insert(line.id);
    }
    let mut settled = Vec::new();
    for (pot, asked) in of_pot {
        let mut kept: Vec<(ClaimId, Vec<claim_line::Model>)> = Vec::new();
        for (claim, lines) in asked {
            kept.push((claim, claims::batch(by, work, claim, &lines).await?));
        }
        kept.retain(|(_, lines)| !lines.is_empty());
        if !kept.is_empty() {
            settled.extend(write(by, work, pot, payee, kept).await?);
        }
    }
    Ok(settled)
}

/// The batch with its payments, and what follows for lines, claims and ledger.
async fn write(
    by: &Can<RunBatches>,
    work: &Work,
    pot: PotId,
    payee: Payee,
    kept: Vec<(ClaimId, Vec<claim_line::Model>)>,
) -> Result<Vec<SetOff>> {
    let year = year_of(work.today());
    let number = format!("O-{year}-{:06}", sequence::next(work, &format!("offset-{year}")).await?);
    let id = BatchId::new();
    let areas: HashMap<ClaimId, String> =
        claims::by_ids(work.db(), &kept.iter().map(|(claim, _)| *claim).collect::<Vec<_>>())
            .await?
            .into_iter()
            .map(|claim| (claim.id, claim.area_code))
            .collect();
    let (mut payments, mut rows, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    for ((claim, lines), at) in kept.iter().zip(1..) {
        let payment = PaymentId::new();
        let (organisation_id, person_id) = match payee {
            Payee::Organisation(id) => (Some(id), None),
            Payee::Person(id) => (None, Some(id)),
        };
        payments.push(payment::Model {
            id: payment,
            batch_id: id,
            claim_id: *claim,
            pot_id: pot,
            area_code: areas.get(claim).cloned().ok_or(Error::NotFound("claim"))?,
            organisation_id,
            person_id,
            fen: lines.iter().map(|line| line.fen).sum(),
            lines: i32::try_from(lines.len()).map_err(Error::internal)?,
            reference: format!("{number}-{at:05}"),
            status: PaymentStatus::Paid,
            sealed: None,
            account_index: None,
            account_tail: None,
            failure: None,
            bank_code: None,
            paid_on: Some(work.today()),
            settled_at: Some(work.now),
            mended_by: None,
            mended_at: None,
        });
        for line in lines {
            rows.push(payment_line::Model {
                payment_id: payment,
                line_id: line.id,
                fen: line.fen,
                status: PaymentStatus::Paid,
            });
            settled.push(Settled { claim: *claim, line: line.id, action: LineAction::Pay });
        }
    }
    let sum = Sum::of(payments.iter().map(|payment| payment.fen));
    let batch = done(by, work, (id, number.clone()), &funds::by_id(work.db(), pot).await?, sum, rows.len())?;
    let detail = json!({ "number": number, "pot": pot, "total_fen": sum.fen });
    let audit = Audit::of("set_off", "payment_batch", id).by_actor(Some(by.actor()));
    work.record(audit.area(&batch.area_code).detail(detail));
    let told = payments.iter().map(|one| SetOff { payment: one.id, reference: one.reference.clone(), fen: one.fen });
    let told = told.collect();
    batches::insert(work, batch).await?;
    batches::insert_payments(work, payments, rows).await?;
    claims::settle(by, work, &settled, &number).await?;
    Ok(told)
}

/// A batch that never goes to the bank.
fn done(
    by: &Actor,
    work: &Work,
    (id, number): (BatchId, String),
    pot: &pot::Model,
    sum: Sum,
    lines: usize,
) -> Result<payment_batch::Model> {
    Ok(payment_batch::Model {
        id,
        number,
        pot_id: pot.id,
        area_code: pot.area_code.clone(),
        status: BatchStatus::Reconciled,
        layout: None,
        total_fen: sum.fen,
        payments: i32::try_from(sum.count).map_err(Error::internal)?,
        lines: i32::try_from(lines).map_err(Error::internal)?,
        file_hash: None,
        built_by: by.account,
        built_at: work.now,
        frozen_by: None,
        frozen_at: None,
        fetched_by: None,
        fetched_at: None,
        fetches: 0,
        sent_by: None,
        sent_at: None,
        response_hash: None,
        responded_by: Some(by.account),
        responded_at: Some(work.now),
        reconciled_by: Some(by.account),
        reconciled_at: Some(work.now),
        cancelled_by: None,
        cancelled_at: None,
        reason: None,
        version: 1,
    })
}
