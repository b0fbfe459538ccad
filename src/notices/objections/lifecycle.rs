//! An objection is received, looked into, and decided by another person.

use entities::values::{
    ObjectionOutcome,
    ObjectionStatus::{self, Dismissed, Investigated, Received, Upheld},
};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::notices::rights::{DecideObjections, InvestigateObjections};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectionAction {
    Investigate,
    Uphold,
    Dismiss,
}

impl From<ObjectionAction> for &'static str {
    fn from(action: ObjectionAction) -> Self {
        match action {
            ObjectionAction::Investigate => "investigate",
            ObjectionAction::Uphold => "uphold",
            ObjectionAction::Dismiss => "dismiss",
        }
    }
}

impl From<ObjectionOutcome> for ObjectionAction {
    fn from(outcome: ObjectionOutcome) -> Self {
        match outcome {
            ObjectionOutcome::Upheld => Self::Uphold,
            ObjectionOutcome::Dismissed => Self::Dismiss,
        }
    }
}

impl Lifecycle for ObjectionStatus {
    type Action = ObjectionAction;
    const START: &'static [Self] = &[Received];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Received,     ObjectionAction::Investigate, Investigated, InvestigateObjections::HELD_BY),
        (Investigated, ObjectionAction::Uphold,      Upheld,       DecideObjections::HELD_BY),
        (Investigated, ObjectionAction::Dismiss,     Dismissed,    DecideObjections::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use entities::values::Role;

    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ObjectionStatus>();
    }

    #[test]
    fn what_is_decided_stands_and_nobody_decides_what_nobody_looked_into() {
        assert!(Role::all().all(|role| Upheld.open_to(role).is_empty() && Dismissed.open_to(role).is_empty()));
        assert!(Received.after(ObjectionAction::Uphold).is_err() && Received.after(ObjectionAction::Dismiss).is_err());
    }

    #[test]
    fn no_role_both_looks_into_it_and_decides() {
        let both =
            Role::all().filter(|role| !Received.open_to(*role).is_empty() && !Investigated.open_to(*role).is_empty());
        assert_eq!(both.count(), 0);
    }
}
