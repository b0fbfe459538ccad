//! A wish to revoke is asked once and decided once.

use entities::values::RevocationStatus::{self, Approved, Asked, Refused, Withdrawn};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::certificates::rights::{AskRevocations, DecideOnRevocations};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationAction {
    Approve,
    Refuse,
    Withdraw,
}

impl From<RevocationAction> for &'static str {
    fn from(action: RevocationAction) -> Self {
        match action {
            RevocationAction::Approve => "approve",
            RevocationAction::Refuse => "refuse",
            RevocationAction::Withdraw => "withdraw",
        }
    }
}

impl Lifecycle for RevocationStatus {
    type Action = RevocationAction;
    const START: &'static [Self] = &[Asked];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Asked, RevocationAction::Approve,  Approved,  DecideOnRevocations::HELD_BY),
        (Asked, RevocationAction::Refuse,   Refused,   DecideOnRevocations::HELD_BY),
        (Asked, RevocationAction::Withdraw, Withdrawn, AskRevocations::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<RevocationStatus>();
    }
}
