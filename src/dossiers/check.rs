//! Checks a dossier with nothing but the dossier: what was changed in it after it was signed, and what in it does not agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::{Map, Value};

use crate::access::hex;
use crate::base::{Error, Result};
use crate::certificates;
use crate::dossiers::archive::{self, Files};
use crate::dossiers::manifest::{Manifest, NAME, sha256};
use crate::dossiers::sums;
use crate::dossiers::tables::{AUDIT, CERTIFICATES, CREDENTIALS, HEAD, KEYS, POSTINGS, README, SEALS, TABLES};
use crate::seals::{self, Head, Record, Stream};

/// A row of a table.
pub(super) type Row = Map<String, Value>;

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub claim: String,
    /// When the dossier was made.
    pub at: String,
    /// The thumbprint of the key that signed it.
    pub key: String,
    /// Deeds and postings that are as they were sealed.
    pub sealed: usize,
    /// Deeds and postings that had no seal yet.
    pub unsealed: usize,
    /// Credentials whose signature holds.
    pub credentials: usize,
    /// What does not agree, a line each.
    pub faults: Vec<String>,
}

/// Looks at everything and names whatever does not agree. `key`: the thumbprint that the signer must have.
///
/// # Errors
/// `Internal` when it is no dossier at all: no archive, or one without a manifest that can be read.
pub fn check(path: &Path, key: Option<&str>) -> Result<Checked> {
    let files = archive::read(path)?;
    let manifest = files.get(NAME).ok_or_else(|| Error::internal("there is no manifest in it"))?;
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|e| Error::internal(format!("{NAME} cannot be read: {e}")))?;
    let mut checked = Checked { claim: manifest.claim.clone(), at: manifest.at.clone(), ..Checked::default() };
    checked.signature(&manifest, key);
    checked.hashes(&manifest, &files);
    checked.rows(&files);
    checked.certificates(&files);
    checked.faults.extend(sums::faults(&files, &manifest.claim));
    Ok(checked)
}

/// The rows of a file; what cannot be read is told with its line.
pub(super) fn rows(files: &Files, name: &str) -> Result<Vec<Row>, String> {
    let bytes = files.get(name).ok_or_else(|| format!("{name} is missing"))?;
    let text = std::str::from_utf8(bytes).map_err(|_| format!("{name} is no text"))?;
    let row = |(at, line): (usize, &str)| match serde_json::from_str(line) {
        Ok(Value::Object(row)) => Ok(row),
        _ => Err(format!("{name} line {}: is no record", at + 1)),
    };
    text.lines().enumerate().map(row).collect()
}

impl Checked {
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, line: impl Into<String>) {
        self.faults.push(line.into());
    }

    fn signature(&mut self, manifest: &Manifest, due: Option<&str>) {
        let signed = manifest.signed.as_deref().unwrap_or_default();
        let point = certificates::point(&manifest.key);
        let says = point.and_then(|point| {
            self.key = certificates::thumbprint(&point)?;
            Ok(certificates::verified(signed, &point)? == manifest.payload()?)
        });
        if !matches!(says, Ok(true)) {
            self.fault(format!("{NAME}: its signature does not hold"));
        }
        if due.is_some_and(|due| due != self.key) {
            self.fault(format!("{NAME}: signed by another key than the one that was asked for"));
        }
    }

    fn hashes(&mut self, manifest: &Manifest, files: &Files) {
        let mut named = BTreeSet::new();
        for file in &manifest.files {
            if !named.insert(file.name.as_str()) {
                self.fault(format!("{}: the manifest names it twice", file.name));
            }
            match files.get(&file.name) {
                None => self.fault(format!("{} is missing", file.name)),
                Some(bytes) if sha256(bytes) != file.sha256 || bytes.len() != file.bytes => {
                    self.fault(format!("{} was changed after it was signed", file.name));
                }
                Some(_) => {}
            }
        }
        for name in files.keys().filter(|name| *name != NAME && !named.contains(name.as_str())) {
            self.fault(format!("{name} was added: the manifest does not name it"));
        }
        let made = [AUDIT, POSTINGS, SEALS, KEYS, HEAD, README];
        for name in TABLES.iter().map(|table| table.file).chain(made).filter(|name| !named.contains(name)) {
            self.fault(format!("{name} is not in the manifest"));
        }
    }

    /// Every deed and posting against its seal, and the seals against the head.
    fn rows(&mut self, files: &Files) {
        let seals = match rows(files, SEALS) {
            Ok(seals) => seals,
            Err(line) => return self.fault(line),
        };
        let text = |row: &Row, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut of_rows: BTreeMap<(String, String), (i64, String)> = BTreeMap::new();
        let mut places = BTreeSet::new();
        for seal in &seals {
            let (stream, seq) = (text(seal, "stream"), seal.get("seq").and_then(Value::as_i64).unwrap_or_default());
            let key = (stream.clone(), text(seal, "row_id"));
            if !places.insert((stream.clone(), seq)) || of_rows.insert(key, (seq, text(seal, "row_hash"))).is_some() {
                self.fault(format!("{SEALS}: {stream} {seq} stands in it twice"));
            }
        }
        self.head(files, &seals);
        for (name, stream) in [(AUDIT, &seals::AUDIT), (POSTINGS, &seals::LEDGER)] {
            match rows(files, name) {
                Ok(rows) => self.against(name, stream, &rows, &mut of_rows),
                Err(line) => self.fault(line),
            }
        }
        for ((stream, id), (seq, _)) in of_rows {
            self.fault(format!("{SEALS}: {stream} {seq} seals {id}, which is missing"));
        }
    }

    fn against(
        &mut self,
        name: &str,
        stream: &Stream,
        rows: &[Row],
        seals: &mut BTreeMap<(String, String), (i64, String)>,
    ) {
        for (at, row) in rows.iter().enumerate() {
            let record = match Record::of_json(stream, row) {
                Ok(record) => record,
                Err(e) => {
                    self.fault(format!("{name} line {}: {e}", at + 1));
                    continue;
                }
            };
            let id = record.field("id").unwrap_or_default();
            match seals.remove(&(stream.word.to_string(), id.clone())) {
                None => self.unsealed += 1,
                Some((_, hash)) if hash == hex(&record.hash()) => self.sealed += 1,
                Some((seq, _)) => {
                    self.fault(format!("{name} line {}: {id} is not what was sealed as {seq}", at + 1));
                }
            }
        }
    }

    /// The head was signed by one of the keys, and no seal lies beyond it.
    fn head(&mut self, files: &Files, seals: &[Row]) {
        let head = files.get(HEAD).and_then(|bytes| serde_json::from_slice::<Head>(bytes).ok());
        let Some(head) = head else { return self.fault(format!("{HEAD} cannot be read")) };
        if !is_signed(files, &head.signed, Some(&head.payload())) {
            self.fault(format!("{HEAD}: its signature does not hold"));
        }
        for seal in seals {
            let stream = seal.get("stream").and_then(Value::as_str).unwrap_or_default();
            let seq = seal.get("seq").and_then(Value::as_i64).unwrap_or_default();
            let link = seal.get("link").and_then(Value::as_str).unwrap_or_default();
            let end = head.streams.iter().find(|end| end.stream.as_str() == stream);
            match end {
                Some(end) if seq < end.seq || (seq == end.seq && link == end.link) => {}
                _ => self.fault(format!("{SEALS}: {stream} {seq} does not go with {HEAD}")),
            }
        }
    }

    /// Each certificate that holds has its credential, which is signed and says its serial.
    fn certificates(&mut self, files: &Files) {
        let rows = match rows(files, CERTIFICATES) {
            Ok(rows) => rows,
            Err(line) => return self.fault(line),
        };
        let mut due = BTreeSet::new();
        for row in rows.iter().filter(|row| row.get("status").and_then(Value::as_str) == Some("published")) {
            let serial = row.get("serial").and_then(Value::as_str).unwrap_or_default();
            let name = format!("{CREDENTIALS}{serial}.jwt");
            let signed = files.get(&name).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
            let says = certificates::unverified(signed).unwrap_or_default();
            let id = says.get("id").and_then(Value::as_str).unwrap_or_default();
            if signed.is_empty() {
                self.fault(format!("{name} is missing"));
            } else if !is_signed(files, signed, None) {
                self.fault(format!("{name}: its signature does not hold"));
            } else if id.rsplit('/').next() == Some(serial) {
                self.credentials += 1;
            } else {
                self.fault(format!("{name}: it is the credential of another certificate"));
            }
            due.insert(name);
        }
        for name in files.keys().filter(|name| name.starts_with(CREDENTIALS) && !due.contains(*name)) {
            self.fault(format!("{name}: no certificate of the claim holds by this serial"));
        }
    }
}

/// Whether one of the keys of the dossier signed a text, and the text says what is due.
fn is_signed(files: &Files, signed: &str, due: Option<&Value>) -> bool {
    let keys = files.get(KEYS).and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()).unwrap_or_default();
    let keys = keys.get("keys").and_then(Value::as_array).cloned().unwrap_or_default();
    let signer = certificates::signer(signed).unwrap_or_default();
    keys.iter().filter_map(|key| certificates::point(key).ok()).any(|point| {
        certificates::thumbprint(&point).is_ok_and(|thumbprint| thumbprint == signer)
            && certificates::verified(signed, &point).is_ok_and(|says| due.is_none_or(|due| *due == says))
    })
}
