//! Rosters without network: signed marks that come late, twice, in any order, or not as they were signed.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use entities::{
    attendance_mark, mark_try,
    values::{ClassStatus, MarkRefusal, MarkStanding, Presence, Role},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use rocket::http::Status;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::Scene;
use crate::support::app::{Visitor, nine_on};

/// A phone with its key, which counts what it writes down.
struct Phone {
    id: String,
    pair: EcdsaKeyPair,
    random: SystemRandom,
    count: i64,
}

impl Phone {
    async fn of(trainer: &Visitor) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let body = json!({ "name": "红米 Note", "public_key": STANDARD.encode(pair.public_key()) });
        let device = trainer.api_post("/api/v1/roster-devices", body).await.is(Status::Created).json();
        Self { id: device["id"].as_str().unwrap().to_owned(), pair, random, count: 0 }
    }

    /// Writes a mark down at that time, under its next number.
    fn writes(&mut self, scene: &Scene, n: usize, who: usize, presence: &str, made_at: DateTime<Utc>) -> Value {
        self.writes_times(scene, n, who, (presence, None), made_at)
    }

    fn writes_times(
        &mut self,
        scene: &Scene,
        n: usize,
        who: usize,
        (presence, in_at): (&str, Option<DateTime<Utc>>),
        made_at: DateTime<Utc>,
    ) -> Value {
        self.count += 1;
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (session, seat) = (&scene.sessions[n - 1], scene.seats[who].to_string());
        let (came, made) = (in_at.map(text), text(made_at));
        let lines = [
            "sidan-mark-1",
            &self.id,
            &self.count.to_string(),
            session,
            &seat,
            presence,
            came.as_deref().unwrap_or_default(),
            "",
            &made,
        ]
        .join("\n");
        let signature = STANDARD.encode(self.pair.sign(&self.random, lines.as_bytes()).unwrap());
        json!({
            "sequence": self.count, "session_id": session, "enrolment_id": seat, "presence": presence,
            "in_at": came, "made_at": made, "signature": signature,
        })
    }

    fn door(&self) -> String {
        format!("/api/v1/roster-devices/{}/marks", self.id)
    }

    /// Outcome and code of each.
    async fn sends(&self, trainer: &Visitor, marks: &[Value]) -> Vec<(String, Option<String>)> {
        let told = trainer.api_post(&self.door(), json!({ "marks": marks })).await.is(Status::Ok).json();
        let items = told["items"].as_array().unwrap().iter();
        items
            .map(|one| (one["outcome"].as_str().unwrap().to_owned(), one["code"].as_str().map(str::to_owned)))
            .collect()
    }

    async fn is_refused(&self, trainer: &Visitor, mark: Value, code: &str) {
        assert_eq!(self.sends(trainer, &[mark]).await, [("refused".to_owned(), Some(code.to_owned()))]);
    }
}

fn accepted() -> (String, Option<String>) {
    ("accepted".to_owned(), None)
}

fn monday(minutes: i64) -> DateTime<Utc> {
    nine_on(11, 14) - TimeDelta::minutes(30) + TimeDelta::minutes(minutes)
}

async fn standing(scene: &Scene) -> Vec<(String, Presence, i32, MarkStanding)> {
    let mut marks: Vec<_> = attendance_mark::Entity::find()
        .all(scene.app.db.reader())
        .await
        .unwrap()
        .into_iter()
        .map(|mark| (format!("{} {}", mark.session_id, mark.enrolment_id), mark.presence, mark.minutes, mark.standing))
        .collect();
    marks.sort_by(|a, b| a.0.cmp(&b.0));
    marks
}

async fn refusals(scene: &Scene) -> Vec<MarkRefusal> {
    let rows = mark_try::Entity::find().all(scene.app.db.reader()).await.unwrap();
    rows.into_iter().filter_map(|row| row.refusal).collect()
}

#[rocket::async_test]
async fn marks_made_without_network_count_when_they_come_two_days_later() {
    let scene = Scene::set().await;
    let mut phone = Phone::of(&scene.institution).await;
    let marks = [
        phone.writes(&scene, 1, 0, "present", monday(5)),
        phone.writes_times(&scene, 1, 1, ("late", Some(monday(40))), monday(41)),
        phone.writes(&scene, 1, 2, "absent", monday(60)),
    ];
    scene.app.time_is(monday(60) + TimeDelta::hours(49)).await;
    assert_eq!(phone.sends(&scene.institution, &marks).await, vec![accepted(); 3]);
    let marks = standing(&scene).await;
    let minutes: i32 = marks.iter().map(|mark| mark.2).sum();
    assert_eq!((marks.len(), minutes), (3, 200 + 160));
    assert_eq!(scene.class().await.status, ClassStatus::Running);
}

#[rocket::async_test]
async fn in_whatever_order_and_however_often_they_come_the_same_stands() {
    let mut ends = Vec::new();
    for order in 0..6_u64 {
        let scene = Scene::set().await;
        let [mut one, mut other] = [Phone::of(&scene.institution).await, Phone::of(&scene.institution).await];
        // The same words, with corrections, and a quarrel between the phones about the last person.
        let marks = vec![
            (0, one.writes(&scene, 1, 0, "absent", monday(5))),
            (0, one.writes(&scene, 1, 0, "present", monday(9))),
            (0, one.writes_times(&scene, 1, 1, ("late", Some(monday(30))), monday(31))),
            (1, other.writes(&scene, 1, 1, "present", monday(50))),
            (0, one.writes(&scene, 1, 2, "present", monday(60))),
            (1, other.writes(&scene, 1, 2, "absent", monday(61))),
            (0, one.writes(&scene, 2, 0, "present", monday(340))),
        ];
        scene.app.time_is(monday(600)).await;
        let mut sent = marks.clone();
        // A different arrangement each time, and half of them twice.
        sent.extend(marks.iter().step_by(2).cloned());
        let len = sent.len();
        for n in 0..len {
            sent.swap(n, usize::try_from((order * 7 + 3) * u64::try_from(n * n + 1).unwrap() % 11).unwrap() % len);
        }
        for (phone, mark) in sent {
            let phone = if phone == 0 { &one } else { &other };
            phone.sends(&scene.institution, &[mark]).await;
        }
        let end: Vec<_> = standing(&scene).await.into_iter().map(|mark| (mark.1, mark.2, mark.3)).collect();
        let mut sorted: Vec<String> = end.iter().map(|mark| format!("{mark:?}")).collect();
        sorted.sort_unstable();
        ends.push(sorted);
        let rows = mark_try::Entity::find().all(scene.app.db.reader()).await.unwrap();
        assert_eq!(rows.len(), 7, "what comes twice is written once");
    }
    assert!(ends.windows(2).all(|two| two[0] == two[1]), "{ends:#?}");
    assert_eq!(ends[0].iter().filter(|mark| mark.contains("Disputed")).count(), 2);
}

#[rocket::async_test]
async fn two_phones_that_disagree_are_shown_and_neither_is_overwritten() {
    let scene = Scene::set().await;
    let [mut one, mut other] = [Phone::of(&scene.institution).await, Phone::of(&scene.institution).await];
    scene.app.time_is(monday(100)).await;
    for (phone, presence) in [(&mut one, "present"), (&mut other, "absent")] {
        let mark = phone.writes(&scene, 1, 0, presence, monday(50));
        assert_eq!(phone.sends(&scene.institution, &[mark]).await, [accepted()]);
    }
    let marks = standing(&scene).await;
    assert_eq!((marks[0].2, marks[0].3), (0, MarkStanding::Disputed));
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(page.contains("记录不一致"), "{page}");
}

#[rocket::async_test]
async fn what_was_changed_under_way_is_refused() {
    let scene = Scene::set().await;
    let mut phone = Phone::of(&scene.institution).await;
    scene.app.time_is(monday(100)).await;
    let mut mark = phone.writes(&scene, 1, 0, "absent", monday(50));
    mark["presence"] = json!("present");
    phone.is_refused(&scene.institution, mark, "mark.signature_wrong").await;
    let good = phone.writes(&scene, 1, 0, "absent", monday(50));
    assert_eq!(phone.sends(&scene.institution, std::slice::from_ref(&good)).await, [accepted()]);
    // The same number for something else.
    phone.count -= 1;
    let reused = phone.writes(&scene, 1, 0, "present", monday(51));
    phone.is_refused(&scene.institution, reused, "mark.sequence_reused").await;
    assert_eq!(phone.sends(&scene.institution, &[good]).await[0].0, "repeated");
    assert_eq!(refusals(&scene).await, [MarkRefusal::SignatureWrong, MarkRefusal::SequenceReused]);
    assert_eq!(standing(&scene).await[0].1, Presence::Absent);
}

#[rocket::async_test]
async fn marks_from_the_future_from_before_the_session_and_from_too_long_ago_are_refused() {
    let scene = Scene::set().await;
    let mut phone = Phone::of(&scene.institution).await;
    scene.app.time_is(monday(10)).await;
    let ahead = phone.writes(&scene, 1, 0, "present", monday(13));
    phone.is_refused(&scene.institution, ahead, "invalid.future").await;
    let early = phone.writes(&scene, 1, 0, "present", monday(-3));
    phone.is_refused(&scene.institution, early, "session.not_begun").await;
    // A clock that is a minute or two off is no reason.
    let near = phone.writes(&scene, 1, 0, "present", monday(11));
    assert_eq!(phone.sends(&scene.institution, &[near]).await, [accepted()]);
    scene.app.time_is(monday(60) + TimeDelta::hours(72)).await;
    let just = phone.writes(&scene, 1, 1, "present", monday(60));
    assert_eq!(phone.sends(&scene.institution, &[just]).await, [accepted()]);
    let late = phone.writes(&scene, 1, 2, "present", monday(59));
    phone.is_refused(&scene.institution, late, "mark.sent_too_late").await;
    let after_lock = phone.writes(&scene, 1, 2, "present", monday(200) + TimeDelta::hours(48));
    phone.is_refused(&scene.institution, after_lock, "session.locked").await;
    assert_eq!(refusals(&scene).await.len(), 4);
}

#[rocket::async_test]
async fn a_device_that_is_out_of_use_and_one_of_another_institution_are_not_heard() {
    let scene = Scene::set().await;
    let mut phone = Phone::of(&scene.institution).await;
    scene.app.time_is(monday(100)).await;
    let mark = phone.writes(&scene, 1, 0, "present", monday(50));
    let stranger = scene.app.sign_in(Role::Institution).await;
    stranger.api_post(&phone.door(), json!({ "marks": [mark] })).await.is(Status::NotFound);
    let mut strange = Phone::of(&stranger).await;
    let foreign = strange.writes(&scene, 1, 0, "present", monday(50));
    strange.is_refused(&stranger, foreign, "invalid.no_seat").await;
    let revoke = format!("/roster-devices/{}/revoke", phone.id);
    stranger.post_form(&revoke, &[]).await.is(Status::NotFound);
    scene.institution.post_form(&revoke, &[]).await.goes_to("/roster-devices");
    phone.is_refused(&scene.institution, mark, "mark.device_revoked").await;
    let page = scene.institution.get("/roster-devices").await.is(Status::Ok).text;
    assert!(page.contains("红米 Note") && page.contains("已停用"), "{page}");
    assert!(standing(&scene).await.is_empty());
}

#[rocket::async_test]
async fn a_device_is_given_the_lists_of_its_own_institution_and_no_more_of_people_than_a_roster_needs() {
    let scene = Scene::set().await;
    scene.app.time_is(monday(0)).await;
    let kept = scene.institution.api_get("/api/v1/offline-rosters").await.is(Status::Ok).json();
    assert_eq!((kept["classes"].as_array().unwrap().len(), &kept["hours"]), (1, &json!(72)));
    let class = &kept["classes"][0];
    assert_eq!((class["sessions"].as_array().unwrap().len(), class["people"].as_array().unwrap().len()), (6, 3));
    let mut told: Vec<&str> = class["people"][0].as_object().unwrap().keys().map(String::as_str).collect();
    told.sort_unstable();
    assert_eq!(told, ["enrolment_id", "name", "tail"]);
    let stranger = scene.app.sign_in(Role::Institution).await;
    let none = stranger.api_get("/api/v1/offline-rosters").await.is(Status::Ok).json();
    assert!(none["classes"].as_array().unwrap().is_empty());
}

#[rocket::async_test]
async fn a_key_is_one_device_and_no_key_is_none() {
    let scene = Scene::set().await;
    let phone = Phone::of(&scene.institution).await;
    let body = json!({ "name": "另一个名字", "public_key": STANDARD.encode(phone.pair.public_key()) });
    let again = scene.institution.api_post("/api/v1/roster-devices", body.clone()).await.is(Status::Created).json();
    assert_eq!(again["id"], phone.id);
    let stranger = scene.app.sign_in(Role::Institution).await;
    stranger.api_post("/api/v1/roster-devices", body).await.refuses("mark.device_unknown");
    let bad = json!({ "name": "手机", "public_key": "AAAA" });
    scene.institution.api_post("/api/v1/roster-devices", bad).await.blames("public_key", "invalid.unreadable");
    let nameless = json!({ "name": " ", "public_key": STANDARD.encode(phone.pair.public_key()) });
    scene.institution.api_post("/api/v1/roster-devices", nameless).await.blames("name", "invalid.required");
    let none: [Value; 0] = [];
    scene.institution.api_post(&phone.door(), json!({ "marks": none })).await.blames("marks", "invalid.range");
}

#[rocket::async_test]
async fn the_page_that_works_without_network_holds_no_name_and_its_worker_keeps_what_it_needs() {
    let scene = Scene::set().await;
    let page = scene.institution.get("/offline-roster").await.is(Status::Ok);
    assert!(!page.text.contains("陈福生") && page.text.contains("/offline-roster.webmanifest"), "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("worker-src 'self'") && policy.contains("manifest-src 'self'"), "{policy}");
    let script = page.text.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(scene.app.passer_by().get(script).await.is(Status::Ok).text.contains("indexedDB"));
    let worker = scene.app.passer_by().get("/offline-worker.js").await.is(Status::Ok);
    let policy = worker.header("content-security-policy").unwrap();
    assert!(policy.contains("connect-src 'self'"), "a worker fetches under its own policy: {policy}");
    assert!(worker.text.contains(script) && !worker.text.contains("{script}"), "{}", worker.text);
    let manifest = scene.app.passer_by().get("/offline-roster.webmanifest").await.is(Status::Ok).json();
    assert_eq!(manifest["start_url"], "/offline-roster");
}
