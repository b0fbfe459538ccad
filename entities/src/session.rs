//! An opaque session token, kept as its hash only.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, DelegationId, SessionKind};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// SHA-256 of the token, in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    pub account_id: AccountId,
    pub kind: SessionKind,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// When the password was last typed.
    pub confirmed_at: Option<DateTimeUtc>,
    /// In whose place the work is done at the moment.
    pub acting_for: Option<DelegationId>,
}

impl ActiveModelBehavior for ActiveModel {}
