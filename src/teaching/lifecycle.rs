//! What stands in a register is used until it is retired; nothing is deleted, for classes were taught there and by them.

use entities::values::RegisterStatus::{self, Active, Retired};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::teaching::rights::KeepRegisters;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterAction {
    Retire,
}

impl From<RegisterAction> for &'static str {
    fn from(action: RegisterAction) -> Self {
        match action {
            RegisterAction::Retire => "retire",
        }
    }
}

impl Lifecycle for RegisterStatus {
    type Action = RegisterAction;
    const START: &'static [Self] = &[Active];
    const MOVES: &'static [Move<Self>] = &[(Active, RegisterAction::Retire, Retired, KeepRegisters::HELD_BY)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<RegisterStatus>();
    }
}
