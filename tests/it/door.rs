//! The write door and what rides on it: nobody is told what did not happen, and nothing happens by halves.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    account, message,
    values::{AccountId, MailState, Programme},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseConnection, EntityTrait, QueryOrder, Statement};
use serde_json::json;
use sidan::{
    base::{Clock, Error, Result},
    data::{
        Audit, Count, Database, Desk, Fetch, Gather, Mailing, Rush, Settle, Telling, Work,
        courier::{Courier, Parcel, Smtp, Undelivered},
        idempotency::{self, Answer, Keep},
        outbox::{Letter, Letters, Outbox},
        sequence,
    },
};
use tokio::{sync::Notify, task::JoinSet, time::sleep};

use crate::support::{
    db::{TestDatabase, fresh_database},
    post::PostOffice,
};

/// A desk before a fresh database, on a morning of the story's year.
struct Door {
    desk: Desk,
    database: Database,
    clock: Clock,
    home: TestDatabase,
}

impl Door {
    async fn open() -> Self {
        Self::open_with(Mailing::Off, "").await
    }

    /// With tables of the trial's own.
    async fn with(tables: &str) -> Self {
        Self::open_with(Mailing::Off, tables).await
    }

    async fn open_with(mailing: Mailing, tables: &str) -> Self {
        let home = fresh_database().await;
        let database = home.open().await;
        if !tables.is_empty() {
            database.writer().execute_unprepared(tables).await.unwrap();
        }
        let clock = Clock::fixed_at("2016-11-01T01:00:00Z".parse().unwrap());
        Self { desk: Desk::open(&database, clock.clone(), mailing), database, clock, home }
    }

    async fn number(&self, question: &str) -> i64 {
        number(self.database.reader(), question).await
    }

    async fn account(&self, email: Option<&str>) -> AccountId {
        let id = AccountId::new();
        let row = account::ActiveModel {
            id: Set(id),
            login: Set(id.to_string()),
            password_hash: Set("-".into()),
            name: Set("刘敏".into()),
            email: Set(email.map(Into::into)),
            locale: Set("zh-CN".into()),
            person_id: Set(None),
            disabled_at: Set(None),
            created_at: Set(self.clock.now()),
            version: Set(1),
        };
        account::Entity::insert(row).exec_without_returning(self.database.writer()).await.unwrap();
        id
    }

    async fn messages(&self) -> Vec<message::Model> {
        message::Entity::find().order_by_asc(message::Column::Id).all(self.database.reader()).await.unwrap()
    }

    async fn tell(&self, to: AccountId) {
        let said = async |work: &Work| {
            work.tell(telling(to));
            Ok(())
        };
        self.desk.write(said).await.unwrap();
    }

    fn outbox<C: Courier>(&self, courier: C) -> Outbox<C> {
        Outbox::new(self.database.clone(), self.desk.clone(), self.clock.clone(), courier, letters())
    }
}

async fn number(db: &impl ConnectionTrait, question: &str) -> i64 {
    let question = Statement::from_string(db.get_database_backend(), question);
    db.query_one_raw(question).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn run(work: &Work, statement: String) -> Result<u64> {
    Ok(work.db().execute_unprepared(&statement).await?.rows_affected())
}

fn deed(id: usize) -> Audit {
    Audit {
        actor: None,
        role: None,
        action: "take",
        noun: "seat",
        object_id: id.to_string(),
        area_code: Some("360923".into()),
        detail: Some(json!({ "n": id })),
    }
}

fn county(people: Programme) -> Count {
    Count { year: 2016, programme: people, area_code: "360923".into() }
}

fn telling(to: AccountId) -> Telling {
    Telling { to, kind: "seat.taken", args: json!({ "class": "电商 1 班" }), link: Some("/me/courses".into()) }
}

fn letters() -> Letters {
    Arc::new(|message, account| Letter {
        subject: format!("{}：已选上", account.name),
        body: format!("{} {}", message.kind, message.args),
    })
}

const HALL: &str = "CREATE TABLE hall (id BIGINT PRIMARY KEY, seats BIGINT, taken BIGINT);
    CREATE TABLE guest (id BIGINT PRIMARY KEY);
    INSERT INTO hall VALUES (1, 50, 0)";
const ROWS: &str = "CREATE TABLE guest (id BIGINT PRIMARY KEY)";

/// Lets 500 people at 50 seats through two desks, as two processes would; says how many were told that they sit.
async fn opening_day(door: &Door, guard: &'static str) -> usize {
    let second = door.home.open().await;
    let desks = [door.desk.clone(), Desk::open(&second, door.clock.clone(), Mailing::Off)];
    let mut people = JoinSet::new();
    for id in 0..500 {
        let desk = desks[id % 2].clone();
        people.spawn(async move {
            desk.write(async |work| {
                let taken = run(work, format!("UPDATE hall SET taken = taken + 1 WHERE id = 1 {guard}")).await?;
                if taken == 0 {
                    return Err(Error::refused("class.full"));
                }
                run(work, format!("INSERT INTO guest VALUES ({id})")).await?;
                work.record(deed(id));
                Ok(())
            })
            .await
        });
    }
    let told = people.join_all().await;
    desks[1].close().await;
    second.close().await.unwrap();
    assert!(told.iter().all(|told| match told {
        Ok(()) => true,
        Err(e) => e.code() == "class.full",
    }));
    told.iter().filter(|told| told.is_ok()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_people_at_two_doors_get_exactly_the_fifty_seats() {
    let door = Door::with(HALL).await;
    assert_eq!(opening_day(&door, "AND taken < seats").await, 50);
    assert_eq!(door.number("SELECT taken FROM hall").await, 50);
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 50);
    assert_eq!(door.number("SELECT count(*) FROM audit_event").await, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_guard_the_same_rush_oversells() {
    let door = Door::with(HALL).await;
    assert_eq!(opening_day(&door, "").await, 500);
    assert_eq!(door.number("SELECT taken FROM hall").await, 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_that_fail_or_panic_take_only_their_own_rows_and_notes_with_them() {
    let door = Door::with(ROWS).await;
    let mut jobs = JoinSet::new();
    for id in 0..200_usize {
        let desk = door.desk.clone();
        jobs.spawn(async move {
            desk.write(async |work| {
                run(work, format!("INSERT INTO guest VALUES ({id})")).await?;
                work.record(deed(id));
                work.count(county(Programme::Ecommerce), 1, 1);
                match id {
                    // A key that stands already: the transaction itself is in error on PostgreSQL.
                    0..12 => run(work, format!("INSERT INTO guest VALUES ({id})")).await.map(drop),
                    12..24 => Err(Error::Stale),
                    24..28 => panic!("as a bug would"),
                    _ => Ok(()),
                }
            })
            .await
        });
    }
    let mut outcomes = HashMap::from([("kept", 0), ("failed", 0), ("panicked", 0)]);
    while let Some(job) = jobs.join_next().await {
        let outcome = match job {
            Ok(Ok(())) => "kept",
            Ok(Err(e)) => {
                assert!(e.is_duplicate() || matches!(e, Error::Stale), "{e:?}");
                "failed"
            }
            Err(_) => "panicked",
        };
        *outcomes.get_mut(outcome).unwrap() += 1;
    }
    assert_eq!(outcomes, HashMap::from([("kept", 172), ("failed", 24), ("panicked", 4)]));
    for question in [
        "SELECT count(*) FROM guest WHERE id >= 28",
        "SELECT count(*) FROM guest",
        "SELECT count(*) FROM audit_event",
        "SELECT people FROM progress",
        "SELECT person_times FROM progress",
    ] {
        assert_eq!(door.number(question).await, 172, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_midway_leaves_all_or_nothing() {
    let door = Door::with("CREATE TABLE guest (id BIGINT, n BIGINT, PRIMARY KEY (id, n))").await;
    let mut callers = Vec::new();
    for id in 0..400_u64 {
        let desk = door.desk.clone();
        let caller = tokio::spawn(async move {
            desk.write(async |work| {
                for n in 0..20 {
                    run(work, format!("INSERT INTO guest VALUES ({id}, {n})")).await?;
                }
                Ok(())
            })
            .await
        });
        callers.push(caller);
    }
    for (id, caller) in callers.iter().enumerate() {
        if id % 4 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
        caller.abort();
    }
    let mut told = 0;
    for caller in callers {
        if let Ok(answer) = caller.await {
            answer.unwrap();
            told += 1;
        }
    }
    // Served after all of them: whoever was at work has come to an end.
    door.desk.write(async |_| Ok(())).await.unwrap();
    let whole = door.number("SELECT count(*) FROM (SELECT id FROM guest GROUP BY id HAVING count(*) = 20) AS g").await;
    assert_eq!(door.number("SELECT count(DISTINCT id) FROM guest").await, whole);
    assert!(whole >= told, "{told} were told that it is done, {whole} are");
}

#[tokio::test]
async fn a_job_that_is_too_slow_is_told_busy_and_undone() {
    let door = Door::with(ROWS).await;
    let began = Instant::now();
    let slow = door.desk.write(async |work| {
        run(work, "INSERT INTO guest VALUES (1)".into()).await?;
        sleep(Duration::from_secs(30)).await;
        Ok(())
    });
    assert!(matches!(slow.await, Err(Error::Busy)));
    assert!(began.elapsed() < Duration::from_millis(2_500));
    door.desk.write(async |work| run(work, "INSERT INTO guest VALUES (2)".into()).await).await.unwrap();
    assert_eq!(
        (door.number("SELECT count(*) FROM guest").await, door.number("SELECT max(id) FROM guest").await),
        (1, 2)
    );
}

/// Takes the lane and holds it until told.
async fn hold(desk: &Desk) -> Arc<Notify> {
    let (taken, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (desk, has_it, until) = (desk.clone(), taken.clone(), release.clone());
    tokio::spawn(async move {
        desk.write(async |_| {
            has_it.notify_one();
            until.notified().await;
            Ok(())
        })
        .await
    });
    taken.notified().await;
    release
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_busy_at_once_and_rows_equal_answers() {
    let door = Door::with(ROWS).await;
    let release = hold(&door.desk).await;
    let mut jobs = JoinSet::new();
    for id in 0..1_100 {
        let desk = door.desk.clone();
        jobs.spawn(async move {
            desk.write(async |work| run(work, format!("INSERT INTO guest VALUES ({id})")).await).await
        });
    }
    let began = Instant::now();
    for _ in 0..76 {
        assert!(matches!(jobs.join_next().await.unwrap().unwrap(), Err(Error::Busy)));
    }
    assert!(began.elapsed() < Duration::from_secs(1));
    release.notify_one();
    let kept = jobs.join_all().await.iter().filter(|told| told.is_ok()).count();
    assert_eq!(kept, 1_024);
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 1_024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_the_database_refuses_is_told_to_all_who_shared_it() {
    let door = Door::with(
        "CREATE TABLE host (id BIGINT PRIMARY KEY);
         CREATE TABLE guest (id BIGINT PRIMARY KEY, host BIGINT REFERENCES host (id) DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO host VALUES (1)",
    )
    .await;
    let release = hold(&door.desk).await;
    let mut jobs = JoinSet::new();
    for id in 0..10 {
        let (desk, host) = (door.desk.clone(), if id == 4 { 9 } else { 1 });
        let guest = format!("INSERT INTO guest VALUES ({id}, {host})");
        jobs.spawn(async move { desk.write(async |work| run(work, guest).await).await });
    }
    sleep(Duration::from_millis(50)).await;
    release.notify_one();
    for told in jobs.join_all().await {
        assert_eq!(told.unwrap_err().code(), "error.internal");
    }
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 0);
    door.desk.write(async |work| run(work, "INSERT INTO guest VALUES (1, 1)".into()).await).await.unwrap();
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_swallows_an_error_of_the_database_spoils_nobody_else() {
    let door = Door::with(ROWS).await;
    let release = hold(&door.desk).await;
    let mut jobs = JoinSet::new();
    for id in 0..6 {
        let desk = door.desk.clone();
        jobs.spawn(async move {
            let job = async |work: &Work| {
                run(work, format!("INSERT INTO guest VALUES ({id})")).await?;
                if id == 3 {
                    assert!(run(work, "INSERT INTO guest VALUES (3)".into()).await.is_err());
                }
                Ok(id)
            };
            (id, desk.write(job).await.is_ok())
        });
    }
    sleep(Duration::from_millis(50)).await;
    release.notify_one();
    let told: BTreeSet<i32> = jobs.join_all().await.into_iter().filter_map(|(id, kept)| kept.then_some(id)).collect();
    assert!(told.is_superset(&BTreeSet::from([0, 1, 2, 4, 5])));
    assert_eq!(door.number("SELECT count(*) FROM guest").await, i64::try_from(told.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_job_begins_with_exactly_its_own_rows_are_undone() {
    let door = Door::with(ROWS).await;
    // Together they share one commit, in every order of jobs that ask first, write first, do nothing, and then fail or not.
    let release = hold(&door.desk).await;
    let mut jobs = JoinSet::new();
    for id in 0..60_i64 {
        let desk = door.desk.clone();
        jobs.spawn(async move {
            desk.write(async |work| {
                let (asks, writes, fails) = (id % 2 == 0, id % 3 != 0, id % 5 < 2);
                if asks {
                    let many = number(work.db(), "SELECT count(*) FROM guest").await;
                    assert_eq!(many, number(work.db(), "SELECT count(*) FROM guest").await);
                }
                if writes {
                    assert_eq!(run(work, format!("INSERT INTO guest VALUES ({id})")).await?, 1);
                }
                if fails { Err(Error::Stale) } else { Ok(()) }
            })
            .await
        });
    }
    sleep(Duration::from_millis(50)).await;
    release.notify_one();
    jobs.join_all().await;
    let kept: Vec<i64> = (0..60).filter(|id| id % 3 != 0 && id % 5 >= 2).collect();
    assert_eq!(door.number("SELECT count(*) FROM guest").await, i64::try_from(kept.len()).unwrap());
    assert_eq!(
        door.number("SELECT CAST(sum(id) AS bigint) FROM guest WHERE id % 3 <> 0 AND id % 5 >= 2").await,
        kept.iter().sum::<i64>()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_gives_up_its_first_statement_takes_nobody_with_it() {
    let door = Door::with(ROWS).await;
    for round in 0..40_i64 {
        let release = hold(&door.desk).await;
        let mut jobs = JoinSet::new();
        for id in round * 6..round * 6 + 6 {
            let desk = door.desk.clone();
            jobs.spawn(async move {
                let job = async |work: &Work| {
                    let insert = run(work, format!("INSERT INTO guest VALUES ({id})"));
                    match id % 3 {
                        0 => insert.await.map(drop),
                        // Sent, and its answer not waited for.
                        given_up => {
                            tokio::select! { biased; _ = insert => {}, () = std::future::ready(()) => {} }
                            if given_up == 1 { Err(Error::Stale) } else { Ok(()) }
                        }
                    }
                };
                (id, desk.write(job).await.is_ok())
            });
        }
        sleep(Duration::from_millis(2)).await;
        release.notify_one();
        for (id, kept) in jobs.join_all().await {
            assert!(kept || id % 3 != 0, "{id} did nothing wrong");
            assert!(!kept || id % 3 != 1, "{id} failed");
            let there = door.number(&format!("SELECT count(*) FROM guest WHERE id = {id}")).await;
            assert_eq!(there, i64::from(kept), "{id}: who is told that it is done finds it done, and nobody else");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_that_closes_serves_the_queue_and_takes_no_more() {
    let door = Door::with(ROWS).await;
    let release = hold(&door.desk).await;
    let mut jobs = JoinSet::new();
    for id in 0..100 {
        let desk = door.desk.clone();
        jobs.spawn(async move {
            desk.write(async |work| run(work, format!("INSERT INTO guest VALUES ({id})")).await).await
        });
    }
    sleep(Duration::from_millis(50)).await;
    let desk = door.desk.clone();
    let closing = tokio::spawn(async move { desk.close().await });
    while door.desk.is_open() {
        sleep(Duration::from_millis(1)).await;
    }
    assert!(matches!(door.desk.write(async |_| Ok(())).await, Err(Error::Busy)));
    release.notify_one();
    closing.await.unwrap();
    assert_eq!(jobs.join_all().await.iter().filter(|told| told.is_ok()).count(), 100);
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 100);
}

#[tokio::test]
async fn a_database_that_went_away_is_told_as_busy_and_hangs_nobody() {
    let door = Door::open().await;
    door.database.close().await.unwrap();
    assert!(matches!(door.desk.write(async |_| Ok(())).await, Err(Error::Busy)));
}

#[tokio::test]
async fn a_job_sees_its_own_moment_and_its_shanghai_day() {
    let door = Door::open().await;
    let evening: DateTime<Utc> = "2016-12-31T16:30:00Z".parse().unwrap();
    door.clock.set(evening);
    let (now, today) = door.desk.write(async |work| Ok((work.now, work.today()))).await.unwrap();
    assert_eq!(now, evening);
    assert_eq!(today.to_string(), "2017-01-01");
}

#[tokio::test]
async fn readers_cannot_write() {
    let door = Door::with(ROWS).await;
    assert!(door.database.reader().execute_unprepared("INSERT INTO guest VALUES (1)").await.is_err());
}

#[tokio::test]
async fn work_past_the_desk_is_kept_when_it_is_finished_and_undone_when_it_is_dropped() {
    let door = Door::with(ROWS).await;
    for (id, finished) in [(1, true), (2, false)] {
        let work = Work::begin(&door.database, &door.clock).await.unwrap();
        run(&work, format!("INSERT INTO guest VALUES ({id})")).await.unwrap();
        work.record(deed(id));
        if finished {
            work.finish().await.unwrap();
        }
    }
    assert_eq!(door.number("SELECT count(*) FROM guest WHERE id = 1").await, 1);
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 1);
    assert_eq!(door.number("SELECT count(*) FROM audit_event").await, 1);
}

#[tokio::test]
async fn counts_add_up_and_are_taken_back_only_where_they_stand() {
    let door = Door::open().await;
    let count = async |people, times| {
        let counted = async |work: &Work| {
            work.count(county(Programme::Skill), people, times);
            Ok(())
        };
        door.desk.write(counted).await
    };
    assert_eq!(count(-1, -1).await.unwrap_err().code(), "error.internal");
    count(2, 3).await.unwrap();
    count(0, 1).await.unwrap();
    count(-1, -2).await.unwrap();
    assert_eq!(door.number("SELECT people FROM progress").await, 1);
    assert_eq!(door.number("SELECT person_times FROM progress").await, 2);
}

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

#[tokio::test]
async fn the_first_answer_stands_and_the_key_serves_no_other_command() {
    let door = Door::open().await;
    let account = AccountId::new();
    let carry_out = async |body_hash: &str| {
        door.desk
            .write(async |work| {
                if let Some(answer) = idempotency::claim(work, account, "POST /seats", "k1", body_hash).await? {
                    return Ok(answer);
                }
                let answer = Answer { status: 201, body: sequence::next(work, "trial").await?.to_string() };
                let row = Keep { account, key: "k1".into(), body_hash: body_hash.to_owned(), answer: answer.clone() };
                idempotency::keep(work, "POST /seats", row).await?;
                Ok(answer)
            })
            .await
    };
    let first = carry_out("a").await.unwrap();
    assert_eq!(first, Answer { status: 201, body: "1".into() });
    assert_eq!(carry_out("a").await.unwrap(), first);
    assert!(matches!(carry_out("b").await, Err(Error::Invalid(_))), "the same key with another command");

    let found = async |route: &str, key: &str| {
        door.desk
            .write(async |work| idempotency::find_many(work, route, &[(account, key), (AccountId::new(), "k1")]).await)
            .await
            .unwrap()
    };
    assert_eq!(found("POST /seats", "k1").await[&(account, "k1".into())].answer_to("a").unwrap(), first);
    assert!(found("POST /claims", "k1").await.is_empty());
    assert!(found("POST /seats", "k2").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gaps_though_jobs_fail() {
    let door = Door::open().await;
    let mut jobs = JoinSet::new();
    for id in 0..60 {
        let desk = door.desk.clone();
        jobs.spawn(async move {
            desk.write(async |work| {
                let number = sequence::next(work, "certificate/2016").await?;
                if id % 3 == 0 { Err(Error::Stale) } else { Ok(number) }
            })
            .await
        });
    }
    let given: BTreeSet<i64> = jobs.join_all().await.into_iter().flatten().collect();
    assert_eq!(given, (1..=40).collect());
    let more = door.desk.write(async |work| sequence::next_many(work, "certificate/2016", 5).await).await.unwrap();
    assert_eq!(more, 41..=45);
    let none = door.desk.write(async |work| sequence::next_many(work, "certificate/2016", 0).await).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn a_message_is_mailed_only_where_there_is_an_address_and_a_server() {
    let door = Door::open_with(Mailing::On, "").await;
    let (with, without) = (door.account(Some("liu.min@example.com")).await, door.account(None).await);
    door.tell(with).await;
    door.tell(without).await;
    let work = Work::begin(&door.database, &door.clock).await.unwrap();
    work.tell(telling(with));
    work.finish().await.unwrap();
    let states: Vec<MailState> = door.messages().await.into_iter().map(|message| message.mail).collect();
    assert_eq!(states, [MailState::Pending, MailState::None, MailState::None]);
}

#[tokio::test]
async fn a_letter_arrives_over_smtp() {
    let door = Door::open_with(Mailing::On, "").await;
    let post = PostOffice::open();
    let to = door.account(Some("liu.min@example.com")).await;
    door.tell(to).await;
    let outbox = door.outbox(Smtp::open(&post.url, "四单 <sidan@example.org>").unwrap());
    assert_eq!(outbox.send_due().await.unwrap(), 1);
    assert_eq!(outbox.send_due().await.unwrap(), 0);

    let [message] = door.messages().await.try_into().unwrap();
    assert_eq!((message.mail, message.attempts, message.sent_at), (MailState::Sent, 1, Some(door.clock.now())));
    let [letter] = post.letters().try_into().unwrap();
    assert!(letter.contains(&format!("Message-ID: <{}@example.org>", message.id)), "{letter}");
    assert!(letter.contains("Date: Tue, 01 Nov 2016 01:00:00 +0000"), "{letter}");
    assert!(letter.contains("To: liu.min@example.com"), "{letter}");
}

#[tokio::test]
async fn a_worker_sends_by_itself_and_stops_when_told() {
    let door = Door::open_with(Mailing::On, "").await;
    let post = PostOffice::open();
    let to = door.account(Some("liu.min@example.com")).await;
    for _ in 0..20 {
        door.tell(to).await;
    }
    let sending = door.outbox(Smtp::open(&post.url, "sidan@example.org").unwrap()).start();
    while door.number("SELECT count(*) FROM message WHERE mail = 'sent'").await < 20 {
        sleep(Duration::from_millis(5)).await;
    }
    sending.close().await;
    assert_eq!(post.letters().len(), 20);
}

#[tokio::test]
async fn a_dead_mail_server_loses_no_letter_and_is_asked_ever_more_rarely() {
    let door = Door::open_with(Mailing::On, "").await;
    let to = door.account(Some("liu.min@example.com")).await;
    door.tell(to).await;
    let outbox = door.outbox(Smtp::open(&PostOffice::burnt_down(), "sidan@example.org").unwrap());
    for seconds in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        assert_eq!(outbox.send_due().await.unwrap(), 1);
        let [message] = door.messages().await.try_into().unwrap();
        assert_eq!((message.mail, message.last_error.as_deref()), (MailState::Pending, Some("connection")));
        assert_eq!(message.next_attempt_at.unwrap() - door.clock.now(), TimeDelta::seconds(seconds));
        door.clock.set(message.next_attempt_at.unwrap() - TimeDelta::seconds(1));
        assert_eq!(outbox.send_due().await.unwrap(), 0);
        door.clock.set(message.next_attempt_at.unwrap());
    }
    outbox.send_due().await.unwrap();
    let [message] = door.messages().await.try_into().unwrap();
    assert_eq!((message.mail, message.attempts), (MailState::Dead, 10));
    door.clock.set(door.clock.now() + TimeDelta::days(1));
    assert_eq!(outbox.send_due().await.unwrap(), 0);
}

/// Counts what it carries, and is slow enough for another worker to come by.
struct Walker(Arc<AtomicUsize>);

impl Courier for Walker {
    async fn carry(&self, _: Parcel) -> Result<(), Undelivered> {
        sleep(Duration::from_millis(50)).await;
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_carry_each_letter_once() {
    let door = Door::open_with(Mailing::On, "").await;
    let to = door.account(Some("liu.min@example.com")).await;
    for _ in 0..24 {
        door.tell(to).await;
    }
    let carried = Arc::new(AtomicUsize::new(0));
    let (one, other) = (door.outbox(Walker(carried.clone())), door.outbox(Walker(carried.clone())));
    let (first, second) = tokio::join!(one.send_due(), other.send_due());
    assert_eq!(first.unwrap() + second.unwrap(), 24);
    assert_eq!(carried.load(Ordering::SeqCst), 24);
}
