//! What is known of many people and decides on what is paid for them: who is disabled, and who works.

use std::collections::HashSet;

use entities::values::PersonId;
use sea_orm::ConnectionTrait;

use crate::base::Result;
use crate::data::Vault;
use crate::people::store;
use crate::people::views::opened;

/// 残疾, of the list of health.
const DISABLED: &str = "4";
/// 劳务输出, 就地转移, 返乡创业, of the list of employment.
const WORKING: [&str; 3] = ["1", "2", "3"];

/// Who of these people is disabled, as the registry has it. It stands sealed there and goes nowhere but into an amount.
///
/// # Errors
/// Of the database.
pub(crate) async fn disabled(db: &impl ConnectionTrait, vault: &Vault, ids: &[PersonId]) -> Result<HashSet<PersonId>> {
    let rows = store::of_ids(db, ids).await?;
    let is_one = |row: &&entities::person::Model| {
        opened(vault, row).is_some_and(|private| private.health.iter().any(|code| code == DISABLED))
    };
    Ok(rows.iter().filter(is_one).map(|row| row.id).collect())
}

/// Who of these people works, as the registry has it.
///
/// # Errors
/// Of the database.
pub(crate) async fn working(db: &impl ConnectionTrait, ids: &[PersonId]) -> Result<HashSet<PersonId>> {
    let rows = store::of_ids(db, ids).await?;
    Ok(rows.iter().filter(|row| WORKING.contains(&row.employment_status.as_str())).map(|row| row.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::codes::{EMPLOYMENT_STATUS, HEALTH};

    #[test]
    fn the_codes_say_what_they_are_taken_for() {
        assert_eq!(HEALTH.word(DISABLED, false), "残疾");
        let words = WORKING.map(|code| EMPLOYMENT_STATUS.word(code, false));
        assert_eq!(words, ["劳务输出", "就地转移", "返乡创业"]);
    }
}
