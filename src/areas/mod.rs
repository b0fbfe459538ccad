//! Administrative divisions (行政区划): what a code says by itself, and the atlas of names by date.
//!
//! A code tells its place in the tree: six digits down to the county (`36` province, `3601` prefecture, `360102`
//! county), nine for a township, twelve for a village. Names, and codes that ended, need the [`Atlas`].

mod atlas;

pub use atlas::{Area, Atlas, is_rural_village, short_name};
use entities::values::AreaLevel;

/// The digits that everything inside the area begins with: `36` of `360000`, a township or village as it stands.
pub fn prefix(code: &str) -> &str {
    match level_of(code) {
        Some(AreaLevel::Province) => code.get(..2).unwrap_or(code),
        Some(AreaLevel::Prefecture) => code.get(..4).unwrap_or(code),
        Some(AreaLevel::County | AreaLevel::Township | AreaLevel::Village) | None => code,
    }
}

/// Whether `code` is the area `scope` or lies in it. What is no code contains nothing.
pub fn contains(scope: &str, code: &str) -> bool {
    level_of(scope).is_some() && code.starts_with(prefix(scope))
}

/// The area itself and each that it lies in, up to the province, by their codes alone: how counters are summed, and the same
/// tree in which [`contains`] looks. What is no code stands alone.
pub fn line(code: &str) -> Vec<String> {
    let above = |digits: usize, zeros: &str| code.get(..digits).map(|begins| format!("{begins}{zeros}"));
    let (township, county) = (above(9, ""), above(6, ""));
    let (prefecture, province) = (above(4, "00"), above(2, "0000"));
    let line = match level_of(code) {
        Some(AreaLevel::Village) => vec![township, county, prefecture, province],
        Some(AreaLevel::Township) => vec![county, prefecture, province],
        Some(AreaLevel::County) => vec![prefecture, province],
        Some(AreaLevel::Prefecture) => vec![province],
        Some(AreaLevel::Province) | None => Vec::new(),
    };
    std::iter::once(code.to_owned()).chain(line.into_iter().flatten()).collect()
}

/// The rank that a code has by its form; `None` for what is no code.
pub fn level_of(code: &str) -> Option<AreaLevel> {
    if !code.bytes().all(|b| b.is_ascii_digit()) || code.starts_with("00") {
        return None;
    }
    match code.len() {
        6 if code.ends_with("0000") => Some(AreaLevel::Province),
        6 if code.ends_with("00") => Some(AreaLevel::Prefecture),
        6 => Some(AreaLevel::County),
        9 => Some(AreaLevel::Township),
        12 => Some(AreaLevel::Village),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_tells_its_rank_and_what_lies_in_it() {
        for (code, level, digits) in [
            ("360000", AreaLevel::Province, "36"),
            ("360100", AreaLevel::Prefecture, "3601"),
            ("360102", AreaLevel::County, "360102"),
            ("360923106", AreaLevel::Township, "360923106"),
            ("360923106206", AreaLevel::Village, "360923106206"),
        ] {
            assert_eq!((level_of(code), prefix(code)), (Some(level), digits));
        }
    }

    #[test]
    fn an_area_contains_itself_and_what_is_below_it_only() {
        assert!(contains("360000", "360923106206"));
        assert!(contains("360900", "360923"));
        assert!(contains("360923106", "360923106"));
        assert!(!contains("360923", "360900"));
        assert!(!contains("360923", "360922203202"));
    }

    #[test]
    fn the_line_of_a_code_is_that_of_the_list() {
        let atlas = Atlas::from_rows(Atlas::embedded_rows());
        for area in Atlas::embedded_rows() {
            assert_eq!(line(&area.code), atlas.ancestors(&area.code));
        }
        assert_eq!(line("999"), ["999"]);
    }

    #[test]
    fn what_is_no_code_contains_nothing() {
        for scope in ["", "3", "36", "000000", "36092x", "３６００００"] {
            assert!(!contains(scope, "360923106206"), "{scope}");
        }
    }
}
