//! What a line comes to: the terms under which the class was approved, what is known of the person, and what other parts of
//! the same subsidy take already.

use std::collections::{HashMap, HashSet};

use entities::{
    training_class,
    values::{ClaimId, EnrolmentId, Fen, PersonId, StandardId, Tranche, UpliftKind},
};
use sea_orm::ConnectionTrait;

use crate::base::{Error, Result};
use crate::claims::findings::Finding;
use crate::claims::rules::{self, Amount, Fault, Part};
use crate::claims::seats;
use crate::data::Vault;
use crate::eligibility;
use crate::people;
use crate::standards::{self, Facts, Terms, Tranches};

/// What everybody of a class comes to, and by which standard.
pub(super) struct Amounts {
    pub standard: StandardId,
    by_seat: HashMap<EnrolmentId, Amount>,
}

impl Amounts {
    /// # Errors
    /// `Internal` for a seat that was not looked at.
    pub(super) fn of(&self, seat: EnrolmentId) -> Result<Amount> {
        self.by_seat.get(&seat).copied().ok_or_else(|| Error::internal("a seat without an amount"))
    }

    /// What stands against paying for somebody: also that nothing is left to pay.
    pub(super) fn fault(&self, found: &Finding) -> Option<Fault> {
        let spent = || self.by_seat.get(&found.enrolment).is_none_or(|amount| amount.fen == Fen(0));
        found.fault.or_else(|| spent().then_some(Fault::AlreadyPaid))
    }
}

/// All that has fallen due with a part, less what other lines of the seat take: who was paid nothing ahead gets it later.
fn due(tranches: Tranches, part: Part, taken: Fen) -> Fen {
    let fallen = match part.tranche {
        Tranche::Start => tranches.start,
        Tranche::Completion => tranches.start + tranches.completion,
        Tranche::Outcome => tranches.start + tranches.completion + tranches.outcome,
    };
    (fallen - taken).max(Fen(0))
}

/// The parts of subsidies that the standards of a class know, in the order in which they fall due.
///
/// # Errors
/// Of the database.
pub(super) async fn parts(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for part in Part::ALL {
        match terms(db, class, part).await {
            Ok(_) => parts.push(part),
            Err(Error::Refused(_)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(parts)
}

/// # Errors
/// `standard.none`; `claim.no_tranche` where the standard pays nothing at that time.
async fn terms(db: &impl ConnectionTrait, class: &training_class::Model, part: Part) -> Result<Terms> {
    let terms = standards::terms_of(db, class, part.kind).await?;
    let percent = match part.tranche {
        Tranche::Start => terms.standard.start_percent,
        Tranche::Completion => terms.standard.start_percent + terms.standard.completion_percent,
        Tranche::Outcome => terms.standard.outcome_percent,
    };
    if percent == 0 { Err(Error::refused("claim.no_tranche")) } else { Ok(terms) }
}

/// What each of these people comes to; lines of `claim` itself take nothing from it.
///
/// # Errors
/// `standard.none`, `claim.no_tranche`.
pub(super) async fn amounts(
    db: &impl ConnectionTrait,
    vault: &Vault,
    class: &training_class::Model,
    part: Part,
    claim: Option<ClaimId>,
    findings: &[Finding],
) -> Result<Amounts> {
    let terms = terms(db, class, part).await?;
    let seats: Vec<(EnrolmentId, PersonId)> = findings.iter().map(|found| (found.enrolment, found.person)).collect();
    let people: Vec<PersonId> = seats.iter().map(|(_, person)| *person).collect();
    let asks = |kind| terms.uplifts.iter().any(|uplift| uplift.kind == kind);
    let poor =
        if asks(UpliftKind::Poor) { eligibility::poor_at_start(db, class.id, &seats).await? } else { HashSet::new() };
    let disabled =
        if asks(UpliftKind::Disabled) { people::disabled(db, vault, &people).await? } else { HashSet::new() };
    let mut taken: HashMap<EnrolmentId, Fen> = HashMap::new();
    for share in seats::shares(db, class.id, part.kind).await? {
        if rules::is_live(share.status) && Some(share.claim_id) != claim {
            let sum = taken.entry(share.enrolment_id).or_insert(Fen(0));
            *sum = *sum + share.fen;
        }
    }
    let of = |found: &Finding| {
        let facts = Facts {
            poor: poor.contains(&found.enrolment),
            disabled: disabled.contains(&found.person),
            certificate: found.skilled,
        };
        let entitlement = terms.entitlement(facts);
        let taken = taken.get(&found.enrolment).copied().unwrap_or(Fen(0));
        let amount = Amount {
            base: entitlement.base,
            percent: i32::try_from(entitlement.percent).unwrap_or(0),
            uplift: entitlement.kind,
            entitled: entitlement.amount,
            fen: due(entitlement.tranches, part, taken),
        };
        (found.enrolment, amount)
    };
    Ok(Amounts { standard: terms.standard.id, by_seat: findings.iter().map(of).collect() })
}

#[cfg(test)]
mod tests {
    use entities::values::SubsidyKind;
    use proptest::prelude::*;

    use super::*;

    fn part(tranche: Tranche) -> Part {
        Part { kind: SubsidyKind::Training, tranche }
    }

    #[test]
    fn who_was_paid_nothing_ahead_gets_it_at_the_end() {
        let tranches = Tranches { start: Fen(50), completion: Fen(30), outcome: Fen(20) };
        assert_eq!(due(tranches, part(Tranche::Start), Fen(0)), Fen(50));
        assert_eq!(due(tranches, part(Tranche::Completion), Fen(50)), Fen(30));
        assert_eq!(due(tranches, part(Tranche::Completion), Fen(0)), Fen(80));
        assert_eq!(due(tranches, part(Tranche::Outcome), Fen(80)), Fen(20));
        // Less was paid ahead, because nobody knew yet of a certificate.
        assert_eq!(due(tranches, part(Tranche::Completion), Fen(45)), Fen(35));
    }

    proptest! {
        #[test]
        fn in_whatever_order_parts_are_claimed_they_never_come_to_more_than_the_whole(
            start in 0_i64..=1_000_000, completion in 0_i64..=1_000_000, outcome in 0_i64..=1_000_000,
            order in Just(vec![Tranche::Start, Tranche::Completion, Tranche::Outcome]).prop_shuffle(),
        ) {
            let tranches = Tranches { start: Fen(start), completion: Fen(completion), outcome: Fen(outcome) };
            let taken = order.into_iter().fold(Fen(0), |taken, one| taken + due(tranches, part(one), taken));
            prop_assert_eq!(taken, Fen(start + completion + outcome));
        }
    }
}
