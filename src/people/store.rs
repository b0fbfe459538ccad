//! Every query on people, households and the service ledger.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entities::{
    account, audit_event, enrolment, household, person, person_change, service_event, training_class,
    values::{AccountId, ClassId, EnrolmentStatus, HouseholdId, PersonId, PersonStatus, ServiceId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, IntoActiveModel,
    JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Expr, IntoCondition},
};

use crate::access::Scope;
use crate::accounts;
use crate::base::{Error, Result};
use crate::data::{Vault, Work, bulk};
use crate::people::views::{Brief, Facts, opened};

/// Keys of one `IN`.
const KEYS: usize = 1_000;

pub(super) fn visible_to(scope: &Scope) -> Select<person::Entity> {
    person::Entity::find().filter(scope.over(person::Column::AreaCode, None, Some(person::Column::Id)))
}

/// Those of them who live in an area.
pub(super) fn visible_in(scope: &Scope, area: &str) -> Select<person::Entity> {
    person::Entity::find().filter(scope.over_in(Some(area), person::Column::AreaCode, None, Some(person::Column::Id)))
}

/// A person once for each live account, or once without.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "person::Entity")]
struct FactsRow {
    #[sea_orm(nested)]
    facts: Facts,
    #[sea_orm(from_expr = "account::Column::Id")]
    account: Option<AccountId>,
}

/// The facts of many, in one question.
pub(crate) async fn facts(db: &impl ConnectionTrait, ids: &[PersonId]) -> Result<HashMap<PersonId, Facts>> {
    let mut facts: HashMap<PersonId, Facts> = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        let accounts: RelationDef = person::Entity::belongs_to(account::Entity)
            .from(person::Column::Id)
            .to(account::Column::PersonId)
            .on_condition(|_, _| accounts::live().into_condition())
            .into();
        let rows = person::Entity::find()
            .join(JoinType::LeftJoin, accounts)
            .filter(person::Column::Id.is_in(ids.iter().copied()))
            .into_partial_model::<FactsRow>()
            .all(db)
            .await?;
        for row in rows {
            facts.entry(row.facts.id).or_insert(row.facts).accounts.extend(row.account);
        }
    }
    Ok(facts)
}

/// How many are called, in one question.
pub(crate) async fn briefs(
    db: &impl ConnectionTrait,
    vault: &Vault,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Brief>> {
    let rows = of_ids(db, ids).await?;
    Ok(rows.iter().map(|row| (row.id, Brief::of(row, opened(vault, row).as_ref()))).collect())
}

/// Names and identity numbers in full, of those whose numbers open: for a caller that seals them again, or hands on no more
/// than a hash of them.
pub(crate) async fn identities(
    db: &impl ConnectionTrait,
    vault: &Vault,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, (String, String)>> {
    let rows = of_ids(db, ids).await?;
    let known = |row: person::Model| {
        let number = opened(vault, &row)?.id_number;
        Some((row.id, (row.name, number)))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// # Errors
/// `NotFound`.
pub(super) async fn by_id(db: &impl ConnectionTrait, id: PersonId) -> Result<person::Model> {
    person::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("person"))
}

/// For callers who hold the ids because they may see what names them.
pub(super) async fn of_ids(db: &impl ConnectionTrait, ids: &[PersonId]) -> Result<Vec<person::Model>> {
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        rows.extend(person::Entity::find().filter(person::Column::Id.is_in(ids.iter().copied())).all(db).await?);
    }
    Ok(rows)
}

/// One whom the scope may see.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: PersonId) -> Result<person::Model> {
    visible_to(scope).filter(person::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("person"))
}

/// Those of some whom the scope may see.
pub(super) async fn all_visible(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[PersonId],
) -> Result<Vec<person::Model>> {
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(KEYS) {
        rows.extend(visible_to(scope).filter(person::Column::Id.is_in(ids.iter().copied())).all(db).await?);
    }
    Ok(rows)
}

/// Verified people of an area that the scope may see, by name, for pick-lists of a village; at most `limit`.
pub(crate) async fn in_area(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: &str,
    limit: u64,
) -> Result<Vec<person::Model>> {
    Ok(visible_in(scope, area)
        .filter(person::Column::Status.eq(PersonStatus::Verified))
        .order_by_asc(person::Column::Name)
        .order_by_asc(person::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Records that were merged into these, each with the one that took it in.
pub(crate) async fn merged_into(db: &impl ConnectionTrait, ids: &[PersonId]) -> Result<HashMap<PersonId, PersonId>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(KEYS) {
        let rows: Vec<(PersonId, PersonId)> = person::Entity::find()
            .select_only()
            .columns([person::Column::Id, person::Column::MergedInto])
            .filter(person::Column::MergedInto.is_in(ids.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// What hangs on a record that went into another one goes on to that one: what went into it before, and its services.
pub(super) async fn hand_over(db: &impl ConnectionTrait, from: PersonId, to: PersonId) -> Result<()> {
    person::Entity::update_many()
        .col_expr(person::Column::MergedInto, Expr::value(Some(to)))
        .filter(person::Column::MergedInto.eq(from))
        .exec(db)
        .await?;
    service_event::Entity::update_many()
        .col_expr(service_event::Column::PersonId, Expr::value(to))
        .filter(service_event::Column::PersonId.eq(from))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_changes(work: &Work, rows: Vec<person_change::Model>) -> Result<()> {
    bulk::insert::<person_change::Entity>(work, rows).await
}

/// The last changes of these records, the newest first.
pub(super) async fn changes(
    db: &impl ConnectionTrait,
    ids: &[PersonId],
    limit: u64,
) -> Result<Vec<person_change::Model>> {
    Ok(person_change::Entity::find()
        .filter(person_change::Column::PersonId.is_in(ids.iter().copied()))
        .order_by_desc(person_change::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Seats and places in waiting lists that a person holds in classes that begin after a day.
pub(super) async fn seats_ahead(
    db: &impl ConnectionTrait,
    person: PersonId,
    today: NaiveDate,
) -> Result<Vec<(ClassId, String, NaiveDate)>> {
    let class = enrolment::Entity::belongs_to(training_class::Entity)
        .from(enrolment::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    Ok(enrolment::Entity::find()
        .select_only()
        .columns([training_class::Column::Id, training_class::Column::Title, training_class::Column::StartsOn])
        .join(JoinType::InnerJoin, class)
        .filter(enrolment::Column::PersonId.eq(person))
        .filter(enrolment::Column::Status.is_in([EnrolmentStatus::Waitlisted, EnrolmentStatus::Seated]))
        .filter(training_class::Column::StartsOn.gt(today))
        .order_by_asc(training_class::Column::StartsOn)
        .into_tuple()
        .all(db)
        .await?)
}

/// Which of these hashes of identity numbers stand in the registry. It asks the whole registry, whoever asks: nobody is
/// registered twice, be it in another county.
pub(crate) async fn taken(db: &impl ConnectionTrait, indexes: &[String]) -> Result<HashSet<String>> {
    let mut found = HashSet::new();
    for indexes in indexes.chunks(KEYS) {
        let rows: Vec<String> = person::Entity::find()
            .select_only()
            .column(person::Column::IdIndex)
            .filter(person::Column::IdIndex.is_in(indexes))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Who bears these numbers: names by the hashes of the numbers. It asks the whole registry, as [`taken`] does.
pub(crate) async fn names_of(db: &impl ConnectionTrait, indexes: &[String]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    for indexes in indexes.chunks(KEYS) {
        let rows: Vec<(String, String)> = person::Entity::find()
            .select_only()
            .columns([person::Column::IdIndex, person::Column::Name])
            .filter(person::Column::IdIndex.is_in(indexes))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Only [`crate::people::keeping`] writes people.
pub(super) async fn insert_people(work: &Work, rows: Vec<person::Model>) -> Result<()> {
    bulk::insert::<person::Entity>(work, rows).await
}

/// Writes the whole row anew, if it still stands as it was read.
///
/// # Errors
/// `Stale` when it does not.
pub(super) async fn replace(db: &impl ConnectionTrait, before: &person::Model, row: person::Model) -> Result<()> {
    let id = row.id;
    let mut row = row.into_active_model().reset_all();
    row.id = ActiveValue::NotSet;
    let done = person::Entity::update_many()
        .set(row)
        .filter(person::Column::Id.eq(id))
        .filter(person::Column::Version.eq(before.version))
        .exec(db)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

pub(crate) async fn insert_households(work: &Work, rows: Vec<household::Model>) -> Result<()> {
    bulk::insert::<household::Entity>(work, rows).await
}

pub(super) async fn insert_services(work: &Work, rows: Vec<service_event::Model>) -> Result<()> {
    bulk::insert::<service_event::Entity>(work, rows).await
}

/// Households by their numbers; the numbers are one series for the whole province.
pub(crate) async fn households(
    db: &impl ConnectionTrait,
    numbers: &[String],
) -> Result<HashMap<String, household::Model>> {
    let mut found = HashMap::with_capacity(numbers.len());
    for numbers in numbers.chunks(KEYS) {
        let rows = household::Entity::find().filter(household::Column::Number.is_in(numbers)).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.number.clone(), row)));
    }
    Ok(found)
}

/// One that stands in the scope's area. A person's scope sees the household through its own row instead.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn household(db: &impl ConnectionTrait, scope: &Scope, id: HouseholdId) -> Result<household::Model> {
    household::Entity::find_by_id(id)
        .filter(scope.over(household::Column::AreaCode, None, None))
        .one(db)
        .await?
        .ok_or(Error::NotFound("household"))
}

/// The household of a person who was seen.
pub(crate) async fn household_of(
    db: &impl ConnectionTrait,
    person: &person::Model,
) -> Result<Option<household::Model>> {
    match person.household_id {
        Some(id) => Ok(household::Entity::find_by_id(id).one(db).await?),
        None => Ok(None),
    }
}

/// Those of a household whom the scope may see.
pub(crate) async fn members(db: &impl ConnectionTrait, scope: &Scope, id: HouseholdId) -> Result<Vec<person::Model>> {
    const MOST: u64 = 50;
    Ok(visible_to(scope)
        .filter(person::Column::HouseholdId.eq(id))
        .filter(person::Column::Status.ne(PersonStatus::Merged))
        .order_by_asc(person::Column::BirthOn)
        .order_by_asc(person::Column::Id)
        .limit(MOST)
        .all(db)
        .await?)
}

/// What was said when the record was last suspended, as the audit log keeps it.
pub(crate) async fn last_suspension(db: &impl ConnectionTrait, id: PersonId) -> Result<Option<audit_event::Model>> {
    Ok(audit_event::Entity::find()
        .filter(audit_event::Column::Noun.eq("person"))
        .filter(audit_event::Column::ObjectId.eq(id.to_string()))
        .filter(audit_event::Column::Action.eq("suspend"))
        .order_by_desc(audit_event::Column::At)
        .one(db)
        .await?)
}

fn services_visible_to(scope: &Scope) -> Select<service_event::Entity> {
    let over = scope.over(service_event::Column::AreaCode, None, Some(service_event::Column::PersonId));
    service_event::Entity::find().filter(over)
}

/// The last services of a person, the newest first.
pub(crate) async fn services_of(
    db: &impl ConnectionTrait,
    scope: &Scope,
    person: PersonId,
    limit: u64,
) -> Result<Vec<service_event::Model>> {
    Ok(services_visible_to(scope)
        .filter(service_event::Column::PersonId.eq(person))
        .order_by_desc(service_event::Column::HeldOn)
        .order_by_desc(service_event::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// So many services of an area behind an id, in the order in which they were recorded.
pub(crate) async fn services(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    after: Option<ServiceId>,
    limit: u64,
) -> Result<Vec<service_event::Model>> {
    let (of, person) = (service_event::Column::AreaCode, Some(service_event::Column::PersonId));
    let mut query = service_event::Entity::find().filter(scope.over_in(area, of, None, person));
    if let Some(after) = after {
        query = query.filter(service_event::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(service_event::Column::Id).limit(limit).all(db).await?)
}
