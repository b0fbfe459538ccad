//! The list of a claim as everybody may read it: as it would be shown now, and as it was frozen.

use std::collections::HashSet;

use entities::{
    claim_line, notice_line,
    values::{ClaimId, Fen, LineId, LineStatus, PersonId},
};
use sea_orm::ConnectionTrait;

use crate::base::{Error, Result};
use crate::claims::{self, Fault};
use crate::data::Vault;
use crate::notices::rules::{item, masked_name, masked_number};
use crate::people;

/// One row of a list: all that is ever shown of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shown {
    pub line: LineId,
    pub name: String,
    pub number: String,
    pub item: String,
    pub fen: Fen,
}

impl From<&notice_line::Model> for Shown {
    fn from(row: &notice_line::Model) -> Self {
        Self {
            line: row.line_id,
            name: row.masked_name.clone(),
            number: row.masked_number.clone(),
            item: row.item.clone(),
            fen: row.fen,
        }
    }
}

/// The lines of a claim as they stand now.
pub(super) struct Standing {
    /// What would be shown, in the order of the claim. A line that waits is shown like all others.
    pub list: Vec<Shown>,
    /// Whether some of it neither wait nor went on.
    pub some_free: bool,
    /// What an objection took out.
    pub upheld: HashSet<LineId>,
}

/// # Errors
/// `Internal` where somebody's name or number cannot be read: nothing is published without.
pub(super) async fn standing(db: &impl ConnectionTrait, vault: &Vault, claim: ClaimId) -> Result<Standing> {
    let lines = claims::lines(db, claim).await?;
    let is_live = |line: &&claim_line::Model| matches!(line.status, LineStatus::Claimed | LineStatus::Held);
    let people: Vec<PersonId> = lines.iter().filter(is_live).map(|line| line.person_id).collect();
    let known = people::identities(db, vault, &people).await?;
    let shown = |line: &claim_line::Model| {
        let (name, number) =
            known.get(&line.person_id).ok_or_else(|| Error::internal("somebody of a notice cannot be read"))?;
        let (name, number) = (masked_name(name), masked_number(number));
        Ok(Shown {
            line: line.id,
            name,
            number,
            item: item(&line.occupation, line.level, line.kind, line.tranche),
            fen: line.fen,
        })
    };
    let list: Result<Vec<Shown>> = lines.iter().filter(is_live).map(shown).collect();
    let is_upheld = |line: &&claim_line::Model| line.reason.as_deref() == Some(Fault::ObjectionUpheld.code());
    Ok(Standing {
        list: list?,
        some_free: lines.iter().any(|line| line.status == LineStatus::Claimed),
        upheld: lines.iter().filter(is_upheld).map(|line| line.id).collect(),
    })
}
