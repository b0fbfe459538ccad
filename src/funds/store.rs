//! Every query on pots and postings.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    account, claim, posting, pot, training_class,
    values::{
        AccountId, ClaimId, ClassId, ClassStatus, ClawbackId, Fen, LineId, PaymentId, PostingId, PotAccount, PotId,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Expr, ExprTrait, Func},
};

use crate::access::Scope;
use crate::base::Result;
use crate::funds::ledger::Entry;
use crate::funds::rules::{self, Sum};

/// The pots whose area the scope covers.
fn visible_to(scope: &Scope) -> Select<pot::Entity> {
    pot::Entity::find().filter(scope.over(pot::Column::AreaCode, None, None))
}

pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: PotId) -> Result<Option<pot::Model>> {
    Ok(visible_to(scope).filter(pot::Column::Id.eq(id)).one(db).await?)
}

/// Which pots are meant, of those in sight.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sought<'a> {
    pub year: Option<i32>,
    /// This division and what lies in it.
    pub area: Option<&'a str>,
}

impl Sought<'_> {
    pub(super) fn of(self, scope: &Scope) -> Condition {
        let mut condition = scope.over_in(self.area, pot::Column::AreaCode, None, None);
        if let Some(year) = self.year {
            condition = condition.add(pot::Column::Year.eq(year));
        }
        condition
    }
}

/// So many pots behind an id, in the order in which they were made.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_>,
    after: Option<PotId>,
    limit: u64,
) -> Result<Vec<pot::Model>> {
    let mut rows = pot::Entity::find().filter(sought.of(scope)).order_by_asc(pot::Column::Id).limit(limit);
    if let Some(after) = after {
        rows = rows.filter(pot::Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
}

/// All of them in one sum.
pub(crate) async fn sum(db: &impl ConnectionTrait, scope: &Scope, sought: Sought<'_>) -> Result<Sum> {
    use pot::Column;
    let total = |column: Column| Func::coalesce([column.sum(), Expr::value(0)]).cast_as("bigint");
    let sums = pot::Entity::find()
        .select_only()
        .expr_as(total(Column::GrantedFen), "granted")
        .expr_as(total(Column::AvailableFen), "available")
        .expr_as(total(Column::ReservedFen), "reserved")
        .expr_as(total(Column::PayableFen), "payable")
        .expr_as(total(Column::PaidFen), "paid")
        .expr_as(total(Column::RecoverableFen), "recoverable")
        .expr_as(total(Column::RecoveredFen), "recovered")
        .expr_as(total(Column::WrittenOffFen), "written_off")
        .expr_as(total(Column::ReturnedFen), "returned")
        .filter(sought.of(scope));
    Ok(sums.into_model::<Sum>().one(db).await?.unwrap_or_default())
}

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: PotId) -> Result<Option<pot::Model>> {
    Ok(pot::Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn by_key(
    db: &impl ConnectionTrait,
    source: &str,
    year: i32,
    area: &str,
) -> Result<Option<pot::Model>> {
    Ok(pot::Entity::find()
        .filter(pot::Column::Source.eq(source))
        .filter(pot::Column::Year.eq(year))
        .filter(pot::Column::AreaCode.eq(area))
        .one(db)
        .await?)
}

/// The pots of a year in any of these areas.
pub(crate) async fn of_year(db: &impl ConnectionTrait, areas: &[String], year: i32) -> Result<Vec<pot::Model>> {
    Ok(pot::Entity::find()
        .filter(pot::Column::Year.eq(year))
        .filter(pot::Column::AreaCode.is_in(areas))
        .all(db)
        .await?)
}

/// Whether that document granted money to that pot before.
pub(crate) async fn is_granted_by(db: &impl ConnectionTrait, pot: PotId, document: &str) -> Result<bool> {
    let before = posting::Entity::find()
        .filter(posting::Column::PotId.eq(pot))
        .filter(posting::Column::Debit.eq(PotAccount::Appropriation))
        .filter(posting::Column::DocumentNo.eq(document));
    Ok(before.count(db).await? > 0)
}

/// What was posted in that pot for a class; a handful of rows.
pub(crate) async fn of_class(db: &impl ConnectionTrait, pot: PotId, class: ClassId) -> Result<Vec<posting::Model>> {
    Ok(posting::Entity::find()
        .filter(posting::Column::ClassId.eq(class))
        .filter(posting::Column::PotId.eq(pot))
        .all(db)
        .await?)
}

/// Closed classes for which more was reserved than became payable or was released again: each posting once, for what is done
/// once a day.
pub(crate) async fn reserved_classes(db: &impl ConnectionTrait) -> Result<Vec<ClassId>> {
    let closed: RelationDef = posting::Entity::belongs_to(training_class::Entity)
        .from(posting::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let signed =
        Expr::case(Expr::col(posting::Column::Credit).eq(PotAccount::Reserved), Expr::col(posting::Column::Fen))
            .finally(Expr::col(posting::Column::Fen).mul(-1));
    Ok(posting::Entity::find()
        .select_only()
        .column(posting::Column::ClassId)
        .join(JoinType::InnerJoin, closed)
        .filter(training_class::Column::Status.eq(ClassStatus::Closed))
        .filter(posting::Column::Credit.eq(PotAccount::Reserved).or(posting::Column::Debit.eq(PotAccount::Reserved)))
        .group_by(posting::Column::ClassId)
        .having(Func::sum(signed).gt(0))
        .order_by_asc(posting::Column::ClassId)
        .into_tuple()
        .all(db)
        .await?)
}

/// Whether that document carried money out of that pot before.
pub(crate) async fn is_carried_by(db: &impl ConnectionTrait, pot: PotId, document: &str) -> Result<bool> {
    let before = posting::Entity::find()
        .filter(posting::Column::PotId.eq(pot))
        .filter(posting::Column::Credit.eq(PotAccount::Appropriation))
        .filter(posting::Column::DocumentNo.eq(document));
    Ok(before.count(db).await? > 0)
}

/// Closes the year of a pot; false when it was closed before.
pub(crate) async fn close(db: &impl ConnectionTrait, pot: PotId, at: DateTime<Utc>, by: AccountId) -> Result<bool> {
    let update = pot::Entity::update_many()
        .col_expr(pot::Column::ClosedAt, Expr::value(at))
        .col_expr(pot::Column::ClosedBy, Expr::value(by.0))
        .col_expr(pot::Column::Version, Expr::col(pot::Column::Version).add(1))
        .filter(pot::Column::Id.eq(pot))
        .filter(pot::Column::ClosedAt.is_null());
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Moves the two balances of a posting in one statement; false when the account that it leaves holds too little, or the
/// year that it needs is closed.
pub(super) async fn move_balances(db: &impl ConnectionTrait, entry: &Entry<'_>) -> Result<bool> {
    let Entry { pot, debit, credit, fen, .. } = *entry;
    let (from, to) = (rules::column(debit), rules::column(credit));
    let mut update = pot::Entity::update_many()
        .col_expr(pot::Column::Version, Expr::col(pot::Column::Version).add(1))
        .filter(pot::Column::Id.eq(pot));
    // The appropriation is the treasury's: what leaves it is granted, and what goes back to it no longer is.
    let left = if debit == PotAccount::Appropriation { Expr::col(from).add(fen) } else { Expr::col(from).sub(fen) };
    let arrived = if credit == PotAccount::Appropriation { Expr::col(to).sub(fen) } else { Expr::col(to).add(fen) };
    update = update.col_expr(from, left).col_expr(to, arrived);
    if debit != PotAccount::Appropriation {
        update = update.filter(from.gte(fen));
    }
    if debit == PotAccount::Recovered {
        update = update.col_expr(pot::Column::ReturnedFen, Expr::col(pot::Column::ReturnedFen).add(fen));
    }
    if entry.is_new() {
        update = update.filter(pot::Column::ClosedAt.is_null());
    }
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// A posting with what it was for and who made it.
#[derive(Debug, FromQueryResult)]
pub(crate) struct LedgerLine {
    pub id: PostingId,
    pub at: DateTime<Utc>,
    pub debit: PotAccount,
    pub credit: PotAccount,
    pub fen: Fen,
    pub cause: String,
    pub class_id: Option<ClassId>,
    pub class_number: Option<String>,
    pub claim_id: Option<ClaimId>,
    pub claim_number: Option<String>,
    pub document_no: Option<String>,
    pub posted_by: Option<String>,
    pub line_id: Option<LineId>,
    pub payment_id: Option<PaymentId>,
    pub clawback_id: Option<ClawbackId>,
}

/// So many postings of a pot before an id, the latest first; those of one account where one is named. The pot was found in
/// the reader's scope.
pub(crate) async fn postings(
    db: &impl ConnectionTrait,
    pot: &pot::Model,
    account: Option<PotAccount>,
    before: Option<PostingId>,
    limit: u64,
) -> Result<Vec<LedgerLine>> {
    let Some(account) = account else {
        return Ok(lines(pot, before, limit).into_model::<LedgerLine>().all(db).await?);
    };
    // What left it and what arrived in it lie in two indexes, each walked until the page is full.
    let left = lines(pot, before, limit).filter(posting::Column::Debit.eq(account));
    let arrived = lines(pot, before, limit).filter(posting::Column::Credit.eq(account));
    let mut rows = left.into_model::<LedgerLine>().all(db).await?;
    rows.extend(arrived.into_model::<LedgerLine>().all(db).await?);
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

fn lines(pot: &pot::Model, before: Option<PostingId>, limit: u64) -> Select<posting::Entity> {
    let class: RelationDef = posting::Entity::belongs_to(training_class::Entity)
        .from(posting::Column::ClassId)
        .to(training_class::Column::Id)
        .into();
    let for_claim: RelationDef =
        posting::Entity::belongs_to(claim::Entity).from(posting::Column::ClaimId).to(claim::Column::Id).into();
    let poster: RelationDef =
        posting::Entity::belongs_to(account::Entity).from(posting::Column::PostedBy).to(account::Column::Id).into();
    let mut rows = posting::Entity::find()
        .select_only()
        .columns([
            posting::Column::Id,
            posting::Column::At,
            posting::Column::Debit,
            posting::Column::Credit,
            posting::Column::Fen,
            posting::Column::Cause,
            posting::Column::ClassId,
            posting::Column::ClaimId,
            posting::Column::DocumentNo,
            posting::Column::LineId,
            posting::Column::PaymentId,
            posting::Column::ClawbackId,
        ])
        .column_as(training_class::Column::Number, "class_number")
        .column_as(claim::Column::Number, "claim_number")
        .column_as(account::Column::Name, "posted_by")
        .join(JoinType::LeftJoin, class)
        .join(JoinType::LeftJoin, for_claim)
        .join(JoinType::LeftJoin, poster)
        .filter(posting::Column::PotId.eq(pot.id))
        .order_by_desc(posting::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        rows = rows.filter(posting::Column::Id.lt(before));
    }
    rows
}

/// What went from one account to another.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Moved {
    pub debit: PotAccount,
    pub credit: PotAccount,
    pub fen: i64,
    pub postings: i64,
}

/// What went from each account to each other in the pots that are meant, before an instant.
pub(crate) async fn moved(
    db: &impl ConnectionTrait,
    scope: &Scope,
    sought: Sought<'_>,
    until: DateTime<Utc>,
) -> Result<Vec<Moved>> {
    let of: RelationDef =
        posting::Entity::belongs_to(pot::Entity).from(posting::Column::PotId).to(pot::Column::Id).into();
    Ok(posting::Entity::find()
        .select_only()
        .columns([posting::Column::Debit, posting::Column::Credit])
        .expr_as(posting::Column::Fen.sum().cast_as("bigint"), "fen")
        .expr_as(posting::Column::Id.count(), "postings")
        .join(JoinType::InnerJoin, of)
        .filter(sought.of(scope))
        .filter(posting::Column::At.lt(until))
        .group_by(posting::Column::Debit)
        .group_by(posting::Column::Credit)
        .into_model::<Moved>()
        .all(db)
        .await?)
}
