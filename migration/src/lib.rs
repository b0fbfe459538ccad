//! The schema, step by step. Table names stand as strings: a step must mean the same for ever, whatever the entities become.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{MigrationStatus, MigratorTrait};

mod columns;
mod m20261101_000001_reference;
mod m20261101_000002_accounts;
mod m20261101_000003_people;
mod m20261101_000004_orders_and_courses;
mod m20261101_000005_targets_and_funds;
mod m20261101_000006_classes;
mod m20261101_000007_attendance_and_completion;
mod m20261101_000008_claims;
mod m20261125_000009_lookups;
mod m20261126_000010_imports;
mod m20261126_000011_tallies;
mod m20261126_000012_corrections;
mod m20261126_000013_eligibility;
mod m20261126_000014_confirmations;
mod m20261126_000015_exports;
mod m20261126_000016_local_indexes;
mod m20261127_000017_opening;
mod m20261127_000018_marks;
mod m20261127_000019_certificates;
mod m20261127_000020_credentials;
mod m20261127_000021_supervision;
mod m20261127_000022_session_changes;
mod m20261127_000023_teaching;
mod m20261127_000024_field_checks;
mod m20261127_000025_assessment;
mod m20261127_000026_papers;
mod m20261128_000027_seals;
mod m20261128_000028_pots;
mod m20261128_000029_holders;
mod m20261128_000030_sanctions;
mod m20261128_000031_claim_steps;
mod m20261128_000032_notices;
mod m20261128_000033_payments;
mod m20261128_000034_after_payment;
mod m20261128_000035_four_eyes;
mod m20261128_000036_entitlements;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_reference::Migration),
            Box::new(m20261101_000002_accounts::Migration),
            Box::new(m20261101_000003_people::Migration),
            Box::new(m20261101_000004_orders_and_courses::Migration),
            Box::new(m20261101_000005_targets_and_funds::Migration),
            Box::new(m20261101_000006_classes::Migration),
            Box::new(m20261101_000007_attendance_and_completion::Migration),
            Box::new(m20261101_000008_claims::Migration),
            Box::new(m20261125_000009_lookups::Migration),
            Box::new(m20261126_000010_imports::Migration),
            Box::new(m20261126_000011_tallies::Migration),
            Box::new(m20261126_000012_corrections::Migration),
            Box::new(m20261126_000013_eligibility::Migration),
            Box::new(m20261126_000014_confirmations::Migration),
            Box::new(m20261126_000015_exports::Migration),
            Box::new(m20261126_000016_local_indexes::Migration),
            Box::new(m20261127_000017_opening::Migration),
            Box::new(m20261127_000018_marks::Migration),
            Box::new(m20261127_000019_certificates::Migration),
            Box::new(m20261127_000020_credentials::Migration),
            Box::new(m20261127_000021_supervision::Migration),
            Box::new(m20261127_000022_session_changes::Migration),
            Box::new(m20261127_000023_teaching::Migration),
            Box::new(m20261127_000024_field_checks::Migration),
            Box::new(m20261127_000025_assessment::Migration),
            Box::new(m20261127_000026_papers::Migration),
            Box::new(m20261128_000027_seals::Migration),
            Box::new(m20261128_000028_pots::Migration),
            Box::new(m20261128_000029_holders::Migration),
            Box::new(m20261128_000030_sanctions::Migration),
            Box::new(m20261128_000031_claim_steps::Migration),
            Box::new(m20261128_000032_notices::Migration),
            Box::new(m20261128_000033_payments::Migration),
            Box::new(m20261128_000034_after_payment::Migration),
            Box::new(m20261128_000035_four_eyes::Migration),
            Box::new(m20261128_000036_entitlements::Migration),
        ]
    }
}
