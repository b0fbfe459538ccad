//! One line of a public notice, exactly as it is shown. There is no column for what must not be shown.

use sea_orm::entity::prelude::*;

use crate::values::{Fen, LineId, NoticeId, NoticeLineId};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeLineId,
    pub notice_id: NoticeId,
    /// Its place in the list, from one on.
    pub ordinal: i32,
    pub line_id: LineId,
    /// 张*
    pub masked_name: String,
    /// First six and last two characters of the identity number.
    pub masked_number: String,
    /// For what is paid: occupation and level.
    pub item: String,
    pub fen: Fen,
}

impl ActiveModelBehavior for ActiveModel {}
