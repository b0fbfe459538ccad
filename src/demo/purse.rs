//! A pot of subsidies as it goes through the year: postings are noted in any order, then told from the grant onwards.

use chrono::{DateTime, Utc};
use entities::{
    posting, pot,
    values::{AccountId, ClaimId, ClassId, Fen, PostingId, PotAccount, PotId},
};

use crate::base::{Error, Result};
use crate::demo::calendar::{at, day};
use crate::demo::rows::Rows;

/// A treasury grants whole ten thousands of yuan.
const GRANT_UNIT: i64 = 1_000_000;
/// And a tenth more than what is asked.
const SPARE_PERCENT: i64 = 110;

pub(super) struct Purse {
    pub id: PotId,
    area_code: String,
    year: i32,
    moves: Vec<Move>,
}

/// One posting, still without its place in the ledger.
struct Move {
    at: DateTime<Utc>,
    from: PotAccount,
    to: PotAccount,
    fen: Fen,
    cause: &'static str,
    class: Option<ClassId>,
    claim: Option<ClaimId>,
    by: AccountId,
    document_no: Option<String>,
}

/// What a posting is for.
#[derive(Clone, Copy)]
pub(super) struct Cause {
    pub class: ClassId,
    pub claim: Option<ClaimId>,
    pub by: AccountId,
    pub at: DateTime<Utc>,
    pub fen: Fen,
}

impl Purse {
    pub(super) fn new(area_code: &str, year: i32) -> Self {
        Self { id: PotId::new(), area_code: area_code.to_owned(), year, moves: Vec::new() }
    }

    /// A class is approved: the money for its seats is set aside.
    pub(super) fn reserve(&mut self, cause: &Cause) {
        self.note("class_approved", PotAccount::Available, PotAccount::Reserved, cause);
    }

    /// It closed: what nobody qualified for is free again.
    pub(super) fn release(&mut self, cause: &Cause) {
        self.note("class_closed", PotAccount::Reserved, PotAccount::Available, cause);
    }

    /// The second approval: the money is owed.
    pub(super) fn owe(&mut self, cause: &Cause) {
        self.note("claim_confirmed", PotAccount::Reserved, PotAccount::Payable, cause);
    }

    /// What left for the bank, under the number of its batch.
    pub(super) fn pay(&mut self, cause: &Cause, batch: &str) {
        self.note("claim_paid", PotAccount::Payable, PotAccount::Paid, cause);
        if let Some(paid) = self.moves.last_mut() {
            paid.document_no = Some(batch.to_owned());
        }
    }

    fn note(&mut self, name: &'static str, from: PotAccount, to: PotAccount, cause: &Cause) {
        if cause.fen > Fen(0) {
            let Cause { class, claim, by, at, fen } = *cause;
            self.moves.push(Move { at, from, to, fen, cause: name, class: Some(class), claim, by, document_no: None });
        }
    }

    /// Grants what the classes asked for and some more, and writes the ledger in the order of time.
    ///
    /// # Errors
    /// `Internal` when an account of the pot would fall below nothing: the year was told wrongly.
    pub(super) fn close(mut self, granted_by: AccountId, rows: &mut Rows) -> Result<()> {
        let asked: Fen = self.moves.iter().filter(|m| m.to == PotAccount::Reserved).map(|m| m.fen).sum();
        let granted = Fen((asked.0 * SPARE_PERCENT / 100 / GRANT_UNIT + 1) * GRANT_UNIT);
        self.moves.push(Move {
            // The money of a year is granted ahead, late in the year before.
            at: at(day(self.year - 1, 12, 15), 10, 0),
            from: PotAccount::Appropriation,
            to: PotAccount::Available,
            fen: granted,
            cause: "grant",
            class: None,
            claim: None,
            by: granted_by,
            document_no: Some(format!("赣财社〔{}〕{}号", self.year - 1, 87)),
        });
        self.moves.sort_by_key(|posting| posting.at);
        let mut pot = pot::Model {
            id: self.id,
            source: "就业补助资金".to_owned(),
            year: self.year,
            area_code: self.area_code,
            granted_fen: granted,
            available_fen: Fen(0),
            reserved_fen: Fen(0),
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            recoverable_fen: Fen(0),
            recovered_fen: Fen(0),
            written_off_fen: Fen(0),
            returned_fen: Fen(0),
            version: 1,
            closed_at: None,
            closed_by: None,
        };
        for posting in self.moves {
            if let Some(from) = balance(&mut pot, posting.from) {
                *from = *from - posting.fen;
                if *from < Fen(0) {
                    return Err(Error::internal(format!("a pot of {} would be overdrawn", pot.area_code)));
                }
            }
            if let Some(to) = balance(&mut pot, posting.to) {
                *to = *to + posting.fen;
            }
            rows.posting.push(posting::Model {
                id: PostingId::new(),
                pot_id: pot.id,
                at: posting.at,
                debit: posting.from,
                credit: posting.to,
                fen: posting.fen,
                cause: posting.cause.to_owned(),
                class_id: posting.class,
                claim_id: posting.claim,
                posted_by: Some(posting.by),
                document_no: posting.document_no,
                line_id: None,
                payment_id: None,
                clawback_id: None,
            });
        }
        rows.pot.push(pot);
        Ok(())
    }
}

/// The balance of an account that the pot holds; what is appropriated lies with the treasury.
fn balance(pot: &mut pot::Model, account: PotAccount) -> Option<&mut Fen> {
    match account {
        PotAccount::Appropriation => None,
        PotAccount::Available => Some(&mut pot.available_fen),
        PotAccount::Reserved => Some(&mut pot.reserved_fen),
        PotAccount::Payable => Some(&mut pot.payable_fen),
        PotAccount::Paid => Some(&mut pot.paid_fen),
        PotAccount::Recoverable => Some(&mut pot.recoverable_fen),
        PotAccount::Recovered => Some(&mut pot.recovered_fen),
        PotAccount::WrittenOff => Some(&mut pot.written_off_fen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(month: u32, fen: i64) -> Cause {
        Cause {
            class: ClassId::new(),
            claim: None,
            by: AccountId::new(),
            at: at(day(2016, month, 1), 9, 0),
            fen: Fen(fen),
        }
    }

    #[test]
    fn a_pot_is_told_in_the_order_of_time_and_adds_up() {
        let mut purse = Purse::new("360923", 2016);
        purse.pay(&cause(6, 2_400_000), "B-2016-000001");
        purse.owe(&cause(5, 2_400_000));
        purse.release(&cause(4, 600_000));
        purse.reserve(&cause(3, 3_000_000));
        let mut rows = Rows::default();
        purse.close(AccountId::new(), &mut rows).unwrap();
        let pot = &rows.pot[0];
        assert_eq!((pot.granted_fen, pot.available_fen), (Fen(4_000_000), Fen(1_600_000)));
        assert_eq!((pot.reserved_fen, pot.payable_fen, pot.paid_fen), (Fen(0), Fen(0), Fen(2_400_000)));
        assert!(rows.posting.windows(2).all(|w| w[0].at <= w[1].at && w[0].id < w[1].id));
    }

    #[test]
    fn what_was_not_set_aside_cannot_be_owed() {
        let mut purse = Purse::new("360923", 2016);
        purse.owe(&cause(5, 100));
        assert!(purse.close(AccountId::new(), &mut Rows::default()).is_err());
    }
}
