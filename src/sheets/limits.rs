//! How much of a file is read.

use std::time::Duration;

pub(super) const MEBI: u64 = 1 << 20;

/// How much a file may hold. What is over a limit ends in a [`super::Trouble`], never in a shorter table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a text file.
    pub text_bytes: u64,
    /// Bytes of a workbook as it is sent.
    pub workbook_bytes: u64,
    /// Bytes of a workbook that is unpacked; also of all its text.
    pub unpacked_bytes: u64,
    /// How many times larger a workbook may be when it is unpacked.
    pub ratio: u64,
    /// Parts that a workbook is packed from.
    pub parts: u64,
    pub sheets: u64,
    /// Cells of a workbook, the empty ones that it writes down included.
    pub cells: u64,
    /// Rows below the head that are not empty.
    pub rows: u64,
    pub columns: u64,
    /// Characters of a cell.
    pub characters: u64,
    /// Seconds that a child process may take, whoever it waits for.
    pub seconds: u64,
}

/// What anybody may send.
impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes: 20 * MEBI,
            workbook_bytes: 10 * MEBI,
            unpacked_bytes: 100 * MEBI,
            ratio: 100,
            parts: 1_000,
            sheets: 20,
            cells: 2_000_000,
            rows: 50_000,
            columns: 100,
            characters: 4_000,
            seconds: 30,
        }
    }
}

impl Limits {
    /// What an operator may load: text of any length.
    pub fn of_the_operator() -> Self {
        Self { text_bytes: u64::MAX, rows: u64::MAX, ..Self::default() }
    }

    /// How many bytes a record may be read for before it is no record of a table: all its cells full, in the widest
    /// characters, each of them quoted twice.
    pub(super) fn record_bytes(&self) -> u64 {
        self.columns.saturating_mul(self.characters).saturating_mul(8).saturating_add(MEBI)
    }

    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    pub(super) const COUNT: usize = 11;

    pub(super) fn numbers(&self) -> [u64; Self::COUNT] {
        [
            self.text_bytes,
            self.workbook_bytes,
            self.unpacked_bytes,
            self.ratio,
            self.parts,
            self.sheets,
            self.cells,
            self.rows,
            self.columns,
            self.characters,
            self.seconds,
        ]
    }

    pub(super) fn from_numbers(numbers: [u64; Self::COUNT]) -> Self {
        let [
            text_bytes,
            workbook_bytes,
            unpacked_bytes,
            ratio,
            parts,
            sheets,
            cells,
            rows,
            columns,
            characters,
            seconds,
        ] = numbers;
        Self {
            text_bytes,
            workbook_bytes,
            unpacked_bytes,
            ratio,
            parts,
            sheets,
            cells,
            rows,
            columns,
            characters,
            seconds,
        }
    }
}
