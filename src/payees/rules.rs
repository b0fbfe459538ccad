//! What an account must look like, and from which day one is paid on it.

use chrono::{Days, NaiveDate};
use entities::{
    payee_account,
    values::{PayeeStatus, Role},
};

use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, FieldError, Result};
use crate::payees::forms::NewPayee;
use crate::payees::lifecycle::PayeeAction;
use crate::payees::views::Details;

/// The form as it is stored.
///
/// # Errors
/// `Invalid` at every field that is wrong.
pub(super) fn read(new: &NewPayee) -> Result<Details> {
    let mut faults = Vec::new();
    let mut text = |field: &'static str, text: &str| {
        let text = text.trim();
        if !(2..=60).contains(&text.chars().count()) {
            faults.push(FieldError::new(field, "invalid.length").with("min", 2).with("max", 60));
        }
        text.to_owned()
    };
    let (bank, name) = (text("bank", &new.bank), text("name", &new.name));
    let number = digits(&new.number);
    if number.is_none() {
        faults.push(FieldError::new("number", "invalid.payee_number"));
    }
    match number {
        Some(number) if faults.is_empty() => Ok(Details { bank, name, number }),
        _ => Err(Error::Invalid(faults)),
    }
}

/// The digits of an account of an organisation: 8 to 32, which follow no rule of their own, and not one of them repeated.
fn digits(typed: &str) -> Option<String> {
    let digits = typed.replace([' ', '-', '　'], "");
    let filler = digits.bytes().all(|b| digits.bytes().next() == Some(b));
    let fits = (8..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (fits && !filler).then_some(digits)
}

/// The first day on which a changed account is paid on.
///
/// # Errors
/// `Internal` for a day that does not exist.
pub(super) fn usable_after(changed_on: NaiveDate, cooling_days: i64) -> Result<NaiveDate> {
    let days = u64::try_from(cooling_days).map_err(Error::internal)?;
    changed_on.checked_add_days(Days::new(days)).ok_or_else(|| Error::internal("no such day"))
}

/// Whether it was approved and is not paid on yet.
pub(super) fn is_cooling(row: &payee_account::Model, today: NaiveDate) -> bool {
    row.status == PayeeStatus::InForce && row.usable_from.is_some_and(|from| today < from)
}

/// What a role may do with it on a day.
pub(super) fn actions(row: &payee_account::Model, role: Role, today: NaiveDate) -> Vec<PayeeAction> {
    let in_time = row.status == PayeeStatus::Proposed || is_cooling(row, today);
    let open = row.status.open_to(role).into_iter();
    open.filter(|action| *action != PayeeAction::Stop || in_time).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_digits_of_an_account_are_kept_and_fillers_are_refused() {
        assert_eq!(digits("3601 0234-5678　9012").as_deref(), Some("3601023456789012"));
        for wrong in ["", "1234567", "00000000", "3601A23456", "三六零一零二三四五六", &"12".repeat(17)] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
        assert!(digits("12345678").is_some() && digits(&"12".repeat(16)).is_some());
    }

    proptest! {
        #[test]
        fn nobody_is_paid_before_the_days_are_over(day in 0_u64..20_000, days in 0_i64..60, later in 0_u64..60) {
            let changed = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(day);
            let usable = usable_after(changed, days).unwrap();
            let on = changed + Days::new(later);
            prop_assert_eq!(usable <= on, i64::try_from(later).unwrap() >= days);
        }
    }
}
