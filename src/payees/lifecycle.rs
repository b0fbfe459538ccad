//! The states of an account and who moves it.

use entities::values::PayeeStatus::{self, InForce, Proposed, Refused, Replaced, Withdrawn};
use entities::values::Role::{CountyChecker, Institution};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayeeAction {
    Approve,
    Refuse,
    /// 叫停: before it is paid on.
    Stop,
    /// By the approval of another one.
    Replace,
    /// The one that took its place was stopped.
    Resume,
}

impl From<PayeeAction> for &'static str {
    fn from(action: PayeeAction) -> Self {
        match action {
            PayeeAction::Approve => "approve",
            PayeeAction::Refuse => "refuse",
            PayeeAction::Stop => "stop",
            PayeeAction::Replace => "replace",
            PayeeAction::Resume => "resume",
        }
    }
}

impl Lifecycle for PayeeStatus {
    type Action = PayeeAction;
    const START: &'static [Self] = &[Proposed];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Proposed, PayeeAction::Approve, InForce,   &[CountyChecker]),
        (Proposed, PayeeAction::Refuse,  Refused,   &[CountyChecker]),
        (Proposed, PayeeAction::Stop,    Withdrawn, &[Institution]),
        (InForce,  PayeeAction::Stop,    Withdrawn, &[Institution, CountyChecker]),
    ];
    const BY_ITSELF: &'static [(Self, Self::Action, Self)] =
        &[(InForce, PayeeAction::Replace, Replaced), (Replaced, PayeeAction::Resume, InForce)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<PayeeStatus>();
    }
}
