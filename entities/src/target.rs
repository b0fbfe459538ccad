//! A yearly target (年度任务) of an area; a revision supersedes the row and keeps it.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, Measure, Programme, TargetId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "target")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TargetId,
    pub year: i32,
    pub area_code: String,
    pub programme: Programme,
    pub measure: Measure,
    pub value: i64,
    pub document_no: String,
    pub reason: Option<String>,
    pub issued_by: Option<AccountId>,
    pub issued_at: DateTimeUtc,
    pub superseded_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
