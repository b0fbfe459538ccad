//! Standards by level, payee and hours, with uplifts and tranches; accounts for money that comes back; years that are closed.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, date, date_null, integer, integer_null, string, string_null,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::columns::{allow, index, may_overlap, no_overlap, refuse, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

const NEVER_NEGATIVE: &str = "available_fen >= 0 AND reserved_fen >= 0 AND payable_fen >= 0 AND paid_fen >= 0 \
    AND recoverable_fen >= 0 AND recovered_fen >= 0 AND written_off_fen >= 0 AND returned_fen >= 0 AND granted_fen >= 0";

const ADDS_UP: &str = "granted_fen = available_fen + reserved_fen + payable_fen + paid_fen + recoverable_fen \
    + recovered_fen + written_off_fen";

const OLD_NEVER_NEGATIVE: &str = "available_fen >= 0 AND reserved_fen >= 0 AND payable_fen >= 0 AND paid_fen >= 0";
const OLD_ADDS_UP: &str = "granted_fen = available_fen + reserved_fen + payable_fen + paid_fen";

const POT: &str =
    "id, source, year, area_code, granted_fen, available_fen, reserved_fen, payable_fen, paid_fen, version";

/// A pot whose year is closed takes no grant, no new class and nothing that came back.
const CLOSED: &str = "(NEW.debit IN ('appropriation', 'recovered') OR NEW.cause = 'class_approved') \
    AND EXISTS (SELECT 1 FROM pot WHERE pot.id = NEW.pot_id AND pot.closed_at IS NOT NULL)";

/// What was put in force stands as it was; it only ends.
const STANDARD_FIXED: &str = "UPDATE OF programme, occupation, level, area_code, payee, kind, fen, per_hour, cap_fen, \
    start_percent, completion_percent, outcome_percent, valid_from, document_no ON subsidy_standard";
const UPLIFT_FIXED: &str = "UPDATE OF area_code, kind, occupation, percent, certificate, stackable, valid_from, document_no ON standard_uplift";

const CEILING: [(&str, &str); 2] = [
    ("class_ceiling_insert", "INSERT ON training_class"),
    ("class_ceiling_update", "UPDATE OF unit_fen, ceiling_fen ON training_class"),
];

const STANDARD_KEY: &str = "programme occupation level area_code payee kind";
const UPLIFT_KEY: &str = "area_code kind occupation";

/// Who proposed a row does not put it in force.
const ALONE: &str = "NEW.status = 'in_force' AND OLD.status <> 'in_force' \
    AND (NEW.enacted_by IS NULL OR NEW.proposed_by IS NULL OR NEW.enacted_by = NEW.proposed_by)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        standards(m).await?;
        uplifts(m).await?;
        let ceiling = big_integer("ceiling_fen").default(0).to_owned();
        m.alter_table(Table::alter().table("training_class").add_column(ceiling).to_owned()).await?;
        m.get_connection().execute_unprepared("UPDATE training_class SET ceiling_fen = unit_fen").await?;
        for (name, event) in CEILING {
            refuse(m, name, event, "NEW.ceiling_fen < NEW.unit_fen", "a seat costs no more than its ceiling").await?;
        }
        pots(m, true).await?;
        for column in ["line_id", "payment_id", "clawback_id"] {
            m.alter_table(Table::alter().table("posting").add_column(uuid_null(column)).to_owned()).await?;
        }
        index(m, "posting_left", "posting (pot_id, debit, id)").await?;
        index(m, "posting_arrived", "posting (pot_id, credit, id)").await?;
        index(m, "posting_trial", "posting (pot_id, at, debit, credit, fen)").await?;
        index(m, "pot_year", "pot (year, area_code)").await?;
        unique(m, "posting_carry_once", "posting (pot_id, document_no) WHERE credit = 'appropriation'").await?;
        refuse(m, "posting_closed", "INSERT ON posting", CLOSED, "the year of this pot is closed").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        allow(m, "posting_closed", "posting").await?;
        for name in ["posting_carry_once", "pot_year", "posting_trial", "posting_arrived", "posting_left"] {
            db.execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for column in ["clawback_id", "payment_id", "line_id"] {
            m.alter_table(Table::alter().table("posting").drop_column(column).to_owned()).await?;
        }
        pots(m, false).await?;
        for (name, _) in CEILING {
            allow(m, name, "training_class").await?;
        }
        m.alter_table(Table::alter().table("training_class").drop_column("ceiling_fen").to_owned()).await?;
        may_overlap(m, "standard_uplift").await?;
        allow(m, "uplift_alone", "standard_uplift").await?;
        allow(m, "uplift_fixed", "standard_uplift").await?;
        m.drop_table(Table::drop().table("standard_uplift").to_owned()).await?;
        may_overlap(m, "subsidy_standard").await?;
        allow(m, "standard_alone", "subsidy_standard").await?;
        allow(m, "standard_fixed", "subsidy_standard").await?;
        for column in [
            "version",
            "enacted_at",
            "enacted_by",
            "proposed_at",
            "proposed_by",
            "status",
            "outcome_percent",
            "completion_percent",
            "start_percent",
            "cap_fen",
            "per_hour",
            "kind",
            "payee",
            "level",
        ] {
            m.alter_table(Table::alter().table("subsidy_standard").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

async fn standards(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let percent = |name, share: i32| integer(name).default(share).to_owned();
    for column in [
        integer_null("level").check(Expr::cust("level IS NULL OR level BETWEEN 1 AND 5")).to_owned(),
        word("payee").default("institution").to_owned(),
        word("kind").default("training").to_owned(),
        boolean("per_hour").default(false).to_owned(),
        big_integer_null("cap_fen").check(Expr::cust("per_hour = (cap_fen IS NOT NULL)")).to_owned(),
        percent("start_percent", 0),
        percent("completion_percent", 100),
        percent("outcome_percent", 0)
            .check(Expr::cust(
                "start_percent >= 0 AND completion_percent >= 0 AND outcome_percent >= 0 \
                 AND start_percent + completion_percent + outcome_percent = 100",
            ))
            .to_owned(),
        word("status").default("in_force").to_owned(),
        uuid_null("proposed_by"),
        timestamp_with_time_zone_null("proposed_at"),
        uuid_null("enacted_by"),
        timestamp_with_time_zone_null("enacted_at"),
        integer("version").default(1).to_owned(),
    ] {
        m.alter_table(Table::alter().table("subsidy_standard").add_column(column).to_owned()).await?;
    }
    no_overlap(m, "subsidy_standard", STANDARD_KEY).await?;
    refuse(m, "standard_alone", "UPDATE OF status, enacted_by ON subsidy_standard", ALONE, "two people set a standard")
        .await?;
    refuse(m, "standard_fixed", STANDARD_FIXED, "OLD.status = 'in_force'", "a standard in force stands").await
}

async fn uplifts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("standard_uplift")
            .col(uuid("id"))
            .col(string("area_code"))
            .col(word("kind"))
            .col(string_null("occupation"))
            .col(integer("percent"))
            .col(boolean("certificate"))
            .col(boolean("stackable"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(string("document_no"))
            .col(word("status"))
            .col(uuid_null("proposed_by"))
            .col(timestamp_with_time_zone_null("proposed_at"))
            .col(uuid_null("enacted_by"))
            .col(timestamp_with_time_zone_null("enacted_at"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .check(("uplift_percent", Expr::cust("percent BETWEEN 1 AND 100")))
            .check(("uplift_trade", Expr::cust("(kind = 'listed_trade') = (occupation IS NOT NULL)")))
            .to_owned(),
    )
    .await?;
    no_overlap(m, "standard_uplift", UPLIFT_KEY).await?;
    refuse(m, "uplift_alone", "UPDATE OF status, enacted_by ON standard_uplift", ALONE, "two people set an uplift")
        .await?;
    refuse(m, "uplift_fixed", UPLIFT_FIXED, "OLD.status = 'in_force'", "an uplift in force stands").await
}

/// New columns and checks, or the old ones. One database changes the checks of a table that stands; the other has it written
/// anew, while the rows that point to it wait for the end of the transaction.
async fn pots(m: &SchemaManager<'_>, up: bool) -> Result<(), DbErr> {
    const NEW: [&str; 4] = ["recoverable_fen", "recovered_fen", "written_off_fen", "returned_fen"];
    let db = m.get_connection();
    let (never_negative, adds_up) = if up { (NEVER_NEGATIVE, ADDS_UP) } else { (OLD_NEVER_NEGATIVE, OLD_ADDS_UP) };
    let added = || {
        NEW.into_iter()
            .map(|name| big_integer(name).default(0).to_owned())
            .chain([timestamp_with_time_zone_null("closed_at"), uuid_null("closed_by")])
    };
    if db.get_database_backend() != DatabaseBackend::Sqlite {
        db.execute_unprepared(
            "ALTER TABLE pot DROP CONSTRAINT pot_never_negative; ALTER TABLE pot DROP CONSTRAINT pot_adds_up",
        )
        .await?;
        for mut column in added() {
            let change = if up {
                Table::alter().table("pot").add_column(&mut column).to_owned()
            } else {
                Table::alter().table("pot").drop_column(column.get_column_name()).to_owned()
            };
            m.alter_table(change).await?;
        }
        return db
            .execute_unprepared(&format!(
                "ALTER TABLE pot ADD CONSTRAINT pot_never_negative CHECK ({never_negative}); \
                 ALTER TABLE pot ADD CONSTRAINT pot_adds_up CHECK ({adds_up})"
            ))
            .await
            .map(drop);
    }
    db.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
    db.execute_unprepared("CREATE TABLE pot_before AS SELECT * FROM pot").await?;
    m.drop_table(Table::drop().table("pot").to_owned()).await?;
    let mut table = Table::create()
        .table("pot")
        .col(uuid("id"))
        .col(string("source"))
        .col(integer("year"))
        .col(string("area_code"))
        .col(big_integer("granted_fen"))
        .col(big_integer("available_fen"))
        .col(big_integer("reserved_fen"))
        .col(big_integer("payable_fen"))
        .col(big_integer("paid_fen"))
        .col(integer("version"))
        .primary_key(Index::create().col("id"))
        .check(("pot_never_negative", Expr::cust(never_negative)))
        .check(("pot_adds_up", Expr::cust(adds_up)))
        .to_owned();
    if up {
        for column in added() {
            table.col(column);
        }
    }
    m.create_table(table).await?;
    db.execute_unprepared(&format!("INSERT INTO pot ({POT}) SELECT {POT} FROM pot_before")).await?;
    m.drop_table(Table::drop().table("pot_before").to_owned()).await?;
    unique(m, "pot_key", "pot (source, year, area_code)").await
}
