//! Every query on doubts and cases.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    doubt,
    values::{ClassId, DoubtKind, DoubtStatus},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::base::{Error, Result};
use crate::data::Work;

use doubt::Column;

/// Every doubt of a class, decided or not: what is found is compared with them.
pub(super) async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<doubt::Model>> {
    Ok(doubt::Entity::find().filter(Column::ClassId.eq(class)).order_by_asc(Column::Id).all(db).await?)
}

/// The doubt that is the same.
pub(super) async fn same(
    db: &impl ConnectionTrait,
    class: ClassId,
    kind: DoubtKind,
    key: &str,
) -> Result<Option<doubt::Model>> {
    let same = doubt::Entity::find().filter(Column::ClassId.eq(class)).filter(Column::Kind.eq(kind));
    Ok(same.filter(Column::Key.eq(key)).one(db).await?)
}

pub(super) async fn insert(work: &Work, row: doubt::Model) -> Result<()> {
    doubt::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves one on from the state in which it was read, with what else changes.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn move_doubt(
    work: &Work,
    row: &doubt::Model,
    to: DoubtStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let mut update = doubt::Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1));
    for (column, value) in also {
        update = update.col_expr(column, value);
    }
    let moved = update
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(row.status))
        .filter(Column::Version.eq(row.version))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}
