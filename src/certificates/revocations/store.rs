//! Every query on wishes to revoke.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    revocation::{self, Column},
    values::{AccountId, CertificateId, RevocationId, RevocationStatus},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};

/// Wishes about certificates of classes in sight.
fn visible_to(scope: &Scope) -> Select<revocation::Entity> {
    revocation::Entity::find().filter(scope.over(Column::AreaCode, None, None))
}

pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: RevocationId) -> Result<revocation::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("revocation"))
}

/// The newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: Option<RevocationStatus>,
    after: Option<RevocationId>,
    limit: u64,
) -> Result<Vec<revocation::Model>> {
    let mut query = visible_to(scope);
    if let Some(status) = status {
        query = query.filter(Column::Status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

pub(super) async fn waiting(db: &impl ConnectionTrait, scope: &Scope, but: AccountId) -> Result<u64> {
    let asked = visible_to(scope).filter(Column::Status.eq(RevocationStatus::Asked));
    Ok(asked.filter(Column::AskedBy.ne(but)).count(db).await?)
}

/// The wish about a certificate that waits, if one does.
pub(in crate::certificates) async fn open(
    db: &impl ConnectionTrait,
    certificate: CertificateId,
) -> Result<Option<revocation::Model>> {
    Ok(revocation::Entity::find()
        .filter(Column::CertificateId.eq(certificate))
        .filter(Column::Status.eq(RevocationStatus::Asked))
        .one(db)
        .await?)
}

/// The same, for those who see such wishes in the certificate's area.
pub(in crate::certificates) async fn asked(
    db: &impl ConnectionTrait,
    scope: &Scope,
    certificate: CertificateId,
) -> Result<Option<revocation::Model>> {
    Ok(visible_to(scope)
        .filter(Column::CertificateId.eq(certificate))
        .filter(Column::Status.eq(RevocationStatus::Asked))
        .one(db)
        .await?)
}

pub(super) async fn insert(work: &Work, row: revocation::Model) -> Result<()> {
    revocation::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Compare and set.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(super) async fn decide(
    work: &Work,
    row: &revocation::Model,
    to: RevocationStatus,
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
