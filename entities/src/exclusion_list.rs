//! A list of people who are paid for elsewhere or cannot be (排除名单), as an authority gave it on a day.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, ExclusionKind, ExclusionListId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exclusion_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExclusionListId,
    pub kind: ExclusionKind,
    /// Whose authority gave it. It counts for everybody, wherever the person lives.
    pub area_code: String,
    /// The day of which it tells.
    pub as_of: Date,
    pub document_no: String,
    /// Who gave it.
    pub source: String,
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_hash: String,
    pub rows: i32,
    pub loaded_by: AccountId,
    pub begun_at: DateTimeUtc,
    /// Null until its last row is in: what is half loaded counts for nobody.
    pub loaded_at: Option<DateTimeUtc>,
    /// The later list of the same kind and area, which counts instead.
    pub superseded_by: Option<ExclusionListId>,
}

impl ActiveModelBehavior for ActiveModel {}
