//! Files of exclusion lists: CSV with the columns 身份证号, 姓名, 起, 止. Every line is judged; of the numbers only their
//! keyed hashes leave this room.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::NaiveDate;
use csv::StringRecord;
use entities::values::ExclusionKind;

use crate::base::error::Args;
use crate::base::{Error, FieldError, Result};
use crate::data::Vault;
use crate::people::{read_date, read_id_number};

/// Lines that one file may have.
pub(super) const MOST: usize = 50_000;

/// The columns with their heads; the first of each is that of the template.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("id_number", &["身份证号", "公民身份号码", "id_number"]),
    ("name", &["姓名", "name"]),
    ("from", &["起", "起始日期", "死亡日期", "from"]),
    ("to", &["止", "截止日期", "to"]),
];

/// What is wrong in one cell of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The head is line 1.
    pub line: u64,
    /// The column as the file calls it; empty where the whole line is meant.
    pub column: String,
    pub code: Cow<'static, str>,
    pub args: Args,
}

impl From<Fault> for FieldError {
    fn from(fault: Fault) -> Self {
        let field = match fault.column.as_str() {
            "" => format!("line {}", fault.line),
            column => format!("line {}, {column}", fault.line),
        };
        Self { field: field.into(), code: fault.code, args: fault.args }
    }
}

/// A line that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub line: i32,
    pub id_index: String,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// What a file is judged by.
#[derive(Clone, Copy)]
pub(super) struct Judging<'a> {
    pub vault: &'a Vault,
    pub kind: ExclusionKind,
    pub today: NaiveDate,
    pub most: usize,
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub rows: Vec<Row>,
    pub faults: Vec<Fault>,
}

/// The head of a file to fill in.
pub(super) fn template(english: bool) -> String {
    let head = |(key, heads): &(&str, &[&str])| {
        let zh = heads.first().copied().unwrap_or_default();
        if english { (*key).to_owned() } else { zh.to_owned() }
    };
    format!("\u{FEFF}{}\r\n", COLUMNS.iter().map(head).collect::<Vec<_>>().join(","))
}

impl Sheet {
    /// Reads and judges a file.
    ///
    /// # Errors
    /// `Invalid` when it is no such file at all: not UTF-8, empty, or too long.
    pub(super) fn read(bytes: &[u8], judging: Judging<'_>) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| Error::invalid("csv", "invalid.csv_utf8"))?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut records = reader.records();
        let unreadable = |_| Error::invalid("csv", "invalid.csv_unreadable");
        let head = records.next().ok_or_else(|| Error::invalid("csv", "invalid.csv_empty"))?.map_err(unreadable)?;
        let mut sheet = Self::default();
        let Some(places) = sheet.places(&head) else { return Ok(sheet) };
        let mut seen = HashSet::new();
        for record in records {
            let record = record.map_err(unreadable)?;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if sheet.rows.len() >= judging.most {
                let long = FieldError::new("csv", "invalid.csv_long").with("most", judging.most);
                return Err(Error::Invalid(vec![long]));
            }
            let line = record.position().map_or(0, |position| line_at(text, position));
            let cells = Cells { record: &record, head: &head, places };
            match cells.judge(line, judging) {
                Ok(row) if seen.insert((row.id_index.clone(), row.from, row.to)) => sheet.rows.push(row),
                Ok(_) => sheet.faults.push(cells.fault(line, 0, "invalid.id_twice")),
                Err(fault) => sheet.faults.push(fault),
            }
        }
        if sheet.rows.is_empty() && sheet.faults.is_empty() {
            return Err(Error::invalid("csv", "invalid.csv_empty"));
        }
        Ok(sheet)
    }

    /// Where each column stands; `None` when the number's lacks, or a head is unknown or stands twice.
    fn places(&mut self, head: &StringRecord) -> Option<[Option<usize>; 4]> {
        let mut places = [None; 4];
        for (at, cell) in head.iter().enumerate() {
            let name = cell.trim();
            let known = COLUMNS.iter().position(|(_, heads)| heads.iter().any(|head| head.eq_ignore_ascii_case(name)));
            let code = match known.and_then(|column| places.get_mut(column)) {
                None => "invalid.column_unknown",
                Some(Some(_)) => "invalid.repeated",
                Some(place) => {
                    *place = Some(at);
                    continue;
                }
            };
            let column = name.chars().take(24).collect();
            self.faults.push(Fault { line: 1, column, code: code.into(), args: Args::new() });
        }
        if places.first().copied().flatten().is_none() {
            let column = "身份证号".to_owned();
            self.faults.push(Fault { line: 1, column, code: "invalid.column_missing".into(), args: Args::new() });
        }
        self.faults.is_empty().then_some(places)
    }
}

/// The line on which a record begins. Behind a line that ends with CR LF the reader stands before the LF, one too few.
fn line_at(text: &str, position: &csv::Position) -> u64 {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let skipped = text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| **byte == b'\n').map(|_| 1).sum::<u64>()
}

struct Cells<'a> {
    record: &'a StringRecord,
    head: &'a StringRecord,
    places: [Option<usize>; 4],
}

impl Cells<'_> {
    fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    fn cell(&self, column: usize) -> &str {
        self.place(column).and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    fn fault(&self, line: u64, column: usize, code: impl Into<Cow<'static, str>>) -> Fault {
        let head = self.place(column).and_then(|at| self.head.get(at)).unwrap_or_default();
        Fault { line, column: head.trim().to_owned(), code: code.into(), args: Args::new() }
    }

    fn day(&self, line: u64, column: usize) -> std::result::Result<Option<NaiveDate>, Fault> {
        match self.cell(column) {
            "" => Ok(None),
            text => read_date(text).map(Some).ok_or_else(|| self.fault(line, column, "invalid.date")),
        }
    }

    fn judge(&self, line: u64, judging: Judging<'_>) -> std::result::Result<Row, Fault> {
        const NUMBER: usize = 0;
        const FROM: usize = 2;
        const TO: usize = 3;
        if self.record.len() != self.head.len() {
            let args = vec![("count", self.record.len().to_string()), ("due", self.head.len().to_string())];
            return Err(Fault { line, column: String::new(), code: "invalid.columns".into(), args });
        }
        if self.cell(NUMBER).is_empty() {
            return Err(self.fault(line, NUMBER, "invalid.required"));
        }
        let number = read_id_number(self.cell(NUMBER), judging.today).map_err(|e| self.fault(line, NUMBER, e.code))?;
        let (from, to) = (self.day(line, FROM)?, self.day(line, TO)?);
        if judging.kind == ExclusionKind::Deceased {
            // Without the day nobody could say which class the person still attended.
            let from = from.ok_or_else(|| self.fault(line, FROM, "invalid.required"))?;
            if from > judging.today {
                return Err(self.fault(line, FROM, "invalid.date_future"));
            }
        }
        if matches!((from, to), (Some(from), Some(to)) if to < from) {
            return Err(self.fault(line, TO, "invalid.end_before_start"));
        }
        let line = i32::try_from(line).unwrap_or(i32::MAX);
        Ok(Row { line, id_index: judging.vault.index("id", number.as_str()), from, to })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::IdNumber;

    fn vault() -> Vault {
        Vault::new(&Vault::fresh_keys().unwrap()).unwrap()
    }

    fn number(n: u16) -> String {
        IdNumber::compose("369970", "1980-01-01".parse().unwrap(), n).unwrap().as_str().to_owned()
    }

    fn read_as(vault: &Vault, kind: ExclusionKind, text: &str) -> Result<Sheet> {
        let judging = Judging { vault, kind, today: "2016-11-20".parse().unwrap(), most: 5 };
        Sheet::read(text.as_bytes(), judging)
    }

    fn told(sheet: &Sheet) -> Vec<(u64, &str, &str)> {
        sheet.faults.iter().map(|f| (f.line, f.column.as_str(), f.code.as_ref())).collect()
    }

    #[test]
    fn a_small_x_full_width_digits_and_spaces_are_the_same_number() {
        let vault = vault();
        let x = (1..400).map(number).find(|n| n.ends_with('X')).unwrap();
        let wide: String = x.to_lowercase().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        for written in [x.clone(), x.to_lowercase(), wide, format!(" {x} ")] {
            let sheet = read_as(&vault, ExclusionKind::Insured, &format!("身份证号\n{written}\n")).unwrap();
            assert_eq!(told(&sheet), []);
            assert_eq!(sheet.rows[0].id_index, vault.index("id", &x), "{written}");
        }
    }

    #[test]
    fn every_line_that_is_wrong_is_told_with_its_column() {
        let text = format!(
            "身份证号,姓名,起,止\r\n{n},王某,2016/10/1,2016年12月31日\r\n{n},王某,2016-10-01,2016-12-31\r\n1234,李某,,\r\n{m},,2016-13-01,\r\n\
             {m},,2016-02-01,2016-01-01\r\n,,2016-01-01,\r\n{m}\r\n",
            n = number(1),
            m = number(3),
        );
        let sheet = read_as(&vault(), ExclusionKind::Insured, &text).unwrap();
        assert_eq!(
            told(&sheet),
            [
                (3, "身份证号", "invalid.id_twice"),
                (4, "身份证号", "invalid.id_format"),
                (5, "起", "invalid.date"),
                (6, "止", "invalid.end_before_start"),
                (7, "身份证号", "invalid.required"),
                (8, "", "invalid.columns"),
            ]
        );
        assert_eq!((sheet.rows[0].line, sheet.rows[0].to), (2, "2016-12-31".parse().ok()));
    }

    #[test]
    fn of_the_deceased_the_day_must_be_told_and_be_past() {
        let sheet = |text: String| read_as(&vault(), ExclusionKind::Deceased, &text).unwrap();
        assert_eq!(told(&sheet(format!("身份证号\n{}\n", number(1)))), [(2, "", "invalid.required")]);
        let future = sheet(format!("身份证号,死亡日期\n{},2016-11-21\n", number(1)));
        assert_eq!(told(&future), [(2, "死亡日期", "invalid.date_future")]);
        assert_eq!(told(&sheet(format!("id_number,from\n{},2016-11-20\n", number(1)))), []);
    }

    #[test]
    fn a_strange_head_is_told_before_any_line_and_what_is_no_file_at_once() {
        let read = |text: &str| read_as(&vault(), ExclusionKind::Insured, text);
        let sheet = read("号码,姓名,姓名\n1,2,3\n").unwrap();
        assert_eq!(
            told(&sheet),
            [
                (1, "号码", "invalid.column_unknown"),
                (1, "姓名", "invalid.repeated"),
                (1, "身份证号", "invalid.column_missing")
            ]
        );
        let refused = |text: &str| match read(text) {
            Err(Error::Invalid(faults)) => faults[0].code.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(refused(""), "invalid.csv_empty");
        assert_eq!(refused(&template(false)), "invalid.csv_empty");
        let six: Vec<String> = (0..6).map(|n| number(2 * n + 1)).collect();
        assert_eq!(refused(&format!("身份证号\n{}\n", six.join("\n"))), "invalid.csv_long");
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200), cells in ".{0,80}") {
            let vault = vault();
            let judging = Judging { vault: &vault, kind: ExclusionKind::Deceased, today: "2016-11-20".parse().unwrap(), most: 5 };
            drop(Sheet::read(&bytes, judging));
            drop(Sheet::read(format!("{}{cells}\n", template(true)).as_bytes(), judging));
        }
    }
}
