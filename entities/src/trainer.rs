//! A trainer (师资) of an institution, with the paper that qualifies. Who teaches for two institutions has a row at each; the
//! keyed hash of the identity number tells that they are one.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, OrganisationId, Programme, RegisterStatus, TrainerId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "trainer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TrainerId,
    pub organisation_id: OrganisationId,
    /// Where the institution is.
    pub area_code: String,
    pub name: String,
    /// Keyed hash of the identity number: finds, but does not tell.
    pub id_index: String,
    /// The identity number, encrypted.
    pub sealed: Vec<u8>,
    pub programme: Programme,
    pub occupation: String,
    pub qualification: String,
    pub qualification_no: String,
    pub valid_from: Date,
    /// The first day on which the paper no longer holds.
    pub valid_to: Option<Date>,
    pub status: RegisterStatus,
    pub created_by: AccountId,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
