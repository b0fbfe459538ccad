//! Workbooks: the first sheet that is not empty, cell by cell.

use std::fmt::Write;
use std::io::Cursor;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::vec;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use csv::StringRecord;

use crate::sheets::limits::Limits;
use crate::sheets::package;
use crate::sheets::trouble::Trouble;

/// Later days than Excel knows.
const NO_DAY: f64 = 2_958_466.0;

/// The rows of a sheet that are not empty.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: vec::IntoIter<Line>,
    /// How many cells each row is told with: as many as the head has.
    width: usize,
    bytes: u64,
}

/// A row, packed: what it says, and where each cell ends in that. It ends with its last cell that is not empty.
#[derive(Debug, Default)]
struct Line {
    number: u64,
    text: String,
    ends: Vec<usize>,
}

/// Gathers rows cell by cell.
#[derive(Default)]
struct Gathering {
    rows: Vec<Line>,
    /// The row that is not complete.
    line: Line,
    /// Bytes of all text.
    text: u64,
}

impl Grid {
    pub(super) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Trouble> {
        package::inspect(&bytes, limits)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        // Who parses adds up numbers of the file without a look at their size; a sum that runs over is a panic in some
        // builds.
        let rows = catch_unwind(AssertUnwindSafe(|| first_sheet(bytes, limits))).unwrap_or(Err(Trouble::Unreadable))?;
        let width = rows.first().map_or(0, |head| head.ends.len());
        Ok(Self { rows: rows.into_iter(), width, bytes: size })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next row and its number.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Option<u64> {
        record.clear();
        let line = self.rows.next()?;
        let mut from = 0;
        for end in line.ends {
            record.push_field(line.text.get(from..end).unwrap_or_default());
            from = end;
        }
        for _ in record.len()..self.width {
            record.push_field("");
        }
        Some(line.number)
    }
}

impl Gathering {
    /// A cell that is not empty, to the right of all before it or in a row below.
    fn put(&mut self, number: u64, column: u64, text: &str, limits: &Limits) -> Result<(), Trouble> {
        if column > limits.columns {
            return Err(Trouble::TooManyColumns { line: number, most: limits.columns });
        }
        let most = limits.characters;
        if size(text.len()) > most && size(text.chars().count()) > most {
            return Err(Trouble::LongCell { line: number, column, most });
        }
        // One text can stand in many cells, so the sum may be far larger than the file.
        self.text = self.text.saturating_add(size(text.len()));
        if self.text > limits.unpacked_bytes {
            return Err(Trouble::unpacked(limits.unpacked_bytes));
        }
        if number < self.line.number {
            return Err(Trouble::Unreadable);
        }
        if number > self.line.number {
            self.close();
            // The head is no row.
            if size(self.rows.len()) > limits.rows {
                return Err(Trouble::TooManyRows { most: limits.rows });
            }
            self.line.number = number;
        }
        if size(self.line.ends.len()) >= column {
            return Err(Trouble::Unreadable);
        }
        while size(self.line.ends.len()) + 1 < column {
            self.line.ends.push(self.line.text.len());
        }
        self.line.text.push_str(text);
        self.line.ends.push(self.line.text.len());
        Ok(())
    }

    fn close(&mut self) {
        let mut line = mem::take(&mut self.line);
        if line.number > 0 {
            line.text.shrink_to_fit();
            line.ends.shrink_to_fit();
            self.rows.push(line);
        }
    }

    fn rows(mut self) -> Vec<Line> {
        self.close();
        self.rows
    }
}

fn size(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn first_sheet(bytes: Vec<u8>, limits: &Limits) -> Result<Vec<Line>, Trouble> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
    let sheets = book.sheets_metadata().to_vec();
    if size(sheets.len()) > limits.sheets {
        return Err(Trouble::TooManySheets { most: limits.sheets });
    }
    let mut cells = 0_u64;
    let mut shown = String::new();
    for sheet in sheets.iter().filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible) {
        let mut gathering = Gathering::default();
        let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(|_| Trouble::Unreadable)?;
        while let Some(cell) = reader.next_cell().map_err(|_| Trouble::Unreadable)? {
            cells += 1;
            if cells > limits.cells {
                return Err(Trouble::TooManyCells { most: limits.cells });
            }
            let (row, column) = cell.get_position();
            show(cell.get_value(), &mut shown);
            if !shown.trim().is_empty() {
                gathering.put(u64::from(row) + 1, u64::from(column) + 1, &shown, limits)?;
            }
        }
        let rows = gathering.rows();
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Err(Trouble::Empty)
}

/// What a cell says, as plain text.
fn show(value: &DataRef<'_>, shown: &mut String) {
    shown.clear();
    match value {
        DataRef::Empty => {}
        DataRef::SharedString(text) => shown.push_str(text),
        DataRef::String(text) | DataRef::DurationIso(text) => shown.push_str(text),
        DataRef::DateTimeIso(text) => shown.push_str(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::Bool(yes) => shown.push_str(if *yes { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => show_moment(moment, shown),
        // Whole numbers as plain digits, however large.
        other => {
            let _ = write!(shown, "{}", Data::from(other.clone()));
        }
    }
}

/// A day, a day with its time, or a time alone. A span of time and what is no day are told as the numbers that they are.
fn show_moment(moment: &ExcelDateTime, shown: &mut String) {
    let value = moment.as_f64();
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let is_midnight = (hour, minute, second) == (0, 0, 0);
    let _ = if moment.is_duration() || !(0.0..NO_DAY).contains(&value) {
        write!(shown, "{value}")
    } else if value < 1.0 && !is_midnight {
        write!(shown, "{hour:02}:{minute:02}:{second:02}")
    } else if is_midnight {
        write!(shown, "{year:04}-{month:02}-{day:02}")
    } else {
        write!(shown, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    };
}
