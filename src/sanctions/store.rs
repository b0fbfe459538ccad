//! Every query on sanctions, their answers and appeals.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{
    organisation, sanction, sanction_answer, sanction_appeal,
    values::{
        AnswerVerdict, AppealStatus, CaseId, OrganisationId, OrganisationStatus, SanctionAnswerId, SanctionId,
        SanctionKind, SanctionStatus,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::data::{Work, changing};
use crate::sanctions::forms::Sought;

use sanction::Column;

/// What an institution is not shown: what was never put in force.
const INSIDE: [SanctionStatus; 2] = [SanctionStatus::Proposed, SanctionStatus::Refused];
/// What is neither refused nor over.
const LIVE: [SanctionStatus; 3] = [SanctionStatus::Proposed, SanctionStatus::InForce, SanctionStatus::Answered];

/// Of an area, or against one's own institution once it is in force.
fn visible_to(scope: &Scope) -> Select<sanction::Entity> {
    let rows = sanction::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None));
    match scope {
        Scope::Organisation(_) => rows.filter(Column::Status.is_not_in(INSIDE)),
        _ => rows,
    }
}

/// A sanction with the name of the institution.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub row: sanction::Model,
    pub organisation_name: String,
}

#[derive(FromQueryResult)]
struct Name {
    organisation_name: String,
}

fn listing(scope: &Scope) -> Select<sanction::Entity> {
    let house: RelationDef = sanction::Entity::belongs_to(organisation::Entity)
        .from(Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    visible_to(scope)
        .column_as(organisation::Column::Name, "organisation_name")
        .join(JoinType::InnerJoin, house)
        .order_by_desc(Column::Id)
}

async fn read(db: &impl ConnectionTrait, rows: Select<sanction::Entity>) -> Result<Vec<Listed>> {
    use sea_orm::QueryTrait;
    let statement = rows.build(db.get_database_backend());
    let found = db.query_all_raw(statement).await?;
    let listed = |row: &sea_orm::QueryResult| {
        let Name { organisation_name } = Name::from_query_result(row, "")?;
        Ok(Listed { row: sanction::Model::from_query_result(row, "")?, organisation_name })
    };
    found.iter().map(listed).collect()
}

/// The latest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought,
    before: Option<SanctionId>,
    limit: u64,
) -> Result<Vec<Listed>> {
    let mut rows = listing(scope).limit(limit);
    if let Some(status) = sought.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(organisation) = sought.organisation {
        rows = rows.filter(Column::OrganisationId.eq(organisation));
    }
    if let Some(case) = sought.case {
        rows = rows.filter(Column::CaseId.eq(case));
    }
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    read(db, rows).await
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn listed(db: &impl ConnectionTrait, scope: &Scope, id: SanctionId) -> Result<Listed> {
    let rows = read(db, listing(scope).filter(Column::Id.eq(id))).await?;
    rows.into_iter().next().ok_or(Error::NotFound("sanction"))
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: SanctionId) -> Result<sanction::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("sanction"))
}

/// How many in sight stand so; those that somebody proposed himself left out, where he is named.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    scope: &Scope,
    status: SanctionStatus,
    but: Option<entities::values::AccountId>,
) -> Result<u64> {
    let mut rows = visible_to(scope).filter(Column::Status.eq(status));
    if let Some(but) = but {
        rows = rows.filter(Column::ProposedBy.ne(but));
    }
    Ok(rows.count(db).await?)
}

/// Rectifications in sight that wait for the institution, the one due first ahead.
pub(super) async fn to_mend(db: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<sanction::Model>> {
    Ok(visible_to(scope)
        .filter(Column::Status.eq(SanctionStatus::InForce))
        .filter(Column::Kind.eq(SanctionKind::Rectify))
        .order_by_asc(Column::DueOn)
        .limit(limit)
        .all(db)
        .await?)
}

/// Those of a case, the first ahead.
pub(super) async fn of_case(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<sanction::Model>> {
    Ok(sanction::Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Id).all(db).await?)
}

/// Those of an institution that were ever in force and are of these kinds.
pub(super) async fn of_kinds(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    kinds: &[SanctionKind],
) -> Result<Vec<sanction::Model>> {
    Ok(sanction::Entity::find()
        .filter(Column::OrganisationId.eq(organisation))
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(Column::Status.is_not_in(INSIDE))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// Whether one of that kind is proposed or in force already.
pub(super) async fn has_live(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    kind: SanctionKind,
) -> Result<bool> {
    let live = sanction::Entity::find()
        .filter(Column::OrganisationId.eq(organisation))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Status.is_in(LIVE));
    Ok(live.one(db).await?.is_some())
}

/// In force though their last day is over.
pub(super) async fn run_out(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
    today: NaiveDate,
) -> Result<Vec<sanction::Model>> {
    Ok(over(today).filter(Column::OrganisationId.eq(organisation)).all(db).await?)
}

fn over(today: NaiveDate) -> Select<sanction::Entity> {
    sanction::Entity::find().filter(Column::Status.eq(SanctionStatus::InForce)).filter(Column::EndsOn.lt(today))
}

/// Institutions of which a sanction has run out, or a suspension has begun that they do not stand by yet.
pub(super) async fn due(db: &impl ConnectionTrait, today: NaiveDate) -> Result<BTreeSet<OrganisationId>> {
    let of = |rows: Select<sanction::Entity>| rows.select_only().column(Column::OrganisationId).into_tuple();
    let mut due: BTreeSet<OrganisationId> = of(over(today)).all(db).await?.into_iter().collect();
    let house: RelationDef = sanction::Entity::belongs_to(organisation::Entity)
        .from(Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let begun = sanction::Entity::find()
        .join(JoinType::InnerJoin, house)
        .filter(Column::Status.eq(SanctionStatus::InForce))
        .filter(Column::Kind.eq(SanctionKind::Suspend))
        .filter(Column::StartsOn.lte(today))
        .filter(organisation::Column::Status.eq(OrganisationStatus::Active));
    let begun: Vec<OrganisationId> = of(begun).all(db).await?;
    due.extend(begun);
    Ok(due)
}

pub(super) async fn insert(work: &Work, row: sanction::Model) -> Result<()> {
    sanction::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves one on from the state in which it was read, with what else changes.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn move_sanction(
    work: &Work,
    row: &sanction::Model,
    to: SanctionStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    let status = (Column::Status, Expr::value(to));
    changing::change(work, row, std::iter::once(status).chain(also)).await
}

/// What the institution answered, the first ahead.
pub(super) async fn answers(db: &impl ConnectionTrait, id: SanctionId) -> Result<Vec<sanction_answer::Model>> {
    Ok(sanction_answer::Entity::find()
        .filter(sanction_answer::Column::SanctionId.eq(id))
        .order_by_asc(sanction_answer::Column::Id)
        .all(db)
        .await?)
}

pub(super) async fn insert_answer(work: &Work, row: sanction_answer::Model) -> Result<()> {
    sanction_answer::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Writes down what is said of an answer that nobody judged yet.
///
/// # Errors
/// `Stale` when somebody else judged it meanwhile.
pub(super) async fn judge(
    work: &Work,
    id: SanctionAnswerId,
    verdict: AnswerVerdict,
    note: Option<String>,
    by: entities::values::AccountId,
) -> Result<()> {
    use sanction_answer::Column;
    let done = sanction_answer::Entity::update_many()
        .col_expr(Column::Verdict, Expr::value(Some(verdict)))
        .col_expr(Column::Note, Expr::value(note))
        .col_expr(Column::JudgedBy, Expr::value(Some(by)))
        .col_expr(Column::JudgedAt, Expr::value(Some(work.now)))
        .filter(Condition::all().add(Column::Id.eq(id)).add(Column::Verdict.is_null()))
        .exec(work.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// The appeal against a sanction, where there is one.
pub(super) async fn appeal(db: &impl ConnectionTrait, id: SanctionId) -> Result<Option<sanction_appeal::Model>> {
    Ok(sanction_appeal::Entity::find().filter(sanction_appeal::Column::SanctionId.eq(id)).one(db).await?)
}

pub(super) async fn insert_appeal(work: &Work, row: sanction_appeal::Model) -> Result<()> {
    sanction_appeal::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `Stale` when somebody else decided meanwhile.
pub(super) async fn decide_appeal(
    work: &Work,
    row: &sanction_appeal::Model,
    to: AppealStatus,
    answer: String,
    by: entities::values::AccountId,
) -> Result<()> {
    use sanction_appeal::Column;
    let set = [
        (Column::Status, Expr::value(to)),
        (Column::Answer, Expr::value(Some(answer))),
        (Column::DecidedBy, Expr::value(Some(by))),
        (Column::DecidedAt, Expr::value(Some(work.now))),
    ];
    changing::change(work, row, set).await
}

/// Appeals in sight on which nobody decided.
pub(super) async fn open_appeals(db: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<SanctionId>> {
    use sanction_appeal::Column;
    Ok(sanction_appeal::Entity::find()
        .select_only()
        .column(Column::SanctionId)
        .filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), None))
        .filter(Column::Status.eq(AppealStatus::Filed))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}
