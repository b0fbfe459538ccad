//! Where a notice stands. Nobody moves it by hand: it is published, and ends by the calendar or because its list changed.

use entities::values::NoticeStatus::{self, Open, Over, Restarted, Withdrawn};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeAction {
    /// Its last day is over.
    Expire,
    /// Another round takes its place.
    Restart,
    /// Its claim went back, or nothing is left of it.
    Withdraw,
}

impl From<NoticeAction> for &'static str {
    fn from(action: NoticeAction) -> Self {
        match action {
            NoticeAction::Expire => "expire",
            NoticeAction::Restart => "restart",
            NoticeAction::Withdraw => "withdraw",
        }
    }
}

impl Lifecycle for NoticeStatus {
    type Action = NoticeAction;
    const START: &'static [Self] = &[Open];
    const MOVES: &'static [Move<Self>] = &[];
    #[rustfmt::skip]
    const BY_ITSELF: &'static [(Self, Self::Action, Self)] = &[
        (Open, NoticeAction::Expire,   Over),
        (Open, NoticeAction::Restart,  Restarted),
        (Open, NoticeAction::Withdraw, Withdrawn),
        (Over, NoticeAction::Withdraw, Withdrawn),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<NoticeStatus>();
    }

    #[test]
    fn what_ended_is_not_opened_again() {
        assert!(NoticeStatus::BY_ITSELF.iter().all(|(_, _, to)| *to != Open));
    }
}
