//! The dossier of a claim (申领卷宗): everything that a payment rests on in one file, which an outside auditor checks without
//! our server, our database or our keys.
//!
//! Its tables are JSON Lines, a row a line; a signed manifest names the hash of every file. Deeds and postings stand with
//! every column that their seals cover, and the seals beside them. People are named as in a public notice.
//!
//! Words: manifest 清单; fault 不符, what does not agree.

mod archive;
mod check;
mod export;
mod manifest;
mod store;
mod sums;
mod tables;

pub use check::{Checked, check};
pub use export::{Office, export};
