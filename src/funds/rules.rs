//! What a posting does to the balances of a pot, and which postings there are.

use entities::{
    posting, pot,
    values::{Fen, PotAccount},
};
use sea_orm::FromQueryResult;

use PotAccount::{Appropriation, Available, Paid, Payable, Recoverable, Recovered, Reserved, WrittenOff};

/// From where to where money may go; everything else is no posting of ours.
pub(crate) const PATHS: [(PotAccount, PotAccount); 11] = [
    (Appropriation, Available),
    (Available, Appropriation),
    (Available, Reserved),
    (Reserved, Available),
    (Reserved, Payable),
    (Payable, Reserved),
    (Payable, Paid),
    (Paid, Recoverable),
    (Recoverable, Recovered),
    (Recoverable, WrittenOff),
    (Recovered, Available),
];

/// The balance that an account has in the row of its pot. What left the appropriation is what was granted.
pub(crate) fn column(account: PotAccount) -> pot::Column {
    match account {
        Appropriation => pot::Column::GrantedFen,
        Available => pot::Column::AvailableFen,
        Reserved => pot::Column::ReservedFen,
        Payable => pot::Column::PayableFen,
        Paid => pot::Column::PaidFen,
        Recoverable => pot::Column::RecoverableFen,
        Recovered => pot::Column::RecoveredFen,
        WrittenOff => pot::Column::WrittenOffFen,
    }
}

/// The same, of a pot that was read.
pub(crate) fn balance(pot: &pot::Model, account: PotAccount) -> Fen {
    match account {
        Appropriation => pot.granted_fen,
        Available => pot.available_fen,
        Reserved => pot.reserved_fen,
        Payable => pot.payable_fen,
        Paid => pot.paid_fen,
        Recoverable => pot.recoverable_fen,
        Recovered => pot.recovered_fen,
        WrittenOff => pot.written_off_fen,
    }
}

/// A pot or several as the sum that everybody can follow: granted − reserved − payable − paid out + recovered = available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sum {
    pub granted: Fen,
    pub available: Fen,
    pub reserved: Fen,
    pub payable: Fen,
    pub paid: Fen,
    pub recoverable: Fen,
    pub recovered: Fen,
    pub written_off: Fen,
    /// Came back and was made available again.
    pub returned: Fen,
}

impl Sum {
    /// Everything that was ever paid, whatever came of it.
    pub(crate) fn paid_out(&self) -> Fen {
        self.paid + self.recoverable + self.recovered + self.written_off + self.returned
    }

    /// What the sum comes to.
    #[cfg(test)]
    pub(crate) fn comes_to(&self) -> Fen {
        self.granted - self.reserved - self.payable - self.paid_out() + self.returned
    }
}

impl From<&pot::Model> for Sum {
    fn from(pot: &pot::Model) -> Self {
        Self {
            granted: pot.granted_fen,
            available: pot.available_fen,
            reserved: pot.reserved_fen,
            payable: pot.payable_fen,
            paid: pot.paid_fen,
            recoverable: pot.recoverable_fen,
            recovered: pot.recovered_fen,
            written_off: pot.written_off_fen,
            returned: pot.returned_fen,
        }
    }
}

/// What the postings of one class left in the reserved account.
pub(crate) fn reserved_by<'a>(postings: impl IntoIterator<Item = &'a posting::Model>) -> Fen {
    postings.into_iter().fold(Fen(0), |sum, row| match (row.debit, row.credit) {
        (Reserved, _) => sum - row.fen,
        (_, Reserved) => sum + row.fen,
        _ => sum,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The balances of a pot, moved as the one UPDATE moves them.
    fn after(pot: &Sum, debit: PotAccount, credit: PotAccount, fen: Fen) -> Option<Sum> {
        fn of(sum: &mut Sum, account: PotAccount) -> &mut Fen {
            match account {
                Appropriation => &mut sum.granted,
                Available => &mut sum.available,
                Reserved => &mut sum.reserved,
                Payable => &mut sum.payable,
                Paid => &mut sum.paid,
                Recoverable => &mut sum.recoverable,
                Recovered => &mut sum.recovered,
                WrittenOff => &mut sum.written_off,
            }
        }
        let mut next = *pot;
        let from = of(&mut next, debit);
        if debit == Appropriation {
            *from = *from + fen;
        } else if *from >= fen {
            *from = *from - fen;
        } else {
            return None;
        }
        let to = of(&mut next, credit);
        *to = if credit == Appropriation { *to - fen } else { *to + fen };
        if debit == Recovered {
            next.returned = next.returned + fen;
        }
        Some(next)
    }

    proptest! {
        #[test]
        fn whatever_is_posted_the_sum_of_the_pot_holds_and_no_balance_is_below_zero(
            steps in proptest::collection::vec((0..PATHS.len(), 1_i64..=20_000_000), 0..300)
        ) {
            let mut pot = Sum::default();
            let mut posted: Vec<(PotAccount, PotAccount, Fen)> = Vec::new();
            for (path, fen) in steps {
                let (debit, credit) = PATHS[path];
                let Some(next) = after(&pot, debit, credit, Fen(fen)) else { continue };
                pot = next;
                posted.push((debit, credit, Fen(fen)));
                prop_assert_eq!(pot.available, pot.comes_to());
                let all = [
                    pot.granted, pot.available, pot.reserved, pot.payable, pot.paid, pot.recoverable, pot.recovered,
                    pot.written_off, pot.returned,
                ];
                prop_assert!(all.iter().all(|fen| *fen >= Fen(0)));
                prop_assert!(pot.paid_out() - pot.returned <= pot.granted);
                let arrived = |account| -> Fen { posted.iter().filter(|p| p.1 == account).map(|p| p.2).sum() };
                let left = |account| -> Fen { posted.iter().filter(|p| p.0 == account).map(|p| p.2).sum() };
                prop_assert_eq!(pot.granted, left(Appropriation) - arrived(Appropriation));
                prop_assert_eq!(pot.paid_out(), arrived(Paid));
                prop_assert_eq!(pot.reserved, arrived(Reserved) - left(Reserved));
            }
        }
    }

    #[test]
    fn what_was_paid_comes_back_by_two_steps_and_money_enters_by_a_grant_or_a_carry_over_alone() {
        let from = |account| PATHS.iter().filter(|(debit, _)| *debit == account).map(|path| path.1).collect::<Vec<_>>();
        assert_eq!(from(Paid), [Recoverable]);
        assert_eq!(from(Recoverable), [Recovered, WrittenOff]);
        assert_eq!(from(Recovered), [Available]);
        assert_eq!(from(Appropriation), [Available]);
        assert!(from(WrittenOff).is_empty());
        assert_eq!(PATHS.iter().filter(|(_, credit)| *credit == Appropriation).count(), 1);
    }
}
