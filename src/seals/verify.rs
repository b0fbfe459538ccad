//! Goes over the chains from their first seal on, beside the server, and names the first thing that is wrong.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use entities::{seal, values::SealStream};
use uuid::Uuid;

use crate::access::hex;
use crate::base::{Error, Result};
use crate::certificates;
use crate::data::{Database, Vault, settled, shifted};
use crate::seals::chain::{ChainKey, End};
use crate::seals::heads::{Head, StreamHead};
use crate::seals::keys;
use crate::seals::record::{Record, STREAMS, Stream};
use crate::seals::sealing::LATEST;
use crate::seals::store::{self, Beside};

/// Seals, or ids, that are read at once.
const CHUNK: usize = 1_000;
/// Milliseconds within which every row has its seal, where the house seals at all.
const OVERDUE: i64 = 2 * LATEST;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    RowChanged,
    RowDeleted,
    /// It lies among rows that are sealed and has no seal itself.
    RowInserted,
    /// It waits too long: nobody seals, or the seals behind it are gone.
    RowUnsealed,
    SealChanged,
    /// It belongs elsewhere in the chain.
    SealsReordered,
    SealMissing,
    /// A head tells of more seals than there are.
    TailCut,
    /// A head tells of another link at this place.
    ChainRemade,
    /// A head that none of our keys signed.
    HeadForged,
}

impl What {
    fn says(self) -> &'static str {
        match self {
            Self::RowChanged => "the row was changed after it was sealed",
            Self::RowDeleted => "the row was deleted after it was sealed",
            Self::RowInserted => "the row was inserted among sealed ones and has no seal",
            Self::RowUnsealed => {
                "the row has no seal, though it is old enough: nobody seals, or the seals were cut off"
            }
            Self::SealChanged => "the seal was changed or forged",
            Self::SealsReordered => "the seals stand in another order than they were made in",
            Self::SealMissing => "the seal is missing, later ones stand",
            Self::TailCut => "the last seals were cut off: an exported head tells of more",
            Self::ChainRemade => "the chain was made anew: an exported head tells of another link here",
            Self::HeadForged => "the head is not signed by a key of this house",
        }
    }
}

/// The first thing that is wrong in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub stream: SealStream,
    pub table: &'static str,
    pub what: What,
    /// The place in the chain.
    pub seq: Option<i64>,
    /// The row.
    pub id: Option<Uuid>,
    /// When the row was written, or sealed where it is gone.
    pub at: Option<DateTime<Utc>>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.stream)?;
        if let Some(seq) = self.seq {
            write!(f, " seq {seq}")?;
        }
        write!(f, ": {}", self.table)?;
        if let Some(id) = self.id {
            write!(f, " {id}")?;
        }
        if let Some(at) = self.at {
            write!(f, " of {}", at.format("%Y-%m-%d %H:%M:%S UTC"))?;
        }
        write!(f, ": {}", self.what.says())
    }
}

/// How far a stream holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub stream: SealStream,
    pub table: &'static str,
    /// Rows that are as they were sealed.
    pub rows: u64,
    /// Rows that were written so lately that they have no seal yet.
    pub waiting: u64,
    /// The last link, where there is one.
    pub link: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub streams: Vec<Verified>,
    pub faults: Vec<Fault>,
    /// Heads that were held against the chains.
    pub heads: u64,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Goes over everything that is sealed, in pieces, and over the heads that somebody kept.
///
/// # Errors
/// Of the database; when there are seals and their key is gone.
pub async fn verify(database: &Database, vault: &Vault, heads: impl Iterator<Item = Head>) -> Result<Report> {
    let mut report = Report::default();
    let key = keys::key(database, vault).await?;
    if key.is_none() && store::is_sealed(database.reader()).await? {
        return Err(Error::internal("there are seals, but their key is gone"));
    }
    for stream in &STREAMS {
        let mut walk = Walk { database, stream, rows: 0, end: End::default() };
        let fault = match &key {
            Some(key) => walk.chain(key).await?,
            None => None,
        };
        report.faults.extend(fault);
        let (waiting, fault) = walk.unsealed().await?;
        report.faults.extend(fault);
        let link = hex(&walk.end.link);
        report.streams.push(Verified { stream: stream.word, table: stream.table, rows: walk.rows, waiting, link });
    }
    against(database, heads, &mut report).await?;
    Ok(report)
}

struct Walk<'w> {
    database: &'w Database,
    stream: &'w Stream,
    rows: u64,
    /// The last seal that holds.
    end: End,
}

impl Walk<'_> {
    fn fault(&self, what: What) -> Fault {
        Fault { stream: self.stream.word, table: self.stream.table, what, seq: None, id: None, at: None }
    }

    /// The first seal or sealed row that is wrong.
    async fn chain(&mut self, key: &ChainKey) -> Result<Option<Fault>> {
        loop {
            let chunk = store::beside(self.database.reader(), self.stream, self.end.seq, CHUNK).await?;
            for (at, Beside { seal, row }) in chunk.iter().enumerate() {
                let fault = self.fault(What::SealChanged);
                let fault =
                    Fault { seq: Some(self.end.seq + 1), id: Some(seal.row_id), at: Some(seal.sealed_at), ..fault };
                if seal.seq != self.end.seq + 1 {
                    return Ok(Some(Fault { what: What::SealMissing, id: None, at: None, ..fault }));
                }
                if !key.holds(&self.end, seal) {
                    let later = chunk.iter().skip(at + 1).map(|beside| &beside.seal);
                    let what = self.moved(key, seal, later).await?;
                    return Ok(Some(Fault { what, ..fault }));
                }
                match row {
                    None => return Ok(Some(Fault { what: What::RowDeleted, ..fault })),
                    Some(Ok(row)) if row.hash() == seal.row_hash => {}
                    Some(row) => {
                        let at = row.as_ref().ok().and_then(Record::at).or_else(|| moment_of(seal.row_id));
                        return Ok(Some(Fault { what: What::RowChanged, at, ..fault }));
                    }
                }
                self.rows += 1;
                self.end = End { seq: seal.seq, link: seal.link.clone() };
            }
            if chunk.len() < CHUNK {
                return Ok(None);
            }
        }
    }

    /// Whether a seal that does not hold changed places with a later one, of this chunk or the next.
    async fn moved<'s>(
        &self,
        key: &ChainKey,
        seal: &seal::Model,
        mut later: impl Iterator<Item = &'s seal::Model>,
    ) -> Result<What> {
        if later.any(|other| key.belongs(&self.end, seal, other)) {
            return Ok(What::SealsReordered);
        }
        let next = store::beside(self.database.reader(), self.stream, seal.seq, CHUNK).await?;
        let found = next.iter().any(|beside| key.belongs(&self.end, seal, &beside.seal));
        Ok(if found { What::SealsReordered } else { What::SealChanged })
    }

    /// How many rows wait for their seal, and the first that should have one.
    async fn unsealed(&self) -> Result<(u64, Option<Fault>)> {
        let db = self.database.reader();
        let (frontier, settled) = (store::frontier(db, self.stream.word).await?, settled());
        // A row of the time to come is as much in the wrong place as one of long ago.
        let (old, ahead) = (shifted(settled, -OVERDUE), shifted(settled, OVERDUE));
        let (mut from, mut waiting) = (Uuid::nil(), 0);
        loop {
            let chunk = store::ids(db, self.stream, (from, Uuid::max()), CHUNK).await?;
            for (id, sealed) in &chunk {
                if *sealed {
                    continue;
                }
                if *id > old && *id < ahead {
                    waiting += 1;
                    continue;
                }
                let among = *id >= ahead || frontier.is_some_and(|frontier| *id < frontier);
                let what = if among { What::RowInserted } else { What::RowUnsealed };
                return Ok((waiting, Some(Fault { id: Some(*id), at: moment_of(*id), ..self.fault(what) })));
            }
            match chunk.last() {
                Some((id, _)) if chunk.len() == CHUNK => from = *id,
                _ => return Ok((waiting, None)),
            }
        }
    }
}

/// When a row got its id, by the id itself.
fn moment_of(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// Holds heads that were kept against the chains; of each stream the first place is named at which one does not agree.
async fn against(database: &Database, heads: impl Iterator<Item = Head>, report: &mut Report) -> Result<()> {
    let signers = certificates::signers(database.reader()).await?;
    let mut first: BTreeMap<SealStream, (i64, Fault)> = BTreeMap::new();
    for head in heads {
        report.heads += 1;
        let forged = !is_signed(&head, &signers);
        for told in &head.streams {
            let Some(what) = (if forged { Some(What::HeadForged) } else { disagrees(database, told).await? }) else {
                continue;
            };
            let Some(stream) = STREAMS.iter().find(|stream| stream.word == told.stream) else { continue };
            let end = store::end(database.reader(), told.stream).await?;
            let seq = if what == What::TailCut { end.seq + 1 } else { told.seq };
            let fault = Fault {
                stream: told.stream,
                table: stream.table,
                what,
                seq: Some(seq),
                id: None,
                at: Some(told.sealed_at),
            };
            if first.get(&told.stream).is_none_or(|(before, _)| seq < *before) {
                first.insert(told.stream, (seq, fault));
            }
        }
    }
    // What the chain itself shows comes before what only a head can tell.
    for (stream, (seq, fault)) in first {
        let shown = report.faults.iter().any(|fault| fault.stream == stream && fault.seq.is_some_and(|it| it <= seq));
        if !shown {
            report.faults.push(fault);
        }
    }
    Ok(())
}

fn is_signed(head: &Head, signers: &BTreeMap<String, Vec<u8>>) -> bool {
    let said = certificates::signer(&head.signed).ok().and_then(|signer| signers.get(&signer));
    let said = said.and_then(|key| certificates::verified(&head.signed, key).ok());
    said == Some(head.payload())
}

async fn disagrees(database: &Database, told: &StreamHead) -> Result<Option<What>> {
    Ok(match store::at(database.reader(), told.stream, told.seq).await? {
        None => Some(What::TailCut),
        Some(seal) if hex(&seal.link) != told.link => Some(What::ChainRemade),
        Some(_) => None,
    })
}
