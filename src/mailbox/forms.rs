//! Inputs of this feature.

use entities::values::MessageId;
use rocket::FromForm;

/// Up to which message the reader has seen the list; a message that came meanwhile stays unread.
#[derive(FromForm)]
pub(crate) struct ReadAll {
    pub until: Option<MessageId>,
}
