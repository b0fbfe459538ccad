//! Every query behind a sheet. Registered are those of poor households, verified, who can work.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    enrolment, person, service_event, training_class,
    values::{EnrolmentStatus, LabourCapacity, PersonId, PersonStatus, PovertyStatus, Programme},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

use crate::access::{Scope, within};
use crate::base::Result;

/// The largest village of the province has some thousand people of labour age; a sheet tells no more.
const MOST: u64 = 2_000;

/// First day of the year and of the next one.
fn year(of: i32) -> (NaiveDate, NaiveDate) {
    let begins = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    (begins(of), begins(of.saturating_add(1)))
}

fn registered(scope: &Scope, area: &str) -> Select<person::Entity> {
    person::Entity::find()
        .filter(scope.over(person::Column::AreaCode, None, Some(person::Column::Id)))
        .filter(within(person::Column::AreaCode, area))
        .filter(person::Column::Status.eq(PersonStatus::Verified))
        .filter(person::Column::LabourCapacity.ne(LabourCapacity::None))
        .filter(person::Column::PovertyStatus.ne(PovertyStatus::None))
}

fn served(scope: &Scope, area: &str, of: i32) -> Select<service_event::Entity> {
    let (from, to) = year(of);
    service_event::Entity::find()
        .filter(scope.over(service_event::Column::AreaCode, None, Some(service_event::Column::PersonId)))
        .filter(within(service_event::Column::AreaCode, area))
        .filter(service_event::Column::HeldOn.gte(from))
        .filter(service_event::Column::HeldOn.lt(to))
}

#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Heads {
    pub people: i64,
    /// Who left poverty by now.
    pub exits: i64,
}

/// How many are registered in an area, and how many of them left poverty.
pub(super) async fn heads(db: &impl ConnectionTrait, scope: &Scope, area: &str) -> Result<Heads> {
    let counted = registered(scope, area)
        .select_only()
        .column_as(person::Column::Id.count(), "people")
        .column_as(person::Column::ExitedOn.count(), "exits")
        .into_model::<Heads>()
        .one(db)
        .await?;
    Ok(counted.unwrap_or(Heads { people: 0, exits: 0 }))
}

/// The figures of an area below, under the digits that its codes begin with.
#[derive(Clone, Debug, FromQueryResult)]
struct HeadsBelow {
    prefix: String,
    people: i64,
    exits: i64,
}

#[derive(Clone, Debug, FromQueryResult)]
struct TimesBelow {
    prefix: String,
    times: i64,
}

/// People, exits and person-times of every area right below, by the digits that its codes begin with.
pub(super) async fn below(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: &str,
    digits: usize,
    of: i32,
) -> Result<HashMap<String, (Heads, i64)>> {
    // Written into the statement: PostgreSQL takes two bound values for two different expressions to group by.
    let prefix = || Expr::cust(format!("substr(area_code, 1, {digits})"));
    let heads = registered(scope, area)
        .select_only()
        .column_as(prefix(), "prefix")
        .column_as(person::Column::Id.count(), "people")
        .column_as(person::Column::ExitedOn.count(), "exits")
        .group_by(prefix())
        .into_model::<HeadsBelow>()
        .all(db)
        .await?;
    let times = served(scope, area, of)
        .select_only()
        .column_as(prefix(), "prefix")
        .column_as(service_event::Column::Id.count(), "times")
        .group_by(prefix())
        .into_model::<TimesBelow>()
        .all(db)
        .await?;
    let mut found: HashMap<String, (Heads, i64)> =
        heads.into_iter().map(|row| (row.prefix, (Heads { people: row.people, exits: row.exits }, 0))).collect();
    for row in times {
        found.entry(row.prefix).or_insert((Heads { people: 0, exits: 0 }, 0)).1 = row.times;
    }
    Ok(found)
}

/// The registered of one village, in the order in which they came.
pub(super) async fn people(db: &impl ConnectionTrait, scope: &Scope, village: &str) -> Result<Vec<person::Model>> {
    Ok(registered(scope, village).order_by_asc(person::Column::Id).limit(MOST).all(db).await?)
}

#[derive(FromQueryResult)]
struct Times {
    person_id: PersonId,
    times: i64,
}

/// How often each of a village was served in the year.
pub(super) async fn times(
    db: &impl ConnectionTrait,
    scope: &Scope,
    village: &str,
    of: i32,
) -> Result<HashMap<PersonId, i64>> {
    let rows = served(scope, village, of)
        .select_only()
        .column(service_event::Column::PersonId)
        .column_as(service_event::Column::Id.count(), "times")
        .group_by(service_event::Column::PersonId)
        .into_model::<Times>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.times)).collect())
}

#[derive(FromQueryResult)]
struct Training {
    person_id: PersonId,
    programme: Programme,
}

/// What each of a village was or is trained for in the year.
pub(super) async fn trainings(
    db: &impl ConnectionTrait,
    scope: &Scope,
    village: &str,
    of: i32,
) -> Result<HashMap<PersonId, Vec<Programme>>> {
    let (from, to) = year(of);
    let to_class = enrolment::Entity::belongs_to(training_class::Entity)
        .from(enrolment::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let rows = enrolment::Entity::find()
        .select_only()
        .distinct()
        .column(enrolment::Column::PersonId)
        .column(training_class::Column::Programme)
        .join(JoinType::InnerJoin, to_class)
        .filter(scope.over(enrolment::Column::AreaCode, None, Some(enrolment::Column::PersonId)))
        .filter(within(enrolment::Column::AreaCode, village))
        .filter(enrolment::Column::Status.is_in([
            EnrolmentStatus::Seated,
            EnrolmentStatus::Started,
            EnrolmentStatus::Completed,
        ]))
        .filter(Expr::col((training_class::Entity, training_class::Column::StartsOn)).gte(from))
        .filter(Expr::col((training_class::Entity, training_class::Column::StartsOn)).lt(to))
        .into_model::<Training>()
        .all(db)
        .await?;
    let mut found: HashMap<PersonId, Vec<Programme>> = HashMap::new();
    for row in rows {
        found.entry(row.person_id).or_default().push(row.programme);
    }
    for programmes in found.values_mut() {
        programmes.sort_unstable();
    }
    Ok(found)
}
