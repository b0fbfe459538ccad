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
}

impl From<PersonAction> for &'static str {
    fn from(action: PersonAction) -> Self {
        match action {
            PersonAction::Verify => "verify",
            PersonAction::Suspend => "suspend",
            PersonAction::Restore => "restore",
        }
    }
}

const CLERK: &[Role] = VerifyPeople::HELD_BY;

impl Lifecycle for PersonStatus {
    type Action = PersonAction;
    /// A village drafts and a county's file comes in verified. Records that an older registry had merged are loaded as
    /// such; nothing moves into that state here.
    const START: &'static [Self] = &[Self::Draft, Self::Verified, Self::Merged];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Self::Draft,     PersonAction::Verify,  Self::Verified,  CLERK),
        (Self::Verified,  PersonAction::Suspend, Self::Suspended, CLERK),
        (Self::Suspended, PersonAction::Restore, Self::Verified,  CLERK),
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
