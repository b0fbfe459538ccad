//! What is printed on a certificate is kept with it; one takes the place of another; two people revoke.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, integer, string, string_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
        uuid, uuid_null,
    },
    sea_orm::ConnectionTrait,
};

use crate::columns::{allow, index, refuse, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 9] = [
    "replace_reason",
    "replaces",
    "held_minutes",
    "credited_minutes",
    "assessor",
    "institution",
    "level",
    "occupation",
    "title",
];

/// Of older certificates, as it was when this step was taken.
const BACKFILL: &str = "UPDATE certificate SET \
    title = COALESCE((SELECT c.title FROM training_class c WHERE c.id = certificate.class_id), ''), \
    occupation = COALESCE((SELECT c.occupation FROM training_class c WHERE c.id = certificate.class_id), ''), \
    level = COALESCE((SELECT c.level FROM training_class c WHERE c.id = certificate.class_id), 0), \
    institution = COALESCE((SELECT o.name FROM training_class c JOIN organisation o ON o.id = c.organisation_id \
        WHERE c.id = certificate.class_id), ''), \
    credited_minutes = COALESCE((SELECT k.credited_minutes FROM completion k \
        WHERE k.enrolment_id = certificate.enrolment_id), 0), \
    held_minutes = COALESCE((SELECT k.held_minutes FROM completion k \
        WHERE k.enrolment_id = certificate.enrolment_id), 0)";

const PRINTED: &str = "UPDATE OF serial, enrolment_id, kind, issued_on, title, occupation, level, institution, assessor, \
    credited_minutes, held_minutes, replaces ON certificate";

const ALONE: &str = "NEW.status = 'revoked' AND OLD.status <> 'revoked' AND NOT EXISTS (SELECT 1 FROM revocation r \
    WHERE r.certificate_id = NEW.id AND r.status = 'approved')";

/// Nobody deletes a paper, whose holder it is or what was decided on it, and what was decided stays.
const FINAL: [(&str, &str, &str, &str); 5] = [
    (
        "certificate_final",
        "UPDATE OF status ON certificate",
        "OLD.status <> 'published' AND NEW.status <> OLD.status",
        "certificate",
    ),
    ("certificate_kept", "DELETE ON certificate", "TRUE", "certificate"),
    ("certificate_holder_kept", "DELETE ON certificate_holder", "TRUE", "certificate_holder"),
    ("revocation_kept", "DELETE ON revocation", "TRUE", "revocation"),
    ("revocation_final", "UPDATE OF status, decided_by ON revocation", "OLD.status <> 'asked'", "revocation"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let words = |name| string(name).default("").to_owned();
        let number = |name| integer(name).default(0).to_owned();
        for column in [
            words("title"),
            words("occupation"),
            number("level"),
            words("institution"),
            string_null("assessor"),
            number("credited_minutes"),
            number("held_minutes"),
            uuid_null("replaces"),
            word_null("replace_reason"),
        ] {
            m.alter_table(Table::alter().table("certificate").add_column(column).to_owned()).await?;
        }
        m.get_connection().execute_unprepared(BACKFILL).await?;
        unique(m, "certificate_replaces", "certificate (replaces) WHERE replaces IS NOT NULL").await?;
        m.create_table(
            Table::create()
                .table("certificate_holder")
                .col(uuid("id"))
                .col(binary("sealed"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("certificate_holder", "id", "certificate"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("revocation")
                .col(uuid("id"))
                .col(uuid("certificate_id"))
                .col(string("area_code"))
                .col(string("serial"))
                .col(text("reason"))
                .col(word("status"))
                .col(uuid("asked_by"))
                .col(timestamp_with_time_zone("asked_at"))
                .col(uuid_null("decided_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(text_null("answer"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("revocation", "certificate_id", "certificate"))
                .check((
                    "revocation_two",
                    Expr::cust(
                        "status NOT IN ('approved', 'refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
                    ),
                ))
                .to_owned(),
        )
        .await?;
        unique(m, "revocation_one", "revocation (certificate_id) WHERE status = 'asked'").await?;
        index(m, "revocation_certificate", "revocation (certificate_id, id)").await?;
        index(m, "revocation_area", "revocation (area_code, status, id)").await?;
        for (name, event, condition, _) in FINAL {
            refuse(m, name, event, condition, "a paper that was handed out stays").await?;
        }
        refuse(m, "certificate_printed", PRINTED, "TRUE", "what is printed on a certificate does not change").await?;
        refuse(m, "certificate_alone", "UPDATE OF status ON certificate", ALONE, "two people revoke a certificate")
            .await?;
        refuse(
            m,
            "certificate_unassessed",
            "INSERT ON certificate",
            "NEW.kind <> 'completion' AND NEW.assessor IS NULL",
            "a skill is certified by an assessor",
        )
        .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for guard in ["certificate_printed", "certificate_alone", "certificate_unassessed"] {
            allow(m, guard, "certificate").await?;
        }
        for (name, _, _, table) in FINAL {
            allow(m, name, table).await?;
        }
        // The older program knows no other word for a paper that no longer counts.
        let replaced = "UPDATE certificate SET status = 'revoked', reason = 'replaced' WHERE status = 'replaced'";
        m.get_connection().execute_unprepared(replaced).await?;
        m.drop_table(Table::drop().table("revocation").to_owned()).await?;
        m.drop_table(Table::drop().table("certificate_holder").to_owned()).await?;
        m.get_connection().execute_unprepared("DROP INDEX certificate_replaces").await?;
        for column in COLUMNS {
            m.alter_table(Table::alter().table("certificate").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
