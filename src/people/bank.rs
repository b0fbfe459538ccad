//! On which account a person is paid.

use chrono::NaiveDate;
use entities::values::PersonId;
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
