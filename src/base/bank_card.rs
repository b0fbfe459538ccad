//! The account a subsidy is paid to: a bank card, or a passbook account, which has no check digit.

use std::fmt;

use crate::base::FieldError;

/// The digits of a bank card or passbook account.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BankCard(String);

impl BankCard {
    /// Spaces and hyphens are dropped. A UnionPay card (it begins with 62 and has 16 to 19 digits) must have its check
    /// digit right; accounts of passbooks and rural credit co-operatives follow no such rule and are taken.
    ///
    /// # Errors
    /// `invalid.card_format` (also for one digit repeated, the usual filler) or `invalid.card_checksum`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let bad = |code| FieldError::new("bank_card", code);
        let digits = text.replace([' ', '-'], "");
        let filler = digits.bytes().all(|b| digits.bytes().next() == Some(b));
        if !(12..=32).contains(&digits.len()) || filler || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad("invalid.card_format"));
        }
        if digits.starts_with("62") && digits.len() >= 16 && digits.len() <= 19 && !luhn(&digits) {
            return Err(bad("invalid.card_checksum"));
        }
        Ok(Self(digits))
    }

    /// Puts a card number together from the digits before its check digit.
    pub fn compose(body: &str) -> Option<Self> {
        let check = (10 - luhn_sum(body, 1)? % 10) % 10;
        Self::parse(&format!("{body}{check}")).ok()
    }

    /// Whether the check digit is right; where it is not, the number is a passbook account or a slip of the pen.
    pub fn is_checked(&self) -> bool {
        luhn(&self.0)
    }

    /// The whole number: for sealing and paying, not for showing.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `**** 0010`
    pub fn masked(&self) -> String {
        format!("**** {}", self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default())
    }
}

/// Shows no more than the mask, so that a log cannot tell the number.
impl fmt::Debug for BankCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BankCard({})", self.masked())
    }
}

/// The check of bank cards: from the right every second digit is doubled, and the sum is a multiple of ten.
pub fn luhn(digits: &str) -> bool {
    !digits.is_empty() && luhn_sum(digits, 0).is_some_and(|sum| sum % 10 == 0)
}

/// The weighted sum when `after` digits are still to come on the right; `None` when a character is no digit.
fn luhn_sum(digits: &str, after: usize) -> Option<u32> {
    let mut sum = 0;
    for (place, digit) in digits.chars().rev().enumerate() {
        let digit = digit.to_digit(10)?;
        let doubled = digit * 2;
        sum += match (place + after) % 2 {
            0 => digit,
            _ if doubled > 9 => doubled - 9,
            _ => doubled,
        };
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_check_digit_vector_holds() {
        let mut seen = 0;
        for row in csv::Reader::from_reader(include_str!("../../tests/data/identity-vectors.csv").as_bytes()).records()
        {
            let row = row.unwrap();
            if &row[0] == "luhn" {
                assert_eq!(luhn(&row[1]), &row[2] == "true", "{}", &row[1]);
                seen += 1;
            }
        }
        assert_eq!(seen, 8);
    }

    #[test]
    fn a_card_must_be_right_and_a_passbook_may_be_unchecked() {
        assert!(BankCard::parse("6200 0036 9900 0000 13").is_ok());
        assert_eq!(BankCard::parse("6222021234567890").unwrap_err().code, "invalid.card_checksum");
        assert!(!BankCard::parse("14362001040012346").unwrap().is_checked());
        for text in ["", "11111111111", "111111111111", "62000036990000001X", "6200003699"] {
            assert_eq!(BankCard::parse(text).unwrap_err().code, "invalid.card_format", "{text}");
        }
    }

    #[test]
    fn an_account_is_shown_by_its_last_four_digits() {
        assert_eq!(format!("{:?}", BankCard::parse("0000003601000000010").unwrap()), "BankCard(**** 0010)");
    }

    proptest! {
        #[test]
        fn a_number_put_together_passes_and_a_change_of_one_digit_never_does(body in "6[0-9]{16}") {
            let card = BankCard::compose(&body).unwrap();
            prop_assert!(card.is_checked());
            for place in 0..card.as_str().len() {
                for other in "0123456789".chars() {
                    let mut changed: Vec<char> = card.as_str().chars().collect();
                    if changed[place] != other {
                        changed[place] = other;
                        prop_assert!(!luhn(&changed.into_iter().collect::<String>()));
                    }
                }
            }
        }
    }
}
