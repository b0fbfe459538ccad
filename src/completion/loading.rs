//! Taking a file of results: all of it or nothing, and the same file once.

use std::io::Cursor;

use chrono::NaiveDate;
use entities::{
    result_file,
    values::{ClassId, ResultFileId},
};

use crate::access::{Can, hex};
use crate::base::columns::Fault;
use crate::base::{Error, Result};
use crate::classes;
use crate::completion::files::Sheet;
use crate::completion::results::results;
use crate::completion::rights::RecordResults;
use crate::completion::service::Board;
use crate::completion::store;
use crate::data::{Database, Desk, Vault, Work};
use crate::sheets::{Limits, Reader, Row, Trouble};

/// What became of a file.
#[derive(Debug)]
pub(super) enum Landed {
    Loaded {
        rows: i32,
    },
    /// It was taken before; nothing changed.
    Again {
        rows: i32,
    },
    /// Nothing of it was taken; each with its line.
    Faults(Vec<(u64, Fault)>),
}

/// What taking a file needs at hand between the door and the desk.
#[derive(Clone, Copy)]
pub(super) struct Loader<'a> {
    pub db: &'a Database,
    pub reader: &'a Reader,
    pub desk: &'a Desk,
    pub vault: &'a Vault,
}

impl Loader<'_> {
    /// Has a file read by the child process, judges all of it, and enters it whole.
    ///
    /// # Errors
    /// `Invalid` when it is no such file, tells of nobody, or names a day that cannot be; those of [`Board::of`];
    /// `NotFound`.
    pub(super) async fn load(
        &self,
        by: &Can<RecordResults>,
        class: ClassId,
        said: Option<NaiveDate>,
        bytes: Vec<u8>,
    ) -> Result<Landed> {
        let of = classes::visible(self.db.reader(), &by.scope(), class).await?;
        let hash = hex(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
        // Nobody sits there beside the seats.
        let most = u64::try_from(of.seats).map_err(Error::internal)?;
        let (head, rows) = self.read(bytes, most).await.map_err(|trouble| trouble.at("csv"))?;
        self.desk.write(async |work| self.enter(by, work, class, said, (&hash, &head, &rows)).await).await
    }

    async fn enter(
        &self,
        by: &Can<RecordResults>,
        work: &Work,
        class: ClassId,
        said: Option<NaiveDate>,
        (hash, head, rows): (&str, &Row, &[Row]),
    ) -> Result<Landed> {
        if let Some(before) = store::file_of(work.db(), class, hash).await? {
            return Ok(Landed::Again { rows: before.rows });
        }
        let board = Board::of(by, work.db(), class).await?;
        let on = board.day(said, work.today())?;
        let people = results(work.db(), self.vault, &by.prove()?, class).await?.people;
        let sheet = Sheet::judge((head.line, &head.cells), rows, &people, &board);
        if !sheet.faults.is_empty() {
            return Ok(Landed::Faults(sheet.faults));
        }
        if sheet.results.is_empty() {
            return Err(Error::invalid("csv", "invalid.no_results"));
        }
        board.enter(by, work, &sheet.results, on).await?;
        let rows = i32::try_from(sheet.results.len()).map_err(Error::internal)?;
        let file = result_file::Model {
            id: ResultFileId::new(),
            class_id: class,
            file_hash: hash.to_owned(),
            rows,
            loaded_by: by.account,
            loaded_at: work.now,
        };
        store::insert_file(work, file).await?;
        Ok(Landed::Loaded { rows })
    }

    /// The head and the rows below it.
    async fn read(&self, bytes: Vec<u8>, most: u64) -> std::result::Result<(Row, Vec<Row>), Trouble> {
        let limits = Limits { rows: most, ..Limits::default() };
        let mut sheet = self.reader.read(Cursor::new(bytes), limits).await?;
        let head = Row { line: sheet.head_line(), cells: sheet.head().clone() };
        let mut rows = Vec::new();
        while let Some(batch) = sheet.next().await? {
            rows.extend(batch);
        }
        if rows.is_empty() { Err(Trouble::Empty) } else { Ok((head, rows)) }
    }
}
