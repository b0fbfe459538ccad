//! The one idiom of a state machine: a table of moves that obeys laws.
//!
//! The table feeds legality, the buttons of a page, the `actions` of the API, the audit verbs and the text keys.

use std::fmt::Debug;

use entities::values::Role;

use crate::base::{Error, Result};

/// `(from, action, to, roles that may)`.
pub(crate) type Move<S> = (S, <S as Lifecycle>::Action, S, &'static [Role]);

pub(crate) trait Lifecycle: Copy + Eq + Debug + 'static {
    type Action: Copy + Eq + Debug + Into<&'static str>;
    #[cfg_attr(not(test), expect(dead_code, reason = "only the laws ask where a machine starts"))]
    const START: &'static [Self];
    const MOVES: &'static [Move<Self>];
    /// What the system itself moves, when its work is done or has failed.
    const BY_ITSELF: &'static [(Self, Self::Action, Self)] = &[];

    /// The state after `action`, or a refusal when the table has no such move.
    fn after(self, action: Self::Action) -> Result<Self> {
        let moves = Self::MOVES.iter().map(|(from, by, to, _)| (from, by, to));
        moves
            .chain(Self::BY_ITSELF.iter().map(|(from, by, to)| (from, by, to)))
            .find(|(from, by, _)| **from == self && **by == action)
            .map(|(_, _, to)| *to)
            .ok_or_else(|| Error::refused("move.illegal"))
    }

    /// What a holder of `role` may do from here.
    fn open_to(self, role: Role) -> Vec<Self::Action> {
        Self::MOVES.iter().filter(|(from, _, _, by)| *from == self && by.contains(&role)).map(|m| m.1).collect()
    }

    /// Who may move it on from here: the first role of the first move, the one whose turn it is.
    fn waits_for(self) -> Option<Role> {
        Self::MOVES.iter().find(|(from, _, _, _)| *from == self).and_then(|m| m.3.first().copied())
    }
}

/// What every table must obey; called by one test per machine.
#[cfg(test)]
pub(crate) mod laws {
    use super::*;

    pub(crate) fn check<S: Lifecycle + sea_orm::Iterable>() {
        for (i, (from, action, _, roles)) in S::MOVES.iter().enumerate() {
            assert!(!roles.is_empty(), "nobody may {action:?} from {from:?}");
            let twice = S::MOVES.iter().skip(i + 1).any(|(f, a, _, _)| f == from && a == action);
            assert!(!twice, "{action:?} from {from:?} stands twice");
        }
        for (i, (from, action, _)) in S::BY_ITSELF.iter().enumerate() {
            let twice = S::BY_ITSELF.iter().skip(i + 1).any(|(f, a, _)| f == from && a == action);
            let by_hand = S::MOVES.iter().any(|(f, a, _, _)| f == from && a == action);
            assert!(!twice && !by_hand, "{action:?} from {from:?} stands twice");
        }
        let moves = || S::MOVES.iter().map(|m| (m.0, m.2)).chain(S::BY_ITSELF.iter().map(|m| (m.0, m.2)));
        let mut reached: Vec<S> = S::START.to_vec();
        while let Some((_, next)) = moves().find(|(from, to)| reached.contains(from) && !reached.contains(to)) {
            reached.push(next);
        }
        for state in S::iter() {
            assert!(reached.contains(&state), "{state:?} cannot be reached");
        }
    }
}
