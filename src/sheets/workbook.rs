//! Workbooks: the first sheet that is not empty, cell by cell.

use std::fmt::Write;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use csv::StringRecord;

use crate::sheets::limits::Limits;
use crate::sheets::package;
use crate::sheets::trouble::Trouble;

/// Later days than Excel knows.
const NO_DAY: f64 = 2_958_466.0;

/// The cells of a sheet, packed: empty rows are left out, and a row ends with its last cell that is not empty.
#[derive(Debug, Default)]
pub(super) struct Grid {
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// The number of each row and where its cells end in `ends`.
    rows: Vec<(u64, usize)>,
    /// How many cells each row is told with: as many as the head has.
    width: usize,
    bytes: u64,
    /// The next row that is asked for, and its first cell.
    row: usize,
    cell: usize,
    from: usize,
}

impl Grid {
    pub(super) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Trouble> {
        package::inspect(&bytes, limits)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        // Who parses adds up numbers of the file without a look at their size; a sum that runs over is a panic in some
        // builds.
        let read = catch_unwind(AssertUnwindSafe(|| first_sheet(bytes, limits)));
        let mut grid = read.unwrap_or(Err(Trouble::Unreadable))?;
        grid.bytes = size;
        grid.width = grid.rows.first().map_or(0, |(_, end)| *end);
        Ok(grid)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next row and its number.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Option<u64> {
        record.clear();
        let (line, end) = *self.rows.get(self.row)?;
        self.row += 1;
        for end in self.ends.get(self.cell..end).unwrap_or_default() {
            record.push_field(self.text.get(self.from..*end).unwrap_or_default());
            self.from = *end;
        }
        self.cell = end;
        for _ in record.len()..self.width {
            record.push_field("");
        }
        Some(line)
    }

    /// A cell that is not empty, to the right of all before it or in a row below.
    fn put(&mut self, line: u64, column: u64, text: &str, limits: &Limits) -> Result<(), Trouble> {
        if column > limits.columns {
            return Err(Trouble::TooManyColumns { line, most: limits.columns });
        }
        if text.len() > usize::try_from(limits.characters).unwrap_or(usize::MAX) {
            let characters = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            if characters > limits.characters {
                return Err(Trouble::LongCell { line, column, most: limits.characters });
            }
        }
        match self.rows.last() {
            Some((last, _)) if *last == line => {}
            Some((last, _)) if *last > line => return Err(Trouble::Unreadable),
            _ => {
                // The head is no row.
                if u64::try_from(self.rows.len()).is_ok_and(|rows| rows > limits.rows) {
                    return Err(Trouble::TooManyRows { most: limits.rows });
                }
                self.rows.push((line, self.ends.len()));
            }
        }
        let first = self.rows.len().checked_sub(2).and_then(|before| self.rows.get(before)).map_or(0, |(_, end)| *end);
        let due = first + usize::try_from(column).unwrap_or(usize::MAX);
        if self.ends.len() >= due {
            return Err(Trouble::Unreadable);
        }
        while self.ends.len() + 1 < due {
            self.ends.push(self.text.len());
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
        if let Some((_, end)) = self.rows.last_mut() {
            *end = self.ends.len();
        }
        // One text can stand in many cells, so the sum may be far larger than the file.
        let most = limits.unpacked_bytes;
        let within = u64::try_from(self.text.len()).is_ok_and(|sum| sum <= most);
        if within { Ok(()) } else { Err(Trouble::unpacked(most)) }
    }
}

fn first_sheet(bytes: Vec<u8>, limits: &Limits) -> Result<Grid, Trouble> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
    let sheets = book.sheets_metadata().to_vec();
    if u64::try_from(sheets.len()).is_ok_and(|count| count > limits.sheets) {
        return Err(Trouble::TooManySheets { most: limits.sheets });
    }
    let mut cells = 0_u64;
    let mut shown = String::new();
    for sheet in sheets.iter().filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible) {
        let mut grid = Grid::default();
        let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(|_| Trouble::Unreadable)?;
        while let Some(cell) = reader.next_cell().map_err(|_| Trouble::Unreadable)? {
            cells += 1;
            if cells > limits.cells {
                return Err(Trouble::TooManyCells { most: limits.cells });
            }
            let (row, column) = cell.get_position();
            show(cell.get_value(), &mut shown);
            if !shown.trim().is_empty() {
                grid.put(u64::from(row) + 1, u64::from(column) + 1, &shown, limits)?;
            }
        }
        if !grid.rows.is_empty() {
            return Ok(grid);
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
