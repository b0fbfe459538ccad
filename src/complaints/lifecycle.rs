//! A complaint is received, taken up, answered; whoever filed it may take it back before that.

use entities::values::{
    ComplaintStatus::{self, Answered, Received, TakenUp, Withdrawn},
    Role,
};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::complaints::rights::{AnswerComplaints, Complain};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintAction {
    TakeUp,
    Answer,
    Withdraw,
}

impl From<ComplaintAction> for &'static str {
    fn from(action: ComplaintAction) -> Self {
        match action {
            ComplaintAction::TakeUp => "take_up",
            ComplaintAction::Answer => "answer",
            ComplaintAction::Withdraw => "withdraw",
        }
    }
}

const COUNTY: &[Role] = AnswerComplaints::HELD_BY;

impl Lifecycle for ComplaintStatus {
    type Action = ComplaintAction;
    const START: &'static [Self] = &[Received];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Received, ComplaintAction::TakeUp,   TakenUp,   COUNTY),
        (TakenUp,  ComplaintAction::Answer,   Answered,  COUNTY),
        (Received, ComplaintAction::Withdraw, Withdrawn, Complain::HELD_BY),
        (TakenUp,  ComplaintAction::Withdraw, Withdrawn, Complain::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ComplaintStatus>();
    }

    #[test]
    fn what_is_answered_stands() {
        assert!(Role::all().all(|role| Answered.open_to(role).is_empty() && Withdrawn.open_to(role).is_empty()));
    }
}
