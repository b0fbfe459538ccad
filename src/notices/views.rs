//! Outputs: what everybody may read, and not a column more.

use chrono::NaiveDate;
use entities::{
    notice, notice_line,
    values::{Fen, NoticeStatus},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::notices::sheet::Sheet;

/// A notice in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NoticeView {
    pub number: String,
    pub area_code: String,
    pub institution: String,
    /// The class for which is paid.
    pub title: String,
    /// The day of publishing, which does not count.
    pub starts_on: NaiveDate,
    pub last_day: NaiveDate,
    /// How often the list of this claim was published, this time counted.
    pub round: i32,
    pub status: NoticeStatus,
    pub lines: i32,
    pub total_fen: Fen,
    /// SHA-256 of the list.
    pub list_hash: String,
}

/// A notice with its list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NoticeSheet {
    #[serde(flatten)]
    pub notice: NoticeView,
    pub list: Vec<NoticeRow>,
}

/// One row as it is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct NoticeRow {
    pub ordinal: i32,
    /// The first character of the name.
    #[schema(example = "张*")]
    pub name: String,
    /// The first six and last two characters of the identity number.
    #[schema(example = "360923**********34")]
    pub number: String,
    /// Occupation and level.
    pub item: String,
    pub fen: Fen,
}

impl From<notice::Model> for NoticeView {
    fn from(row: notice::Model) -> Self {
        Self {
            number: row.number,
            area_code: row.area_code,
            institution: row.institution,
            title: row.title,
            starts_on: row.starts_on,
            last_day: row.last_day,
            round: row.round,
            status: row.status,
            lines: row.lines,
            total_fen: row.total_fen,
            list_hash: row.list_hash,
        }
    }
}

impl From<notice_line::Model> for NoticeRow {
    fn from(row: notice_line::Model) -> Self {
        Self { ordinal: row.ordinal, name: row.masked_name, number: row.masked_number, item: row.item, fen: row.fen }
    }
}

impl From<Sheet> for NoticeSheet {
    fn from(sheet: Sheet) -> Self {
        Self { notice: sheet.notice.into(), list: sheet.lines.into_iter().map(NoticeRow::from).collect() }
    }
}
