//! A session: planned, held at its first mark, or cancelled. What was marked once, the institution cannot take out of the
//! sums by itself: absences would go with it.

use entities::values::{
    ClassSessionStatus::{self, Cancelled, Held, Planned},
    Role,
};

use crate::access::Right;
use crate::attendance::rights::MarkAttendance;
use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionAction {
    Mark,
    Cancel,
}

impl From<SessionAction> for &'static str {
    fn from(action: SessionAction) -> Self {
        match action {
            SessionAction::Mark => "mark",
            SessionAction::Cancel => "cancel",
        }
    }
}

impl Lifecycle for ClassSessionStatus {
    type Action = SessionAction;
    const START: &'static [Self] = &[Planned];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Planned, SessionAction::Mark,   Held,      MarkAttendance::HELD_BY),
        (Held,    SessionAction::Mark,   Held,      MarkAttendance::HELD_BY),
        (Planned, SessionAction::Cancel, Cancelled, &[Role::Institution]),
        (Held,    SessionAction::Cancel, Cancelled, &[Role::CountyClerk]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::rights::CancelSessions;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ClassSessionStatus>();
    }

    #[test]
    fn the_right_to_cancel_is_held_by_whom_the_table_names() {
        for (_, action, _, roles) in ClassSessionStatus::MOVES {
            assert!(
                *action != SessionAction::Cancel || roles.iter().all(|role| CancelSessions::HELD_BY.contains(role))
            );
        }
    }
}
