//! Any table comes back as it was written, and no bytes do more than be refused.

use encoding_rs::GB18030;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use super::read;

/// Rows of cells; the first cell of each says something, so that no row is empty.
fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = "[ \t,;\"\n\ra-z0-9甲乙丙陈·𠮷䶮〇㐀龥Ａ￥é_x]{0,12}";
    (1..6_usize).prop_flat_map(move |width| {
        let row = (("[a-z甲乙丙𠮷䶮]{1,8}", cell), prop::collection::vec(cell, width - 1));
        let row = row.prop_map(|((first, more), rest)| std::iter::once(first + &more).chain(rest).collect());
        prop::collection::vec(row, 1..9)
    })
}

fn csv_of(table: &[Vec<String>], mark: u8, end: csv::Terminator) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(mark).terminator(end).from_writer(Vec::new());
    for row in table {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A head that has more of the mark between cells than of the others: which mark it is is told by the head.
fn plain_head(table: &mut [Vec<String>]) {
    for cell in &mut table[0] {
        cell.retain(|c| !",;\t\"\r\n".contains(c));
    }
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    read(bytes).unwrap().rows.into_iter().map(|(_, cells)| cells).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_written_as_text_comes_back_in_every_encoding(
        mut table in tables(),
        mark in prop::sample::select(vec![b',', b';', b'\t']),
        end in prop::sample::select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n')]),
    ) {
        plain_head(&mut table);
        // One head has no mark beside it that could be found.
        let mark = if table[0].len() == 1 { b',' } else { mark };
        let text = csv_of(&table, mark, end);
        let wide = |swap: bool| -> Vec<u8> {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        prop_assert_eq!(&rows(text.as_bytes()), &table);
        prop_assert_eq!(&rows(format!("\u{FEFF}{text}").as_bytes()), &table);
        prop_assert_eq!(&rows(&wide(false)), &table);
        prop_assert_eq!(&rows(&wide(true)), &table);
        prop_assert_eq!(&rows(&GB18030.encode(&text).0), &table);
    }

    #[test]
    fn a_table_written_as_a_workbook_comes_back(mut table in tables()) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        // A cell of nothing but blanks is an empty one, and a row ends with its last cell that is not empty.
        for cell in table.iter_mut().flatten().filter(|cell| cell.trim().is_empty()) {
            cell.clear();
        }
        while let Some("") = table[0].last().map(String::as_str) {
            for row in &mut table {
                row.pop();
            }
        }
        for (row, cells) in table.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        prop_assert_eq!(&rows(&book.save_to_buffer().unwrap()), &table);
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        start in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xFF\xFE", b"\xFE\xFF", b"\xEF\xBB\xBF",
            b"\xD0\xD5\xC3\xFB,", b"a,b\n\"", "姓名,".as_bytes(),
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = read(&[start, &bytes].concat());
    }

    #[test]
    fn any_change_of_a_workbook_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "姓名").unwrap().write(1, 0, 42).unwrap();
        let mut bytes = book.save_to_buffer().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        let _ = read(&bytes);
    }
}
