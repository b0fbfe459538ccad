//! A rule as a question to the database: which rows break it?

use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::base::Result;
use crate::check::Finding;

/// Selects the rows that break a rule, with the columns `id`, `name`, `stands` and `counted`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub rule: &'static str,
    pub table: &'static str,
    /// What is wrong with such a row; `{stands}` and `{counted}` are filled in.
    pub says: &'static str,
    pub sql: &'static str,
}

impl Question {
    pub(super) async fn ask(&self, db: &impl ConnectionTrait) -> Result<Vec<Finding>> {
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), self.sql)).await?;
        let mut findings = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, name): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "name")?);
            let (stands, counted): (i64, i64) = (row.try_get("", "stands")?, row.try_get("", "counted")?);
            findings.push(Finding {
                rule: self.rule,
                row: named(self.table, &name, id),
                says: self.says.replace("{stands}", &stands.to_string()).replace("{counted}", &counted.to_string()),
            });
        }
        Ok(findings)
    }
}

/// `class 2016-0012 0190b6a0-…`
pub(super) fn named(table: &str, name: &str, id: Uuid) -> String {
    if name.is_empty() { format!("{table} {id}") } else { format!("{table} {name} {id}") }
}
