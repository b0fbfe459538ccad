//! A person of the real-name registry (实名制). What could harm when it leaks stands sealed in `sealed`.

use sea_orm::entity::prelude::*;

use crate::values::{HouseholdId, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Sex};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    /// Keyed hash of the identity number: finds, but does not tell.
    pub id_index: String,
    /// Keyed hash of the phone number.
    pub phone_index: Option<String>,
    /// Keyed hash of the bank account; none in rows that were written before it was kept.
    pub bank_index: Option<String>,
    /// When the bank account was last changed to another one.
    pub bank_changed_on: Option<Date>,
    pub name: String,
    pub sex: Sex,
    pub birth_on: Date,
    pub ethnicity: String,
    pub education: String,
    pub political: String,
    pub marital: String,
    pub labour_capacity: LabourCapacity,
    pub registration: String,
    pub area_code: String,
    pub household_id: Option<HouseholdId>,
    pub relation: String,
    pub poverty_status: PovertyStatus,
    /// When the household left poverty (脱贫); a dated fact, never a deletion.
    pub exited_on: Option<Date>,
    pub employment_status: String,
    pub employment_wish: String,
    pub training_wish: String,
    pub startup_wish: bool,
    pub skills: String,
    pub helper: String,
    pub status: PersonStatus,
    /// The record that took this one in.
    pub merged_into: Option<PersonId>,
    pub verified_on: Option<Date>,
    pub source: String,
    /// Encrypted JSON: identity number, phone, bank account, health, causes, address.
    pub sealed: Vec<u8>,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
