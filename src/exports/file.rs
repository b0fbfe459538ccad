//! A file that lies ready: opened whole before its first byte leaves, so that what is broken is an error and no short file.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use entities::{export_job, values::ExportId};
use ring::digest;
use rocket::{
    Request,
    http::{ContentType, Header},
    response::{self, Responder, Response},
};
use sea_orm::ConnectionTrait;
use tokio::io::{AsyncRead, AsyncSeek, AsyncWriteExt, DuplexStream, ReadBuf, duplex};

use crate::access::hex;
use crate::base::{Error, Result};
use crate::data::rekeying::Passing;
use crate::data::{Database, Vault};
use crate::exports::sheet::PIECE;
use crate::exports::store;

/// Where pieces stand; sealed bytes open nowhere else.
const PLACE: &str = "export_part.sealed";

/// A change of keys seals no piece anew: it is sealed for its job and its place in it, and goes with the file after some
/// days. Until then its key is needed.
pub const PIECES: Passing = Passing { table: "export_part", column: "sealed" };

pub(super) fn seal(vault: &Vault, id: ExportId, ordinal: i32, piece: &[u8]) -> Result<Vec<u8>> {
    vault.seal(PLACE, format!("{id}/{ordinal}"), piece)
}

async fn open(db: &impl ConnectionTrait, vault: &Vault, id: ExportId, ordinal: i32) -> Result<Vec<u8>> {
    let part = store::part(db, id, ordinal).await?.ok_or_else(|| Error::internal("a piece of an export is gone"))?;
    vault.open(PLACE, format!("{id}/{ordinal}"), &part.sealed)
}

/// Opens every piece and compares the whole with what was built.
///
/// # Errors
/// `Internal` when a piece lacks, does not open, or the whole is another one.
pub(super) async fn verify(db: &impl ConnectionTrait, vault: &Vault, job: &export_job::Model) -> Result<()> {
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut bytes = 0_i64;
    for ordinal in 0..job.parts {
        let piece = open(db, vault, job.id, ordinal).await?;
        hash.update(&piece);
        bytes += i64::try_from(piece.len()).map_err(Error::internal)?;
    }
    let same = Some(hex(hash.finish().as_ref())) == job.sha256 && bytes == job.bytes;
    if same { Ok(()) } else { Err(Error::internal("an export is not the file that was built")) }
}

/// A file on its way out.
pub(crate) struct Download {
    pub(super) name: String,
    pub(super) ascii: String,
    pub(super) kind: ContentType,
    pub(super) bytes: usize,
    pub(super) body: Body,
}

/// The pieces one after the other. A stream that ends before its length is told as broken.
pub(super) struct Body {
    pieces: DuplexStream,
    left: usize,
}

impl Body {
    /// Reads ahead by one piece, for as long as somebody takes them.
    pub(super) fn of(db: Database, vault: std::sync::Arc<Vault>, job: &export_job::Model) -> Result<Self> {
        let (mut out, pieces) = duplex(PIECE);
        let (id, parts) = (job.id, job.parts);
        tokio::spawn(async move {
            for ordinal in 0..parts {
                match open(db.reader(), &vault, id, ordinal).await {
                    Ok(piece) if out.write_all(&piece).await.is_ok() => {}
                    // Whoever fetched it went away.
                    Ok(_) => return,
                    Err(e) => return tracing::error!(%id, "an export broke off: {e}"),
                }
            }
        });
        Ok(Self { pieces, left: usize::try_from(job.bytes).map_err(Error::internal)? })
    }
}

impl AsyncRead for Body {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.pieces).poll_read(cx, buffer);
        if let Poll::Ready(Ok(())) = polled {
            let read = buffer.filled().len() - before;
            self.left = self.left.saturating_sub(read);
            if read == 0 && self.left > 0 && buffer.remaining() > 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        polled
    }
}

/// The length is known; nobody seeks.
impl AsyncSeek for Body {
    fn start_seek(self: Pin<&mut Self>, _: io::SeekFrom) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }
}

impl<'r> Responder<'r, 'static> for Download {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(self.kind)
            .header(Header::new("Content-Disposition", disposition(&self.ascii, &self.name)))
            .header(Header::new("Content-Length", self.bytes.to_string()))
            .header(Header::new("Cache-Control", "no-store"))
            .sized_body(self.bytes, self.body)
            .ok()
    }
}

/// `attachment` with a plain name for old programs and the true one for the others (RFC 6266, RFC 8187).
fn disposition(ascii: &str, name: &str) -> String {
    let plain: String = ascii.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex(&[byte]).to_uppercase());
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_signs_stays_one_header() {
        assert_eq!(
            disposition("people\r\nX: 1\".csv", "人员\r\n\"x.csv"),
            "attachment; filename=\"peopleX1.csv\"; filename*=UTF-8''%E4%BA%BA%E5%91%98%0D%0A%22x.csv"
        );
    }
}
