//! What a seal covers of a row: every column, in a text that is the same on both databases.

use chrono::{DateTime, SecondsFormat, Utc};
use entities::values::SealStream;
use ring::digest::{SHA256, digest};
use sea_orm::QueryResult;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::access::hex;
use crate::base::{Error, Result};

/// A table whose rows are sealed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    pub(crate) word: SealStream,
    pub(crate) table: &'static str,
    pub(in crate::seals) columns: &'static [(&'static str, Kind)],
}

/// What stands in a column.
#[derive(Clone, Copy, Debug)]
pub(in crate::seals) enum Kind {
    Id,
    Word,
    /// Counted in microseconds, which both databases keep.
    Moment,
    Fen,
    /// A text that enters by its own hash, so that who holds a row without it can still check the row.
    Detail,
}

use Kind::{Detail, Fen, Id, Moment, Word};

pub(crate) const AUDIT: Stream = Stream {
    word: SealStream::Audit,
    table: "audit_event",
    columns: &[
        ("id", Id),
        ("at", Moment),
        ("actor_id", Id),
        ("role", Word),
        ("action", Word),
        ("noun", Word),
        ("object_id", Word),
        ("area_code", Word),
        ("detail", Detail),
    ],
};

pub(crate) const LEDGER: Stream = Stream {
    word: SealStream::Ledger,
    table: "posting",
    columns: &[
        ("id", Id),
        ("pot_id", Id),
        ("at", Moment),
        ("debit", Word),
        ("credit", Word),
        ("fen", Fen),
        ("cause", Word),
        ("class_id", Id),
        ("claim_id", Id),
        ("posted_by", Id),
        ("document_no", Word),
        ("line_id", Id),
        ("payment_id", Id),
        ("clawback_id", Id),
    ],
};

pub(crate) const STREAMS: [Stream; 2] = [AUDIT, LEDGER];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Id(Uuid),
    Word(String),
    Moment(DateTime<Utc>),
    Fen(i64),
    Detail(String),
    /// The hash of a detail that stayed behind.
    Hash(String),
}

impl Cell {
    fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Id(id) => Some(id.to_string()),
            Self::Word(word) => Some(word.clone()),
            Self::Moment(at) => Some(at.timestamp_micros().to_string()),
            Self::Fen(fen) => Some(fen.to_string()),
            Self::Detail(text) => Some(hex(digest(&SHA256, text.as_bytes()).as_ref())),
            Self::Hash(hash) => Some(hash.clone()),
        }
    }
}

/// Every column of a row, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    stream: SealStream,
    cells: Vec<(&'static str, Cell)>,
}

impl Stream {
    /// `t.id AS row_id, t.at AS row_at, …`
    pub(in crate::seals) fn selected(&self) -> String {
        let columns = self.columns.iter().map(|(name, _)| format!("t.{name} AS row_{name}"));
        columns.collect::<Vec<_>>().join(", ")
    }
}

impl Record {
    /// # Errors
    /// `Internal`: something stands in a column that the house does not write there.
    pub(in crate::seals) fn read(stream: &Stream, row: &QueryResult) -> Result<Self> {
        let mut cells = Vec::with_capacity(stream.columns.len());
        for (name, kind) in stream.columns {
            let column = format!("row_{name}");
            let cell = match kind {
                Id => row.try_get::<Option<Uuid>>("", &column)?.map(Cell::Id),
                Word => row.try_get::<Option<String>>("", &column)?.map(Cell::Word),
                Moment => row.try_get::<Option<DateTime<Utc>>>("", &column)?.map(Cell::Moment),
                Fen => row.try_get::<Option<i64>>("", &column)?.map(Cell::Fen),
                Detail => row.try_get::<Option<String>>("", &column)?.map(Cell::Detail),
            };
            cells.push((*name, cell.unwrap_or(Cell::Null)));
        }
        Ok(Self { stream: stream.word, cells })
    }

    /// As [`Record::json`] wrote it; a detail may stand as `<name>_sha256`.
    ///
    /// # Errors
    /// `Internal`: a column is missing, or one too many.
    pub(crate) fn of_json(stream: &Stream, row: &Map<String, Value>) -> Result<Self> {
        let broken = |name: &str| Error::internal(format!("{name} cannot be read"));
        if row.len() != stream.columns.len() {
            return Err(broken(stream.table));
        }
        let mut cells = Vec::with_capacity(stream.columns.len());
        for (name, kind) in stream.columns {
            let value = match (kind, row.get(*name)) {
                (_, Some(value)) => value,
                (Detail, None) => {
                    let hash =
                        row.get(&format!("{name}_sha256")).and_then(Value::as_str).ok_or_else(|| broken(name))?;
                    cells.push((*name, Cell::Hash(hash.to_owned())));
                    continue;
                }
                (_, None) => return Err(broken(name)),
            };
            let text = value.as_str();
            let cell = match kind {
                _ if value.is_null() => Some(Cell::Null),
                Id => text.and_then(|text| text.parse().ok()).map(Cell::Id),
                Word => text.map(|text| Cell::Word(text.to_owned())),
                Moment => text.and_then(|text| text.parse().ok()).map(Cell::Moment),
                Fen => value.as_i64().map(Cell::Fen),
                Detail => text.map(|text| Cell::Detail(text.to_owned())),
            };
            cells.push((*name, cell.ok_or_else(|| broken(name))?));
        }
        Ok(Self { stream: stream.word, cells })
    }

    pub(crate) fn json(&self) -> Value {
        let cells = self.cells.iter().map(|(name, cell)| {
            let value = match cell {
                Cell::Null => Value::Null,
                Cell::Id(id) => json!(id),
                Cell::Word(text) | Cell::Detail(text) => json!(text),
                Cell::Moment(at) => json!(at.to_rfc3339_opts(SecondsFormat::Micros, true)),
                Cell::Fen(fen) => json!(fen),
                Cell::Hash(hash) => return (format!("{name}_sha256"), json!(hash)),
            };
            ((*name).to_owned(), value)
        });
        Value::Object(cells.collect())
    }

    /// The row with the hash of its detail in the place of the detail.
    pub(crate) fn without_detail(mut self) -> Self {
        for (_, cell) in &mut self.cells {
            if matches!(cell, Cell::Detail(_)) {
                *cell = cell.text().map_or(Cell::Null, Cell::Hash);
            }
        }
        self
    }

    /// What stands in a column, in the words of the hash.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        self.cells.iter().find(|(column, _)| *column == name).and_then(|(_, cell)| cell.text())
    }

    /// When the deed was done.
    pub(in crate::seals) fn at(&self) -> Option<DateTime<Utc>> {
        self.cells.iter().find_map(|(_, cell)| match cell {
            Cell::Moment(at) => Some(*at),
            _ => None,
        })
    }

    /// SHA-256 of the row.
    pub(crate) fn hash(&self) -> Vec<u8> {
        let cells = self.cells.iter().map(|(_, cell)| cell.text());
        let text = canonical(std::iter::once(Some(self.stream.as_str().to_owned())).chain(cells));
        digest(&SHA256, text.as_bytes()).as_ref().to_vec()
    }
}

/// Each field with its length before it, `-,` where there is none: no two rows have one text.
pub(in crate::seals) fn canonical(fields: impl Iterator<Item = Option<String>>) -> String {
    fields.fold(String::new(), |mut text, field| {
        match field {
            Some(field) => {
                text.push_str(&field.len().to_string());
                text.push(':');
                text.push_str(&field);
                text.push(',');
            }
            None => text.push_str("-,"),
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use entities::{audit_event, posting};
    use proptest::prelude::*;
    use sea_orm::{Iden, Iterable};

    use super::*;

    #[test]
    fn a_seal_covers_every_column() {
        let names = |stream: &Stream| stream.columns.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        let of_audit: Vec<_> = audit_event::Column::iter().map(|column| column.unquoted().to_owned()).collect();
        let of_ledger: Vec<_> = posting::Column::iter().map(|column| column.unquoted().to_owned()).collect();
        assert_eq!((names(&AUDIT), names(&LEDGER)), (of_audit, of_ledger));
    }

    #[test]
    fn the_text_of_a_row_is_known() {
        let fields = [Some("audit".to_owned()), None, Some(String::new()), Some("四单".to_owned())];
        assert_eq!(canonical(fields.into_iter()), "5:audit,-,0:,6:四单,");
    }

    #[test]
    fn a_row_that_goes_out_and_comes_back_has_the_same_hash_with_its_detail_or_without() {
        let row = json!({
            "id": "0190b6a0-0000-7000-8000-000000000001", "at": "2016-11-01T01:00:00.123456Z", "actor_id": null,
            "role": "auditor", "action": "pay", "noun": "claim", "object_id": "", "area_code": null,
            "detail": "{\"fen\":1}",
        });
        let record = Record::of_json(&AUDIT, row.as_object().unwrap()).unwrap();
        assert_eq!(record.json(), row);
        let mut without = row.as_object().unwrap().clone();
        without.remove("detail");
        without.insert("detail_sha256".into(), json!(hex(digest(&SHA256, b"{\"fen\":1}").as_ref())));
        let without = Record::of_json(&AUDIT, &without).unwrap();
        assert_eq!(without.hash(), record.hash());
        let mut other = row.as_object().unwrap().clone();
        other.insert("area_code".into(), json!(""));
        assert_ne!(Record::of_json(&AUDIT, &other).unwrap().hash(), record.hash());
        other.insert("more".into(), json!(1));
        assert!(Record::of_json(&AUDIT, &other).is_err());
    }

    proptest! {
        #[test]
        fn two_rows_have_two_texts(
            one in proptest::collection::vec(proptest::option::of("[0-9:,-]{0,4}"), 1..5),
            other in proptest::collection::vec(proptest::option::of("[0-9:,-]{0,4}"), 1..5),
        ) {
            prop_assert_eq!(one == other, canonical(one.into_iter()) == canonical(other.into_iter()));
        }
    }
}
