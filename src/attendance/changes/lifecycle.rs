//! A change is asked for by the institution and decided once by the county.

use entities::values::ChangeOfPlanStatus::{self, Approved, Asked, Refused, Withdrawn};

use crate::access::Right;
use crate::attendance::rights::{AskForPlanChanges, DecideOnPlanChanges};
use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanChangeAction {
    Approve,
    Refuse,
    Withdraw,
}

impl From<PlanChangeAction> for &'static str {
    fn from(action: PlanChangeAction) -> Self {
        match action {
            PlanChangeAction::Approve => "approve",
            PlanChangeAction::Refuse => "refuse",
            PlanChangeAction::Withdraw => "withdraw",
        }
    }
}

impl Lifecycle for ChangeOfPlanStatus {
    type Action = PlanChangeAction;
    const START: &'static [Self] = &[Asked];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Asked, PlanChangeAction::Approve,  Approved,  DecideOnPlanChanges::HELD_BY),
        (Asked, PlanChangeAction::Refuse,   Refused,   DecideOnPlanChanges::HELD_BY),
        (Asked, PlanChangeAction::Withdraw, Withdrawn, AskForPlanChanges::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ChangeOfPlanStatus>();
    }
}
