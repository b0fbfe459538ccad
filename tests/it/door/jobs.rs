//! What a job at the desk can do wrong, and that it wrongs nobody else.

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use entities::values::Programme;
use sidan::{base::Error, data::Work};
use tokio::{task::JoinSet, time::sleep};

use super::{Door, ROWS, county, deed, hold, number, run};

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

#[tokio::test]
async fn a_job_that_is_whole_or_not_at_all_may_take_longer() {
    let door = Door::with(ROWS).await;
    let large = async |work: &Work| {
        run(work, "INSERT INTO guest VALUES (1)".into()).await?;
        sleep(Duration::from_millis(2_500)).await;
        run(work, "INSERT INTO guest VALUES (2)".into()).await
    };
    door.desk.at_length().write(large).await.unwrap();
    assert_eq!(door.number("SELECT count(*) FROM guest").await, 2);
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
