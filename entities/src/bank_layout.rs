//! How a bank wants its file, and how it answers (银行文件格式). A layout is written once: another one has another code.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_layout")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// JSON: columns, separator, encoding, totals, and the columns and words of the answer.
    pub spec: String,
    /// The days on which batches may be built in it.
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
