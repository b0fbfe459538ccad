//! Who signs in: accounts, what they may do, their sessions; what they did, and what they are told.

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, integer, json, string, string_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::columns::{append_only, index, stop_guarding, to, unique, word, word_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            Table::create()
                .table("organisation")
                .col(uuid("id"))
                .col(word("kind"))
                .col(string("name"))
                .col(string("credit_code"))
                .col(string("area_code"))
                .col(string("legal_person"))
                .col(string("phone"))
                .col(word("status"))
                .col(timestamp_with_time_zone("created_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("accreditation")
                .col(uuid("id"))
                .col(uuid("organisation_id"))
                .col(word("programme"))
                .col(string_null("occupation"))
                .col(integer("level_ceiling"))
                .col(date("valid_from"))
                .col(date("valid_to"))
                .col(string("document_no"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("accreditation", "organisation_id", "organisation"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("account")
                .col(uuid("id"))
                .col(string("login"))
                .col(text("password_hash"))
                .col(string("name"))
                .col(string_null("email"))
                .col(string("locale"))
                .col(uuid_null("person_id"))
                .col(timestamp_with_time_zone_null("disabled_at"))
                .col(timestamp_with_time_zone("created_at"))
                .col(integer("version"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("role_grant")
                .col(uuid("id"))
                .col(uuid("account_id"))
                .col(word("role"))
                .col(string("area_code"))
                .col(uuid_null("organisation_id"))
                .col(timestamp_with_time_zone("granted_at"))
                .col(timestamp_with_time_zone_null("ended_at"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("role_grant", "account_id", "account"))
                .foreign_key(&mut to("role_grant", "organisation_id", "organisation"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("session")
                .col(string("token_hash"))
                .col(uuid("account_id"))
                .col(word("kind"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("expires_at"))
                .primary_key(Index::create().col("token_hash"))
                .foreign_key(&mut to("session", "account_id", "account"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("login_attempt")
                .col(string("key"))
                .col(integer("failures"))
                .col(timestamp_with_time_zone("last_at"))
                .col(timestamp_with_time_zone_null("blocked_until"))
                .primary_key(Index::create().col("key"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("audit_event")
                .col(uuid("id"))
                .col(timestamp_with_time_zone("at"))
                .col(uuid_null("actor_id"))
                .col(word_null("role"))
                .col(string("action"))
                .col(string("noun"))
                .col(string("object_id"))
                .col(string_null("area_code"))
                .col(text_null("detail"))
                .primary_key(Index::create().col("id"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("message")
                .col(uuid("id"))
                .col(uuid("account_id"))
                .col(string("kind"))
                .col(json("args"))
                .col(string_null("link"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone_null("read_at"))
                .col(word("mail"))
                .col(integer("attempts"))
                .col(timestamp_with_time_zone_null("next_attempt_at"))
                .col(timestamp_with_time_zone_null("sent_at"))
                .col(text_null("last_error"))
                .primary_key(Index::create().col("id"))
                .foreign_key(&mut to("message", "account_id", "account"))
                .to_owned(),
        )
        .await?;
        m.create_table(
            Table::create()
                .table("idempotency")
                .col(uuid("account_id"))
                .col(string("route"))
                .col(string("key"))
                .col(string("body_hash"))
                .col(integer("status"))
                .col(text("answer"))
                .col(timestamp_with_time_zone("created_at"))
                .primary_key(Index::create().col("account_id").col("route").col("key"))
                .to_owned(),
        )
        .await?;
        unique(m, "organisation_credit_code", "organisation (credit_code)").await?;
        index(m, "organisation_area", "organisation (kind, area_code)").await?;
        index(m, "accreditation_organisation", "accreditation (organisation_id)").await?;
        unique(m, "account_login", "account (login)").await?;
        index(m, "account_person", "account (person_id)").await?;
        unique(m, "role_grant_in_force", "role_grant (account_id) WHERE ended_at IS NULL").await?;
        index(m, "session_account", "session (account_id)").await?;
        index(m, "audit_event_object", "audit_event (object_id)").await?;
        index(m, "audit_event_noun", "audit_event (noun, id)").await?;
        index(m, "message_account", "message (account_id, created_at)").await?;
        index(m, "message_due", "message (next_attempt_at) WHERE mail = 'pending'").await?;
        append_only(m, "audit_event").await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        stop_guarding(m, "audit_event").await?;
        m.drop_table(Table::drop().table("idempotency").to_owned()).await?;
        m.drop_table(Table::drop().table("message").to_owned()).await?;
        m.drop_table(Table::drop().table("audit_event").to_owned()).await?;
        m.drop_table(Table::drop().table("login_attempt").to_owned()).await?;
        m.drop_table(Table::drop().table("session").to_owned()).await?;
        m.drop_table(Table::drop().table("role_grant").to_owned()).await?;
        m.drop_table(Table::drop().table("account").to_owned()).await?;
        m.drop_table(Table::drop().table("accreditation").to_owned()).await?;
        m.drop_table(Table::drop().table("organisation").to_owned()).await?;
        Ok(())
    }
}
