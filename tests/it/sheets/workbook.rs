//! Workbooks as spreadsheet programs write them.

use rust_xlsxwriter::{ExcelDateTime, Format as Look, Formula, Workbook};
use sidan::sheets::{Format, Limits, Trouble};

use super::{Found, read, read_within, send};

fn found(rows: &[(u64, &[&str])]) -> Found {
    let rows = rows.iter().map(|(line, row)| (*line, row.iter().map(|cell| (*cell).to_owned()).collect()));
    Found { format: Format::Workbook, rows: rows.collect() }
}

#[tokio::test]
async fn values_come_as_plain_text() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Look::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let time = Look::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, head) in ["姓名", "卡号", "日期", "是否", "数"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), head).unwrap();
    }
    sheet.write(1, 0, "𠮷野·䶮").unwrap();
    sheet.write(1, 1, 360_000_000_000_000_000_u64).unwrap();
    sheet.write_with_format(1, 2, ExcelDateTime::from_ymd(2016, 11, 30).unwrap(), &date).unwrap();
    sheet.write(1, 3, true).unwrap();
    sheet.write(1, 4, -0.5).unwrap();
    sheet.write(2, 0, " 两边有空格\t").unwrap();
    sheet.write(2, 1, "0000003601000000010").unwrap();
    let moment = ExcelDateTime::parse_from_str("2016-02-29 08:30:05").unwrap();
    sheet.write_with_format(2, 2, &moment, &time).unwrap();
    sheet.write(2, 3, false).unwrap();
    sheet.write(2, 4, 15_400_000_001_u64).unwrap();
    sheet.write(3, 0, "换\n行 & <b> _x0041_ \"引\"").unwrap();
    sheet.write_with_format(3, 2, ExcelDateTime::from_hms(9, 5, 0).unwrap(), &time).unwrap();
    sheet.write(3, 4, Formula::new("=1+41").set_result("42")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let due = found(&[
        (1, &["姓名", "卡号", "日期", "是否", "数"]),
        (2, &["𠮷野·䶮", "360000000000000000", "2016-11-30", "TRUE", "-0.5"]),
        (3, &[" 两边有空格\t", "0000003601000000010", "2016-02-29 08:30:05", "FALSE", "15400000001"]),
        (4, &["换\n行 & <b> _x0041_ \"引\"", "", "09:05:00", "", "42"]),
    ]);
    assert_eq!(read(&bytes).unwrap(), due);
    assert_eq!(send(bytes).await.unwrap(), due);
}

#[test]
fn rows_keep_the_numbers_of_the_sheet_and_empty_ones_are_left_out() {
    let mut book = Workbook::new();
    book.add_worksheet();
    book.add_worksheet().set_hidden(true).write(0, 0, "hidden").unwrap();
    let sheet = book.add_worksheet();
    let grey = Look::new().set_background_color("#EEEEEE");
    for (row, column, text) in [(2, 0, "a"), (2, 2, "c"), (5, 1, "2"), (6, 0, " "), (1_048_575, 2, "3")] {
        sheet.write(row, column, text).unwrap();
    }
    for row in 7..90 {
        sheet.write_blank(row, 150, &grey).unwrap();
    }
    book.add_worksheet().write(0, 0, "later").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let due = found(&[(3, &["a", "", "c"]), (6, &["", "2", ""]), (1_048_576, &["", "", "3"])]);
    assert_eq!(read(&bytes).unwrap(), due);
}

#[test]
fn merged_cells_speak_once_and_rich_text_in_one_piece() {
    let mut book = Workbook::new();
    let (bold, plain) = (Look::new().set_bold(), Look::new());
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "甲").unwrap().write(0, 1, "乙").unwrap();
    sheet.merge_range(1, 0, 2, 1, "合并", &plain).unwrap();
    sheet.write_rich_string(3, 0, &[(&bold, "陈"), (&plain, "福生")]).unwrap();
    sheet.write(3, 1, Formula::new("=NA()").set_result("#N/A")).unwrap();
    let due = found(&[(1, &["甲", "乙"]), (2, &["合并", ""]), (4, &["陈福生", "#N/A"])]);
    assert_eq!(read(&book.save_to_buffer().unwrap()).unwrap(), due);
}

#[test]
fn at_a_limit_a_workbook_is_read_and_over_it_refused() {
    let mut book = Workbook::new();
    for _ in 0..3 {
        let sheet = book.add_worksheet();
        for (row, text) in ["头", "一二三四五", "2", "3"].into_iter().enumerate() {
            let row = u32::try_from(row).unwrap();
            sheet.write(row, 0, text).unwrap().write(row, 1, "x").unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let size = bytes.len() as u64;
    let all =
        Limits { workbook_bytes: size, rows: 3, columns: 2, sheets: 3, cells: 8, characters: 5, ..Limits::default() };
    assert_eq!(read_within(&bytes, &all).map(|found| found.rows.len()), Ok(4));
    for (limits, trouble) in [
        (Limits { workbook_bytes: size - 1, ..all }, Trouble::TooLarge { most: 0 }),
        (Limits { rows: 2, ..all }, Trouble::TooManyRows { most: 2 }),
        (Limits { columns: 1, ..all }, Trouble::TooManyColumns { line: 1, most: 1 }),
        (Limits { sheets: 2, ..all }, Trouble::TooManySheets { most: 2 }),
        (Limits { cells: 7, ..all }, Trouble::TooManyCells { most: 7 }),
        (Limits { characters: 4, ..all }, Trouble::LongCell { line: 2, column: 1, most: 4 }),
        (Limits { unpacked_bytes: 10_000, ..all }, Trouble::Unpacked { most: 0 }),
        (Limits { parts: 5, ..all }, Trouble::Unsafe),
    ] {
        assert_eq!(read_within(&bytes, &limits).unwrap_err(), trouble);
    }
}

#[test]
fn a_workbook_without_a_cell_is_empty() {
    let mut book = Workbook::new();
    book.add_worksheet();
    assert_eq!(read(&book.save_to_buffer().unwrap()), Err(Trouble::Empty));
}
