//! What was paid in some days within an area, among which it was drawn what is looked at (抽查); so that anybody can draw again.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, Fen, SampleKind, SampleRunId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sample_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SampleRunId,
    pub number: String,
    pub kind: SampleKind,
    pub area_code: String,
    /// The first and the last day on which the lines were paid.
    pub from_on: Date,
    pub to_on: Date,
    pub method: String,
    /// Of the value of a stratum, and of the lines that people claimed for themselves.
    pub value_percent: i32,
    pub own_percent: i32,
    /// Lines among which was drawn, and what they come to.
    pub units: i32,
    pub fen: Fen,
    pub chosen: i32,
    pub chosen_fen: Fen,
    /// SHA-256 of the population; the seed was made after it.
    pub population_hash: String,
    /// 32 random bytes in hexadecimal.
    pub seed: String,
    pub drawn_by: AccountId,
    pub drawn_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
