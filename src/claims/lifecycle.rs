//! The states of a claim and of its lines, and who moves them. Until the public notice a claim is moved as a whole; from
//! then on its lines go on one by one, and the claim is where the least of those stands that do not wait.

use entities::values::ClaimStatus::{
    self, Cleared, FinanceApproved, FirstApproved, InNotice, Paid, PayFailed, Paying, Rejected, Returned,
    SecondApproved, Submitted,
};
use entities::values::{Claimant, LineStatus, Role};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::claims::rights::{ApprovePayment, ConfirmClaims, RejectClaims, ReviewClaims};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimAction {
    Approve,
    Confirm,
    Authorise,
    Return,
    Reject,
    Submit,
    /// The list is published.
    Publish,
    /// The notice is over, or a line that waited goes on.
    Clear,
    /// What is not paid of it is in a batch.
    Batch,
    /// What is not paid of it goes into the next batch.
    Await,
    Fail,
    Pay,
    /// Nothing is left of it.
    Fall,
}

impl From<ClaimAction> for &'static str {
    fn from(action: ClaimAction) -> Self {
        match action {
            ClaimAction::Approve => "approve",
            ClaimAction::Confirm => "confirm",
            ClaimAction::Authorise => "authorise",
            ClaimAction::Return => "return",
            ClaimAction::Reject => "reject",
            ClaimAction::Submit => "submit",
            ClaimAction::Publish => "publish",
            ClaimAction::Clear => "clear",
            ClaimAction::Batch => "batch",
            ClaimAction::Await => "await",
            ClaimAction::Fail => "fail",
            ClaimAction::Pay => "pay",
            ClaimAction::Fall => "fall",
        }
    }
}

use ClaimAction::{Approve, Authorise, Await, Batch, Clear, Confirm, Fail, Fall, Pay, Publish, Reject, Return, Submit};

/// Who hands a claim in: an institution its own, a trainee or his village worker the trainee's.
const CLAIMANTS: &[Role] = &[Role::Institution, Role::Trainee, Role::VillageWorker];

impl Lifecycle for ClaimStatus {
    type Action = ClaimAction;
    const START: &'static [Self] = &[Submitted];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Submitted,     Approve,   FirstApproved,   ReviewClaims::HELD_BY),
        (Submitted,     Return,    Returned,        &[Role::CountyClerk]),
        (Submitted,     Reject,    Rejected,        RejectClaims::HELD_BY),
        (Returned,      Submit,    Submitted,       CLAIMANTS),
        (FirstApproved, Confirm,   SecondApproved,  ConfirmClaims::HELD_BY),
        (FirstApproved, Return,    Returned,        &[Role::CountyChecker]),
        (Cleared,       Authorise, FinanceApproved, ApprovePayment::HELD_BY),
        (Cleared,       Return,    Returned,        &[Role::FinanceOfficer]),
    ];
    #[rustfmt::skip]
    const BY_ITSELF: &'static [(Self, Self::Action, Self)] = &[
        (SecondApproved,  Publish, InNotice),
        (SecondApproved,  Fall,    Rejected),
        (InNotice,        Clear,   Cleared),
        (InNotice,        Fall,    Rejected),
        (Cleared,         Await,   FinanceApproved),
        (Cleared,         Pay,     Paid),
        (Cleared,         Batch,   Paying),
        (Cleared,         Fail,    PayFailed),
        (Cleared,         Fall,    Rejected),
        (FinanceApproved, Batch,   Paying),
        (FinanceApproved, Clear,   Cleared),
        (FinanceApproved, Pay,     Paid),
        (FinanceApproved, Fail,    PayFailed),
        (FinanceApproved, Fall,    Rejected),
        (Paying,          Await,   FinanceApproved),
        (Paying,          Clear,   Cleared),
        (Paying,          Fail,    PayFailed),
        (Paying,          Pay,     Paid),
        (PayFailed,       Await,   FinanceApproved),
        (PayFailed,       Clear,   Cleared),
        (PayFailed,       Pay,     Paid),
        (PayFailed,       Fall,    Rejected),
        (Paid,            Clear,   Cleared),
    ];
}

/// Whose turn it is. What is in the notice waits for its last day, and what is refused or paid for nobody.
pub(crate) fn turn_of(status: ClaimStatus, claimant: Claimant) -> Option<Role> {
    match status {
        FinanceApproved | Paying => Some(Role::FinanceOfficer),
        // What went back, and where the money goes to, is the claimant's to mend.
        Returned | PayFailed => Some(match claimant {
            Claimant::Institution => Role::Institution,
            Claimant::Trainee => Role::Trainee,
        }),
        _ => status.waits_for(),
    }
}

impl ClaimAction {
    /// What leads a claim to where its lines stand.
    pub(crate) const fn towards(status: ClaimStatus) -> Option<Self> {
        match status {
            Cleared => Some(Clear),
            FinanceApproved => Some(Await),
            Paying => Some(Batch),
            PayFailed => Some(Fail),
            Paid => Some(Pay),
            Rejected => Some(Fall),
            Submitted | Returned | FirstApproved | SecondApproved | InNotice => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineAction {
    Refuse,
    Allow,
    Hold,
    /// Goes on in the notice.
    Release,
    /// Is through the notice.
    Clear,
    Approve,
    Batch,
    /// Comes out of a batch that never left.
    Unbatch,
    Pay,
    Fail,
    /// The bank details are mended.
    Mend,
    /// The claim goes back or is rejected.
    Return,
    Void,
}

impl From<LineAction> for &'static str {
    fn from(action: LineAction) -> Self {
        match action {
            LineAction::Refuse => "refuse",
            LineAction::Allow => "allow",
            LineAction::Hold => "hold",
            LineAction::Release => "release",
            LineAction::Clear => "clear",
            LineAction::Approve => "approve",
            LineAction::Batch => "batch",
            LineAction::Unbatch => "unbatch",
            LineAction::Pay => "pay",
            LineAction::Fail => "fail",
            LineAction::Mend => "mend",
            LineAction::Return => "return",
            LineAction::Void => "void",
        }
    }
}

impl Lifecycle for LineStatus {
    type Action = LineAction;
    const START: &'static [Self] = &[Self::Claimed, Self::Refused];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Self::Claimed,  LineAction::Refuse,  Self::Refused,  ReviewClaims::HELD_BY),
        (Self::Refused,  LineAction::Allow,   Self::Claimed,  ReviewClaims::HELD_BY),
        (Self::Claimed,  LineAction::Hold,    Self::Held,     &[Role::CountyClerk, Role::CountyChecker]),
        (Self::Cleared,  LineAction::Hold,    Self::Held,     &[Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer]),
        (Self::Approved, LineAction::Hold,    Self::Held,     &[Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer]),
        (Self::Held,     LineAction::Release, Self::Claimed,  &[Role::CountyChecker]),
        (Self::Held,     LineAction::Clear,   Self::Cleared,  &[Role::CountyChecker]),
        (Self::Held,     LineAction::Refuse,  Self::Refused,  &[Role::CountyChecker]),
        (Self::Cleared,  LineAction::Approve, Self::Approved, ApprovePayment::HELD_BY),
        (Self::Failed,   LineAction::Mend,    Self::Approved, ApprovePayment::HELD_BY),
    ];
    #[rustfmt::skip]
    const BY_ITSELF: &'static [(Self, Self::Action, Self)] = &[
        (Self::Claimed,  LineAction::Clear,   Self::Cleared),
        (Self::Cleared,  LineAction::Refuse,  Self::Refused),
        (Self::Approved, LineAction::Refuse,  Self::Refused),
        (Self::Failed,   LineAction::Refuse,  Self::Refused),
        (Self::Approved, LineAction::Batch,   Self::Batched),
        (Self::Batched,  LineAction::Unbatch, Self::Approved),
        (Self::Batched,  LineAction::Pay,     Self::Paid),
        (Self::Batched,  LineAction::Fail,    Self::Failed),
        (Self::Cleared,  LineAction::Return,  Self::Claimed),
        (Self::Held,     LineAction::Return,  Self::Claimed),
        (Self::Claimed,  LineAction::Void,    Self::Void),
        (Self::Refused,  LineAction::Void,    Self::Void),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use proptest::prelude::*;

    #[test]
    fn the_tables_obey_the_laws() {
        laws::check::<ClaimStatus>();
        laws::check::<LineStatus>();
    }

    #[test]
    fn nobody_moves_a_claim_that_is_paid_or_rejected() {
        assert!(Role::all().all(|role| Paid.open_to(role).is_empty() && Rejected.open_to(role).is_empty()));
        assert!(Role::all().all(|role| LineStatus::Paid.open_to(role).is_empty()));
    }

    #[test]
    fn three_different_roles_stand_between_a_claim_and_its_money() {
        let turns: Vec<Role> =
            [Submitted, FirstApproved, Cleared].into_iter().filter_map(Lifecycle::waits_for).collect();
        assert_eq!(turns, [Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer]);
    }

    #[test]
    fn nothing_leads_back_from_money_that_left() {
        assert!(LineStatus::MOVES.iter().all(|(from, ..)| *from != LineStatus::Paid));
        assert!(LineStatus::BY_ITSELF.iter().all(|(from, ..)| *from != LineStatus::Paid));
    }

    proptest! {
        #[test]
        fn no_line_is_paid_without_the_notice_and_the_finance_bureau(steps in proptest::collection::vec(0_usize..13, 0..60)) {
            use LineAction as L;
            let all = [L::Refuse, L::Allow, L::Hold, L::Release, L::Clear, L::Approve, L::Batch, L::Unbatch, L::Pay,
                       L::Fail, L::Mend, L::Return, L::Void];
            let (mut state, mut since) = (LineStatus::Claimed, Vec::new());
            for step in steps {
                let Ok(next) = state.after(all[step]) else { continue };
                if next == LineStatus::Claimed { since.clear(); } else { since.push(all[step]); }
                state = next;
                if state == LineStatus::Paid {
                    let at = |action| since.iter().position(|one| *one == action);
                    prop_assert!(at(L::Clear) < at(L::Approve) && at(L::Clear).is_some());
                    prop_assert!(at(L::Approve) < at(L::Batch) && since.last() == Some(&L::Pay));
                }
            }
        }

        #[test]
        fn no_walk_reaches_payment_without_all_approvals_after_its_last_submission(
            steps in proptest::collection::vec(0_usize..13, 0..60)
        ) {
            let all = [Approve, Confirm, Authorise, Return, Reject, Submit, Publish, Clear, Batch, Await, Fail, Pay, Fall];
            let (mut state, mut since) = (Submitted, Vec::new());
            for step in steps {
                let Ok(next) = state.after(all[step]) else { continue };
                if next == Submitted { since.clear(); } else { since.push(all[step]); }
                state = next;
                if matches!(state, FinanceApproved | Paying | Paid) {
                    prop_assert_eq!(since.get(..4), Some(&[Approve, Confirm, Publish, Clear][..]));
                }
            }
        }
    }
}
