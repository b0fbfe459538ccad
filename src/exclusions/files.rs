//! Files of exclusion lists: the columns 身份证号, 姓名, 起, 止 as CSV or in a workbook. Every line is judged; of the numbers
//! only their keyed hashes leave this room.

use std::collections::HashSet;

use chrono::NaiveDate;
use csv::StringRecord;
use entities::values::ExclusionKind;

use crate::base::columns::{Column, Fault, Places, Shown, named, needed, optional};
use crate::base::error::Args;
use crate::data::Vault;
use crate::people::{read_date, read_id_number};
use crate::sheets::Row;

/// Where a column stands in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    IdNumber,
    /// It stands there for whoever reads the file; it is not kept.
    #[expect(dead_code, reason = "nothing is read of it")]
    Name,
    From,
    To,
}

/// The columns, in the order of the template.
pub(super) const COLUMNS: [Column; 4] = [
    needed("id_number", "身份证号", &["身份证号码", "公民身份号码"], Shown::Number),
    optional("name", "姓名", &[], Shown::Name),
    optional("from", "起", &["起始日期", "死亡日期"], Shown::Plain),
    optional("to", "止", &["截止日期"], Shown::Plain),
];

/// A line that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
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
}

/// A file that was judged.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub entries: Vec<Entry>,
    /// What is wrong, each with its line.
    pub faults: Vec<(u64, Fault)>,
}

impl Sheet {
    /// Judges a file that was read.
    pub(super) fn judge((line, head): (u64, &StringRecord), rows: &[Row], judging: Judging<'_>) -> Self {
        let mut sheet = Self::default();
        let head: Vec<String> = head.iter().map(|cell| cell.trim().to_owned()).collect();
        let Some(mapping) = sheet.mapping(line, &head) else { return sheet };
        let cells = Cells { places: Places::new(&COLUMNS, &head, &mapping), judging };
        let mut seen = HashSet::new();
        for row in rows {
            match cells.judge(row) {
                Ok(entry) if seen.insert((entry.id_index.clone(), entry.from, entry.to)) => sheet.entries.push(entry),
                Ok(_) => sheet.faults.push((row.line, cells.fault(row, At::IdNumber, "invalid.id_twice"))),
                Err(fault) => sheet.faults.push((row.line, fault)),
            }
        }
        sheet
    }

    /// Which column is which; `None` when the number's lacks, or a head is unknown or stands twice.
    fn mapping(&mut self, line: u64, head: &[String]) -> Option<Vec<Option<usize>>> {
        let mut mapping: Vec<Option<usize>> = Vec::with_capacity(head.len());
        let mut wrong = |column: &str, code: &'static str| {
            let column = column.chars().take(24).collect();
            self.faults.push((line, Fault { column, value: String::new(), code: code.into(), args: Args::new() }));
        };
        for name in head {
            let ours = named(&COLUMNS, name);
            match ours {
                None => wrong(name, "invalid.column_unknown"),
                Some(_) if mapping.contains(&ours) => wrong(name, "invalid.repeated"),
                Some(_) => {}
            }
            mapping.push(ours);
        }
        for (_, column) in COLUMNS.iter().enumerate().filter(|(at, c)| c.needed && !mapping.contains(&Some(*at))) {
            wrong(column.zh, "invalid.column_missing");
        }
        self.faults.is_empty().then_some(mapping)
    }
}

struct Cells<'a> {
    places: Places<'a>,
    judging: Judging<'a>,
}

impl Cells<'_> {
    fn cell<'r>(&self, row: &'r Row, at: At) -> &'r str {
        self.places.cell(&row.cells, at as usize)
    }

    fn fault(&self, row: &Row, at: At, code: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
        let key = COLUMNS.get(at as usize).map_or("", |column| column.key);
        self.places.fault(&row.cells, key, code.into(), Args::new())
    }

    fn day(&self, row: &Row, at: At) -> Result<Option<NaiveDate>, Fault> {
        match self.cell(row, at) {
            "" => Ok(None),
            text => read_date(text).map(Some).ok_or_else(|| self.fault(row, at, "invalid.date")),
        }
    }

    fn judge(&self, row: &Row) -> Result<Entry, Fault> {
        let Judging { vault, kind, today } = self.judging;
        self.places.even(&row.cells)?;
        let number = self.cell(row, At::IdNumber);
        let number = read_id_number(number, today).map_err(|e| self.fault(row, At::IdNumber, e.code))?;
        let (from, to) = (self.day(row, At::From)?, self.day(row, At::To)?);
        if kind == ExclusionKind::Deceased {
            // Without the day nobody could say which class the person still attended.
            let from = from.ok_or_else(|| self.fault(row, At::From, "invalid.required"))?;
            if from > today {
                return Err(self.fault(row, At::From, "invalid.date_future"));
            }
        }
        if matches!((from, to), (Some(from), Some(to)) if to < from) {
            return Err(self.fault(row, At::To, "invalid.end_before_start"));
        }
        let line = i32::try_from(row.line).unwrap_or(i32::MAX);
        Ok(Entry { line, id_index: vault.index("id", number.as_str()), from, to })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::IdNumber;
    use crate::sheets::{Limits, Table};

    fn vault() -> Vault {
        Vault::new(&Vault::fresh_keys().unwrap()).unwrap()
    }

    fn number(n: u16) -> String {
        IdNumber::compose("369970", "1980-01-01".parse().unwrap(), n).unwrap().as_str().to_owned()
    }

    fn read_as(vault: &Vault, kind: ExclusionKind, text: &str) -> Sheet {
        let mut table = Table::open(text.as_bytes(), &Limits::default()).unwrap();
        let head = (1, table.head().clone());
        let (mut rows, mut record) = (Vec::new(), StringRecord::new());
        while let Some(line) = table.next(&mut record).unwrap() {
            rows.push(Row { line, cells: record.clone() });
        }
        Sheet::judge((head.0, &head.1), &rows, Judging { vault, kind, today: "2016-11-20".parse().unwrap() })
    }

    fn told(sheet: &Sheet) -> Vec<(u64, &str, &str)> {
        sheet.faults.iter().map(|(line, f)| (*line, f.column.as_str(), f.code.as_ref())).collect()
    }

    #[test]
    fn a_small_x_full_width_digits_and_spaces_are_the_same_number() {
        let vault = vault();
        let x = (1..400).map(number).find(|n| n.ends_with('X')).unwrap();
        let wide: String = x.to_lowercase().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        for written in [x.clone(), x.to_lowercase(), wide, format!(" {x} ")] {
            let sheet = read_as(&vault, ExclusionKind::Insured, &format!("身份证号\n{written}\n"));
            assert_eq!(told(&sheet), []);
            assert_eq!(sheet.entries[0].id_index, vault.index("id", &x), "{written}");
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
        let sheet = read_as(&vault(), ExclusionKind::Insured, &text);
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
        assert_eq!((sheet.entries[0].line, sheet.entries[0].to), (2, "2016-12-31".parse().ok()));
    }

    #[test]
    fn of_the_deceased_the_day_must_be_told_and_be_past() {
        let sheet = |text: String| read_as(&vault(), ExclusionKind::Deceased, &text);
        assert_eq!(told(&sheet(format!("身份证号\n{}\n", number(1)))), [(2, "起", "invalid.required")]);
        let future = sheet(format!("身份证号,死亡日期\n{},2016-11-21\n", number(1)));
        assert_eq!(told(&future), [(2, "死亡日期", "invalid.date_future")]);
        assert_eq!(told(&sheet(format!("id_number,from\n{},2016-11-20\n", number(1)))), []);
    }

    #[test]
    fn a_strange_head_is_told_before_any_line() {
        let sheet = read_as(&vault(), ExclusionKind::Insured, "号码,姓名,姓名\n1,2,3\n");
        assert_eq!(
            told(&sheet),
            [
                (1, "号码", "invalid.column_unknown"),
                (1, "姓名", "invalid.repeated"),
                (1, "身份证号", "invalid.column_missing")
            ]
        );
    }

    #[test]
    fn the_columns_stand_where_they_are_looked_for() {
        let at = |key: &str| COLUMNS.iter().position(|column| column.key == key);
        assert_eq!(at("id_number"), Some(At::IdNumber as usize));
        assert_eq!((at("from"), at("to")), (Some(At::From as usize), Some(At::To as usize)));
    }

    proptest! {
        #[test]
        fn no_cells_break_the_judge(cells in proptest::collection::vec(".{0,40}", 0..6)) {
            let vault = vault();
            let head = StringRecord::from(vec!["身份证号", "姓名", "起", "止"]);
            let judging =
                Judging { vault: &vault, kind: ExclusionKind::Deceased, today: "2016-11-20".parse().unwrap() };
            let rows = [Row { line: 2, cells: cells.as_slice().into() }];
            drop(Sheet::judge((1, &head), &rows, judging));
            drop(Sheet::judge((1, &rows[0].cells), &rows, judging));
        }
    }
}
