//! Every query on targets and counters.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use entities::{
    completion, person, progress, setting, target,
    values::{Measure, PersonId, Programme, TargetId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    prelude::DateTimeUtc,
    sea_query::{Expr, LockType},
};

use crate::access::{Scope, within};
use crate::base::Result;

/// Facts about display that stand in the table of settings.
const DECIMALS: &str = "decimals.";

/// The targets that the scope may see.
pub(super) fn visible_to(scope: &Scope) -> Select<target::Entity> {
    target::Entity::find().filter(scope.over(target::Column::AreaCode, None, None))
}

/// The counters of some areas in a year, each read by its key.
pub(super) async fn counters(
    db: &impl ConnectionTrait,
    scope: &Scope,
    year: i32,
    areas: &[String],
) -> Result<Vec<progress::Model>> {
    Ok(progress::Entity::find()
        .filter(scope.over(progress::Column::AreaCode, None, None))
        .filter(progress::Column::Year.eq(year))
        .filter(progress::Column::Programme.is_in(Programme::all()))
        .filter(progress::Column::AreaCode.is_in(areas))
        .all(db)
        .await?)
}

/// The targets of people that are in force in some areas in a year.
pub(super) async fn in_force(
    db: &impl ConnectionTrait,
    scope: &Scope,
    year: i32,
    areas: &[String],
) -> Result<Vec<target::Model>> {
    Ok(visible_to(scope)
        .filter(target::Column::Year.eq(year))
        .filter(target::Column::AreaCode.is_in(areas))
        .filter(target::Column::Measure.eq(Measure::People))
        .filter(target::Column::SupersededAt.is_null())
        .all(db)
        .await?)
}

/// Every target that an area was given in a year, the newest first.
pub(super) async fn history(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: &str,
    year: i32,
) -> Result<Vec<target::Model>> {
    Ok(visible_to(scope)
        .filter(target::Column::Year.eq(year))
        .filter(target::Column::AreaCode.eq(area))
        .order_by_desc(target::Column::Id)
        .all(db)
        .await?)
}

pub(super) async fn by_id(db: &impl ConnectionTrait, scope: &Scope, id: TargetId) -> Result<Option<target::Model>> {
    Ok(visible_to(scope).filter(target::Column::Id.eq(id)).one(db).await?)
}

/// What a list of targets is narrowed to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub year: i32,
    pub area: Option<&'a str>,
    pub history: bool,
    pub after: Option<TargetId>,
    pub limit: u64,
}

pub(super) async fn list(db: &impl ConnectionTrait, scope: &Scope, wanted: Wanted<'_>) -> Result<Vec<target::Model>> {
    let mut rows = visible_to(scope).filter(target::Column::Year.eq(wanted.year));
    if let Some(area) = wanted.area {
        rows = rows.filter(within(target::Column::AreaCode, area));
    }
    if !wanted.history {
        rows = rows.filter(target::Column::SupersededAt.is_null());
    }
    if let Some(after) = wanted.after {
        rows = rows.filter(target::Column::Id.gt(after));
    }
    Ok(rows.order_by_asc(target::Column::Id).limit(wanted.limit).all(db).await?)
}

/// Takes a target out of force; false when somebody else did so meanwhile.
pub(super) async fn supersede(db: &impl ConnectionTrait, id: TargetId, now: DateTimeUtc) -> Result<bool> {
    let done = target::Entity::update_many()
        .col_expr(target::Column::SupersededAt, Expr::value(now))
        .filter(target::Column::Id.eq(id))
        .filter(target::Column::SupersededAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many decimals the rates of each programme are shown with, where the house says so.
pub(super) async fn decimals(db: &impl ConnectionTrait) -> Result<HashMap<Programme, u32>> {
    let rows = setting::Entity::find().filter(setting::Column::Name.starts_with(DECIMALS)).all(db).await?;
    let read = |row: setting::Model| {
        Some((row.name.strip_prefix(DECIMALS)?.parse().ok()?, row.value.parse::<u32>().ok()?.min(4)))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A completion that was counted before.
pub(super) type Earlier = (PersonId, Programme, i32, String);

/// Where these people counted already, in one question for all. On a served database the people are held first: another
/// process that counts one of them waits for this commit.
pub(super) async fn counted_before(db: &impl ConnectionTrait, people: &[PersonId]) -> Result<Vec<Earlier>> {
    if db.get_database_backend() == DbBackend::Postgres {
        let held = person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Id.is_in(people.iter().copied()))
            .order_by_asc(person::Column::Id)
            .lock(LockType::NoKeyUpdate);
        held.into_tuple::<PersonId>().all(db).await?;
    }
    Ok(completion::Entity::find()
        .select_only()
        .column(completion::Column::PersonId)
        .column(completion::Column::Programme)
        .column(completion::Column::Year)
        .column(completion::Column::AreaCode)
        .distinct()
        .filter(completion::Column::PersonId.is_in(people.iter().copied()))
        .filter(completion::Column::Qualified.eq(true))
        .into_tuple()
        .all(db)
        .await?)
}
