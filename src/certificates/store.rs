//! Every query on certificates.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use entities::{
    certificate, completion, enrolment, training_class,
    values::{CertificateStatus, ClassId, EnrolmentId, PersonId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
    sea_query::{Expr, SimpleExpr},
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::Work;

/// The certificates of a class, published or revoked.
pub(crate) async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<certificate::Model>> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::ClassId.eq(class))
        .order_by_asc(certificate::Column::Serial)
        .all(db)
        .await?)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, rows: Vec<certificate::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    certificate::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// A certificate with the class that it is of and what came of the enrolment.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub certificate: certificate::Model,
    pub class: training_class::Model,
    pub completion: completion::Model,
}

async fn with_class(db: &impl ConnectionTrait, certificate: certificate::Model) -> Result<Issued> {
    let class = training_class::Entity::find_by_id(certificate.class_id).one(db).await?;
    let completion = completion::Entity::find_by_id(certificate.enrolment_id).one(db).await?;
    let lost = || Error::internal("a certificate without its class");
    Ok(Issued { certificate, class: class.ok_or_else(lost)?, completion: completion.ok_or_else(lost)? })
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
        Scope::Organisation(_) | Scope::Nothing | Scope::System => seen,
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
        .one(db)
        .await?;
    with_class(db, found.ok_or(Error::NotFound("certificate"))?).await
}

/// Compare and set.
///
/// # Errors
/// `Stale` where it moved meanwhile.
pub(crate) async fn revoke(
    db: &impl ConnectionTrait,
    certificate: &certificate::Model,
    to: CertificateStatus,
    reason: &str,
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
    let lost = || Error::internal("a certificate without its class");
    let Some(class) = training_class::Entity::find_by_id(class).one(db).await? else { return Ok(Vec::new()) };
    let mut completions: HashMap<EnrolmentId, completion::Model> = completion::Entity::find()
        .filter(completion::Column::ClassId.eq(class.id))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.enrolment_id, row))
        .collect();
    of_class
        .into_iter()
        .map(|certificate| {
            let completion = completions.remove(&certificate.enrolment_id).ok_or_else(lost)?;
            Ok(Issued { certificate, class: class.clone(), completion })
        })
        .collect()
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
