//! Outputs of this feature.

use chrono::{DateTime, Utc};
use entities::{
    message,
    values::{MailState, MessageId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::mailbox::letters::{local, put};
use crate::web::{Lexicon, Locale};

/// A message in the reader's language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct MessageView {
    pub id: MessageId,
    pub kind: String,
    pub subject: String,
    pub body: String,
    /// The page it is about.
    pub link: Option<String>,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    /// How far it got on its way out by mail.
    pub mail: MailState,
}

impl MessageView {
    pub(crate) fn of(row: message::Model, lexicon: &Lexicon, locale: Locale) -> Self {
        let letter = put(lexicon, locale, &row.kind, &row.args);
        Self {
            id: row.id,
            kind: row.kind,
            subject: letter.subject,
            body: letter.body,
            link: local(row.link.as_deref()).map(str::to_owned),
            created_at: row.created_at,
            read_at: row.read_at,
            mail: row.mail,
        }
    }
}
