//! The write door and what rides on it: nobody is told what did not happen, and nothing happens by halves.

mod jobs;
mod letters;
mod rush;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use entities::{
    account, message,
    values::{AccountId, Programme},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder, Statement};
use serde_json::json;
use sidan::{
    base::{Clock, Error, Result},
    data::{
        Audit, Count, Database, Desk, Mailing, Telling, Work,
        courier::Courier,
        idempotency::{self, Answer, Keep},
        outbox::{Letter, Letters, Outbox},
        sequence,
    },
};
use tokio::{sync::Notify, task::JoinSet, time::sleep};

use crate::support::db::{TestDatabase, fresh_database};

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
            holder_id: Set(None),
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
        in_place_of: None,
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
