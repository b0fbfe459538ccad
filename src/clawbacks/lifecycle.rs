//! The states of a clawback, and who moves it.

use entities::values::ClawbackStatus::{
    self, Approved, Invoiced, Offsetting, Recovered, Rejected, Requested, WrittenOff,
};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::clawbacks::rights::{CollectClawbacks, DecideOnClawbacks, WriteOffClawbacks};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClawbackAction {
    Approve,
    Reject,
    /// Against what is to be paid to the same payee.
    Offset,
    Invoice,
    Receive,
    WriteOff,
    /// All of it came back.
    Settle,
}

impl From<ClawbackAction> for &'static str {
    fn from(action: ClawbackAction) -> Self {
        match action {
            ClawbackAction::Approve => "approve",
            ClawbackAction::Reject => "reject",
            ClawbackAction::Offset => "offset",
            ClawbackAction::Invoice => "invoice",
            ClawbackAction::Receive => "receive",
            ClawbackAction::WriteOff => "write_off",
            ClawbackAction::Settle => "settle",
        }
    }
}

impl Lifecycle for ClawbackStatus {
    type Action = ClawbackAction;
    const START: &'static [Self] = &[Requested];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Requested,  ClawbackAction::Approve,  Approved,   DecideOnClawbacks::HELD_BY),
        (Requested,  ClawbackAction::Reject,   Rejected,   DecideOnClawbacks::HELD_BY),
        (Approved,   ClawbackAction::Offset,   Offsetting, CollectClawbacks::HELD_BY),
        (Approved,   ClawbackAction::Invoice,  Invoiced,   CollectClawbacks::HELD_BY),
        (Approved,   ClawbackAction::WriteOff, WrittenOff, WriteOffClawbacks::HELD_BY),
        (Offsetting, ClawbackAction::Offset,   Offsetting, CollectClawbacks::HELD_BY),
        (Offsetting, ClawbackAction::Invoice,  Invoiced,   CollectClawbacks::HELD_BY),
        (Offsetting, ClawbackAction::WriteOff, WrittenOff, WriteOffClawbacks::HELD_BY),
        (Invoiced,   ClawbackAction::Receive,  Invoiced,   CollectClawbacks::HELD_BY),
        (Invoiced,   ClawbackAction::Offset,   Invoiced,   CollectClawbacks::HELD_BY),
        (Invoiced,   ClawbackAction::WriteOff, WrittenOff, WriteOffClawbacks::HELD_BY),
    ];
    const BY_ITSELF: &'static [(Self, ClawbackAction, Self)] =
        &[(Offsetting, ClawbackAction::Settle, Recovered), (Invoiced, ClawbackAction::Settle, Recovered)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use entities::values::Role;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ClawbackStatus>();
    }

    #[test]
    fn what_is_over_stays_over() {
        for over in [Rejected, Recovered, WrittenOff] {
            assert!(
                Role::all().all(|role| over.open_to(role).is_empty()) && over.after(ClawbackAction::Settle).is_err()
            );
        }
    }

    #[test]
    fn who_pays_back_moves_nothing_and_nothing_comes_back_before_it_was_decided() {
        for state in ClawbackStatus::all() {
            assert!([Role::Institution, Role::Trainee].iter().all(|role| state.open_to(*role).is_empty()));
        }
        for action in
            [ClawbackAction::Offset, ClawbackAction::Invoice, ClawbackAction::Receive, ClawbackAction::WriteOff]
        {
            assert!(Requested.after(action).is_err() && Rejected.after(action).is_err());
        }
        assert!(Approved.after(ClawbackAction::Receive).is_err(), "no money without an invoice");
    }
}
