//! The natural person behind an account (账号持有人). What two people must do is done by two natural persons: one with two
//! accounts is still one, and who acts in another's place stands for both.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    holder,
    values::{AccountId, HolderId},
};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, holders_of};
use crate::accounts::store;
use crate::base::identity::fold;
use crate::base::{Error, FieldError, IdNumber, Result};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, SealedColumn, Vault, Work, is_trial};

/// Where a number stands; sealed bytes open nowhere else.
const PLACE: &str = "holder.sealed";
/// The kind under which the registry of people keeps its hashes too.
const KIND: &str = "id";

/// Where a change of keys finds them.
pub const SEALED: SealedColumn = SealedColumn {
    table: "holder",
    column: "sealed",
    place: PLACE,
    hashes: &["id_index"],
    hash: |vault, plain| Ok(vec![Some(vault.index(KIND, text(plain)?))]),
};

fn text(plain: &[u8]) -> Result<&str> {
    std::str::from_utf8(plain).map_err(|_| Error::internal("a sealed value cannot be read"))
}

/// The identity number out of its box.
fn read(typed: &str, today: NaiveDate, takes_test_numbers: bool) -> Result<IdNumber> {
    let typed = fold(typed).replace(' ', "");
    let number = match IdNumber::check_of_first_generation(&typed) {
        Some(check) => Err(FieldError::new("id_number", "invalid.id_15").with("check", check)),
        None => IdNumber::parse(&typed, today),
    };
    let number = number.and_then(|number| if takes_test_numbers { Ok(number) } else { number.refuse_test() });
    number.map_err(|fault| Error::Invalid(vec![FieldError { field: "identity".into(), ..fault }]))
}

/// The holder with that identity number, who is entered where it is a new one. Whoever stands in the registry has the id of the
/// record.
///
/// # Errors
/// `Invalid` at `identity` for a number that fails its checks; `keys.changing`.
pub(super) async fn holder_with(by: Option<&Actor>, work: &Work, vault: &Vault, identity: &str) -> Result<HolderId> {
    let number = read(identity, work.today(), is_trial(work.db()).await?)?;
    require_one_key(work.db(), vault).await?;
    let id_index = vault.index(KIND, number.as_str());
    if let Some(row) = store::holder_by_number(work.db(), &id_index).await? {
        return Ok(row.id);
    }
    let id = match store::registered(work.db(), &id_index).await? {
        Some(person) => HolderId(person.0),
        None => HolderId::new(),
    };
    // A record that took another one in stands for both numbers.
    if store::holder(work.db(), id).await?.is_some() {
        return Ok(id);
    }
    let row = holder_row(vault, id, &number, work.now)?;
    store::insert_holder(work, holder::Model { entered_by: by.map(|by| by.account), ..row }).await?;
    Ok(id)
}

/// The row of a holder.
///
/// # Errors
/// Of the vault.
pub fn holder_row(vault: &Vault, id: HolderId, number: &IdNumber, at: DateTime<Utc>) -> Result<holder::Model> {
    Ok(holder::Model {
        id,
        id_index: vault.index(KIND, number.as_str()),
        sealed: vault.seal(PLACE, id, number.as_str().as_bytes())?,
        entered_by: None,
        entered_at: at,
    })
}

/// Says who the natural person behind an account is. It is said once: an account is not handed on.
///
/// # Errors
/// `NotFound`; `account.identity_stands` where another number was entered before; `account.registered` for an account of a
/// registered person; as of [`holder_with`].
pub(crate) async fn enter(
    by: Option<&Actor>,
    work: &Work,
    vault: &Vault,
    id: AccountId,
    identity: &str,
) -> Result<HolderId> {
    let account = store::by_id(work.db(), id).await?.ok_or(Error::NotFound("account"))?;
    if account.person_id.is_some() {
        return Err(Error::refused("account.registered"));
    }
    let holder = holder_with(by, work, vault, identity).await?;
    match account.holder_id {
        Some(stands) if stands == holder => return Ok(holder),
        Some(_) => return Err(Error::refused("account.identity_stands")),
        None => store::set_holder(work, id, holder).await?,
    }
    work.record(Audit::of("enter_identity", "account", id).by_actor(by));
    Ok(holder)
}

/// The number of a holder, as it may be shown.
///
/// # Errors
/// `Internal` when it does not open.
pub(super) fn masked(vault: &Vault, row: &holder::Model) -> Result<String> {
    let plain = vault.open(PLACE, row.id, &row.sealed)?;
    let number = IdNumber::parse(text(&plain)?, NaiveDate::MAX);
    number.map(|number| number.masked()).map_err(|_| Error::internal("a sealed value cannot be read"))
}

/// The natural person behind an account.
///
/// # Errors
/// `account.no_identity` where none is known.
pub async fn holder_of(db: &impl ConnectionTrait, account: AccountId) -> Result<HolderId> {
    let holders = holders_of(db, &[account]).await?;
    holders.get(&account).copied().flatten().ok_or(Error::refused("account.no_identity"))
}

/// No natural person stands on both sides.
///
/// # Errors
/// `code`.
pub fn require_other_holder(some: &[HolderId], others: &[HolderId], code: &'static str) -> Result<()> {
    if some.iter().any(|one| others.contains(one)) { Err(Error::refused(code)) } else { Ok(()) }
}

/// What is done in one's own name only: what leaves the house, for instance, is built for whoever asked.
///
/// # Errors
/// `account.own_name_only` while acting for another.
pub(crate) fn require_own_name(by: &Actor) -> Result<()> {
    if by.behalf.is_some() { Err(Error::refused("account.own_name_only")) } else { Ok(()) }
}

/// The natural persons in whose place somebody took a step on a thing, under the names of the audit log.
///
/// # Errors
/// Of the database.
pub async fn represented_in(
    db: &impl ConnectionTrait,
    noun: &'static str,
    id: impl fmt::Display,
) -> Result<Vec<HolderId>> {
    store::represented_in(db, noun, &id.to_string()).await
}

/// Whoever took earlier steps on a thing, and who takes the next one: the thing under the names of the audit log.
#[derive(Clone, Debug)]
pub(crate) struct Steps<I> {
    pub noun: &'static str,
    pub id: I,
    /// The accounts with which they were taken.
    pub taken_by: Vec<AccountId>,
}

/// Whether one natural person took a step before and takes the next one: of those who sit there and of those in whose place
/// they act.
async fn is_same<I: fmt::Display>(db: &impl ConnectionTrait, by: &Actor, steps: Steps<I>) -> Result<bool> {
    if by.accounts().any(|account| steps.taken_by.contains(&account)) {
        return Ok(true);
    }
    let own = by.holders()?;
    let before: Option<Vec<HolderId>> = holders_of(db, &steps.taken_by).await?.into_values().collect();
    let mut before = before.ok_or(Error::refused("account.other_no_identity"))?;
    before.extend(represented_in(db, steps.noun, steps.id).await?);
    Ok(own.iter().any(|one| before.contains(one)))
}

/// Sees to it that a step is taken by another natural person than the steps before.
///
/// # Errors
/// `code` where somebody took one before; `account.no_identity` where it is not known who acts, `account.other_no_identity`
/// where it is not known who acted before.
pub(crate) async fn require_other<I: fmt::Display>(
    db: &impl ConnectionTrait,
    by: &Actor,
    steps: Steps<I>,
    code: &'static str,
) -> Result<()> {
    if is_same(db, by, steps).await? { Err(Error::refused(code)) } else { Ok(()) }
}

/// Whether [`require_other`] would not name the same person: for what a page offers.
///
/// # Errors
/// Of the database.
pub(crate) async fn is_other<I: fmt::Display>(db: &impl ConnectionTrait, by: &Actor, steps: Steps<I>) -> Result<bool> {
    match is_same(db, by, steps).await {
        Ok(same) => Ok(!same),
        // Whoever is not known is told so by the step itself.
        Err(Error::Refused(_)) => Ok(true),
        Err(e) => Err(e),
    }
}
