//! The states of a request and who moves it.

use entities::values::ChangeStatus::{self, Applied, AwaitingSecond, Filed, Refused, Withdrawn};
use entities::values::Role::{CountyChecker, CountyClerk, Trainee, VillageWorker};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeAction {
    /// 办理
    Apply,
    /// 转复核: the clerk says yes, and a second person is asked.
    Pass,
    /// 复核通过
    Confirm,
    Refuse,
    Withdraw,
}

impl From<ChangeAction> for &'static str {
    fn from(action: ChangeAction) -> Self {
        match action {
            ChangeAction::Apply => "apply",
            ChangeAction::Pass => "pass",
            ChangeAction::Confirm => "confirm",
            ChangeAction::Refuse => "refuse",
            ChangeAction::Withdraw => "withdraw",
        }
    }
}

impl Lifecycle for ChangeStatus {
    type Action = ChangeAction;
    const START: &'static [Self] = &[Filed];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Filed,          ChangeAction::Apply,    Applied,        &[CountyClerk]),
        (Filed,          ChangeAction::Pass,     AwaitingSecond, &[CountyClerk]),
        (Filed,          ChangeAction::Refuse,   Refused,        &[CountyClerk]),
        (Filed,          ChangeAction::Withdraw, Withdrawn,      &[VillageWorker, Trainee]),
        (AwaitingSecond, ChangeAction::Confirm,  Applied,        &[CountyChecker]),
        (AwaitingSecond, ChangeAction::Refuse,   Refused,        &[CountyChecker]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ChangeStatus>();
    }
}
