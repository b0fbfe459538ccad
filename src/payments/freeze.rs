//! Freezing a batch: everything is looked at anew, then the file is made and its hash written down. Reading the file again is
//! making it again, from the same sealed accounts and the same layout: it must be the same bytes.

use std::collections::{HashMap, HashSet};

use entities::{
    claim, payment, payment_batch, payment_line,
    values::{BatchId, BatchStatus, ClaimId, PaymentId, PaymentStatus},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::claims::{self, LineAction, Settled};
use crate::data::idempotency::{self, Once};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Vault, Work};
use crate::payments::build::{Accounts, batched, put};
use crate::payments::file::{Entry, Made, compose, purpose};
use crate::payments::layouts::Layout;
use crate::payments::lifecycle::BatchAction;
use crate::payments::reconcile::{self, require_agreement};
use crate::payments::rights::RunBatches;
use crate::payments::rules::{Payee, Sum};
use crate::payments::store::{self, End};
use crate::payments::views;
use crate::web::Tools;

use payment_batch::Column;

/// Claims of one job.
const PIECE: u64 = 20;

/// Looks at every line and every account anew, and fixes what is left: from here on nothing of the batch changes. Under a
/// key it is done once.
///
/// # Errors
/// `NotFound`; `move.illegal`; `claim.same_person` where a claim of it passed through the same hands; `batch.nothing`;
/// `batch.differs`; `keys.changing`; `Stale`.
pub(super) async fn freeze(
    by: &Can<RunBatches>,
    _fresh: Fresh,
    tools: Tools<'_>,
    id: BatchId,
    once: &Once,
) -> Result<()> {
    if let Some(key) = &once.key {
        let asked = async |work: &Work| idempotency::claim(work, once.account, once.route, key, &once.body_hash).await;
        if tools.desk.write(asked).await?.is_some() {
            return Ok(());
        }
    }
    let batch = store::visible(tools.db.reader(), &by.scope(), id).await?;
    batch.status.after(BatchAction::Freeze)?;
    let mut after = None;
    loop {
        let claims = store::claims_of(tools.db.reader(), id, after, PIECE).await?;
        let Some(last) = claims.last() else { break };
        after = Some(*last);
        tools.desk.write(async |work| look_again(by, work, tools.vault, id, &claims).await).await?;
    }
    let last = async |work: &Work| once.carry_out(work, 200, async || finish(by, work, tools.vault, id).await).await;
    tools.desk.write(last).await
}

/// Payments of some claims of which a line fell, or whose account is not usable any more or is another one, are taken out;
/// what is left of the claim goes in anew.
async fn look_again(by: &Can<RunBatches>, work: &Work, vault: &Vault, id: BatchId, ids: &[ClaimId]) -> Result<()> {
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    batch.status.after(BatchAction::Freeze)?;
    require_one_key(work.db(), vault).await?;
    let claims = claims::by_ids(work.db(), ids).await?;
    for claim in &claims {
        claims::require_payer(by, work, claim).await?;
    }
    let payments = store::pending_of(work.db(), id, ids).await?;
    let lines = store::lines_of(work.db(), payments.iter().map(|payment| payment.id)).await?;
    let affected = affected(work, vault, &claims, &payments, &lines).await?;
    if affected.is_empty() {
        return Ok(());
    }
    let out: Vec<&payment::Model> = payments.iter().filter(|payment| affected.contains(&payment.claim_id)).collect();
    take_out(by, work, &batch, &out, &lines).await?;
    let claims = claims::by_ids(work.db(), &affected.into_iter().collect::<Vec<_>>()).await?;
    let ready = claims.into_iter().filter(claims::is_ready).collect();
    let (accounts, shares) = batched(by, work, vault, ready).await?;
    put(work, vault, &batch, &accounts, &shares).await?;
    Ok(())
}

/// The claims of which something is not as it was when they came in.
async fn affected(
    work: &Work,
    vault: &Vault,
    claims: &[claim::Model],
    payments: &[payment::Model],
    lines: &[payment_line::Model],
) -> Result<HashSet<ClaimId>> {
    let fallen = claims::fallen(work.db(), claims).await?;
    let of: HashMap<PaymentId, ClaimId> = payments.iter().map(|payment| (payment.id, payment.claim_id)).collect();
    let dropped = lines.iter().filter(|line| fallen.contains(&line.line_id));
    let mut affected: HashSet<ClaimId> = dropped.filter_map(|line| of.get(&line.payment_id).copied()).collect();
    let payees: HashSet<Payee> = payments.iter().filter_map(payee).collect();
    let accounts = Accounts::of(work.db(), vault, work.today(), &payees).await?;
    for payment in payments {
        let now = payee(payment).and_then(|payee| accounts.of_paid(payee)).map(|account| &account.index);
        if now != payment.account_index.as_ref() {
            affected.insert(payment.claim_id);
        }
    }
    Ok(affected)
}

fn payee(payment: &payment::Model) -> Option<Payee> {
    payment.organisation_id.map(Payee::Organisation).or(payment.person_id.map(Payee::Person))
}

/// Takes payments out of a batch that did not leave: their lines wait for the next one.
pub(super) async fn take_out(
    by: &Can<RunBatches>,
    work: &Work,
    batch: &payment_batch::Model,
    out: &[&payment::Model],
    lines: &[payment_line::Model],
) -> Result<()> {
    let claims: HashMap<PaymentId, ClaimId> = out.iter().map(|payment| (payment.id, payment.claim_id)).collect();
    let back = lines.iter().filter_map(|line| {
        let claim = *claims.get(&line.payment_id)?;
        Some(Settled { claim, line: line.line_id, action: LineAction::Unbatch })
    });
    let back: Vec<Settled> = back.collect();
    let ids: Vec<PaymentId> = out.iter().map(|payment| payment.id).collect();
    store::end(work, &ids, &End::CANCELLED).await?;
    claims::settle(by, work, &back, &batch.number).await?;
    if batch.status == BatchStatus::Building {
        let sum = Sum::of(out.iter().map(|payment| payment.fen));
        let lines = i64::try_from(back.len()).map_err(Error::internal)?;
        let less = Sum { count: -sum.count, fen: entities::values::Fen(-sum.fen.0) };
        store::add(work, batch.id, less, -lines).await?;
    }
    Ok(())
}

async fn finish(by: &Can<RunBatches>, work: &Work, vault: &Vault, id: BatchId) -> Result<()> {
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    let to = batch.status.after(BatchAction::Freeze)?;
    if batch.payments == 0 {
        return Err(Error::refused("batch.nothing"));
    }
    let made = make(work.db(), vault, &batch).await?;
    let figures = reconcile::figures(work.db(), vault, &batch).await?;
    require_agreement(&figures)?;
    let also = [
        (Column::FileHash, Expr::value(Some(made.hash.clone()))),
        (Column::FrozenBy, Expr::value(Some(by.account))),
        (Column::FrozenAt, Expr::value(Some(work.now))),
    ];
    store::advance(work, &batch, to, also).await?;
    let detail = json!({
        "number": batch.number, "total_fen": batch.total_fen, "payments": batch.payments, "lines": batch.lines,
        "file_hash": made.hash,
    });
    let audit = Audit::of(BatchAction::Freeze.into(), "payment_batch", id).by_actor(Some(by.actor()));
    work.record(audit.area(&batch.area_code).detail(detail));
    Ok(())
}

/// The file of a batch from its payments, whole accounts included.
///
/// # Errors
/// `Internal` where an account does not open or the file does not add up.
pub(super) async fn make(db: &impl ConnectionTrait, vault: &Vault, batch: &payment_batch::Model) -> Result<Made> {
    let code = batch.layout.as_deref().ok_or_else(|| Error::refused("batch.no_file"))?;
    let layout = Layout::of(&store::layout(db, code).await?)?;
    let mut payments = store::counting(db, batch.id).await?;
    payments.sort_by(|one, other| one.reference.cmp(&other.reference));
    let claims: HashMap<ClaimId, String> =
        store::claim_numbers(db, payments.iter().map(|payment| payment.claim_id).collect::<HashSet<_>>())
            .await?
            .into_iter()
            .collect();
    let mut entries = Vec::with_capacity(payments.len());
    for payment in payments {
        let account = views::open(vault, &payment)?;
        entries.push(Entry {
            purpose: purpose(claims.get(&payment.claim_id).map_or("", String::as_str)),
            reference: payment.reference,
            bank: account.bank,
            name: account.name,
            number: account.number,
            fen: payment.fen,
        });
    }
    compose(&layout, &entries)
}

/// The file of a frozen batch, to be taken to the bank. Who takes it is written down.
///
/// # Errors
/// `NotFound`; `batch.no_file` before it is frozen and after it was answered; `batch.differs`; `Internal` where it would not
/// be the file that was frozen.
pub(super) async fn fetch(
    by: &Can<RunBatches>,
    _fresh: Fresh,
    tools: Tools<'_>,
    id: BatchId,
) -> Result<(payment_batch::Model, Vec<u8>, Layout)> {
    let batch = store::visible(tools.db.reader(), &by.scope(), id).await?;
    if !matches!(batch.status, BatchStatus::Frozen | BatchStatus::Sent) {
        return Err(Error::refused("batch.no_file"));
    }
    let code = batch.layout.as_deref().ok_or_else(|| Error::refused("batch.no_file"))?;
    let layout = Layout::of(&store::layout(tools.db.reader(), code).await?)?;
    require_agreement(&reconcile::figures(tools.db.reader(), tools.vault, &batch).await?)?;
    let made = make(tools.db.reader(), tools.vault, &batch).await?;
    if batch.file_hash.as_deref() != Some(made.hash.as_str()) {
        return Err(Error::internal(format!("the file of batch {} is not the one that was frozen", batch.number)));
    }
    let taken = async |work: &Work| {
        store::fetched(work, id, by.account).await?;
        let detail = json!({ "number": batch.number, "file_hash": made.hash });
        let audit = Audit::of("fetch", "payment_batch", id).by_actor(Some(by.actor()));
        work.record(audit.area(&batch.area_code).detail(detail));
        Ok(())
    };
    tools.desk.write(taken).await?;
    Ok((batch.clone(), made.bytes, layout))
}

/// Takes a batch back that did not leave: all its lines wait for the next one.
///
/// # Errors
/// `NotFound`; `move.illegal`; `Stale`.
pub(super) async fn cancel(by: &Can<RunBatches>, work: &Work, id: BatchId, reason: &str) -> Result<()> {
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    let to = batch.status.after(BatchAction::Cancel)?;
    let payments = store::counting(work.db(), id).await?;
    let pending: Vec<&payment::Model> =
        payments.iter().filter(|payment| payment.status == PaymentStatus::Pending).collect();
    let lines = store::lines_of(work.db(), pending.iter().map(|payment| payment.id)).await?;
    take_out(by, work, &batch, &pending, &lines).await?;
    // What was taken out of a batch that is being built moved its sums, not its version.
    let also = [
        (Column::CancelledBy, Expr::value(Some(by.account))),
        (Column::CancelledAt, Expr::value(Some(work.now))),
        (Column::Reason, Expr::value(Some(reason))),
    ];
    store::advance(work, &batch, to, also).await?;
    let detail = json!({ "number": batch.number, "total_fen": batch.total_fen });
    let audit = Audit::of(BatchAction::Cancel.into(), "payment_batch", id).by_actor(Some(by.actor()));
    work.record(audit.area(&batch.area_code).detail(detail));
    Ok(())
}
