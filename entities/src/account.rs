//! A person who signs in.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, HolderId, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub login: String,
    pub password_hash: String,
    pub name: String,
    pub email: Option<String>,
    pub locale: String,
    /// The registered person behind a trainee's account.
    pub person_id: Option<PersonId>,
    /// The natural person behind any other account.
    pub holder_id: Option<HolderId>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
