//! The natural persons behind the accounts of offices and organisations.

use chrono::{Days, NaiveDate};
use entities::{
    holder,
    values::{HolderId, Role},
};

use crate::accounts;
use crate::base::{Error, IdNumber, Result};
use crate::data::Vault;
use crate::demo::calendar::{YEAR, at, day};

/// Numbers of those who sign in begin with it, and those of all others: nobody in the registry has one.
const SIGN_IN: &str = "369996";
const STAFF: &str = "369997";

/// The number of whoever signs in with a role.
pub(super) fn number_of(role: Role) -> Result<String> {
    let n = Role::all().position(|one| one == role).and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
    Ok(number(SIGN_IN, n)?.as_str().to_owned())
}

/// The holder of the nth account of the staff.
pub(super) fn nth(vault: &Vault, n: usize) -> Result<holder::Model> {
    let number = number(STAFF, u64::try_from(n).map_err(Error::internal)?)?;
    accounts::holder_row(vault, HolderId::new(), &number, at(day(YEAR, 1, 4), 9, 30))
}

/// Another day of birth for each.
fn number(region: &str, n: u64) -> Result<IdNumber> {
    let born = NaiveDate::from_ymd_opt(1965, 1, 1).and_then(|first| first.checked_add_days(Days::new(n % 9_000)));
    let sequence = u16::try_from(10 + n / 9_000).map_err(Error::internal)?;
    born.and_then(|born| IdNumber::compose(region, born, sequence)).ok_or_else(|| Error::internal("no number"))
}
