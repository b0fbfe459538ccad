//! The zip archive that a workbook is, looked through before anybody parses it.
//!
//! Who parses a workbook makes room by numbers that stand in it, so those are read here first; and every part is unpacked
//! once and thrown away, for the sizes that an archive declares may be lies.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::sheets::limits::{Limits, MEBI};
use crate::sheets::trouble::Trouble;

/// What is smaller than this is no bomb, however well it is packed.
const HARMLESS: u64 = MEBI;

/// So much of a part is looked at in one piece.
const PIECE: usize = 64 * 1_024;

/// Bytes of a piece that are looked at again with the next: what is searched for may lie across.
const OVERLAP: usize = 64;

/// An announced number of texts, for which room is made.
const ANNOUNCED: &[u8] = b"uniqueCount";

/// Nobody who writes workbooks declares a document type; who does wants entities.
const DECLARED: [&[u8]; 2] = [b"<!DOCTYPE", b"<!ENTITY"];

/// # Errors
/// When this is no workbook, or one that is not to be parsed.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<(), Trouble> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
    let parts = archive.len();
    if parts > usize::try_from(limits.parts).unwrap_or(usize::MAX) {
        return Err(Trouble::Unsafe);
    }
    let names: Vec<String> = archive.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    what_is_it(&names)?;
    if archive.has_duplicate_names() || archive.has_overlapping_files().map_err(|_| Trouble::Unreadable)? {
        return Err(Trouble::Unsafe);
    }
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut declared = 0_u64;
    for at in 0..parts {
        let part = archive.by_index_raw(at).map_err(|_| Trouble::Unreadable)?;
        if part.encrypted() {
            return Err(Trouble::Encrypted);
        }
        if part.is_symlink() || part.enclosed_name().is_none() {
            return Err(Trouble::Unsafe);
        }
        declared = declared.saturating_add(part.size());
        fits(declared, packed, limits)?;
    }
    let mut unpacked = 0_u64;
    for at in 0..parts {
        let part = archive.by_index(at).map_err(|_| Trouble::Unreadable)?;
        look_through(part, &mut unpacked, packed, limits)?;
    }
    Ok(())
}

/// A workbook by the names of its parts, or what else it is.
fn what_is_it(names: &[String]) -> Result<(), Trouble> {
    let has = |end: &str| names.iter().any(|name| name.to_lowercase().ends_with(end));
    if has("vbaproject.bin") {
        Err(Trouble::Macros)
    } else if has("workbook.bin") {
        Err(Trouble::OldExcel)
    } else if has("workbook.xml") || has("_rels/.rels") && names.iter().any(|name| name.starts_with("xl/")) {
        Ok(())
    } else {
        Err(Trouble::NotATable)
    }
}

fn fits(unpacked: u64, packed: u64, limits: &Limits) -> Result<(), Trouble> {
    if unpacked > HARMLESS && unpacked > packed.saturating_mul(limits.ratio) {
        Err(Trouble::Unsafe)
    } else if unpacked > limits.unpacked_bytes {
        Err(Trouble::unpacked(limits.unpacked_bytes))
    } else {
        Ok(())
    }
}

fn look_through<R: Read>(
    mut part: ZipFile<'_, R>,
    unpacked: &mut u64,
    packed: u64,
    limits: &Limits,
) -> Result<(), Trouble> {
    let is_xml = part
        .name_raw()
        .rsplit(|byte| *byte == b'.')
        .next()
        .is_some_and(|kind| [&b"xml"[..], b"rels"].iter().any(|xml| kind.eq_ignore_ascii_case(xml)));
    let mut piece = vec![0; OVERLAP + PIECE];
    let mut kept = 0;
    let mut first = true;
    loop {
        let got = part.read(piece.get_mut(kept..).unwrap_or_default()).map_err(|_| Trouble::Unreadable)?;
        if got == 0 {
            return Ok(());
        }
        *unpacked = unpacked.saturating_add(u64::try_from(got).unwrap_or(u64::MAX));
        fits(*unpacked, packed, limits)?;
        let seen = piece.get(..kept + got).unwrap_or_default();
        if std::mem::take(&mut first) && is_wide(seen) {
            return Err(Trouble::Unreadable);
        }
        if is_xml && DECLARED.iter().any(|mark| find(seen, mark).is_some()) {
            return Err(Trouble::Unsafe);
        }
        if announces_more_than(limits.cells, seen) {
            return Err(Trouble::Unsafe);
        }
        let from = seen.len().saturating_sub(OVERLAP);
        kept = seen.len() - from;
        piece.copy_within(from..from + kept, 0);
    }
}

/// XML in two bytes a character, which no spreadsheet program writes and in which nothing would be found here.
fn is_wide(start: &[u8]) -> bool {
    [&b"\xFF\xFE"[..], b"\xFE\xFF", b"<\x00", b"\x00<"].iter().any(|mark| start.starts_with(mark))
}

/// Whether the piece says anywhere that more texts follow than a workbook may have cells.
fn announces_more_than(most: u64, piece: &[u8]) -> bool {
    let mut rest = piece;
    while let Some(at) = find(rest, ANNOUNCED) {
        rest = rest.get(at + ANNOUNCED.len()..).unwrap_or_default();
        let value = rest.trim_ascii_start().strip_prefix(b"=").unwrap_or_default().trim_ascii_start();
        let digits = value.iter().skip(1).take_while(|byte| byte.is_ascii_digit());
        let count = digits.fold(0_u64, |sum, byte| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
        if count > most {
            return true;
        }
    }
    false
}

fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    let first = mark.first()?;
    let mut from = 0;
    while let Some(step) = text.get(from..).and_then(|rest| rest.iter().position(|byte| byte == first)) {
        let at = from + step;
        if text.get(at..).is_some_and(|rest| rest.starts_with(mark)) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}
