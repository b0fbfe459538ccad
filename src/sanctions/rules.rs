//! What may follow from a case, from when to when a sanction holds, and what an institution is left with.

use chrono::{Days, NaiveDate};
use entities::{
    sanction, sanction_appeal, supervision_case,
    values::{AccountId, CaseOutcome, OrganisationStatus, SanctionKind, SanctionStatus},
};

use crate::base::clock::day_of;
use crate::base::error::{Error, FieldError, Result};
use crate::sanctions::forms::Proposal;
use crate::web::told_in;

/// The gravest sanction that a case bears; none where it came to nothing.
pub(super) fn gravest(outcome: Option<CaseOutcome>) -> Option<SanctionKind> {
    match outcome? {
        CaseOutcome::Unfounded => None,
        CaseOutcome::Warning => Some(SanctionKind::Warn),
        CaseOutcome::Rectify => Some(SanctionKind::Rectify),
        CaseOutcome::Suspend => Some(SanctionKind::Suspend),
        CaseOutcome::Delist | CaseOutcome::HandedOver => Some(SanctionKind::Delist),
    }
}

/// What is proposed, checked: days and what must be mended go with the kinds that ask for them, and with no other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    pub mend: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
}

/// # Errors
/// `Invalid` for each field that is missing, too many, past, or before another.
pub(super) fn terms(new: &Proposal, today: NaiveDate) -> Result<Terms> {
    let mut wrong: Vec<FieldError> = Vec::new();
    let mut need = |field, there: bool, wanted: bool| match (there, wanted) {
        (false, true) => wrong.push(FieldError::new(field, "invalid.required")),
        (true, false) => wrong.push(FieldError::new(field, "invalid.not_for_this_kind")),
        _ => {}
    };
    let (mends, spans) = (new.kind == SanctionKind::Rectify, new.kind == SanctionKind::Suspend);
    need("mend", new.mend.is_some(), mends);
    need("due_on", new.due_on.is_some(), mends);
    need("starts_on", new.starts_on.is_some(), spans);
    need("ends_on", new.ends_on.is_some(), spans);
    for (field, day) in [("due_on", new.due_on), ("starts_on", new.starts_on)] {
        if day.is_some_and(|day| day < today) {
            wrong.push(FieldError::new(field, "invalid.past"));
        }
    }
    if let (Some(from), Some(to)) = (new.starts_on, new.ends_on)
        && to < from
    {
        wrong.push(FieldError::new("ends_on", "invalid.end_before_start"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let mend = new.mend.as_deref().map(|text| told_in("mend", text)).transpose()?.map(str::to_owned);
    Ok(Terms { mend, due_on: new.due_on, starts_on: new.starts_on, ends_on: new.ends_on })
}

/// First and last day of a sanction that is put in force today; none where its last day is over already.
pub(super) fn span(
    row: &sanction::Model,
    today: NaiveDate,
    warning_days: i64,
) -> Option<(NaiveDate, Option<NaiveDate>)> {
    match row.kind {
        SanctionKind::Warn => {
            let days = u64::try_from(warning_days.max(1) - 1).unwrap_or_default();
            Some((today, today.checked_add_days(Days::new(days))))
        }
        SanctionKind::Rectify => row.due_on.is_some_and(|due| due >= today).then_some((today, None)),
        SanctionKind::Suspend => {
            let from = row.starts_on.unwrap_or(today).max(today);
            row.ends_on.filter(|to| *to >= from).map(|to| (from, Some(to)))
        }
        SanctionKind::Delist => Some((today, None)),
    }
}

/// Whether it held on a day, whatever became of it later.
pub(super) fn holds_on(row: &sanction::Model, on: NaiveDate) -> bool {
    let decided = !matches!(row.status, SanctionStatus::Proposed | SanctionStatus::Refused);
    let begun = row.starts_on.is_some_and(|from| from <= on);
    // On the day on which it was lifted it holds no more.
    let over = row.ends_on.is_some_and(|to| to < on) || row.closed_at.is_some_and(|at| day_of(at) <= on);
    decided && begun && !over
}

/// What sanctions leave an institution with on a day.
pub(super) fn standing<'a>(rows: impl IntoIterator<Item = &'a sanction::Model>, on: NaiveDate) -> OrganisationStatus {
    let gravest = rows.into_iter().filter(|row| holds_on(row, on)).map(|row| row.kind).max();
    match gravest {
        Some(SanctionKind::Delist) => OrganisationStatus::Delisted,
        Some(SanctionKind::Suspend) => OrganisationStatus::Suspended,
        Some(SanctionKind::Warn | SanctionKind::Rectify) | None => OrganisationStatus::Active,
    }
}

/// Whether a kind moves the institution itself.
pub(super) fn moves_institution(kind: SanctionKind) -> bool {
    matches!(kind, SanctionKind::Suspend | SanctionKind::Delist)
}

/// The last day on which the institution may appeal.
pub(super) fn appeal_until(row: &sanction::Model, days: i64) -> Option<NaiveDate> {
    let days = Days::new(u64::try_from(days).unwrap_or_default());
    day_of(row.decided_at?).checked_add_days(days)
}

/// Whether it can still be appealed against.
pub(super) fn may_be_appealed(
    row: &sanction::Model,
    appeal: Option<&sanction_appeal::Model>,
    on: NaiveDate,
    days: i64,
) -> bool {
    let live = matches!(row.status, SanctionStatus::InForce | SanctionStatus::Answered);
    live && appeal.is_none() && appeal_until(row, days).is_some_and(|last| on <= last)
}

/// Who took part in a sanction or in the case behind it.
pub(super) fn parts(row: &sanction::Model, case: &supervision_case::Model) -> Vec<AccountId> {
    [Some(row.proposed_by), row.decided_by, Some(case.opened_by), case.decided_by].into_iter().flatten().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::{DateTime, Utc};
    use entities::values::{CaseId, OrganisationId, SanctionId};
    use proptest::prelude::*;

    use super::*;
    use crate::base::clock::instant;

    pub(crate) fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2016, 11, 1).unwrap() + Days::new(n)
    }

    fn at(n: u64) -> DateTime<Utc> {
        instant(day(n), chrono::NaiveTime::from_hms_opt(10, 0, 0).unwrap())
    }

    fn row(kind: SanctionKind, status: SanctionStatus) -> sanction::Model {
        sanction::Model {
            id: SanctionId::new(),
            number: String::new(),
            case_id: CaseId::new(),
            organisation_id: OrganisationId::new(),
            area_code: "360923".into(),
            kind,
            status,
            reason: String::new(),
            mend: None,
            due_on: None,
            starts_on: None,
            ends_on: None,
            document_no: None,
            proposed_by: AccountId::new(),
            proposed_at: at(0),
            decided_by: Some(AccountId::new()),
            decided_at: Some(at(0)),
            refusal: None,
            closed_by: None,
            closed_at: None,
            closing: None,
            version: 1,
        }
    }

    fn in_force(kind: SanctionKind, from: u64, to: Option<u64>) -> sanction::Model {
        sanction::Model { starts_on: Some(day(from)), ends_on: to.map(day), ..row(kind, SanctionStatus::InForce) }
    }

    fn proposal(kind: SanctionKind) -> Proposal {
        Proposal { kind, reason: "教室超员".into(), mend: None, due_on: None, starts_on: None, ends_on: None }
    }

    fn faults(new: &Proposal) -> Vec<(String, String)> {
        match terms(new, day(10)) {
            Err(Error::Invalid(fields)) => {
                fields.into_iter().map(|e| (e.field.to_string(), e.code.to_string())).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn no_sanction_is_graver_than_its_case() {
        assert_eq!(gravest(None), None);
        assert_eq!(gravest(Some(CaseOutcome::Unfounded)), None);
        assert!(gravest(Some(CaseOutcome::Rectify)) < Some(SanctionKind::Suspend));
        assert!(gravest(Some(CaseOutcome::Suspend)) < Some(SanctionKind::Delist));
        assert_eq!(gravest(Some(CaseOutcome::HandedOver)), Some(SanctionKind::Delist));
    }

    #[test]
    fn each_kind_says_what_it_needs_and_nothing_else() {
        let named = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert!(faults(&proposal(SanctionKind::Warn)).is_empty());
        assert_eq!(
            faults(&proposal(SanctionKind::Rectify)),
            [named("mend", "invalid.required"), named("due_on", "invalid.required")]
        );
        let odd = Proposal { ends_on: Some(day(20)), ..proposal(SanctionKind::Delist) };
        assert_eq!(faults(&odd), [named("ends_on", "invalid.not_for_this_kind")]);
        let late = Proposal { starts_on: Some(day(9)), ends_on: Some(day(8)), ..proposal(SanctionKind::Suspend) };
        assert_eq!(faults(&late), [named("starts_on", "invalid.past"), named("ends_on", "invalid.end_before_start")]);
        let good = Proposal { starts_on: Some(day(10)), ends_on: Some(day(10)), ..proposal(SanctionKind::Suspend) };
        assert!(faults(&good).is_empty());
    }

    #[test]
    fn a_suspension_holds_from_its_first_to_its_last_day_and_not_once_it_is_lifted() {
        let held = in_force(SanctionKind::Suspend, 5, Some(9));
        let on = |row: &sanction::Model| (4..11).map(|n| holds_on(row, day(n))).collect::<Vec<_>>();
        assert_eq!(on(&held), [false, true, true, true, true, true, false]);
        let lifted = sanction::Model { status: SanctionStatus::Lifted, closed_at: Some(at(7)), ..held.clone() };
        assert_eq!(on(&lifted), [false, true, true, false, false, false, false]);
        let proposed = sanction::Model { status: SanctionStatus::Proposed, ..held };
        assert!(on(&proposed).iter().all(|held| !held));
    }

    #[test]
    fn the_gravest_sanction_says_where_the_institution_stands() {
        let warned = in_force(SanctionKind::Warn, 0, Some(300));
        let suspended = in_force(SanctionKind::Suspend, 5, Some(9));
        let struck = in_force(SanctionKind::Delist, 7, None);
        let rows = [warned, suspended, struck];
        let on = |n| standing(&rows, day(n));
        assert_eq!(
            [4, 5, 7, 60].map(on),
            [
                OrganisationStatus::Active,
                OrganisationStatus::Suspended,
                OrganisationStatus::Delisted,
                OrganisationStatus::Delisted
            ]
        );
        assert_eq!(standing(&rows[..2], day(10)), OrganisationStatus::Active);
    }

    #[test]
    fn a_sanction_begins_no_earlier_than_it_is_decided_and_never_after_its_end() {
        let proposed = |kind| row(kind, SanctionStatus::Proposed);
        assert_eq!(span(&proposed(SanctionKind::Warn), day(3), 365), Some((day(3), Some(day(367)))));
        let due = |n| sanction::Model { due_on: Some(day(n)), ..proposed(SanctionKind::Rectify) };
        assert_eq!(span(&due(3), day(3), 365), Some((day(3), None)));
        assert_eq!(span(&due(2), day(3), 365), None);
        let from = |a, b| sanction::Model {
            starts_on: Some(day(a)),
            ends_on: Some(day(b)),
            ..proposed(SanctionKind::Suspend)
        };
        assert_eq!(span(&from(1, 9), day(3), 365), Some((day(3), Some(day(9)))));
        assert_eq!(span(&from(5, 9), day(3), 365), Some((day(5), Some(day(9)))));
        assert_eq!(span(&from(1, 2), day(3), 365), None);
    }

    #[test]
    fn an_appeal_comes_once_and_in_time() {
        let struck = in_force(SanctionKind::Delist, 0, None);
        assert!(may_be_appealed(&struck, None, day(15), 15));
        assert!(!may_be_appealed(&struck, None, day(16), 15));
        let over = sanction::Model { status: SanctionStatus::Ended, closed_at: Some(at(2)), ..struck };
        assert!(!may_be_appealed(&over, None, day(3), 15));
    }

    proptest! {
        #[test]
        fn one_more_sanction_never_leaves_an_institution_better_off(
            spans in prop::collection::vec((0_usize..4, 0_u64..20, 0_u64..20), 1..8), on in 0_u64..45,
        ) {
            let kinds = [SanctionKind::Warn, SanctionKind::Rectify, SanctionKind::Suspend, SanctionKind::Delist];
            let rows: Vec<_> =
                spans.iter().map(|(kind, from, length)| in_force(kinds[*kind], *from, Some(from + length))).collect();
            prop_assert!(standing(&rows[1..], day(on)) <= standing(&rows, day(on)));
        }
    }
}
