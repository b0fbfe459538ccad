//! A try to reach somebody of a sample. It is written once.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, CallBackId, CallTry, CallTryId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_try")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CallTryId,
    pub call_back_id: CallBackId,
    pub outcome: CallTry,
    /// The Shanghai day.
    pub tried_on: Date,
    pub tried_at: DateTimeUtc,
    pub tried_by: AccountId,
}

impl ActiveModelBehavior for ActiveModel {}
