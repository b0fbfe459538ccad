//! An inspection is planned and done, or cancelled.

use entities::values::InspectionStatus::{self, Cancelled, Done, Planned};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::inspections::rights::Inspect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InspectionAction {
    Record,
    Cancel,
}

impl From<InspectionAction> for &'static str {
    fn from(action: InspectionAction) -> Self {
        match action {
            InspectionAction::Record => "record",
            InspectionAction::Cancel => "cancel",
        }
    }
}

impl Lifecycle for InspectionStatus {
    type Action = InspectionAction;
    const START: &'static [Self] = &[Planned];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Planned, InspectionAction::Record, Done,      Inspect::HELD_BY),
        (Planned, InspectionAction::Cancel, Cancelled, Inspect::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<InspectionStatus>();
    }
}
