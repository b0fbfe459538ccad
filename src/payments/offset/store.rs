//! What could be set off, and who was paid.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use entities::{
    claim, claim_line, payment, payment_line, pot,
    values::{ClaimStatus, LineId, LineStatus, PaymentStatus},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};

use crate::base::Result;
use crate::payments::rules::Payee;

/// Approved lines of a payee that wait for a batch of a pot of the same source and area, the first first.
pub(super) async fn open_lines(
    db: &impl ConnectionTrait,
    pot: &pot::Model,
    payee: Payee,
    limit: u64,
) -> Result<Vec<claim_line::Model>> {
    use claim_line::Column;
    let of_claim: RelationDef =
        claim_line::Entity::belongs_to(claim::Entity).from(Column::ClaimId).to(claim::Column::Id).into();
    let of_pot: RelationDef =
        claim::Entity::belongs_to(pot::Entity).from(claim::Column::PotId).to(pot::Column::Id).into();
    let mut rows = claim_line::Entity::find()
        .join(JoinType::InnerJoin, of_claim)
        .join(JoinType::InnerJoin, of_pot)
        .filter(Column::Status.eq(LineStatus::Approved))
        .filter(Column::Fen.gt(0))
        .filter(claim::Column::Status.eq(ClaimStatus::FinanceApproved))
        .filter(pot::Column::Source.eq(&pot.source))
        .filter(pot::Column::AreaCode.eq(&pot.area_code));
    rows = match payee {
        Payee::Organisation(id) => rows.filter(claim::Column::OrganisationId.eq(id)),
        Payee::Person(id) => rows.filter(Column::PersonId.eq(id)),
    };
    Ok(rows.order_by_asc(Column::Id).limit(limit).all(db).await?)
}

/// The payment by which a line was paid.
pub(super) async fn paid_for(db: &impl ConnectionTrait, line: LineId) -> Result<Option<payment::Model>> {
    let of: RelationDef = payment::Entity::belongs_to(payment_line::Entity)
        .from(payment::Column::Id)
        .to(payment_line::Column::PaymentId)
        .into();
    Ok(payment::Entity::find()
        .join(JoinType::InnerJoin, of)
        .filter(payment_line::Column::LineId.eq(line))
        .filter(payment_line::Column::Status.eq(PaymentStatus::Paid))
        .one(db)
        .await?)
}
