//! The audit log and the ledger under seal: whatever is done to them past the house is named, first things first.

use std::{process::Command, sync::Arc};

use entities::{audit_event, seal, values::Role};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, Statement};
use serde_json::json;
use sidan::{
    base::Error,
    check,
    data::{Audit, Vault, Work},
    seals::{HEADS, Head, Report, What, append, head, heads_of, verify},
};
use uuid::Uuid;

use crate::support::app::App;

/// As far back as a round looks again, in milliseconds.
const AGAIN: i64 = 300_000;
const HOUR: i64 = 3_600_000;

async fn deed(app: &App, id: &str) {
    let audit = Audit::of("submit", "order", id).detail(json!({ "headcount": 41 }));
    let done = async |work: &Work| {
        work.record(audit.clone());
        Ok(())
    };
    app.desk.write(done).await.unwrap();
}

async fn deeds(app: &App, n: usize) {
    for id in 1..=n {
        deed(app, &format!("order-{id}")).await;
    }
}

async fn seal_all(app: &App) -> u64 {
    app.house.sealing().seal_until(Uuid::max(), AGAIN).await.unwrap()
}

/// A house with ten deeds and a posting, all sealed.
async fn sealed() -> Arc<App> {
    let app = App::start().await;
    deeds(&app, 10).await;
    app.given_pot().await;
    seal_all(&app).await;
    app
}

async fn verified(app: &App, heads: &[Head]) -> Report {
    verify(&app.db, &app.vault, heads.iter().cloned()).await.unwrap()
}

/// The first thing wrong: what, at which place, in which row.
async fn fault(app: &App, heads: &[Head]) -> Option<(What, Option<i64>, Option<Uuid>)> {
    verified(app, heads).await.faults.first().map(|fault| (fault.what, fault.seq, fault.id))
}

/// As somebody would who holds the database: the guards of a table go first.
async fn past_the_house(app: &App, table: &str, statements: &[String]) {
    let db = app.db.writer();
    let mut guards = vec![format!("{table}_no_update"), format!("{table}_no_delete")];
    if table == "seal" {
        guards.push("seal_follows".into());
    }
    for guard in guards {
        let sql = match db.get_database_backend() {
            DbBackend::Sqlite => format!("DROP TRIGGER IF EXISTS {guard}"),
            _ => format!("DROP TRIGGER IF EXISTS {guard} ON {table}"),
        };
        db.execute_unprepared(&sql).await.unwrap();
    }
    for sql in statements {
        db.execute_unprepared(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}

/// An id as the database at hand writes it in a statement.
fn quoted(app: &App, id: Uuid) -> String {
    match app.db.backend() {
        DbBackend::Sqlite => format!("X'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

/// The id of a moment that is so many milliseconds away.
fn id_at(millis: i64) -> Uuid {
    let now = i64::try_from(Uuid::now_v7().as_u128() >> 80).unwrap();
    let moment = u128::try_from(now + millis).unwrap();
    Uuid::from_u128(moment << 80 | 0x7000_8000_0000_0000_0001)
}

fn insert(app: &App, id: Uuid) -> String {
    format!(
        "INSERT INTO audit_event (id, at, action, noun, object_id) VALUES ({}, '2016-11-01 01:00:00+00:00', 'pay', 'claim', 'c')",
        quoted(app, id)
    )
}

async fn audit_seals(app: &App) -> Vec<seal::Model> {
    let seals = seal::Entity::find().order_by_asc(seal::Column::Seq).all(app.db.reader()).await.unwrap();
    seals.into_iter().filter(|seal| seal.stream == entities::values::SealStream::Audit).collect()
}

#[rocket::async_test]
async fn what_was_written_is_sealed_in_the_order_of_its_ids_and_verifies() {
    let app = sealed().await;
    let report = verified(&app, &[]).await;
    let rows: Vec<_> = report.streams.iter().map(|stream| (stream.table, stream.rows, stream.waiting)).collect();
    assert_eq!((report.is_clean(), rows), (true, vec![("audit_event", 10, 0), ("posting", 1, 0)]));
    let seals = audit_seals(&app).await;
    let events = audit_event::Entity::find().order_by_asc(audit_event::Column::Id).all(app.db.reader()).await.unwrap();
    assert!(seals.iter().map(|seal| seal.row_id).eq(events.iter().map(|event| event.id.0)));
    assert!(seals.iter().map(|seal| seal.seq).eq(1..=10));
    // Again, there is nothing to do; one more is one more, and what is new waits without harm.
    assert_eq!(seal_all(&app).await, 0);
    deed(&app, "one-more").await;
    assert_eq!(verified(&app, &[]).await.streams[0].waiting, 1);
    assert_eq!(seal_all(&app).await, 1);
    assert_eq!(audit_seals(&app).await.len(), 11);
}

#[rocket::async_test]
async fn a_row_that_was_changed_or_deleted_is_named_and_the_first_of_two_comes_first() {
    let app = sealed().await;
    let seals = audit_seals(&app).await;
    let (fifth, eighth) = (seals[4].row_id, seals[7].row_id);
    let change = format!("UPDATE audit_event SET detail = '{{\"headcount\":42}}' WHERE id = {}", quoted(&app, eighth));
    past_the_house(&app, "audit_event", &[change]).await;
    assert_eq!(fault(&app, &[]).await, Some((What::RowChanged, Some(8), Some(eighth))));
    let delete = format!("DELETE FROM audit_event WHERE id = {}", quoted(&app, fifth));
    past_the_house(&app, "audit_event", &[delete]).await;
    assert_eq!(fault(&app, &[]).await, Some((What::RowDeleted, Some(5), Some(fifth))));
    let found = check::run(&app.db, &check::atlas(&app.db).await.unwrap(), None).await.unwrap().findings;
    assert!(found.iter().any(|it| it.rule == "seal.deed" && it.row.contains(&fifth.to_string())), "{found:?}");
}

#[rocket::async_test]
async fn every_column_of_a_row_is_under_its_seal() {
    let app = sealed().await;
    let deed = audit_seals(&app).await[2].row_id;
    for (table, change) in [
        ("audit_event", "at = '2016-11-01 01:00:00.000001+00:00'"),
        ("audit_event", "role = 'no_role'"),
        ("audit_event", "action = 'cancel'"),
        ("audit_event", "noun = 'class'"),
        ("audit_event", "object_id = 'another'"),
        ("audit_event", "area_code = ''"),
        ("audit_event", "detail = NULL"),
        ("posting", "fen = fen + 1"),
        ("posting", "credit = 'paid'"),
        ("posting", "document_no = NULL"),
        ("posting", "claim_id = pot_id"),
    ] {
        let of = if table == "posting" { "1 = 1".to_owned() } else { format!("id = {}", quoted(&app, deed)) };
        let (column, _) = change.split_once(' ').unwrap();
        let keep = format!("CREATE TABLE kept AS SELECT {column} AS it FROM {table} WHERE {of}");
        let back = format!("UPDATE {table} SET {column} = (SELECT it FROM kept) WHERE {of}");
        past_the_house(&app, table, &[keep, format!("UPDATE {table} SET {change} WHERE {of}")]).await;
        let told = fault(&app, &[]).await.map(|(what, seq, _)| (what, seq));
        let seq = if table == "posting" { 1 } else { 3 };
        assert_eq!(told, Some((What::RowChanged, Some(seq))), "{change}");
        past_the_house(&app, table, &[back, "DROP TABLE kept".into()]).await;
        assert_eq!(fault(&app, &[]).await, None, "{change}");
    }
}

#[rocket::async_test]
async fn a_row_that_was_slipped_into_the_past_or_the_time_to_come_is_never_sealed_and_named() {
    for (millis, what) in [(-HOUR, What::RowInserted), (HOUR, What::RowInserted)] {
        let app = sealed().await;
        let id = id_at(millis);
        past_the_house(&app, "audit_event", &[insert(&app, id)]).await;
        assert_eq!(app.house.sealing().seal().await.unwrap(), 0);
        assert_eq!(fault(&app, &[]).await, Some((what, None, Some(id))));
    }
    // Where nothing was ever sealed, what is old should have been.
    let app = App::start().await;
    let id = id_at(-HOUR);
    past_the_house(&app, "audit_event", &[insert(&app, id)]).await;
    assert_eq!(fault(&app, &[]).await, Some((What::RowUnsealed, None, Some(id))));
}

#[rocket::async_test]
async fn a_row_that_committed_late_is_sealed_behind_those_that_were_quicker() {
    let app = sealed().await;
    let late = id_at(-60_000);
    past_the_house(&app, "audit_event", &[insert(&app, late)]).await;
    let sealing = app.house.sealing();
    assert_eq!(sealing.seal_until(Uuid::max(), 0).await.unwrap(), 0);
    assert_eq!(sealing.seal_until(Uuid::max(), AGAIN).await.unwrap(), 1);
    assert_eq!(audit_seals(&app).await.last().map(|seal| (seal.seq, seal.row_id)), Some((11, late)));
    assert_eq!(fault(&app, &[]).await, None);
}

#[rocket::async_test]
async fn what_is_done_to_the_seals_themselves_is_named() {
    let seq = |seq: i64| format!("stream = 'audit' AND seq = {seq}");
    // Each is done to ten sealed deeds.
    let renumber = |from: i64, to: i64| format!("UPDATE seal SET seq = {to} WHERE {}", seq(from));
    let gone = vec![format!("DELETE FROM seal WHERE {}", seq(4))];
    let gone_first = vec![format!("DELETE FROM seal WHERE {}", seq(1))];
    let swapped = vec![renumber(4, 99), renumber(7, 4), renumber(99, 7)];
    let hash = vec![format!("UPDATE seal SET row_hash = link WHERE {}", seq(6))];
    let time = vec![format!("UPDATE seal SET sealed_at = '2017-01-01 00:00:00+00:00' WHERE {}", seq(6))];
    let closed_up: Vec<String> = std::iter::once(format!("DELETE FROM seal WHERE {}", seq(4)))
        .chain((5..=10).map(|n| renumber(n, n - 1)))
        .collect();
    for (tampering, what, at) in [
        (gone, What::SealMissing, 4),
        (gone_first, What::SealMissing, 1),
        (swapped, What::SealsReordered, 4),
        (hash, What::SealChanged, 6),
        (time, What::SealChanged, 6),
        (closed_up, What::SealChanged, 4),
    ] {
        let app = sealed().await;
        past_the_house(&app, "seal", &tampering).await;
        let told = fault(&app, &[]).await.map(|(what, seq, _)| (what, seq));
        assert_eq!(told, Some((what, Some(at))), "{tampering:?}");
    }
}

#[rocket::async_test]
async fn a_row_changed_together_with_its_seal_is_named_as_well() {
    let app = sealed().await;
    let seals = audit_seals(&app).await;
    // Both say what another row and its seal say.
    let copy = format!(
        "UPDATE audit_event SET object_id = (SELECT object_id FROM audit_event WHERE id = {0}) WHERE id = {1}",
        quoted(&app, seals[8].row_id),
        quoted(&app, seals[2].row_id)
    );
    past_the_house(&app, "audit_event", &[copy]).await;
    let forged = "UPDATE seal SET row_hash = (SELECT row_hash FROM seal WHERE stream = 'audit' AND seq = 9), \
                  link = (SELECT link FROM seal WHERE stream = 'audit' AND seq = 9) WHERE stream = 'audit' AND seq = 3";
    past_the_house(&app, "seal", &[forged.to_owned()]).await;
    let told = fault(&app, &[]).await;
    assert_eq!(told, Some((What::SealChanged, Some(3), Some(seals[2].row_id))));
}

#[rocket::async_test]
async fn a_head_that_was_kept_shows_a_tail_that_was_cut_and_a_chain_that_was_made_anew() {
    let app = sealed().await;
    let kept = head(&app.house.sealing()).await.unwrap();
    assert_eq!(kept.streams.iter().map(|it| it.seq).collect::<Vec<_>>(), [10, 1]);
    deeds(&app, 3).await;
    seal_all(&app).await;
    assert_eq!(fault(&app, std::slice::from_ref(&kept)).await, None);
    assert_eq!(verified(&app, std::slice::from_ref(&kept)).await.heads, 1);

    // The last seals go, and the deeds with them: without the head nobody could tell.
    let seals = audit_seals(&app).await;
    let cut: Vec<String> = seals[8..]
        .iter()
        .map(|seal| format!("DELETE FROM audit_event WHERE id = {}", quoted(&app, seal.row_id)))
        .collect();
    past_the_house(&app, "audit_event", &cut).await;
    past_the_house(&app, "seal", &["DELETE FROM seal WHERE stream = 'audit' AND seq > 8".into()]).await;
    assert_eq!(fault(&app, &[]).await, None);
    assert_eq!(fault(&app, std::slice::from_ref(&kept)).await, Some((What::TailCut, Some(9), None)));

    // The house itself goes on from there, and its chain is whole; the head knows better.
    deeds(&app, 5).await;
    seal_all(&app).await;
    assert_eq!(fault(&app, &[]).await, None);
    assert_eq!(fault(&app, std::slice::from_ref(&kept)).await, Some((What::ChainRemade, Some(10), None)));
}

#[rocket::async_test]
async fn a_head_says_nothing_unless_the_house_signed_it() {
    let app = sealed().await;
    let kept = head(&app.house.sealing()).await.unwrap();
    let mut longer = kept.clone();
    longer.streams[0].seq = 9;
    assert_eq!(fault(&app, &[longer]).await.map(|(what, ..)| what), Some(What::HeadForged));
    let other = sealed().await;
    let foreign = head(&other.house.sealing()).await.unwrap();
    assert_eq!(fault(&app, &[foreign]).await.map(|(what, ..)| what), Some(What::HeadForged));
    assert_eq!(fault(&app, &[kept]).await, None);
}

#[rocket::async_test]
async fn heads_are_appended_to_their_file_when_they_moved_and_a_torn_line_harms_no_other() {
    let app = sealed().await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join(HEADS);
    let sealing = app.house.sealing();
    let first = append(&sealing, &file, &[]).await.unwrap();
    assert_eq!(append(&sealing, &file, &first).await.unwrap(), first);
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + "{\"at\":\"2016").unwrap();
    deeds(&app, 1).await;
    seal_all(&app).await;
    append(&sealing, &file, &first).await.unwrap();
    // The key that signs heads was made meanwhile, which is a deed as well.
    let heads: Vec<Head> = heads_of(&file).unwrap().collect();
    assert_eq!(heads.iter().map(|head| head.streams[0].seq).collect::<Vec<_>>(), [10, 12]);
    assert_eq!(fault(&app, &heads).await, None);
}

#[rocket::async_test]
async fn fifty_writers_and_two_sealers_make_one_chain_without_a_gap() {
    const WRITERS: usize = 50;
    const DEEDS: usize = 8;
    let app = App::start().await;
    let writers = (0..WRITERS).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { deeds(&app, DEEDS).await })
    });
    let writers: Vec<_> = writers.collect();
    let sealers = (0..2).map(|_| {
        let sealing = app.house.sealing();
        tokio::spawn(async move {
            let mut stale = 0;
            for _ in 0..30 {
                match sealing.seal_until(Uuid::max(), AGAIN).await {
                    Ok(_) => {}
                    Err(Error::Stale | Error::Busy) => stale += 1,
                    Err(e) => panic!("{e}"),
                }
                tokio::task::yield_now().await;
            }
            stale
        })
    });
    let sealers: Vec<_> = sealers.collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for sealer in sealers {
        sealer.await.unwrap();
    }
    seal_all(&app).await;
    let all = WRITERS * DEEDS;
    let report = verified(&app, &[]).await;
    assert_eq!((report.is_clean(), report.streams[0].rows), (true, all as u64), "{:?}", report.faults);
    assert!(audit_seals(&app).await.iter().map(|seal| seal.seq).eq(1..=i64::try_from(all).unwrap()));
}

#[rocket::async_test]
async fn of_two_who_seal_the_same_rows_one_is_told_that_it_came_second() {
    let app = App::start().await;
    deeds(&app, 3).await;
    let (one, two) = (app.house.sealing(), app.house.sealing());
    let both = tokio::join!(one.seal_until(Uuid::max(), AGAIN), two.seal_until(Uuid::max(), AGAIN));
    let told = [both.0, both.1].map(|it| match it {
        Ok(n) => n,
        Err(Error::Stale) => 0,
        Err(e) => panic!("{e}"),
    });
    assert_eq!(told.iter().sum::<u64>(), 3);
    assert_eq!(fault(&app, &[]).await, None);
}

#[rocket::async_test]
async fn the_table_of_seals_lets_nothing_be_changed_and_no_seal_stand_in_the_air() {
    let app = sealed().await;
    let hashes = "row_hash, link, sealed_at FROM seal WHERE stream = 'audit' AND seq = 1";
    let some = quoted(&app, id_at(0));
    for sql in [
        "UPDATE seal SET seq = seq + 100".to_owned(),
        "DELETE FROM seal".to_owned(),
        format!(
            "INSERT INTO seal (stream, seq, row_id, row_hash, link, sealed_at) SELECT stream, 12, {some}, {hashes}"
        ),
        format!(
            "INSERT INTO seal (stream, seq, row_id, row_hash, link, sealed_at) SELECT stream, 10, {some}, {hashes}"
        ),
        format!(
            "INSERT INTO seal (stream, seq, row_id, row_hash, link, sealed_at) SELECT stream, 11, row_id, {hashes}"
        ),
        format!("INSERT INTO seal_key (id, sealed, created_at) SELECT {some}, sealed, created_at FROM seal_key"),
    ] {
        assert!(app.db.writer().execute_unprepared(&sql).await.is_err(), "{sql}");
    }
    let good = format!(
        "INSERT INTO seal (stream, seq, row_id, row_hash, link, sealed_at) SELECT stream, 11, {some}, {hashes}"
    );
    app.db.writer().execute_unprepared(&good).await.unwrap();
    assert_eq!(fault(&app, &[]).await.map(|(what, seq, _)| (what, seq)), Some((What::SealChanged, Some(11))));
}

#[rocket::async_test]
async fn without_their_key_no_new_chain_is_begun() {
    let app = sealed().await;
    app.db.writer().execute_unprepared("DELETE FROM seal_key").await.unwrap();
    deed(&app, "later").await;
    assert!(matches!(app.house.sealing().seal_until(Uuid::max(), AGAIN).await, Err(Error::Internal(_))));
    assert!(verify(&app.db, &app.vault, std::iter::empty()).await.is_err());
}

#[rocket::async_test]
async fn the_chain_holds_when_new_keys_take_over() {
    let app = sealed().await;
    let mut keys = app.keys.clone();
    keys.insert("k2".into(), Vault::fresh_key().unwrap());
    keys.insert("index_old".into(), keys["index"].clone());
    keys.insert("index".into(), Vault::fresh_key().unwrap());
    let (code, said) = sidan(&app, &keys, &["keys", "rotate"]);
    assert_eq!(code, Some(0), "{said}");
    keys.remove("k1");
    keys.remove("index_old");
    let vault = Vault::new(&keys).unwrap();
    assert!(verify(&app.db, &vault, std::iter::empty()).await.unwrap().is_clean());
}

fn sidan(app: &App, keys: &std::collections::BTreeMap<String, String>, args: &[&str]) -> (Option<i32>, String) {
    let keys: Vec<String> = keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
    command.args(args).env("ROCKET_DATABASE_URL", app.url()).env("ROCKET_TODAY", "\"2016-11-01\"");
    let output = command.env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(","))).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}

#[rocket::async_test]
async fn the_command_line_verifies_beside_the_server_and_fails_when_something_is_wrong() {
    let app = sealed().await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("kept.jsonl");
    let (code, line) = sidan(&app, &app.keys, &["audit", "head"]);
    assert_eq!(code, Some(0), "{line}");
    std::fs::write(&file, &line).unwrap();
    let with_head = ["audit", "verify", "--head", file.to_str().unwrap()];
    let (code, said) = sidan(&app, &app.keys, &with_head);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("10 rows of audit_event verified") && said.contains("1 heads held"), "{said}");
    let third = audit_seals(&app).await[2].row_id;
    let change = format!("UPDATE audit_event SET object_id = 'x' WHERE id = {}", quoted(&app, third));
    past_the_house(&app, "audit_event", &[change]).await;
    let (code, said) = sidan(&app, &app.keys, &with_head);
    assert_eq!(code, Some(1), "{said}");
    let line = format!("audit seq 3: audit_event {third} of 2016-11-01 01:00:00 UTC: the row was changed");
    assert!(said.contains(&line), "{said}");
}

#[rocket::async_test]
async fn an_auditor_sees_how_far_the_log_is_sealed_and_each_row_with_its_place() {
    let app = App::start().await;
    let auditor = app.sign_in(Role::Auditor).await;
    assert!(auditor.get("/audit").await.is(Status::Ok).text.contains("还没有封存的记录"));
    deeds(&app, 3).await;
    seal_all(&app).await;
    deed(&app, "fresh").await;
    let head = auditor.api_get("/api/v1/audit/head").await.is(Status::Ok).json();
    assert_eq!((&head["streams"][0]["stream"], &head["streams"][0]["seq"]), (&json!("audit"), &json!(3)));
    let kept: Head = serde_json::from_value(head.clone()).unwrap();
    assert_eq!(fault(&app, &[kept]).await, None);
    let page = auditor.get("/audit").await.is(Status::Ok).text;
    for text in ["封存到第3条", head["streams"][0]["link"].as_str().unwrap(), "第2条", "等待封存"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let page = auditor.get_in("en", "/audit").await.is(Status::Ok).text;
    assert!(page.contains("sealed up to no. 3") && page.contains("Waits to be sealed"), "{page}");
    let count = Statement::from_string(app.db.backend(), "SELECT count(*) AS n FROM signing_key");
    let row = app.db.reader().query_one_raw(count).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 1);
}
