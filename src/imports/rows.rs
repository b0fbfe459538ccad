//! Rows of a file between the reader and the registry: kept as CSV whose first cell is the line on which the row stands.

use csv::{ReaderBuilder, WriterBuilder};

use crate::base::{Error, Result};
use crate::sheets::Row;

/// Rows as bytes.
///
/// # Errors
/// `Internal`; writing into memory does not fail.
pub(super) fn pack<'r>(rows: impl Iterator<Item = &'r Row>) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        let line = row.line.to_string();
        writer.write_record(std::iter::once(line.as_str()).chain(&row.cells)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|_| Error::internal("rows cannot be packed"))
}

/// The rows that were packed.
///
/// # Errors
/// `Internal` for bytes that were not.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<Row>> {
    let broken = || Error::internal("packed rows cannot be read");
    let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|_| broken())?;
            let mut cells = record.iter();
            let line = cells.next().and_then(|line| line.parse().ok()).ok_or_else(broken)?;
            Ok(Row { line, cells: cells.collect() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_comes_back(cells in proptest::collection::vec(proptest::collection::vec(".{0,12}", 1..5), 0..5)) {
            let rows: Vec<Row> = cells.iter().zip(2_u64..).map(|(cells, line)| Row { line, cells: cells.as_slice().into() }).collect();
            let packed = pack(rows.iter()).unwrap();
            prop_assert_eq!(unpack(&packed).unwrap(), rows);
        }
    }
}
