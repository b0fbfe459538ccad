//! The resident identity number (公民身份号码, GB 11643-1999), the disability certificate built on it, and name masks.
//!
//! A number that exists here has passed format, date and check character. Its region is told, never judged: the first
//! six digits name the place of first registration, under any code that was ever valid.

use std::{fmt, ops::Range};

use chrono::{Datelike, NaiveDate};
use entities::values::Sex;

use crate::base::FieldError;

const FIELD: &str = "id_number";

/// The weights of ISO 7064 MOD 11-2 for the seventeen digits before the check character.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character by the remainder of the weighted sum.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// No place ever had a code under this prefix, so no living person has such a number.
const TEST_PREFIX: &str = "3699";

/// An identity number that passed its checks, `X` in upper case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdNumber {
    text: String,
    birth_on: NaiveDate,
}

/// The number of a disability certificate (残疾人证): the holder's identity number, then the type and the level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisabilityCertificate {
    pub id_number: IdNumber,
    /// 1 to 7, from sight (视力) to multiple (多重).
    pub kind: u8,
    /// 1 (most severe) to 4.
    pub level: u8,
}

impl IdNumber {
    /// Reads a number as it must be stored; pass typed text through [`fold`] first.
    ///
    /// # Errors
    /// `invalid.id_format`, `invalid.id_date` (no such day, or after `today`) or `invalid.id_checksum`.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, FieldError> {
        let bad = |code| FieldError::new(FIELD, code);
        let (Some(body), Some(tail)) = (text.get(..17), text.get(17..)) else {
            return Err(bad("invalid.id_format"));
        };
        let check = match tail {
            "x" => 'X',
            _ => tail.parse().map_err(|_| bad("invalid.id_format"))?,
        };
        if !body.bytes().all(|b| b.is_ascii_digit()) || !(check.is_ascii_digit() || check == 'X') {
            return Err(bad("invalid.id_format"));
        }
        let birth_on = birth_date(body).filter(|day| *day <= today).ok_or_else(|| bad("invalid.id_date"))?;
        if check_character(body) != Some(check) {
            return Err(bad("invalid.id_checksum"));
        }
        Ok(Self { text: format!("{body}{check}"), birth_on })
    }

    /// The last character that a number of the first generation (15 digits, in use until 2012) has today, its year written
    /// out as 19; `None` for what is no such number.
    pub fn check_of_first_generation(text: &str) -> Option<char> {
        if text.len() != 15 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (region, rest) = text.split_at_checked(6)?;
        let body = format!("{region}19{rest}");
        birth_date(&body)?;
        check_character(&body)
    }

    /// Puts a number together from its parts; `None` when they do not fill their places.
    pub fn compose(region: &str, birth_on: NaiveDate, sequence: u16) -> Option<Self> {
        let (year, month, day) = (birth_on.year(), birth_on.month(), birth_on.day());
        let mut text = format!("{region}{year:04}{month:02}{day:02}{sequence:03}");
        if region.len() != 6 || text.len() != 17 {
            return None;
        }
        text.push(check_character(&text)?);
        Some(Self { text, birth_on })
    }

    /// The whole number: for sealing and searching, not for showing.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn birth_on(&self) -> NaiveDate {
        self.birth_on
    }

    /// Full years on a day.
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        day.years_since(self.birth_on).unwrap_or(0)
    }

    /// Told by the last digit of the sequence: odd is male.
    pub fn sex(&self) -> Sex {
        let odd = self.text.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }

    /// The code of the place of first registration, six digits.
    pub fn region(&self) -> &str {
        self.text.get(..6).unwrap_or_default()
    }

    /// Whether the number was made for trials.
    pub fn is_test(&self) -> bool {
        self.text.starts_with(TEST_PREFIX)
    }

    /// Keeps numbers that were made for trials out of a database of real people.
    ///
    /// # Errors
    /// `invalid.id_test_number`.
    pub fn refuse_test(self) -> Result<Self, FieldError> {
        if self.is_test() { Err(FieldError::new(FIELD, "invalid.id_test_number")) } else { Ok(self) }
    }

    /// `360923********1234`
    pub fn masked(&self) -> String {
        format!("{}********{}", self.region(), self.last_four())
    }

    pub fn last_four(&self) -> &str {
        self.text.get(14..).unwrap_or_default()
    }
}

/// Shows no more than the mask, so that a log cannot tell the number.
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", self.masked())
    }
}

impl DisabilityCertificate {
    /// Reads the twenty characters that the registry form allows in the box of the identity number.
    ///
    /// # Errors
    /// `invalid.disability_certificate` for a type or level that does not exist, else those of [`IdNumber::parse`].
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, FieldError> {
        let bad = || FieldError::new(FIELD, "invalid.disability_certificate");
        let (number, tail) = text.split_at_checked(18).ok_or_else(bad)?;
        let digits: Vec<u32> = tail.chars().filter_map(|c| c.to_digit(10)).collect();
        let (kind, level) = match (tail.len(), digits.as_slice()) {
            (2, [kind @ 1..=7, level @ 1..=4]) => (*kind, *level),
            _ => return Err(bad()),
        };
        let id_number = IdNumber::parse(number, today)?;
        let digit = |d| u8::try_from(d).map_err(|_| bad());
        Ok(Self { id_number, kind: digit(kind)?, level: digit(level)? })
    }
}

/// What people type, made ready for a check: no space around it, and full-width letters and digits, as Chinese input
/// methods write them, turned into plain ones.
pub fn fold(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// `张三丰` becomes `张**`: one star for each character after the first.
pub fn mask_name(name: &str) -> String {
    let mut rest = name.chars();
    match (rest.next(), rest.count()) {
        (None, _) => String::new(),
        (Some(_), 0) => "*".to_owned(),
        (Some(first), stars) => format!("{first}{}", "*".repeat(stars)),
    }
}

/// The check character of seventeen digits; `None` when a character is no digit.
fn check_character(body: &str) -> Option<char> {
    let mut sum = 0;
    for (digit, weight) in body.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    CHECKS.iter().copied().nth((sum % 11) as usize)
}

fn birth_date(body: &str) -> Option<NaiveDate> {
    let part = |range: Range<usize>| body.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(part(6..10)?).ok()?;
    NaiveDate::from_ymd_opt(year, part(10..12)?, part(12..14)?).filter(|day| day.year() > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The vectors know no "today": one of them is born in 2100.
    fn parse(text: &str) -> Result<IdNumber, FieldError> {
        IdNumber::parse(text, day("2100-12-31"))
    }

    fn vectors(kind: &str) -> Vec<(String, bool, String)> {
        let mut reader = csv::Reader::from_reader(include_str!("../../tests/data/identity-vectors.csv").as_bytes());
        reader
            .records()
            .map(Result::unwrap)
            .filter(|row| &row[0] == kind)
            .map(|row| (row[1].to_owned(), &row[2] == "true", row[3].to_owned()))
            .collect()
    }

    #[test]
    fn every_identity_vector_holds() {
        let vectors = vectors("id");
        assert_eq!(vectors.len(), 38);
        for (text, valid, detail) in vectors {
            match parse(&text) {
                Ok(number) => assert!(valid && number.as_str() == text.to_uppercase(), "{text} was taken"),
                Err(e) => {
                    assert!(!valid, "{text} was refused: {}", e.code);
                    assert_eq!(e.code, format!("invalid.id_{detail}"), "{text}");
                }
            }
        }
    }

    #[test]
    fn every_disability_certificate_vector_holds() {
        let vectors = vectors("disability_cert");
        assert_eq!(vectors.len(), 3);
        for (text, valid, _) in vectors {
            assert_eq!(DisabilityCertificate::parse(&text, day("2016-12-31")).is_ok(), valid, "{text}");
        }
        let certificate = DisabilityCertificate::parse("36990119800101001943", day("2016-12-31")).unwrap();
        assert_eq!((certificate.kind, certificate.level), (4, 3));
        assert!(DisabilityCertificate::parse("3699011980010100194", day("2016-12-31")).is_err());
        assert!(DisabilityCertificate::parse("三", day("2016-12-31")).is_err());
    }

    #[test]
    fn a_number_tells_birth_sex_and_region() {
        let number = parse("11010519491231002x").unwrap();
        assert_eq!(number.birth_on(), day("1949-12-31"));
        assert_eq!(number.sex(), Sex::Female);
        assert_eq!(number.region(), "110105");
        assert_eq!(number.last_four(), "002X");
        assert_eq!(number.age_on(day("2016-12-30")), 66);
        assert_eq!(number.age_on(day("2016-12-31")), 67);
    }

    #[test]
    fn nobody_is_born_after_today() {
        let number = "369901200002290024";
        assert!(IdNumber::parse(number, day("2000-02-29")).is_ok());
        assert_eq!(IdNumber::parse(number, day("2000-02-28")).unwrap_err().code, "invalid.id_date");
    }

    #[test]
    fn a_number_made_for_trials_is_known_and_can_be_refused() {
        let number = parse("369901200002290024").unwrap();
        assert!(number.is_test());
        assert_eq!(number.refuse_test().unwrap_err().code, "invalid.id_test_number");
        assert!(parse("11010519491231002X").unwrap().refuse_test().is_ok());
    }

    #[test]
    fn a_number_is_shown_masked_even_to_a_log() {
        let number = parse("11010519491231002X").unwrap();
        assert_eq!(number.masked(), "110105********002X");
        assert_eq!(format!("{number:?}"), "IdNumber(110105********002X)");
    }

    #[test]
    fn full_width_input_is_folded_before_it_is_read() {
        assert_eq!(fold("\u{3000}１１０１０５１９４９１２３１００２Ｘ "), "11010519491231002X");
        assert_eq!(fold("＋８６ 138"), "+86 138");
    }

    #[test]
    fn a_name_keeps_its_first_character_however_rare() {
        for (name, masked) in [("张三丰", "张**"), ("李四", "李*"), ("𠮷田", "𠮷*"), ("㛃", "*"), ("", "")]
        {
            assert_eq!(mask_name(name), masked);
        }
    }

    fn any_number() -> impl Strategy<Value = IdNumber> {
        (100_000_u32..1_000_000, 0_u64..60_000, 0_u16..1_000).prop_map(|(region, days, sequence)| {
            let birth_on = day("1880-01-01") + chrono::Days::new(days);
            IdNumber::compose(&region.to_string(), birth_on, sequence).unwrap()
        })
    }

    proptest! {
        #[test]
        fn a_number_put_together_reads_back(number in any_number()) {
            prop_assert_eq!(parse(number.as_str()).unwrap(), number);
        }

        #[test]
        fn a_change_of_one_character_never_passes(number in any_number()) {
            for place in 0..18 {
                for other in "0123456789X".chars() {
                    let mut changed: Vec<char> = number.as_str().chars().collect();
                    if changed[place] != other {
                        changed[place] = other;
                        prop_assert!(parse(&changed.into_iter().collect::<String>()).is_err());
                    }
                }
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,24}") {
            let _ = parse(&text);
            let _ = DisabilityCertificate::parse(&text, day("2016-12-31"));
        }
    }
}
