//! Marking oneself by the code on the trainer's screen.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    attendance_mark, mark_try,
    values::{ClassStatus, MarkMethod, MarkRefusal, MarkStanding, MarkWord, Presence, Role},
};
use rocket::http::Status;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Scene;
use crate::support::app::{Answer, Visitor, nine_on};
use crate::support::given::{GivenClass, given_rule};

/// The first session of the scene: 8:30 to 11:50 on 14 November.
fn half_past_eight() -> DateTime<Utc> {
    nine_on(11, 14) - TimeDelta::minutes(30)
}

impl Scene {
    async fn at(&self, minutes: i64) {
        self.app.time_is(half_past_eight() + TimeDelta::minutes(minutes)).await;
    }

    /// What stands on the trainer's screen now.
    async fn code(&self, n: usize) -> String {
        let path = format!("/classes/{}/sessions/{}/code", self.class, self.sessions[n - 1]);
        let page = self.institution.get(&path).await.is(Status::Ok).text;
        let code = page.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap();
        code.replace(' ', "")
    }

    async fn trainee(&self, n: usize) -> Visitor {
        self.app.sign_in_person(self.people[n]).await
    }

    async fn tries(&self) -> Vec<mark_try::Model> {
        mark_try::Entity::find().order_by_asc(mark_try::Column::Id).all(self.app.db.reader()).await.unwrap()
    }

    async fn refusals(&self) -> Vec<MarkRefusal> {
        self.tries().await.into_iter().filter_map(|row| row.refusal).collect()
    }

    fn check_ins(&self, n: usize) -> String {
        format!("/api/v1/class-sessions/{}/check-ins", self.sessions[n - 1])
    }

    async fn comes(&self, who: &Visitor, n: usize, code: &str) -> Answer {
        who.api_post(&self.check_ins(n), json!({ "code": code })).await
    }

    async fn goes(&self, who: &Visitor, n: usize, code: &str) -> Answer {
        who.api_post(&self.check_ins(n), json!({ "code": code, "out": true })).await
    }
}

#[rocket::async_test]
async fn who_comes_and_goes_by_code_is_credited_the_minutes_between() {
    let scene = Scene::set().await;
    scene.at(10).await;
    let trainee = scene.trainee(0).await;
    let view = scene.comes(&trainee, 1, &scene.code(1).await).await.is(Status::Created).json();
    assert_eq!((&view["standing"], &view["minutes"], &view["out_at"]), (&json!("half"), &json!(0), &Value::Null));
    // The first mark holds the session and starts the class.
    assert_eq!(scene.class().await.status, ClassStatus::Running);
    scene.at(190).await;
    let view = scene.goes(&trainee, 1, &scene.code(1).await).await.is(Status::Created).json();
    assert_eq!((&view["standing"], &view["minutes"]), (&json!("credited"), &json!(180)));
    let mark = scene.marks().await.pop().unwrap();
    assert_eq!((mark.presence, mark.method, mark.minutes), (Presence::Late, MarkMethod::Code, 180));
    let said: Vec<MarkWord> = scene.tries().await.iter().map(|row| row.says).collect();
    assert_eq!(said, [MarkWord::In, MarkWord::Out]);
}

#[rocket::async_test]
async fn a_code_that_stood_there_too_long_ago_is_refused_and_the_try_is_kept() {
    let scene = Scene::set().await;
    scene.at(0).await;
    let code = scene.code(1).await;
    let trainee = scene.trainee(0).await;
    scene.app.time_is(half_past_eight() + TimeDelta::seconds(30)).await;
    scene.comes(&trainee, 1, &code).await.is(Status::Conflict).refuses("mark.code_old");
    scene.comes(&trainee, 1, "00000000").await.refuses("mark.code_wrong");
    // The screen is as slow as a step: who types for fifteen seconds is still taken.
    scene.app.time_is(half_past_eight() + TimeDelta::seconds(29)).await;
    scene.comes(&trainee, 1, &code).await.is(Status::Created);
    assert_eq!(scene.refusals().await, [MarkRefusal::CodeOld, MarkRefusal::CodeWrong]);
    assert!(scene.tries().await.iter().all(|row| row.enrolment_id == Some(scene.seats[0])));
}

#[rocket::async_test]
async fn a_code_is_of_its_session_alone() {
    let scene = Scene::set().await;
    scene.at(0).await;
    let elsewhere = scene.app.given_class(GivenClass::of(scene.institution.organisation.unwrap())).await;
    let sessions = scene.institution.api_get(&format!("/api/v1/classes/{elsewhere}/sessions")).await.json();
    let path = format!("/classes/{elsewhere}/sessions/{}/code", sessions["items"][0]["id"].as_str().unwrap());
    let page = scene.institution.get(&path).await.is(Status::Ok).text;
    let code = page.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let trainee = scene.trainee(0).await;
    scene.comes(&trainee, 1, &code).await.refuses("mark.code_wrong");
    // And who has no seat there is told so, whatever the code.
    let other = format!("/api/v1/class-sessions/{}/check-ins", sessions["items"][0]["id"].as_str().unwrap());
    trainee.api_post(&other, json!({ "code": code })).await.refuses("invalid.no_seat");
    assert_eq!(scene.refusals().await, [MarkRefusal::CodeWrong, MarkRefusal::NoSeat]);
}

#[rocket::async_test]
async fn one_comes_once_and_goes_once_and_not_by_the_same_code() {
    let scene = Scene::set().await;
    scene.at(0).await;
    let trainee = scene.trainee(0).await;
    let code = scene.code(1).await;
    scene.goes(&trainee, 1, &code).await.refuses("mark.not_in");
    scene.comes(&trainee, 1, &code).await.is(Status::Created);
    scene.comes(&trainee, 1, &code).await.refuses("mark.already_in");
    scene.goes(&trainee, 1, &code).await.refuses("mark.code_used");
    scene.at(100).await;
    let code = scene.code(1).await;
    scene.goes(&trainee, 1, &code).await.is(Status::Created);
    scene.goes(&trainee, 1, &code).await.refuses("mark.already_out");
    let words: Vec<&str> = scene.refusals().await.into_iter().map(MarkRefusal::as_str).collect();
    assert_eq!(words, ["not_in", "already_in", "code_used", "already_out"]);
}

#[rocket::async_test]
async fn one_phone_marks_one_person_unless_the_county_allows_more() {
    let scene = Scene::set().await;
    scene.at(0).await;
    let [one, other] = [scene.trainee(0).await, scene.trainee(1).await];
    let code = scene.code(1).await;
    let by = |phone: &str| json!({ "code": code, "device": phone });
    one.api_post(&scene.check_ins(1), by("A")).await.is(Status::Created);
    other.api_post(&scene.check_ins(1), by("A")).await.refuses("mark.code_shared");
    other.api_post(&scene.check_ins(1), by("B")).await.is(Status::Created);
    given_rule(&scene.app, "attendance.people_per_device", 2).await;
    let third = scene.trainee(2).await;
    third.api_post(&scene.check_ins(1), by("A")).await.is(Status::Created);
    assert_eq!(scene.refusals().await, [MarkRefusal::CodeShared]);
    // The phone's mark itself is nowhere.
    assert!(scene.tries().await.iter().all(|row| row.device.as_ref().is_some_and(|device| device.len() == 32)));
}

#[rocket::async_test]
async fn codes_hold_from_half_an_hour_before_until_half_an_hour_after() {
    let scene = Scene::set().await;
    let trainee = scene.trainee(0).await;
    let wall = format!("/classes/{}/sessions/{}/code", scene.class, scene.sessions[0]);
    scene.app.time_is(half_past_eight() - TimeDelta::seconds(1_801)).await;
    let early = scene.institution.get(&wall).await.is(Status::Ok).text;
    assert!(early.contains("还没有开始") && !early.contains("class=\"code\""), "{early}");
    scene.comes(&trainee, 1, "12345678").await.refuses("session.not_begun");
    scene.app.time_is(half_past_eight() - TimeDelta::minutes(30)).await;
    scene.comes(&trainee, 1, &scene.code(1).await).await.is(Status::Created);
    // One does not come when the session is over, and goes until half an hour later.
    scene.at(200).await;
    let other = scene.trainee(1).await;
    scene.comes(&other, 1, &scene.code(1).await).await.refuses("mark.too_late");
    scene.app.time_is(half_past_eight() + TimeDelta::minutes(229)).await;
    scene.goes(&trainee, 1, &scene.code(1).await).await.is(Status::Created);
    scene.at(230).await;
    let over = scene.institution.get(&wall).await.is(Status::Ok).text;
    assert!(over.contains("签到的时间过了") && !over.contains("class=\"code\""), "{over}");
    scene.goes(&other, 1, "12345678").await.refuses("mark.too_late");
    // Who came early and left late is credited the session and not more.
    assert_eq!(scene.marks().await[0].minutes, 200);
}

#[rocket::async_test]
async fn who_guesses_is_stopped_after_ten_wrong_codes_even_with_the_right_one() {
    let scene = Scene::set().await;
    scene.at(0).await;
    let trainee = scene.trainee(0).await;
    for n in 0..10 {
        scene.comes(&trainee, 1, &format!("{n:08}")).await.refuses("mark.code_wrong");
    }
    let code = scene.code(1).await;
    scene.comes(&trainee, 1, &code).await.refuses("mark.too_many_tries");
    // Others are not stopped with him, and he is not for ever.
    scene.comes(&scene.trainee(1).await, 1, &code).await.is(Status::Created);
    scene.at(15).await;
    scene.comes(&trainee, 1, &scene.code(1).await).await.is(Status::Created);
}

#[rocket::async_test]
async fn nothing_is_marked_by_code_in_a_class_that_is_not_open_or_a_session_that_is_cancelled() {
    for (status, code) in
        [(ClassStatus::Applied, "session.class_not_approved"), (ClassStatus::Ended, "session.class_over")]
    {
        let scene = Scene::of(status).await;
        scene.at(0).await;
        scene.comes(&scene.trainee(0).await, 1, "12345678").await.refuses(code);
    }
    let scene = Scene::set().await;
    let cancel = format!("/api/v1/class-sessions/{}/cancel", scene.sessions[0]);
    scene.institution.api_post(&cancel, json!({ "reason": "停电" })).await.is(Status::Ok);
    scene.at(0).await;
    scene.comes(&scene.trainee(0).await, 1, "12345678").await.refuses("session.cancelled");
}

#[rocket::async_test]
async fn a_trainer_confirms_who_forgot_to_go_and_contradicts_who_was_not_there() {
    let scene = Scene::set().await;
    scene.at(20).await;
    let code = scene.code(1).await;
    for n in 0..2 {
        scene.comes(&scene.trainee(n).await, 1, &code).await.is(Status::Created);
    }
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    // What is half is ticked by nobody but the trainer.
    assert!(page.contains("没签退") && !page.contains(" checked"), "{page}");
    let marks = json!([
        { "enrolment_id": scene.seats[0], "presence": "present" },
        { "enrolment_id": scene.seats[1], "presence": "absent" },
    ]);
    let view = scene.mark(1, marks).await.is(Status::Ok).json();
    let told = |n: usize| (view["items"][n]["minutes"].clone(), view["items"][n]["standing"].clone());
    assert_eq!(told(0), (json!(180), json!("credited")));
    assert_eq!(told(1), (json!(0), json!("disputed")));
    let page = scene.institution.get(&scene.roster(1)).await.is(Status::Ok).text;
    assert!(page.contains("记录不一致"), "{page}");
}

#[rocket::async_test]
async fn the_page_finds_the_session_of_typed_digits_and_takes_a_scanned_code() {
    let scene = Scene::set().await;
    let trainee = scene.trainee(0).await;
    let idle = trainee.get("/check-in").await.is(Status::Ok);
    assert!(idle.text.contains("现在没有您的课"), "{}", idle.text);
    scene.at(0).await;
    let page = trainee.get("/check-in").await.is(Status::Ok);
    assert!(page.text.contains("电子商务实操班") && page.text.contains("name=\"code\""), "{}", page.text);
    assert!(page.header("permissions-policy").unwrap().contains("geolocation=(self)"));
    let code = scene.code(1).await;
    let wrong = trainee.post_form("/check-in", &[("code", "11112222"), ("out", "false")]).await;
    assert!(wrong.is(Status::UnprocessableEntity).text.contains("数字不对"));
    let typed = format!("{} {}", &code[..4], &code[4..]);
    let place = [("latitude", "28230000"), ("longitude", "114920000")];
    let form = [&[("code", typed.as_str()), ("out", "false")][..], &place].concat();
    trainee.post_form("/check-in", &form).await.goes_to("/check-in");
    let row = scene.tries().await.pop().unwrap();
    assert_eq!((row.latitude_e6, row.longitude_e6, row.refusal), (Some(28_230_000), Some(114_920_000), None));
    // Made too far from the room it is kept, and who reads the tries sees how far.
    let path = format!("/classes/{}/sessions/{}/tries", scene.class, scene.sessions[0]);
    let tries = scene.institution.get(&path).await.is(Status::Ok).text;
    assert!(tries.contains("离教室451米，超出签到范围"), "{tries}");
    scene.app.db.writer().execute_unprepared("UPDATE venue SET radius_m = 451").await.unwrap();
    let tries = scene.institution.get(&path).await.text;
    assert!(tries.contains("离教室451米") && !tries.contains("超出签到范围"), "{tries}");
    // A scanned code says which session; going is ticked for who came.
    scene.at(190).await;
    let code = scene.code(1).await;
    let scanned =
        trainee.get(&format!("/check-in?session={}&code={code}", scene.sessions[0])).await.is(Status::Ok).text;
    assert!(scanned.contains(&format!("value=\"{code}\"")) && scanned.contains("value=\"true\" checked"), "{scanned}");
    let form = [("session", scene.sessions[0].as_str()), ("code", &code), ("out", "true")];
    trainee.post_form("/check-in", &form).await.goes_to("/check-in");
    assert_eq!(scene.marks().await[0].standing, MarkStanding::Credited);
}

#[rocket::async_test]
async fn the_wall_is_renewed_when_its_code_is() {
    let scene = Scene::set().await;
    scene.app.time_is(half_past_eight() + TimeDelta::seconds(4)).await;
    let path = format!("/classes/{}/sessions/{}/code", scene.class, scene.sessions[0]);
    let wall = scene.institution.get(&path).await.is(Status::Ok);
    assert_eq!(wall.header("refresh"), Some("11"));
    assert!(!wall.text.contains("<script"));
    let other = scene.app.sign_in(Role::Institution).await;
    other.get(&path).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn half_a_place_and_none_on_earth_are_told_by_their_field() {
    let scene = Scene::set().await;
    scene.at(0).await;
    let trainee = scene.trainee(0).await;
    let door = scene.check_ins(1);
    for (extra, field) in [
        (json!({ "latitude": 1 }), "longitude"),
        (json!({ "longitude": 1 }), "latitude"),
        (json!({ "latitude": 90_000_001, "longitude": 0 }), "latitude"),
        (json!({ "latitude": 0, "longitude": -180_000_001 }), "longitude"),
    ] {
        let mut body = json!({ "code": "12345678" });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = trainee.api_post(&door, body).await.is(Status::UnprocessableEntity);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    trainee.api_post(&door, json!({ "code": " " })).await.blames("code", "invalid.required");
}

#[rocket::async_test]
async fn a_whole_class_that_marks_itself_in_the_same_second_loses_and_doubles_nothing() {
    let scene = Scene::set_for(41).await;
    let mut credited = 0;
    for n in 1..=6 {
        let morning = i64::try_from((n - 1) / 2 * 1_440 + (n - 1) % 2 * 330).unwrap();
        for (out, minute) in [(false, morning), (true, morning + 199)] {
            scene.at(minute).await;
            let code = scene.code(n).await;
            let mut clients = JoinSet::new();
            for person in &scene.people {
                // Everybody sends it twice, as an impatient thumb does.
                for _ in 0..2 {
                    let (app, person, door, code) = (scene.app.clone(), *person, scene.check_ins(n), code.clone());
                    clients.spawn(async move {
                        let who = app.sign_in_person(person).await;
                        who.api_post(&door, json!({ "code": code, "out": out })).await.status
                    });
                }
            }
            let answers = clients.join_all().await;
            assert_eq!(answers.iter().filter(|status| **status == Status::Created).count(), 41);
            assert_eq!(answers.iter().filter(|status| **status == Status::Conflict).count(), 41);
        }
        credited += 41 * 199;
    }
    let marks = scene.marks().await;
    assert_eq!((marks.len(), marks.iter().map(|mark| mark.minutes).sum::<i32>()), (41 * 6, credited));
    assert!(marks.iter().all(|mark| mark.standing == MarkStanding::Credited));
    let tries = scene.tries().await;
    assert_eq!(tries.iter().filter(|row| row.refusal.is_none()).count(), 41 * 6 * 2);
    assert_eq!(tries.len(), 41 * 6 * 4);
}

#[rocket::async_test]
async fn the_tables_take_one_coming_a_person_and_change_no_try() {
    let scene = Scene::set().await;
    scene.at(0).await;
    scene.comes(&scene.trainee(0).await, 1, &scene.code(1).await).await.is(Status::Created);
    let row = scene.tries().await.pop().unwrap();
    let again = mark_try::Model { id: entities::values::MarkTryId::new(), ..row };
    let again = sea_orm::IntoActiveModel::<mark_try::ActiveModel>::into_active_model(again);
    let db = scene.app.db.writer();
    assert!(mark_try::Entity::insert(again).exec_without_returning(db).await.is_err());
    assert!(db.execute_unprepared("UPDATE mark_try SET refusal = 'code_old'").await.is_err());
    assert!(db.execute_unprepared("DELETE FROM mark_try").await.is_err());
    assert_eq!(attendance_mark::Entity::find().all(db).await.unwrap().len(), 1);
}
