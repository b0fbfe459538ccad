//! How documents are numbered.

use std::collections::BTreeMap;

use entities::{sequence, values::Programme};

use crate::demo::calendar::YEAR;
use crate::demo::rows::Rows;

/// The two letters of a programme in a number.
pub(super) fn letters(programme: Programme) -> &'static str {
    match programme {
        Programme::Entrepreneurship => "EN",
        Programme::Ecommerce => "EC",
        Programme::Skill => "SK",
    }
}

/// The last number of every series.
#[derive(Debug, Default)]
pub(super) struct Series(BTreeMap<String, u32>);

impl Series {
    /// The next of a county's classes, claims, courses or orders: `360923-2016-EC-0117`.
    pub(super) fn document(&mut self, county: &str, kind: &str) -> String {
        let series = format!("{county}-{YEAR}-{kind}");
        let n = self.next(&series);
        format!("{series}-{n:04}")
    }

    /// The next certificate of a programme in a year.
    pub(super) fn certificate(&mut self, year: i32, programme: Programme) -> String {
        let n = self.next(&format!("JX{year:04}-{}", letters(programme)));
        serial(year, programme, n)
    }

    fn next(&mut self, series: &str) -> u32 {
        let last = self.0.entry(series.to_owned()).or_default();
        *last += 1;
        *last
    }

    /// Where every series stands, so that the next document goes on from there.
    pub(super) fn tell(&self, rows: &mut Rows) {
        rows.sequence
            .extend(self.0.iter().map(|(name, last)| sequence::Model { name: name.clone(), last: i64::from(*last) }));
    }
}

/// Of a certificate: `JX2016-EC-0011738-6`. The last character checks year and number as that of an identity number
/// checks its digits (ISO 7064 MOD 11-2, so it may be `X`).
fn serial(year: i32, programme: Programme, n: u32) -> String {
    let digits = format!("{year:04}{n:07}");
    format!("JX{year:04}-{}-{n:07}-{}", letters(programme), check(&digits))
}

fn check(digits: &str) -> char {
    let sum = digits.chars().filter_map(|c| c.to_digit(10)).fold(0, |sum, digit| (sum + digit) * 2 % 11);
    match (12 - sum) % 11 {
        10 => 'X',
        value => char::from_digit(value, 10).unwrap_or('X'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::IdNumber;
    use crate::demo::calendar::day;

    #[test]
    fn the_check_is_that_of_identity_numbers() {
        let number = IdNumber::compose("360923", day(1975, 3, 8), 217).unwrap();
        let (body, last) = number.as_str().split_at(17);
        assert_eq!(check(body).to_string(), last);
    }

    #[test]
    fn a_serial_tells_year_programme_and_number() {
        assert_eq!(serial(2016, Programme::Ecommerce, 11_738), "JX2016-EC-0011738-6");
        let mut series = Series::default();
        series.document("360923", "EC");
        assert_eq!(series.document("360923", "EC"), "360923-2016-EC-0002");
        assert_eq!(series.certificate(2016, Programme::Ecommerce).get(..17), Some("JX2016-EC-0000001"));
    }
}
