//! Reading one's own messages.

use entities::{message, values::MessageId};

use crate::access::Actor;
use crate::base::{Error, Result};
use crate::data::Work;
use crate::mailbox::store::{self, Which};

/// Marks a message of one's own as read; a second time changes nothing.
///
/// # Errors
/// `NotFound` for a message that is not one's own.
pub(crate) async fn read(by: &Actor, work: &Work, id: MessageId) -> Result<message::Model> {
    store::mark_read(work.db(), by.account, Which::One(id), work.now).await?;
    store::by_id(work.db(), by.account, id).await?.ok_or(Error::NotFound("message"))
}

/// Marks every message as read that the reader has seen in the list.
pub(crate) async fn read_all(by: &Actor, work: &Work, until: Option<MessageId>) -> Result<()> {
    store::mark_read(work.db(), by.account, until.map_or(Which::All, Which::Until), work.now).await
}
