//! Delimited text: commas, semicolons or tabs between the cells.

use std::io::Read;

use csv::StringRecord;

use crate::sheets::format::Format;
use crate::sheets::limits::Limits;
use crate::sheets::text::{Stop, Text, line_breaks};
use crate::sheets::trouble::Trouble;

/// The marks between cells, the usual one first.
const MARKS: [u8; 3] = [b',', b';', b'\t'];

/// Records of a text, with the lines on which they begin.
pub(super) struct Lines<R> {
    reader: csv::Reader<Text<R>>,
    limits: Limits,
}

impl<R: Read> Lines<R> {
    pub(super) fn open(source: R, limits: &Limits) -> Result<Self, Trouble> {
        let mut text = Text::open(source, limits).map_err(|_| Trouble::BrokeOff)?;
        let mark = mark_of(text.peek().map_err(|_| Trouble::BrokeOff)?);
        let reader = csv::ReaderBuilder::new()
            .delimiter(mark)
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(64 * 1_024)
            .from_reader(text);
        Ok(Self { reader, limits: *limits })
    }

    pub(super) fn format(&self) -> Format {
        self.reader.get_ref().format()
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.reader.get_ref().bytes_read()
    }

    /// The next record that is not empty, and its line.
    pub(super) fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, Trouble> {
        loop {
            let from = self.reader.position().byte();
            self.reader.get_mut().record_from(from);
            let found = self.reader.read_record(record).map_err(|_| Trouble::BrokeOff)?;
            let line = self.line_of(record, found);
            if let Some(stop) = self.reader.get_ref().stop() {
                return Err(self.trouble(stop, record, line));
            }
            if !found {
                return Ok(None);
            }
            self.check(record, line)?;
            if !record.iter().all(|cell| cell.trim().is_empty()) {
                return Ok(Some(line));
            }
        }
    }

    /// The line on which the record begins that ends here.
    fn line_of(&mut self, record: &StringRecord, found: bool) -> u64 {
        let at = self.reader.position().byte();
        let text = self.reader.get_mut();
        let here = 1 + text.breaks_before(at);
        if !found {
            return here;
        }
        // A record that the end of the text ended has no line break behind it.
        let own = u64::from(!text.ended() && text.breaks_at(at));
        here.saturating_sub(own + breaks_inside(record))
    }

    fn check(&self, record: &StringRecord, line: u64) -> Result<(), Trouble> {
        let most = self.limits.columns;
        if count(record.len()) > most {
            return Err(Trouble::TooManyColumns { line, most });
        }
        let most = self.limits.characters;
        if count(record.as_slice().len()) <= most {
            return Ok(());
        }
        match record.iter().position(|cell| count(cell.len()) > most && count(cell.chars().count()) > most) {
            Some(at) => Err(Trouble::LongCell { line, column: count(at) + 1, most }),
            None => Ok(()),
        }
    }

    /// Why the text stopped within this record, which is as far as it goes.
    fn trouble(&self, stop: Stop, record: &StringRecord, line: u64) -> Trouble {
        let column = count(record.len()).max(1);
        // The place itself, where the record has line breaks of its own.
        let place = line + breaks_inside(record);
        match stop {
            Stop::Encoding => Trouble::Encoding { line: place, column },
            Stop::Nul => Trouble::Nul { line: place, column },
            Stop::Large => Trouble::too_large(self.limits.text_bytes),
            Stop::Long => self.check(record, line).err().unwrap_or(Trouble::NotATable),
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Line breaks in the cells of a record.
fn breaks_inside(record: &StringRecord) -> u64 {
    let text = record.as_slice().as_bytes();
    if !text.contains(&b'\n') && !text.contains(&b'\r') {
        return 0;
    }
    record.iter().map(|cell| line_breaks(cell.as_bytes(), None)).sum()
}

/// Which mark stands between the cells of the head: the one that stands there most, outside of quotes.
fn mark_of(text: &[u8]) -> u8 {
    let mut found = [0_usize; MARKS.len()];
    let mut quoted = false;
    for byte in text.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n')) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => {
                let at = MARKS.iter().position(|mark| mark == byte);
                if let Some(found) = at.and_then(|at| found.get_mut(at)) {
                    *found += 1;
                }
            }
            _ => {}
        }
    }
    let most = found.iter().max().copied().unwrap_or_default();
    MARKS.into_iter().zip(found).find(|(_, count)| *count == most).map_or(b',', |(mark, _)| mark)
}
