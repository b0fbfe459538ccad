//! Every query on assessments and completions.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    assessment, completion, enrolment, result_file, training_class,
    values::{ClassId, ClassStatus, EnrolmentStatus, OrganisationId, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef,
    sea_query::{Expr, IntoCondition},
};

use crate::access::Scope;
use crate::base::Result;
use crate::classes;
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

/// The classes that were given to a body, the newest first.
pub(crate) async fn assigned(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<ClassId>,
    limit: u64,
) -> Result<Vec<training_class::Model>> {
    let mut given = training_class::Entity::find().filter(classes::seen(scope));
    if let Some(after) = after {
        given = given.filter(training_class::Column::Id.lt(after));
    }
    Ok(given.order_by_desc(training_class::Column::Id).limit(limit).all(db).await?)
}

/// A file that was taken for a class, by what it is.
pub(crate) async fn file_of(
    db: &impl ConnectionTrait,
    class: ClassId,
    hash: &str,
) -> Result<Option<result_file::Model>> {
    Ok(result_file::Entity::find()
        .filter(result_file::Column::ClassId.eq(class))
        .filter(result_file::Column::FileHash.eq(hash))
        .one(db)
        .await?)
}

pub(crate) async fn insert_file(work: &Work, row: result_file::Model) -> Result<()> {
    result_file::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
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

/// An ended class, and how many of its people have no result yet.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Ended {
    pub id: ClassId,
    pub title: String,
    pub assessor_id: Option<OrganisationId>,
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
        .columns([training_class::Column::Id, training_class::Column::Title, training_class::Column::AssessorId])
        .expr_as(
            Expr::col((enrolment::Entity, enrolment::Column::Id))
                .count()
                .sub(Expr::col((assessment::Entity, assessment::Column::Id)).count()),
            "missing",
        )
        .join(JoinType::LeftJoin, seats)
        .join(JoinType::LeftJoin, firsts)
        .filter(classes::seen(scope))
        .filter(training_class::Column::Status.eq(ClassStatus::Ended))
        .group_by(training_class::Column::Id)
        .group_by(training_class::Column::Title)
        .group_by(training_class::Column::AssessorId)
        .group_by(training_class::Column::EndsOn)
        .order_by_asc(training_class::Column::EndsOn)
        .order_by_asc(training_class::Column::Id)
        .limit(SHOWN)
        .into_model()
        .all(db)
        .await?)
}

/// Completions of one person are another's from now on.
pub(crate) async fn move_person(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    completion::Entity::update_many()
        .col_expr(completion::Column::PersonId, Expr::value(to))
        .filter(completion::Column::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
