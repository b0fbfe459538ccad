//! A line that was drawn waits until somebody looked at it.

use entities::values::SampleStatus::{self, Assured, Chosen, NotAssured};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::samples::rights::LookAtLines;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleAction {
    Assure,
    /// Something is wrong with it.
    Doubt,
}

impl From<SampleAction> for &'static str {
    fn from(action: SampleAction) -> Self {
        match action {
            SampleAction::Assure => "assure",
            SampleAction::Doubt => "doubt",
        }
    }
}

impl Lifecycle for SampleStatus {
    type Action = SampleAction;
    const START: &'static [Self] = &[Chosen];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Chosen, SampleAction::Assure, Assured,    LookAtLines::HELD_BY),
        (Chosen, SampleAction::Doubt,  NotAssured, LookAtLines::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<SampleStatus>();
    }

    #[test]
    fn what_was_found_stays() {
        for status in [Assured, NotAssured] {
            assert!(status.after(SampleAction::Assure).is_err() && status.after(SampleAction::Doubt).is_err());
        }
    }
}
