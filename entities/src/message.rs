//! A message to an account: it stands in the mailbox, and goes out by mail where there is an address.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, MailState, MessageId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub account_id: AccountId,
    pub kind: String,
    /// Named values of the text, as JSON; no personal data beyond what the reader may see.
    pub args: Json,
    /// The page it is about.
    pub link: Option<String>,
    pub created_at: DateTimeUtc,
    pub read_at: Option<DateTimeUtc>,
    pub mail: MailState,
    pub attempts: i32,
    pub next_attempt_at: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    pub last_error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
