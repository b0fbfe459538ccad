//! Every query on certificates.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    certificate, certificate_holder, enrolment, training_class,
    values::{CertificateId, CertificateStatus, ClassId, EnrolmentId, PersonId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
    sea_query::{Expr, SimpleExpr},
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::Work;

/// The certificates of a class whatever their state; of those of one seat the latest comes last.
pub(crate) async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<certificate::Model>> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::ClassId.eq(class))
        .order_by_asc(certificate::Column::Id)
        .all(db)
        .await?)
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    rows: Vec<certificate::Model>,
    holders: Vec<certificate_holder::Model>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    certificate::Entity::insert_many(rows).exec_without_returning(db).await?;
    if holders.is_empty() {
        return Ok(());
    }
    let holders = holders.into_iter().map(IntoActiveModel::into_active_model);
    certificate_holder::Entity::insert_many(holders).exec_without_returning(db).await?;
    Ok(())
}

/// What was sealed with these certificates; a class is one page of anything.
pub(super) async fn holders(
    db: &impl ConnectionTrait,
    ids: &[CertificateId],
) -> Result<Vec<certificate_holder::Model>> {
    let theirs = certificate_holder::Column::Id.is_in(ids.iter().copied());
    Ok(certificate_holder::Entity::find().filter(theirs).all(db).await?)
}

/// The serial of the certificate that took the place of this one.
pub(super) async fn successor(db: &impl ConnectionTrait, id: CertificateId) -> Result<Option<String>> {
    let next = certificate::Entity::find().filter(certificate::Column::Replaces.eq(id)).one(db).await?;
    Ok(next.map(|next| next.serial))
}

/// A certificate with the class that it is of.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub certificate: certificate::Model,
    pub class: training_class::Model,
}

async fn with_class(db: &impl ConnectionTrait, certificate: certificate::Model) -> Result<Issued> {
    let class = training_class::Entity::find_by_id(certificate.class_id).one(db).await?;
    let class = class.ok_or_else(|| Error::internal("a certificate without its class"))?;
    Ok(Issued { certificate, class })
}

/// Whoever holds the serial may know what is behind it: the caller masks it.
pub(crate) async fn published(db: &impl ConnectionTrait, serial: &str) -> Result<Option<Issued>> {
    match certificate::Entity::find().filter(certificate::Column::Serial.eq(serial)).one(db).await? {
        Some(certificate) => Ok(Some(with_class(db, certificate).await?)),
        None => Ok(None),
    }
}

fn class_of_certificate() -> RelationDef {
    certificate::Entity::belongs_to(training_class::Entity)
        .from(certificate::Column::ClassId)
        .to(training_class::Column::Id)
        .into()
}

fn seat_of_certificate() -> RelationDef {
    certificate::Entity::belongs_to(enrolment::Entity)
        .from(certificate::Column::EnrolmentId)
        .to(enrolment::Column::Id)
        .into()
}

/// Certificates whose class or whose person the scope may see.
fn visible_to(scope: &Scope) -> Condition {
    let of_class = scope.over(
        training_class::Column::AreaCode,
        Some(training_class::Column::OrganisationId),
        None::<training_class::Column>,
    );
    let seen = Condition::any().add(of_class);
    match scope {
        Scope::Area(code) => seen.add(within(enrolment::Column::AreaCode, code)),
        Scope::Person(person) => seen.add(certificate::Column::PersonId.eq(*person)),
        Scope::Organisation(_) | Scope::Assessor(_) | Scope::Nothing | Scope::System => seen,
    }
}

/// One in sight.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, serial: &str) -> Result<Issued> {
    seen_where(db, scope, certificate::Column::Serial.eq(serial)).await
}

/// The one in sight that a seat led to.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn of_seat(db: &impl ConnectionTrait, scope: &Scope, seat: EnrolmentId) -> Result<Issued> {
    seen_where(db, scope, certificate::Column::EnrolmentId.eq(seat)).await
}

async fn seen_where(db: &impl ConnectionTrait, scope: &Scope, which: SimpleExpr) -> Result<Issued> {
    let found = certificate::Entity::find()
        .join(JoinType::InnerJoin, class_of_certificate())
        .join(JoinType::InnerJoin, seat_of_certificate())
        .filter(which)
        .filter(visible_to(scope))
        // Of several that one seat led to the latest.
        .order_by_desc(certificate::Column::Id)
        .one(db)
        .await?;
    with_class(db, found.ok_or(Error::NotFound("certificate"))?).await
}

/// Compare and set: published no more.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(crate) async fn set_status(
    db: &impl ConnectionTrait,
    certificate: &certificate::Model,
    to: CertificateStatus,
    reason: Option<&str>,
) -> Result<()> {
    let moved = certificate::Entity::update_many()
        .col_expr(certificate::Column::Status, Expr::value(to))
        .col_expr(certificate::Column::Reason, Expr::value(reason))
        .filter(certificate::Column::Id.eq(certificate.id))
        .filter(certificate::Column::Status.eq(certificate.status))
        .exec(db)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// All of a class in sight, in the order of their serials; a class is one page of anything.
pub(crate) async fn printed(db: &impl ConnectionTrait, scope: &Scope, class: ClassId) -> Result<Vec<Issued>> {
    let of_class = certificate::Entity::find()
        .join(JoinType::InnerJoin, class_of_certificate())
        .filter(certificate::Column::ClassId.eq(class))
        .filter(certificate::Column::Status.eq(CertificateStatus::Published))
        .filter(scope.over(
            training_class::Column::AreaCode,
            Some(training_class::Column::OrganisationId),
            None::<training_class::Column>,
        ))
        .order_by_asc(certificate::Column::Serial)
        .all(db)
        .await?;
    let Some(class) = training_class::Entity::find_by_id(class).one(db).await? else { return Ok(Vec::new()) };
    Ok(of_class.into_iter().map(|certificate| Issued { certificate, class: class.clone() }).collect())
}

/// Certificates of one person are another's from now on.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    certificate::Entity::update_many()
        .col_expr(certificate::Column::PersonId, Expr::value(to))
        .filter(certificate::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
