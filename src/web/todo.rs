//! Something that waits: for this reader, or for somebody else whom the reader waits for.

use chrono::NaiveDate;

use crate::base::error::Args;

/// One line of a home page. Texts are keys, so that they are said in the reader's language.
#[derive(Clone, Debug)]
pub(crate) struct Todo {
    /// It is this reader's turn.
    pub mine: bool,
    pub href: String,
    /// Key of the line, a verb phrase.
    pub key: &'static str,
    pub args: Args,
    /// Key of the sentence that says why or how much; empty for none.
    pub why: &'static str,
    pub why_args: Args,
    pub due: Option<NaiveDate>,
}
