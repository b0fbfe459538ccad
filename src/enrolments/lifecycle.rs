//! The states of an enrolment: waiting, seated, started, and what came of it.

use entities::values::EnrolmentStatus::{
    self, Cancelled, Completed, DroppedOut, Failed, Lapsed, Replaced, Seated, Started, Waitlisted, Withdrawn,
};
use entities::values::Role::{CountyClerk, Institution, Trainee, VillageWorker};

use crate::base::lifecycle::{Lifecycle, Move};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnrolmentAction {
    Withdraw,
    /// A seat fell free: the withdrawal of one is the seat of the next.
    MoveUp,
    Start,
    /// Still waiting when the class began.
    Lapse,
    /// Leaves after the class had begun.
    DropOut,
    /// Leaves early enough for somebody else to take the seat.
    Replace,
    /// Takes the seat of who left: one who had waited in vain.
    TakeOver,
    Complete,
    Fail,
    Cancel,
}

impl From<EnrolmentAction> for &'static str {
    fn from(action: EnrolmentAction) -> Self {
        match action {
            EnrolmentAction::Withdraw => "withdraw",
            EnrolmentAction::MoveUp => "move_up",
            EnrolmentAction::Start => "start",
            EnrolmentAction::Lapse => "lapse",
            EnrolmentAction::DropOut => "drop_out",
            EnrolmentAction::Replace => "replace",
            EnrolmentAction::TakeOver => "take_over",
            EnrolmentAction::Complete => "complete",
            EnrolmentAction::Fail => "fail",
            EnrolmentAction::Cancel => "cancel",
        }
    }
}

impl Lifecycle for EnrolmentStatus {
    type Action = EnrolmentAction;
    const START: &'static [Self] = &[Seated, Waitlisted];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Waitlisted, EnrolmentAction::MoveUp,   Seated,    &[Trainee, VillageWorker]),
        (Waitlisted, EnrolmentAction::Withdraw, Withdrawn, &[Trainee, VillageWorker]),
        (Waitlisted, EnrolmentAction::Lapse,    Lapsed,    &[Institution]),
        (Waitlisted, EnrolmentAction::Cancel,   Cancelled, &[CountyClerk]),
        (Seated,     EnrolmentAction::Withdraw, Withdrawn, &[Trainee, VillageWorker]),
        (Seated,     EnrolmentAction::Start,    Started,   &[Institution]),
        (Seated,     EnrolmentAction::Cancel,   Cancelled, &[CountyClerk]),
        (Started,    EnrolmentAction::DropOut,  DroppedOut, &[Trainee, VillageWorker, Institution]),
        (Started,    EnrolmentAction::Replace,  Replaced,  &[Institution]),
        (Lapsed,     EnrolmentAction::TakeOver, Started,   &[Institution]),
        (Started,    EnrolmentAction::Complete, Completed, &[CountyClerk]),
        (Started,    EnrolmentAction::Fail,     Failed,    &[CountyClerk]),
        (Started,    EnrolmentAction::Cancel,   Cancelled, &[CountyClerk]),
    ];
}

/// States in which a person counts as being in the class; the table's own unique index names the same ones.
pub(crate) const LIVE: [EnrolmentStatus; 5] = [Waitlisted, Seated, Started, Completed, Failed];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<EnrolmentStatus>();
    }
}
