//! Indexes for look-ups whose values are bound. A partial index holds a rule, but neither database can use it for a statement that
//! names the state by a parameter: such a statement would read the whole table.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: [(&str, &str); 7] = [
    ("enrolment_class", "enrolment (class_id, status)"),
    ("enrolment_area", "enrolment (area_code)"),
    ("certificate_seat", "certificate (enrolment_id)"),
    ("claim_class", "claim (class_id)"),
    ("claim_line_person", "claim_line (person_id)"),
    ("role_grant_organisation", "role_grant (organisation_id)"),
    ("message_mail", "message (mail, next_attempt_at)"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for (name, on) in INDEXES {
            index(m, name, on).await?;
        }
        // Its place is taken.
        m.get_connection().execute_unprepared("DROP INDEX message_due").await?;
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        index(m, "message_due", "message (next_attempt_at) WHERE mail = 'pending'").await?;
        for (name, _) in INDEXES {
            m.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}
