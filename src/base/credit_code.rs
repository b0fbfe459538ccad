//! The unified social credit code (统一社会信用代码, GB 32100-2015) of an organisation.

use crate::base::FieldError;

/// The characters of the code in the order of their values; `I O S V Z` are left out.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A credit code whose check character is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CreditCode(String);

impl CreditCode {
    /// # Errors
    /// `invalid.credit_code_format` or `invalid.credit_code_checksum`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let bad = |code| FieldError::new("credit_code", code);
        let values: Option<Vec<usize>> = text.chars().map(|c| ALPHABET.find(c)).collect();
        let Some([body @ .., check]) = values.as_deref().filter(|values| values.len() == 18) else {
            return Err(bad("invalid.credit_code_format"));
        };
        if *check != check_value(body) {
            return Err(bad("invalid.credit_code_checksum"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Puts a code together from its first seventeen characters; `None` when they are not of the alphabet.
    pub fn compose(body: &str) -> Option<Self> {
        let values: Vec<usize> = body.chars().map(|c| ALPHABET.find(c)).collect::<Option<_>>()?;
        let check = ALPHABET.chars().nth(check_value(&values))?;
        (values.len() == 17).then(|| Self(format!("{body}{check}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A remainder of nothing wants the value nothing, not 31, which no character has.
fn check_value(body: &[usize]) -> usize {
    let sum: usize = body.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_credit_code_vector_holds() {
        let mut seen = 0;
        for row in csv::Reader::from_reader(include_str!("../../tests/data/identity-vectors.csv").as_bytes()).records()
        {
            let row = row.unwrap();
            if &row[0] == "uscc" {
                assert_eq!(CreditCode::parse(&row[1]).is_ok(), &row[2] == "true", "{}", &row[1]);
                seen += 1;
            }
        }
        assert_eq!(seen, 8);
    }

    #[test]
    fn a_wrong_check_is_told_from_a_wrong_form() {
        assert_eq!(CreditCode::parse("91350100M000100Y44").unwrap_err().code, "invalid.credit_code_checksum");
        assert_eq!(CreditCode::parse("91350100M000100YIO").unwrap_err().code, "invalid.credit_code_format");
    }

    proptest! {
        #[test]
        fn a_code_put_together_reads_back_and_a_change_of_one_character_never_passes(body in "[0-9A-HJ-NPQRTUWXY]{17}") {
            let code = CreditCode::compose(&body).unwrap();
            prop_assert_eq!(&CreditCode::parse(code.as_str()).unwrap(), &code);
            for place in 0..18 {
                for other in ALPHABET.chars() {
                    let mut changed: Vec<char> = code.as_str().chars().collect();
                    if changed[place] != other {
                        changed[place] = other;
                        prop_assert!(CreditCode::parse(&changed.into_iter().collect::<String>()).is_err());
                    }
                }
            }
        }
    }
}
