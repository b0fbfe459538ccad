//! Files of tables: read byte-exact or refused with the place, whoever made them.

mod child;
mod hostile;
mod text;
mod whole;
mod workbook;

use std::io::Cursor;

use csv::StringRecord;
use sidan::base::Error;
use sidan::house::TEXTS;
use sidan::sheets::{Format, Limits, Reader, Table, Trouble};
use sidan::web::{Lexicon, Locale};

/// A table as it was read: what it was, and each row with its line, the head first.
#[derive(Debug, PartialEq)]
struct Found {
    format: Format,
    rows: Vec<(u64, Vec<String>)>,
}

fn cells(record: &StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

/// Reads in this process.
fn read_within(bytes: &[u8], limits: &Limits) -> Result<Found, Trouble> {
    let mut table = Table::open(Cursor::new(bytes), limits)?;
    let mut rows = vec![(table.head_line(), cells(table.head()))];
    let mut record = StringRecord::new();
    while let Some(line) = table.next(&mut record)? {
        rows.push((line, cells(&record)));
    }
    assert_eq!(table.bytes_read(), bytes.len() as u64);
    Ok(Found { format: table.format(), rows })
}

fn read(bytes: &[u8]) -> Result<Found, Trouble> {
    read_within(bytes, &Limits::default())
}

fn reader() -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_sidan").into())
}

/// Has it read by a child.
async fn send_within(reader: &Reader, bytes: Vec<u8>, limits: Limits) -> Result<Found, Trouble> {
    let mut sent = reader.read(Cursor::new(bytes), limits).await?;
    let mut rows = vec![(sent.head_line(), cells(sent.head()))];
    while let Some(batch) = sent.next().await? {
        rows.extend(batch.iter().map(|row| (row.line, cells(&row.cells))));
    }
    Ok(Found { format: sent.format(), rows })
}

async fn send(bytes: Vec<u8>) -> Result<Found, Trouble> {
    send_within(&reader(), bytes, Limits::default()).await
}

#[test]
fn every_trouble_is_explained_in_both_languages() {
    let lexicon = Lexicon::new(TEXTS).unwrap();
    for trouble in Trouble::ALL {
        for locale in Locale::ALL {
            assert!(lexicon.knows(locale, trouble.code()), "{} has no text in {locale:?}", trouble.code());
        }
    }
    let Error::Invalid(fields) = Trouble::LongCell { line: 12_345, column: 7, most: 4_000 }.into() else {
        panic!("told otherwise")
    };
    let told = lexicon.explain(Locale::En, &fields[0].code, &fields[0].args);
    assert!(told.starts_with("Line 12345, cell 7 is too long, 4000 characters at most"), "{told}");
}
