//! Every query on seals and on the rows that they cover. Nobody's scope: a chain is whole or it is none.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{seal, seal_key, values::SealStream};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    Statement, Value, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::base::{Error, Result};
use crate::data::{Work, bulk};
use crate::seals::chain::End;
use crate::seals::record::{AUDIT, LEDGER, Record, Stream};

/// Keys of one statement.
const KEYS: usize = 1_000;

pub(super) async fn key(db: &impl ConnectionTrait) -> Result<Option<seal_key::Model>> {
    Ok(seal_key::Entity::find().one(db).await?)
}

/// A first key; where another was quicker, that one stands.
pub(super) async fn insert_key(work: &Work, row: seal_key::Model) -> Result<()> {
    seal_key::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(work.db())
        .await?;
    Ok(())
}

/// Whether anything was ever sealed.
pub(super) async fn is_sealed(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(seal::Entity::find().limit(1).one(db).await?.is_some())
}

/// The last seal of a stream.
pub(super) async fn last(db: &impl ConnectionTrait, stream: SealStream) -> Result<Option<seal::Model>> {
    let of_stream = seal::Entity::find().filter(seal::Column::Stream.eq(stream));
    Ok(of_stream.order_by_desc(seal::Column::Seq).limit(1).one(db).await?)
}

/// Where the chain of a stream goes on.
pub(super) async fn end(db: &impl ConnectionTrait, stream: SealStream) -> Result<End> {
    Ok(last(db, stream).await?.map_or_else(End::default, |seal| End { seq: seal.seq, link: seal.link }))
}

/// The highest id that is sealed.
pub(super) async fn frontier(db: &impl ConnectionTrait, stream: SealStream) -> Result<Option<Uuid>> {
    Ok(seal::Entity::find()
        .select_only()
        .column(seal::Column::RowId)
        .filter(seal::Column::Stream.eq(stream))
        .order_by_desc(seal::Column::RowId)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?)
}

pub(super) async fn insert(work: &Work, seals: Vec<seal::Model>) -> Result<()> {
    bulk::insert::<seal::Entity>(work, seals).await
}

/// A seal by its place.
pub(super) async fn at(db: &impl ConnectionTrait, stream: SealStream, seq: i64) -> Result<Option<seal::Model>> {
    Ok(seal::Entity::find_by_id((stream, seq)).one(db).await?)
}

async fn ask(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>> {
    Ok(db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
}

fn limit(rows: usize) -> Result<Value> {
    Ok(i64::try_from(rows).map_err(Error::internal)?.into())
}

/// A row, and what stands in it where the house can read it.
pub(super) type Written = (Uuid, Result<Record>);

/// Rows of a stretch of ids that have no seal, in order. The stretch bounds both tables, whatever the planner thinks of.
pub(super) async fn unsealed(
    db: &impl ConnectionTrait,
    stream: &Stream,
    (from, to): (Uuid, Uuid),
    rows: usize,
) -> Result<Vec<Written>> {
    let sql = format!(
        "SELECT {} FROM {} t WHERE t.id > $1 AND t.id <= $2 AND NOT EXISTS (SELECT 1 FROM seal s WHERE s.stream = $3 \
         AND s.row_id = t.id AND s.row_id > $1 AND s.row_id <= $2) ORDER BY t.id LIMIT $4",
        stream.selected(),
        stream.table
    );
    let values = [from.into(), to.into(), stream.word.as_str().into(), limit(rows)?];
    let rows = ask(db, &sql, values).await?;
    rows.iter().map(|row| Ok((row.try_get("", "row_id")?, Record::read(stream, row)))).collect()
}

/// The next ids of a table, each with whether it is sealed.
pub(super) async fn ids(
    db: &impl ConnectionTrait,
    stream: &Stream,
    (from, to): (Uuid, Uuid),
    rows: usize,
) -> Result<Vec<(Uuid, bool)>> {
    let sql = format!(
        "SELECT t.id AS id, s.seq AS seq FROM {} t LEFT JOIN seal s ON s.stream = $3 AND s.row_id = t.id \
         WHERE t.id > $1 AND t.id <= $2 ORDER BY t.id LIMIT $4",
        stream.table
    );
    let rows = ask(db, &sql, [from.into(), to.into(), stream.word.as_str().into(), limit(rows)?]).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get::<Option<i64>>("", "seq")?.is_some()))).collect()
}

/// A seal, as it is read beside a row.
const SEAL: &str = "s.seq AS seal_seq, s.row_id AS seal_row, s.row_hash AS seal_hash, s.link AS seal_link, \
    s.sealed_at AS seal_at";

fn seal_in(stream: &Stream, row: &QueryResult) -> Result<seal::Model> {
    Ok(seal::Model {
        stream: stream.word,
        seq: row.try_get("", "seal_seq")?,
        row_id: row.try_get("", "seal_row")?,
        row_hash: row.try_get("", "seal_hash")?,
        link: row.try_get("", "seal_link")?,
        sealed_at: row.try_get::<DateTime<Utc>>("", "seal_at")?,
    })
}

/// A seal beside the row that it is of, where there is one.
pub(super) struct Beside {
    pub seal: seal::Model,
    pub row: Option<Result<Record>>,
}

/// The next seals of a stream, in order, with their rows.
pub(super) async fn beside(db: &impl ConnectionTrait, stream: &Stream, after: i64, rows: usize) -> Result<Vec<Beside>> {
    let sql = format!(
        "SELECT {SEAL}, {} FROM seal s LEFT JOIN {} t ON t.id = s.row_id \
         WHERE s.stream = $1 AND s.seq > $2 ORDER BY s.seq LIMIT $3",
        stream.selected(),
        stream.table
    );
    let rows = ask(db, &sql, [stream.word.as_str().into(), after.into(), limit(rows)?]).await?;
    let read = |row: &QueryResult| -> Result<Beside> {
        let there = row.try_get::<Option<Uuid>>("", "row_id")?.is_some();
        Ok(Beside { seal: seal_in(stream, row)?, row: there.then(|| Record::read(stream, row)) })
    };
    rows.iter().map(read).collect()
}

/// A row with the seal that it has, or none yet.
pub(crate) struct Sealed {
    pub row: Record,
    pub seal: Option<seal::Model>,
}

async fn sealed(
    db: &impl ConnectionTrait,
    stream: &Stream,
    condition: &str,
    values: Vec<Value>,
) -> Result<Vec<Sealed>> {
    let sql = format!(
        "SELECT {SEAL}, {} FROM {} t LEFT JOIN seal s ON s.stream = '{}' AND s.row_id = t.id WHERE {condition} \
         ORDER BY t.id",
        stream.selected(),
        stream.table,
        stream.word
    );
    let read = |row: &QueryResult| -> Result<Sealed> {
        let there = row.try_get::<Option<i64>>("", "seal_seq")?.is_some();
        let seal = if there { Some(seal_in(stream, row)?) } else { None };
        Ok(Sealed { row: Record::read(stream, row)?, seal })
    };
    ask(db, &sql, values).await?.iter().map(read).collect()
}

/// Postings for one class, its claims among them.
pub(crate) async fn postings_of(db: &impl ConnectionTrait, class: Uuid) -> Result<Vec<Sealed>> {
    sealed(db, &LEDGER, "t.class_id = $1", vec![class.into()]).await
}

/// Deeds that were done to things, by their names in the log.
pub(crate) async fn deeds_on(db: &impl ConnectionTrait, objects: &[String]) -> Result<Vec<Sealed>> {
    let mut deeds = Vec::new();
    for objects in objects.chunks(KEYS) {
        let marks: Vec<String> = (1..=objects.len()).map(|n| format!("${n}")).collect();
        let condition = format!("t.object_id IN ({})", marks.join(", "));
        let values = objects.iter().map(|object| Value::from(object.clone())).collect();
        deeds.extend(sealed(db, &AUDIT, &condition, values).await?);
    }
    Ok(deeds)
}

/// The places of rows in the chain of their stream; what is missing is not sealed yet.
pub(crate) async fn seqs(
    db: &impl ConnectionTrait,
    stream: SealStream,
    rows: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, i64>> {
    let rows: Vec<Uuid> = rows.into_iter().collect();
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let sealed: Vec<(Uuid, i64)> = seal::Entity::find()
        .select_only()
        .columns([seal::Column::RowId, seal::Column::Seq])
        .filter(seal::Column::Stream.eq(stream))
        .filter(seal::Column::RowId.is_in(rows))
        .into_tuple()
        .all(db)
        .await?;
    Ok(sealed.into_iter().collect())
}
