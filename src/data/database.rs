//! One database, embedded (SQLite) or served (PostgreSQL): a connection that writes and a pool that only reads.
//!
//! SQLite has one writer at a time whatever one does; a second connection that tries would only wait on the file lock.
//! Readers are read-only on both databases, so that a write past the desk fails in the first test that runs it.

use std::time::Duration;

use log::LevelFilter;
use migration::{MigrationStatus, Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sqlx::{
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::base::{Error, Result};
use crate::data::transaction::Transaction;

const SQLITE_READERS: u32 = 4;
/// One for the desk, one for a bulk load or a migration beside it.
const POSTGRES_WRITERS: u32 = 2;
const POSTGRES_READERS: u32 = 8;
/// A database that cannot be reached is told after this long, not after the half minute that is the default.
const ACQUIRE: Duration = Duration::from_secs(2);
/// How long SQLite waits for another process, for instance a backup, to let go of the file.
const FILE_LOCK: Duration = Duration::from_secs(5);
/// A served connection that idled longer is asked whether it still lives before it is used.
const STALE: Duration = Duration::from_secs(15);
/// Every statement is told at this level, as `sqlx::query`; their values never are.
const STATEMENTS: LevelFilter = LevelFilter::Trace;
/// The writer of a server asks by key and never for much. On a day of rush tables grow a hundredfold before the server has
/// counted them anew; what it believes of them until then must not make it read them from end to end.
const BY_KEY: [(&str, &str); 6] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("max_parallel_workers_per_gather", "0"),
    ("jit", "off"),
];
/// A batch of every size is a statement of its own.
const STATEMENTS_KEPT: usize = 1_000;
/// What the writer of a file keeps of it in memory, 64 MiB, and each reader, 16 MiB; a minus counts KiB. A seat touches the
/// indexes of a million people anywhere.
pub(crate) const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-16384";
/// Rows that the thread of a file hands over before it waits for the reader: a whole batch.
const ROW_BUFFER: usize = 512;
/// Pages after which the journal is folded into the file. A page that many commits touched is then written there once.
const FOLD_AFTER: &str = "2048";
/// Any number will do, as long as every instance locks the same one while it migrates.
const MIGRATION_LOCK: i64 = 40_042_016;

#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
}

impl Database {
    /// Opens `sqlite:…` (the file is made if it is missing) or `postgres:…`; the schema is left as it stands.
    pub async fn open(url: &str) -> Result<Self> {
        // The driver's own message would repeat the URL, password included.
        let unreadable = |_| Error::internal("the database URL cannot be read");
        let (writer, readers) = if url.starts_with("sqlite:") {
            url.parse::<SqliteConnectOptions>().map_err(unreadable)?;
            if url.contains(":memory:") || url.contains("mode=memory") {
                return Err(Error::internal("an in-memory database has no second connection to read it: name a file"));
            }
            (sqlite(url, 1), sqlite(url, SQLITE_READERS))
        } else {
            url.parse::<PgConnectOptions>().map_err(unreadable)?;
            (postgres(url, POSTGRES_WRITERS), postgres(url, POSTGRES_READERS))
        };
        // The writer first: it makes the file and sets its journal.
        let writer = sea_orm::Database::connect(writing(writer)).await?;
        Ok(Self { writer, readers: sea_orm::Database::connect(reading(readers)).await? })
    }

    /// Brings the schema up to date, all steps or none; instances that start together wait for one another.
    pub async fn migrate(&self) -> Result<()> {
        let tx = self.begin_migrating().await?;
        Migrator::up(&tx, None).await?;
        Ok(tx.commit().await?)
    }

    /// Takes the last step of the schema back. What it held is gone.
    pub async fn step_back(&self) -> Result<()> {
        let tx = self.begin_migrating().await?;
        Migrator::down(&tx, Some(1)).await?;
        Ok(tx.commit().await?)
    }

    /// Every step of the schema, and whether it was taken.
    pub async fn steps(&self) -> Result<Vec<(String, bool)>> {
        let steps = Migrator::get_migration_with_status_read_only(&self.readers).await?;
        Ok(steps.iter().map(|step| (step.name().to_owned(), step.status() == MigrationStatus::Applied)).collect())
    }

    async fn begin_migrating(&self) -> Result<DatabaseTransaction> {
        // The steps of the schema ask for a transaction of the ORM; like [`Transaction::begin`] it takes the lock at once.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.writer.begin_with_options(options).await?;
        if self.backend() == DbBackend::Postgres {
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
        }
        Ok(tx)
    }

    /// For every read outside of a write.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Everything as it stands at one moment: what is written meanwhile is not seen by halves. It only reads.
    pub async fn at_one_moment(&self) -> Result<DatabaseTransaction> {
        // SQLite reads one moment in any transaction; PostgreSQL has to be asked for it.
        let served = self.backend() == DbBackend::Postgres;
        let moment = TransactionOptions {
            isolation_level: served.then_some(IsolationLevel::RepeatableRead),
            access_mode: served.then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        Ok(self.readers.begin_with_options(moment).await?)
    }

    /// The connection that writes, for tests that set a scene; features write through the desk.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Ends all connections; SQLite then folds its journal into the file.
    pub async fn close(&self) -> Result<()> {
        self.readers.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
    }

    /// A write transaction.
    ///
    /// Never put a time limit around it: a BEGIN that is dropped midway leaves its connection inside a transaction.
    pub(in crate::data) async fn begin(&self) -> Result<Transaction> {
        Transaction::begin(&self.writer).await
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging_level(STATEMENTS)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up, and the question would cost a thread hop per query.
        .test_before_acquire(false);
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging_level(STATEMENTS);
    options.max_connections(connections).connect_timeout(ACQUIRE).test_before_acquire_if_idle_for(STALE);
    options
}

fn writing(mut options: ConnectOptions) -> ConnectOptions {
    options
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .map_sqlx_postgres_opts(|server| server.options(BY_KEY).statement_cache_capacity(STATEMENTS_KEPT))
        .map_sqlx_sqlite_opts(|file| {
            file.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(FILE_LOCK)
                .row_buffer_size(ROW_BUFFER)
                .statement_cache_capacity(STATEMENTS_KEPT)
                .pragma("cache_size", WRITER_CACHE)
                // What a savepoint would restore is kept in memory, not in a file of its own.
                .pragma("temp_store", "MEMORY")
                .pragma("wal_autocheckpoint", FOLD_AFTER)
                // What was erased is overwritten, not only unlinked.
                .pragma("secure_delete", "ON")
        });
    options
}

fn reading(mut options: ConnectOptions) -> ConnectOptions {
    options
        .acquire_timeout(ACQUIRE)
        .map_sqlx_sqlite_opts(|file| {
            file.busy_timeout(FILE_LOCK)
                .row_buffer_size(ROW_BUFFER)
                .pragma("cache_size", READER_CACHE)
                .pragma("query_only", "ON")
        })
        .map_sqlx_postgres_opts(|server| server.options([("default_transaction_read_only", "on"), ("jit", "off")]));
    options
}
