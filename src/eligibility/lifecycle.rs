//! The states of a doubt and who moves it.

use entities::values::FlagStatus::{self, Cleared, Confirmed, Dismissed, Open};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::eligibility::rights::DecideOnFlags;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagAction {
    Dismiss,
    Confirm,
    /// Looked at anew, it is no longer found.
    Clear,
    /// It is found again before anybody decided.
    Find,
}

impl From<FlagAction> for &'static str {
    fn from(action: FlagAction) -> Self {
        match action {
            FlagAction::Dismiss => "dismiss",
            FlagAction::Confirm => "confirm",
            FlagAction::Clear => "clear",
            FlagAction::Find => "find",
        }
    }
}

const CLERK: &[entities::values::Role] = DecideOnFlags::HELD_BY;

impl Lifecycle for FlagStatus {
    type Action = FlagAction;
    const START: &'static [Self] = &[Open];
    /// What somebody decided stands: looking anew moves only what is open.
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Open,    FlagAction::Dismiss, Dismissed, CLERK),
        (Open,    FlagAction::Confirm, Confirmed, CLERK),
        (Open,    FlagAction::Clear,   Cleared,   CLERK),
        (Cleared, FlagAction::Find,    Open,      CLERK),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use entities::values::Role;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<FlagStatus>();
    }

    #[test]
    fn nobody_moves_what_was_decided() {
        assert!(Role::all().all(|role| Dismissed.open_to(role).is_empty() && Confirmed.open_to(role).is_empty()));
    }
}
