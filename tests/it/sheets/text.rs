//! Delimited text in every encoding.

use encoding_rs::GB18030;
use sidan::sheets::{Format, Limits, Table, Trouble};

use super::{Found, cells, read, read_within, send};

/// Names that are easily lost: outside the basic plane, late additions, the mark within names of minorities.
const RARE: &str =
    "姓名,身份证号,地址\r\n𠮷野·阿依古丽,369901198001010010,龘𪚥村\r\n䶮㛃,36990119800101002X,\"㙍,\"\"〇\"\"\"\r\n";

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
}

fn gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = GB18030.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

fn marked(text: &str) -> Vec<u8> {
    [b"\xEF\xBB\xBF", text.as_bytes()].concat()
}

fn all_encodings(text: &str) -> [(Format, Vec<u8>); 5] {
    [
        (Format::Utf8, text.as_bytes().to_vec()),
        (Format::Utf8Marked, marked(text)),
        (Format::Utf16Le, utf16(text, true)),
        (Format::Utf16Be, utf16(text, false)),
        (Format::Gb18030, gb18030(text)),
    ]
}

fn rare_rows() -> Vec<(u64, Vec<String>)> {
    let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    vec![
        (1, row(["姓名", "身份证号", "地址"])),
        (2, row(["𠮷野·阿依古丽", "369901198001010010", "龘𪚥村"])),
        (3, row(["䶮㛃", "36990119800101002X", "㙍,\"〇\""])),
    ]
}

#[tokio::test]
async fn rare_names_are_read_byte_exact_in_every_encoding() {
    for (format, bytes) in all_encodings(RARE) {
        let due = Found { format, rows: rare_rows() };
        assert_eq!(read(&bytes).unwrap(), due, "{format}");
        assert_eq!(send(bytes).await.unwrap(), due, "{format}");
    }
}

/// Characters of four bytes, and two that newer editions of GB18030 placed elsewhere than older ones.
#[test]
fn characters_of_gb18030_are_those_of_the_standard() {
    for (bytes, character) in [
        (&b"\x95\x32\x82\x36"[..], "𠀀"),
        (b"\x95\x34\xB2\x35", "𠮷"),
        (b"\xFE\x9F", "䶮"),
        (b"\xA1\xA4", "·"),
        (b"\x81\x39\xEE\x39", "㐀"),
    ] {
        let file = [b"\xD0\xD5\xC3\xFB,\xB5\xD8\xD6\xB7\n", bytes, b",1\n"].concat();
        let found = read(&file).unwrap();
        assert_eq!((found.format, found.rows[1].1[0].as_str()), (Format::Gb18030, character), "{bytes:02X?}");
    }
}

/// The file `good` with the bytes of 坏 broken, in each encoding.
#[test]
fn a_broken_character_is_refused_with_its_line_and_cell_and_never_replaced() {
    let good = "姓名,住址,村\r\n陈福生,敖山镇镜山村,360923\r\n刘\r\n敏,\"第一组\r\n坏二组\",360924\r\n王五,三组,1\r\n";
    for (format, bytes) in all_encodings(good) {
        let broken: &[(&[u8], &[u8])] = match format {
            Format::Utf8 | Format::Utf8Marked => &[
                ("坏".as_bytes(), b"\xE5\x9D\x00"),
                ("坏".as_bytes(), b"\xE5\x9D?"),
                ("坏".as_bytes(), b"\xFF\xE5\x9D"),
                ("坏".as_bytes(), b"\xED\xA0\x80"),
                ("坏".as_bytes(), b"\xC0\xAF "),
            ],
            // Half of a pair.
            Format::Utf16Le => &[(b"\x4F\x57", b"\x00\xD8"), (b"\x4F\x57", b"\x00\xDC")],
            Format::Utf16Be => &[(b"\x57\x4F", b"\xD8\x00"), (b"\x57\x4F", b"\xDC\x00")],
            _ => &[(b"\xBB\xB5", b"\xBB\x20"), (b"\xBB\xB5", b"\xFF\xFF"), (b"\xBB\xB5", b"\x81\x20")],
        };
        for (from, to) in broken {
            let at = bytes.windows(from.len()).rposition(|window| window == *from).unwrap();
            let mut file = bytes.clone();
            file[at..at + to.len()].copy_from_slice(to);
            let trouble = read(&file).unwrap_err();
            assert_eq!(trouble, Trouble::Encoding { line: 5, column: 2 }, "{format}: {to:02X?}");
        }
    }
}

#[test]
fn a_character_that_the_end_of_the_file_cuts_is_broken_too() {
    for (format, bytes) in all_encodings("姓名,住址\n陈福生,敖山镇镜山村\n王五,三坏") {
        let cut = &bytes[..bytes.len() - 1];
        assert_eq!(read(cut).unwrap_err(), Trouble::Encoding { line: 3, column: 2 }, "{format}");
    }
}

#[test]
fn a_broken_place_is_told_wherever_it_stands() {
    for (text, line, column) in [
        ("姓名,住址\n\u{1},2\n", 2, 1),
        ("姓名,住址\r\n1,\u{1}\r\n", 2, 2),
        ("姓名,住址\r1,2\r\"3\r\r4\",\"\u{1}\"\r", 5, 2),
        ("姓名,住址\n1,2\n\n\n\u{1}", 5, 1),
        ("姓名,住址\n1,2\n,,,,\u{1},,", 3, 5),
        ("姓名,住\u{1}址\n", 1, 2),
    ] {
        let file: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xFF } else { byte }).collect();
        assert_eq!(read(&file).unwrap_err(), Trouble::Encoding { line, column }, "{text:?}");
        let nul: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0 } else { byte }).collect();
        assert_eq!(read(&nul).unwrap_err(), Trouble::Nul { line, column }, "{text:?}");
    }
}

/// A fault far down does not make another encoding of the file.
#[test]
fn rows_before_a_broken_place_are_read() {
    let mut file = "姓名,住址\n".repeat(100_000).into_bytes();
    file.extend(b"\xFF");
    let mut table = Table::open(file.as_slice(), &Limits::of_the_operator()).unwrap();
    let mut record = csv::StringRecord::new();
    for line in 2..=100_000 {
        assert_eq!(table.next(&mut record), Ok(Some(line)));
        assert_eq!(cells(&record), ["姓名", "住址"]);
    }
    assert_eq!(table.next(&mut record), Err(Trouble::Encoding { line: 100_001, column: 1 }));
    assert_eq!(table.format(), Format::Utf8);
}

#[test]
fn plain_ascii_needs_no_encoding_and_may_turn_out_to_have_one_late() {
    let head = "name,number\n".repeat(20_000);
    assert_eq!(read(head.as_bytes()).unwrap().format, Format::Ascii);
    for (format, name) in [(Format::Utf8, "陈福生".as_bytes().to_vec()), (Format::Gb18030, gb18030("陈福生"))] {
        let found = read(&[head.as_bytes(), &name, b",1\n"].concat()).unwrap();
        assert_eq!((found.format, found.rows.last().unwrap().1[0].as_str()), (format, "陈福生"));
    }
}

/// Each of these looks like UTF-8 for a character or two.
#[test]
fn gb18030_that_begins_like_utf8_is_told_apart() {
    for head in ["模块,名称", "联通,移动", "目录,编号", "模", "姓名"] {
        let text = format!("{head}\n陈福生,三组\n");
        let found = read(&gb18030(&text)).unwrap();
        assert_eq!((found.format, found.rows[0].1.join(",").as_str()), (Format::Gb18030, head));
    }
}

#[test]
fn the_mark_between_cells_is_found_in_the_head() {
    for (text, due) in [
        ("a,b;c,d\n1,2;3,4\n", vec!["1", "2;3", "4"]),
        ("a;b;c\n1,5;2;3\n", vec!["1,5", "2", "3"]),
        ("a\tb\n1,5\t2;3\n", vec!["1,5", "2;3"]),
        ("\ta\n1\t2\n", vec!["1", "2"]),
        ("\"a;b;c\",d\n1,2\n", vec!["1", "2"]),
        ("\n\r\n\"a\n;;;\",b,c\n1,2,3\n", vec!["1", "2", "3"]),
        ("a\n1\n", vec!["1"]),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap().rows[1].1, due, "{text:?}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "1,2", "", "\"3", "3\",4", ",", "5,\"", "", "\"", "", "", "6,7"].join(end);
        for text in [text.clone(), text + end] {
            for (format, bytes) in all_encodings(&format!("{text}八")) {
                let lines: Vec<u64> = read(&bytes).unwrap().rows.iter().map(|row| row.0).collect();
                assert_eq!(lines.first_chunk(), Some(&[1, 2, 4, 7, 12]), "{format} {text:?}");
            }
        }
    }
}

/// A piece of the file ends in every place of a line once, between CR and LF too.
#[test]
fn lines_are_counted_across_the_pieces_that_a_file_is_read_in() {
    for end in ["\n", "\r\n", "\r"] {
        for shift in 0..16 {
            let row = |n: usize| {
                if n.is_multiple_of(5) { format!("\"甲{end}乙\",1{end}") } else { format!("戊己,234567{end}") }
            };
            let text = format!("{},住址{end}{}", "h".repeat(1 + shift), (0..5_000).map(row).collect::<String>());
            let due = (0..5_000_usize).map(|n| 2 + n as u64 + n.div_ceil(5) as u64);
            let due: Vec<u64> = std::iter::once(1).chain(due).collect();
            for (format, bytes) in all_encodings(&text) {
                let lines: Vec<u64> = read(&bytes).unwrap().rows.iter().map(|row| row.0).collect();
                assert!(lines == due, "{format} {end:?} {shift}");
            }
        }
    }
}

#[test]
fn what_is_no_table_is_called_by_its_name() {
    let zeros = [0_u8; 512];
    let text = "姓名,住址\n陈福生,镜山村\n";
    let old = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &zeros[..], b"W\0o\0r\0k\0b\0o\0o\0k\0", &zeros].concat();
    let locked =
        [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &zeros[..], &utf16("EncryptedPackage", true)[2..], &zeros].concat();
    for (bytes, trouble) in [
        (Vec::new(), Trouble::Empty),
        (marked(""), Trouble::Empty),
        (utf16("\r\n \r\n", true), Trouble::Empty),
        (b"\r\n,,,\r\n  ,\t\r\n".to_vec(), Trouble::Empty),
        (utf16(text, true)[2..].to_vec(), Trouble::Utf16),
        (utf16(text, false)[2..].to_vec(), Trouble::Utf16),
        ([b"MZ\x90\0", &zeros[..]].concat(), Trouble::NotATable),
        (b"\x7FELF\x02\x01\x01".to_vec(), Trouble::NotATable),
        (b"%PDF-1.7\n".to_vec(), Trouble::NotATable),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec(), Trouble::NotATable),
        (b" <html><table><tr><td>1</td></tr></table>".to_vec(), Trouble::NotATable),
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), Trouble::NotATable),
        ([b"\x01\x02", &zeros[..]].concat(), Trouble::NotATable),
        (old, Trouble::OldExcel),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00".to_vec(), Trouble::OldExcel),
        (locked, Trouble::Encrypted),
        ([b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &zeros[..]].concat(), Trouble::NotATable),
    ] {
        assert_eq!(read(&bytes).unwrap_err(), trouble, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]));
    }
}

#[test]
fn at_a_limit_a_file_is_read_and_over_it_refused() {
    let limits = Limits { text_bytes: 40, rows: 3, columns: 4, characters: 5, ..Limits::default() };
    let within = |text: &str| read_within(text.as_bytes(), &limits).map(drop);
    assert_eq!(within("a\n1234\n1234\n1234\n"), Ok(()));
    assert_eq!(within("a\n1\n2\n3\n4\n"), Err(Trouble::TooManyRows { most: 3 }));
    assert_eq!(within("a\n1\n\n,,,\n2\n3\n"), Ok(()));
    assert_eq!(within("a,b,c,d\n1\n"), Ok(()));
    assert_eq!(within("a\n1,2,3,4,5\n"), Err(Trouble::TooManyColumns { line: 2, most: 4 }));
    assert_eq!(within("a,b\n1,一二三四五\n"), Ok(()));
    assert_eq!(within("a,b\n1,一二三四五六\n"), Err(Trouble::LongCell { line: 2, column: 2, most: 5 }));
    assert_eq!(within(&format!("a,b\n{}\n", "123,\n".repeat(7))), Err(Trouble::TooManyRows { most: 3 }));
    assert_eq!(within(&format!("a{}", "\n".repeat(39))), Ok(()));
    assert_eq!(within(&format!("a{}", "\n".repeat(40))), Err(Trouble::TooLarge { most: 0 }));
}

/// The quote that was never closed, in a file of any length.
#[test]
fn a_cell_without_an_end_is_refused_before_it_fills_the_memory() {
    struct Endless(u64);
    impl std::io::Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            self.0 += buf.len() as u64;
            assert!(self.0 < 100 << 20, "read on without an end");
            buf.fill(b'x');
            Ok(buf.len())
        }
    }
    let limits = Limits::of_the_operator();
    let source = std::io::Read::chain(&b"a,b\n1,2\n3,\""[..], Endless(0));
    let mut table = Table::open(source, &limits).unwrap();
    let mut record = csv::StringRecord::new();
    assert_eq!(table.next(&mut record), Ok(Some(2)));
    assert_eq!(table.next(&mut record), Err(Trouble::LongCell { line: 3, column: 2, most: 4_000 }));
}

#[test]
fn a_source_that_breaks_off_is_told() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
    assert_eq!(Table::open(Broken, &Limits::default()).map(drop), Err(Trouble::BrokeOff));
    let long = "a,b\n".repeat(200_000);
    let mut table = Table::open(std::io::Read::chain(long.as_bytes(), Broken), &Limits::of_the_operator()).unwrap();
    let mut record = csv::StringRecord::new();
    let end = std::iter::repeat_with(|| table.next(&mut record)).find(Result::is_err);
    assert_eq!(end, Some(Err(Trouble::BrokeOff)));
}
