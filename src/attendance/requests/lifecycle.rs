//! A request is decided once, by somebody else.

use entities::values::MarkRequestKind;
use entities::values::MarkRequestStatus::{self, Approved, Asked, Refused, Withdrawn};
use entities::values::Role::{self, CountyChecker, CountyClerk, Institution, Trainee, VillageWorker};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkRequestAction {
    Approve,
    Refuse,
    Withdraw,
}

impl From<MarkRequestAction> for &'static str {
    fn from(action: MarkRequestAction) -> Self {
        match action {
            MarkRequestAction::Approve => "approve",
            MarkRequestAction::Refuse => "refuse",
            MarkRequestAction::Withdraw => "withdraw",
        }
    }
}

impl Lifecycle for MarkRequestStatus {
    type Action = MarkRequestAction;
    const START: &'static [Self] = &[Asked];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Asked, MarkRequestAction::Approve,  Approved,  &[CountyClerk, CountyChecker, Institution]),
        (Asked, MarkRequestAction::Refuse,   Refused,   &[CountyClerk, CountyChecker, Institution]),
        (Asked, MarkRequestAction::Withdraw, Withdrawn, &[Institution, Trainee, VillageWorker]),
    ];
}

/// Who decides on a kind: leave is the institution's affair, a record is the county's.
pub(super) fn decides(kind: MarkRequestKind, role: Role) -> bool {
    match kind {
        MarkRequestKind::Leave => role == Institution,
        MarkRequestKind::ByHand | MarkRequestKind::Settlement | MarkRequestKind::Amendment => {
            matches!(role, CountyClerk | CountyChecker)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<MarkRequestStatus>();
    }

    #[test]
    fn every_kind_is_decided_by_somebody_whom_the_table_names() {
        for kind in MarkRequestKind::all() {
            let roles: Vec<Role> = Role::all().filter(|role| decides(kind, *role)).collect();
            assert!(!roles.is_empty());
            assert!(roles.iter().all(|role| Asked.open_to(*role).contains(&MarkRequestAction::Approve)));
        }
    }
}
