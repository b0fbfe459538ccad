//! Every query on courses.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    course,
    values::{CourseId, CourseStatus, OrganisationId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};

/// A draft is the institution's own affair: offices see a course from the day on which it was submitted.
fn visible_to(scope: &Scope) -> Select<course::Entity> {
    let rows =
        course::Entity::find().filter(scope.over(course::Column::AreaCode, Some(course::Column::OrganisationId), None));
    if matches!(scope, Scope::Area(_)) { rows.filter(course::Column::Status.ne(CourseStatus::Draft)) } else { rows }
}

pub(crate) async fn one(db: &impl ConnectionTrait, scope: &Scope, id: CourseId) -> Result<course::Model> {
    visible_to(scope).filter(course::Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("course"))
}

/// Which courses a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sought<'a> {
    pub status: Option<CourseStatus>,
    pub area: Option<&'a str>,
    pub after: Option<CourseId>,
}

/// So many, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_>,
    limit: u64,
) -> Result<Vec<course::Model>> {
    let mut rows = visible_to(scope);
    if let Some(status) = sought.status {
        rows = rows.filter(course::Column::Status.eq(status));
    }
    if let Some(area) = sought.area {
        rows = rows.filter(within(course::Column::AreaCode, area));
    }
    if let Some(after) = sought.after {
        rows = rows.filter(course::Column::Id.lt(after));
    }
    Ok(rows.order_by_desc(course::Column::Id).limit(limit).all(db).await?)
}

pub(crate) async fn count(db: &impl ConnectionTrait, scope: &Scope, status: CourseStatus) -> Result<u64> {
    Ok(visible_to(scope).filter(course::Column::Status.eq(status)).count(db).await?)
}

/// The listed courses of an institution, by title.
pub(crate) async fn listed_of(db: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<course::Model>> {
    Ok(course::Entity::find()
        .filter(course::Column::OrganisationId.eq(organisation))
        .filter(course::Column::Status.eq(CourseStatus::Listed))
        .order_by_asc(course::Column::Title)
        .order_by_asc(course::Column::Id)
        .all(db)
        .await?)
}

/// Moves a course on, unless it moved meanwhile.
pub(crate) async fn change(
    db: &impl ConnectionTrait,
    course: &course::Model,
    to: CourseStatus,
    reason: Option<&str>,
) -> Result<()> {
    let moved = course::Entity::update_many()
        .col_expr(course::Column::Status, Expr::value(to))
        .col_expr(course::Column::Reason, Expr::value(reason.map(str::to_owned)))
        .col_expr(course::Column::Version, Expr::col(course::Column::Version).add(1))
        .filter(course::Column::Id.eq(course.id))
        .filter(course::Column::Status.eq(course.status))
        .exec(db)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}
