//! How a course gets on the list and off it again.

use CourseAction::{List, Return, Submit, Withdraw};
use CourseStatus::{Draft, Listed, Returned, Submitted, Withdrawn};
use entities::values::CourseStatus;

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::courses::rights::{OfferCourses, ReviewCourses, WithdrawCourses};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseAction {
    Submit,
    List,
    Return,
    Withdraw,
}

impl From<CourseAction> for &'static str {
    fn from(action: CourseAction) -> Self {
        match action {
            Submit => "submit",
            List => "list",
            Return => "return",
            Withdraw => "withdraw",
        }
    }
}

impl Lifecycle for CourseStatus {
    type Action = CourseAction;
    const START: &'static [Self] = &[Draft, Submitted];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Draft,     Submit,   Submitted, OfferCourses::HELD_BY),
        (Submitted, List,     Listed,    ReviewCourses::HELD_BY),
        (Submitted, Return,   Returned,  ReviewCourses::HELD_BY),
        (Returned,  Submit,   Submitted, OfferCourses::HELD_BY),
        (Listed,    Withdraw, Withdrawn, WithdrawCourses::HELD_BY),
    ];
}

/// While a course may still be written: what is listed stands as it was reviewed.
pub(crate) fn is_editable(status: CourseStatus) -> bool {
    matches!(status, Draft | Returned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<CourseStatus>();
    }

    #[test]
    fn a_course_can_be_written_only_where_it_can_be_submitted() {
        for status in CourseStatus::all() {
            assert_eq!(is_editable(status), status.after(Submit).is_ok(), "{status}");
        }
    }
}
