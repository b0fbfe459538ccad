//! How a certificate is numbered, and how its figures are written.

use entities::values::Programme;

/// Decimals of a rate, unless somebody asks for others.
pub(crate) const DECIMALS: u32 = 2;

/// The letters of a province in GB/T 2260, by the first two digits of its codes.
fn letters(area: &str) -> &'static str {
    match area.get(..2) {
        Some("11") => "BJ",
        Some("12") => "TJ",
        Some("13") => "HE",
        Some("14") => "SX",
        Some("15") => "NM",
        Some("21") => "LN",
        Some("22") => "JL",
        Some("23") => "HL",
        Some("31") => "SH",
        Some("32") => "JS",
        Some("33") => "ZJ",
        Some("34") => "AH",
        Some("35") => "FJ",
        Some("37") => "SD",
        Some("41") => "HA",
        Some("42") => "HB",
        Some("43") => "HN",
        Some("44") => "GD",
        Some("45") => "GX",
        Some("46") => "HI",
        Some("50") => "CQ",
        Some("51") => "SC",
        Some("52") => "GZ",
        Some("53") => "YN",
        Some("54") => "XZ",
        Some("61") => "SN",
        Some("62") => "GS",
        Some("63") => "QH",
        Some("64") => "NX",
        Some("65") => "XJ",
        // Jiangxi, where this house stands.
        _ => "JX",
    }
}

/// Within one province and year certificates are numbered without gaps, whatever they are for: `certificate JX2016`.
pub(crate) fn series(area: &str, year: i32) -> String {
    format!("certificate {}{year}", letters(area))
}

/// What the serial begins with: `JX2016-EC`.
pub(crate) fn prefix(area: &str, year: i32, programme: Programme) -> String {
    let code = match programme {
        Programme::Entrepreneurship => "EN",
        Programme::Ecommerce => "EC",
        Programme::Skill => "SK",
    };
    format!("{}{year}-{code}", letters(area))
}

/// `JX2016-EC-0000001-K`: the prefix, the number in seven digits, and a check character over all of it.
pub(crate) fn serial(prefix: &str, number: i64) -> String {
    let body = format!("{prefix}-{number:07}");
    let check = check_character(&body);
    format!("{body}-{check}")
}

/// ISO 7064 MOD 37,36 over the letters and digits, the hyphens left out: it finds every single wrong character and almost
/// every swap of neighbours, and is itself a letter or a digit.
fn check_character(body: &str) -> char {
    let mut product = 36;
    for value in body.chars().filter_map(|c| c.to_digit(36)) {
        let sum = (product + value) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    char::from_digit((37 - product) % 36, 36).unwrap_or('0').to_ascii_uppercase()
}

/// A serial as it is looked up, from what somebody typed or scanned: capitals, plain hyphens, nothing else. The length is
/// cut to what no serial exceeds.
pub(crate) fn tidy(typed: &str) -> String {
    const LONGEST: usize = 32;
    typed
        .chars()
        .map(|c| match c {
            '－' | '—' | '–' | '‐' | '−' => '-',
            // Full-width forms, as a Chinese keyboard writes them.
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c => c,
        })
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(LONGEST)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Hours of so many minutes: whole ones, or with one decimal, cut off.
pub(crate) fn hours(minutes: i64) -> String {
    match (minutes / 60, minutes % 60 / 6) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_serial_tells_province_year_and_programme_and_counts_over_the_first_two() {
        assert_eq!(prefix("360923", 2016, Programme::Ecommerce), "JX2016-EC");
        assert_eq!(series("360923", 2016), "certificate JX2016");
        assert_eq!(prefix("110101", 2017, Programme::Skill), "BJ2017-SK");
        assert!(serial("JX2016-EC", 1).starts_with("JX2016-EC-0000001-"));
    }

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The example of the Global Release Identifier, which is checked by the same rule.
        assert_eq!(check_character("A1-2425G-ABC1234002"), 'M');
    }

    #[test]
    fn what_is_typed_in_any_way_is_the_same_serial() {
        let serial = serial("JX2016-EC", 42);
        assert_eq!(tidy(&format!(" {} ", serial.to_lowercase())), serial);
        assert_eq!(tidy(&serial.replace('-', "－")), serial);
        assert_eq!(tidy(&serial.replace("JX", "ＪＸ")), serial);
        assert_eq!(tidy("../../etc/passwd?x=1"), "ETCPASSWDX1");
        assert_eq!(tidy(&"A".repeat(1000)).len(), 32);
    }

    #[test]
    fn hours_are_shown_short() {
        assert_eq!([1200, 200, 90, 0].map(hours), ["20", "3.3", "1.5", "0"].map(str::to_owned));
    }

    proptest! {
        #[test]
        fn a_wrong_character_is_found(number in 1_i64..9_999_999, place in 0_usize..17, other in 0_u32..36) {
            let serial = serial("JX2016-EC", number);
            let mut wrong: Vec<char> = serial.chars().collect();
            let other = char::from_digit(other, 36).unwrap().to_ascii_uppercase();
            prop_assume!(wrong[place] != '-' && wrong[place] != other);
            wrong[place] = other;
            let (body, check) = wrong.split_at(wrong.len() - 1);
            let body: String = body.iter().collect();
            prop_assert_ne!(check_character(body.trim_end_matches('-')), check[0]);
        }
    }
}
