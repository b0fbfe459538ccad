//! Every query on pairs, and those that find them.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    duplicate_pair,
    values::{AccountId, HouseholdId, PairId, PairReason, PairStatus, PersonId},
};
use rocket::futures::{Stream, TryStreamExt};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, ExprTrait, FromQueryResult,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Statement, StreamTrait, Value,
    sea_query::Expr,
};

use crate::access::{Scope, after_prefix, within};
use crate::areas::prefix;
use crate::base::{Error, Result};
use crate::data::Work;

use duplicate_pair::Column;

fn visible_to(scope: &Scope) -> Select<duplicate_pair::Entity> {
    duplicate_pair::Entity::find().filter(scope.over(Column::AreaCode, None, None))
}

/// # Errors
/// `NotFound`.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: PairId) -> Result<duplicate_pair::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("pair"))
}

/// So many, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: Option<PairStatus>,
    after: Option<PairId>,
    limit: u64,
) -> Result<Vec<duplicate_pair::Model>> {
    let mut rows = visible_to(scope);
    if let Some(status) = status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(after) = after {
        rows = rows.filter(Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

pub(crate) async fn count(db: &impl ConnectionTrait, scope: &Scope, status: PairStatus) -> Result<u64> {
    Ok(visible_to(scope).filter(Column::Status.eq(status)).count(db).await?)
}

/// Somebody of a group whose members have the same key.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Member {
    pub id: PersonId,
    pub key: String,
    pub area_code: String,
    pub household_id: Option<HouseholdId>,
}

/// The same with what is sealed. It has no Debug.
#[derive(FromQueryResult)]
pub(crate) struct Sealed {
    pub id: PersonId,
    pub key: String,
    pub area_code: String,
    pub sealed: Vec<u8>,
}

/// What a group has in common.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Common {
    NameBirthVillage,
    BirthAndSex,
    Account,
    Phone,
}

impl Common {
    /// The key as it is computed, and the rows that have one.
    fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::NameBirthVillage => ("area_code || '/' || CAST(birth_on AS text) || '/' || name", "1 = 1"),
            Self::BirthAndSex => ("CAST(birth_on AS text) || '/' || sex", "1 = 1"),
            Self::Account => ("bank_index", "bank_index IS NOT NULL"),
            Self::Phone => ("phone_index", "phone_index IS NOT NULL"),
        }
    }

    /// People of an area in groups of more than `most`, group by group. The range of the area is walked once.
    fn asked(self, db: &impl ConnectionTrait, also: &str, area: &str, most: i64) -> Statement {
        let (key, holds) = self.sql();
        let sql = format!(
            "SELECT id, key, area_code, {also} FROM (SELECT id, {key} AS key, area_code, {also}, \
             count(*) OVER (PARTITION BY {key}) AS n FROM person \
             WHERE area_code >= $1 AND area_code < $2 AND status <> 'merged' AND {holds}) g WHERE n > $3 ORDER BY key, id"
        );
        let from = prefix(area);
        // Behind all nines comes the sign behind the digits.
        let to = after_prefix(from).unwrap_or_else(|| ":".to_owned());
        let values: [Value; 3] = [from.into(), to.into(), most.into()];
        Statement::from_sql_and_values(db.get_database_backend(), sql, values)
    }
}

/// People of an area in groups of more than `most` with something in common, group by group.
pub(crate) async fn groups(
    db: &impl ConnectionTrait,
    common: Common,
    area: &str,
    most: i64,
) -> Result<Vec<Vec<Member>>> {
    let rows = Member::find_by_statement(common.asked(db, "household_id", area, most)).all(db).await?;
    let mut groups: Vec<Vec<Member>> = Vec::new();
    for row in rows {
        match groups.last_mut().filter(|group| group.first().is_some_and(|first| first.key == row.key)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    Ok(groups)
}

/// People of an area who share birth date and sex, one after the other.
pub(crate) async fn of_one_birth<'a>(
    db: &'a DatabaseConnection,
    area: &str,
) -> Result<impl Stream<Item = Result<Sealed>> + Send + use<'a>> {
    let asked = Common::BirthAndSex.asked(db, "sealed", area, 1);
    let rows = db.stream_raw(asked).await?;
    Ok(rows.map_err(Error::from).and_then(|row| async move { Ok(Sealed::from_query_result(&row, "")?) }))
}

/// Pairs that stand already, by what they are of.
pub(crate) async fn standing(
    db: &impl ConnectionTrait,
    firsts: &[PersonId],
) -> Result<HashMap<(PersonId, PersonId, PairReason), duplicate_pair::Model>> {
    let mut found = HashMap::new();
    for firsts in firsts.chunks(1_000) {
        let rows = duplicate_pair::Entity::find().filter(Column::A.is_in(firsts.iter().copied())).all(db).await?;
        found.extend(rows.into_iter().map(|row| ((row.a, row.b, row.reason), row)));
    }
    Ok(found)
}

pub(crate) async fn insert(work: &Work, rows: Vec<duplicate_pair::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    duplicate_pair::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// They were found again.
pub(crate) async fn seen(work: &Work, ids: &[PairId], at: DateTime<Utc>) -> Result<()> {
    for ids in ids.chunks(1_000) {
        duplicate_pair::Entity::update_many()
            .col_expr(Column::LastSeenAt, Expr::value(at))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(work.db())
            .await?;
    }
    Ok(())
}

/// Moves pairs that are in the state `from`; how many were.
async fn sweep(work: &Work, which: Condition, from: PairStatus, to: PairStatus) -> Result<u64> {
    let done = duplicate_pair::Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(which)
        .filter(Column::Status.eq(from))
        .exec(work.db())
        .await?;
    Ok(done.rows_affected)
}

/// Those of these that were gone are open again.
pub(crate) async fn reopen(work: &Work, ids: &[PairId], to: PairStatus) -> Result<u64> {
    let mut moved = 0;
    for ids in ids.chunks(1_000) {
        let which = Condition::all().add(Column::Id.is_in(ids.iter().copied()));
        moved += sweep(work, which, PairStatus::Gone, to).await?;
    }
    Ok(moved)
}

/// The open ones of an area that were not seen since an instant are gone.
pub(crate) async fn fade(work: &Work, area: &str, since: DateTime<Utc>, to: PairStatus) -> Result<u64> {
    let which = within(Column::AreaCode, area).add(Column::LastSeenAt.lt(since));
    sweep(work, which, PairStatus::Open, to).await
}

/// The open ones of a record that went into another one are gone.
pub(crate) async fn fade_of(work: &Work, person: PersonId, to: PairStatus) -> Result<u64> {
    let which = Condition::any().add(Column::A.eq(person)).add(Column::B.eq(person));
    sweep(work, which, PairStatus::Open, to).await
}

/// What is written beside the state in a move.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    pub keeper: Option<PersonId>,
    pub asked_by: Option<AccountId>,
    pub decided_by: Option<AccountId>,
    pub reason: Option<&'a str>,
}

/// Moves a pair on from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(crate) async fn advance(
    work: &Work,
    row: &duplicate_pair::Model,
    to: PairStatus,
    marks: Marks<'_>,
) -> Result<duplicate_pair::Model> {
    let after = duplicate_pair::Model {
        status: to,
        keeper: marks.keeper,
        asked_by: marks.asked_by,
        decided_by: marks.decided_by,
        decided_at: marks.decided_by.map(|_| work.now),
        reason_text: marks.reason.map(str::to_owned),
        version: row.version + 1,
        ..row.clone()
    };
    let done = duplicate_pair::Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::Keeper, Expr::value(after.keeper))
        .col_expr(Column::AskedBy, Expr::value(after.asked_by))
        .col_expr(Column::DecidedBy, Expr::value(after.decided_by))
        .col_expr(Column::DecidedAt, Expr::value(after.decided_at))
        .col_expr(Column::ReasonText, Expr::value(after.reason_text.clone()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(row.status))
        .filter(Column::Version.eq(row.version))
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(after) } else { Err(Error::Stale) }
}
