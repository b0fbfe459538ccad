//! The states of a claim and who moves it.

use entities::values::ClaimStatus::{self, FirstApproved, Paid, Rejected, Returned, SecondApproved, Submitted};
use entities::values::Role;

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::claims::rights::{ConfirmClaims, PayClaims, RejectClaims, ReviewClaims, SubmitClaims};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimAction {
    Approve,
    Confirm,
    Pay,
    Return,
    Reject,
    Submit,
}

impl From<ClaimAction> for &'static str {
    fn from(action: ClaimAction) -> Self {
        match action {
            ClaimAction::Approve => "approve",
            ClaimAction::Confirm => "confirm",
            ClaimAction::Pay => "pay",
            ClaimAction::Return => "return",
            ClaimAction::Reject => "reject",
            ClaimAction::Submit => "submit",
        }
    }
}

use ClaimAction::{Approve, Confirm, Pay, Reject, Return, Submit};

impl Lifecycle for ClaimStatus {
    type Action = ClaimAction;
    const START: &'static [Self] = &[Submitted];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Submitted,      Approve, FirstApproved,  ReviewClaims::HELD_BY),
        (Submitted,      Return,  Returned,       &[Role::CountyClerk]),
        (Submitted,      Reject,  Rejected,       RejectClaims::HELD_BY),
        (Returned,       Submit,  Submitted,      SubmitClaims::HELD_BY),
        (FirstApproved,  Confirm, SecondApproved, ConfirmClaims::HELD_BY),
        (FirstApproved,  Return,  Returned,       &[Role::CountyChecker]),
        (SecondApproved, Pay,     Paid,           PayClaims::HELD_BY),
        (SecondApproved, Return,  Returned,       &[Role::FinanceOfficer]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use proptest::prelude::*;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ClaimStatus>();
    }

    #[test]
    fn nobody_moves_a_claim_that_is_paid_or_rejected() {
        assert!(Role::all().all(|role| Paid.open_to(role).is_empty() && Rejected.open_to(role).is_empty()));
    }

    #[test]
    fn three_different_roles_stand_between_a_claim_and_its_money() {
        let turns: Vec<Role> =
            [Submitted, FirstApproved, SecondApproved].into_iter().filter_map(Lifecycle::waits_for).collect();
        assert_eq!(turns, [Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer]);
    }

    proptest! {
        #[test]
        fn no_walk_reaches_payment_without_both_approvals_after_its_last_submission(
            steps in proptest::collection::vec(0_usize..6, 0..40)
        ) {
            let all = [Approve, Confirm, Pay, Return, Reject, Submit];
            let (mut state, mut since) = (Submitted, Vec::new());
            for step in steps {
                let Ok(next) = state.after(all[step]) else { continue };
                if next == Submitted { since.clear(); } else { since.push(all[step]); }
                state = next;
                if state == Paid {
                    prop_assert_eq!(&since, &[Approve, Confirm, Pay]);
                }
            }
        }
    }
}
