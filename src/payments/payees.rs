//! On which account somebody is paid on a day.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::values::{OrganisationId, PersonId};
use sea_orm::{ConnectionTrait, Statement};
use serde::Deserialize;
use uuid::Uuid;

use crate::base::{Error, Result};
use crate::data::Vault;
use crate::people;

/// An account that is paid on. It has no Debug.
#[derive(Clone)]
pub(crate) struct Account {
    pub bank: String,
    pub name: String,
    pub number: String,
    /// The keyed hash of the number.
    pub index: String,
}

/// The account of an organisation as it stands sealed.
#[derive(Deserialize)]
struct Details {
    bank: String,
    name: String,
    number: String,
}

const USABLE: &str = "SELECT id, sealed, number_index FROM payee_account WHERE organisation_id = $1 \
                      AND status IN ('in_force', 'replaced') AND usable_from <= $2 \
                      AND (used_until IS NULL OR used_until > $2) ORDER BY usable_from DESC LIMIT 1";

/// The account on which an organisation is paid on a day.
///
/// # Errors
/// `Internal` when it does not open.
pub(super) async fn of_organisation(
    db: &impl ConnectionTrait,
    vault: &Vault,
    organisation: OrganisationId,
    on: NaiveDate,
) -> Result<Option<Account>> {
    let asked = Statement::from_sql_and_values(db.get_database_backend(), USABLE, [organisation.0.into(), on.into()]);
    let Some(row) = db.query_one_raw(asked).await? else { return Ok(None) };
    let id: Uuid = row.try_get("", "id")?;
    let sealed: Vec<u8> = row.try_get("", "sealed")?;
    let plain = vault.open("payee_account.sealed", id, &sealed)?;
    let Details { bank, name, number } =
        serde_json::from_slice(&plain).map_err(|_| Error::internal("a sealed value cannot be read"))?;
    Ok(Some(Account { bank, name, number, index: row.try_get("", "number_index")? }))
}

/// The accounts on which people are paid, as the registry has them, each with the record that is paid: the one that took in
/// the record that was asked for, where there is one.
///
/// # Errors
/// Of the database.
pub(super) async fn of_people(
    db: &impl ConnectionTrait,
    vault: &Vault,
    people: &[PersonId],
) -> Result<HashMap<PersonId, (PersonId, Account)>> {
    let found = people::bank_accounts(db, vault, people).await?;
    let account = |(asked, (person, name, number)): (PersonId, (PersonId, String, String))| {
        let index = vault.index("bank", &number);
        (asked, (person, Account { bank: String::new(), name, number, index }))
    };
    Ok(found.into_iter().map(account).collect())
}
