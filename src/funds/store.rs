//! Every query on pots and postings.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use chrono::{DateTime, Utc};
use entities::{
    account, claim, posting, pot, training_class,
    values::{ClaimId, ClassId, Fen, PostingId, PotAccount, PotId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
    sea_query::{Expr, ExprTrait},
};

use crate::access::{Scope, within};
use crate::base::Result;
use crate::funds::rules;

/// The pots whose area the scope covers.
fn visible_to(scope: &Scope) -> Select<pot::Entity> {
    pot::Entity::find().filter(scope.over(pot::Column::AreaCode, None, None))
}

pub(crate) async fn visible(db: &impl ConnectionTrait, scope: &Scope, id: PotId) -> Result<Option<pot::Model>> {
    Ok(visible_to(scope).filter(pot::Column::Id.eq(id)).one(db).await?)
}

/// So many pots behind an id, in the order in which they were made.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    area: Option<&str>,
    after: Option<PotId>,
    limit: u64,
) -> Result<Vec<pot::Model>> {
    let mut rows = visible_to(scope).order_by_asc(pot::Column::Id).limit(limit);
    if let Some(area) = area {
        rows = rows.filter(within(pot::Column::AreaCode, area));
    }
    if let Some(after) = after {
        rows = rows.filter(pot::Column::Id.gt(after));
    }
    Ok(rows.all(db).await?)
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

/// Moves the two balances of a posting in one statement; false when the account that it leaves holds too little.
pub(crate) async fn move_balances(
    db: &impl ConnectionTrait,
    pot: PotId,
    debit: PotAccount,
    credit: PotAccount,
    fen: Fen,
) -> Result<bool> {
    let (from, to) = (rules::column(debit), rules::column(credit));
    let mut update = pot::Entity::update_many()
        .col_expr(to, Expr::col(to).add(fen))
        .col_expr(pot::Column::Version, Expr::col(pot::Column::Version).add(1))
        .filter(pot::Column::Id.eq(pot));
    update = if debit == PotAccount::Appropriation {
        update.col_expr(from, Expr::col(from).add(fen))
    } else {
        update.col_expr(from, Expr::col(from).sub(fen)).filter(from.gte(fen))
    };
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
}

/// So many postings of a pot before an id, the latest first. The pot was found in the reader's scope.
pub(crate) async fn postings(
    db: &impl ConnectionTrait,
    pot: &pot::Model,
    before: Option<PostingId>,
    limit: u64,
) -> Result<Vec<LedgerLine>> {
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
    Ok(rows.into_model::<LedgerLine>().all(db).await?)
}
