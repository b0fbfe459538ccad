//! What a file is, told by its bytes.

use std::fmt;

use crate::sheets::trouble::Trouble;

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text that has had no other character so far.
    #[default]
    Ascii,
    Utf8,
    /// UTF-8 that says so by its first bytes.
    Utf8Marked,
    Utf16Le,
    Utf16Be,
    Gb18030,
    Workbook,
}

impl Format {
    pub const ALL: [Self; 7] =
        [Self::Ascii, Self::Utf8, Self::Utf8Marked, Self::Utf16Le, Self::Utf16Be, Self::Gb18030, Self::Workbook];
}

/// As a page calls it, the same in all languages.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ascii => "ASCII",
            Self::Utf8 => "UTF-8",
            Self::Utf8Marked => "UTF-8 BOM",
            Self::Utf16Le => "UTF-16 LE",
            Self::Utf16Be => "UTF-16 BE",
            Self::Gb18030 => "GB18030",
            Self::Workbook => "XLSX",
        })
    }
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A zip archive, which a workbook is.
    Archive,
    /// A compound file: an old workbook, or a new one under a password.
    Compound,
}

const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// First bytes of what is no table: programs, documents, pictures, archives, pages, sets of values.
const OTHERS: [&[u8]; 22] = [
    b"MZ",
    b"\x7FELF",
    b"\xCF\xFA\xED\xFE",
    b"\xCA\xFE\xBA\xBE",
    b"%PDF",
    b"{\\rtf",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"GIF8",
    b"BM\x00",
    b"II*\x00",
    b"RIFF",
    b"ID3",
    b"\x1F\x8B",
    b"BZh",
    b"\xFD7zXZ",
    b"7z\xBC\xAF\x27\x1C",
    b"Rar!",
    b"SQLite format 3",
    b"#!/",
    b"[{",
    b"{\"",
];

/// First bytes of the sheets that Excel wrote before it wrote compound files.
const BARE_SHEETS: [&[u8]; 3] = [b"\x09\x08\x08\x00", b"\x09\x08\x06\x00", b"\x09\x04\x06\x00"];

/// How many bytes are looked at before anything is decided.
pub(super) const START: u64 = 4_096;

/// What a file is that begins so.
pub(super) fn recognise(start: &[u8]) -> Result<Kind, Trouble> {
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Archive);
    }
    if start.starts_with(COMPOUND) {
        return Ok(Kind::Compound);
    }
    if BARE_SHEETS.iter().any(|mark| start.starts_with(mark)) {
        return Err(Trouble::OldExcel);
    }
    let shown = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if OTHERS.iter().any(|mark| start.starts_with(mark)) || shown.starts_with(b"<") {
        return Err(Trouble::NotATable);
    }
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") || !start.contains(&0) {
        return Ok(Kind::Text);
    }
    of_nuls(start)
}

/// Text of two bytes a character has its zeros all on one side, for commas and line ends are below 256. Text with a stray
/// zero stays text: the place of the zero is told later.
fn of_nuls(start: &[u8]) -> Result<Kind, Trouble> {
    let zeros = |side: usize| start.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (even, odd) if even + odd == 1 || (even + odd) * 100 <= start.len() => Ok(Kind::Text),
        (0, _) | (_, 0) => Err(Trouble::Utf16),
        _ => Err(Trouble::NotATable),
    }
}

/// What a compound file is: the names of its streams stand in it as UTF-16.
pub(super) fn of_compound(bytes: &[u8]) -> Trouble {
    let holds = |name: &str| {
        let name: Vec<u8> = name.bytes().flat_map(|byte| [byte, 0]).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if holds("EncryptedPackage") || holds("EncryptionInfo") {
        Trouble::Encrypted
    } else if holds("Workbook") || holds("Book") {
        Trouble::OldExcel
    } else {
        Trouble::NotATable
    }
}
