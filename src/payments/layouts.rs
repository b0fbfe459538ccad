//! How a bank wants its file and how it answers, as data: a row a layout. Two are shipped; another bank is another row.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::{bank_layout, values::PaymentFailure};
use serde::{Deserialize, Serialize};

use crate::base::{Error, Result};
use crate::data::Work;
use crate::payments::store;

/// Code, Chinese name, English name and what it says.
const SHIPPED: [(&str, &str, &str, &str); 2] = [
    (
        "rural",
        "农信社代发（CSV，GB18030，元）",
        "Rural credit co-operative (CSV, GB18030, yuan)",
        include_str!("layouts/rural.json"),
    ),
    (
        "commercial",
        "工行批量代发（制表符分隔，UTF-8，分）",
        "Commercial bank, bulk (tabs, UTF-8, fen)",
        include_str!("layouts/commercial.json"),
    ),
];

/// From when on they hold.
const SINCE: NaiveDate = match NaiveDate::from_ymd_opt(2016, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    Gb18030,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Totals {
    /// A line of count and sum before the rows, or behind them.
    First,
    Last,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// With two decimals.
    Yuan,
    Fen,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Field {
    Ordinal,
    Reference,
    Name,
    Number,
    Bank,
    Amount,
    Purpose,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Column {
    pub head: String,
    pub field: Field,
}

/// How the bank answers: by which heads its columns are known, and what its words mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub reference: Vec<String>,
    pub amount: Vec<String>,
    pub result: Vec<String>,
    pub code: Vec<String>,
    pub day: Vec<String>,
    pub paid: Vec<String>,
    pub failed: Vec<String>,
    pub codes: BTreeMap<String, PaymentFailure>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Layout {
    pub encoding: Encoding,
    pub separator: char,
    pub header: bool,
    pub totals: Totals,
    pub amount: Unit,
    pub columns: Vec<Column>,
    pub answer: Answer,
}

impl Layout {
    /// # Errors
    /// `Internal` for a row that is no layout.
    pub(crate) fn of(row: &bank_layout::Model) -> Result<Self> {
        serde_json::from_str(&row.spec).map_err(Error::internal)
    }

    /// One that is shipped, whatever stands in the tables.
    ///
    /// # Errors
    /// `Internal` for an unknown one.
    pub(crate) fn shipped(code: &str) -> Result<Self> {
        let found = SHIPPED.iter().find(|(known, ..)| *known == code).map(|(.., spec)| *spec);
        serde_json::from_str(found.unwrap_or_default()).map_err(Error::internal)
    }

    /// Where a field stands in a row.
    pub(crate) fn place(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }

    pub(crate) fn extension(&self) -> &'static str {
        if self.separator == ',' { "csv" } else { "txt" }
    }
}

/// Puts in the layouts that are shipped and do not stand yet.
///
/// # Errors
/// Of the database.
pub async fn load_defaults(work: &Work) -> Result<()> {
    let stand: Vec<String> = store::layouts(work.db()).await?.into_iter().map(|row| row.code).collect();
    for (code, zh, en, spec) in SHIPPED {
        if stand.iter().any(|known| known == code) {
            continue;
        }
        let row = bank_layout::Model {
            code: code.to_owned(),
            name_zh: zh.to_owned(),
            name_en: en.to_owned(),
            spec: spec.to_owned(),
            valid_from: SINCE,
            valid_to: None,
        };
        store::insert_layout(work, row).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_that_is_shipped_names_what_is_paid_to_whom_and_how_the_bank_answers() {
        for (code, ..) in SHIPPED {
            let layout = Layout::shipped(code).unwrap();
            for field in [Field::Reference, Field::Name, Field::Number, Field::Amount] {
                assert!(layout.place(field).is_some(), "{code} lacks {field:?}");
            }
            let answer = &layout.answer;
            assert!(!answer.reference.is_empty() && !answer.result.is_empty() && !answer.amount.is_empty());
            assert!(answer.paid.iter().all(|word| !answer.failed.contains(word)), "{code}");
        }
        assert!(Layout::shipped("unknown").is_err());
    }
}
