//! On which account a person is paid.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{person, values::PersonId};
use sea_orm::ConnectionTrait;

use crate::base::Result;
use crate::data::Vault;
use crate::people::store;
use crate::people::views::unseal;

/// The bank account of a person, as it is paid on. It has no Debug.
pub(crate) struct Bank {
    /// The record that took in the one that was asked for, where there is one.
    pub person: PersonId,
    pub name: String,
    pub area_code: String,
    /// Empty where there is none.
    pub number: String,
    /// Keyed hash of the number.
    pub number_index: Option<String>,
    /// When it was last changed to another one.
    pub changed_on: Option<NaiveDate>,
}

/// For callers who may see what names the person.
///
/// # Errors
/// `NotFound`; `Internal` when it does not open.
pub(crate) async fn bank_of(db: &impl ConnectionTrait, vault: &Vault, id: PersonId) -> Result<Bank> {
    let mut row = store::by_id(db, id).await?;
    if let Some(into) = row.merged_into {
        row = store::by_id(db, into).await?;
    }
    of_row(vault, row)
}

fn of_row(vault: &Vault, row: person::Model) -> Result<Bank> {
    let private = unseal(vault, &row)?;
    Ok(Bank {
        person: row.id,
        name: row.name,
        area_code: row.area_code,
        number: private.bank_account,
        number_index: row.bank_index,
        changed_on: row.bank_changed_on,
    })
}

/// The same of many at once, by the record that was asked for.
///
/// # Errors
/// `Internal` when one does not open.
pub(crate) async fn banks_of(
    db: &impl ConnectionTrait,
    vault: &Vault,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Bank>> {
    let rows = store::of_ids(db, ids).await?;
    let into: Vec<PersonId> = rows.iter().filter_map(|row| row.merged_into).collect();
    let into: HashMap<PersonId, person::Model> =
        store::of_ids(db, &into).await?.into_iter().map(|row| (row.id, row)).collect();
    rows.into_iter()
        .map(|row| {
            let asked = row.id;
            let paid = row.merged_into.and_then(|id| into.get(&id).cloned()).unwrap_or(row);
            Ok((asked, of_row(vault, paid)?))
        })
        .collect()
}
