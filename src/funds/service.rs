//! What the finance officer does with pots: grants, carries what is left into the next year, closes a year.

use entities::{
    pot,
    values::{Fen, PotAccount, PotId},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use validator::Validate;

use crate::access::Can;
use crate::accounts::Fresh;
use crate::areas::{Atlas, line, prefix};
use crate::base::clock::year_of;
use crate::base::{Error, Refusal, Result, money};
use crate::data::{Audit, Work};
use crate::funds::forms::{NewCarryOver, NewGrant};
use crate::funds::ledger::{Entry, post};
use crate::funds::rights::GrantFunds;
use crate::funds::store;

/// The pot that pays in an area and year: of the area itself or the nearest above it whose year is open; of several sources
/// the one that has most left.
///
/// # Errors
/// `pot.none`.
pub(crate) async fn pot_for(db: &impl ConnectionTrait, area: &str, year: i32) -> Result<pot::Model> {
    store::of_year(db, &line(area), year)
        .await?
        .into_iter()
        .filter(|pot| pot.closed_at.is_none())
        .max_by_key(|pot| (prefix(&pot.area_code).len(), pot.available_fen, std::cmp::Reverse(pot.id)))
        .ok_or_else(|| Error::refused("pot.none"))
}

/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: PotId) -> Result<pot::Model> {
    store::by_id(db, id).await?.ok_or(Error::NotFound("pot"))
}

/// The pot of a source, year and area, made where it does not stand yet.
async fn pot_of(work: &Work, source: &str, year: i32, area: &str) -> Result<pot::Model> {
    if let Some(pot) = store::by_key(work.db(), source, year, area).await? {
        return Ok(pot);
    }
    let empty = pot::Model {
        id: PotId::new(),
        source: source.to_owned(),
        year,
        area_code: area.to_owned(),
        granted_fen: Fen(0),
        available_fen: Fen(0),
        reserved_fen: Fen(0),
        payable_fen: Fen(0),
        paid_fen: Fen(0),
        recoverable_fen: Fen(0),
        recovered_fen: Fen(0),
        written_off_fen: Fen(0),
        returned_fen: Fen(0),
        version: 1,
        closed_at: None,
        closed_by: None,
    };
    pot::Entity::insert(empty.clone().into_active_model()).exec_without_returning(work.db()).await?;
    Ok(empty)
}

/// A document as it is entered.
fn document(number: &str) -> Result<&str> {
    let number = number.trim();
    if (2..=64).contains(&number.chars().count()) {
        Ok(number)
    } else {
        Err(Error::invalid("document_no", "invalid.length"))
    }
}

fn amount(fen: Fen) -> Result<Fen> {
    if (Fen(1)..=money::MOST).contains(&fen) { Ok(fen) } else { Err(Error::invalid("amount_fen", "invalid.range")) }
}

fn used(document: &str) -> Error {
    Refusal { code: "pot.document_used", args: Vec::new() }.with("document", document).into()
}

/// appropriation -> available: a document grants money, to the pot of its source, year and area.
///
/// # Errors
/// `Invalid`; `pot.document_used` when that document granted to that pot before; `pot.closed`.
pub(crate) async fn grant(
    by: &Can<GrantFunds>,
    _fresh: Fresh,
    work: &Work,
    atlas: &Atlas,
    new: &NewGrant,
) -> Result<PotId> {
    new.validate()?;
    if !by.scope().covers(&new.area_code) || !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    let pot = pot_of(work, new.source.trim(), new.year, &new.area_code).await?;
    credit(by, work, &pot, new.amount_fen, &new.document_no).await?;
    Ok(pot.id)
}

/// The same for a pot that stands.
///
/// # Errors
/// `NotFound`; `Invalid`; `pot.document_used`; `pot.closed`.
pub(crate) async fn top_up(
    by: &Can<GrantFunds>,
    _fresh: Fresh,
    work: &Work,
    id: PotId,
    fen: Fen,
    document_no: &str,
) -> Result<()> {
    let pot = store::visible(work.db(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    credit(by, work, &pot, fen, document_no).await
}

async fn credit(by: &Can<GrantFunds>, work: &Work, pot: &pot::Model, fen: Fen, document_no: &str) -> Result<()> {
    let (fen, document_no) = (amount(fen)?, document(document_no)?);
    // A second click, or two colleagues with one paper in hand, must not grant the same money twice.
    if store::is_granted_by(work.db(), pot.id, document_no).await? {
        return Err(used(document_no));
    }
    let entry = Entry {
        cause: "grant",
        document_no: Some(document_no),
        ..Entry::between(pot.id, PotAccount::Appropriation, PotAccount::Available, fen)
    };
    post(work, Some(by.actor()), entry).await?;
    let detail = json!({ "amount_fen": fen, "document_no": document_no });
    work.record(Audit::of("grant", "pot", pot.id).by_actor(Some(by.actor())).area(&pot.area_code).detail(detail));
    Ok(())
}

/// What a pot has left goes to the pot of the same source and area in the next year, under one document: out of the one and
/// into the other, or neither. Answers the pot of the next year.
///
/// # Errors
/// `NotFound`; `Invalid`, also for another year than the next; `pot.year_runs` before the year is over; `pot.document_used`;
/// `pot.closed` where the next year is closed too; `pot.short`.
pub(crate) async fn carry_over(
    by: &Can<GrantFunds>,
    _fresh: Fresh,
    work: &Work,
    id: PotId,
    new: &NewCarryOver,
) -> Result<PotId> {
    let pot = store::visible(work.db(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    let (fen, document_no) = (amount(new.amount_fen)?, document(&new.document_no)?);
    if new.into_year != pot.year + 1 {
        return Err(Error::invalid("into_year", "invalid.not_next_year"));
    }
    require_over(work, &pot)?;
    let next = pot_of(work, &pot.source, new.into_year, &pot.area_code).await?;
    if store::is_carried_by(work.db(), pot.id, document_no).await?
        || store::is_granted_by(work.db(), next.id, document_no).await?
    {
        return Err(used(document_no));
    }
    let out = Entry {
        cause: "carried_out",
        document_no: Some(document_no),
        ..Entry::between(pot.id, PotAccount::Available, PotAccount::Appropriation, fen)
    };
    let into = Entry {
        cause: "carried_in",
        document_no: Some(document_no),
        ..Entry::between(next.id, PotAccount::Appropriation, PotAccount::Available, fen)
    };
    post(work, Some(by.actor()), out).await?;
    post(work, Some(by.actor()), into).await?;
    let detail = json!({ "amount_fen": fen, "document_no": document_no, "into": next.id });
    work.record(Audit::of("carry_over", "pot", pot.id).by_actor(Some(by.actor())).area(&pot.area_code).detail(detail));
    Ok(next.id)
}

/// Closes the year of a pot: it takes no grant and no class any more, and what comes back stays recovered. What is reserved or
/// owed is still paid, and what is left can be carried over.
///
/// # Errors
/// `NotFound`; `pot.year_runs`; `pot.closed`.
pub(crate) async fn close_year(by: &Can<GrantFunds>, _fresh: Fresh, work: &Work, id: PotId) -> Result<()> {
    let pot = store::visible(work.db(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    require_over(work, &pot)?;
    if !store::close(work.db(), id, work.now, by.account).await? {
        return Err(Error::refused("pot.closed"));
    }
    let detail = json!({ "available_fen": pot.available_fen, "recovered_fen": pot.recovered_fen });
    work.record(Audit::of("close_year", "pot", id).by_actor(Some(by.actor())).area(&pot.area_code).detail(detail));
    Ok(())
}

fn require_over(work: &Work, pot: &pot::Model) -> Result<()> {
    if is_over(pot, year_of(work.today())) { Ok(()) } else { Err(Error::refused("pot.year_runs")) }
}

/// Whether the year of a pot is over.
pub(crate) fn is_over(pot: &pot::Model, this_year: i32) -> bool {
    pot.year < this_year
}
