//! What an institution says that it mended, and what the county says of it.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, AnswerVerdict, SanctionAnswerId, SanctionId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sanction_answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SanctionAnswerId,
    pub sanction_id: SanctionId,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub given_by: AccountId,
    pub given_at: DateTimeUtc,
    pub verdict: Option<AnswerVerdict>,
    /// What was seen, or what is still missing; the institution reads it.
    #[sea_orm(column_type = "Text")]
    pub note: Option<String>,
    pub judged_by: Option<AccountId>,
    pub judged_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
