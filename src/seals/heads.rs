//! Heads: how long each chain is and its last link, signed. One that left the host shows when somebody cut or remade a chain,
//! even who knows the key of the chain.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

use chrono::{DateTime, SecondsFormat, Utc};
use entities::{signing_key, values::SealStream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::access::hex;
use crate::base::{Error, Result};
use crate::certificates;
use crate::seals::record::STREAMS;
use crate::seals::sealing::Sealing;
use crate::seals::store;

/// Where the server writes heads down, in the folder of its data; a line each.
pub const HEADS: &str = "audit-heads.jsonl";

/// What a head is called where it is signed.
const KIND: &str = "sidan-audit-head+jwt";

/// The last seal of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreamHead {
    pub stream: SealStream,
    /// Rows that are sealed: they are counted from 1 on.
    pub seq: i64,
    /// The link of the last seal, 64 hexadecimal digits.
    pub link: String,
    pub sealed_at: DateTime<Utc>,
}

/// The heads of all streams that hold something, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditHead)]
pub struct Head {
    pub at: DateTime<Utc>,
    pub streams: Vec<StreamHead>,
    /// The same as a JWT under ES256; the keys stand in `/.well-known/jwks.json`.
    pub signed: String,
}

impl Head {
    /// What the signature is over.
    pub(crate) fn payload(&self) -> Value {
        payload(self.at, &self.streams)
    }
}

fn payload(at: DateTime<Utc>, streams: &[StreamHead]) -> Value {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let streams: Vec<Value> = streams
        .iter()
        .map(|head| {
            json!({
                "stream": head.stream, "seq": head.seq, "link": head.link, "sealed_at": moment(head.sealed_at),
            })
        })
        .collect();
    json!({ "at": moment(at), "streams": streams })
}

/// How far each stream is sealed.
pub(crate) async fn ends(db: &impl sea_orm::ConnectionTrait) -> Result<Vec<StreamHead>> {
    let mut ends = Vec::with_capacity(STREAMS.len());
    for stream in &STREAMS {
        ends.extend(store::last(db, stream.word).await?.map(|seal| StreamHead {
            stream: seal.stream,
            seq: seal.seq,
            link: hex(&seal.link),
            sealed_at: seal.sealed_at,
        }));
    }
    Ok(ends)
}

/// The head as it stands, signed.
///
/// # Errors
/// Of the database.
pub async fn head(house: &Sealing) -> Result<Head> {
    sign(house, ends(house.database.reader()).await?).await
}

/// The key by which the house signs what it says of itself.
pub(crate) async fn signing_key(house: &Sealing) -> Result<signing_key::Model> {
    match certificates::signing_key(house.database.reader()).await? {
        Some(key) => Ok(key),
        None => house.desk.write(async |work| certificates::need_signing_key(work, &house.vault).await).await,
    }
}

async fn sign(house: &Sealing, streams: Vec<StreamHead>) -> Result<Head> {
    let key = signing_key(house).await?;
    let at = house.clock.now();
    let signed = certificates::sign(&house.vault, &house.base_url, &key, KIND, &payload(at, &streams))?;
    Ok(Head { at, streams, signed })
}

/// Appends the head to a file where it moved since `before`; returns what stands there now.
///
/// # Errors
/// Of the database or of the file.
pub async fn append(house: &Sealing, file: &Path, before: &[StreamHead]) -> Result<Vec<StreamHead>> {
    let now = ends(house.database.reader()).await?;
    if now == before {
        return Ok(now);
    }
    let head = sign(house, now).await?;
    let line = serde_json::to_string(&head).map_err(Error::internal)?;
    write(file, &line).map_err(Error::internal)?;
    for stream in &head.streams {
        tracing::info!(stream = %stream.stream, seq = stream.seq, link = stream.link, "head of the log");
    }
    Ok(head.streams)
}

/// A line that stands on the disk when this returns. One that was torn by a fall of the host before stays a line of its own.
fn write(file: &Path, line: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(file)?;
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    let parting = if last == [b'\n'] { "" } else { "\n" };
    file.write_all(format!("{parting}{line}\n").as_bytes())?;
    file.sync_all()
}

/// The heads of a file, one after the other; what is no head is passed over.
///
/// # Errors
/// When the file cannot be opened.
pub fn heads_of(file: &Path) -> Result<impl Iterator<Item = Head>> {
    let name = file.display().to_string();
    let file = File::open(file).map_err(|e| Error::internal(format!("{name}: {e}")))?;
    Ok(BufReader::new(file).lines().map_while(std::io::Result::ok).filter_map(|line| serde_json::from_str(&line).ok()))
}
