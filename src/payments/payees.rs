//! On which account somebody is paid on a day, as the registers have it.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::values::{OrganisationId, PersonId};
use sea_orm::ConnectionTrait;

use crate::base::Result;
use crate::data::Vault;
use crate::payees;

/// An account that is paid on. It has no Debug.
#[derive(Clone)]
pub(crate) struct Account {
    pub bank: String,
    pub name: String,
    pub number: String,
    /// The keyed hash of the number.
    pub index: String,
}

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
    let found = payees::of_organisation(db, vault, organisation, on).await?;
    Ok(found.map(|of| Account { bank: of.bank, name: of.name, number: of.number, index: of.number_index }))
}

/// The accounts on which people are paid on a day, each with the record that is paid: the one that took in the record that
/// was asked for, where there is one. Whose account was changed too short a while ago has none.
///
/// # Errors
/// Of the database.
pub(super) async fn of_people(
    db: &impl ConnectionTrait,
    vault: &Vault,
    people: &[PersonId],
    on: NaiveDate,
) -> Result<HashMap<PersonId, (PersonId, Account)>> {
    let found = payees::of_people(db, vault, people, on).await?;
    let account = |(asked, of): (PersonId, payees::PersonAccount)| {
        let account = Account { bank: String::new(), name: of.name, number: of.number, index: of.number_index };
        (asked, (of.person, account))
    };
    Ok(found.into_iter().map(account).collect())
}
