//! How documents are numbered: by the series from which the features themselves take the next number.

use std::collections::BTreeMap;

use entities::{sequence, values::Programme};

use crate::demo::rows::Rows;

/// The last number of every series.
#[derive(Debug, Default)]
pub(super) struct Series(BTreeMap<String, u32>);

impl Series {
    /// `B360923-2016-0117`
    pub(super) fn class(&mut self, county: &str, year: i32) -> String {
        let n = self.next(format!("class/{county}/{year}"));
        format!("B{county}-{year}-{n:04}")
    }

    /// `D-2016-0041`
    pub(super) fn order(&mut self, year: i32) -> String {
        let n = self.next(format!("order-{year}"));
        format!("D-{year}-{n:04}")
    }

    /// `C-2016-0302`
    pub(super) fn course(&mut self, year: i32) -> String {
        let n = self.next(format!("course-{year}"));
        format!("C-{year}-{n:04}")
    }

    /// `M-2016-000342`
    pub(super) fn claim(&mut self, year: i32) -> String {
        let n = self.next(format!("claim-{year}"));
        format!("M-{year}-{n:06}")
    }

    /// `G-2016-000342`
    pub(super) fn notice(&mut self, year: i32) -> String {
        let n = self.next(format!("notice-{year}"));
        format!("G-{year}-{n:06}")
    }

    /// `B-2016-000042`
    pub(super) fn batch(&mut self, year: i32) -> String {
        let n = self.next(format!("batch-{year}"));
        format!("B-{year}-{n:06}")
    }

    /// The next certificate of a programme in a year.
    pub(super) fn certificate(&mut self, year: i32, programme: Programme) -> String {
        let letters = match programme {
            Programme::Entrepreneurship => "EN",
            Programme::Ecommerce => "EC",
            Programme::Skill => "SK",
        };
        let n = self.next(format!("certificate JX{year}"));
        serial(&format!("JX{year}-{letters}"), n)
    }

    fn next(&mut self, series: String) -> u32 {
        let last = self.0.entry(series).or_default();
        *last += 1;
        *last
    }

    /// Where every series stands, so that the next document goes on from there.
    pub(super) fn tell(&self, rows: &mut Rows) {
        let row = |(name, last): (&String, &u32)| sequence::Model { name: name.clone(), last: i64::from(*last) };
        rows.sequence.extend(self.0.iter().map(row));
    }
}

/// `JX2016-EC-0011738-K`: province, year and programme, the number in seven digits, and a check character over all of it.
fn serial(prefix: &str, number: u32) -> String {
    let body = format!("{prefix}-{number:07}");
    let check = check_character(&body);
    format!("{body}-{check}")
}

/// ISO 7064 MOD 37,36 over the letters and digits, the hyphens left out, as certificates have it.
fn check_character(body: &str) -> char {
    let mut product = 36;
    for value in body.chars().filter_map(|c| c.to_digit(36)) {
        let sum = (product + value) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    char::from_digit((37 - product) % 36, 36).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The example of ISO 7064.
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }

    #[test]
    fn every_series_counts_by_itself() {
        let mut series = Series::default();
        assert_eq!(series.class("360923", 2016), "B360923-2016-0001");
        assert_eq!(series.class("360923", 2016), "B360923-2016-0002");
        assert_eq!(series.class("360924", 2016), "B360924-2016-0001");
        assert_eq!(series.claim(2016), "M-2016-000001");
        assert!(series.certificate(2016, Programme::Ecommerce).starts_with("JX2016-EC-0000001-"));
        let mut rows = Rows::default();
        series.tell(&mut rows);
        assert_eq!(rows.sequence.len(), 4);
    }
}
