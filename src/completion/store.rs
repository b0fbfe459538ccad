//! Every query on assessments, completions and certificates.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    assessment, certificate, completion, enrolment, training_class,
    values::{CertificateStatus, ClassId, ClassStatus, EnrolmentId, EnrolmentStatus, PersonId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef,
    sea_query::{Expr, IntoCondition, SimpleExpr},
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::Work;

/// Lines of a home list.
const SHOWN: u64 = 20;

/// What came of the enrolments of a class.
pub(crate) async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<completion::Model>> {
    Ok(completion::Entity::find()
        .filter(completion::Column::ClassId.eq(class))
        .order_by_asc(completion::Column::EnrolmentId)
        .all(db)
        .await?)
}

/// The certificates of a class, published or revoked.
pub(crate) async fn certificates_of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<certificate::Model>> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::ClassId.eq(class))
        .order_by_asc(certificate::Column::Serial)
        .all(db)
        .await?)
}

/// Every attempt at the assessment of a class, the first attempts first.
pub(crate) async fn assessments(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<assessment::Model>> {
    let seat = assessment::Entity::belongs_to(enrolment::Entity)
        .from(assessment::Column::EnrolmentId)
        .to(enrolment::Column::Id)
        .into();
    Ok(assessment::Entity::find()
        .join(JoinType::InnerJoin, seat)
        .filter(enrolment::Column::ClassId.eq(class))
        .order_by_asc(assessment::Column::Attempt)
        .all(db)
        .await?)
}

pub(crate) async fn insert_assessments(db: &impl ConnectionTrait, rows: Vec<assessment::Model>) -> Result<()> {
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    assessment::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Nobody to complete, nothing to write: a class may lose all its people.
pub(crate) async fn insert_completions(db: &impl ConnectionTrait, rows: Vec<completion::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    completion::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

pub(crate) async fn insert_certificates(db: &impl ConnectionTrait, rows: Vec<certificate::Model>) -> Result<()> {
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

/// An ended class, and how many of its people have no result yet.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Ended {
    pub id: ClassId,
    pub title: String,
    pub missing: i64,
}

/// The ended classes in sight, the longest waiting first.
pub(crate) async fn ended(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Ended>> {
    let seats: RelationDef = training_class::Entity::belongs_to(enrolment::Entity)
        .from(training_class::Column::Id)
        .to(enrolment::Column::ClassId)
        .on_condition(|_, seat| {
            Expr::col((seat, enrolment::Column::Status)).eq(EnrolmentStatus::Started.as_str()).into_condition()
        })
        .into();
    // Whoever has any result has a first one, so the first alone counts people and not attempts.
    let firsts: RelationDef = enrolment::Entity::belongs_to(assessment::Entity)
        .from(enrolment::Column::Id)
        .to(assessment::Column::EnrolmentId)
        .on_condition(|_, attempt| Expr::col((attempt, assessment::Column::Attempt)).eq(1).into_condition())
        .into();
    Ok(training_class::Entity::find()
        .select_only()
        .columns([training_class::Column::Id, training_class::Column::Title])
        .expr_as(
            Expr::col((enrolment::Entity, enrolment::Column::Id))
                .count()
                .sub(Expr::col((assessment::Entity, assessment::Column::Id)).count()),
            "missing",
        )
        .join(JoinType::LeftJoin, seats)
        .join(JoinType::LeftJoin, firsts)
        .filter(scope.over(
            training_class::Column::AreaCode,
            Some(training_class::Column::OrganisationId),
            None::<training_class::Column>,
        ))
        .filter(training_class::Column::Status.eq(ClassStatus::Ended))
        .group_by(training_class::Column::Id)
        .group_by(training_class::Column::Title)
        .group_by(training_class::Column::EndsOn)
        .order_by_asc(training_class::Column::EndsOn)
        .order_by_asc(training_class::Column::Id)
        .limit(SHOWN)
        .into_model()
        .all(db)
        .await?)
}

/// Completions and certificates of one person are another's from now on.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    completion::Entity::update_many()
        .col_expr(completion::Column::PersonId, Expr::value(to))
        .filter(completion::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    certificate::Entity::update_many()
        .col_expr(certificate::Column::PersonId, Expr::value(to))
        .filter(certificate::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
