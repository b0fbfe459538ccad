//! The lane's transaction as a job sees it: behind a savepoint that takes back what this job did, and nothing else.
//!
//! On SQLite a statement costs a hop to the thread of the file, so the savepoint travels with the first question of the
//! job, and a job that comes last is not closed off before the COMMIT. PostgreSQL must have it before the first statement,
//! since an error there spoils everything up to the last savepoint, and takes one prepared statement at a time: there it is
//! set as soon as the job before is done, which also tells whether that one left the transaction sound.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::data::transaction::Transaction;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Down,
    /// Sent and not yet answered. It stays so when the job gives its statement up: then SQLite may have run all of it, or
    /// none, or let the old savepoint go and set no new one. The job itself did nothing yet in the latter two.
    Rising,
    Up,
    /// It turned out not to be set. What was kept stands, but no savepoint is known any more.
    Torn,
}

#[derive(Clone, Copy, Debug)]
struct Fence {
    name: Name,
    /// Whether a job before this one was kept, whose savepoint is let go with the next.
    follows: bool,
    stand: Stand,
}

impl Fence {
    /// What sets the savepoint.
    fn text(self) -> &'static str {
        match (self.follows, self.name) {
            (false, Name::Odd) => "SAVEPOINT odd",
            (false, Name::Even) => "SAVEPOINT even",
            (true, Name::Odd) => "RELEASE even; SAVEPOINT odd",
            (true, Name::Even) => "RELEASE odd; SAVEPOINT even",
        }
    }

    /// What must run before the job's next statement.
    fn raise(&mut self) -> Result<Option<&'static str>, DbErr> {
        match self.stand {
            Stand::Up => Ok(None),
            Stand::Down => {
                self.stand = Stand::Rising;
                Ok(Some(self.text()))
            }
            Stand::Rising | Stand::Torn => Err(given_up()),
        }
    }
}

fn given_up() -> DbErr {
    DbErr::Custom("the first statement of this job was given up".to_owned())
}

/// A transaction, with a fence around the job that holds it or, outside of a lane, with none.
pub struct Fenced {
    tx: Transaction,
    fence: Option<Mutex<Fence>>,
}

fn lock(fence: &Mutex<Fence>) -> MutexGuard<'_, Fence> {
    fence.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fenced {
    pub(in crate::data) fn without(tx: Transaction) -> Self {
        Self { tx, fence: None }
    }

    /// For a lane. A job that was dropped may leave its statement running on the server, and the lane waits for it; so
    /// PostgreSQL ends a statement that takes longer than the job itself may.
    pub(in crate::data) async fn first(tx: Transaction, patience: Duration) -> Result<Self, DbErr> {
        let mut fence = Fence { name: Name::Odd, follows: false, stand: Stand::Down };
        if is_served(&tx) {
            let limit = format!("SET LOCAL statement_timeout = {}; {}", patience.as_millis(), fence.text());
            tx.execute_unprepared(&limit).await?;
            fence.stand = Stand::Up;
        }
        Ok(Self { tx, fence: Some(Mutex::new(fence)) })
    }

    /// Keeps what the job did, and fences the next one.
    ///
    /// # Errors
    /// On PostgreSQL, when the job had swallowed an error of the database, and on SQLite, when it had given up its first
    /// statement: nothing of it can be kept.
    pub(in crate::data) async fn keep(&self) -> Result<(), DbErr> {
        let Some(fence) = &self.fence else { return Ok(()) };
        let before = *lock(fence);
        match before.stand {
            Stand::Down => return Ok(()),
            Stand::Up => {}
            Stand::Rising | Stand::Torn => return Err(given_up()),
        }
        let mut next = Fence { name: before.name.other(), follows: true, stand: Stand::Down };
        if is_served(&self.tx) {
            self.tx.execute_unprepared(next.text()).await?;
            next.stand = Stand::Up;
        }
        *lock(fence) = next;
        Ok(())
    }

    /// Takes back what the job did. The fence stands for the next one, or is torn.
    pub(in crate::data) async fn undo(&self) -> Result<(), DbErr> {
        let Some(fence) = &self.fence else { return Ok(()) };
        let before = *lock(fence);
        if before.stand == Stand::Down {
            return Ok(());
        }
        let undone = self.tx.execute_unprepared(before.name.undo()).await.map(drop);
        let next = match (&undone, before.stand) {
            (Ok(()), _) => Fence { stand: Stand::Up, ..before },
            (Err(_), Stand::Rising) => Fence { stand: Stand::Torn, ..before },
            (Err(_), _) => return undone,
        };
        *lock(fence) = next;
        Ok(())
    }

    /// Whether the transaction takes no more jobs, only the COMMIT of those that were kept.
    pub(in crate::data) fn is_torn(&self) -> bool {
        self.fence.as_ref().is_some_and(|fence| lock(fence).stand == Stand::Torn)
    }

    /// What is written now is for all who share the commit, and needs no fence any more.
    pub(in crate::data) fn open(self) -> Transaction {
        self.tx
    }

    /// The transaction itself, with the fence set.
    pub(in crate::data) async fn bare(&self) -> Result<&Transaction, DbErr> {
        self.raise_alone().await?;
        Ok(&self.tx)
    }

    fn raise(&self) -> Result<Option<&'static str>, DbErr> {
        self.fence.as_ref().map_or(Ok(None), |fence| lock(fence).raise())
    }

    /// The statement was answered. Was that an error, and of the savepoint itself, then taking it back fails, and with it
    /// the whole group.
    fn raised(&self) {
        if let Some(fence) = &self.fence {
            lock(fence).stand = Stand::Up;
        }
    }

    /// In a hop of its own: a count of changed rows would take in those of the statement before.
    async fn raise_alone(&self) -> Result<(), DbErr> {
        if let Some(fence) = self.raise()? {
            let set = self.tx.execute_unprepared(fence).await;
            self.raised();
            set?;
        }
        Ok(())
    }

    /// The question with the fence before it, where that is not set yet.
    fn behind(&self, mut question: Statement) -> Result<Statement, DbErr> {
        if let Some(fence) = self.raise()? {
            question.sql = format!("{fence}; {}", question.sql);
        }
        Ok(question)
    }
}

fn is_served(tx: &Transaction) -> bool {
    tx.get_database_backend() == DbBackend::Postgres
}

#[rocket::async_trait]
impl ConnectionTrait for Fenced {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.raise_alone().await?;
        self.tx.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.raise_alone().await?;
        self.tx.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, question: Statement) -> Result<Option<QueryResult>, DbErr> {
        let found = self.tx.query_one_raw(self.behind(question)?).await;
        self.raised();
        found
    }

    async fn query_all_raw(&self, question: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let found = self.tx.query_all_raw(self.behind(question)?).await;
        self.raised();
        found
    }
}
