//! Call-backs: who is called is drawn by chance that anybody can replay, and what is answered is held against the record.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use entities::{
    audit_event, call_back, call_sample, doubt, reveal,
    values::{CallStatus, ClassId, DoubtKind, EnrolmentId, EnrolmentStatus, PersonId, Role},
};
use ring::{digest, hmac};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::support::app::{Answer, App, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, given_rule};

const OFFICES: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const READERS: Who =
    Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::VillageWorker, Role::Supervisor, Role::Auditor]);
const CLERK: Who = Who::Roles(&[Role::CountyClerk]);
const ASKERS: Who = Who::Roles(&[Role::CountyClerk, Role::VillageWorker]);

pub const DOORS: &[Door] = &[
    ("GET", "/call-backs", READERS),
    ("GET", "/call-backs/<id>", READERS),
    ("POST", "/call-backs/<id>/miss", CLERK),
    ("POST", "/call-backs/<id>/record", ASKERS),
    ("POST", "/call-backs/<id>/give-up", ASKERS),
    ("GET", "/classes/<id>/call-backs", OFFICES),
    ("POST", "/classes/<id>/call-backs", CLERK),
    ("GET", "/api/v1/classes/<id>/call-backs", OFFICES),
    ("POST", "/api/v1/classes/<id>/call-backs", CLERK),
    ("GET", "/api/v1/call-backs", READERS),
    ("GET", "/api/v1/call-backs/<id>", READERS),
    ("POST", "/api/v1/call-backs/<id>/miss", CLERK),
    ("POST", "/api/v1/call-backs/<id>/record", ASKERS),
    ("POST", "/api/v1/call-backs/<id>/give-up", ASKERS),
];

/// A class that ended, of whose people some were there in one session and the last was never marked.
struct Ended {
    app: Arc<App>,
    institution: Visitor,
    clerk: Visitor,
    class: ClassId,
    people: Vec<PersonId>,
    seats: Vec<EnrolmentId>,
}

impl Ended {
    async fn of(people: u16) -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        let seats = i32::from(people);
        let class = app.given_class(GivenClass { seats, ..GivenClass::of(institution.organisation.unwrap()) }).await;
        let mut persons = Vec::new();
        for n in 0..people {
            persons.push(app.given_person(n).await);
        }
        let seats = app.given_enrolments(class, &persons, EnrolmentStatus::Seated).await;
        app.time_is(nine_on(11, 14)).await;
        let sessions = institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.is(Status::Ok).json();
        let door = format!("/api/v1/class-sessions/{}/attendance", sessions["items"][0]["id"].as_str().unwrap());
        let marks: Vec<Value> = seats[..seats.len() - 1]
            .iter()
            .map(|seat| json!({ "enrolment_id": seat, "presence": "present" }))
            .collect();
        institution.api_post(&door, json!({ "marks": marks })).await.is(Status::Ok);
        app.db.writer().execute_unprepared("UPDATE training_class SET status = 'ended'").await.unwrap();
        app.time_is(nine_on(11, 21)).await;
        let clerk = app.sign_in(Role::CountyClerk).await;
        Self { app, institution, clerk, class, people: persons, seats }
    }

    fn door(&self) -> String {
        format!("/api/v1/classes/{}/call-backs", self.class)
    }

    async fn draw(&self) -> Value {
        self.clerk.api_post(&self.door(), json!({})).await.is(Status::Created).json()
    }

    async fn record(&self, who: &Visitor, id: &str, attended: &str, paid: &str) -> Answer {
        let answers = json!({
            "attended": attended, "days": "agree", "taught": "named", "paid": paid, "certificate": "has",
            "note": "说老师叫他退了三百",
        });
        who.api_post(&format!("/api/v1/call-backs/{id}/record"), answers).await
    }

    async fn miss(&self, id: &str) -> Answer {
        self.clerk.api_post(&format!("/api/v1/call-backs/{id}/miss"), json!({})).await
    }

    /// Three days without an answer.
    async fn missed_for_good(&self, id: &str) {
        for day in [22, 23, 24] {
            self.app.time_is(nine_on(11, day)).await;
            self.miss(id).await.is(Status::Ok);
        }
    }

    async fn doubts(&self) -> Vec<doubt::Model> {
        let rows = doubt::Entity::find().filter(doubt::Column::Kind.eq(DoubtKind::CallBack));
        rows.all(self.app.db.reader()).await.unwrap()
    }
}

fn first(sample: &Value) -> String {
    sample["calls"][0]["id"].as_str().unwrap().to_owned()
}

#[rocket::async_test]
async fn a_tenth_of_those_who_have_marks_is_drawn_once_when_the_class_has_ended() {
    let ended = Ended::of(22).await;
    let sample = ended.draw().await;
    assert_eq!(sample["population"].as_array().unwrap().len(), 21, "who was never marked is not called");
    assert!(!sample["population"].as_array().unwrap().contains(&json!(ended.seats[21])));
    assert_eq!((sample["calls"].as_array().unwrap().len(), &sample["percent"]), (3, &json!(10)));
    ended.clerk.api_post(&ended.door(), json!({})).await.is(Status::Conflict).refuses("callback.drawn");
    // The table says the same, and what was drawn is written once.
    let db = ended.app.db.writer();
    for bad in ["UPDATE call_sample SET seed = ''", "DELETE FROM call_sample"] {
        assert!(db.execute_unprepared(bad).await.is_err(), "{bad}");
    }
    let again = "INSERT INTO call_sample SELECT '0190b6a0000070008000000000000000', class_id, area_code, seed, method, \
                 population, population_hash, percent, drawn_by, drawn_at FROM call_sample";
    let again = if ended.app.db.backend() == sea_orm::DbBackend::Sqlite {
        again.replace("'0190b6a0000070008000000000000000'", "x'0190b6a0000070008000000000000000'")
    } else {
        again.replace(", class_id", "::uuid, class_id")
    };
    let refused = db.execute_unprepared(&again).await.unwrap_err().to_string();
    assert!(refused.to_lowercase().contains("unique"), "{refused}");
}

#[rocket::async_test]
async fn a_class_that_runs_or_that_nobody_came_to_is_not_drawn_from() {
    let ended = Ended::of(3).await;
    let db = ended.app.db.writer();
    db.execute_unprepared("UPDATE training_class SET status = 'running'").await.unwrap();
    ended.clerk.api_post(&ended.door(), json!({})).await.refuses("callback.not_ended");
    db.execute_unprepared("UPDATE training_class SET status = 'closed'").await.unwrap();
    db.execute_unprepared("DELETE FROM attendance_mark").await.unwrap();
    ended.clerk.api_post(&ended.door(), json!({})).await.refuses("callback.nobody");
    let neighbour = ended.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.api_post(&ended.door(), json!({})).await.is(Status::NotFound);
    ended.institution.get(&format!("/classes/{}/call-backs", ended.class)).await.is(Status::Forbidden);
}

#[rocket::async_test]
async fn from_what_is_told_anybody_draws_the_same_people_again() {
    let ended = Ended::of(16).await;
    given_rule(&ended.app, "callbacks.percent", 30).await;
    let sample = ended.draw().await;
    assert_eq!((&sample["method"], &sample["replayed"]), (&json!("hmac-sha256-order-1"), &json!(true)));
    // By the description alone, with nothing of the house's own code.
    let seed = sample["seed"].as_str().unwrap();
    let seed: Vec<u8> = (0..32).map(|n| u8::from_str_radix(&seed[2 * n..2 * n + 2], 16).unwrap()).collect();
    let population: Vec<&str> =
        sample["population"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let hash = digest::digest(&digest::SHA256, population.join("\n").as_bytes());
    let hash = hash.as_ref().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(sample["population_hash"], json!(hash));
    let key = hmac::Key::new(hmac::HMAC_SHA256, &seed);
    let mut due = population.clone();
    due.sort_by_key(|id| hmac::sign(&key, id.as_bytes()).as_ref().to_vec());
    let drawn: Vec<&str> =
        sample["calls"].as_array().unwrap().iter().map(|call| call["enrolment_id"].as_str().unwrap()).collect();
    assert_eq!(drawn, due[..5]);
    // A mark that comes later changes nothing: the population is the one that is written down.
    ended.app.db.writer().execute_unprepared("DELETE FROM attendance_mark").await.unwrap();
    let page = ended.clerk.get(&format!("/classes/{}/call-backs", ended.class)).await.is(Status::Ok).text;
    assert!(page.contains("出来的还是这些人") && page.contains(&hash) && page.contains("已回访0人，共5人"), "{page}");
    assert_eq!(page.matches("class=\"no\"").count(), 0, "{page}");
    // Whoever puts somebody else into the list is found out.
    let other = population.iter().find(|id| !drawn.contains(id)).unwrap().parse::<EnrolmentId>().unwrap();
    let row = call_back::Entity::find().one(ended.app.db.reader()).await.unwrap().unwrap();
    call_back::Entity::update_many()
        .col_expr(call_back::Column::EnrolmentId, sea_orm::sea_query::Expr::value(other))
        .filter(call_back::Column::Id.eq(row.id))
        .exec(ended.app.db.writer())
        .await
        .unwrap();
    assert_eq!(ended.clerk.api_get(&ended.door()).await.json()["replayed"], json!(false));
    let page = ended.clerk.get(&format!("/classes/{}/call-backs", ended.class)).await.text;
    assert_eq!(page.matches("class=\"no\"").count(), 1, "{page}");
}

#[rocket::async_test]
async fn the_number_is_shown_for_a_purpose_that_is_written_down() {
    let ended = Ended::of(4).await;
    let sample = ended.draw().await;
    let call = call_back::Entity::find().one(ended.app.db.reader()).await.unwrap().unwrap();
    let person = ended.people[ended.seats.iter().position(|seat| *seat == call.enrolment_id).unwrap()];
    let page = ended.clerk.get(&format!("/call-backs/{}", first(&sample))).await.is(Status::Ok).text;
    let reveal = format!("/people/{person}/reveal");
    assert!(page.contains(&reveal) && !page.contains("154000"), "{page}");
    let form = [("phone", "true"), ("purpose", "call_person"), ("note", "回访抽到")];
    let shown = ended.clerk.post_form(&reveal, &form).await;
    assert!(shown.status == Status::Ok && shown.text.contains("154000"), "{}", shown.text);
    let looks = reveal::Entity::find().all(ended.app.db.reader()).await.unwrap();
    assert_eq!((looks.len(), looks[0].account_id, looks[0].person_id), (1, ended.clerk.account, person));
    // Who only reads is shown no way to it, nor the whole name.
    let supervisor = ended.app.sign_in(Role::Supervisor).await;
    let page = supervisor.get(&format!("/call-backs/{}", first(&sample))).await.is(Status::Ok).text;
    assert!(!page.contains("/reveal") && page.contains("陈**"), "{page}");
}

#[rocket::async_test]
async fn after_three_days_without_an_answer_the_village_goes_there() {
    let ended = Ended::of(4).await;
    let id = first(&ended.draw().await);
    let worker = ended.app.sign_in(Role::VillageWorker).await;
    worker.get(&format!("/call-backs/{id}")).await.is(Status::NotFound);
    ended.app.time_is(nine_on(11, 22)).await;
    let view = ended.miss(&id).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["missed"]), (&json!("due"), &json!(1)));
    ended.miss(&id).await.is(Status::Conflict).refuses("callback.tried_today");
    ended.app.time_is(nine_on(11, 22) + TimeDelta::hours(15)).await;
    ended.miss(&id).await.is(Status::Ok);
    assert_eq!(worker.api_get("/api/v1/call-backs").await.is(Status::Ok).json()["items"], json!([]));
    for role in [Role::CountyClerk, Role::CountyChecker] {
        let neighbour = ended.app.sign_in_at(role, "360922").await;
        assert_eq!(neighbour.api_get("/api/v1/call-backs").await.is(Status::Ok).json()["items"], json!([]));
        neighbour.api_get(&format!("/api/v1/call-backs/{id}")).await.is(Status::NotFound);
        assert!(!neighbour.get("/").await.is(Status::Ok).text.contains("回访电话"), "nor is it counted");
    }
    ended.record(&worker, &id, "all", "nothing").await.is(Status::NotFound);
    ended.app.time_is(nine_on(11, 24)).await;
    let view = ended.miss(&id).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["waiting_on"]), (&json!("visit"), &json!("village_worker")));
    assert_eq!(view["tries"].as_array().unwrap().len(), 3);
    ended.app.time_is(nine_on(11, 25)).await;
    ended.miss(&id).await.refuses("move.illegal");
    assert!(worker.get("/").await.text.contains("上门回访1人"));
    let page = worker.get(&format!("/call-backs/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("轮到您上门") && page.contains("这个班您去上课了吗"), "{page}");
    let elsewhere = ended.app.sign_in_at(Role::VillageWorker, "360923106207").await;
    elsewhere.get(&format!("/call-backs/{id}")).await.is(Status::NotFound);
    let done = ended.record(&worker, &id, "all", "nothing").await.is(Status::Ok).json();
    assert_eq!(
        (&done["status"], &done["attended"], &done["waiting_on"]),
        (&json!("recorded"), &json!("all"), &Value::Null)
    );
    assert!(ended.doubts().await.is_empty());
}

#[rocket::async_test]
async fn who_is_not_found_at_home_either_is_written_down_so() {
    let ended = Ended::of(4).await;
    let id = first(&ended.draw().await);
    let give_up = format!("/api/v1/call-backs/{id}/give-up");
    ended.clerk.api_post(&give_up, json!({})).await.refuses("move.illegal");
    ended.missed_for_good(&id).await;
    let worker = ended.app.sign_in(Role::VillageWorker).await;
    assert_eq!(worker.api_post(&give_up, json!({})).await.is(Status::Ok).json()["status"], "unreached");
    ended.record(&ended.clerk, &id, "all", "nothing").await.refuses("move.illegal");
    let page = ended.clerk.get(&format!("/classes/{}/call-backs", ended.class)).await.text;
    assert!(page.contains("已回访1人，共1人"), "{page}");
}

#[rocket::async_test]
async fn answers_that_contradict_the_record_are_a_doubt_without_anybodys_name() {
    for (attended, paid, contradicts) in [
        ("all", "nothing", vec![]),
        ("none", "nothing", vec!["not_there"]),
        ("some", "gave_back", vec!["money"]),
        ("none", "asked", vec!["not_there", "money"]),
    ] {
        let ended = Ended::of(2).await;
        let id = first(&ended.draw().await);
        ended.record(&ended.clerk, &id, attended, paid).await.is(Status::Ok);
        let found = ended.doubts().await;
        assert_eq!(found.len(), usize::from(!contradicts.is_empty()), "{attended} {paid}");
        if let Some(one) = found.first() {
            let facts: Value = serde_json::from_str(&one.facts).unwrap();
            assert_eq!(facts["contradicts"], json!(contradicts));
            assert_eq!(one.enrolment_id, Some(ended.seats[0]));
            assert!(!one.facts.contains('陈') && !one.facts.contains("三百"));
        }
        ended.record(&ended.clerk, &id, "all", "nothing").await.refuses("move.illegal");
    }
}

#[rocket::async_test]
async fn the_note_lies_sealed_and_the_log_tells_no_answer_in_words() {
    let ended = Ended::of(2).await;
    let id = first(&ended.draw().await);
    let view = ended.record(&ended.clerk, &id, "all", "nothing").await.is(Status::Ok).json();
    assert_eq!(view["note"], "说老师叫他退了三百");
    let row = call_back::Entity::find().one(ended.app.db.reader()).await.unwrap().unwrap();
    let clear = "三百".as_bytes();
    assert!(!row.sealed.windows(clear.len()).any(|part| part == clear));
    let deeds = audit_event::Entity::find().all(ended.app.db.reader()).await.unwrap();
    assert!(deeds.iter().all(|deed| !deed.detail.as_deref().unwrap_or_default().contains("三百")));
    assert!(deeds.iter().any(|deed| deed.action == "draw" && deed.noun == "class"));
    let db = ended.app.db.writer();
    for bad in [
        "UPDATE call_back SET status = 'due'",
        "UPDATE call_back SET paid = NULL",
        "UPDATE call_try SET outcome = 'unreachable'",
        "UPDATE call_back SET status = 'unreached'",
    ] {
        assert!(db.execute_unprepared(bad).await.is_err(), "{bad}");
    }
}

#[rocket::async_test]
async fn the_calls_wait_on_the_clerks_home_page_and_the_form_keeps_what_was_chosen() {
    let ended = Ended::of(12).await;
    ended
        .clerk
        .post_form(&format!("/classes/{}/call-backs", ended.class), &[])
        .await
        .goes_to(&format!("/classes/{}/call-backs", ended.class));
    assert!(ended.clerk.get("/").await.text.contains("打2个回访电话"));
    let calls = call_back::Entity::find().order_by_asc(call_back::Column::Ordinal).all(ended.app.db.reader()).await;
    let [one, two] = calls.unwrap().try_into().unwrap();
    let list = ended.clerk.get("/call-backs?status=due").await.is(Status::Ok).text;
    assert!(list.contains(&one.id.to_string()) && list.contains(&two.id.to_string()), "{list}");
    let path = format!("/call-backs/{}", one.id);
    let half = [("attended", "some"), ("days", "agree"), ("taught", "other"), ("note", "第二天没来")];
    let again = ended.clerk.post_form(&format!("{path}/record"), &half).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("href=\"#paid\"") && again.contains("第二天没来") && again.contains("checked"), "{again}");
    let whole = [half.as_slice(), &[("paid", "nothing"), ("certificate", "not_yet")]].concat();
    ended.clerk.post_form(&format!("{path}/record"), &whole).await.goes_to(&path);
    let page = ended.clerk.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("没有拿到") && page.contains("第二天没来") && page.contains("是别人"), "{page}");
    ended
        .clerk
        .post_form(&format!("/call-backs/{}/miss", two.id), &[])
        .await
        .goes_to(&format!("/call-backs/{}", two.id));
    let drawn: BTreeSet<_> = [one.enrolment_id, two.enrolment_id].into();
    assert_eq!(drawn.len(), 2);
    let samples = call_sample::Entity::find().all(ended.app.db.reader()).await.unwrap();
    assert_eq!((samples.len(), samples[0].drawn_by), (1, ended.clerk.account));
    let rows = call_back::Entity::find().filter(call_back::Column::Status.eq(CallStatus::Due));
    assert_eq!(rows.all(ended.app.db.reader()).await.unwrap()[0].missed, 1);
}
