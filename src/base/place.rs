//! A place on the earth, in millionths of a degree, and how far it is to another. No floats.

use std::fmt;

use crate::base::error::{Error, FieldError, Result};

const LATITUDE: i32 = 90_000_000;
const LONGITUDE: i32 = 180_000_000;
/// Millionths in a degree.
const DEGREE: i32 = 1_000_000;
/// Metres in a degree of latitude.
const METRES_A_DEGREE: i128 = 111_195;

/// North and east are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub latitude_e6: i32,
    pub longitude_e6: i32,
}

impl Place {
    /// From the two numbers of a form or of a row, both or neither.
    ///
    /// # Errors
    /// `Invalid` for half a place, and for one that is not on earth.
    pub fn of(latitude: Option<i32>, longitude: Option<i32>) -> Result<Option<Self>> {
        match (latitude, longitude) {
            (None, None) => Ok(None),
            (Some(latitude_e6), Some(longitude_e6)) => {
                if !(-LATITUDE..=LATITUDE).contains(&latitude_e6) {
                    return Err(Error::invalid("latitude", "invalid.range"));
                }
                if !(-LONGITUDE..=LONGITUDE).contains(&longitude_e6) {
                    return Err(Error::invalid("longitude", "invalid.range"));
                }
                Ok(Some(Self { latitude_e6, longitude_e6 }))
            }
            (Some(_), None) => Err(Error::invalid("longitude", "invalid.required")),
            (None, Some(_)) => Err(Error::invalid("latitude", "invalid.required")),
        }
    }

    /// From two texts in degrees, such as `28.682976` and `115.857972`; both or neither.
    ///
    /// # Errors
    /// As [`Self::of`], and `invalid.degrees` for what is no number of degrees.
    pub fn parse(latitude: &str, longitude: &str) -> Result<Option<Self>> {
        let read = |text: &str, field: &'static str| {
            let text = text.trim();
            if text.is_empty() {
                return Ok(None);
            }
            degrees(text).map(Some).ok_or_else(|| FieldError::new(field, "invalid.degrees"))
        };
        match (read(latitude, "latitude"), read(longitude, "longitude")) {
            (Ok(latitude), Ok(longitude)) => Self::of(latitude, longitude),
            (one, other) => Err(Error::Invalid([one.err(), other.err()].into_iter().flatten().collect())),
        }
    }

    /// `28.682976`
    #[must_use]
    pub fn latitude(self) -> String {
        in_degrees(self.latitude_e6)
    }

    #[must_use]
    pub fn longitude(self) -> String {
        in_degrees(self.longitude_e6)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.latitude(), self.longitude())
    }
}

/// Millionths of a degree of a plain decimal number with at most six decimals.
fn degrees(text: &str) -> Option<i32> {
    let (negative, plain) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, "0"));
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 6) {
        return None;
    }
    let size = whole.parse::<i32>().ok()? * DEGREE + format!("{part:0<6}").parse::<i32>().ok()?;
    Some(if negative { -size } else { size })
}

fn in_degrees(e6: i32) -> String {
    let sign = if e6 < 0 { "-" } else { "" };
    let size = e6.unsigned_abs();
    let degree = DEGREE.unsigned_abs();
    format!("{sign}{}.{:06}", size / degree, size % degree)
}

/// The metres between two places near each other, rounded up, so that no way is none for the same place alone. The earth is
/// taken as flat there, and the cosine is Bhaskara's, right to two thousandths.
#[must_use]
pub fn metres_between(one: Place, other: Place) -> i64 {
    /// So that a step of a millionth is not lost where degrees of longitude are narrow.
    const FINER: i128 = 1_000;
    let north = FINER * (i128::from(one.latitude_e6) - i128::from(other.latitude_e6));
    let turn = (i128::from(one.longitude_e6) - i128::from(other.longitude_e6)).abs();
    let turn = FINER * turn.min(360_000_000 - turn);
    let middle = i128::midpoint(i128::from(one.latitude_e6), i128::from(other.latitude_e6));
    let square = middle * middle;
    let half_circle = 32_400_000_000_000_000;
    let east = turn * (half_circle - 4 * square) / (half_circle + square);
    let unit = FINER * i128::from(DEGREE);
    let way = ((north * north + east * east) * METRES_A_DEGREE * METRES_A_DEGREE).isqrt();
    i64::try_from((way + unit - 1) / unit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(latitude_e6: i32, longitude_e6: i32) -> Place {
        Place { latitude_e6, longitude_e6 }
    }

    #[test]
    fn known_distances_are_met_to_half_a_percent() {
        assert_eq!(metres_between(place(30_000_000, 103_000_000), place(31_000_000, 103_000_000)), 111_195);
        let east = metres_between(place(30_000_000, 103_000_000), place(30_000_000, 103_010_000));
        assert!((958..=968).contains(&east), "{east}");
        let seam = metres_between(place(0, 179_999_500), place(0, -179_999_500));
        assert!((110..=112).contains(&seam), "{seam}");
    }

    #[test]
    fn degrees_are_read_with_up_to_six_decimals_and_nothing_else() {
        let read = |text: &str| Place::parse(text, "115.857972").unwrap().unwrap().latitude_e6;
        assert_eq!(
            [read("28.682976"), read(" 28.5 "), read("-7"), read("90")],
            [28_682_976, 28_500_000, -7_000_000, 90_000_000]
        );
        for text in ["28.6829761", "28,5", "+28", "1e1", ".5", "28.", "NaN", "２８", "90.000001", "-", "1000"] {
            assert!(Place::parse(text, "115.857972").is_err(), "{text} was taken");
        }
    }

    #[test]
    fn a_place_is_whole_or_none() {
        assert_eq!(Place::parse("", " ").unwrap(), None);
        assert!(Place::parse("28.5", "").is_err() && Place::parse("", "115").is_err());
        assert!(Place::of(Some(1), None).is_err() && Place::of(None, Some(1)).is_err());
        assert!(Place::of(Some(0), Some(180_000_001)).is_err());
    }

    prop_compose! {
        /// Three places within a few kilometres of each other, where people live.
        fn near()(latitude in -60_000_000..60_000_000_i32, longitude in -180_000_000..180_000_000_i32)
            (steps in prop::array::uniform3((-50_000..50_000_i32, -50_000..50_000_i32)), latitude in Just(latitude), longitude in Just(longitude))
            -> [Place; 3] {
            steps.map(|(north, east)| {
                let east = i64::from(longitude) + i64::from(east);
                let around = (east + 180_000_000).rem_euclid(360_000_000) - 180_000_000;
                place(latitude + north, i32::try_from(around).unwrap())
            })
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(latitude in -LATITUDE..=LATITUDE, longitude in -LONGITUDE..=LONGITUDE) {
            let one = place(latitude, longitude);
            prop_assert_eq!(Place::parse(&one.latitude(), &one.longitude()).unwrap(), Some(one));
        }

        #[test]
        fn the_way_back_is_as_long_and_none_for_the_same_place_alone([one, other, _] in near()) {
            prop_assert_eq!(metres_between(one, other), metres_between(other, one));
            prop_assert_eq!(metres_between(one, one), 0);
            prop_assert_eq!(metres_between(one, other) == 0, one == other);
        }

        #[test]
        fn no_way_round_is_shorter_by_more_than_a_hundredth([one, other, between] in near()) {
            let round = metres_between(one, between) + metres_between(between, other);
            prop_assert!(metres_between(one, other) * 100 <= round * 101 + 100);
        }
    }
}
