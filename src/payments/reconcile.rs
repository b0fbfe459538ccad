//! Whether the sums agree: of a batch, its payments, their lines, the bank file and the ledger; of a pot, what its payments
//! and its ledger say left within some days.

use chrono::{Days, NaiveTime};
use entities::{
    payment_batch,
    values::{BatchId, BatchStatus, PaymentStatus},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::json;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::clock;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::{Audit, Vault, Work};
use crate::payments::file;
use crate::payments::forms::Period;
use crate::payments::freeze;
use crate::payments::layouts::Layout;
use crate::payments::lifecycle::BatchAction;
use crate::payments::rights::RunBatches;
use crate::payments::rules::{Figures, Sum};
use crate::payments::store;

/// Every figure of a batch, each counted on its own way.
///
/// # Errors
/// `Internal` where an account does not open.
pub(super) async fn figures(db: &impl ConnectionTrait, vault: &Vault, batch: &payment_batch::Model) -> Result<Figures> {
    let mut figures = Figures {
        batch: Sum { count: batch.payments.into(), fen: batch.total_fen },
        lines: store::line_sum(db, batch.id).await?,
        ledger: store::ledger_sum(db, batch).await?.fen,
        ..Figures::default()
    };
    for (status, sum) in store::by_state(db, batch.id).await? {
        match status {
            PaymentStatus::Pending => figures.pending = sum,
            PaymentStatus::Paid => figures.paid = sum,
            PaymentStatus::Failed => figures.failed = sum,
            PaymentStatus::Cancelled => continue,
        }
        figures.payments.count += sum.count;
        figures.payments.fen = figures.payments.fen + sum.fen;
    }
    (figures.owed_posted, figures.owed_lines) = store::owed(db, batch.id).await?;
    let has_file = batch.payments > 0 && batch.status != BatchStatus::Cancelled;
    if let Some(code) = batch.layout.as_deref().filter(|_| has_file) {
        let layout = Layout::of(&store::layout(db, code).await?)?;
        let made = freeze::make(db, vault, batch).await?;
        // A file that is not the one that was frozen says nothing.
        let same = batch.file_hash.as_ref().is_none_or(|hash| *hash == made.hash);
        figures.file = Some(if same { file::count(&layout, &made.bytes)? } else { Sum::default() });
    }
    Ok(figures)
}

/// # Errors
/// `batch.differs`.
pub(super) fn require_agreement(figures: &Figures) -> Result<()> {
    if figures.differences().is_empty() { Ok(()) } else { Err(Error::refused("batch.differs")) }
}

/// All sums agree: the batch is done.
///
/// # Errors
/// `NotFound`; `move.illegal`; `batch.differs`; `Stale`.
pub(super) async fn reconcile(
    by: &Can<RunBatches>,
    _fresh: Fresh,
    work: &Work,
    vault: &Vault,
    id: BatchId,
) -> Result<()> {
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    let to = batch.status.after(BatchAction::Reconcile)?;
    let figures = figures(work.db(), vault, &batch).await?;
    require_agreement(&figures)?;
    let also = [
        (payment_batch::Column::ReconciledBy, Expr::value(Some(by.account))),
        (payment_batch::Column::ReconciledAt, Expr::value(Some(work.now))),
    ];
    store::advance(work, &batch, to, also).await?;
    let detail = json!({ "number": batch.number, "paid_fen": figures.paid.fen, "failed_fen": figures.failed.fen });
    let audit = Audit::of(BatchAction::Reconcile.into(), "payment_batch", id).by_actor(Some(by.actor()));
    work.record(audit.area(&batch.area_code).detail(detail));
    Ok(())
}

/// The instants from the first to the last day.
pub(super) fn span(period: Period) -> (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) {
    let next = period.to.checked_add_days(Days::new(1)).unwrap_or(period.to);
    (clock::instant(period.from, NaiveTime::MIN), clock::instant(next, NaiveTime::MIN))
}
