//! What a line of a claim comes to in all, of which it may be a part: no seat gets more than that, and what is approved stays.

use sea_orm_migration::{prelude::*, schema::big_integer, sea_orm::ConnectionTrait};

use crate::columns::{allow, index, refuse};

#[derive(DeriveMigrationName)]
pub struct Migration;

const LIVE: &str = "NEW.status NOT IN ('refused', 'void')";
/// What other lines of the seat take of the same subsidy, with this one, against what the person comes to.
const BEYOND: &str = "(SELECT coalesce(sum(o.fen), 0) FROM claim_line o WHERE o.enrolment_id = NEW.enrolment_id \
                      AND o.kind = NEW.kind AND o.id <> NEW.id AND o.status NOT IN ('refused', 'void')) + NEW.fen \
                      > NEW.entitled_fen";
const SAYS: &str = "a seat is not paid more than its person comes to";
/// The amount is found when a claim is handed in, and not afterwards.
const FIXED: &str = "NEW.fen <> OLD.fen AND EXISTS (SELECT 1 FROM claim c WHERE c.id = NEW.claim_id \
                     AND c.status NOT IN ('submitted', 'returned'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer("entitled_fen").default(0).take();
        m.alter_table(Table::alter().table("claim_line").add_column(column).to_owned()).await?;
        m.get_connection().execute_unprepared("UPDATE claim_line SET entitled_fen = fen").await?;
        index(m, "claim_line_seat", "claim_line (enrolment_id, kind, tranche, id)").await?;
        refuse(m, "claim_line_entitled_insert", "INSERT ON claim_line", &format!("{LIVE} AND {BEYOND}"), SAYS).await?;
        let grows = format!("{LIVE} AND (NEW.fen <> OLD.fen OR OLD.status IN ('refused', 'void')) AND {BEYOND}");
        refuse(m, "claim_line_entitled_update", "UPDATE ON claim_line", &grows, SAYS).await?;
        let says = "the amount of a line that was approved does not change";
        refuse(m, "claim_line_amount", "UPDATE OF fen ON claim_line", FIXED, says).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for name in ["claim_line_entitled_insert", "claim_line_entitled_update", "claim_line_amount"] {
            allow(m, name, "claim_line").await?;
        }
        m.get_connection().execute_unprepared("DROP INDEX claim_line_seat").await?;
        m.alter_table(Table::alter().table("claim_line").drop_column("entitled_fen").to_owned()).await
    }
}
