//! What is reserved in a pot for a claim. For the training the class foresaw it: of what was reserved at its approval a claim
//! has what is no other's. What a class did not foresee is reserved in the name of the claim.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    claim, training_class,
    values::{ClaimStatus, ClassStatus, EnrolmentId, Fen, SubsidyKind, Tranche},
};
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::Result;
use crate::certificates;
use crate::claims::findings;
use crate::claims::rules;
use crate::claims::seats::{self, Share};
use crate::claims::store;
use crate::classes;
use crate::completion;
use crate::data::Work;
use crate::funds::{self, About};
use crate::policy::{Rule, RuleBook};

fn is_foreseen(claim: &claim::Model) -> bool {
    claim.kind == SubsidyKind::Training
}

/// Whether a claim asks for money that nobody owes yet.
fn asks(claim: &claim::Model) -> bool {
    matches!(claim.status, ClaimStatus::Submitted | ClaimStatus::Returned | ClaimStatus::FirstApproved)
}

/// What is reserved for a claim and is not another's.
async fn held_for(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<Fen> {
    let (pot, class) = (claim.pot_id, claim.class_id);
    if !is_foreseen(claim) {
        return funds::reserved_under(db, pot, class, &[claim.id]).await;
    }
    let mut held = funds::reserved_for(db, pot, class).await?;
    let mut unforeseen = Vec::new();
    for other in store::all_of_class(db, class).await? {
        if !is_foreseen(&other) {
            unforeseen.push(other.id);
        } else if other.id != claim.id && asks(&other) {
            held = held - other.total_fen;
        }
    }
    if !unforeseen.is_empty() {
        held = held - funds::reserved_under(db, pot, class, &unforeseen).await?;
    }
    Ok(held)
}

/// Sees to it that at least so much is reserved for a claim.
///
/// # Errors
/// `pot.short`.
pub(super) async fn secure(by: &Actor, work: &Work, claim: &claim::Model, wanted: Fen) -> Result<()> {
    let held = held_for(work.db(), claim).await?;
    let lacking = (wanted - held).max(Fen(0));
    funds::hold(by, work, claim.pot_id, claim.class_id, claim.id, lacking).await
}

/// Releases what is reserved for a claim beyond what it, other claims and whoever has not claimed yet may ask for.
///
/// # Errors
/// Of the database.
pub(super) async fn trim(
    by: &Actor,
    work: &Work,
    claim: &claim::Model,
    wanted: Fen,
    cause: &'static str,
) -> Result<()> {
    let mut kept = wanted;
    if is_foreseen(claim) {
        let class = classes::by_id(work.db(), claim.class_id).await?;
        // As long as it goes on, all that was reserved for it may be asked for.
        if class.status != ClassStatus::Closed {
            return Ok(());
        }
        kept = kept + to_come(work.db(), &class, |_, _| true).await?;
    }
    let spare = (held_for(work.db(), claim).await? - kept).max(Fen(0));
    let about = About::claim(claim.class_id, claim.id);
    funds::release(Some(by), work, claim.pot_id, about, spare, cause).await
}

/// Money that is reserved for a class and for which nobody can ask any more: the time for it is over.
pub(super) async fn lapsed(db: &impl ConnectionTrait, class: &training_class::Model, today: NaiveDate) -> Result<Fen> {
    let Some(pot) = class.pot_id.filter(|_| class.status == ClassStatus::Closed) else { return Ok(Fen(0)) };
    let asked: Fen =
        store::all_of_class(db, class.id).await?.iter().filter(|row| asks(row)).map(|row| row.total_fen).sum();
    let issued = findings::standing(certificates::of_class(db, class.id).await?);
    let book = RuleBook::load(db).await?;
    let months = |rule| book.value(rule, &class.area_code, today);
    let (training, outcome) = (months(Rule::ClaimMonths)?, months(Rule::OutcomeMonths)?);
    // Who has no certificate yet has not begun to lose time.
    let is_open = |seat: EnrolmentId, tranche: Tranche| {
        let months = if tranche == Tranche::Outcome { outcome } else { training };
        issued.get(&seat).is_none_or(|(_, issued_on)| today <= rules::last_day(*issued_on, months))
    };
    let kept = asked + to_come(db, class, is_open).await?;
    Ok((funds::reserved_for(db, pot, class.id).await? - kept).max(Fen(0)))
}

/// What those who qualified in a class may still ask for. `is_open` tells whether a part may be.
async fn to_come(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    is_open: impl Fn(EnrolmentId, Tranche) -> bool,
) -> Result<Fen> {
    let shares = seats::shares(db, class.id, SubsidyKind::Training).await?;
    let qualified = completion::of_class(db, class.id).await?.into_iter().filter(|row| row.qualified);
    Ok(expected(&shares, qualified.map(|row| row.enrolment_id), class.ceiling_fen, is_open))
}

/// Who is on no claim for the end of the training may ask for all that a seat can cost, who had that for what is left for the
/// last part, as long as nobody asked for it. Less what they had.
fn expected(
    shares: &[Share],
    qualified: impl Iterator<Item = EnrolmentId>,
    ceiling: Fen,
    is_open: impl Fn(EnrolmentId, Tranche) -> bool,
) -> Fen {
    let mut seats: HashMap<EnrolmentId, Vec<&Share>> = HashMap::new();
    for share in shares {
        seats.entry(share.enrolment_id).or_default().push(share);
    }
    let left = |seat: EnrolmentId| {
        let own = seats.get(&seat).map(Vec::as_slice).unwrap_or_default();
        let of = |tranche| own.iter().filter(move |share| share.tranche == tranche);
        let had: Fen = own.iter().filter(|share| rules::is_live(share.status)).map(|share| share.fen).sum();
        if of(Tranche::Completion).next().is_none() {
            return if is_open(seat, Tranche::Completion) { ceiling - had } else { Fen(0) };
        }
        let paid = of(Tranche::Completion).find(|share| rules::is_live(share.status));
        match paid {
            Some(share) if of(Tranche::Outcome).next().is_none() && is_open(seat, Tranche::Outcome) => {
                share.entitled_fen - had
            }
            _ => Fen(0),
        }
    };
    qualified.map(left).map(|fen| fen.max(Fen(0))).sum()
}

#[cfg(test)]
mod tests {
    use entities::values::{
        ClaimId,
        LineStatus::{Claimed, Paid, Refused},
    };

    use super::*;

    #[test]
    fn what_may_still_be_asked_for_stays_and_nothing_else() {
        let seats = [(); 5].map(|()| EnrolmentId::new());
        let share = |seat: usize, tranche, status, fen| Share {
            enrolment_id: seats[seat],
            claim_id: ClaimId::new(),
            tranche,
            status,
            fen: Fen(fen),
            entitled_fen: Fen(100),
        };
        let shares = [
            // Had the advance and is on no claim since.
            share(1, Tranche::Start, Paid, 40),
            // Had all but the last part.
            share(2, Tranche::Completion, Claimed, 80),
            // Asked for that too, and was refused.
            share(3, Tranche::Completion, Paid, 80),
            share(3, Tranche::Outcome, Refused, 20),
            share(4, Tranche::Completion, Refused, 80),
        ];
        let of = |seat: usize, open: &[Tranche]| {
            expected(&shares, std::iter::once(seats[seat]), Fen(120), |_, tranche| open.contains(&tranche)).0
        };
        let all = [Tranche::Completion, Tranche::Outcome];
        assert_eq!([0, 1, 2, 3, 4].map(|seat| of(seat, &all)), [120, 80, 20, 0, 0]);
        assert_eq!([0, 1, 2, 3, 4].map(|seat| of(seat, &[Tranche::Outcome])), [0, 0, 20, 0, 0]);
        assert_eq!([0, 1, 2, 3, 4].map(|seat| of(seat, &[Tranche::Completion])), [120, 80, 0, 0, 0]);
        assert_eq!(expected(&shares, seats.into_iter(), Fen(120), |_, _| true), Fen(220));
    }
}
