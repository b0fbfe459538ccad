//! Seals (封存): what was written once, deeds of the audit log and postings of the ledger, gets its place in a chain that only
//! the house can make. Whoever changes, removes, adds or moves a row past the house breaks it, and the first such row is named.
//!
//! A task seals in order of the ids, behind those who write: nobody waits for it, and there is no row that writers share.
//! What is written within the last seconds, or what came very late, is found by looking again over a stretch of ids; what is
//! older still is never sealed, so that nobody slips a row into the past. A head that left the host also shows when the end
//! of a chain was cut off, or all of it made anew.
//!
//! Words: seal 封存记录; stream 日志或账, what is sealed; link 链值, the keyed hash that holds a seal to the one before; head 链头, the last seal.

mod chain;
mod heads;
mod keys;
mod record;
mod sealing;
mod store;
mod verify;

use crate::data::SealedColumn;

pub use heads::{HEADS, Head, StreamHead, append, head, heads_of};
pub(crate) use heads::{ends, signing_key};
pub(crate) use record::{AUDIT, LEDGER, Record, Stream};
pub use sealing::{Sealer, Sealing};
pub(crate) use store::{Sealed, deeds_on, postings_of, seqs};
pub use verify::{Fault, Report, Verified, What, verify};

/// The key of the seals.
pub(crate) const SEALED_KEY: SealedColumn =
    SealedColumn { table: "seal_key", column: "sealed", place: keys::PLACE, hashes: &[], hash: |_, _| Ok(Vec::new()) };
