//! The counters, counted again: every qualified completion at every level of its area, people apart from person-times.
#![expect(clippy::disallowed_methods, reason = "a check looks at every row")]

use std::collections::BTreeMap;

use entities::{
    completion, progress, target,
    values::{AreaLevel, Measure, PersonId, Programme},
};
use rocket::futures::TryStreamExt;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::areas::{Atlas, level_of};
use crate::base::Result;
use crate::check::{Finding, Report, YearLine};

type Key = (i32, Programme, String);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counter {
    people: i64,
    person_times: i64,
}

/// Counts again, compares, and writes down the table of every year.
pub(super) async fn recount(tx: &DatabaseTransaction, atlas: &Atlas, report: &mut Report) -> Result<()> {
    let counted = count(tx, atlas, report).await?;
    compare(tx, &counted, report).await?;
    report.years = years(tx, &counted).await?;
    Ok(())
}

/// The rows come by person, programme and year, so no more than one person's areas are remembered at a time.
async fn count(tx: &DatabaseTransaction, atlas: &Atlas, report: &mut Report) -> Result<BTreeMap<Key, Counter>> {
    let mut counters: BTreeMap<(i32, Programme, &str), Counter> = BTreeMap::new();
    let rows = completion::Entity::find()
        .select_only()
        .column(completion::Column::PersonId)
        .column(completion::Column::Programme)
        .column(completion::Column::Year)
        .column(completion::Column::AreaCode)
        .filter(completion::Column::Qualified.eq(true))
        .order_by_asc(completion::Column::PersonId)
        .order_by_asc(completion::Column::Programme)
        .order_by_asc(completion::Column::Year)
        .into_tuple::<(PersonId, Programme, i32, String)>();
    let mut rows = rows.stream(tx).await?;
    let mut group = None;
    let mut counts_in: Vec<&str> = Vec::new();
    while let Some((person, programme, year, area)) = rows.try_next().await? {
        report.completions += 1;
        if group != Some((person, programme, year)) {
            group = Some((person, programme, year));
            counts_in.clear();
        }
        let line = atlas.ancestors(&area);
        if line.is_empty() {
            let row = format!("completion of person {person} in {area}");
            report.findings.push(Finding { rule: "completion.area", row, says: "lies in no known area".into() });
        }
        for area in line {
            let counter = counters.entry((year, programme, area)).or_default();
            counter.person_times += 1;
            if !counts_in.contains(&area) {
                counts_in.push(area);
                counter.people += 1;
            }
        }
    }
    Ok(counters
        .into_iter()
        .map(|((year, programme, area), counter)| ((year, programme, area.to_owned()), counter))
        .collect())
}

async fn compare(tx: &DatabaseTransaction, counted: &BTreeMap<Key, Counter>, report: &mut Report) -> Result<()> {
    let mut missing = counted.clone();
    let mut rows = progress::Entity::find().stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        let key = (row.year, row.programme, row.area_code);
        let again = missing.remove(&key).unwrap_or_default();
        let stands = Counter { people: row.people, person_times: row.person_times };
        if stands != again {
            report.findings.push(differs(&key, stands, again));
        }
    }
    for (key, counter) in missing {
        report.findings.push(differs(&key, Counter::default(), counter));
    }
    Ok(())
}

fn differs((year, programme, area): &Key, stands: Counter, counted: Counter) -> Finding {
    Finding {
        rule: "progress.count",
        row: format!("progress {year} {programme} {area}"),
        says: format!(
            "says {} people and {} person-times, the completions make {} and {}",
            stands.people, stands.person_times, counted.people, counted.person_times
        ),
    }
}

/// Every programme of every year in each province, with its target.
async fn years(tx: &DatabaseTransaction, counted: &BTreeMap<Key, Counter>) -> Result<Vec<YearLine>> {
    let is_province = |area: &str| level_of(area) == Some(AreaLevel::Province);
    let provinces = counted.iter().filter(|((_, _, area), _)| is_province(area));
    let mut lines: BTreeMap<Key, (Counter, i64)> =
        provinces.map(|(key, counter)| (key.clone(), (*counter, 0))).collect();
    let targets = target::Entity::find()
        .filter(target::Column::Measure.eq(Measure::People))
        .filter(target::Column::SupersededAt.is_null())
        .filter(target::Column::AreaCode.like("__0000"));
    for row in targets.all(tx).await? {
        lines.entry((row.year, row.programme, row.area_code)).or_default().1 = row.value;
    }
    let line = |((year, programme, area_code), (counter, target)): (Key, (Counter, i64))| YearLine {
        people: counter.people,
        person_times: counter.person_times,
        year,
        programme,
        area_code,
        target,
    };
    Ok(lines.into_iter().map(line).collect())
}
