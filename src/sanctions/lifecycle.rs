//! The states of a sanction and of an appeal, and who moves them.

use entities::values::AppealStatus::{self, Filed, Rejected, Upheld};
use entities::values::SanctionStatus::{self, Answered, Ended, InForce, Lifted, Proposed, Refused};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::sanctions::rights::{AnswerSanctions, DecideOnSanctions, JudgeAnswers, LiftSanctions};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SanctionAction {
    Confirm,
    Refuse,
    /// The institution says that it is mended; for a rectification alone.
    Answer,
    /// It is mended.
    Accept,
    /// It is not.
    Return,
    Lift,
    /// Its last day is over.
    End,
}

impl From<SanctionAction> for &'static str {
    fn from(action: SanctionAction) -> Self {
        match action {
            SanctionAction::Confirm => "confirm",
            SanctionAction::Refuse => "refuse",
            SanctionAction::Answer => "answer",
            SanctionAction::Accept => "accept",
            SanctionAction::Return => "return",
            SanctionAction::Lift => "lift",
            SanctionAction::End => "end",
        }
    }
}

impl Lifecycle for SanctionStatus {
    type Action = SanctionAction;
    const START: &'static [Self] = &[Proposed];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Proposed, SanctionAction::Confirm, InForce,  DecideOnSanctions::HELD_BY),
        (Proposed, SanctionAction::Refuse,  Refused,  DecideOnSanctions::HELD_BY),
        (InForce,  SanctionAction::Answer,  Answered, AnswerSanctions::HELD_BY),
        (Answered, SanctionAction::Accept,  Ended,    JudgeAnswers::HELD_BY),
        (Answered, SanctionAction::Return,  InForce,  JudgeAnswers::HELD_BY),
        (InForce,  SanctionAction::Lift,    Lifted,   LiftSanctions::HELD_BY),
        (Answered, SanctionAction::Lift,    Lifted,   LiftSanctions::HELD_BY),
    ];
    const BY_ITSELF: &'static [(Self, SanctionAction, Self)] = &[(InForce, SanctionAction::End, Ended)];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppealAction {
    Uphold,
    Reject,
}

impl From<AppealAction> for &'static str {
    fn from(action: AppealAction) -> Self {
        match action {
            AppealAction::Uphold => "uphold",
            AppealAction::Reject => "reject",
        }
    }
}

impl Lifecycle for AppealStatus {
    type Action = AppealAction;
    const START: &'static [Self] = &[Filed];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Filed, AppealAction::Uphold, Upheld,   LiftSanctions::HELD_BY),
        (Filed, AppealAction::Reject, Rejected, LiftSanctions::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;
    use entities::values::Role;

    #[test]
    fn the_tables_obey_the_laws() {
        laws::check::<SanctionStatus>();
        laws::check::<AppealStatus>();
    }

    #[test]
    fn the_institution_answers_and_moves_nothing_else() {
        for state in SanctionStatus::all() {
            let open = state.open_to(Role::Institution);
            assert!(open.iter().all(|action| *action == SanctionAction::Answer), "{state}: {open:?}");
        }
        assert!(AppealStatus::all().all(|state| state.open_to(Role::Institution).is_empty()));
    }

    #[test]
    fn what_is_over_stays_over() {
        for over in [Refused, Lifted, Ended] {
            assert!(Role::all().all(|role| over.open_to(role).is_empty()) && over.after(SanctionAction::End).is_err());
        }
    }
}
