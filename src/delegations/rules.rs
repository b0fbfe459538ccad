//! On which days one may act for another, and who may not.

use chrono::{Days, NaiveDate};
use entities::{delegation, values::HolderId};

use crate::base::{Error, FieldError, Result};

/// How it stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    ToCome,
    Running,
    Over,
    /// Before its last day.
    Ended,
}

impl Stand {
    pub(crate) fn of(row: &delegation::Model, today: NaiveDate) -> Self {
        match (row.ended_at, row.from_on, row.to_on) {
            (Some(_), _, _) => Self::Ended,
            (None, from, _) if today < from => Self::ToCome,
            (None, _, to) if today <= to => Self::Running,
            _ => Self::Over,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ToCome => "to_come",
            Self::Running => "running",
            Self::Over => "over",
            Self::Ended => "ended",
        }
    }

    /// Whether it can still be ended.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::ToCome | Self::Running)
    }
}

/// From today on, in order, and not for longer than so many days.
///
/// # Errors
/// `Invalid` at the day that does not fit.
pub(super) fn days(from_on: NaiveDate, to_on: NaiveDate, today: NaiveDate, most: i64) -> Result<()> {
    let most = u64::try_from(most).map_err(Error::internal)?;
    if from_on < today {
        return Err(Error::invalid("from_on", "invalid.delegation_past"));
    }
    if to_on < from_on {
        return Err(Error::invalid("to_on", "invalid.delegation_order"));
    }
    let end = from_on.checked_add_days(Days::new(most));
    if end.is_none_or(|end| to_on >= end) {
        return Err(Error::Invalid(vec![FieldError::new("to_on", "invalid.delegation_long").with("days", most)]));
    }
    Ok(())
}

/// Nothing goes on from one to the next: who gave work away takes none on in that time, who took some on gives none away.
///
/// # Errors
/// `delegation.gave`, `delegation.received`.
pub(super) fn no_chain(
    from: HolderId,
    to: HolderId,
    others: impl IntoIterator<Item = (HolderId, HolderId)>,
) -> Result<()> {
    for (giver, taker) in others {
        if giver == to {
            return Err(Error::refused("delegation.gave"));
        }
        if taker == from {
            return Err(Error::refused("delegation.received"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2016, 11, n).unwrap()
    }

    #[test]
    fn days_run_from_today_forward_and_not_too_long() {
        let field = |from, to, most| match days(day(from), day(to), day(5), most) {
            Err(Error::Invalid(faults)) => faults[0].code.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(field(4, 6, 90), "invalid.delegation_past");
        assert_eq!(field(6, 5, 90), "invalid.delegation_order");
        assert_eq!(field(5, 8, 3), "invalid.delegation_long");
        assert_eq!(field(5, 7, 3), "Ok(())");
        assert_eq!(field(5, 5, 1), "Ok(())");
    }

    proptest! {
        #[test]
        fn whatever_is_given_one_after_the_other_goes_in_no_circle(asked in prop::collection::vec((0_u128..6, 0_u128..6), 0..30)) {
            let holder = |n: u128| HolderId(Uuid::from_u128(n));
            let mut given: Vec<(HolderId, HolderId)> = Vec::new();
            for (from, to) in asked.into_iter().filter(|(from, to)| from != to) {
                if no_chain(holder(from), holder(to), given.iter().copied()).is_ok() {
                    given.push((holder(from), holder(to)));
                }
            }
            // Nobody both gives and takes: no way is longer than one step.
            for (giver, _) in &given {
                prop_assert!(given.iter().all(|(_, taker)| taker != giver));
            }
        }
    }
}
