//! The states of a record in the registry (登记状态) and who moves it.

use entities::values::{PersonStatus, Role};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::people::rights::VerifyPeople;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonAction {
    /// 核实
    Verify,
    /// 暂停
    Suspend,
    /// 恢复
    Restore,
    /// 合并
    Merge,
}

impl From<PersonAction> for &'static str {
    fn from(action: PersonAction) -> Self {
        match action {
            PersonAction::Verify => "verify",
            PersonAction::Suspend => "suspend",
            PersonAction::Restore => "restore",
            PersonAction::Merge => "merge",
        }
    }
}

const CLERK: &[Role] = VerifyPeople::HELD_BY;
/// A merge is asked for by a clerk and done by a second person.
const CHECKER: &[Role] = &[Role::CountyChecker];

impl Lifecycle for PersonStatus {
    type Action = PersonAction;
    /// A village drafts and a county's file comes in verified.
    const START: &'static [Self] = &[Self::Draft, Self::Verified];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Self::Draft,     PersonAction::Verify,  Self::Verified,  CLERK),
        (Self::Verified,  PersonAction::Suspend, Self::Suspended, CLERK),
        (Self::Suspended, PersonAction::Restore, Self::Verified,  CLERK),
        (Self::Draft,     PersonAction::Merge,   Self::Merged,    CHECKER),
        (Self::Verified,  PersonAction::Merge,   Self::Merged,    CHECKER),
        (Self::Suspended, PersonAction::Merge,   Self::Merged,    CHECKER),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<PersonStatus>();
    }
}
