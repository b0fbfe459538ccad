//! Every query on notices and their lists.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    notice, notice_line,
    values::{ClaimId, NoticeId, NoticeStatus},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use crate::access::{Scope, within};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::data::{Work, changing};
use crate::notices::lifecycle::NoticeAction;

use notice::Column;

/// By county, or by the institution whose claim it is.
fn visible_to(scope: &Scope) -> Select<notice::Entity> {
    notice::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
}

/// What everybody may read today: after its last day a notice is gone, also where nobody has ended it yet.
fn public_on(today: NaiveDate) -> Select<notice::Entity> {
    notice::Entity::find().filter(Column::Status.eq(NoticeStatus::Open)).filter(Column::LastDay.gte(today))
}

/// # Errors
/// `NotFound` for what is not open today.
pub(super) async fn public(db: &impl ConnectionTrait, today: NaiveDate, number: &str) -> Result<notice::Model> {
    public_on(today).filter(Column::Number.eq(number)).one(db).await?.ok_or(Error::NotFound("notice"))
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, number: &str) -> Result<notice::Model> {
    visible_to(scope).filter(Column::Number.eq(number)).one(db).await?.ok_or(Error::NotFound("notice"))
}

/// Which notices a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Which<'a> {
    pub area: Option<&'a str>,
    /// So many ...
    pub limit: u64,
    /// ... older than this one.
    pub before: Option<NoticeId>,
}

async fn newest(
    db: &impl ConnectionTrait,
    mut rows: Select<notice::Entity>,
    which: Which<'_>,
) -> Result<Vec<notice::Model>> {
    if let Some(area) = which.area {
        rows = rows.filter(within(Column::AreaCode, area));
    }
    if let Some(before) = which.before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.order_by_desc(Column::Id).limit(which.limit).all(db).await?)
}

/// What everybody may read today, the newest first.
pub(super) async fn public_list(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    which: Which<'_>,
) -> Result<Vec<notice::Model>> {
    newest(db, public_on(today), which).await
}

/// Notices in sight that stand so, the newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: NoticeStatus,
    which: Which<'_>,
) -> Result<Vec<notice::Model>> {
    newest(db, visible_to(scope).filter(Column::Status.eq(status)), which).await
}

/// The rows of a notice in their order.
pub(super) async fn lines(db: &impl ConnectionTrait, notice: NoticeId) -> Result<Vec<notice_line::Model>> {
    Ok(notice_line::Entity::find()
        .filter(notice_line::Column::NoticeId.eq(notice))
        .order_by_asc(notice_line::Column::Ordinal)
        .all(db)
        .await?)
}

/// The rows of several notices, each in their order.
pub(super) async fn lines_of(
    db: &impl ConnectionTrait,
    notices: impl IntoIterator<Item = NoticeId>,
) -> Result<HashMap<NoticeId, Vec<notice_line::Model>>> {
    let rows = notice_line::Entity::find()
        .filter(notice_line::Column::NoticeId.is_in(notices))
        .order_by_asc(notice_line::Column::NoticeId)
        .order_by_asc(notice_line::Column::Ordinal)
        .all(db)
        .await?;
    let mut lists: HashMap<NoticeId, Vec<notice_line::Model>> = HashMap::new();
    for row in rows {
        lists.entry(row.notice_id).or_default().push(row);
    }
    Ok(lists)
}

/// The next notices of all behind `after`, whoever asks: to see whether they are whole.
pub(super) async fn all_after(
    db: &impl ConnectionTrait,
    after: Option<NoticeId>,
    limit: u64,
) -> Result<Vec<notice::Model>> {
    let mut rows = notice::Entity::find();
    if let Some(after) = after {
        rows = rows.filter(Column::Id.gt(after));
    }
    Ok(rows.order_by_asc(Column::Id).limit(limit).all(db).await?)
}

/// All rounds of a claim, the latest first.
pub(super) async fn of_claim(db: &impl ConnectionTrait, claim: ClaimId) -> Result<Vec<notice::Model>> {
    Ok(notice::Entity::find().filter(Column::ClaimId.eq(claim)).order_by_desc(Column::Round).all(db).await?)
}

/// The rounds of these claims that still count for something.
pub(super) async fn standing_of(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<Vec<notice::Model>> {
    Ok(notice::Entity::find()
        .filter(Column::ClaimId.is_in(claims.iter().copied()))
        .filter(Column::Status.is_in([NoticeStatus::Open, NoticeStatus::Over]))
        .all(db)
        .await?)
}

/// # Errors
/// `NotFound`.
pub(super) async fn by_id(db: &impl ConnectionTrait, id: NoticeId) -> Result<notice::Model> {
    notice::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("notice"))
}

/// Several by their ids.
pub(super) async fn by_ids(db: &impl ConnectionTrait, ids: &[NoticeId]) -> Result<HashMap<NoticeId, notice::Model>> {
    let rows = notice::Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The next open notices behind `after`, in the order of their keys.
pub(super) async fn open_after(
    db: &impl ConnectionTrait,
    after: Option<NoticeId>,
    limit: u64,
) -> Result<Vec<notice::Model>> {
    let mut rows = notice::Entity::find().filter(Column::Status.eq(NoticeStatus::Open));
    if let Some(after) = after {
        rows = rows.filter(Column::Id.gt(after));
    }
    Ok(rows.order_by_asc(Column::Id).limit(limit).all(db).await?)
}

pub(super) async fn insert(work: &Work, row: notice::Model, lines: Vec<notice_line::Model>) -> Result<()> {
    notice::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    for some in lines.chunks(1_000) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        notice_line::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

/// Ends a notice as the table of moves says.
///
/// # Errors
/// `move.illegal`; `Stale`.
pub(super) async fn end(work: &Work, row: &notice::Model, action: NoticeAction) -> Result<()> {
    let to = row.status.after(action)?;
    let set = [(Column::Status, Expr::value(to)), (Column::EndedAt, Expr::value(Some(work.now)))];
    changing::change(work, row, set).await
}
