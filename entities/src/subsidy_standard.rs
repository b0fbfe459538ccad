//! What the government pays per qualified person (补贴标准), with its document and its period.

use sea_orm::entity::prelude::*;

use crate::values::{Fen, Programme, StandardId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subsidy_standard")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StandardId,
    pub programme: Programme,
    /// None means every occupation of the programme.
    pub occupation: Option<String>,
    pub area_code: String,
    pub fen: Fen,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub document_no: String,
}

impl ActiveModelBehavior for ActiveModel {}
