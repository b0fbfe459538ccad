//! Money is whole fen; it is read from and shown as yuan with two decimals, and never passes through a float.

pub use entities::values::Fen;

use crate::base::{Error, Result};

/// The largest amount that one field may carry: ten billion yuan.
pub const MOST: Fen = Fen(1_000_000_000_000);

/// Reads yuan as people write them: `1,234.5`, `800`, at most two decimals.
///
/// # Errors
/// `invalid.money` for anything else: signs, exponents, a third decimal, more than [`MOST`].
pub fn parse_yuan(text: &str) -> Result<Fen> {
    let bad = || Error::invalid("money", "invalid.money");
    let text = text.trim().replace([',', '，'], "");
    let (yuan, cents) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if yuan.is_empty() || yuan.len() > 12 || cents.len() > 2 || !digits(yuan) || !digits(cents) {
        return Err(bad());
    }
    let yuan: i64 = yuan.parse().map_err(|_| bad())?;
    let cents: i64 = if cents.is_empty() { 0 } else { format!("{cents:0<2}").parse().map_err(|_| bad())? };
    let fen = yuan.checked_mul(100).and_then(|fen| fen.checked_add(cents)).ok_or_else(bad)?;
    if fen > MOST.0 { Err(bad()) } else { Ok(Fen(fen)) }
}

/// `30,400.00`, grouped by thousands, always two decimals.
pub fn yuan(Fen(fen): Fen) -> String {
    let sign = if fen < 0 { "−" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", grouped(i64::try_from(fen / 100).unwrap_or(i64::MAX)), fen % 100)
}

/// `149,900`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_reads_back_to_the_same_fen(fen in 0..=MOST.0) {
            prop_assert_eq!(parse_yuan(&yuan(Fen(fen))).unwrap(), Fen(fen));
        }
    }

    #[test]
    fn anything_that_is_not_plain_yuan_is_refused() {
        for text in ["", "-1", "+1", "1e3", "1.234", "NaN", "0x1", ".5", "1.2.3", "９", "10000000000.01"] {
            assert!(parse_yuan(text).is_err(), "{text} was taken");
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(yuan(Fen(3_040_000)), "30,400.00");
        assert_eq!(grouped(149_900), "149,900");
        assert_eq!(grouped(-1_000), "−1,000");
    }
}
