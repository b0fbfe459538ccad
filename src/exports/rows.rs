//! Every query on the rows of lists, by key ranges, each starting from what the asker may see.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    certificate, claim, claim_line, completion, enrolment, household, person, pot, progress, service_event, target,
    training_class,
    values::{
        ClaimId, ClassId, ClassStatus, EnrolmentId, Measure, PersonId, PersonStatus, PotId, Programme, ServiceId,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
    Select,
    sea_query::{Expr, ExprTrait},
};

use crate::access::{self, Scope};
use crate::base::Result;
use crate::data::Vault;
use crate::people::{Private, unseal};

/// Keys of one `IN`.
const KEYS: usize = 1_000;

/// Rows behind a key of two columns: the first condition gives an index its start, the second cuts what was read before.
fn behind<C: ColumnTrait>(
    first: C,
    second: C,
    at: Option<(impl Into<sea_orm::Value> + Clone, impl Into<sea_orm::Value>)>,
) -> Condition {
    match at {
        None => Condition::all(),
        Some((a, b)) => {
            Condition::all().add(first.gte(a.clone())).add(Condition::any().add(first.gt(a)).add(second.gt(b)))
        }
    }
}

/// In an area and below it, where one was named.
fn inside<C: ColumnTrait>(column: C, area: Option<&str>) -> Condition {
    area.map_or_else(Condition::all, |code| access::within(column, code))
}

async fn counted<E: EntityTrait>(db: &impl ConnectionTrait, rows: Select<E>, id: impl ColumnTrait) -> Result<i64> {
    let n = rows.select_only().column_as(id.count(), "n").into_tuple::<i64>().one(db).await?;
    Ok(n.unwrap_or_default())
}

fn people(scope: &Scope, area: Option<&str>, status: Option<PersonStatus>) -> Select<person::Entity> {
    let rows =
        person::Entity::find().filter(scope.over_in(area, person::Column::AreaCode, None, Some(person::Column::Id)));
    match status {
        Some(status) => rows.filter(person::Column::Status.eq(status)),
        // As the list: a merged record is told under the one that took it in.
        None => rows.filter(person::Column::Status.ne(PersonStatus::Merged)),
    }
}

pub(super) async fn count_people(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    status: Option<PersonStatus>,
) -> Result<i64> {
    counted(db, people(scope, area, status), person::Column::Id).await
}

/// A person of the registry as a file tells one.
pub(super) struct Registered {
    pub person: person::Model,
    pub private: Private,
    /// The number of the household.
    pub household: String,
}

/// Village by village.
pub(super) async fn page_of_people(
    db: &impl ConnectionTrait,
    vault: &Vault,
    scope: &Scope,
    (area, status): (Option<&str>, Option<PersonStatus>),
    after: Option<(String, PersonId)>,
    limit: u64,
) -> Result<Vec<Registered>> {
    let rows = people(scope, area, status)
        .filter(behind(person::Column::AreaCode, person::Column::Id, after))
        .order_by_asc(person::Column::AreaCode)
        .order_by_asc(person::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.household_id).collect();
    let mut households = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        let found = household::Entity::find().filter(household::Column::Id.is_in(ids.iter().copied())).all(db).await?;
        households.extend(found.into_iter().map(|row| (row.id, row.number)));
    }
    rows.into_iter()
        .map(|person| {
            let household = person.household_id.and_then(|id| households.get(&id).cloned()).unwrap_or_default();
            Ok(Registered { private: unseal(vault, &person)?, household, person })
        })
        .collect()
}

/// Who a row of another list is about.
#[derive(Clone)]
pub(super) struct Named {
    pub name: String,
    pub private: Private,
}

/// For callers who hold the ids because they may see what names them.
pub(super) async fn named(
    db: &impl ConnectionTrait,
    vault: &Vault,
    ids: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, Named>> {
    let mut ids: Vec<PersonId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        for row in person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied())).all(db).await? {
            let private = unseal(vault, &row)?;
            found.insert(row.id, Named { name: row.name, private });
        }
    }
    Ok(found)
}

/// First day of the year and of the next one.
fn days_of(year: i32) -> (NaiveDate, NaiveDate) {
    let begins = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    (begins(year), begins(year.saturating_add(1)))
}

fn services(scope: &Scope, area: Option<&str>, year: i32) -> Select<service_event::Entity> {
    let (from, to) = days_of(year);
    service_event::Entity::find()
        .filter(scope.over_in(area, service_event::Column::AreaCode, None, Some(service_event::Column::PersonId)))
        .filter(service_event::Column::HeldOn.gte(from))
        .filter(service_event::Column::HeldOn.lt(to))
}

pub(super) async fn count_services(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    year: i32,
) -> Result<i64> {
    counted(db, services(scope, area, year), service_event::Column::Id).await
}

/// Where the ledger goes on: behind that service of that day and village.
pub(super) type AfterService = (String, NaiveDate, ServiceId);

/// Village by village, day by day.
pub(super) async fn page_of_services(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (area, year): (Option<&str>, i32),
    after: Option<AfterService>,
    limit: u64,
) -> Result<Vec<service_event::Model>> {
    use service_event::Column;
    let mut rows = services(scope, area, year);
    if let Some((village, day, id)) = after {
        let later = Condition::any()
            .add(Column::AreaCode.gt(village.as_str()))
            .add(Column::HeldOn.gt(day))
            .add(Column::HeldOn.eq(day).and(Column::Id.gt(id)));
        rows = rows.filter(Column::AreaCode.gte(village)).filter(later);
    }
    Ok(rows
        .order_by_asc(Column::AreaCode)
        .order_by_asc(Column::HeldOn)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

fn classes(scope: &Scope, area: Option<&str>, status: Option<ClassStatus>) -> Select<training_class::Entity> {
    use training_class::Column;
    let rows = training_class::Entity::find().filter(scope.over_in(
        area,
        Column::AreaCode,
        Some(Column::OrganisationId),
        None,
    ));
    match status {
        Some(status) => rows.filter(Column::Status.eq(status)),
        None => rows,
    }
}

pub(super) async fn count_classes(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    status: Option<ClassStatus>,
) -> Result<i64> {
    counted(db, classes(scope, area, status), training_class::Column::Id).await
}

pub(super) async fn page_of_classes(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (area, status): (Option<&str>, Option<ClassStatus>),
    after: Option<(String, ClassId)>,
    limit: u64,
) -> Result<Vec<training_class::Model>> {
    use training_class::Column;
    Ok(classes(scope, area, status)
        .filter(behind(Column::AreaCode, Column::Id, after))
        .order_by_asc(Column::AreaCode)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// One class in sight.
pub(super) async fn class(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: ClassId,
) -> Result<Option<training_class::Model>> {
    use training_class::Column;
    Ok(training_class::Entity::find_by_id(id)
        .filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
        .one(db)
        .await?)
}

/// The seats of a class that was seen.
fn roster(class: ClassId) -> Select<enrolment::Entity> {
    enrolment::Entity::find().filter(enrolment::Column::ClassId.eq(class))
}

pub(super) async fn count_roster(db: &impl ConnectionTrait, class: ClassId) -> Result<i64> {
    counted(db, roster(class), enrolment::Column::Id).await
}

pub(super) async fn page_of_roster(
    db: &impl ConnectionTrait,
    class: ClassId,
    after: Option<EnrolmentId>,
    limit: u64,
) -> Result<Vec<enrolment::Model>> {
    let mut rows = roster(class);
    if let Some(after) = after {
        rows = rows.filter(enrolment::Column::Id.gt(after));
    }
    Ok(rows.order_by_asc(enrolment::Column::Id).limit(limit).all(db).await?)
}

fn class_of_completion() -> RelationDef {
    completion::Entity::belongs_to(training_class::Entity)
        .from(completion::Column::ClassId)
        .to(training_class::Column::Id)
        .into()
}

/// What came of people of an area; an institution sees those of its own classes.
fn completions(scope: &Scope, area: Option<&str>, year: i32) -> Select<completion::Entity> {
    let seen = match scope {
        Scope::Organisation(own) => {
            let class = Expr::col((training_class::Entity, training_class::Column::OrganisationId));
            inside(completion::Column::AreaCode, area).add(class.eq(*own))
        }
        scope => scope.over_in(area, completion::Column::AreaCode, None, Some(completion::Column::PersonId)),
    };
    completion::Entity::find()
        .join(JoinType::InnerJoin, class_of_completion())
        .filter(seen)
        .filter(completion::Column::Year.eq(year))
}

pub(super) async fn count_completions(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    year: i32,
) -> Result<i64> {
    counted(db, completions(scope, area, year), completion::Column::EnrolmentId).await
}

pub(super) async fn page_of_completions(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (area, year): (Option<&str>, i32),
    after: Option<(String, EnrolmentId)>,
    limit: u64,
) -> Result<Vec<completion::Model>> {
    use completion::Column;
    Ok(completions(scope, area, year)
        .filter(behind(Column::AreaCode, Column::EnrolmentId, after))
        .order_by_asc(Column::AreaCode)
        .order_by_asc(Column::EnrolmentId)
        .limit(limit)
        .all(db)
        .await?)
}

/// The certificates that these seats led to; of several the latest.
pub(super) async fn certificates(
    db: &impl ConnectionTrait,
    seats: &[EnrolmentId],
) -> Result<HashMap<EnrolmentId, certificate::Model>> {
    let mut found = HashMap::with_capacity(seats.len());
    for seats in seats.chunks(KEYS) {
        let rows = certificate::Entity::find()
            .filter(certificate::Column::EnrolmentId.is_in(seats.iter().copied()))
            .order_by_asc(certificate::Column::Id)
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.enrolment_id, row)));
    }
    Ok(found)
}

/// For callers who hold the ids because they may see what names them.
pub(super) async fn classes_of(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = ClassId>,
) -> Result<HashMap<ClassId, training_class::Model>> {
    let mut ids: Vec<ClassId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        let rows = training_class::Entity::find()
            .filter(training_class::Column::Id.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

fn pot_of_claim() -> RelationDef {
    claim::Entity::belongs_to(pot::Entity).from(claim::Column::PotId).to(pot::Column::Id).into()
}

/// Claims on the money of a year.
fn claims(scope: &Scope, area: Option<&str>, year: i32) -> Select<claim::Entity> {
    claim::Entity::find()
        .join(JoinType::InnerJoin, pot_of_claim())
        .filter(scope.over_in(area, claim::Column::AreaCode, Some(claim::Column::OrganisationId), None))
        .filter(Expr::col((pot::Entity, pot::Column::Year)).eq(year))
}

pub(super) async fn count_claim_lines(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    year: i32,
) -> Result<i64> {
    let lines: RelationDef =
        claim::Entity::belongs_to(claim_line::Entity).from(claim::Column::Id).to(claim_line::Column::ClaimId).into();
    let rows = claims(scope, area, year).join(JoinType::InnerJoin, lines);
    counted(db, rows, claim_line::Column::Id).await
}

/// A claim with its lines, which are one class's and so are few.
pub(super) struct Claimed {
    pub claim: claim::Model,
    pub lines: Vec<claim_line::Model>,
}

pub(super) async fn page_of_claims(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (area, year): (Option<&str>, i32),
    after: Option<(String, ClaimId)>,
    limit: u64,
) -> Result<Vec<Claimed>> {
    use claim::Column;
    let claims = claims(scope, area, year)
        .filter(behind(Column::AreaCode, Column::Id, after))
        .order_by_asc(Column::AreaCode)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let lines = claim_line::Entity::find()
        .filter(claim_line::Column::ClaimId.is_in(claims.iter().map(|claim| claim.id)))
        .order_by_asc(claim_line::Column::Id)
        .all(db)
        .await?;
    let mut of: HashMap<ClaimId, Vec<claim_line::Model>> = HashMap::with_capacity(claims.len());
    for line in lines {
        of.entry(line.claim_id).or_default().push(line);
    }
    Ok(claims.into_iter().map(|claim| Claimed { lines: of.remove(&claim.id).unwrap_or_default(), claim }).collect())
}

/// The sources of money that claims are paid from.
pub(super) async fn pots(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = PotId>,
) -> Result<HashMap<PotId, String>> {
    let mut ids: Vec<PotId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = pot::Entity::find().filter(pot::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.source)).collect())
}

fn counters(scope: &Scope, area: Option<&str>, year: i32, programme: Programme) -> Select<progress::Entity> {
    progress::Entity::find()
        .filter(scope.over_in(area, progress::Column::AreaCode, None, None))
        .filter(progress::Column::Year.eq(year))
        .filter(progress::Column::Programme.eq(programme))
}

fn targets(scope: &Scope, area: Option<&str>, year: i32, programme: Programme) -> Select<target::Entity> {
    target::Entity::find()
        .filter(scope.over_in(area, target::Column::AreaCode, None, None))
        .filter(target::Column::Year.eq(year))
        .filter(target::Column::Programme.eq(programme))
        .filter(target::Column::Measure.eq(Measure::People))
        .filter(target::Column::SupersededAt.is_null())
}

/// So many counters of a programme behind an area.
pub(super) async fn page_of_counters(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (area, year, programme): (Option<&str>, i32, Programme),
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<progress::Model>> {
    let mut rows = counters(scope, area, year, programme);
    if let Some(after) = after {
        rows = rows.filter(progress::Column::AreaCode.gt(after));
    }
    Ok(rows.order_by_asc(progress::Column::AreaCode).limit(limit).all(db).await?)
}

/// The targets of a programme behind an area, up to another one.
pub(super) async fn targets_between(
    db: &impl ConnectionTrait,
    scope: &Scope,
    (area, year, programme): (Option<&str>, i32, Programme),
    after: Option<&str>,
    to: Option<&str>,
) -> Result<Vec<target::Model>> {
    let mut rows = targets(scope, area, year, programme);
    if let Some(after) = after {
        rows = rows.filter(target::Column::AreaCode.gt(after));
    }
    if let Some(to) = to {
        rows = rows.filter(target::Column::AreaCode.lte(to));
    }
    Ok(rows.order_by_asc(target::Column::AreaCode).all(db).await?)
}
