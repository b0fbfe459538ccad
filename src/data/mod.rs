//! The data storey: the database, the one door to writing it, and what rides on a transaction.
//!
//! - [`Desk`] is the door: who writes is lent a transaction that all who wait share, see [`desk`]; a savepoint
//!   takes back what one job did, see [`fence`]; the transaction itself is [`transaction`];
//! - [`Rush`] stands before it for a verb that many ask at once, see [`rush`];
//! - [`Gather`] answers many like look-ups by one query, see [`gather`];
//! - [`Work`] carries an audit row ([`Audit`]), a message ([`Telling`]) and counts to the same commit, see [`ledger`] and
//!   [`tally`];
//! - [`bulk`] writes many rows at a time, [`changing`] one as it was read;
//! - [`outbox`] sends the messages afterwards, [`idempotency`] remembers first answers, [`sequence`] numbers documents,
//!   [`vault`] seals personal data, [`rekeying`] brings it under new keys;
//! - [`settled`] tells how far rows may be read in order.

mod arrays;
pub mod audit;
pub mod bulk;
pub(crate) mod changing;
pub mod courier;
pub mod database;
pub mod desk;
pub mod fence;
pub mod gather;
pub mod idempotency;
mod keys;
pub mod ledger;
pub mod outbox;
pub mod rekeying;
pub mod rush;
pub mod sequence;
mod settled;
pub mod tally;
pub mod transaction;
mod trial;
pub mod vault;

pub use audit::{Audit, Doer};
pub use database::Database;
pub use desk::{Desk, Work};
pub use gather::{Fetch, Gather};
pub use ledger::Count;
pub use outbox::{Mailing, Telling};
pub use rush::{Rush, Settle};
pub(crate) use settled::{settled, shifted};
pub use tally::YearFigure;
pub use trial::is_trial;
pub use vault::{SealedColumn, Vault};
