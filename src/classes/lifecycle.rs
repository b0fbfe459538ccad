//! The states of a class: applied for, approved with money reserved, running, ended, closed.

use entities::values::ClassStatus::{self, Applied, Approved, Cancelled, Closed, Draft, Ended, Returned, Running};
use entities::values::Role::{CountyClerk, Institution};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClassAction {
    Apply,
    Approve,
    Return,
    Start,
    End,
    Close,
    Cancel,
}

impl From<ClassAction> for &'static str {
    fn from(action: ClassAction) -> Self {
        match action {
            ClassAction::Apply => "apply",
            ClassAction::Approve => "approve",
            ClassAction::Return => "return",
            ClassAction::Start => "start",
            ClassAction::End => "end",
            ClassAction::Close => "close",
            ClassAction::Cancel => "cancel",
        }
    }
}

impl Lifecycle for ClassStatus {
    type Action = ClassAction;
    const START: &'static [Self] = &[Draft, Applied];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Draft,    ClassAction::Apply,   Applied,   &[Institution]),
        (Applied,  ClassAction::Approve, Approved,  &[CountyClerk]),
        (Applied,  ClassAction::Return,  Returned,  &[CountyClerk]),
        (Returned, ClassAction::Apply,   Applied,   &[Institution]),
        (Approved, ClassAction::Start,   Running,   &[Institution]),
        (Running,  ClassAction::End,     Ended,     &[Institution]),
        (Ended,    ClassAction::Close,   Closed,    &[CountyClerk]),
        (Approved, ClassAction::Cancel,  Cancelled, &[CountyClerk]),
        (Running,  ClassAction::Cancel,  Cancelled, &[CountyClerk]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ClassStatus>();
    }
}
