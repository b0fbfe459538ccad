//! A queue before the desk, for a verb that a whole province asks at once: all who wait are settled by one job.
//!
//! The verb is written for many (read the facts of all once, decide in plain code, write all once); one ask is a batch of
//! one. While a batch is written the next one gathers, so it grows with the load and nobody waits for company; it begins as
//! soon as the one before is committed, while that one's askers are being answered.

use std::{ops::Range, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use crate::base::{Error, Result};
use crate::data::desk::{Desk, Turn, Work};

/// Asks that may wait; who comes after is told at once that we are busy.
const QUEUE: usize = 1_024;

/// An ask that is settled together with its like.
pub trait Settle: Send + Sync + Sized + 'static {
    type Told: Send + 'static;

    /// The verdict on every ask, in their order. An `Err` around them all means that nothing was decided.
    fn settle(work: &Work, asks: &[Self]) -> impl Future<Output = Result<Vec<Result<Self::Told>>>> + Send;
}

type Told<A> = Result<<A as Settle>::Told>;
type Waiting<A> = (A, oneshot::Sender<Told<A>>);

/// A handle on the queue; clones share it.
pub struct Rush<A: Settle>(mpsc::Sender<Waiting<A>>);

impl<A: Settle> Clone for Rush<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A: Settle> Rush<A> {
    /// At most `most` asks become one job. The queue ends when its last handle is dropped.
    pub fn open(desk: Desk, most: usize) -> Self {
        let (rush, mut asks) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            while asks.recv_many(&mut waiting, most).await > 0 {
                let turn = desk.turn(true).await;
                // Whoever came until it was our turn is in.
                while waiting.len() < most
                    && let Ok(ask) = asks.try_recv()
                {
                    waiting.push(ask);
                }
                tokio::spawn(settle_all(desk.clone(), turn, waiting.split_off(0)));
            }
        });
        Self(rush)
    }

    /// Returns after the commit, as [`Desk::write`] does. An ask that was put in is settled even if its caller goes away.
    pub async fn ask(&self, ask: A) -> Result<A::Told> {
        let (answer, told) = oneshot::channel();
        self.0.try_send((ask, answer)).map_err(|_| Error::Busy)?;
        told.await.map_err(|_| Error::Lost)?
    }
}

/// Settles a batch; where one ask spoils it, halves it until that one stands alone and the others are served.
async fn settle_all<A: Settle>(desk: Desk, turn: Result<Turn>, waiting: Vec<Waiting<A>>) {
    let (asks, answers): (Vec<A>, Vec<_>) = waiting.into_iter().unzip();
    let asks = Arc::new(asks);
    let mut answers = answers.into_iter();
    // The top of the pile is always the part whose answers come next.
    let whole = 0..asks.len();
    let mut parts = vec![whole];
    let mut turn = Some(turn);
    while let Some(part) = parts.pop() {
        let turn = match turn.take() {
            Some(turn) => turn,
            None => desk.turn(true).await,
        };
        let told = match settle(turn, Arc::clone(&asks), part.clone()).await {
            Ok(told) => told,
            Err(e) if part.len() == 1 || matches!(e, Error::Busy | Error::Lost) => {
                part.map(|_| Err(e.clone())).collect()
            }
            Err(_) => {
                let middle = part.start.midpoint(part.end);
                parts.extend([middle..part.end, part.start..middle]);
                continue;
            }
        };
        for (told, answer) in told.into_iter().zip(answers.by_ref()) {
            // Who went away meanwhile will ask again and find it done.
            drop(answer.send(told));
        }
    }
}

/// One job for a part of the batch, in a task of its own: a panic in it is an error of this part and nothing more.
async fn settle<A: Settle>(turn: Result<Turn>, asks: Arc<Vec<A>>, part: Range<usize>) -> Result<Vec<Told<A>>> {
    let turn = turn?;
    let job = async move {
        let asks = asks.get(part).unwrap_or_default();
        turn.write(async |work| {
            let told = A::settle(work, asks).await?;
            if told.len() == asks.len() { Ok(told) } else { Err(Error::internal("a verdict is missing")) }
        })
        .await
    };
    tokio::spawn(job).await.unwrap_or_else(|_| Err(Error::internal("settling panicked")))
}
