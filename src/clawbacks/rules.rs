//! How much may be asked back, and how it comes to an end.

use entities::{
    clawback,
    values::{ClawbackStatus, Fen},
};

use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, FieldError, Result, money};
use crate::clawbacks::lifecycle::ClawbackAction;

/// What still has to come back; of what was rejected nothing has.
pub(super) fn balance(row: &clawback::Model) -> Fen {
    match row.status {
        ClawbackStatus::Rejected => Fen(0),
        _ => row.fen - row.recovered_fen - row.written_off_fen,
    }
}

/// What was asked back of a line and not rejected. What was written off counts too: it left what was paid for the line, and is
/// not asked for twice.
pub(super) fn asked<'a>(rows: impl IntoIterator<Item = &'a clawback::Model>) -> Fen {
    rows.into_iter().filter(|row| row.status != ClawbackStatus::Rejected).map(|row| row.fen).sum()
}

/// # Errors
/// `Invalid` for nothing and less, and with `code` and what is `left`, in yuan, for more than that.
pub(super) fn require_within(field: &'static str, fen: Fen, left: Fen, code: &'static str) -> Result<()> {
    if fen <= Fen(0) {
        return Err(Error::invalid(field, "invalid.money"));
    }
    if fen > left {
        return Err(Error::Invalid(vec![FieldError::new(field, code).with("left", money::yuan(left))]));
    }
    Ok(())
}

/// Where a clawback stands once something of it came back.
///
/// # Errors
/// `move.illegal`.
pub(super) fn after_receipt(status: ClawbackStatus, by: ClawbackAction, balance: Fen) -> Result<ClawbackStatus> {
    let to = status.after(by)?;
    if balance == Fen(0) { to.after(ClawbackAction::Settle) } else { Ok(to) }
}

/// The lines that are set off when nobody chose: each whole, in their order, as long as they fit.
pub(super) fn fitting<I: Copy>(lines: &[(I, Fen)], balance: Fen) -> Vec<I> {
    let mut left = balance;
    let mut fits = Vec::new();
    for (line, fen) in lines {
        if *fen <= left {
            left = left - *fen;
            fits.push(*line);
        }
    }
    fits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ClawbackStatus::{Approved, Invoiced, Offsetting, Recovered, Requested};

    #[test]
    fn more_than_is_left_is_refused_with_what_is_left() {
        assert!(require_within("amount_fen", Fen(80_000), Fen(80_000), "clawback.beyond").is_ok());
        assert!(matches!(require_within("amount_fen", Fen(0), Fen(1), "clawback.beyond"), Err(Error::Invalid(_))));
        let Err(Error::Invalid(faults)) = require_within("amount_fen", Fen(80_001), Fen(80_000), "clawback.beyond")
        else {
            panic!("it was taken")
        };
        let told = FieldError::new("amount_fen", "clawback.beyond").with("left", "800.00");
        assert_eq!(faults, [told]);
    }

    proptest! {
        #[test]
        fn in_whatever_parts_it_comes_back_it_ends_when_all_is_back_and_never_before(
            fen in 1_i64..1_000_000, parts in proptest::collection::vec((1_i64..400_000, any::<bool>()), 1..20),
        ) {
            let mut status = Requested.after(ClawbackAction::Approve).unwrap();
            let mut left = Fen(fen);
            for (part, set_off) in parts {
                let (part, action) = (Fen(part).min(left), if set_off { ClawbackAction::Offset } else { ClawbackAction::Receive });
                if left == Fen(0) {
                    prop_assert!(status.after(action).is_err());
                    continue;
                }
                if action == ClawbackAction::Receive && status != Invoiced {
                    prop_assert!(after_receipt(status, action, left).is_err());
                    status = status.after(ClawbackAction::Invoice).unwrap();
                }
                left = left - part;
                status = after_receipt(status, action, left).unwrap();
                prop_assert_eq!(status == Recovered, left == Fen(0));
                prop_assert!(matches!(status, Approved | Offsetting | Invoiced | Recovered));
            }
        }

        #[test]
        fn what_is_set_off_never_comes_to_more_than_is_owed(
            fens in proptest::collection::vec(1_i64..90_000, 0..30), balance in 0_i64..400_000,
        ) {
            let lines: Vec<(usize, Fen)> = fens.iter().map(|fen| Fen(*fen)).enumerate().collect();
            let fits = fitting(&lines, Fen(balance));
            let sum: Fen = fits.iter().map(|at| lines[*at].1).sum();
            prop_assert!(sum <= Fen(balance));
            let left = Fen(balance) - sum;
            prop_assert!(lines.iter().all(|(at, fen)| fits.contains(at) || *fen > left));
        }
    }
}
