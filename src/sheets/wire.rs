//! What a child process says to its parent: frames of a tag, a length and as many bytes. Numbers are little-endian.

use csv::StringRecord;

use crate::sheets::format::Format;
use crate::sheets::limits::Limits;
use crate::sheets::trouble::Trouble;

pub(super) const HEAD: u8 = b'H';
pub(super) const ROWS: u8 = b'R';
pub(super) const TROUBLE: u8 = b'T';
pub(super) const END: u8 = b'E';

/// A tag and a length.
pub(super) const FRAME_HEAD: usize = 5;

/// Bytes of the limits, which the parent says before the file.
pub(super) const LIMITS: usize = Limits::COUNT * 8;

/// Rows are sent once they make so many bytes.
pub(super) const BATCH: usize = 64 * 1_024;

/// One frame; it is made up at the end of `out`.
pub(super) struct Frame<'a> {
    out: &'a mut Vec<u8>,
    from: usize,
}

impl<'a> Frame<'a> {
    pub(super) fn begin(tag: u8, out: &'a mut Vec<u8>) -> Self {
        let from = out.len();
        out.extend([tag, 0, 0, 0, 0]);
        Self { out, from }
    }

    pub(super) fn byte(&mut self, byte: u8) -> &mut Self {
        self.out.push(byte);
        self
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.out.extend(number.to_le_bytes());
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.out.extend(length(text.len()));
        self.out.extend(text.as_bytes());
        self
    }

    pub(super) fn row(&mut self, line: u64, cells: &StringRecord) -> &mut Self {
        self.number(line);
        self.out.extend(length(cells.len()));
        for cell in cells {
            self.text(cell);
        }
        self
    }

    pub(super) fn size(&self) -> usize {
        self.out.len() - self.from
    }

    pub(super) fn end(self) {
        let size = length(self.out.len() - self.from - FRAME_HEAD);
        if let Some(place) = self.out.get_mut(self.from + 1..self.from + FRAME_HEAD) {
            place.copy_from_slice(&size);
        }
    }
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// The tag and the length that begin a frame.
pub(super) fn frame_head(head: [u8; FRAME_HEAD]) -> (u8, usize) {
    let [tag, a, b, c, d] = head;
    (tag, usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX))
}

/// Takes a frame apart; `None` wherever it is not as it should be.
pub(super) struct Parts<'a>(pub &'a [u8]);

impl<'a> Parts<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn format(&mut self) -> Option<Format> {
        let [byte] = self.take()?;
        Format::ALL.get(usize::from(byte)).copied()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn length(&mut self) -> Option<usize> {
        self.take().and_then(|bytes| usize::try_from(u32::from_le_bytes(bytes)).ok())
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    pub(super) fn row(&mut self) -> Option<(u64, StringRecord)> {
        let line = self.number()?;
        let mut cells = StringRecord::new();
        for _ in 0..self.length()? {
            cells.push_field(self.text()?);
        }
        Some((line, cells))
    }

    pub(super) fn trouble(&mut self) -> Option<Trouble> {
        let code = self.text()?;
        Trouble::from_parts(code, [self.number()?, self.number()?, self.number()?])
    }

    pub(super) fn limits(&mut self) -> Option<Limits> {
        let mut numbers = [0; Limits::COUNT];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Some(Limits::from_numbers(numbers))
    }
}

pub(super) fn limits(limits: &Limits) -> Vec<u8> {
    limits.numbers().into_iter().flat_map(u64::to_le_bytes).collect()
}

pub(super) fn format_byte(format: Format) -> u8 {
    Format::ALL.iter().position(|one| *one == format).and_then(|at| u8::try_from(at).ok()).unwrap_or_default()
}
