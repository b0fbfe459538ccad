//! The natural persons behind accounts, the accounts that organisations are paid on, and who acts for whom.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, date, date_null, integer, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, append_only, index, refuse, stop_guarding, to, unique, word};

#[derive(DeriveMigrationName)]
pub struct Migration;

const ADDED: [(&str, &str); 3] = [("account", "holder_id"), ("session", "acting_for"), ("person", "bank_changed_on")];

/// Who gave his work to somebody takes on no other's, and who took one's on gives nothing on: so it goes in no circle.
const CHAIN: &str = "EXISTS (SELECT 1 FROM delegation d WHERE d.ended_at IS NULL \
    AND d.from_on <= NEW.to_on AND d.to_on >= NEW.from_on \
    AND (d.from_holder = NEW.to_holder OR d.to_holder = NEW.from_holder))";

const OVERLAP: &str = "EXISTS (SELECT 1 FROM delegation d WHERE d.ended_at IS NULL \
    AND d.from_on <= NEW.to_on AND d.to_on >= NEW.from_on \
    AND d.from_account = NEW.from_account AND d.to_account = NEW.to_account)";

/// Guards: name, event, condition, what it says, table.
const GUARDS: [(&str, &str, &str, &str, &str); 9] = [
    (
        "account_holder_once",
        "UPDATE OF holder_id ON account",
        "OLD.holder_id IS NOT NULL AND (NEW.holder_id IS NULL OR NEW.holder_id <> OLD.holder_id)",
        "an account stays with its holder",
        "account",
    ),
    ("holder_kept", "DELETE ON holder", "TRUE", "a holder stays", "holder"),
    (
        "payee_account_fixed",
        "UPDATE OF organisation_id, proposed_by, proposed_holder, proposed_at ON payee_account",
        "TRUE",
        "what was proposed stays",
        "payee_account",
    ),
    (
        "payee_account_final",
        "UPDATE OF status ON payee_account",
        "OLD.status IN ('refused', 'withdrawn') AND NEW.status <> OLD.status",
        "what was decided stays",
        "payee_account",
    ),
    ("payee_account_kept", "DELETE ON payee_account", "TRUE", "an account that was proposed stays", "payee_account"),
    ("delegation_chain", "INSERT ON delegation", CHAIN, "what one does for another is not given on", "delegation"),
    ("delegation_overlap", "INSERT ON delegation", OVERLAP, "the same is given once", "delegation"),
    (
        "delegation_fixed",
        "UPDATE OF from_account, from_holder, to_account, to_holder, role, from_on, to_on ON delegation",
        "TRUE",
        "what was given is only ended",
        "delegation",
    ),
    (
        "delegation_final",
        "UPDATE OF ended_at ON delegation",
        "OLD.ended_at IS NOT NULL",
        "what was ended stays so",
        "delegation",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("holder")
                .col(uuid("id"))
                .col(string("id_index"))
                .col(binary("sealed"))
                .col(uuid_null("entered_by"))
                .col(timestamp_with_time_zone("entered_at"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        unique(m, "holder_number", "holder (id_index)").await?;
        let columns = [uuid_null(ADDED[0].1), uuid_null(ADDED[1].1), date_null(ADDED[2].1)];
        for ((table, _), column) in ADDED.into_iter().zip(columns) {
            m.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        index(m, "account_holder", "account (holder_id)").await?;
        index(m, "person_bank", "person (substr(area_code, 1, 6), bank_index)").await?;
        payee_accounts(m).await?;
        delegations(m).await?;
        for (name, event, condition, says, _) in GUARDS {
            refuse(m, name, event, condition, says).await?;
        }
        append_only(m, "deputy_act").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        stop_guarding(m, "deputy_act").await?;
        for (name, _, _, _, table) in GUARDS {
            allow(m, name, table).await?;
        }
        for name in ["person_bank", "account_holder"] {
            m.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        for table in ["deputy_act", "delegation", "payee_account"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in ADDED {
            m.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        m.drop_table(Table::drop().table("holder").to_owned()).await
    }
}

async fn payee_accounts(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("payee_account")
            .col(uuid("id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(binary("sealed"))
            .col(string("number_index"))
            .col(string("tail"))
            .col(word("status"))
            .col(uuid("proposed_by"))
            .col(uuid("proposed_holder"))
            .col(timestamp_with_time_zone("proposed_at"))
            .col(uuid_null("decided_by"))
            .col(uuid_null("decided_holder"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(date_null("usable_from"))
            .col(date_null("used_until"))
            .col(text_null("reason"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("payee_account", "organisation_id", "organisation"))
            .check((
                "payee_account_two",
                Expr::cust(
                    "status IN ('proposed', 'withdrawn') OR (decided_by IS NOT NULL AND decided_by <> proposed_by \
                     AND decided_holder IS NOT NULL AND decided_holder <> proposed_holder)",
                ),
            ))
            .check((
                "payee_account_day",
                Expr::cust("status NOT IN ('in_force', 'replaced') OR usable_from IS NOT NULL"),
            ))
            .to_owned(),
    )
    .await?;
    unique(m, "payee_account_one_open", "payee_account (organisation_id) WHERE status = 'proposed'").await?;
    unique(m, "payee_account_one", "payee_account (organisation_id) WHERE status = 'in_force'").await?;
    index(m, "payee_account_organisation", "payee_account (organisation_id, id)").await?;
    index(m, "payee_account_number", "payee_account (number_index)").await?;
    index(m, "payee_account_area", "payee_account (status, area_code, id)").await
}

async fn delegations(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("delegation")
            .col(uuid("id"))
            .col(uuid("from_account"))
            .col(uuid("from_holder"))
            .col(uuid("to_account"))
            .col(uuid("to_holder"))
            .col(word("role"))
            .col(date("from_on"))
            .col(date("to_on"))
            .col(text("reason"))
            .col(timestamp_with_time_zone("created_at"))
            .col(uuid_null("ended_by"))
            .col(timestamp_with_time_zone_null("ended_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("delegation", "from_account", "account"))
            .foreign_key(&mut to("delegation", "to_account", "account"))
            .check(("delegation_two", Expr::cust("from_holder <> to_holder AND from_account <> to_account")))
            .check(("delegation_days", Expr::cust("from_on <= to_on")))
            .to_owned(),
    )
    .await?;
    index(m, "delegation_from", "delegation (from_account, id)").await?;
    index(m, "delegation_to", "delegation (to_account, id)").await?;
    m.create_table(
        Table::create()
            .table("deputy_act")
            .col(uuid("id"))
            .col(timestamp_with_time_zone("at"))
            .col(uuid("delegation_id"))
            .col(uuid("account_id"))
            .col(uuid("on_behalf_of"))
            .col(string("action"))
            .col(string("noun"))
            .col(string("object_id"))
            .col(string_null("area_code"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("deputy_act", "delegation_id", "delegation"))
            .to_owned(),
    )
    .await?;
    index(m, "deputy_act_object", "deputy_act (object_id, noun)").await?;
    index(m, "deputy_act_delegation", "deputy_act (delegation_id, id)").await
}
