//! The figures of training on the sheets, counted again from seats, completions and people.
#![expect(clippy::disallowed_methods, reason = "a check looks at every row")]

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    audit_event, completion, enrolment, person, sheet_year, training_class,
    values::{ClassStatus, EnrolmentStatus, PersonId},
};
use rocket::futures::TryStreamExt;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, JoinType, QueryFilter, QuerySelect};

use crate::areas::line;
use crate::base::Result;
use crate::base::clock::{day_of, year_of};
use crate::check::{Finding, Report};
use crate::tallies::{self, facet};
use crate::villages;

/// What was under way when the figures were counted may have been committed after they were.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(1);
/// Keys of one `IN`.
const KEYS: usize = 1_000;

/// Who counts in a figure, once however often.
type Heads = BTreeMap<(String, &'static str), HashSet<PersonId>>;

/// Compares the figures with the rows, unless something was written since they were counted: they lag then, and are right.
pub(super) async fn recount(tx: &DatabaseTransaction, report: &mut Report) -> Result<()> {
    let Some(at) = villages::counted_at(tx).await? else { return Ok(()) };
    if moved_on(tx, at).await? {
        return Ok(());
    }
    report.training = true;
    let year = year_of(day_of(at));
    let mut heads = Heads::new();
    let mut count = |person: PersonId, home: &str, facet: &'static str| {
        for area in line(home) {
            heads.entry((area, facet)).or_default().insert(person);
        }
    };
    let mut served: HashSet<PersonId> = HashSet::new();
    for (person, home) in trained(tx, year).await? {
        count(person, &home, facet::TRAINED);
        served.insert(person);
    }
    for (person, home) in seated(tx).await? {
        count(person, &home, facet::IN_TRAINING);
        served.insert(person);
    }
    for (person, home) in willing(tx, served.into_iter().collect()).await? {
        count(person, &home, facet::WILLING_SERVED);
    }
    for facet in [facet::TRAINED, facet::IN_TRAINING, facet::WILLING_SERVED] {
        let rows = sheet_year::Entity::find()
            .filter(sheet_year::Column::Year.eq(year))
            .filter(sheet_year::Column::Facet.eq(facet));
        let mut rows = rows.stream(tx).await?;
        while let Some(row) = rows.try_next().await? {
            let people = heads.remove(&(row.area_code.clone(), facet)).unwrap_or_default();
            report.findings.extend(differs(&row, &people));
        }
    }
    for ((area_code, facet), people) in heads {
        let none = sheet_year::Model { area_code, year, facet: facet.to_owned(), n: 0 };
        report.findings.extend(differs(&none, &people));
    }
    Ok(())
}

fn differs(row: &sheet_year::Model, people: &HashSet<PersonId>) -> Option<Finding> {
    let counted = i64::try_from(people.len()).unwrap_or(i64::MAX);
    (counted != row.n).then(|| Finding {
        rule: "training.count",
        row: format!("sheet_year {} {} {}", row.area_code, row.year, row.facet),
        says: format!("says {}, the rows make {counted}", row.n),
    })
}

async fn moved_on(tx: &DatabaseTransaction, at: DateTime<Utc>) -> Result<bool> {
    let since = audit_event::Entity::find().filter(audit_event::Column::At.gt(at - UNDER_WAY));
    Ok(since.one(tx).await?.is_some())
}

async fn trained(tx: &DatabaseTransaction, year: i32) -> Result<Vec<(PersonId, String)>> {
    Ok(completion::Entity::find()
        .select_only()
        .columns([completion::Column::PersonId, completion::Column::AreaCode])
        .filter(completion::Column::Year.eq(year))
        .filter(completion::Column::Qualified.eq(true))
        .into_tuple()
        .all(tx)
        .await?)
}

async fn seated(tx: &DatabaseTransaction) -> Result<Vec<(PersonId, String)>> {
    let class = enrolment::Entity::belongs_to(training_class::Entity)
        .from(enrolment::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    Ok(enrolment::Entity::find()
        .select_only()
        .columns([enrolment::Column::PersonId, enrolment::Column::AreaCode])
        .join(JoinType::InnerJoin, class)
        .filter(enrolment::Column::Status.is_in([EnrolmentStatus::Seated, EnrolmentStatus::Started]))
        .filter(training_class::Column::Status.is_in([ClassStatus::Approved, ClassStatus::Running]))
        .into_tuple()
        .all(tx)
        .await?)
}

/// Where those of some live today who are registered and wish to be trained.
async fn willing(tx: &DatabaseTransaction, people: Vec<PersonId>) -> Result<Vec<(PersonId, String)>> {
    let mut found = Vec::new();
    for people in people.chunks(KEYS) {
        let some: Vec<(PersonId, String)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::AreaCode])
            .filter(person::Column::Id.is_in(people.iter().copied()))
            .filter(tallies::registered())
            .filter(person::Column::TrainingWish.ne(""))
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(some);
    }
    Ok(found)
}
