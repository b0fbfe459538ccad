//! A call is due until somebody answers; after so many days in vain somebody of the village goes there.

use entities::values::{
    CallStatus::{self, Due, Recorded, Unreached, Visit},
    Role::{self, CountyClerk, VillageWorker},
};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallAction {
    Record,
    /// Called in vain.
    Miss,
    /// Called in vain for the last time.
    SendOut,
    /// Not found at home either.
    GiveUp,
}

impl From<CallAction> for &'static str {
    fn from(action: CallAction) -> Self {
        match action {
            CallAction::Record => "record",
            CallAction::Miss => "miss",
            CallAction::SendOut => "send_out",
            CallAction::GiveUp => "give_up",
        }
    }
}

/// Who was not at home when the village called may ring back.
const AT_HOME: &[Role] = &[VillageWorker, CountyClerk];

impl Lifecycle for CallStatus {
    type Action = CallAction;
    const START: &'static [Self] = &[Due];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Due,   CallAction::Record, Recorded,  &[CountyClerk]),
        (Due,   CallAction::Miss,   Due,       &[CountyClerk]),
        (Visit, CallAction::Record, Recorded,  AT_HOME),
        (Visit, CallAction::GiveUp, Unreached, AT_HOME),
    ];
    const BY_ITSELF: &'static [(Self, CallAction, Self)] = &[(Due, CallAction::SendOut, Visit)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<CallStatus>();
    }

    #[test]
    fn the_village_makes_no_calls() {
        assert!(Due.open_to(VillageWorker).is_empty());
    }
}
