//! The lane's transaction as a job sees it: behind a savepoint that takes back what this job did, and nothing else.
//!
//! On SQLite a statement costs a hop to the thread of the file, so the savepoint travels with the first question of the
//! job, and a job that comes last is not closed off before the COMMIT. PostgreSQL must have it before the first statement,
//! since an error there spoils everything up to the last savepoint, and takes one prepared statement at a time: there it is
//! set as soon as the job before is done, which also tells whether that one left the transaction sound.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// Two names in turn, so that a savepoint that was never set is an error and not the one of the job before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Odd,
    Even,
}

impl Name {
    fn other(self) -> Self {
        match self {
            Self::Odd => Self::Even,
            Self::Even => Self::Odd,
        }
    }

    fn undo(self) -> &'static str {
        match self {
            Self::Odd => "ROLLBACK TO odd",
            Self::Even => "ROLLBACK TO even",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Fence {
    name: Name,
    /// Whether a job before this one was kept, whose savepoint is let go with the next.
    follows: bool,
    set: bool,
}

impl Fence {
    /// What must run before the job's first statement, if it did not yet.
    fn raise(&mut self) -> Option<&'static str> {
        if self.set {
            return None;
        }
        self.set = true;
        Some(match (self.follows, self.name) {
            (false, Name::Odd) => "SAVEPOINT odd",
            (false, Name::Even) => "SAVEPOINT even",
            (true, Name::Odd) => "RELEASE even; SAVEPOINT odd",
            (true, Name::Even) => "RELEASE odd; SAVEPOINT even",
        })
    }
}

/// A transaction, with a fence around the job that holds it or, outside of a lane, with none.
pub struct Fenced {
    tx: DatabaseTransaction,
    fence: Option<Mutex<Fence>>,
}

fn lock(fence: &Mutex<Fence>) -> MutexGuard<'_, Fence> {
    fence.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fenced {
    pub(in crate::data) fn without(tx: DatabaseTransaction) -> Self {
        Self { tx, fence: None }
    }

    /// For a lane. `before` is what the lane wants run first.
    pub(in crate::data) async fn first(tx: DatabaseTransaction, before: Option<String>) -> Result<Self, DbErr> {
        if let Some(before) = before {
            tx.execute_unprepared(&before).await?;
        }
        let fenced = Self { tx, fence: Some(Mutex::new(Fence { name: Name::Odd, follows: false, set: false })) };
        fenced.raise_early().await?;
        Ok(fenced)
    }

    /// Keeps what the job did, and fences the next one.
    ///
    /// # Errors
    /// On PostgreSQL, when the job had swallowed an error of the database and nothing of it can be kept.
    pub(in crate::data) async fn keep(&self) -> Result<(), DbErr> {
        let Some(fence) = &self.fence else { return Ok(()) };
        let before = {
            let mut fence = lock(fence);
            let before = *fence;
            if fence.set {
                *fence = Fence { name: fence.name.other(), follows: true, set: false };
            }
            before
        };
        let raised = self.raise_early().await;
        if raised.is_err() {
            *lock(fence) = before;
        }
        raised
    }

    /// Takes back what the job did; the fence stands for the next one.
    pub(in crate::data) async fn undo(&self) -> Result<(), DbErr> {
        let set = self.fence.as_ref().map(|fence| *lock(fence)).filter(|fence| fence.set);
        match set {
            Some(fence) => self.tx.execute_unprepared(fence.name.undo()).await.map(drop),
            None => Ok(()),
        }
    }

    /// What is written now is for all who share the commit, and needs no fence any more.
    pub(in crate::data) fn open(self) -> DatabaseTransaction {
        self.tx
    }

    async fn raise_early(&self) -> Result<(), DbErr> {
        match self.tx.get_database_backend() {
            DbBackend::Sqlite => Ok(()),
            _ => self.raise().await,
        }
    }

    /// In a hop of its own: a count of changed rows would take in those of the statement before.
    async fn raise(&self) -> Result<(), DbErr> {
        match self.fence.as_ref().and_then(|fence| lock(fence).raise()) {
            Some(fence) => self.tx.execute_unprepared(fence).await.map(drop),
            None => Ok(()),
        }
    }

    /// The question with the fence before it, where that is not set yet.
    fn behind(&self, mut question: Statement) -> Statement {
        if let Some(fence) = self.fence.as_ref().and_then(|fence| lock(fence).raise()) {
            question.sql = format!("{fence}; {}", question.sql);
        }
        question
    }
}

#[rocket::async_trait]
impl ConnectionTrait for Fenced {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.raise().await?;
        self.tx.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.raise().await?;
        self.tx.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, question: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.tx.query_one_raw(self.behind(question)).await
    }

    async fn query_all_raw(&self, question: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.tx.query_all_raw(self.behind(question)).await
    }
}
