//! The calendar of the offices: what the State Council arranges for a year, over the days of the week.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use entities::calendar_day;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QueryOrder};

use crate::base::Result;
use crate::base::clock::year_of;
use crate::data::Work;

/// Days that differ from the week: name, first day, last day, document. A weekend day in such a stretch rests anyhow.
const RESTS: [(&str, &str, &str, &str); 13] = [
    ("元旦", "2016-01-01", "2016-01-01", D2016),
    ("春节", "2016-02-07", "2016-02-13", D2016),
    ("清明节", "2016-04-04", "2016-04-04", D2016),
    ("劳动节", "2016-05-01", "2016-05-02", D2016),
    ("端午节", "2016-06-09", "2016-06-11", D2016),
    ("中秋节", "2016-09-15", "2016-09-17", D2016),
    ("国庆节", "2016-10-01", "2016-10-07", D2016),
    ("元旦", "2017-01-01", "2017-01-02", D2017),
    ("春节", "2017-01-27", "2017-02-02", D2017),
    ("清明节", "2017-04-02", "2017-04-04", D2017),
    ("劳动节", "2017-05-01", "2017-05-01", D2017),
    ("端午节", "2017-05-28", "2017-05-30", D2017),
    ("中秋节、国庆节", "2017-10-01", "2017-10-08", D2017),
];

/// Weekend days that are worked for it.
const WORKS: [(&str, &str, &str); 11] = [
    ("春节", "2016-02-06", D2016),
    ("春节", "2016-02-14", D2016),
    ("端午节", "2016-06-12", D2016),
    ("中秋节", "2016-09-18", D2016),
    ("国庆节", "2016-10-08", D2016),
    ("国庆节", "2016-10-09", D2016),
    ("春节", "2017-01-22", D2017),
    ("春节", "2017-02-04", D2017),
    ("清明节", "2017-04-01", D2017),
    ("端午节", "2017-05-27", D2017),
    ("中秋节、国庆节", "2017-09-30", D2017),
];

const D2016: &str = "国办发明电〔2015〕18号";
const D2017: &str = "国办发明电〔2016〕17号";

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// What a fresh database starts with.
fn defaults() -> Vec<calendar_day::Model> {
    let row = |day, working, name: &str, document: &str| calendar_day::Model {
        day,
        working,
        name: name.to_owned(),
        document_no: document.to_owned(),
    };
    let rests = RESTS.into_iter().filter_map(|(name, from, to, document)| {
        let (from, to): (NaiveDate, NaiveDate) = (from.parse().ok()?, to.parse().ok()?);
        Some(from.iter_days().take_while(move |day| *day <= to).map(move |day| row(day, false, name, document)))
    });
    let works =
        WORKS.into_iter().filter_map(|(name, day, document)| Some(row(day.parse().ok()?, true, name, document)));
    rests.flatten().chain(works).collect()
}

/// Which days are worked. A year of which nothing is stored has five working days a week.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    days: BTreeMap<NaiveDate, calendar_day::Model>,
    years: BTreeSet<i32>,
}

impl Calendar {
    fn of(rows: Vec<calendar_day::Model>) -> Self {
        let years = rows.iter().map(|row| year_of(row.day)).collect();
        Self { days: rows.into_iter().map(|row| (row.day, row)).collect(), years }
    }

    /// All of it in one question; a year has some thirty rows.
    ///
    /// # Errors
    /// Of the database.
    pub(crate) async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        Ok(Self::of(calendar_day::Entity::find().order_by_asc(calendar_day::Column::Day).all(db).await?))
    }

    /// Whether the holidays of that year are stored.
    pub(crate) fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    pub(crate) fn is_working(&self, day: NaiveDate) -> bool {
        self.days.get(&day).map_or_else(|| !is_weekend(day), |stored| stored.working)
    }

    /// Working days after `from` up to and including `to`.
    pub(crate) fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let first = from.checked_add_days(Days::new(1)).unwrap_or(from);
        let days = first.iter_days().take_while(|day| *day <= to && *day > from).filter(|day| self.is_working(*day));
        i64::try_from(days.count()).unwrap_or(i64::MAX)
    }

    /// The last of so many working days after `from`; `from` itself for none.
    pub(crate) fn after(&self, from: NaiveDate, days: i64) -> NaiveDate {
        let mut ahead = from.iter_days().skip(1).filter(|day| self.is_working(*day));
        let nth = usize::try_from(days).ok().and_then(|days| days.checked_sub(1));
        nth.and_then(|nth| ahead.nth(nth)).unwrap_or(from)
    }

    /// What is stored of a year, day by day.
    pub(crate) fn year(&self, year: i32) -> impl Iterator<Item = &calendar_day::Model> {
        self.days.values().filter(move |row| year_of(row.day) == year)
    }

    pub(crate) fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }
}

/// Loads the days of each year of which none stands yet.
///
/// # Errors
/// Of the database.
pub(super) async fn load_defaults(work: &Work) -> Result<()> {
    let standing = Calendar::load(work.db()).await?;
    let rows: Vec<_> = defaults()
        .into_iter()
        .filter(|row| !standing.knows(year_of(row.day)))
        .map(IntoActiveModel::into_active_model)
        .collect();
    if !rows.is_empty() {
        calendar_day::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_that_is_told_is_a_day_and_differs_only_where_it_should() {
        let rows = defaults();
        assert_eq!(rows.iter().filter(|row| !row.working).count(), 1 + 7 + 1 + 2 + 3 + 3 + 7 + 2 + 7 + 3 + 1 + 3 + 8);
        assert_eq!(rows.iter().filter(|row| row.working).count(), WORKS.len());
        assert!(
            rows.iter().filter(|row| row.working).all(|row| is_weekend(row.day)),
            "who works then works on a weekend"
        );
    }

    #[test]
    fn a_holiday_is_no_working_day_and_the_saturday_that_makes_up_for_it_is_one() {
        let calendar = Calendar::of(defaults());
        // 30 September, then 8 and 9 October (Saturday and Sunday) and the 10th.
        assert_eq!(calendar.working_days_between(day("2016-09-29"), day("2016-10-10")), 4);
        assert_eq!(calendar.working_days_between(day("2016-09-30"), day("2016-10-07")), 0);
        assert!(calendar.is_working(day("2016-10-08")) && !calendar.is_working(day("2016-10-07")));
        assert_eq!(calendar.working_days_between(day("2016-11-04"), day("2016-11-09")), 3);
        assert_eq!(calendar.working_days_between(day("2016-11-09"), day("2016-11-04")), 0);
    }

    #[test]
    fn so_many_working_days_on_the_holidays_are_left_out() {
        let calendar = Calendar::of(defaults());
        for (from, days, due) in [
            ("2016-09-30", 1, "2016-10-08"),
            ("2016-09-30", 3, "2016-10-10"),
            ("2016-11-01", 15, "2016-11-22"),
            ("2016-11-01", 0, "2016-11-01"),
        ] {
            assert_eq!(calendar.after(day(from), days), day(due), "{days} after {from}");
            assert_eq!(calendar.working_days_between(day(from), day(due)), days);
        }
    }

    #[test]
    fn a_year_that_is_not_stored_has_five_working_days_a_week() {
        let calendar = Calendar::of(defaults());
        assert!(calendar.knows(2016) && calendar.knows(2017) && !calendar.knows(2031));
        assert_eq!(calendar.working_days_between(day("2031-09-30"), day("2031-10-07")), 5);
    }
}
