//! 处罚与风险: what follows from a case for an institution, its answers and appeals; how risky it is, and from what.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, date, date_null, integer, string, string_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::columns::{allow, append_only, index, refuse, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A sanction rests on a case that two people decided and that was not unfounded.
const GROUNDLESS: &str = "NOT EXISTS (SELECT 1 FROM supervision_case c WHERE c.id = NEW.case_id \
    AND c.organisation_id = NEW.organisation_id AND c.decided_by IS NOT NULL AND c.outcome <> 'unfounded')";

/// Who is struck off comes back by an appeal alone.
const UNAPPEALED: &str = "NEW.status = 'lifted' AND OLD.kind = 'delist' AND NOT EXISTS (SELECT 1 FROM sanction_appeal a \
    WHERE a.sanction_id = NEW.id AND a.status = 'upheld')";

/// Who decides on an appeal took no part in what it is against.
const INVOLVED: &str = "EXISTS (SELECT 1 FROM sanction s JOIN supervision_case c ON c.id = s.case_id \
    WHERE s.id = NEW.sanction_id AND (NEW.decided_by = s.proposed_by OR NEW.decided_by = s.decided_by \
    OR NEW.decided_by = c.opened_by OR NEW.decided_by = c.decided_by))";

/// Guards by name and table: on what event, under what condition.
const GUARDS: [(&str, &str, &str, &str); 8] = [
    ("sanction_grounded", "sanction", "INSERT ON sanction", GROUNDLESS),
    ("sanction_appealed", "sanction", "UPDATE OF status ON sanction", UNAPPEALED),
    (
        "sanction_final",
        "sanction",
        "UPDATE OF status ON sanction",
        "OLD.status IN ('refused', 'lifted', 'ended') AND NEW.status <> OLD.status",
    ),
    (
        "sanction_same",
        "sanction",
        "UPDATE OF case_id, organisation_id, kind, reason, mend, due_on, proposed_by ON sanction",
        "TRUE",
    ),
    ("sanction_kept", "sanction", "DELETE ON sanction", "TRUE"),
    ("sanction_answer_kept", "sanction_answer", "DELETE ON sanction_answer", "TRUE"),
    ("sanction_appeal_apart", "sanction_appeal", "UPDATE OF decided_by ON sanction_appeal", INVOLVED),
    ("sanction_appeal_kept", "sanction_appeal", "DELETE ON sanction_appeal", "TRUE"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let recover = big_integer_null("recover_fen");
        m.alter_table(Table::alter().table("supervision_case").add_column(recover).to_owned()).await?;
        sanctions(m).await?;
        replies(m).await?;
        for (name, table, event, condition) in GUARDS {
            refuse(m, name, event, condition, &format!("{table} stays as it was decided")).await?;
        }
        risk(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        stop_guarding(m, "risk_score").await?;
        m.drop_index(Index::drop().name("revocation_decided").table("revocation").to_owned()).await?;
        for (name, table, _, _) in GUARDS {
            allow(m, name, table).await?;
        }
        for table in ["risk_standing", "risk_score", "risk_weight", "sanction_appeal", "sanction_answer", "sanction"] {
            m.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        m.alter_table(Table::alter().table("supervision_case").drop_column("recover_fen").to_owned()).await
    }
}

async fn sanctions(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("sanction")
            .col(uuid("id"))
            .col(string("number"))
            .col(uuid("case_id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(word("kind"))
            .col(word("status"))
            .col(text("reason"))
            .col(text_null("mend"))
            .col(date_null("due_on"))
            .col(date_null("starts_on"))
            .col(date_null("ends_on"))
            .col(string_null("document_no"))
            .col(uuid("proposed_by"))
            .col(timestamp_with_time_zone("proposed_at"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(text_null("refusal"))
            .col(uuid_null("closed_by"))
            .col(timestamp_with_time_zone_null("closed_at"))
            .col(text_null("closing"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("sanction", "case_id", "supervision_case"))
            .foreign_key(&mut to("sanction", "organisation_id", "organisation"))
            // Who proposes it does not decide on it.
            .check(("sanction_two", Expr::cust("decided_by IS NULL OR decided_by <> proposed_by")))
            .check(("sanction_decided", Expr::cust("(status = 'proposed') = (decided_by IS NULL)")))
            .check(("sanction_refused", Expr::cust("(status = 'refused') = (refusal IS NOT NULL)")))
            .check((
                "sanction_paper",
                Expr::cust("status IN ('proposed', 'refused') OR (document_no IS NOT NULL AND starts_on IS NOT NULL)"),
            ))
            .check(("sanction_mend", Expr::cust("(kind = 'rectify') = (mend IS NOT NULL AND due_on IS NOT NULL)")))
            .check((
                "sanction_span",
                Expr::cust("kind <> 'suspend' OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)"),
            ))
            .check(("sanction_days", Expr::cust("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on")))
            .check(("sanction_answered", Expr::cust("status <> 'answered' OR kind = 'rectify'")))
            .check(("sanction_closed", Expr::cust("(status IN ('lifted', 'ended')) = (closed_at IS NOT NULL)")))
            .check((
                "sanction_lifted",
                Expr::cust("status <> 'lifted' OR (closed_by IS NOT NULL AND closing IS NOT NULL)"),
            ))
            .to_owned(),
    )
    .await?;
    unique(m, "sanction_number", "sanction (number)").await?;
    unique(m, "sanction_live", "sanction (organisation_id, kind) WHERE status IN ('proposed', 'in_force', 'answered')")
        .await?;
    index(m, "sanction_area", "sanction (area_code, id)").await?;
    index(m, "sanction_organisation", "sanction (organisation_id, id)").await?;
    index(m, "sanction_status", "sanction (status, area_code)").await?;
    index(m, "sanction_case", "sanction (case_id)").await
}

async fn replies(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("sanction_answer")
            .col(uuid("id"))
            .col(uuid("sanction_id"))
            .col(text("text"))
            .col(uuid("given_by"))
            .col(timestamp_with_time_zone("given_at"))
            .col(word_null("verdict"))
            .col(text_null("note"))
            .col(uuid_null("judged_by"))
            .col(timestamp_with_time_zone_null("judged_at"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("sanction_answer", "sanction_id", "sanction"))
            .check((
                "sanction_answer_judged",
                Expr::cust("(verdict IS NULL) = (judged_by IS NULL) AND (verdict IS NULL) = (judged_at IS NULL)"),
            ))
            .check((
                "sanction_answer_refused",
                Expr::cust("verdict IS NULL OR verdict <> 'refused' OR note IS NOT NULL"),
            ))
            .to_owned(),
    )
    .await?;
    unique(m, "sanction_answer_open", "sanction_answer (sanction_id) WHERE verdict IS NULL").await?;
    index(m, "sanction_answer_of", "sanction_answer (sanction_id, id)").await?;
    m.create_table(
        Table::create()
            .table("sanction_appeal")
            .col(uuid("id"))
            .col(uuid("sanction_id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(text("text"))
            .col(word("status"))
            .col(uuid("filed_by"))
            .col(timestamp_with_time_zone("filed_at"))
            .col(uuid_null("decided_by"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(text_null("answer"))
            .col(integer("version"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("sanction_appeal", "sanction_id", "sanction"))
            .check((
                "sanction_appeal_decided",
                Expr::cust("(status = 'filed') = (decided_by IS NULL) AND (decided_by IS NULL) = (answer IS NULL)"),
            ))
            .to_owned(),
    )
    .await?;
    // One text a sanction.
    unique(m, "sanction_appeal_one", "sanction_appeal (sanction_id)").await?;
    index(m, "sanction_appeal_open", "sanction_appeal (status, area_code)").await
}

async fn risk(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    m.create_table(
        Table::create()
            .table("risk_weight")
            .col(uuid("id"))
            .col(word("factor"))
            .col(string("area_code"))
            .col(date("valid_from"))
            .col(date_null("valid_to"))
            .col(integer("points"))
            .col(integer("most"))
            .col(string("document_no"))
            .primary_key(Index::create().col("id"))
            .check(("risk_weight_range", Expr::cust("points BETWEEN 0 AND 100 AND most BETWEEN 0 AND 100")))
            .to_owned(),
    )
    .await?;
    unique(m, "risk_weight_once", "risk_weight (factor, area_code, valid_from)").await?;
    m.create_table(
        Table::create()
            .table("risk_score")
            .col(uuid("id"))
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(date("scored_on"))
            .col(integer("points"))
            .col(word("band"))
            .col(word("method"))
            .col(text("facts"))
            .col(timestamp_with_time_zone("made_at"))
            .col(uuid_null("made_by"))
            .primary_key(Index::create().col("id"))
            .foreign_key(&mut to("risk_score", "organisation_id", "organisation"))
            .check(("risk_score_range", Expr::cust("points BETWEEN 0 AND 100")))
            .to_owned(),
    )
    .await?;
    index(m, "risk_score_organisation", "risk_score (organisation_id, id)").await?;
    append_only(m, "risk_score").await?;
    m.create_table(
        Table::create()
            .table("risk_standing")
            .col(uuid("organisation_id"))
            .col(string("area_code"))
            .col(big_integer("points"))
            .col(word("band"))
            .col(date("scored_on"))
            .col(uuid("score_id"))
            .primary_key(Index::create().col("organisation_id"))
            .foreign_key(&mut to("risk_standing", "organisation_id", "organisation"))
            .foreign_key(&mut to("risk_standing", "score_id", "risk_score"))
            .to_owned(),
    )
    .await?;
    index(m, "risk_standing_points", "risk_standing (points, organisation_id)").await?;
    // Counted for the risk of an institution, by its classes and claims.
    index(m, "revocation_decided", "revocation (status, decided_at)").await
}
