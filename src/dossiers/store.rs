//! Reads what belongs to one claim, for the operator: by its number, whoever's it is.

use std::collections::BTreeMap;

use entities::values::PersonId;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::base::identity::mask_name;
use crate::base::{Error, Result};
use crate::data::Vault;
use crate::dossiers::tables::Table;
use crate::people;

/// A claim, as far as a dossier begins with it.
pub(super) struct Begun {
    pub id: Uuid,
    pub class_id: Uuid,
    pub area_code: String,
}

pub(super) async fn claim(db: &impl ConnectionTrait, number: &str) -> Result<Begun> {
    let sql = "SELECT id, class_id, area_code FROM claim WHERE number = $1";
    let ask = Statement::from_sql_and_values(db.get_database_backend(), sql, [number.into()]);
    let row = db.query_one_raw(ask).await?.ok_or(Error::NotFound("claim"))?;
    Ok(Begun {
        id: row.try_get("", "id")?,
        class_id: row.try_get("", "class_id")?,
        area_code: row.try_get("", "area_code")?,
    })
}

pub(super) async fn rows(db: &impl ConnectionTrait, table: &Table, claim: Uuid) -> Result<Vec<Value>> {
    let ask = Statement::from_sql_and_values(db.get_database_backend(), table.sql(), [claim.into()]);
    db.query_all_raw(ask).await?.iter().map(|row| table.row(row)).collect()
}

/// People as a public notice names them: 张**, the first six and the last two of the number.
pub(super) async fn people(db: &impl ConnectionTrait, vault: &Vault, ids: &[PersonId]) -> Result<Vec<Value>> {
    let known: BTreeMap<_, _> = people::identities(db, vault, ids).await?.into_iter().collect();
    Ok(known
        .into_iter()
        .map(|(id, (name, number))| json!({ "id": id, "name": mask_name(&name), "id_number": masked(&number) }))
        .collect())
}

fn masked(number: &str) -> String {
    let shown = |at: usize, all: usize| at < 6 || at + 2 >= all;
    let all = number.chars().count();
    number.chars().enumerate().map(|(at, c)| if shown(at, all) && all > 8 { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_six_and_two() {
        assert_eq!(masked("369970197505050012"), "369970**********12");
        assert_eq!(masked("1234"), "****");
    }
}
