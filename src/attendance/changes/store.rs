//! Every query on changes of a plan.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    session_change,
    values::{AccountId, ChangeOfPlanStatus, PlanChangeId, SessionId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Cond, Expr},
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};

use session_change::Column;

/// Changes of classes in sight.
fn visible_to(scope: &Scope) -> Select<session_change::Entity> {
    session_change::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
}

pub(super) async fn visible(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: PlanChangeId,
) -> Result<session_change::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("session change"))
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: Option<ChangeOfPlanStatus>,
    after: Option<PlanChangeId>,
    limit: u64,
) -> Result<Vec<session_change::Model>> {
    let mut query = visible_to(scope);
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

pub(super) async fn waiting(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64> {
    Ok(visible_to(scope).filter(Column::Status.eq(ChangeOfPlanStatus::Asked)).count(db).await?)
}

/// Whether something is asked for about this session already.
pub(super) async fn is_asked(db: &impl ConnectionTrait, session: SessionId) -> Result<bool> {
    let about = Cond::any().add(Column::SessionId.eq(session)).add(Column::MakesUp.eq(session));
    let asked = session_change::Entity::find().filter(about).filter(Column::Status.eq(ChangeOfPlanStatus::Asked));
    Ok(asked.count(db).await? > 0)
}

pub(super) async fn insert(work: &Work, row: session_change::Model) -> Result<()> {
    session_change::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare and set.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn decide(
    work: &Work,
    row: &session_change::Model,
    to: ChangeOfPlanStatus,
    by: AccountId,
    answer: Option<&str>,
) -> Result<()> {
    let set = [
        (Column::Status, Expr::value(to)),
        (Column::DecidedBy, Expr::value(by.0)),
        (Column::DecidedAt, Expr::value(work.now)),
        (Column::Answer, Expr::value(answer)),
    ];
    changing::change(work, row, set).await
}
