//! The steps of a claim are taken by different natural persons, whatever accounts they have.

use sea_orm_migration::prelude::*;

use crate::columns::{allow, refuse};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Of those who took the steps, somebody has two accounts: known by the number that was entered for an official, or by the
/// registry.
const TWICE: &str = "(SELECT count(coalesce(h.id_index, p.id_index)) - count(DISTINCT coalesce(h.id_index, p.id_index)) \
                     FROM account a LEFT JOIN holder h ON h.id = a.holder_id LEFT JOIN person p ON p.id = a.person_id \
                     WHERE a.id IN (NEW.submitted_by, NEW.first_approved_by, NEW.second_approved_by, \
                     NEW.finance_approved_by)) > 0";
const SAYS: &str = "two steps of a claim are taken by two people";
const STEPS: &str = "UPDATE OF submitted_by, first_approved_by, second_approved_by, finance_approved_by ON claim";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        refuse(m, "claim_people", STEPS, TWICE, SAYS).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        allow(m, "claim_people", "claim").await
    }
}
