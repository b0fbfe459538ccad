//! What a result is, who qualifies, and what money is free when a class is closed.

use chrono::NaiveDate;
use entities::{
    assessment,
    values::{AssessmentResult, Fen},
};

use crate::completion::forms::NewResult;

use crate::attendance::Minutes;

/// Whether a result counts as passed; who need not be assessed has shown it elsewhere.
pub(crate) fn passes(result: AssessmentResult) -> bool {
    match result {
        AssessmentResult::Passed | AssessmentResult::Exempt => true,
        AssessmentResult::Failed => false,
    }
}

/// What of several attempts counts: the one that passed, else the last; `None` as long as there is none.
pub(crate) fn standing(tries: &[assessment::Model]) -> Option<&assessment::Model> {
    tries.iter().find(|one| passes(one.result)).or_else(|| tries.last())
}

/// Characters of the number of a paper.
const LONGEST_REF: usize = 60;

/// What is wrong with a result in itself and after these attempts: the field and why.
pub(crate) fn flaw(
    new: &NewResult,
    before: &[assessment::Model],
    allowed: i64,
) -> Option<(&'static str, &'static str)> {
    let exempt = new.result == AssessmentResult::Exempt;
    let paper = new.paper_ref.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if before.iter().any(|row| passes(row.result)) {
        Some(("result", "invalid.passed_already"))
    } else if i64::try_from(before.len()).unwrap_or(i64::MAX) >= allowed {
        Some(("result", "invalid.attempts_used"))
    } else if exempt && new.score.is_some() {
        Some(("score", "invalid.exempt_score"))
    } else if new.score.is_some_and(|score| !(0..=100).contains(&score)) {
        Some(("score", "invalid.range"))
    } else if exempt && new.exempt_reason.is_none() {
        Some(("exempt_reason", "invalid.required"))
    } else if !exempt && new.exempt_reason.is_some() {
        Some(("exempt_reason", "invalid.not_exempt"))
    } else if exempt && paper.is_none() {
        Some(("paper_ref", "invalid.required"))
    } else if paper.is_some_and(|text| text.chars().count() > LONGEST_REF || text.chars().any(char::is_control)) {
        Some(("paper_ref", "invalid.too_long"))
    } else {
        None
    }
}

/// What is wrong with the day of an assessment: nobody is assessed before the class is over, or tomorrow.
pub(crate) fn day_flaw(on: NaiveDate, ends_on: NaiveDate, today: NaiveDate) -> Option<&'static str> {
    if on < ends_on {
        Some("invalid.before_class_end")
    } else if on > today {
        Some("invalid.date_future")
    } else {
        None
    }
}

/// Attendance reached the threshold of the class, exactly and without rounding. Where nothing was held, nobody attended.
pub(crate) fn attended(minutes: Minutes, percent: i32) -> bool {
    minutes.held > 0 && minutes.rate().reaches(i64::from(percent))
}

/// Attended and passed: both, and neither makes up for the other.
pub(crate) fn qualifies(minutes: Minutes, percent: i32, passed: bool) -> bool {
    attended(minutes, percent) && passed
}

/// What was reserved for seats that nobody qualified on: seats that lapsed before, and those of who did not qualify.
pub(crate) fn released(ceiling: Fen, seats: i32, qualified: usize) -> Fen {
    let unused = i64::from(seats) - i64::try_from(qualified).unwrap_or(i64::MAX);
    ceiling.times(unused.max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(credited: i64, held: i64) -> Minutes {
        Minutes { credited, held }
    }

    #[test]
    fn eighty_percent_is_enough_and_anything_less_is_not() {
        assert!(qualifies(of(960, 1200), 80, true));
        assert!(!qualifies(of(959, 1200), 80, true));
        // 79.9999…, which would show as 80.00.
        assert!(!qualifies(of(799_999, 1_000_000), 80, true));
        assert!(!qualifies(of(1200, 1200), 80, false));
        assert!(!qualifies(of(0, 0), 80, true));
    }

    fn try_of(attempt: i32, result: AssessmentResult) -> assessment::Model {
        assessment::Model {
            id: entities::values::AssessmentId::new(),
            enrolment_id: entities::values::EnrolmentId::new(),
            attempt,
            result,
            exempt_reason: None,
            score: None,
            paper_ref: None,
            assessor_id: None,
            assessed_on: NaiveDate::default(),
            recorded_by: entities::values::AccountId::new(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn new(result: AssessmentResult) -> NewResult {
        let enrolment_id = entities::values::EnrolmentId::new();
        NewResult { enrolment_id, result, exempt_reason: None, score: None, paper_ref: None, attempt: None }
    }

    #[test]
    fn of_several_attempts_the_passed_one_counts_and_else_the_last() {
        use AssessmentResult::{Exempt, Failed, Passed};
        assert!(standing(&[]).is_none());
        assert_eq!(standing(&[try_of(1, Failed), try_of(2, Failed)]).map(|one| one.attempt), Some(2));
        assert_eq!(standing(&[try_of(1, Failed), try_of(2, Passed)]).map(|one| one.result), Some(Passed));
        assert_eq!(standing(&[try_of(1, Exempt)]).map(|one| passes(one.result)), Some(true));
    }

    #[test]
    fn who_is_exempt_has_a_reason_a_paper_and_no_score() {
        use AssessmentResult::{Exempt, Failed, Passed};
        let reason = Some(entities::values::ExemptReason::HoldsCertificate);
        let good = NewResult { exempt_reason: reason, paper_ref: Some("赣证360001".into()), ..new(Exempt) };
        assert_eq!(flaw(&good, &[], 2), None);
        let told = |one: NewResult| flaw(&one, &[], 2);
        assert_eq!(told(NewResult { score: Some(80), ..good.clone() }), Some(("score", "invalid.exempt_score")));
        assert_eq!(
            told(NewResult { exempt_reason: None, ..good.clone() }),
            Some(("exempt_reason", "invalid.required"))
        );
        assert_eq!(
            told(NewResult { paper_ref: Some("  ".into()), ..good.clone() }),
            Some(("paper_ref", "invalid.required"))
        );
        assert_eq!(
            told(NewResult { exempt_reason: reason, ..new(Passed) }),
            Some(("exempt_reason", "invalid.not_exempt"))
        );
        assert_eq!(told(NewResult { score: Some(101), ..new(Passed) }), Some(("score", "invalid.range")));
        assert_eq!(
            told(NewResult { paper_ref: Some("卷".repeat(61)), ..new(Failed) }),
            Some(("paper_ref", "invalid.too_long"))
        );
        assert_eq!(flaw(&good, &[try_of(1, Failed), try_of(2, Failed)], 2), Some(("result", "invalid.attempts_used")));
        assert_eq!(flaw(&good, &[try_of(1, Passed)], 2), Some(("result", "invalid.passed_already")));
    }

    #[test]
    fn nobody_is_assessed_before_the_end_or_tomorrow() {
        let day = |n: u32| NaiveDate::from_ymd_opt(2016, 11, n).unwrap();
        assert_eq!(day_flaw(day(15), day(16), day(19)), Some("invalid.before_class_end"));
        assert_eq!([day_flaw(day(16), day(16), day(19)), day_flaw(day(19), day(16), day(19))], [None, None]);
        assert_eq!(day_flaw(day(20), day(16), day(19)), Some("invalid.date_future"));
    }

    #[test]
    fn money_goes_back_for_every_seat_that_nobody_qualified_on() {
        assert_eq!(released(Fen(80_000), 41, 38), Fen(240_000));
        assert_eq!(released(Fen(80_000), 41, 41), Fen(0));
        assert_eq!(released(Fen(80_000), 2, 3), Fen(0));
    }

    proptest! {
        #[test]
        fn who_attended_more_never_qualifies_less(
            held in 1_i64..10_000, more in 0_i64..10_000, less in 0_i64..10_000, percent in 0_i32..=100,
        ) {
            let (more, less) = (more.max(less).min(held), less.min(more).min(held));
            prop_assert!(!qualifies(of(less, held), percent, true) || qualifies(of(more, held), percent, true));
        }
    }
}
