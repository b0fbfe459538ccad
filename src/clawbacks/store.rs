//! Every query on clawbacks and on what was received for them.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::NaiveDate;
use entities::{
    claim, claim_line, clawback, clawback_receipt, doubt, organisation, training_class,
    values::{
        AccountId, CaseId, ClassId, ClawbackId, ClawbackStatus, Fen, LineId, LineStatus, OrganisationId, PersonId,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationDef, Select, sea_query::Expr,
};

use crate::access::Scope;
use crate::base::{Error, Result};
use crate::clawbacks::forms::Sought;
use crate::data::{Work, changing};

use clawback::Column;

/// What whoever was paid is not shown: what nobody decided on, and what was decided against.
const INSIDE: [ClawbackStatus; 2] = [ClawbackStatus::Requested, ClawbackStatus::Rejected];

/// Of an area, or what is asked back from oneself once it was decided.
fn visible_to(scope: &Scope) -> Select<clawback::Entity> {
    let owned = scope.over(Column::AreaCode, Some(Column::PayeeOrganisation), Some(Column::PayeePerson));
    let rows = clawback::Entity::find().filter(owned);
    match scope {
        Scope::Organisation(_) | Scope::Person(_) => rows.filter(Column::Status.is_not_in(INSIDE)),
        _ => rows,
    }
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: ClawbackId) -> Result<clawback::Model> {
    visible_to(scope).filter(Column::Id.eq(id)).one(db).await?.ok_or(Error::NotFound("clawback"))
}

/// A clawback with the words around it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub row: clawback::Model,
    pub claim_number: String,
    pub class_title: String,
    pub organisation_name: String,
}

#[derive(FromQueryResult)]
struct Names {
    claim_number: String,
    class_title: String,
    organisation_name: String,
}

fn listing(scope: &Scope) -> Select<clawback::Entity> {
    let of_claim: RelationDef =
        clawback::Entity::belongs_to(claim::Entity).from(Column::ClaimId).to(claim::Column::Id).into();
    let of_class: RelationDef = clawback::Entity::belongs_to(training_class::Entity)
        .from(Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let house: RelationDef = clawback::Entity::belongs_to(organisation::Entity)
        .from(Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    visible_to(scope)
        .column_as(claim::Column::Number, "claim_number")
        .column_as(training_class::Column::Title, "class_title")
        .column_as(organisation::Column::Name, "organisation_name")
        .join(JoinType::InnerJoin, of_claim)
        .join(JoinType::InnerJoin, of_class)
        .join(JoinType::InnerJoin, house)
        .order_by_desc(Column::Id)
}

async fn read(db: &impl ConnectionTrait, rows: Select<clawback::Entity>) -> Result<Vec<Listed>> {
    let statement = rows.build(db.get_database_backend());
    let found = db.query_all_raw(statement).await?;
    let listed = |row: &sea_orm::QueryResult| {
        let Names { claim_number, class_title, organisation_name } = Names::from_query_result(row, "")?;
        let row = clawback::Model::from_query_result(row, "")?;
        Ok(Listed { row, claim_number, class_title, organisation_name })
    };
    found.iter().map(listed).collect()
}

/// The latest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought,
    before: Option<ClawbackId>,
    limit: u64,
) -> Result<Vec<Listed>> {
    let mut rows = listing(scope).limit(limit);
    if let Some(status) = sought.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(line) = sought.line {
        rows = rows.filter(Column::LineId.eq(line));
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
pub(super) async fn listed(db: &impl ConnectionTrait, scope: &Scope, id: ClawbackId) -> Result<Listed> {
    let rows = read(db, listing(scope).filter(Column::Id.eq(id))).await?;
    rows.into_iter().next().ok_or(Error::NotFound("clawback"))
}

/// Everything that was ever asked back of a line.
pub(super) async fn of_line(db: &impl ConnectionTrait, line: LineId) -> Result<Vec<clawback::Model>> {
    Ok(clawback::Entity::find().filter(Column::LineId.eq(line)).all(db).await?)
}

/// Everything that was ever asked back because of a case.
pub(super) async fn of_case(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<clawback::Model>> {
    Ok(clawback::Entity::find().filter(Column::CaseId.eq(case)).all(db).await?)
}

/// # Errors
/// `error.duplicate` where another one of the line waits for a decision.
pub(super) async fn insert(work: &Work, row: clawback::Model) -> Result<()> {
    clawback::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves one on from the state in which it was read, with what else changes.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn advance(
    work: &Work,
    row: &clawback::Model,
    to: ClawbackStatus,
    also: Vec<(Column, Expr)>,
) -> Result<()> {
    changing::change(work, row, std::iter::once((Column::Status, Expr::value(to))).chain(also)).await
}

/// What came back, the first first.
pub(super) async fn receipts(db: &impl ConnectionTrait, id: ClawbackId) -> Result<Vec<clawback_receipt::Model>> {
    Ok(clawback_receipt::Entity::find()
        .filter(clawback_receipt::Column::ClawbackId.eq(id))
        .order_by_asc(clawback_receipt::Column::Id)
        .all(db)
        .await?)
}

/// # Errors
/// `error.duplicate` where the paper brought money already.
pub(super) async fn insert_receipt(work: &Work, row: clawback_receipt::Model) -> Result<()> {
    clawback_receipt::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// How many stand so, what has still to come back of them, and by when the first is due.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Tally {
    pub status: ClawbackStatus,
    pub count: i64,
    pub fen: Fen,
    pub due_on: Option<NaiveDate>,
}

/// Those in sight that wait for somebody, by their state; those that `not_by` asked for left out.
pub(super) async fn tally(db: &impl ConnectionTrait, scope: &Scope, not_by: Option<AccountId>) -> Result<Vec<Tally>> {
    let left = Expr::cust("CAST(sum(clawback.fen - clawback.recovered_fen - clawback.written_off_fen) AS bigint)");
    let mut rows = visible_to(scope)
        .select_only()
        .column(Column::Status)
        .column_as(Column::Id.count(), "count")
        .column_as(left, "fen")
        .column_as(Column::DueOn.min(), "due_on")
        .filter(Column::Status.is_in([
            ClawbackStatus::Requested,
            ClawbackStatus::Approved,
            ClawbackStatus::Offsetting,
            ClawbackStatus::Invoiced,
        ]))
        .group_by(Column::Status);
    if let Some(not_by) = not_by {
        rows = rows.filter(Column::RequestedBy.ne(not_by));
    }
    Ok(rows.into_model::<Tally>().all(db).await?)
}

/// A line that was paid, with what was asked back of it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct PaidLine {
    pub line_id: LineId,
    pub person_id: PersonId,
    pub claim_number: String,
    pub class_title: String,
    pub fen: Fen,
    pub asked: Fen,
}

/// Of which claims lines are looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of<'a> {
    /// An institution's for some classes.
    Classes(OrganisationId, &'a [ClassId]),
    /// The one with that number.
    Number(&'a str),
}

/// Lines in sight that were paid, in the order in which they were made; at most `limit`.
pub(super) async fn paid_lines(
    db: &impl ConnectionTrait,
    scope: &Scope,
    of: Of<'_>,
    limit: u64,
) -> Result<Vec<PaidLine>> {
    let of = match of {
        Of::Classes(house, classes) => Condition::all()
            .add(claim::Column::OrganisationId.eq(house))
            .add(claim::Column::ClassId.is_in(classes.iter().copied())),
        Of::Number(number) => Condition::all().add(claim::Column::Number.eq(number)),
    };
    let asked = Expr::cust(
        "CAST((SELECT coalesce(sum(b.fen), 0) FROM clawback b WHERE b.line_id = claim_line.id \
         AND b.status <> 'rejected') AS bigint)",
    );
    let of_claim: RelationDef =
        claim_line::Entity::belongs_to(claim::Entity).from(claim_line::Column::ClaimId).to(claim::Column::Id).into();
    let of_class: RelationDef = claim::Entity::belongs_to(training_class::Entity)
        .from(claim::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    Ok(claim_line::Entity::find()
        .select_only()
        .column_as(claim_line::Column::Id, "line_id")
        .columns([claim_line::Column::PersonId, claim_line::Column::Fen])
        .column_as(claim::Column::Number, "claim_number")
        .column_as(training_class::Column::Title, "class_title")
        .column_as(asked, "asked")
        .join(JoinType::InnerJoin, of_claim)
        .join(JoinType::InnerJoin, of_class)
        .filter(scope.over(claim::Column::AreaCode, None, None))
        .filter(of)
        .filter(claim_line::Column::Status.eq(LineStatus::Paid))
        .filter(claim_line::Column::Fen.gt(0))
        .order_by_asc(claim_line::Column::Id)
        .limit(limit)
        .into_model::<PaidLine>()
        .all(db)
        .await?)
}

/// The classes that a case is about.
pub(super) async fn classes_of(db: &impl ConnectionTrait, case: CaseId) -> Result<Vec<ClassId>> {
    Ok(doubt::Entity::find()
        .select_only()
        .column(doubt::Column::ClassId)
        .distinct()
        .filter(doubt::Column::CaseId.eq(case))
        .into_tuple()
        .all(db)
        .await?)
}
