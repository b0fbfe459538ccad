//! The one door to a write transaction. Who writes is lent the lane's transaction for one savepoint, gives it back, and is
//! answered after the COMMIT that all who waited share.
//!
//! A durable commit costs a flush of the disk, and a statement on SQLite a hop to its thread; what a job itself does costs
//! little beside them. So the lane takes whoever waits, up to [`GROUP`] jobs, and commits once. Nobody is made to wait for
//! company: the flush before is what gathers the next group.
//!
//! The transaction is lent, not the job sent away: the job runs in its caller's own task and may borrow what the caller
//! holds. Error, panic, time limit and a caller that went away all end alike: the loan drops, the transaction comes home,
//! its savepoint is undone, and the next job is served.
//!
//! A job awaits nothing but its own [`Work`]: the whole lane waits with it. Shared counters go through [`Work::count`].

use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, RuntimeErr};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};

use crate::base::clock::day_of;
use crate::base::{Clock, Error, Heads, Result};
use crate::data::fence::Fenced;
use crate::data::ledger::{Count, Ledger};
use crate::data::sequence::Numbers;
use crate::data::{Audit, Database, Mailing, Telling, YearFigure};

/// Jobs per commit. PostgreSQL keeps 64 subtransactions of a transaction in shared memory; more would spill.
const GROUP: usize = 64;
/// Jobs that may wait; who comes after is told at once that we are busy.
const QUEUE: usize = 1_024;
/// How long a job may hold the lane.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long one may that cannot be cut into pieces; less than a caller waits for its turn.
const AT_LENGTH: Duration = Duration::from_secs(10);
/// How long a caller waits for its turn, and again for the commit. Only a database that hangs makes it wait so long.
const TURN: Duration = Duration::from_secs(15);

/// The open transaction, the time at which it is done, and notes that are written once for all who share the commit.
pub struct Work {
    tx: Fenced,
    pub now: DateTime<Utc>,
    notes: Mutex<Ledger>,
    numbers: Mutex<Numbers>,
}

impl Work {
    /// A transaction of one's own, past the desk: for loads and the command line, where nobody waits for a turn. Its
    /// messages stand in the mailboxes and are not mailed: history that is loaded is no news.
    pub async fn begin(database: &Database, clock: &Clock) -> Result<Self> {
        Ok(Self::on(Fenced::without(database.begin().await?), clock))
    }

    fn on(tx: Fenced, clock: &Clock) -> Self {
        Self { tx, now: clock.now(), notes: Mutex::default(), numbers: Mutex::default() }
    }

    /// Writes the notes and commits what was begun with [`Work::begin`]; dropped without it, everything is undone.
    pub async fn finish(self) -> Result<()> {
        let notes = self.take_notes();
        self.commit(notes, Mailing::Off).await
    }

    /// Every query of a job goes through here.
    pub fn db(&self) -> &Fenced {
        &self.tx
    }

    /// Today in Shanghai.
    pub fn today(&self) -> NaiveDate {
        day_of(self.now)
    }

    /// Writes the deed into the audit log, with the deed.
    pub fn record(&self, audit: Audit) {
        self.note(|notes| notes.record(audit.rows(self.now)));
    }

    /// Puts a message into a mailbox, and on its way where the account has an address.
    pub fn tell(&self, telling: Telling) {
        self.note(|notes| notes.tell(telling.row(self.now)));
    }

    /// Moves the counters of one area; the caller names every level of the tree.
    pub fn count(&self, at: Count, people: i64, person_times: i64) {
        self.note(|notes| notes.count(at, people, person_times));
    }

    /// Moves the heads of a place and of every area above it; `line` names them all, the place first.
    pub fn shift(&self, place: &str, line: impl FnOnce() -> Vec<String>, by: impl FnOnce(&mut Heads)) {
        self.note(|notes| by(notes.heads.at(place, line)));
    }

    /// Moves a figure of one area in a year; the caller names every level of the tree.
    pub fn figure(&self, at: YearFigure, by: i64) {
        self.note(|notes| notes.figure(at, by));
    }

    fn note(&self, note: impl FnOnce(&mut Ledger)) {
        note(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(in crate::data) fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_notes(&self) -> Ledger {
        mem::take(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes back what the job did, and the numbers that it took.
    async fn undo(&self, before: &Numbers) -> Result<()> {
        self.tx.undo().await.map_err(Error::internal)?;
        self.numbers().clone_from(before);
        Ok(())
    }

    async fn commit(self, notes: Ledger, mailing: Mailing) -> Result<()> {
        let numbers = self.numbers().clone();
        let tx = self.tx.open();
        numbers.write(&tx).await.map_err(Error::internal)?;
        notes.write(&tx, mailing).await.map_err(Error::internal)?;
        tx.commit().await.map_err(|e| if database_said_no(&e) { Error::internal(e) } else { Error::Lost })
    }
}

/// True when the database itself refused: then it also rolled back. A connection that broke says nothing of the outcome.
fn database_said_no(e: &DbErr) -> bool {
    match e {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            e.as_database_error().is_some()
        }
        _ => false,
    }
}

type Answer = oneshot::Sender<Result<()>>;

/// Somebody wants the lane.
struct Ask {
    lend: oneshot::Sender<Loan>,
    /// In a new group: who shares the commit before is not made to wait for this one.
    anew: bool,
}

/// Where the work goes back to, with an answer to send after the commit or none to have the job undone.
type Home = oneshot::Sender<(Work, Option<Answer>)>;

/// The lane's work in the hands of one job. However the job ends, it comes home.
struct Loan(Option<(Work, Home)>);

impl Loan {
    /// With an answer to send after the commit, or with none to have the job undone.
    fn give_back(&mut self, keep: Option<Answer>) {
        if let Some((work, home)) = self.0.take() {
            // The lane waits for it as long as the runtime lives.
            drop(home.send((work, keep)));
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.give_back(None);
    }
}

/// The transaction is lent to whoever holds it.
pub(in crate::data) struct Turn {
    loan: Loan,
    patience: Duration,
}

impl Turn {
    pub(in crate::data) async fn write<T>(mut self, job: impl AsyncFnOnce(&Work) -> Result<T>) -> Result<T> {
        let Some((work, _)) = &self.loan.0 else { return Err(Error::Busy) };
        let done = timeout(self.patience, job(work)).await.map_err(|_| Error::Busy)??;
        let (answer, committed) = oneshot::channel();
        self.loan.give_back(Some(answer));
        timeout(TURN, committed).await.map_err(|_| Error::Lost)?.map_err(|_| Error::Lost)??;
        Ok(done)
    }
}

/// A handle on the lane; clones share it.
#[derive(Clone)]
pub struct Desk {
    lane: Arc<Lane>,
    patience: Duration,
}

struct Lane {
    /// `None` once the desk is closed.
    asks: RwLock<Option<mpsc::Sender<Ask>>>,
    writer: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("open", &self.is_open()).finish()
    }
}

impl Desk {
    pub fn open(database: &Database, clock: Clock, mailing: Mailing) -> Self {
        let (asks, waiting) = mpsc::channel(QUEUE);
        let writer = tokio::spawn(Writer { database: database.clone(), clock, mailing }.serve(waiting));
        let lane = Lane { asks: RwLock::new(Some(asks)), writer: tokio::sync::Mutex::new(Some(writer)) };
        Self { lane: Arc::new(lane), patience: PATIENCE }
    }

    /// The same lane for a job that is large, and whole or not at all: everybody waits longer for it.
    pub fn at_length(&self) -> Self {
        Self { patience: AT_LENGTH, ..self.clone() }
    }

    /// Keeps what `job` wrote when it succeeds, undoes it when it fails; returns after the commit.
    ///
    /// # Errors
    /// The job's own, or [`Error::Busy`] when nothing was done for want of room or time, or [`Error::Lost`] when the commit
    /// was not confirmed. A commit that the database refused is told to all who shared it.
    pub async fn write<T>(&self, job: impl AsyncFnOnce(&Work) -> Result<T>) -> Result<T> {
        self.turn(false).await?.write(job).await
    }

    /// Waits for the turn of one job, with those who wait or first in a group of its own (`anew`). The whole lane waits
    /// with who holds it: nothing is awaited before [`Turn::write`].
    pub(in crate::data) async fn turn(&self, anew: bool) -> Result<Turn> {
        let (lend, lent) = oneshot::channel();
        self.queue(Ask { lend, anew })?;
        let loan = timeout(TURN, lent).await.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        Ok(Turn { loan, patience: self.patience })
    }

    /// Whether writes are served.
    pub fn is_open(&self) -> bool {
        self.lane.asks.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|asks| !asks.is_closed())
    }

    /// Takes no more asks, serves those that wait, and returns when the last is committed.
    pub async fn close(&self) {
        drop(self.lane.asks.write().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(writer) = self.lane.writer.lock().await.take()
            && writer.await.is_err()
        {
            tracing::error!("the writer had ended before the desk was closed");
        }
    }

    fn queue(&self, ask: Ask) -> Result<()> {
        let asks = self.lane.asks.read().unwrap_or_else(PoisonError::into_inner);
        asks.as_ref().ok_or(Error::Busy)?.try_send(ask).map_err(|_| Error::Busy)
    }
}

/// The task behind the door. It ends when the desk is closed, or dropped by all, and the queue is served.
struct Writer {
    database: Database,
    clock: Clock,
    mailing: Mailing,
}

impl Writer {
    async fn serve(self, mut asks: mpsc::Receiver<Ask>) {
        let mut held = None;
        loop {
            let waiting = held.take();
            let Some(first) = (if waiting.is_some() { waiting } else { asks.recv().await }) else { break };
            let mut kept = Vec::new();
            let outcome = self.group(first, &mut asks, &mut held, &mut kept).await;
            if let Err(e) = &outcome {
                tracing::error!(jobs = kept.len(), "a group of writes was not committed: {e}");
            }
            for answer in kept {
                // Who went away meanwhile will ask again and find it done.
                drop(answer.send(outcome.clone()));
            }
        }
    }

    /// One transaction: whoever waits, each in a savepoint. `kept` are those to be told of the commit, `held` is who wants
    /// to begin the next group.
    async fn group(
        &self,
        first: Ask,
        asks: &mut mpsc::Receiver<Ask>,
        held: &mut Option<Ask>,
        kept: &mut Vec<Answer>,
    ) -> Result<()> {
        let tx = self.database.begin().await?;
        let tx = Fenced::first(tx, PATIENCE).await.map_err(Error::internal)?;
        let mut work = Work::on(tx, &self.clock);
        let mut ledger = Ledger::default();
        let mut numbers = Numbers::default();
        let mut next = Some(first);
        let mut room = GROUP;
        while let Some(ask) = next {
            let (home, back) = oneshot::channel();
            work.now = self.clock.now();
            // If nobody waits for it any more, the loan drops and comes straight home.
            drop(ask.lend.send(Loan(Some((work, home)))));
            let answer;
            (work, answer) = back.await.map_err(|_| Error::Lost)?;
            let notes = work.take_notes();
            match answer {
                None => work.undo(&numbers).await?,
                Some(answer) => match work.tx.keep().await {
                    Ok(()) => {
                        kept.push(answer);
                        ledger.append(notes);
                        numbers.clone_from(&work.numbers());
                    }
                    // The job swallowed an error of the database: PostgreSQL keeps nothing of it. The others go on.
                    Err(e) => {
                        drop(answer.send(Err(Error::internal(e))));
                        work.undo(&numbers).await?;
                    }
                },
            }
            room -= 1;
            next = if room > 0 && !work.tx.is_torn() { asks.try_recv().ok() } else { None };
            if next.as_ref().is_some_and(|ask| ask.anew) {
                *held = next.take();
            }
        }
        if kept.is_empty() {
            return work.tx.open().rollback().await.map_err(Error::internal);
        }
        work.commit(ledger, self.mailing).await
    }
}
