//! The verbs of the ledger. Each is one posting, written with the balances that it moves or not at all.

use entities::{
    posting, pot,
    values::{ClaimId, ClassId, Fen, PostingId, PotAccount, PotId},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use validator::Validate;

use crate::access::{Actor, Can};
use crate::areas::{Atlas, prefix};
use crate::base::{Error, Refusal, Result, money};
use crate::data::{Audit, Work};
use crate::funds::forms::NewGrant;
use crate::funds::rights::GrantFunds;
use crate::funds::{rules, store};
use crate::web::Todo;

/// One double entry before it is posted.
#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    pot: PotId,
    debit: PotAccount,
    credit: PotAccount,
    fen: Fen,
    cause: &'a str,
    class: Option<ClassId>,
    claim: Option<ClaimId>,
    document_no: Option<&'a str>,
    /// What is said when the account that it leaves holds too little.
    short: &'static str,
}

impl Entry<'_> {
    /// What waits behind one account of the pot and goes on to the next.
    const fn between(pot: PotId, debit: PotAccount, credit: PotAccount, fen: Fen) -> Self {
        Self { pot, debit, credit, fen, cause: "", class: None, claim: None, document_no: None, short: "pot.short" }
    }
}

/// Posts an entry and moves the pot's balances with it, so that they are always the sums of the postings. Nothing is
/// posted for nothing.
///
/// # Errors
/// The entry's refusal, with `available` and `wanted` in yuan.
async fn post(work: &Work, by: Option<&Actor>, entry: Entry<'_>) -> Result<()> {
    if entry.fen == Fen(0) {
        return Ok(());
    }
    if entry.fen < Fen(0) || !rules::PATHS.contains(&(entry.debit, entry.credit)) {
        return Err(Error::internal(format!("no posting: {entry:?}")));
    }
    if !store::move_balances(work.db(), entry.pot, entry.debit, entry.credit, entry.fen).await? {
        let pot = by_id(work.db(), entry.pot).await?;
        let left = match entry.debit {
            PotAccount::Appropriation => pot.granted_fen,
            PotAccount::Available => pot.available_fen,
            PotAccount::Reserved => pot.reserved_fen,
            PotAccount::Payable => pot.payable_fen,
            PotAccount::Paid => pot.paid_fen,
        };
        return Err(Refusal { code: entry.short, args: Vec::new() }
            .with("available", money::yuan(left))
            .with("wanted", money::yuan(entry.fen))
            .into());
    }
    let row = posting::Model {
        id: PostingId::new(),
        pot_id: entry.pot,
        at: work.now,
        debit: entry.debit,
        credit: entry.credit,
        fen: entry.fen,
        cause: entry.cause.to_owned(),
        class_id: entry.class,
        claim_id: entry.claim,
        posted_by: by.map(|actor| actor.account),
        document_no: entry.document_no.map(str::to_owned),
    };
    posting::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The pot that pays in an area and year: of the area itself or the nearest above it; of several sources the one that has
/// most left.
///
/// # Errors
/// `pot.none`.
pub(crate) async fn pot_for(db: &impl ConnectionTrait, area: &str, year: i32) -> Result<pot::Model> {
    store::of_year(db, &rules::upwards(area), year)
        .await?
        .into_iter()
        .max_by_key(|pot| (prefix(&pot.area_code).len(), pot.available_fen, std::cmp::Reverse(pot.id)))
        .ok_or_else(|| Error::refused("pot.none"))
}

/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: PotId) -> Result<pot::Model> {
    store::by_id(db, id).await?.ok_or(Error::NotFound("pot"))
}

/// What is still reserved in a pot for a class, from the postings themselves.
pub(crate) async fn reserved_for(db: &impl ConnectionTrait, pot: PotId, class: ClassId) -> Result<Fen> {
    Ok(rules::reserved_by(&store::of_class(db, pot, class).await?))
}

/// appropriation -> available: a document grants money, to the pot of its source, year and area.
///
/// # Errors
/// `Invalid`; `pot.document_used` when that document granted to that pot before.
pub(crate) async fn grant(by: &Can<GrantFunds>, work: &Work, atlas: &Atlas, new: &NewGrant) -> Result<PotId> {
    new.validate()?;
    if !by.scope().covers(&new.area_code) || !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    let source = new.source.trim();
    let pot = if let Some(pot) = store::by_key(work.db(), source, new.year, &new.area_code).await? {
        pot
    } else {
        let empty = pot::Model {
            id: PotId::new(),
            source: source.to_owned(),
            year: new.year,
            area_code: new.area_code.clone(),
            granted_fen: Fen(0),
            available_fen: Fen(0),
            reserved_fen: Fen(0),
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            version: 1,
        };
        pot::Entity::insert(empty.clone().into_active_model()).exec_without_returning(work.db()).await?;
        empty
    };
    credit(by, work, &pot, new.amount_fen, &new.document_no).await?;
    Ok(pot.id)
}

/// The same for a pot that stands.
///
/// # Errors
/// `NotFound`; `Invalid`; `pot.document_used`.
pub(crate) async fn top_up(by: &Can<GrantFunds>, work: &Work, id: PotId, fen: Fen, document_no: &str) -> Result<()> {
    let pot = store::visible(work.db(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    if !(2..=64).contains(&document_no.trim().chars().count()) {
        return Err(Error::invalid("document_no", "invalid.length"));
    }
    credit(by, work, &pot, fen, document_no).await
}

async fn credit(by: &Can<GrantFunds>, work: &Work, pot: &pot::Model, fen: Fen, document_no: &str) -> Result<()> {
    if !(Fen(1)..=money::MOST).contains(&fen) {
        return Err(Error::invalid("amount_fen", "invalid.range"));
    }
    let document_no = document_no.trim();
    // A second click, or two colleagues with one paper in hand, must not grant the same money twice.
    if store::is_granted_by(work.db(), pot.id, document_no).await? {
        return Err(Refusal { code: "pot.document_used", args: Vec::new() }.with("document", document_no).into());
    }
    let entry = Entry {
        cause: "grant",
        document_no: Some(document_no),
        ..Entry::between(pot.id, PotAccount::Appropriation, PotAccount::Available, fen)
    };
    post(work, Some(by.actor()), entry).await?;
    let detail = serde_json::json!({ "amount_fen": fen, "document_no": document_no });
    work.record(Audit::of("grant", "pot", pot.id).by_actor(Some(by.actor())).area(&pot.area_code).detail(detail));
    Ok(())
}

/// available -> reserved, when a class is approved.
///
/// # Errors
/// `pot.short` (args available, wanted: yuan).
pub(crate) async fn reserve(by: &Actor, work: &Work, pot: PotId, class: ClassId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "class_approved",
        class: Some(class),
        ..Entry::between(pot, PotAccount::Available, PotAccount::Reserved, fen)
    };
    post(work, Some(by), entry).await
}

/// available -> reserved again, for a claim whose class holds less than it asks for: it was released when an earlier claim
/// was rejected or a line refused.
///
/// # Errors
/// `pot.short` (args available, wanted: yuan).
pub(crate) async fn hold(by: &Actor, work: &Work, pot: PotId, class: ClassId, claim: ClaimId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "claim_submitted",
        class: Some(class),
        claim: Some(claim),
        ..Entry::between(pot, PotAccount::Available, PotAccount::Reserved, fen)
    };
    post(work, Some(by), entry).await
}

/// reserved -> available: a class cancelled, seats that nobody qualified on, a line refused.
///
/// # Errors
/// `pot.not_reserved`.
pub(crate) async fn release(
    by: Option<&Actor>,
    work: &Work,
    pot: PotId,
    class: ClassId,
    fen: Fen,
    cause: &'static str,
) -> Result<()> {
    let entry = Entry {
        cause,
        class: Some(class),
        short: "pot.not_reserved",
        ..Entry::between(pot, PotAccount::Reserved, PotAccount::Available, fen)
    };
    post(work, by, entry).await
}

/// reserved -> payable, at the second approval.
///
/// # Errors
/// `pot.not_reserved`.
pub(crate) async fn owe(by: &Actor, work: &Work, pot: PotId, class: ClassId, claim: ClaimId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "claim_confirmed",
        class: Some(class),
        claim: Some(claim),
        short: "pot.not_reserved",
        ..Entry::between(pot, PotAccount::Reserved, PotAccount::Payable, fen)
    };
    post(work, Some(by), entry).await
}

/// payable -> reserved: what was owed is only reserved again, because a line fell or the claim went back.
///
/// # Errors
/// `pot.not_owed`.
pub(crate) async fn restore(
    by: &Actor,
    work: &Work,
    pot: PotId,
    class: ClassId,
    claim: ClaimId,
    fen: Fen,
) -> Result<()> {
    let entry = Entry {
        cause: "claim_reopened",
        class: Some(class),
        claim: Some(claim),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Reserved, fen)
    };
    post(work, Some(by), entry).await
}

/// payable -> paid.
///
/// # Errors
/// `pot.not_owed`.
pub(crate) async fn pay(by: &Actor, work: &Work, pot: PotId, class: ClassId, claim: ClaimId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "claim_paid",
        class: Some(class),
        claim: Some(claim),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Paid, fen)
    };
    post(work, Some(by), entry).await
}

/// Money comes by document, not by a turn: nothing waits here. What is to be paid waits at the claims.
#[expect(clippy::unused_async, reason = "every feature is asked in the same way")]
pub(crate) async fn todos(_db: &impl ConnectionTrait, _actor: &Actor) -> Result<Vec<Todo>> {
    Ok(Vec::new())
}
