//! A standard or an uplift: proposed by one, put in force by another or taken back. One in force only ends, by a day.

use entities::values::StandardStatus::{self, InForce, Proposed, Withdrawn};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::standards::rights::{EnactStandards, ProposeStandards};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StandardAction {
    Enact,
    Withdraw,
    End,
}

impl From<StandardAction> for &'static str {
    fn from(action: StandardAction) -> Self {
        match action {
            StandardAction::Enact => "enact",
            StandardAction::Withdraw => "withdraw",
            StandardAction::End => "end",
        }
    }
}

impl Lifecycle for StandardStatus {
    type Action = StandardAction;
    const START: &'static [Self] = &[Proposed];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Proposed, StandardAction::Enact,    InForce,   EnactStandards::HELD_BY),
        (Proposed, StandardAction::Withdraw, Withdrawn, ProposeStandards::HELD_BY),
        (InForce,  StandardAction::End,      InForce,   ProposeStandards::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<StandardStatus>();
    }
}
