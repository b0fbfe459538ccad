//! The verbs by which what was paid comes back: asked back, recovered or written off, and available again while its year is
//! open. Each is one posting.

use entities::values::{Fen, PotAccount, PotId};

use crate::access::Actor;
use crate::base::Result;
use crate::data::Work;
use crate::funds::ledger::{About, Entry, post};

/// paid -> recoverable: it was decided to ask the money back.
///
/// # Errors
/// `pot.not_paid`.
pub(crate) async fn claim_back(by: &Actor, work: &Work, pot: PotId, about: About, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "clawback_approved",
        about,
        short: "pot.not_paid",
        ..Entry::between(pot, PotAccount::Paid, PotAccount::Recoverable, fen)
    };
    post(work, Some(by), entry).await
}

/// recoverable -> recovered: it came back, as cash or by what was set off, under the number of its paper.
///
/// # Errors
/// `pot.not_recoverable`.
pub(crate) async fn recover(
    by: &Actor,
    work: &Work,
    pot: PotId,
    about: About,
    fen: Fen,
    document_no: &str,
) -> Result<()> {
    let entry = Entry {
        cause: "recovered",
        about,
        document_no: Some(document_no),
        short: "pot.not_recoverable",
        ..Entry::between(pot, PotAccount::Recoverable, PotAccount::Recovered, fen)
    };
    post(work, Some(by), entry).await
}

/// recovered -> available: what came back can be spent again, as long as the year of the pot is open.
///
/// # Errors
/// `pot.closed`; `pot.not_recovered`.
pub(crate) async fn give_back(by: &Actor, work: &Work, pot: PotId, about: About, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "given_back",
        about,
        short: "pot.not_recovered",
        ..Entry::between(pot, PotAccount::Recovered, PotAccount::Available, fen)
    };
    post(work, Some(by), entry).await
}

/// recoverable -> written off: it will not come back; the reason stands with the recovery.
///
/// # Errors
/// `pot.not_recoverable`.
pub(crate) async fn write_off(by: &Actor, work: &Work, pot: PotId, about: About, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "written_off",
        about,
        short: "pot.not_recoverable",
        ..Entry::between(pot, PotAccount::Recoverable, PotAccount::WrittenOff, fen)
    };
    post(work, Some(by), entry).await
}
