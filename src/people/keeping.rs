//! The two ways in which a row of the registry is written: it comes in, or it is changed. Both seal what is private and move
//! the tallies, so that no verb can forget it.

use entities::person;

use crate::base::{Error, Result};
use crate::data::{Vault, Work};
use crate::people::store;
use crate::people::views::{NewPerson, unseal};
use crate::tallies::{self, Coming};

/// Seals and writes many people.
///
/// # Errors
/// `error.duplicate` for an identity number that stands already.
pub async fn insert_many(work: &Work, vault: &Vault, people: Vec<NewPerson>) -> Result<()> {
    let people = people.into_iter().map(|person| person.seal(vault)).collect::<Result<Vec<_>>>()?;
    let coming = coming(people.iter().map(|person| (&person.row, person.private.main_cause.as_str())));
    insert_sealed(work, people.into_iter().map(|person| person.row).collect(), coming).await
}

/// What people are counted as when they come in, each with the main cause of the poverty.
pub(super) fn coming<'a>(people: impl Iterator<Item = (&'a person::Model, &'a str)>) -> Coming {
    let mut people: Vec<_> = people.collect();
    // Most files are in this order already.
    people.sort_by(|(one, _), (other, _)| one.area_code.cmp(&other.area_code));
    Coming::of(&people)
}

/// Writes many who were sealed, and gathered for the tallies, beside the thread that writes.
///
/// # Errors
/// As of [`insert_many`].
pub(super) async fn insert_sealed(work: &Work, rows: Vec<person::Model>, coming: Coming) -> Result<()> {
    // Counted while the first of them are being written.
    let (written, ()) = tokio::join!(biased; store::insert_people(work, rows), async { coming.enter(work) });
    written
}

/// Seals and writes one.
///
/// # Errors
/// As of [`insert_many`].
pub(crate) async fn insert(work: &Work, vault: &Vault, person: NewPerson) -> Result<person::Model> {
    let row = counted(work, vault, person)?;
    store::insert_people(work, vec![row.clone()]).await?;
    Ok(row)
}

fn counted(work: &Work, vault: &Vault, person: NewPerson) -> Result<person::Model> {
    tallies::enter(work, &person.row, &person.private.main_cause);
    person.sealed(vault)
}

/// Changes a person from what was read to what shall stand: another state, other facts, another village. The version is
/// raised here, and the day kept on which the bank account became another one.
///
/// # Errors
/// `Stale` when somebody changed the person meanwhile; `error.duplicate` for an identity number that stands already.
pub async fn rewrite(work: &Work, vault: &Vault, before: &person::Model, after: NewPerson) -> Result<person::Model> {
    if after.row.id != before.id {
        return Err(Error::internal("a person was to be rewritten as somebody else"));
    }
    let stands = unseal(vault, before)?;
    let new_cause = after.private.main_cause.clone();
    let other_account = after.private.bank_account != stands.bank_account;
    let mut row = after.sealed(vault)?;
    if other_account {
        row.bank_changed_on = Some(work.today());
    }
    row.created_at = before.created_at;
    row.version = before.version + 1;
    store::replace(work.db(), before, row.clone()).await?;
    tallies::leave(work, before, &stands.main_cause);
    tallies::enter(work, &row, &new_cause);
    Ok(row)
}
