//! Files that were made to harm their reader. Each is read by a child; each ends in a trouble, or in plain values where
//! it does no harm.

use std::io::{Cursor, Write};

use sidan::sheets::{Limits, Trouble};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Found, reader, send, send_within};

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str =
    r#"<?xml version="1.0"?><workbook><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &str = "xl/worksheets/sheet1.xml";
const STRINGS: &str = "xl/sharedStrings.xml";

fn sheet(cells: &str) -> String {
    format!(r#"<?xml version="1.0"?><worksheet><sheetData>{cells}</sheetData></worksheet>"#)
}

/// A head and a row.
fn harmless() -> String {
    sheet(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row><row r="2"><c r="A2" t="str"><v>甲</v></c></row>"#,
    )
}

/// A workbook with these parts besides the usual ones, or in their place.
fn book(parts: &[(&str, &[u8])]) -> Vec<u8> {
    pack(parts, |_| ())
}

fn pack(parts: &[(&str, &[u8])], more: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let sheet = harmless();
    let usual = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        (SHEET, sheet.as_bytes()),
    ];
    let replaced = |name: &str| parts.iter().any(|part| part.0 == name);
    for (name, content) in usual.iter().filter(|part| !replaced(part.0)).chain(parts) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    more(&mut zip);
    zip.finish().unwrap().into_inner()
}

/// Bytes that do not pack, so that the whole stays within the ratio.
fn ballast(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(state >> 24).unwrap()
    };
    std::iter::repeat_with(next).take(size).collect()
}

fn rows(found: Result<Found, Trouble>) -> Vec<(u64, String)> {
    found.unwrap().rows.into_iter().map(|(line, cells)| (line, cells.join("|"))).collect()
}

fn replace_all(bytes: &mut [u8], from: &[u8], change: impl Fn(&mut [u8])) {
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        change(&mut bytes[at..]);
    }
}

#[tokio::test]
async fn a_sheet_of_two_cells_at_its_far_ends_makes_no_room_for_all_between() {
    let far = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#);
    let trouble = Trouble::TooManyColumns { line: 1_048_576, most: 100 };
    assert_eq!(send(book(&[(SHEET, far.as_bytes())])).await, Err(trouble));
    let deep = sheet(
        r#"<dimension ref="A1:XFD1048576"/><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>"#,
    );
    assert_eq!(rows(send(book(&[(SHEET, deep.as_bytes())])).await), [(1, "1".to_owned()), (1_048_576, "2".to_owned())]);
}

#[tokio::test]
async fn announced_numbers_make_no_room() {
    for announced in [
        r#"uniqueCount="4294967295""#,
        "count='1' uniqueCount = '18446744073709551615'",
        "uniqueCount\n=\n\"99999999999999999999999\"",
        r#"uniqueCount="2000001""#,
    ] {
        let strings = format!(r#"<?xml version="1.0"?><sst {announced}><si><t>x</t></si></sst>"#);
        assert_eq!(send(book(&[(STRINGS, strings.as_bytes())])).await, Err(Trouble::Unsafe), "{announced}");
        // Under another name, to which the relations lead.
        let rels = RELS.replace("xl/workbook.xml", "b/workbook.xml");
        let moved = book(&[("_rels/.rels", rels.as_bytes()), ("b/SharedStrings.XML", strings.as_bytes())]);
        assert_eq!(send(moved).await, Err(Trouble::Unsafe), "{announced}");
    }
    let wide: Vec<u8> = "<sst uniqueCount=\"4294967295\"/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(send(book(&[(STRINGS, &wide)])).await, Err(Trouble::Unreadable));
    let across = format!(r#"<sst a="{}" uniqueCount="4294967295"/>"#, "x".repeat(64 * 1_024 - 20));
    assert_eq!(send(book(&[(STRINGS, across.as_bytes())])).await, Err(Trouble::Unsafe));
}

#[tokio::test]
async fn a_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 60 << 20];
    assert_eq!(send(book(&[("xl/media/a.bin", &zeros)])).await, Err(Trouble::Unsafe), "by its ratio");
    let ballast = ballast(2 << 20);
    let large = book(&[("xl/media/a.bin", &zeros), ("xl/media/b.bin", &zeros), ("xl/media/c.bin", &ballast)]);
    assert_eq!(send(large.clone()).await, Err(Trouble::Unpacked { most: 100 }), "by its size");
    // The same, with a lie about the size of each part: it stands 22 bytes behind the local mark, 24 behind the other.
    let mut lying = large;
    replace_all(&mut lying, b"PK\x03\x04", |head| head[22..26].copy_from_slice(&9_u32.to_le_bytes()));
    replace_all(&mut lying, b"PK\x01\x02", |head| head[24..28].copy_from_slice(&9_u32.to_le_bytes()));
    let trouble = send(lying).await.unwrap_err();
    assert!([Trouble::Unpacked { most: 100 }, Trouble::Unreadable, Trouble::Unsafe].contains(&trouble), "{trouble:?}");
}

#[tokio::test]
async fn archives_within_a_workbook_stay_closed() {
    let inner = book(&[]);
    assert_eq!(rows(send(book(&[("xl/embeddings/a.xlsx", &inner)])).await).len(), 2);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.xlsx", SimpleFileOptions::default()).unwrap();
    zip.write_all(&inner).unwrap();
    assert_eq!(send(zip.finish().unwrap().into_inner()).await, Err(Trouble::NotATable));
}

#[tokio::test]
async fn an_archive_of_very_many_parts_or_of_strange_paths_is_refused() {
    let options = SimpleFileOptions::default();
    let many = pack(&[], |zip| (0..65_000).for_each(|n| zip.start_file(format!("x/{n}"), options).unwrap()));
    assert_eq!(send(many).await, Err(Trouble::Unsafe));
    for path in ["../../etc/cron.d/x", "xl/../../x"] {
        assert_eq!(send(book(&[(path, b"x")])).await, Err(Trouble::Unsafe), "{path}");
    }
    let link = pack(&[], |zip| zip.add_symlink("xl/media/x", "/etc/passwd", options).unwrap());
    assert_eq!(send(link).await, Err(Trouble::Unsafe));
    // The same part twice, one under the name of the other.
    let mut twice = book(&[("xl/worksheets/sheet2.xml", b"<a/>")]);
    replace_all(&mut twice, b"xl/worksheets/sheet2.xml", |name| name[..SHEET.len()].copy_from_slice(SHEET.as_bytes()));
    assert!(matches!(send(twice).await, Err(Trouble::Unsafe | Trouble::Unreadable)));
}

#[tokio::test]
async fn entities_are_not_resolved() {
    let laughs = (1..10).fold("<!ENTITY l0 \"ha\">".to_owned(), |text, n| {
        let before = format!("&l{};", n - 1).repeat(10);
        text + &format!("<!ENTITY l{n} \"{before}\">")
    });
    for declared in
        [&laughs, "<!ENTITY l9 SYSTEM \"file:///etc/passwd\">", "<!ENTITY % p SYSTEM \"http://127.0.0.1/x\"> %p;"]
    {
        let cells = sheet(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>"#);
        let xml = cells.replace("<worksheet>", &format!("<!DOCTYPE worksheet [{declared}]><worksheet>"));
        assert_eq!(send(book(&[(SHEET, xml.as_bytes())])).await, Err(Trouble::Unsafe));
    }
    let unknown = sheet(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>"#);
    assert_eq!(send(book(&[(SHEET, unknown.as_bytes())])).await, Err(Trouble::Unreadable));
}

#[tokio::test]
async fn what_is_locked_or_has_programs_in_it_is_called_so() {
    let mut locked = book(&[]);
    replace_all(&mut locked, b"PK\x03\x04", |head| head[6] |= 1);
    replace_all(&mut locked, b"PK\x01\x02", |head| head[8] |= 1);
    assert_eq!(send(locked).await, Err(Trouble::Encrypted));
    assert_eq!(send(book(&[("xl/vbaProject.bin", b"\xD0\xCF")])).await, Err(Trouble::Macros));
    assert_eq!(send(book(&[("xl/workbook.bin", b"\x83\x01")])).await, Err(Trouble::OldExcel));
    assert_eq!(send([b"MZ\x90\0", &[0; 512][..]].concat()).await, Err(Trouble::NotATable));
    let old = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &[0; 512][..], b"W\0o\0r\0k\0b\0o\0o\0k\0"].concat();
    assert_eq!(send(old).await, Err(Trouble::OldExcel));
}

#[tokio::test]
async fn what_is_torn_is_refused() {
    let whole = book(&[]);
    for part in 1..8 {
        assert_eq!(send(whole[..whole.len() * part / 8].to_vec()).await, Err(Trouble::Unreadable), "{part} of 8");
    }
    let xml = harmless();
    for end in ["</t>", "<row r=\"2\">", "</sheetData>"] {
        let cut = &xml[..xml.find(end).unwrap()];
        assert_eq!(send(book(&[(SHEET, cut.as_bytes())])).await, Err(Trouble::Unreadable), "{end}");
    }
    for part in ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET] {
        assert!(send(book(&[(part, b"<broken")])).await.is_err(), "{part}");
    }
}

#[tokio::test]
async fn numbers_beyond_all_sheets_are_refused() {
    for cell in ["A99999999999999", "ZZZZZZZZZZZZ1", "A0", "1", "", "A-1", "甲1"] {
        let xml = sheet(&format!(r#"<row r="1"><c r="{cell}"><v>1</v></c></row>"#));
        assert!(send(book(&[(SHEET, xml.as_bytes())])).await.is_err(), "{cell}");
    }
    let backwards = sheet(r#"<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#);
    assert_eq!(send(book(&[(SHEET, backwards.as_bytes())])).await, Err(Trouble::Unreadable));
    let twice = sheet(r#"<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>"#);
    assert_eq!(send(book(&[(SHEET, twice.as_bytes())])).await, Err(Trouble::Unreadable));
}

#[tokio::test]
async fn what_does_no_harm_is_read() {
    assert_eq!(rows(send(book(&[("/etc/passwd", b"x")])).await).len(), 2, "nothing is unpacked to a path");
    assert_eq!(rows(send(book(&[("[Content_Types].xml", b"not even XML")])).await).len(), 2);
    let formulas = sheet(
        r#"<row r="1"><c r="A1"><f>WEBSERVICE("http://127.0.0.1/")</f><v>7</v></c><c r="B1"><f>1+1</f></c><c r="C1" t="str"><f>"x"</f><v>=cmd|'/c calc'!A1</v></c></row><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>"#,
    );
    assert_eq!(rows(send(book(&[(SHEET, formulas.as_bytes())])).await), [(1, "7||=cmd|'/c calc'!A1".to_owned())]);
}

/// One text in very many cells: a small file that says very much.
#[tokio::test]
async fn a_text_that_is_repeated_without_end_is_refused() {
    const CELL: &str = r#""><c t="s"><v>0</v></c></row>"#;
    let strings = format!(r#"<?xml version="1.0"?><sst uniqueCount="1"><si><t>{}</t></si></sst>"#, "龙".repeat(4_000));
    let cells: String = (1..=40_000).flat_map(|n| ["<row r=\"".into(), n.to_string(), CELL.to_owned()]).collect();
    let bytes = book(&[(STRINGS, strings.as_bytes()), (SHEET, sheet(&cells).as_bytes())]);
    assert_eq!(send(bytes).await, Err(Trouble::Unpacked { most: 100 }));
}

/// Room that no look at the archive foretells: the child runs out of memory and dies, and that is all.
#[tokio::test]
async fn a_file_that_needs_more_memory_than_a_child_may_have_kills_the_child_alone() {
    let font = format!("<font><name val=\"{}\"/></font>", "f".repeat(2_000));
    let looks = "<xf fontId=\"0\"/>".repeat(1_000_000);
    let styles = format!("<styleSheet><fonts>{font}</fonts><cellXfs>{looks}</cellXfs></styleSheet>");
    let bytes = book(&[("xl/styles.xml", styles.as_bytes()), ("xl/media/c.bin", &ballast(1 << 20))]);
    assert_eq!(send(bytes).await, Err(Trouble::Unreadable));
}

#[tokio::test]
async fn many_cells_and_rows_are_counted() {
    let reader = reader();
    let row = |n: usize| format!(r#"<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}" s="1"/></row>"#);
    let cells: String = (1..=2_000).map(row).collect();
    let bytes = book(&[(SHEET, sheet(&cells).as_bytes())]);
    let within = |limits| send_within(&reader, bytes.clone(), limits);
    assert_eq!(rows(within(Limits { rows: 1_999, cells: 4_000, ..Limits::default() }).await).len(), 2_000);
    let few_rows = Limits { rows: 1_998, ..Limits::default() };
    assert_eq!(within(few_rows).await, Err(Trouble::TooManyRows { most: 1_998 }));
    let few_cells = Limits { cells: 3_999, ..Limits::default() };
    assert_eq!(within(few_cells).await, Err(Trouble::TooManyCells { most: 3_999 }));
}
