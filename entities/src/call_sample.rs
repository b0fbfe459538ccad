//! Who of a class is called back (回访): drawn once, so that anybody can draw it again from what stands here.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CallSampleId, ClassId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_sample")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CallSampleId,
    pub class_id: ClassId,
    /// Where the class is taught.
    pub area_code: String,
    /// 32 random bytes in hexadecimal.
    pub seed: String,
    pub method: String,
    /// The enrolments among which was drawn, in ascending order, a line each.
    #[sea_orm(column_type = "Text")]
    pub population: String,
    /// SHA-256 of `population`.
    pub population_hash: String,
    /// The share that was to be drawn at least.
    pub percent: i32,
    pub drawn_by: AccountId,
    pub drawn_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
