//! The natural person behind one account or several (账号持有人), told by the identity number. Of a registered person it has
//! the id of the record.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, HolderId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "holder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HolderId,
    /// Keyed hash of the identity number: finds, but does not tell.
    pub id_index: String,
    /// The identity number, encrypted.
    pub sealed: Vec<u8>,
    /// `None` where it came by the command line.
    pub entered_by: Option<AccountId>,
    pub entered_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
