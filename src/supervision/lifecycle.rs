//! The states of a doubt and of a case, and who moves them.

use entities::values::CaseStatus::{self, Closed, Decided, Opened};
use entities::values::DoubtStatus::{self, Cleared, Confirmed, Dismissed, InCase, Open};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::supervision::rights::{DecideOnDoubts, HandleCases};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DoubtAction {
    Dismiss,
    Confirm,
    /// Taken into a case.
    OpenCase,
    /// Looked at anew, it is no longer found.
    Clear,
    /// It is found again before anybody decided.
    Find,
}

impl From<DoubtAction> for &'static str {
    fn from(action: DoubtAction) -> Self {
        match action {
            DoubtAction::Dismiss => "dismiss",
            DoubtAction::Confirm => "confirm",
            DoubtAction::OpenCase => "open_case",
            DoubtAction::Clear => "clear",
            DoubtAction::Find => "find",
        }
    }
}

impl Lifecycle for DoubtStatus {
    type Action = DoubtAction;
    const START: &'static [Self] = &[Open];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Open,      DoubtAction::Dismiss,  Dismissed, DecideOnDoubts::HELD_BY),
        (Open,      DoubtAction::Confirm,  Confirmed, DecideOnDoubts::HELD_BY),
        (Confirmed, DoubtAction::OpenCase, InCase,    HandleCases::HELD_BY),
    ];
    /// What somebody decided stands: looking anew moves only what is open.
    const BY_ITSELF: &'static [(Self, DoubtAction, Self)] =
        &[(Open, DoubtAction::Clear, Cleared), (Cleared, DoubtAction::Find, Open)];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseAction {
    Decide,
    Close,
}

impl From<CaseAction> for &'static str {
    fn from(action: CaseAction) -> Self {
        match action {
            CaseAction::Decide => "decide",
            CaseAction::Close => "close",
        }
    }
}

impl Lifecycle for CaseStatus {
    type Action = CaseAction;
    const START: &'static [Self] = &[Opened];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Opened,  CaseAction::Decide, Decided, HandleCases::HELD_BY),
        (Decided, CaseAction::Close,  Closed,  HandleCases::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use entities::values::Role;

    #[test]
    fn the_tables_obey_the_laws() {
        laws::check::<DoubtStatus>();
        laws::check::<CaseStatus>();
    }

    #[test]
    fn looking_anew_moves_nothing_that_was_decided() {
        for decided in [Dismissed, Confirmed, InCase] {
            assert!(decided.after(DoubtAction::Clear).is_err() && decided.after(DoubtAction::Find).is_err());
        }
    }

    #[test]
    fn the_institution_moves_nothing() {
        let open = |role: Role| DoubtStatus::all().all(|state| state.open_to(role).is_empty());
        assert!(open(Role::Institution) && open(Role::CountyClerk) && open(Role::Auditor));
    }
}
