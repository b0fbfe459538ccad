//! A table read in this process.

use std::io::{Chain, Cursor, Read};

use csv::StringRecord;

use crate::sheets::format::{self, Format, Kind};
use crate::sheets::limits::Limits;
use crate::sheets::lines::Lines;
use crate::sheets::trouble::Trouble;
use crate::sheets::workbook::Grid;

/// A file whose head was read and whose rows are asked for one by one.
pub struct Table<R> {
    head: StringRecord,
    head_line: u64,
    body: Body<R>,
    rows: u64,
    limits: Limits,
}

enum Body<R> {
    Text(Box<Lines<Chain<Cursor<Vec<u8>>, R>>>),
    Workbook(Grid),
}

impl<R: Read> Table<R> {
    /// Finds out what the file is and reads its head, which is the first row that is not empty.
    ///
    /// # Errors
    /// When it is no table, has no head, or is a workbook that cannot be read to its end.
    pub fn open(mut source: R, limits: &Limits) -> Result<Self, Trouble> {
        let mut start = Vec::new();
        take(&mut source, format::START, &mut start)?;
        let mut body = match format::recognise(&start)? {
            Kind::Text => Body::Text(Box::new(Lines::open(Cursor::new(start).chain(source), limits)?)),
            Kind::Archive => Body::Workbook(Grid::read(whole(start, source, limits)?, limits)?),
            Kind::Compound => return Err(format::of_compound(&whole(start, source, limits)?)),
        };
        let mut head = StringRecord::new();
        let head_line = body.next(&mut head)?.ok_or(Trouble::Empty)?;
        Ok(Self { head, head_line, body, rows: 0, limits: *limits })
    }

    pub fn head(&self) -> &StringRecord {
        &self.head
    }

    /// The line on which the head stands, mostly 1.
    pub fn head_line(&self) -> u64 {
        self.head_line
    }

    /// What the file has turned out to be so far.
    pub fn format(&self) -> Format {
        match &self.body {
            Body::Text(lines) => lines.format(),
            Body::Workbook(_) => Format::Workbook,
        }
    }

    /// How much of the file was read.
    pub fn bytes_read(&self) -> u64 {
        match &self.body {
            Body::Text(lines) => lines.bytes_read(),
            Body::Workbook(grid) => grid.bytes(),
        }
    }

    /// Puts the next row that is not empty into `record` and tells the line on which it begins, as a text editor counts;
    /// in a workbook, the number of the row.
    ///
    /// # Errors
    /// When the file cannot be read on, or holds more than it may.
    pub fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, Trouble> {
        let line = self.body.next(record)?;
        if line.is_some() {
            self.rows += 1;
            if self.rows > self.limits.rows {
                return Err(Trouble::TooManyRows { most: self.limits.rows });
            }
        }
        Ok(line)
    }
}

impl<R: Read> Body<R> {
    fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, Trouble> {
        match self {
            Self::Text(lines) => lines.next(record),
            Self::Workbook(grid) => Ok(grid.next(record)),
        }
    }
}

/// Reads up to `most` bytes more.
fn take(source: &mut impl Read, most: u64, into: &mut Vec<u8>) -> Result<(), Trouble> {
    source.take(most).read_to_end(into).map(drop).map_err(|_| Trouble::BrokeOff)
}

/// A file that is read at one go.
fn whole(mut start: Vec<u8>, mut source: impl Read, limits: &Limits) -> Result<Vec<u8>, Trouble> {
    let most = limits.workbook_bytes;
    let read = u64::try_from(start.len()).unwrap_or(u64::MAX);
    take(&mut source, most.saturating_add(1).saturating_sub(read), &mut start)?;
    if u64::try_from(start.len()).is_ok_and(|read| read <= most) { Ok(start) } else { Err(Trouble::too_large(most)) }
}
