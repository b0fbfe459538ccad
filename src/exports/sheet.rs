//! Rows as the bytes of a file. CSV leaves in pieces while it grows; a workbook is made whole, in memory and never on disk.

use chrono::{DateTime, Utc};
use entities::values::{ExportFormat, Fen};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::base::cells::neutral;
use crate::base::{Error, Result};
use crate::exports::columns::Cell;

/// Bytes of a piece: large enough to be few, small enough to be held.
pub(super) const PIECE: usize = 256 * 1024;

/// A file that is being written.
pub(super) enum Sheet {
    Csv(Vec<u8>),
    Xlsx(Box<Book>),
}

/// A workbook with one sheet.
pub(super) struct Book {
    workbook: Workbook,
    next: u32,
}

fn broken(e: XlsxError) -> Error {
    Error::internal(e)
}

impl Sheet {
    /// With its first line. The mark before a CSV file tells spreadsheets that it is UTF-8.
    ///
    /// # Errors
    /// `Internal` when the workbook cannot be made.
    pub(super) fn begin(format: ExportFormat, heads: &[String], now: DateTime<Utc>) -> Result<Self> {
        let cells: Vec<Cell> = heads.iter().cloned().map(Cell::Text).collect();
        match format {
            ExportFormat::Csv => {
                let mut bytes = Vec::with_capacity(PIECE * 2);
                bytes.extend_from_slice("\u{FEFF}".as_bytes());
                csv_line(&mut bytes, &cells);
                Ok(Self::Csv(bytes))
            }
            ExportFormat::Xlsx => {
                let mut workbook = Workbook::new();
                let made = ExcelDateTime::from_timestamp(now.timestamp()).map_err(broken)?;
                workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
                workbook.add_worksheet().set_freeze_panes(1, 0).map_err(broken)?;
                let mut book = Box::new(Book { workbook, next: 0 });
                book.line(&cells, Some(&Format::new().set_bold()))?;
                Ok(Self::Xlsx(book))
            }
        }
    }

    /// # Errors
    /// `Internal` for what no workbook takes.
    pub(super) fn line(&mut self, cells: &[Cell]) -> Result<()> {
        match self {
            Self::Csv(bytes) => {
                csv_line(bytes, cells);
                Ok(())
            }
            Self::Xlsx(book) => book.line(cells, None),
        }
    }

    /// The next piece that is whole already.
    pub(super) fn piece(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Csv(bytes) if bytes.len() >= PIECE => {
                let rest = bytes.split_off(PIECE);
                Some(std::mem::replace(bytes, rest))
            }
            Self::Csv(_) | Self::Xlsx(_) => None,
        }
    }

    /// What is left when the last line was written: for a workbook all of it. It takes a while.
    ///
    /// # Errors
    /// `Internal` when the workbook cannot be made.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        match self {
            Self::Csv(bytes) => Ok(bytes),
            Self::Xlsx(mut book) => book.workbook.save_to_buffer().map_err(broken),
        }
    }
}

/// Every cell stands in quotes, so that a number of many digits is text and no line end breaks a line.
fn csv_line(bytes: &mut Vec<u8>, cells: &[Cell]) {
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            bytes.push(b',');
        }
        bytes.push(b'"');
        match cell {
            Cell::Text(text) => bytes.extend_from_slice(neutral(text).replace('"', "\"\"").as_bytes()),
            Cell::Number(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
            Cell::Money(fen) => bytes.extend_from_slice(yuan(*fen).as_bytes()),
        }
        bytes.push(b'"');
    }
    bytes.extend_from_slice(b"\r\n");
}

/// Yuan and fen without marks between the digits.
fn yuan(Fen(fen): Fen) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

impl Book {
    /// Text is written as text whatever it looks like: a formula stays what was typed, a long number keeps its digits.
    fn line(&mut self, cells: &[Cell], format: Option<&Format>) -> Result<()> {
        let row = self.next;
        self.next += 1;
        let sheet = self.workbook.worksheet_from_index(0).map_err(broken)?;
        for (column, cell) in cells.iter().enumerate() {
            let column = u16::try_from(column).map_err(Error::internal)?;
            let number = match cell {
                Cell::Text(_) => None,
                Cell::Number(number) => i32::try_from(*number).ok().map(f64::from),
                Cell::Money(fen) => yuan(*fen).parse().ok(),
            };
            let text = match cell {
                Cell::Text(text) => text.clone(),
                Cell::Number(number) => number.to_string(),
                Cell::Money(fen) => yuan(*fen),
            };
            match (number, format) {
                (None, _) if text.is_empty() => continue,
                (Some(number), _) => sheet.write_number(row, column, number),
                (None, Some(format)) => sheet.write_string_with_format(row, column, text, format),
                (None, None) => sheet.write_string(row, column, text),
            }
            .map_err(broken)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_line_of_csv_is_quoted_and_ends_as_the_standard_says() {
        let mut sheet = Sheet::begin(ExportFormat::Csv, &["姓名".to_owned()], DateTime::default()).unwrap();
        sheet.line(&[text("=1+\"1\""), Cell::Number(-3), Cell::Money(Fen(-120_005)), text("a,b\nc")]).unwrap();
        let told = String::from_utf8(sheet.finish().unwrap()).unwrap();
        assert_eq!(told, "\u{FEFF}\"姓名\"\r\n\"'=1+\"\"1\"\"\",\"-3\",\"-1200.05\",\"a,b\nc\"\r\n");
    }

    #[test]
    fn csv_leaves_in_pieces_of_one_size_and_nothing_is_lost_between_them() {
        let mut sheet = Sheet::begin(ExportFormat::Csv, &["x".to_owned()], DateTime::default()).unwrap();
        let mut pieces = Vec::new();
        for n in 0..30_000 {
            sheet.line(&[text("三十个字的一行"), Cell::Number(n)]).unwrap();
            while let Some(piece) = sheet.piece() {
                assert_eq!(piece.len(), PIECE);
                pieces.extend(piece);
            }
        }
        assert!(pieces.len() >= 2 * PIECE);
        pieces.extend(sheet.finish().unwrap());
        assert_eq!(String::from_utf8(pieces).unwrap().lines().count(), 30_001);
    }
}
