//! Two records that may be one person's (疑似重复), by one rule; `a` sorts before `b`.

use sea_orm::entity::prelude::*;

use crate::values::{AccountId, PairId, PairReason, PairStatus, PersonId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_pair")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PairId,
    pub a: PersonId,
    pub b: PersonId,
    pub reason: PairReason,
    /// Where `a` lived when the pair was found.
    pub area_code: String,
    pub status: PairStatus,
    /// Which of the two stays, once a merge is asked for.
    pub keeper: Option<PersonId>,
    pub asked_by: Option<AccountId>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTimeUtc>,
    pub reason_text: Option<String>,
    pub found_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
