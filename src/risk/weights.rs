//! What each factor weighs, by area and date; the nearest area that has a row decides.

use chrono::NaiveDate;
use entities::{
    risk_weight,
    values::{RiskFactor, RiskWeightId},
};

use crate::areas::{contains, prefix};
use crate::base::Result;
use crate::data::Work;
use crate::risk::rules::{Weight, Weights};
use crate::risk::store;

/// Factor, points of one, points of all at most (proposals). What was found true weighs more than what was only found;
/// striking off is the whole score.
const DEFAULTS: [(RiskFactor, i64, i64); 25] = [
    (RiskFactor::SharedDevice, 8, 24),
    (RiskFactor::SameSecond, 4, 12),
    (RiskFactor::OutsideRadius, 5, 15),
    (RiskFactor::PersonInTwoPlaces, 8, 24),
    (RiskFactor::TrainerInTwoPlaces, 8, 24),
    (RiskFactor::OverCapacity, 3, 12),
    (RiskFactor::BeforeApproval, 5, 10),
    (RiskFactor::PassRate, 5, 10),
    (RiskFactor::BurstOfClasses, 5, 5),
    (RiskFactor::OpenDoubt, 1, 10),
    (RiskFactor::Case, 10, 30),
    (RiskFactor::Warning, 5, 10),
    (RiskFactor::Rectification, 10, 20),
    (RiskFactor::Suspension, 25, 50),
    (RiskFactor::Delisting, 100, 100),
    (RiskFactor::Headcount, 8, 24),
    (RiskFactor::CallBack, 6, 18),
    (RiskFactor::Complaint, 5, 15),
    (RiskFactor::PassingClass, 3, 9),
    (RiskFactor::ByHandClass, 3, 9),
    (RiskFactor::LateChange, 1, 5),
    (RiskFactor::Amendment, 1, 5),
    (RiskFactor::Revoked, 3, 15),
    (RiskFactor::RefusedLine, 1, 10),
    (RiskFactor::FirstYear, 5, 5),
];

/// What a fresh database starts with.
pub(super) fn defaults() -> impl Iterator<Item = (RiskFactor, Weight)> {
    DEFAULTS.into_iter().map(|(factor, points, most)| (factor, Weight { points, most }))
}

/// Those in force in an area on a day.
pub(super) fn in_force(rows: &[risk_weight::Model], area: &str, on: NaiveDate) -> Weights {
    let of = |factor: RiskFactor| {
        let near = rows
            .iter()
            .filter(|row| row.factor == factor && contains(&row.area_code, area))
            .filter(|row| row.valid_from <= on && row.valid_to.is_none_or(|end| on < end))
            .max_by_key(|row| (prefix(&row.area_code).len(), row.valid_from))?;
        Some((factor, Weight { points: i64::from(near.points), most: i64::from(near.most) }))
    };
    RiskFactor::all().filter_map(of).collect()
}

/// Loads the default for the whole province of each factor that has no weight yet.
///
/// # Errors
/// Of the database.
pub async fn load_defaults(work: &Work) -> Result<()> {
    let stand = store::weights(work.db()).await?;
    let small = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
    let missing = defaults().filter(|(factor, _)| stand.iter().all(|row| row.factor != *factor));
    let rows = missing.map(|(factor, Weight { points, most })| risk_weight::Model {
        id: RiskWeightId::new(),
        factor,
        area_code: "360000".to_owned(),
        valid_from: NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default(),
        valid_to: None,
        points: small(points),
        most: small(most),
        document_no: String::new(),
    });
    store::insert_weights(work, rows.collect()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_factor_has_a_default_within_its_bounds() {
        assert!(RiskFactor::all().eq(defaults().map(|(factor, _)| factor)));
        assert!(defaults().all(|(_, weight)| weight.points <= weight.most && weight.most <= 100));
    }

    #[test]
    fn the_nearest_area_decides_and_the_later_of_two() {
        let row = |area: &str, from: &str, points| risk_weight::Model {
            id: RiskWeightId::new(),
            factor: RiskFactor::Case,
            area_code: area.into(),
            valid_from: from.parse().unwrap(),
            valid_to: None,
            points,
            most: 30,
            document_no: String::new(),
        };
        let rows = [row("360000", "2015-01-01", 10), row("360923", "2016-06-01", 15), row("360923", "2016-09-01", 20)];
        let on = |area: &str, day: &str| {
            in_force(&rows, area, day.parse().unwrap()).get(&RiskFactor::Case).map(|w| w.points)
        };
        assert_eq!(on("360922", "2016-12-31"), Some(10));
        assert_eq!(on("360923", "2016-05-31"), Some(10));
        assert_eq!(on("360923", "2016-08-31"), Some(15));
        assert_eq!(on("360923", "2016-12-31"), Some(20));
        assert_eq!(on("360923", "2014-12-31"), None);
    }
}
