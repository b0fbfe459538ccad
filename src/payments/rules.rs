//! Who is paid for a line, what a bank's answer says of a payment, and whether sums agree.

use std::collections::BTreeMap;

use entities::{
    claim, claim_line,
    values::{ClaimId, Claimant, Fen, LineId, OrganisationId, PersonId, SubsidyKind},
};

/// Who receives money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Payee {
    Organisation(OrganisationId),
    Person(PersonId),
}

impl Payee {
    /// Living allowance, and what somebody claims for himself, goes to the person; all else to the institution.
    pub(crate) fn of(claim: &claim::Model, line: &claim_line::Model) -> Self {
        if claim.claimant == Claimant::Trainee || line.kind == SubsidyKind::Living {
            Self::Person(line.person_id)
        } else {
            Self::Organisation(claim.organisation_id)
        }
    }
}

/// How many, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub count: i64,
    pub fen: Fen,
}

impl Sum {
    pub(crate) fn of(amounts: impl Iterator<Item = Fen>) -> Self {
        amounts.fold(Self::default(), Self::and)
    }

    pub(crate) fn and(self, fen: Fen) -> Self {
        Self { count: self.count + 1, fen: self.fen + fen }
    }
}

/// Lines that one payee gets for one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub claim: ClaimId,
    pub payee: Payee,
    pub lines: Vec<(LineId, Fen)>,
}

impl Share {
    pub(crate) fn fen(&self) -> Fen {
        self.lines.iter().map(|(_, fen)| *fen).sum()
    }
}

/// The payments that lines make: one a claim and payee, in the order of the claims. A line of nothing is paid with the others.
pub(crate) fn shares(lines: impl IntoIterator<Item = (ClaimId, Payee, LineId, Fen)>) -> Vec<Share> {
    let mut shares: BTreeMap<(ClaimId, Payee), Vec<(LineId, Fen)>> = BTreeMap::new();
    for (claim, payee, line, fen) in lines {
        shares.entry((claim, payee)).or_default().push((line, fen));
    }
    shares.into_iter().map(|((claim, payee), lines)| Share { claim, payee, lines }).collect()
}

/// What of a batch the figures say, each counted on its own way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub batch: Sum,
    pub payments: Sum,
    pub lines: Sum,
    /// Read from the bytes of the file; none before it is made, and for what was paid before there were files.
    pub file: Option<Sum>,
    pub paid: Sum,
    pub failed: Sum,
    pub pending: Sum,
    /// What the ledger says left under the number of the batch.
    pub ledger: Fen,
    /// What the ledger says is still owed for the claims of the batch, and what their lines say.
    pub owed_posted: Fen,
    pub owed_lines: Fen,
}

/// Which figures of a batch differ from the one that they must equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    Payments,
    Lines,
    File,
    Outcomes,
    Ledger,
    Owed,
}

impl Figures {
    pub(crate) fn differences(&self) -> Vec<Difference> {
        let outcomes = self.paid.fen + self.failed.fen + self.pending.fen;
        let count = self.paid.count + self.failed.count + self.pending.count;
        let file = self.file.unwrap_or(self.batch);
        [
            (self.payments == self.batch, Difference::Payments),
            (self.lines.fen == self.batch.fen, Difference::Lines),
            (file == self.batch, Difference::File),
            (outcomes == self.batch.fen && count == self.batch.count, Difference::Outcomes),
            (self.ledger == self.paid.fen, Difference::Ledger),
            (self.owed_posted == self.owed_lines, Difference::Owed),
        ]
        .into_iter()
        .filter(|(agrees, _)| !agrees)
        .map(|(_, difference)| difference)
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_lines_go_out_each_is_paid_once_and_the_sums_agree(
            lines in proptest::collection::vec((0_usize..6, 0_usize..9, 1_i64..10_000_000), 0..120),
            outcomes in proptest::collection::vec(any::<bool>(), 120),
        ) {
            let claims: Vec<ClaimId> = (0..6).map(|_| ClaimId::new()).collect();
            let payees: Vec<Payee> = (0..9)
                .map(|n| if n == 0 { Payee::Organisation(OrganisationId::new()) } else { Payee::Person(PersonId::new()) })
                .collect();
            let rows: Vec<_> =
                lines.iter().map(|(claim, payee, fen)| (claims[*claim], payees[*payee], LineId::new(), Fen(*fen))).collect();
            let shares = shares(rows.clone());
            let paid: Vec<LineId> = shares.iter().flat_map(|share| share.lines.iter().map(|(line, _)| *line)).collect();
            prop_assert_eq!(paid.iter().collect::<HashSet<_>>().len(), rows.len());
            prop_assert_eq!(paid.len(), rows.len());
            let whole = Sum::of(shares.iter().map(Share::fen));
            prop_assert_eq!(whole.fen, rows.iter().map(|row| row.3).sum::<Fen>());
            let split = |want: bool| Sum::of(
                shares.iter().zip(&outcomes).filter(|(_, paid)| **paid == want).map(|(share, _)| share.fen()),
            );
            let figures = Figures {
                batch: whole,
                payments: whole,
                lines: Sum::of(rows.iter().map(|row| row.3)),
                file: Some(whole),
                paid: split(true),
                failed: split(false),
                pending: Sum::default(),
                ledger: split(true).fen,
                owed_posted: split(false).fen,
                owed_lines: split(false).fen,
            };
            prop_assert_eq!(figures.differences(), Vec::new());
            if whole.fen > Fen(0) {
                let short = Figures { ledger: figures.ledger + Fen(1), ..figures };
                prop_assert_eq!(short.differences(), vec![Difference::Ledger]);
                let wrong = Figures { file: Some(Sum { fen: whole.fen - Fen(1), ..whole }), ..figures };
                prop_assert_eq!(wrong.differences(), vec![Difference::File]);
            }
        }
    }

    #[test]
    fn a_figure_that_differs_is_told_by_its_name() {
        let one = Sum { count: 1, fen: Fen(80_000) };
        let sound = Figures {
            batch: one,
            payments: one,
            lines: Sum { count: 40, fen: Fen(80_000) },
            file: None,
            paid: one,
            ledger: Fen(80_000),
            ..Figures::default()
        };
        assert_eq!(sound.differences(), []);
        assert_eq!(Figures { payments: Sum::default(), ..sound }.differences(), [Difference::Payments]);
        assert_eq!(Figures { lines: Sum::default(), ..sound }.differences(), [Difference::Lines]);
        assert_eq!(Figures { owed_posted: Fen(1), ..sound }.differences(), [Difference::Owed]);
        let lost = Figures { paid: Sum::default(), ..sound }.differences();
        assert_eq!(lost, [Difference::Outcomes, Difference::Ledger]);
    }
}
