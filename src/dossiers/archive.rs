//! The file itself: a ZIP archive of a few named texts.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::Path,
};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::base::{Error, Result};

/// No dossier is larger, and nothing larger is unpacked.
const MOST: u64 = 256 * 1024 * 1024;
/// No dossier has more files than a claim has people, and a few.
const FILES: usize = 10_000;

/// Texts by their names.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// Writes the archive; a file that stands there is kept.
pub(super) fn write(path: &Path, files: &Files) -> Result<()> {
    let trouble = |e: std::io::Error| Error::internal(format!("{}: {e}", path.display()));
    let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(trouble)?;
    let mut archive = ZipWriter::new(file);
    for (name, bytes) in files {
        archive.start_file(name, SimpleFileOptions::default()).map_err(Error::internal)?;
        archive.write_all(bytes).map_err(trouble)?;
    }
    let file = archive.finish().map_err(Error::internal)?;
    file.sync_all().map_err(trouble)
}

/// Reads an archive from anybody: more than a dossier holds is refused.
pub(super) fn read(path: &Path) -> Result<Files> {
    let broken = |e: zip::result::ZipError| Error::internal(format!("{}: {e}", path.display()));
    let file = File::open(path).map_err(|e| Error::internal(format!("{}: {e}", path.display())))?;
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    if archive.len() > FILES {
        return Err(Error::internal("there are too many files in it"));
    }
    let (mut files, mut left) = (Files::new(), MOST);
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        let mut bytes = Vec::new();
        // One byte more than is left tells that there is more.
        let read = Read::by_ref(&mut file).take(left + 1).read_to_end(&mut bytes);
        read.map_err(|e| Error::internal(format!("{name}: {e}")))?;
        left = left
            .checked_sub(u64::try_from(bytes.len()).map_err(Error::internal)?)
            .ok_or_else(|| Error::internal("it is too large"))?;
        files.insert(name, bytes);
    }
    Ok(files)
}
