//! One door to the ledger: a posting and the balances that it moves are written together or not at all.

use entities::{
    posting,
    values::{ClaimId, ClassId, ClawbackId, Fen, LineId, PaymentId, PostingId, PotAccount, PotId},
};
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::access::Actor;
use crate::base::{Error, Refusal, Result, money};
use crate::data::{Work, bulk};
use crate::funds::{rules, service, store};

/// What money was moved for: as near to the person as is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    pub class: Option<ClassId>,
    pub claim: Option<ClaimId>,
    pub line: Option<LineId>,
    pub payment: Option<PaymentId>,
    pub clawback: Option<ClawbackId>,
}

impl About {
    pub(crate) fn class(class: ClassId) -> Self {
        Self { class: Some(class), ..Self::default() }
    }

    pub(crate) fn claim(class: ClassId, claim: ClaimId) -> Self {
        Self { claim: Some(claim), ..Self::class(class) }
    }
}

/// One double entry before it is posted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub pot: PotId,
    pub debit: PotAccount,
    pub credit: PotAccount,
    pub fen: Fen,
    pub cause: &'a str,
    pub about: About,
    pub document_no: Option<&'a str>,
    /// What is said when the account that it leaves holds too little.
    pub short: &'static str,
}

impl Entry<'_> {
    /// What waits behind one account of the pot and goes on to the next.
    pub(super) const fn between(pot: PotId, debit: PotAccount, credit: PotAccount, fen: Fen) -> Self {
        let about = About { class: None, claim: None, line: None, payment: None, clawback: None };
        Self { pot, debit, credit, fen, cause: "", about, document_no: None, short: "pot.short" }
    }

    /// Money that a pot whose year is closed does not take.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.debit, PotAccount::Appropriation | PotAccount::Recovered) || self.cause == "class_approved"
    }

    fn row(&self, work: &Work, by: Option<&Actor>) -> posting::Model {
        posting::Model {
            id: PostingId::new(),
            pot_id: self.pot,
            at: work.now,
            debit: self.debit,
            credit: self.credit,
            fen: self.fen,
            cause: self.cause.to_owned(),
            class_id: self.about.class,
            claim_id: self.about.claim,
            posted_by: by.map(|actor| actor.account),
            document_no: self.document_no.map(str::to_owned),
            line_id: self.about.line,
            payment_id: self.about.payment,
            clawback_id: self.about.clawback,
        }
    }
}

/// Posts an entry and moves the pot's balances with it, so that they are always the sums of the postings. Nothing is
/// posted for nothing.
///
/// # Errors
/// `pot.closed`; the entry's refusal, with `available` and `wanted` in yuan.
pub(super) async fn post(work: &Work, by: Option<&Actor>, entry: Entry<'_>) -> Result<()> {
    if entry.fen == Fen(0) {
        return Ok(());
    }
    if entry.fen < Fen(0) || !rules::PATHS.contains(&(entry.debit, entry.credit)) {
        return Err(Error::internal(format!("no posting: {entry:?}")));
    }
    move_money(work, &entry).await?;
    posting::Entity::insert(entry.row(work, by).into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Posts one sum as many postings, each about something of its own.
///
/// # Errors
/// As of [`post`].
pub(super) async fn post_many(work: &Work, by: &Actor, entry: Entry<'_>, parts: &[(About, Fen)]) -> Result<()> {
    let fen: Fen = parts.iter().map(|(_, fen)| *fen).sum();
    if fen == Fen(0) {
        return Ok(());
    }
    if parts.iter().any(|(_, fen)| *fen < Fen(0)) || !rules::PATHS.contains(&(entry.debit, entry.credit)) {
        return Err(Error::internal(format!("no posting: {entry:?}")));
    }
    move_money(work, &Entry { fen, ..entry }).await?;
    let parts = parts.iter().filter(|(_, fen)| *fen > Fen(0));
    let rows = parts.map(|(about, fen)| Entry { about: *about, fen: *fen, ..entry }.row(work, Some(by)));
    bulk::insert::<posting::Entity>(work, rows.collect()).await
}

/// Moves the balances of the pot by an entry.
///
/// # Errors
/// As of [`post`].
async fn move_money(work: &Work, entry: &Entry<'_>) -> Result<()> {
    if !store::move_balances(work.db(), entry).await? {
        let pot = service::by_id(work.db(), entry.pot).await?;
        if entry.is_new() && pot.closed_at.is_some() {
            return Err(Error::refused("pot.closed"));
        }
        return Err(Refusal { code: entry.short, args: Vec::new() }
            .with("available", money::yuan(rules::balance(&pot, entry.debit)))
            .with("wanted", money::yuan(entry.fen))
            .into());
    }
    Ok(())
}
