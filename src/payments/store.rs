//! Every query on batches, payments, layouts and answers.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    account, bank_layout, bank_response, claim, claim_line, payment, payment_batch, payment_line,
    values::{
        AccountId, BatchId, BatchStatus, ClaimId, Fen, LineId, PaymentFailure, PaymentId, PaymentStatus, PersonId,
        PotId, ResponseId,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select, Statement,
    sea_query::{Expr, ExprTrait},
};

use crate::access::{Scope, within};
use crate::base::{Error, Result};
use crate::data::{Work, bulk};
use crate::payments::rules::Sum;

/// Ids of one question.
const KEYS: usize = 1_000;

/// By the area of the pot.
fn visible_to(scope: &Scope) -> Select<payment_batch::Entity> {
    payment_batch::Entity::find().filter(scope.over(payment_batch::Column::AreaCode, None, None))
}

/// One that the scope may see.
///
/// # Errors
/// `NotFound`.
pub(super) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: BatchId) -> Result<payment_batch::Model> {
    let found = visible_to(scope).filter(payment_batch::Column::Id.eq(id)).one(db).await?;
    found.ok_or(Error::NotFound("batch"))
}

/// Which batches a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Which<'a> {
    pub status: Option<BatchStatus>,
    pub pot: Option<PotId>,
    pub area: Option<&'a str>,
    pub limit: u64,
    pub before: Option<BatchId>,
}

/// The latest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    which: Which<'_>,
) -> Result<Vec<payment_batch::Model>> {
    use payment_batch::Column;
    let mut rows = visible_to(scope).order_by_desc(Column::Id).limit(which.limit);
    if let Some(status) = which.status {
        rows = rows.filter(Column::Status.eq(status));
    }
    if let Some(pot) = which.pot {
        rows = rows.filter(Column::PotId.eq(pot));
    }
    if let Some(area) = which.area {
        rows = rows.filter(within(Column::AreaCode, area));
    }
    if let Some(before) = which.before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.all(db).await?)
}

#[derive(FromQueryResult)]
struct TallyRow {
    status: BatchStatus,
    count: i64,
    fen: Fen,
}

/// How many batches in sight are in which state, and what they come to.
pub(super) async fn tally(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<(BatchStatus, Sum)>> {
    let rows = visible_to(scope)
        .select_only()
        .column(payment_batch::Column::Status)
        .column_as(payment_batch::Column::Id.count(), "count")
        .column_as(payment_batch::Column::TotalFen.sum().cast_as("bigint"), "fen")
        .group_by(payment_batch::Column::Status)
        .into_model::<TallyRow>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.status, Sum { count: row.count, fen: row.fen })).collect())
}

/// The batch of a pot that is being built.
pub(super) async fn open_of(db: &impl ConnectionTrait, pot: PotId) -> Result<Option<payment_batch::Model>> {
    Ok(payment_batch::Entity::find()
        .filter(payment_batch::Column::PotId.eq(pot))
        .filter(payment_batch::Column::Status.eq(BatchStatus::Building))
        .one(db)
        .await?)
}

/// # Errors
/// `error.duplicate` where one is being built for the pot.
pub(super) async fn insert(work: &Work, row: payment_batch::Model) -> Result<()> {
    payment_batch::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Payments with their lines.
pub(super) async fn insert_payments(
    work: &Work,
    payments: Vec<payment::Model>,
    lines: Vec<payment_line::Model>,
) -> Result<()> {
    bulk::insert::<payment::Entity>(work, payments).await?;
    bulk::insert::<payment_line::Entity>(work, lines).await
}

/// Payments that a batch ever had, for the next reference.
pub(super) async fn references(db: &impl ConnectionTrait, batch: BatchId) -> Result<i64> {
    let last = payment::Entity::find()
        .select_only()
        .column_as(payment::Column::Id.count(), "count")
        .filter(payment::Column::BatchId.eq(batch))
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(last.unwrap_or_default())
}

/// Moves the sums of a batch that is being built.
///
/// # Errors
/// `Stale` when it is not any more.
pub(super) async fn add(work: &Work, batch: BatchId, payments: Sum, lines: i64) -> Result<()> {
    use payment_batch::Column;
    let moved = payment_batch::Entity::update_many()
        .col_expr(Column::TotalFen, Expr::col(Column::TotalFen).add(payments.fen))
        .col_expr(Column::Payments, Expr::col(Column::Payments).add(payments.count))
        .col_expr(Column::Lines, Expr::col(Column::Lines).add(lines))
        .filter(Column::Id.eq(batch))
        .filter(Column::Status.eq(BatchStatus::Building))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Moves a batch on from the state in which it was read.
///
/// # Errors
/// `Stale` when somebody else moved it meanwhile.
pub(super) async fn advance(
    work: &Work,
    batch: &payment_batch::Model,
    to: BatchStatus,
    also: impl IntoIterator<Item = (payment_batch::Column, Expr)>,
) -> Result<()> {
    use payment_batch::Column;
    let mut update = payment_batch::Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1));
    for (column, value) in also {
        update = update.col_expr(column, value);
    }
    let moved = update
        .filter(Column::Id.eq(batch.id))
        .filter(Column::Status.eq(batch.status))
        .filter(Column::Version.eq(batch.version))
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Somebody took the file.
pub(super) async fn fetched(work: &Work, batch: BatchId, by: AccountId) -> Result<()> {
    use payment_batch::Column;
    payment_batch::Entity::update_many()
        .col_expr(Column::FetchedBy, Expr::value(Some(by)))
        .col_expr(Column::FetchedAt, Expr::value(Some(work.now)))
        .col_expr(Column::Fetches, Expr::col(Column::Fetches).add(1))
        .filter(Column::Id.eq(batch))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Payments of a batch in a state, in the order of their keys, behind `after`.
pub(super) async fn payments(
    db: &impl ConnectionTrait,
    batch: BatchId,
    status: Option<PaymentStatus>,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<payment::Model>> {
    let mut rows = payment::Entity::find()
        .filter(payment::Column::BatchId.eq(batch))
        .order_by_asc(payment::Column::Id)
        .limit(limit);
    if let Some(status) = status {
        rows = rows.filter(payment::Column::Status.eq(status));
    }
    if let Some(after) = after {
        rows = rows.filter(payment::Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
}

/// Every payment of a batch but those that were taken out.
pub(super) async fn counting(db: &impl ConnectionTrait, batch: BatchId) -> Result<Vec<payment::Model>> {
    let mut all: Vec<payment::Model> = Vec::new();
    loop {
        let after = all.last().map(|row| row.id);
        let some = payments(db, batch, None, after, 1_000).await?;
        let over = some.len() < KEYS;
        all.extend(some);
        if over {
            all.retain(|row| row.status != PaymentStatus::Cancelled);
            return Ok(all);
        }
    }
}

/// The payments in a batch of some claims that wait.
pub(super) async fn pending_of(
    db: &impl ConnectionTrait,
    batch: BatchId,
    claims: &[ClaimId],
) -> Result<Vec<payment::Model>> {
    let mut found = Vec::new();
    for claims in claims.chunks(KEYS) {
        let some = payment::Entity::find()
            .filter(payment::Column::ClaimId.is_in(claims.iter().copied()))
            .filter(payment::Column::BatchId.eq(batch))
            .filter(payment::Column::Status.eq(PaymentStatus::Pending));
        found.extend(some.order_by_asc(payment::Column::Id).all(db).await?);
    }
    Ok(found)
}

/// The next claims with a payment that waits in a batch, behind `after`.
pub(super) async fn claims_of(
    db: &impl ConnectionTrait,
    batch: BatchId,
    after: Option<ClaimId>,
    limit: u64,
) -> Result<Vec<ClaimId>> {
    let mut rows = payment::Entity::find()
        .select_only()
        .column(payment::Column::ClaimId)
        .distinct()
        .filter(payment::Column::BatchId.eq(batch))
        .filter(payment::Column::Status.eq(PaymentStatus::Pending))
        .order_by_asc(payment::Column::ClaimId)
        .limit(limit);
    if let Some(after) = after {
        rows = rows.filter(payment::Column::ClaimId.gt(after));
    }
    Ok(rows.into_tuple().all(db).await?)
}

/// The lines of payments.
pub(super) async fn lines_of(
    db: &impl ConnectionTrait,
    payments: impl IntoIterator<Item = PaymentId>,
) -> Result<Vec<payment_line::Model>> {
    let payments: Vec<PaymentId> = payments.into_iter().collect();
    let mut lines = Vec::new();
    for some in payments.chunks(KEYS) {
        let rows = payment_line::Entity::find().filter(payment_line::Column::PaymentId.is_in(some.iter().copied()));
        lines.extend(rows.all(db).await?);
    }
    Ok(lines)
}

/// A line as a batch tells it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct BatchLine {
    pub line_id: LineId,
    pub fen: Fen,
    pub status: PaymentStatus,
    pub reference: String,
    pub claim_id: ClaimId,
    pub number: String,
    pub person_id: PersonId,
}

/// The lines of some payments with what they are of.
pub(super) async fn told_lines(db: &impl ConnectionTrait, payments: &[PaymentId]) -> Result<Vec<BatchLine>> {
    let of: RelationDef = payment_line::Entity::belongs_to(payment::Entity)
        .from(payment_line::Column::PaymentId)
        .to(payment::Column::Id)
        .into();
    let claims: RelationDef =
        payment::Entity::belongs_to(claim::Entity).from(payment::Column::ClaimId).to(claim::Column::Id).into();
    let line: RelationDef = payment_line::Entity::belongs_to(claim_line::Entity)
        .from(payment_line::Column::LineId)
        .to(claim_line::Column::Id)
        .into();
    Ok(payment_line::Entity::find()
        .select_only()
        .columns([payment_line::Column::LineId, payment_line::Column::Fen, payment_line::Column::Status])
        .column_as(payment::Column::Reference, "reference")
        .column_as(payment::Column::ClaimId, "claim_id")
        .column_as(claim::Column::Number, "number")
        .column_as(claim_line::Column::PersonId, "person_id")
        .join(JoinType::InnerJoin, of)
        .join(JoinType::InnerJoin, claims)
        .join(JoinType::InnerJoin, line)
        .filter(payment_line::Column::PaymentId.is_in(payments.iter().copied()))
        .order_by_asc(payment_line::Column::PaymentId)
        .order_by_asc(payment_line::Column::LineId)
        .into_model::<BatchLine>()
        .all(db)
        .await?)
}

/// What is written of payments that end alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct End {
    pub status: PaymentStatus,
    pub failure: Option<PaymentFailure>,
    pub bank_code: Option<String>,
    pub paid_on: Option<NaiveDate>,
}

impl End {
    pub(super) const CANCELLED: Self =
        Self { status: PaymentStatus::Cancelled, failure: None, bank_code: None, paid_on: None };
}

/// Settles payments that wait; their lines follow by the key of both tables.
///
/// # Errors
/// `Stale` when one does not wait any more.
pub(super) async fn end(work: &Work, ids: &[PaymentId], end: &End) -> Result<()> {
    use payment::Column;
    for ids in ids.chunks(KEYS) {
        let moved = payment::Entity::update_many()
            .col_expr(Column::Status, Expr::value(end.status))
            .col_expr(Column::Failure, Expr::value(end.failure))
            .col_expr(Column::BankCode, Expr::value(end.bank_code.clone()))
            .col_expr(Column::PaidOn, Expr::value(end.paid_on))
            .col_expr(Column::SettledAt, Expr::value(Some(work.now)))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .filter(Column::Status.eq(PaymentStatus::Pending))
            .exec(work.db())
            .await?;
        if usize::try_from(moved.rows_affected).ok() != Some(ids.len()) {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

/// Which of these references are of other batches.
pub(super) async fn foreign(db: &impl ConnectionTrait, batch: BatchId, references: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for some in references.chunks(KEYS) {
        let rows = payment::Entity::find()
            .select_only()
            .column(payment::Column::Reference)
            .filter(payment::Column::Reference.is_in(some))
            .filter(payment::Column::BatchId.ne(batch))
            .into_tuple::<String>();
        found.extend(rows.all(db).await?);
    }
    Ok(found)
}

/// By the area of the claim, the institution or the person that is paid.
fn payments_to(scope: &Scope) -> Select<payment::Entity> {
    use payment::Column;
    payment::Entity::find().filter(scope.over(Column::AreaCode, Some(Column::OrganisationId), Some(Column::PersonId)))
}

/// What the bank refused and nobody mended, the first first.
pub(super) async fn failed(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<payment::Model>> {
    let mut rows = open_failures(scope).order_by_asc(payment::Column::Id).limit(limit);
    if let Some(after) = after {
        rows = rows.filter(payment::Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
}

fn open_failures(scope: &Scope) -> Select<payment::Entity> {
    payments_to(scope).filter(Expr::cust("payment.status = 'failed'")).filter(Expr::cust("payment.mended_at IS NULL"))
}

#[derive(FromQueryResult)]
struct SumRow {
    count: i64,
    fen: Option<Fen>,
}

/// How many, and what they come to.
pub(super) async fn failed_sum(db: &impl ConnectionTrait, scope: &Scope) -> Result<Sum> {
    let row = open_failures(scope)
        .select_only()
        .column_as(payment::Column::Id.count(), "count")
        .column_as(payment::Column::Fen.sum().cast_as("bigint"), "fen")
        .into_model::<SumRow>()
        .one(db)
        .await?;
    Ok(row.map_or_else(Sum::default, |row| Sum { count: row.count, fen: row.fen.unwrap_or_default() }))
}

/// One payment in sight.
///
/// # Errors
/// `NotFound`.
pub(super) async fn payment(db: &impl ConnectionTrait, scope: &Scope, id: PaymentId) -> Result<payment::Model> {
    let found = payments_to(scope).filter(payment::Column::Id.eq(id)).one(db).await?;
    found.ok_or(Error::NotFound("payment"))
}

/// What was paid, or is to be, for a claim in sight.
pub(super) async fn of_claim(db: &impl ConnectionTrait, claim: ClaimId, limit: u64) -> Result<Vec<payment::Model>> {
    Ok(payment::Entity::find()
        .filter(payment::Column::ClaimId.eq(claim))
        .order_by_asc(payment::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Lets what failed go into the next batch.
///
/// # Errors
/// `Stale` when somebody did so already.
pub(super) async fn mend(work: &Work, id: PaymentId, by: AccountId) -> Result<()> {
    use payment::Column;
    let moved = payment::Entity::update_many()
        .col_expr(Column::MendedBy, Expr::value(Some(by)))
        .col_expr(Column::MendedAt, Expr::value(Some(work.now)))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(PaymentStatus::Failed))
        .filter(Column::MendedAt.is_null())
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Names of accounts, numbers of batches and claims, by their ids.
pub(super) async fn account_names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<Vec<(AccountId, String)>> {
    Ok(account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Name])
        .filter(account::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?)
}

pub(super) async fn batch_numbers(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = BatchId>,
) -> Result<Vec<(BatchId, String)>> {
    Ok(payment_batch::Entity::find()
        .select_only()
        .columns([payment_batch::Column::Id, payment_batch::Column::Number])
        .filter(payment_batch::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?)
}

pub(super) async fn claim_numbers(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ClaimId>,
) -> Result<Vec<(ClaimId, String)>> {
    let ids: Vec<ClaimId> = ids.into_iter().collect();
    let mut found = Vec::new();
    for some in ids.chunks(KEYS) {
        let rows = claim::Entity::find()
            .select_only()
            .columns([claim::Column::Id, claim::Column::Number])
            .filter(claim::Column::Id.is_in(some.iter().copied()));
        found.extend(rows.into_tuple::<(ClaimId, String)>().all(db).await?);
    }
    Ok(found)
}

/// All layouts; they are few.
pub(super) async fn layouts(db: &impl ConnectionTrait) -> Result<Vec<bank_layout::Model>> {
    Ok(bank_layout::Entity::find().order_by_asc(bank_layout::Column::Code).all(db).await?)
}

/// # Errors
/// `NotFound`.
pub(super) async fn layout(db: &impl ConnectionTrait, code: &str) -> Result<bank_layout::Model> {
    bank_layout::Entity::find_by_id(code).one(db).await?.ok_or(Error::NotFound("layout"))
}

pub(super) async fn insert_layout(work: &Work, row: bank_layout::Model) -> Result<()> {
    bank_layout::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `NotFound` for an answer to another batch.
pub(super) async fn response(
    db: &impl ConnectionTrait,
    batch: BatchId,
    id: ResponseId,
) -> Result<bank_response::Model> {
    let found = bank_response::Entity::find_by_id(id).filter(bank_response::Column::BatchId.eq(batch)).one(db).await?;
    found.ok_or(Error::NotFound("response"))
}

/// The answer that came as this file.
pub(super) async fn response_of(
    db: &impl ConnectionTrait,
    batch: BatchId,
    hash: &str,
) -> Result<Option<bank_response::Model>> {
    Ok(bank_response::Entity::find()
        .filter(bank_response::Column::BatchId.eq(batch))
        .filter(bank_response::Column::FileHash.eq(hash))
        .one(db)
        .await?)
}

pub(super) async fn insert_response(work: &Work, row: bank_response::Model) -> Result<()> {
    bank_response::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// # Errors
/// `Stale` when it was applied meanwhile.
pub(super) async fn applied(work: &Work, id: ResponseId, by: AccountId) -> Result<()> {
    use bank_response::Column;
    let moved = bank_response::Entity::update_many()
        .col_expr(Column::AppliedBy, Expr::value(Some(by)))
        .col_expr(Column::AppliedAt, Expr::value(Some(work.now)))
        .filter(Column::Id.eq(id))
        .filter(Column::AppliedAt.is_null())
        .exec(work.db())
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// Payments of a batch by state: how many, and what they come to.
pub(super) async fn by_state(db: &impl ConnectionTrait, batch: BatchId) -> Result<Vec<(PaymentStatus, Sum)>> {
    let rows: Vec<(PaymentStatus, i64, Fen)> = payment::Entity::find()
        .select_only()
        .column(payment::Column::Status)
        .column_as(payment::Column::Id.count(), "count")
        .column_as(payment::Column::Fen.sum().cast_as("bigint"), "fen")
        .filter(payment::Column::BatchId.eq(batch))
        .group_by(payment::Column::Status)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(status, count, fen)| (status, Sum { count, fen })).collect())
}

/// A count and a sum of one statement.
async fn one_sum(db: &impl ConnectionTrait, sql: &str, values: Vec<sea_orm::Value>) -> Result<Sum> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = SumRow::find_by_statement(statement).one(db).await?;
    Ok(row.map_or_else(Sum::default, |row| Sum { count: row.count, fen: row.fen.unwrap_or_default() }))
}

/// The lines of the payments that count.
pub(super) async fn line_sum(db: &impl ConnectionTrait, batch: BatchId) -> Result<Sum> {
    let sql = "SELECT count(*) AS count, CAST(sum(l.fen) AS bigint) AS fen FROM payment p \
               JOIN payment_line l ON l.payment_id = p.id WHERE p.batch_id = $1 AND l.status <> 'cancelled'";
    one_sum(db, sql, vec![batch.0.into()]).await
}

/// What the ledger says left under the number of a batch; of what was paid before there were batches, for its claim.
pub(super) async fn ledger_sum(db: &impl ConnectionTrait, batch: &payment_batch::Model) -> Result<Sum> {
    if batch.layout.is_none() {
        let sql = "SELECT count(*) AS count, CAST(sum(x.fen) AS bigint) AS fen FROM posting x WHERE x.credit = 'paid' \
                   AND coalesce(x.document_no, $2) = $2 \
                   AND x.claim_id IN (SELECT claim_id FROM payment WHERE batch_id = $1)";
        return one_sum(db, sql, vec![batch.id.0.into(), batch.number.clone().into()]).await;
    }
    let sql = "SELECT count(*) AS count, CAST(sum(x.fen) AS bigint) AS fen FROM posting x WHERE x.pot_id = $1 \
               AND x.document_no = $2 AND x.credit = 'paid'";
    one_sum(db, sql, vec![batch.pot_id.0.into(), batch.number.clone().into()]).await
}

/// What is owed for the claims of a batch: by the ledger, and by their lines.
pub(super) async fn owed(db: &impl ConnectionTrait, batch: BatchId) -> Result<(Fen, Fen)> {
    const CLAIMS: &str = "(SELECT claim_id FROM payment WHERE batch_id = $1)";
    let posted = format!(
        "SELECT count(*) AS count, CAST(sum(CASE WHEN x.credit = 'payable' THEN x.fen WHEN x.debit = 'payable' THEN -x.fen \
         ELSE 0 END) AS bigint) AS fen FROM posting x WHERE x.claim_id IN {CLAIMS}"
    );
    let lines = format!(
        "SELECT count(*) AS count, CAST(sum(l.fen) AS bigint) AS fen FROM claim_line l WHERE l.claim_id IN {CLAIMS} \
         AND l.status IN ('claimed', 'held', 'cleared', 'approved', 'batched', 'failed')"
    );
    let posted = one_sum(db, &posted, vec![batch.0.into()]).await?;
    Ok((posted.fen, one_sum(db, &lines, vec![batch.0.into()]).await?.fen))
}

/// What left a pot within some days: by its payments, and by the ledger.
pub(super) async fn of_period(
    db: &impl ConnectionTrait,
    pot: PotId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(Sum, Sum)> {
    let payments = "SELECT count(*) AS count, CAST(sum(fen) AS bigint) AS fen FROM payment WHERE pot_id = $1 \
                    AND status = 'paid' AND settled_at >= $2 AND settled_at < $3";
    let posted = "SELECT count(*) AS count, CAST(sum(fen) AS bigint) AS fen FROM posting WHERE pot_id = $1 \
                  AND credit = 'paid' AND at >= $2 AND at < $3";
    let values = || vec![pot.0.into(), from.into(), to.into()];
    Ok((one_sum(db, payments, values()).await?, one_sum(db, posted, values()).await?))
}

/// Batches of a pot that were settled within some days, the first first.
pub(super) async fn settled_in(
    db: &impl ConnectionTrait,
    pot: PotId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    after: Option<BatchId>,
    limit: u64,
) -> Result<Vec<payment_batch::Model>> {
    use payment_batch::Column;
    let mut rows = payment_batch::Entity::find()
        .filter(Column::PotId.eq(pot))
        .filter(Column::RespondedAt.gte(from))
        .filter(Column::RespondedAt.lt(to))
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(after) = after {
        rows = rows.filter(Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
}
