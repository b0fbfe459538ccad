//! What the sheet of a village reads from the rows themselves. Everything above it reads the tallies.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    completion, enrolment, person, service_event, training_class,
    values::{ClassId, ClassStatus, EnrolmentStatus, PersonId, Programme},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

use crate::access::Scope;
use crate::base::Result;
use crate::tallies;

/// The largest village of the province has some thousand people of labour age; a sheet tells no more.
const MOST: u64 = 2_000;
/// Who holds a seat, in a class that has not ended.
pub(super) const SEATED: [EnrolmentStatus; 2] = [EnrolmentStatus::Seated, EnrolmentStatus::Started];
pub(super) const NOT_ENDED: [ClassStatus; 2] = [ClassStatus::Approved, ClassStatus::Running];

/// First day of the year and of the next one.
fn year(of: i32) -> (NaiveDate, NaiveDate) {
    let begins = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    (begins(of), begins(of.saturating_add(1)))
}

fn registered(scope: &Scope, area: &str) -> Select<person::Entity> {
    person::Entity::find()
        .filter(scope.over_in(Some(area), person::Column::AreaCode, None, Some(person::Column::Id)))
        .filter(tallies::registered())
}

fn served(scope: &Scope, area: &str, of: i32) -> Select<service_event::Entity> {
    let (from, to) = year(of);
    service_event::Entity::find()
        .filter(scope.over_in(Some(area), service_event::Column::AreaCode, None, Some(service_event::Column::PersonId)))
        .filter(service_event::Column::HeldOn.gte(from))
        .filter(service_event::Column::HeldOn.lt(to))
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
        .filter(scope.over_in(Some(village), enrolment::Column::AreaCode, None, Some(enrolment::Column::PersonId)))
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

/// Who of a village completed a class in the year, and qualified.
pub(super) async fn trained(
    db: &impl ConnectionTrait,
    scope: &Scope,
    village: &str,
    of: i32,
) -> Result<HashSet<PersonId>> {
    let people: Vec<PersonId> = completion::Entity::find()
        .select_only()
        .column(completion::Column::PersonId)
        .filter(scope.over_in(Some(village), completion::Column::AreaCode, None, Some(completion::Column::PersonId)))
        .filter(completion::Column::Year.eq(of))
        .filter(completion::Column::Qualified.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    Ok(people.into_iter().collect())
}

/// Who of a village sits in a class that has not ended. The seats of the village lead to the classes: asked the other way,
/// every seat of the province would be looked at.
pub(super) async fn in_training(db: &impl ConnectionTrait, scope: &Scope, village: &str) -> Result<HashSet<PersonId>> {
    let seats: Vec<(PersonId, ClassId)> = enrolment::Entity::find()
        .select_only()
        .columns([enrolment::Column::PersonId, enrolment::Column::ClassId])
        .filter(scope.over_in(Some(village), enrolment::Column::AreaCode, None, Some(enrolment::Column::PersonId)))
        .filter(enrolment::Column::Status.is_in(SEATED))
        .into_tuple()
        .all(db)
        .await?;
    let classes: BTreeSet<ClassId> = seats.iter().map(|(_, class)| *class).collect();
    let classes: Vec<(ClassId, ClassStatus)> = training_class::Entity::find()
        .select_only()
        .columns([training_class::Column::Id, training_class::Column::Status])
        .filter(training_class::Column::Id.is_in(classes))
        .into_tuple()
        .all(db)
        .await?;
    let going = |class: &ClassId| classes.iter().any(|(id, status)| id == class && NOT_ENDED.contains(status));
    Ok(seats.into_iter().filter(|(_, class)| going(class)).map(|(person, _)| person).collect())
}
