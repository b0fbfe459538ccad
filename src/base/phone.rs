//! A mobile phone number of the mainland. Relatives often share one, so it names nobody.

use std::fmt;

use crate::base::FieldError;

/// A number without country code, spaces or hyphens: eleven digits, or thirteen for a data card.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Takes every number of the form, whoever runs its segment: new segments open every few years.
    ///
    /// # Errors
    /// `invalid.phone`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let plain = text.replace([' ', '-'], "");
        let bare = match (plain.strip_prefix('+'), plain.strip_prefix("86")) {
            (Some(abroad), _) => abroad.strip_prefix("86").unwrap_or(abroad),
            (None, Some(rest)) => rest,
            (None, None) => &plain,
        };
        let digits = bare.bytes().all(|b| b.is_ascii_digit());
        let mobile = bare.len() == 11 && bare.starts_with('1') && !matches!(bare.as_bytes(), [_, b'0'..=b'2', ..]);
        let card = bare.len() == 13 && is_card_segment(bare);
        if digits && (mobile || card) {
            Ok(Self(bare.to_owned()))
        } else {
            Err(FieldError::new("phone", "invalid.phone"))
        }
    }

    /// Whether an operator had the segment in the list of 2022; a number of no operator deserves a warning, no more.
    pub fn has_operator(&self) -> bool {
        match self.0.as_bytes() {
            [_, b'4', third, ..] => {
                if self.0.len() == 13 {
                    is_card_segment(&self.0)
                } else {
                    matches!(third, b'5' | b'7' | b'9')
                }
            }
            [_, b'5' | b'9', third, ..] => *third != b'4',
            [_, b'6', third, ..] => matches!(third, b'2' | b'5'..=b'7'),
            [_, b'7', b'4', fourth, fifth, ..] => {
                matches!((fourth, fifth), (b'0' | b'9', _) | (b'1', b'0'..=b'2'))
            }
            [_, b'3' | b'7' | b'8', ..] => true,
            _ => false,
        }
    }

    /// The whole number: for sealing and searching, not for showing.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****6021`
    pub fn masked(&self) -> String {
        let (head, tail) = (self.0.get(..3).unwrap_or_default(), self.0.len().saturating_sub(4));
        format!("{head}****{}", self.0.get(tail..).unwrap_or_default())
    }
}

/// Shows no more than the mask, so that a log cannot tell the number.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// Data cards have thirteen digits in segments of their own.
fn is_card_segment(digits: &str) -> bool {
    ["1410", "1440", "1441", "146", "148"].iter().any(|segment| digits.starts_with(segment))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_phone_vector_holds_in_the_list_of_operators() {
        let mut seen = 0;
        for row in csv::Reader::from_reader(include_str!("../../tests/data/identity-vectors.csv").as_bytes()).records()
        {
            let row = row.unwrap();
            if &row[0] == "mobile" {
                let valid = Phone::parse(&row[1]).is_ok_and(|phone| phone.has_operator());
                assert_eq!(valid, &row[2] == "true", "{}", &row[1]);
                seen += 1;
            }
        }
        assert_eq!(seen, 11);
    }

    #[test]
    fn a_number_of_no_operator_may_be_stored() {
        assert!(!Phone::parse("15412345678").unwrap().has_operator());
        assert_eq!(Phone::parse("12345678901").unwrap_err().code, "invalid.phone");
    }

    #[test]
    fn a_number_is_stored_bare_and_shown_masked() {
        for text in ["13800136021", "+86 138-0013-6021", "8613800136021", "138 0013 6021"] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!(phone.as_str(), "13800136021");
            assert_eq!(format!("{phone:?}"), "Phone(138****6021)");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader_and_every_taken_number_reads_back(text in "[+0-9 １-]{0,16}|.{0,16}") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(&Phone::parse(phone.as_str()).unwrap(), &phone);
            }
        }
    }
}
