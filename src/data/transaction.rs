//! The transaction of the connection that writes. The one of the ORM would do but for two things: it copies everything that
//! a statement binds once more, and nothing can be laid out for it while the statement before still runs. A province comes in
//! through here.

use std::sync::Arc;

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, Values,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Executor, IntoArguments, Postgres, Sqlite, postgres::PgArguments, sqlite::SqliteArguments};
use tokio::sync::Mutex;

use crate::base::{Error, Result};

/// Dropped without [`Transaction::commit`], everything is undone.
pub struct Transaction {
    backend: DbBackend,
    connection: Mutex<Connection>,
}

enum Connection {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// What a statement binds, laid out for the driver before it is the statement's turn.
pub(in crate::data) enum Bound {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// Runs the same lines on the connection of either database.
macro_rules! on {
    ($transaction:expr, $connection:ident => $lines:expr) => {
        match &mut *$transaction.connection.lock().await {
            Connection::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $lines
            }
            Connection::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $lines
            }
        }
    };
}

fn not_done(e: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(e)))
}

fn not_found(e: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(e)))
}

impl Transaction {
    /// It takes SQLite's write lock at once: one that began by reading could not be upgraded.
    ///
    /// # Errors
    /// Of the database; `Busy` when no connection is free in time.
    pub(in crate::data) async fn begin(writer: &DatabaseConnection) -> Result<Self> {
        let backend = writer.get_database_backend();
        let connection = match backend {
            DbBackend::Postgres => writer.get_postgres_connection_pool().begin().await.map(Connection::Postgres),
            _ => writer.get_sqlite_connection_pool().begin_with("BEGIN IMMEDIATE").await.map(Connection::Sqlite),
        };
        let connection = Mutex::new(connection.map_err(|e| match e {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            e => not_done(e),
        })?);
        Ok(Self { backend, connection })
    }

    pub(in crate::data) fn backend(&self) -> DbBackend {
        self.backend
    }

    /// # Errors
    /// Of the database.
    pub(in crate::data) async fn commit(self) -> Result<(), DbErr> {
        let done = match self.connection.into_inner() {
            Connection::Sqlite(transaction) => transaction.commit().await,
            Connection::Postgres(transaction) => transaction.commit().await,
        };
        done.map_err(not_done)
    }

    /// # Errors
    /// Of the database.
    pub(in crate::data) async fn rollback(self) -> Result<(), DbErr> {
        let done = match self.connection.into_inner() {
            Connection::Sqlite(transaction) => transaction.rollback().await,
            Connection::Postgres(transaction) => transaction.rollback().await,
        };
        done.map_err(not_done)
    }

    /// Runs a statement whose values were laid out before.
    ///
    /// # Errors
    /// Of the database.
    pub(in crate::data) async fn execute(&self, text: Arc<str>, bound: Bound) -> Result<()> {
        let text = AssertSqlSafe(text);
        let done = match (&mut *self.connection.lock().await, bound) {
            (Connection::Sqlite(transaction), Bound::Sqlite(bound)) => {
                sqlx::query_with(text, bound).execute(&mut **transaction).await.map(drop)
            }
            (Connection::Postgres(transaction), Bound::Postgres(bound)) => {
                sqlx::query_with(text, bound).execute(&mut **transaction).await.map(drop)
            }
            _ => return Err(Error::internal("values were laid out for another database")),
        };
        Ok(done.map_err(not_done)?)
    }
}

fn query<DB>(statement: Statement) -> sqlx::query::Query<'static, DB, SqlxValues>
where
    DB: sqlx::Database,
    SqlxValues: IntoArguments<DB>,
{
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or(Values(Vec::new()))))
}

#[rocket::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        on!(self, connection => query(statement).execute(connection).await.map(Into::into)).map_err(not_done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        on!(self, connection => connection.execute(AssertSqlSafe(sql.to_owned())).await.map(Into::into))
            .map_err(not_done)
    }

    async fn query_one_raw(&self, question: Statement) -> Result<Option<QueryResult>, DbErr> {
        on!(self, connection => {
            query(question).fetch_optional(connection).await.map(|row| row.map(Into::into))
        })
        .map_err(not_found)
    }

    async fn query_all_raw(&self, question: Statement) -> Result<Vec<QueryResult>, DbErr> {
        on!(self, connection => {
            query(question).fetch_all(connection).await.map(|rows| rows.into_iter().map(Into::into).collect())
        })
        .map_err(not_found)
    }
}
