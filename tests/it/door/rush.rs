//! Many who want the same: one batch, one query.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sea_orm::DatabaseConnection;
use sidan::{
    base::{Error, Result},
    data::{Fetch, Gather, Rush, Settle, Work},
};
use tokio::{sync::Notify, task::JoinSet, time::sleep};

use super::{Door, HALL, ROWS, hold, number, run};

/// A guest for whom a negative number spoils the batch, zero panics, and an even number is refused.
struct Arrival(i64);

impl Settle for Arrival {
    type Told = i64;

    async fn settle(work: &Work, asks: &[Self]) -> Result<Vec<Result<i64>>> {
        assert!(asks.iter().all(|ask| ask.0 != 0), "as a bug would");
        for ask in asks.iter().filter(|ask| ask.0 < 0 || ask.0 % 2 == 1) {
            run(work, format!("INSERT INTO guest VALUES ({})", ask.0)).await?;
        }
        if asks.iter().any(|ask| ask.0 < 0) {
            return Err(Error::Stale);
        }
        Ok(asks.iter().map(|ask| if ask.0 % 2 == 1 { Ok(ask.0) } else { Err(Error::refused("class.full")) }).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_spoils_a_batch_or_panics_in_it_fails_alone() {
    let door = Door::with(ROWS).await;
    let rush = Rush::open(door.desk.clone(), 256);
    let release = hold(&door.desk).await;
    let mut arrivals = JoinSet::new();
    for n in -1..=98 {
        let rush = rush.clone();
        arrivals.spawn(async move { (n, rush.ask(Arrival(n)).await) });
    }
    sleep(Duration::from_millis(50)).await;
    release.notify_one();
    for (n, told) in arrivals.join_all().await {
        match n {
            -1 => assert!(matches!(told, Err(Error::Stale)), "{told:?}"),
            0 => assert_eq!(told.unwrap_err().code(), "error.internal"),
            n if n % 2 == 1 => assert_eq!(told.unwrap(), n),
            _ => assert_eq!(told.unwrap_err().code(), "class.full"),
        }
    }
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 49);
}

/// Settled only when it is told to.
struct Patient(Arc<Notify>);

impl Settle for Patient {
    type Told = ();

    async fn settle(_: &Work, asks: &[Self]) -> Result<Vec<Result<()>>> {
        asks[0].0.notified().await;
        Ok(asks.iter().map(|_| Ok(())).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_before_a_rush_is_answered_before_it_is_settled() {
    let door = Door::with(ROWS).await;
    let rush = Rush::open(door.desk.clone(), 256);
    let release = hold(&door.desk).await;
    let desk = door.desk.clone();
    let before =
        tokio::spawn(
            async move { desk.write(async |work| run(work, "INSERT INTO guest VALUES (1)".into()).await).await },
        );
    sleep(Duration::from_millis(20)).await;
    let settled = Arc::new(Notify::new());
    let ask = Patient(Arc::clone(&settled));
    let rushing = tokio::spawn(async move { rush.ask(ask).await });
    sleep(Duration::from_millis(20)).await;
    release.notify_one();
    before.await.unwrap().unwrap();
    settled.notify_one();
    rushing.await.unwrap().unwrap();
}

static LOOK_UPS: AtomicUsize = AtomicUsize::new(0);

/// Seats taken in a hall; the key 0 panics.
struct Taken;

impl Fetch for Taken {
    type Key = i64;
    type Found = i64;

    async fn fetch(db: &DatabaseConnection, keys: &[i64]) -> Result<HashMap<i64, i64>> {
        assert!(!keys.contains(&0), "as a bug would");
        LOOK_UPS.fetch_add(1, Ordering::SeqCst);
        let taken = number(db, "SELECT taken FROM hall").await;
        Ok(keys.iter().filter(|key| **key == 1).map(|key| (*key, taken)).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gathered_look_ups_share_queries_and_are_always_fresh() {
    let door = Door::with(HALL).await;
    let gather = Arc::new(Gather::<Taken>::open(&door.database));
    for n in 1..=100 {
        door.desk.write(async |work| run(work, format!("UPDATE hall SET taken = {n}")).await).await.unwrap();
        assert_eq!(gather.get(1).await.unwrap(), Some(n));
    }
    assert_eq!(gather.get(2).await.unwrap(), None);
    assert_eq!(gather.get(0).await.unwrap_err().code(), "error.internal");

    let before = LOOK_UPS.load(Ordering::SeqCst);
    let mut requests = JoinSet::new();
    for _ in 0..1_000 {
        let gather = gather.clone();
        requests.spawn(async move { gather.get(1).await.unwrap() });
    }
    assert!(requests.join_all().await.iter().all(|taken| *taken == Some(100)));
    let made = LOOK_UPS.load(Ordering::SeqCst) - before;
    assert!(made < 500, "{made} queries for 1,000 requests");
}
