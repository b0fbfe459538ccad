//! What a posting does to the balances of a pot, and which postings there are.

use entities::{
    posting, pot,
    values::{Fen, PotAccount},
};

use crate::areas::{level_of, prefix};

/// From where to where money may go; everything else is no posting of ours.
pub(crate) const PATHS: [(PotAccount, PotAccount); 6] = [
    (PotAccount::Appropriation, PotAccount::Available),
    (PotAccount::Available, PotAccount::Reserved),
    (PotAccount::Reserved, PotAccount::Available),
    (PotAccount::Reserved, PotAccount::Payable),
    (PotAccount::Payable, PotAccount::Reserved),
    (PotAccount::Payable, PotAccount::Paid),
];

/// The balance that an account has in the row of its pot. What left the appropriation is what was granted.
pub(crate) fn column(account: PotAccount) -> pot::Column {
    match account {
        PotAccount::Appropriation => pot::Column::GrantedFen,
        PotAccount::Available => pot::Column::AvailableFen,
        PotAccount::Reserved => pot::Column::ReservedFen,
        PotAccount::Payable => pot::Column::PayableFen,
        PotAccount::Paid => pot::Column::PaidFen,
    }
}

/// What the postings of one class left in the reserved account.
pub(crate) fn reserved_by<'a>(postings: impl IntoIterator<Item = &'a posting::Model>) -> Fen {
    postings.into_iter().fold(Fen(0), |sum, row| match (row.debit, row.credit) {
        (PotAccount::Reserved, _) => sum - row.fen,
        (_, PotAccount::Reserved) => sum + row.fen,
        _ => sum,
    })
}

/// The codes of the area and of everything above it, the nearest first.
pub(crate) fn upwards(area: &str) -> Vec<String> {
    if level_of(area).is_none() {
        return Vec::new();
    }
    let digits = |n: usize, zeros: &str| area.get(..n).map(|head| format!("{head}{zeros}"));
    let mut line: Vec<String> = std::iter::once(area.to_owned())
        .chain([digits(9, ""), digits(6, ""), digits(4, "00"), digits(2, "0000")].into_iter().flatten())
        .filter(|code| level_of(code).is_some())
        .collect();
    line.sort_by_key(|code| std::cmp::Reverse(prefix(code).len()));
    line.dedup();
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The balances of a pot, moved as the one UPDATE moves them.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    struct Balances {
        granted: i64,
        available: i64,
        reserved: i64,
        payable: i64,
        paid: i64,
    }

    impl Balances {
        fn of(&mut self, account: PotAccount) -> &mut i64 {
            match account {
                PotAccount::Appropriation => &mut self.granted,
                PotAccount::Available => &mut self.available,
                PotAccount::Reserved => &mut self.reserved,
                PotAccount::Payable => &mut self.payable,
                PotAccount::Paid => &mut self.paid,
            }
        }

        fn after(mut self, debit: PotAccount, credit: PotAccount, fen: i64) -> Option<Self> {
            if debit == PotAccount::Appropriation {
                self.granted += fen;
            } else if *self.of(debit) >= fen {
                *self.of(debit) -= fen;
            } else {
                return None;
            }
            *self.of(credit) += fen;
            Some(self)
        }
    }

    proptest! {
        #[test]
        fn whatever_is_posted_debits_equal_credits_and_no_balance_is_below_zero(
            steps in proptest::collection::vec((0..PATHS.len(), 1_i64..=20_000_000), 0..200)
        ) {
            let mut pot = Balances::default();
            let (mut debits, mut credits) = (Balances::default(), Balances::default());
            for (path, fen) in steps {
                let (debit, credit) = PATHS[path];
                let Some(next) = pot.after(debit, credit, fen) else { continue };
                pot = next;
                *debits.of(debit) += fen;
                *credits.of(credit) += fen;
                let all = |b: &Balances| b.granted + b.available + b.reserved + b.payable + b.paid;
                prop_assert_eq!(all(&debits), all(&credits));
                prop_assert_eq!(pot.granted, pot.available + pot.reserved + pot.payable + pot.paid);
                prop_assert!([pot.available, pot.reserved, pot.payable, pot.paid].iter().all(|fen| *fen >= 0));
                prop_assert_eq!(pot.reserved, credits.reserved - debits.reserved);
                prop_assert_eq!(pot.paid, credits.paid);
                prop_assert!(pot.paid <= pot.granted);
            }
        }
    }

    #[test]
    fn money_never_comes_back_from_paid_and_never_enters_but_by_a_grant() {
        assert!(PATHS.iter().all(|(debit, credit)| *debit != PotAccount::Paid && *credit != PotAccount::Appropriation));
        assert_eq!(PATHS.iter().filter(|(debit, _)| *debit == PotAccount::Appropriation).count(), 1);
    }

    #[test]
    fn the_way_up_from_a_village_ends_at_the_province() {
        let line = ["360923106206", "360923106", "360923", "360900", "360000"];
        assert_eq!(upwards("360923106206"), line);
        assert_eq!(upwards("360923"), line[2..]);
        assert_eq!(upwards("360000"), line[4..]);
        assert!(upwards("36").is_empty());
    }
}
