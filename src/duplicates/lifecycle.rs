//! The states of a pair and who moves it.

use entities::values::PairStatus::{self, Dismissed, Gone, MergeAsked, Merged, Open};
use entities::values::Role::{CountyChecker, CountyClerk};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PairAction {
    /// 不是同一人
    Dismiss,
    /// 申请合并
    Ask,
    /// 复核合并
    Confirm,
    /// 退回
    Refuse,
    /// The search finds it no more; it is the search of the clerk's county that says so.
    Vanish,
    /// The search finds it again.
    Return,
}

impl From<PairAction> for &'static str {
    fn from(action: PairAction) -> Self {
        match action {
            PairAction::Dismiss => "dismiss",
            PairAction::Ask => "ask",
            PairAction::Confirm => "confirm",
            PairAction::Refuse => "refuse",
            PairAction::Vanish => "vanish",
            PairAction::Return => "return",
        }
    }
}

impl PairAction {
    /// Whether people take the step, not the search.
    pub(crate) fn is_by_hand(self) -> bool {
        !matches!(self, Self::Vanish | Self::Return)
    }
}

impl Lifecycle for PairStatus {
    type Action = PairAction;
    const START: &'static [Self] = &[Open];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Open,       PairAction::Dismiss, Dismissed,  &[CountyClerk]),
        (Open,       PairAction::Ask,     MergeAsked, &[CountyClerk]),
        (Open,       PairAction::Vanish,  Gone,       &[CountyClerk]),
        (Gone,       PairAction::Return,  Open,       &[CountyClerk]),
        (MergeAsked, PairAction::Confirm, Merged,     &[CountyChecker]),
        (MergeAsked, PairAction::Refuse,  Open,       &[CountyChecker]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<PairStatus>();
    }
}
