//! Every query on rules, evidence and doubts, and on the seats that they are about.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use eligibility_flag::Column as Flag;
use entities::{
    eligibility_evidence, eligibility_flag, eligibility_rule, enrolment, training_class,
    values::{ClassId, ClassStatus, EligibilityRuleId, EnrolmentId, EnrolmentStatus, FlagId, FlagStatus, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};

/// Rows of one statement.
const ROWS: usize = 500;

pub(super) async fn no_rule_stands(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(eligibility_rule::Entity::find().count(db).await? == 0)
}

pub(super) async fn insert_rule(work: &Work, row: eligibility_rule::Model) -> Result<()> {
    eligibility_rule::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Rules by their ids, for evidence that names them.
pub(super) async fn rules(
    db: &impl ConnectionTrait,
    ids: &[EligibilityRuleId],
) -> Result<HashMap<EligibilityRuleId, eligibility_rule::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = eligibility_rule::Entity::find()
        .filter(eligibility_rule::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

pub(super) async fn insert_evidence(work: &Work, rows: Vec<eligibility_evidence::Model>) -> Result<()> {
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(ROWS).collect();
        eligibility_evidence::Entity::insert_many(some).exec_without_returning(work.db()).await?;
    }
    Ok(())
}

/// For callers who may see the class.
pub(super) async fn evidence(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<eligibility_evidence::Model>> {
    Ok(eligibility_evidence::Entity::find()
        .filter(eligibility_evidence::Column::ClassId.eq(class))
        .order_by_asc(eligibility_evidence::Column::EnrolmentId)
        .all(db)
        .await?)
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn class(db: &impl ConnectionTrait, scope: &Scope, id: ClassId) -> Result<training_class::Model> {
    training_class::Entity::find_by_id(id)
        .filter(scope.over(training_class::Column::AreaCode, None, None))
        .one(db)
        .await?
        .ok_or(Error::NotFound("class"))
}

/// Classes that run now, so many behind an id.
pub(super) async fn running(
    db: &impl ConnectionTrait,
    after: Option<ClassId>,
    limit: u64,
) -> Result<Vec<training_class::Model>> {
    let mut rows =
        training_class::Entity::find().filter(training_class::Column::Status.eq(ClassStatus::Running)).limit(limit);
    if let Some(after) = after {
        rows = rows.filter(training_class::Column::Id.gt(after));
    }
    Ok(rows.order_by_asc(training_class::Column::Id).all(db).await?)
}

/// Who sits in a class that runs.
pub(super) async fn seats(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<(EnrolmentId, PersonId)>> {
    Ok(enrolment::Entity::find()
        .select_only()
        .columns([enrolment::Column::Id, enrolment::Column::PersonId])
        .filter(enrolment::Column::ClassId.eq(class))
        .filter(enrolment::Column::Status.eq(EnrolmentStatus::Started))
        .order_by_asc(enrolment::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

fn flags_visible_to(scope: &Scope) -> Select<eligibility_flag::Entity> {
    eligibility_flag::Entity::find().filter(scope.over(Flag::AreaCode, None, None))
}

/// A doubt with the class that it is about.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Flagged {
    pub id: FlagId,
    pub class_id: ClassId,
    pub class_title: String,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub area_code: String,
    pub cause: String,
    pub verdict: String,
    pub status: FlagStatus,
    pub found_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
}

fn listing(scope: &Scope) -> Select<eligibility_flag::Entity> {
    let class: RelationDef = eligibility_flag::Entity::belongs_to(training_class::Entity)
        .from(Flag::ClassId)
        .to(training_class::Column::Id)
        .into();
    flags_visible_to(scope)
        .column_as(training_class::Column::Title, "class_title")
        .join(JoinType::InnerJoin, class)
        .order_by_desc(Flag::Id)
}

/// The latest first.
pub(super) async fn flags(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: Option<FlagStatus>,
    before: Option<FlagId>,
    limit: u64,
) -> Result<Vec<Flagged>> {
    let mut rows = listing(scope).limit(limit);
    if let Some(status) = status {
        rows = rows.filter(Flag::Status.eq(status));
    }
    if let Some(before) = before {
        rows = rows.filter(Flag::Id.lt(before));
    }
    Ok(rows.into_model::<Flagged>().all(db).await?)
}

/// Those of one class, for its page.
pub(super) async fn flags_of(db: &impl ConnectionTrait, scope: &Scope, class: ClassId) -> Result<Vec<Flagged>> {
    Ok(listing(scope).filter(Flag::ClassId.eq(class)).into_model::<Flagged>().all(db).await?)
}

pub(super) async fn flags_of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<eligibility_flag::Model>> {
    Ok(eligibility_flag::Entity::find().filter(Flag::ClassId.eq(class)).order_by_asc(Flag::Id).all(db).await?)
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn flagged(db: &impl ConnectionTrait, scope: &Scope, id: FlagId) -> Result<Flagged> {
    let one = listing(scope).filter(Flag::Id.eq(id)).into_model::<Flagged>().one(db).await?;
    one.ok_or(Error::NotFound("flag"))
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn flag(db: &impl ConnectionTrait, scope: &Scope, id: FlagId) -> Result<eligibility_flag::Model> {
    flags_visible_to(scope).filter(Flag::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("flag"))
}

pub(super) async fn open_flags(db: &impl ConnectionTrait, scope: &Scope) -> Result<u64> {
    Ok(flags_visible_to(scope).filter(Flag::Status.eq(FlagStatus::Open)).count(db).await?)
}

pub(super) async fn insert_flags(work: &Work, rows: Vec<eligibility_flag::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    eligibility_flag::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves one on from the state in which it was read, with what else changes.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn move_flag(
    work: &Work,
    flag: &eligibility_flag::Model,
    to: FlagStatus,
    also: Vec<(Flag, Expr)>,
) -> Result<()> {
    let status = (Flag::Status, Expr::value(to));
    changing::change(work, flag, std::iter::once(status).chain(also)).await
}

/// The doubts about one record are about another one.
pub(super) async fn hand_over(work: &Work, from: PersonId, to: PersonId) -> Result<()> {
    eligibility_flag::Entity::update_many()
        .col_expr(Flag::PersonId, Expr::value(to))
        .filter(Flag::PersonId.eq(from))
        .exec(work.db())
        .await?;
    Ok(())
}
