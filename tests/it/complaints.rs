//! Complaints: who complains sees what became of it, and the institution sees nothing but an outcome that it is told.

use std::sync::Arc;

use entities::{
    audit_event, complaint, doubt, message,
    values::{ClassId, ComplaintStatus, DoubtKind, EnrolmentStatus, OrganisationId, PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::app::{Answer, App, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, given_rule};

const READERS: Who = Who::Roles(&[
    Role::Trainee,
    Role::VillageWorker,
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::Supervisor,
    Role::Auditor,
]);
const OWN: Who = Who::Roles(&[Role::Trainee, Role::VillageWorker]);
const COUNTY_OFFICE: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker]);

pub const DOORS: &[Door] = &[
    ("GET", "/complaints", READERS),
    ("GET", "/my-complaints", OWN),
    ("GET", "/complaints/new", OWN),
    ("POST", "/complaints", OWN),
    ("GET", "/complaints/<id>", READERS),
    ("POST", "/complaints/<id>/take-up", COUNTY_OFFICE),
    ("POST", "/complaints/<id>/answer", COUNTY_OFFICE),
    ("POST", "/complaints/<id>/withdraw", OWN),
    ("GET", "/api/v1/complaints", READERS),
    ("GET", "/api/v1/complaints/<id>", READERS),
    ("POST", "/api/v1/complaints", OWN),
    ("POST", "/api/v1/complaints/<id>/take-up", COUNTY_OFFICE),
    ("POST", "/api/v1/complaints/<id>/answer", COUNTY_OFFICE),
    ("POST", "/api/v1/complaints/<id>/withdraw", OWN),
];

const TEXT: &str = "胡校长叫每人退三百元";

struct Cast {
    app: Arc<App>,
    institution: Visitor,
    school: OrganisationId,
    class: ClassId,
    person: PersonId,
    trainee: Visitor,
    checker: Visitor,
}

impl Cast {
    /// Somebody with a seat in a class.
    async fn gather() -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        let school = institution.organisation.unwrap();
        let class = app.given_class(GivenClass::of(school)).await;
        let person = app.given_person(1).await;
        app.given_enrolments(class, &[person], EnrolmentStatus::Seated).await;
        let trainee = app.sign_in_person(person).await;
        let checker = app.sign_in(Role::CountyChecker).await;
        Self { app, institution, school, class, person, trainee, checker }
    }

    async fn complain(&self, who: &Visitor, extra: Value) -> Answer {
        let mut body = json!({ "class_id": self.class, "subject": "money_asked", "text": TEXT });
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        who.api_post("/api/v1/complaints", body).await
    }

    async fn filed(&self) -> String {
        let view = self.complain(&self.trainee, json!({})).await.is(Status::Created).json();
        view["id"].as_str().unwrap().to_owned()
    }

    async fn take_up(&self, id: &str) -> Answer {
        self.checker.api_post(&format!("/api/v1/complaints/{id}/take-up"), json!({})).await
    }

    async fn answer(&self, id: &str, outcome: &str, tell: bool) -> Answer {
        let body = json!({ "outcome": outcome, "answer": "已责令退还三百元", "tell": tell });
        self.checker.api_post(&format!("/api/v1/complaints/{id}/answer"), body).await
    }

    async fn doubts(&self) -> Vec<doubt::Model> {
        let rows = doubt::Entity::find().filter(doubt::Column::Kind.eq(DoubtKind::Complaint));
        rows.all(self.app.db.reader()).await.unwrap()
    }

    async fn row(&self) -> complaint::Model {
        complaint::Entity::find().one(self.app.db.reader()).await.unwrap().unwrap()
    }
}

#[rocket::async_test]
async fn a_trainee_complains_and_sees_who_acts_by_when_and_what_came_of_it() {
    let cast = Cast::gather().await;
    let id = cast.filed().await;
    // Fifteen working days after 1 November 2016.
    let view = cast.trainee.api_get(&format!("/api/v1/complaints/{id}")).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["due_on"]), (&json!("received"), &json!("2016-11-22")));
    assert_eq!((&view["waiting_on"], &view["actions"]), (&json!("county_clerk"), &json!(["withdraw"])));
    let page = cast.trainee.get("/my-complaints").await.is(Status::Ok).text;
    assert!(page.contains(&id) && page.contains("已收到") && page.contains("11月22日"), "{page}");
    assert!(cast.checker.get("/").await.text.contains("受理1个投诉"));
    cast.answer(&id, "upheld", false).await.is(Status::Conflict).refuses("move.illegal");
    cast.take_up(&id).await.is(Status::Ok);
    cast.take_up(&id).await.refuses("move.illegal");
    let done = cast.answer(&id, "upheld", false).await.is(Status::Ok).json();
    assert_eq!((&done["status"], &done["waiting_on"]), (&json!("answered"), &Value::Null));
    let page = cast.trainee.get(&format!("/complaints/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("情况属实") && page.contains("已责令退还三百元") && page.contains(TEXT), "{page}");
    let told = message::Entity::find().filter(message::Column::AccountId.eq(cast.trainee.account));
    assert_eq!(told.all(cast.app.db.reader()).await.unwrap().len(), 2);
    let mailbox = cast.trainee.get("/mailbox").await.text;
    assert!(mailbox.contains("您的投诉已有答复") && !mailbox.contains("三百"), "{mailbox}");
    let [found] = cast.doubts().await.try_into().unwrap();
    assert_eq!((found.class_id, found.enrolment_id), (cast.class, None));
    assert!(!found.facts.contains("三百"));
}

#[rocket::async_test]
async fn the_institution_and_other_counties_see_nothing_of_it() {
    let cast = Cast::gather().await;
    let id = cast.filed().await;
    let neighbour = cast.app.sign_in_at(Role::CountyChecker, "360922").await;
    let classmate = cast.app.given_person(2).await;
    cast.app.given_enrolments(cast.class, &[classmate], EnrolmentStatus::Seated).await;
    let classmate = cast.app.sign_in_person(classmate).await;
    let worker = cast.app.sign_in(Role::VillageWorker).await;
    let unseen = async || {
        for reader in [&cast.institution, &neighbour, &classmate, &worker] {
            assert_eq!(reader.api_get("/api/v1/complaints").await.is(Status::Ok).json()["items"], json!([]));
            reader.api_get(&format!("/api/v1/complaints/{id}")).await.is(Status::NotFound);
            reader.get(&format!("/complaints/{id}")).await.is(Status::NotFound);
            for page in ["/complaints", "/", "/mailbox"] {
                let page = reader.get(page).await.is(Status::Ok).text;
                assert!(!page.contains(&id) && !page.contains("三百") && !page.contains("个投诉"), "{page}");
            }
        }
    };
    unseen().await;
    neighbour.api_post(&format!("/api/v1/complaints/{id}/take-up"), json!({})).await.is(Status::NotFound);
    cast.take_up(&id).await.is(Status::Ok);
    unseen().await;
    cast.answer(&id, "partly", false).await.is(Status::Ok);
    unseen().await;
    assert_eq!(cast.doubts().await.len(), 1, "what is upheld in part is a doubt too");
    let auditor = cast.app.sign_in(Role::Auditor).await;
    let log = auditor.api_get("/api/v1/audit?noun=complaint").await.is(Status::Ok).text;
    assert!(log.contains(&id) && !log.contains("三百") && !log.contains(&cast.person.to_string()), "{log}");
}

#[rocket::async_test]
async fn where_the_county_tells_it_the_institution_reads_the_outcome_in_a_word() {
    let cast = Cast::gather().await;
    let id = cast.filed().await;
    cast.take_up(&id).await.is(Status::Ok);
    cast.answer(&id, "not_upheld", true).await.is(Status::Ok);
    assert!(cast.doubts().await.is_empty());
    let view = cast.institution.api_get(&format!("/api/v1/complaints/{id}")).await.is(Status::Ok).json();
    assert_eq!((&view["outcome"], &view["subject"]), (&json!("not_upheld"), &json!("money_asked")));
    for hidden in ["text", "answer", "filed_on", "due_on", "answered_at"] {
        assert_eq!(view[hidden], Value::Null, "{hidden}");
    }
    let page = cast.institution.get(&format!("/complaints/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("不属实") && !page.contains("三百") && !page.contains("陈福"), "{page}");
    assert!(cast.institution.get("/complaints").await.text.contains(&id));
    assert!(cast.institution.get("/mailbox").await.text.contains("一个投诉的核查结论"));
    let stranger = cast.app.sign_in(Role::Institution).await;
    stranger.get(&format!("/complaints/{id}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn one_complains_of_a_class_with_a_seat_in_it_or_of_an_institution() {
    let cast = Cast::gather().await;
    let other = cast.app.given_class(GivenClass::of(cast.school)).await;
    cast.complain(&cast.trainee, json!({ "class_id": other })).await.is(Status::NotFound);
    cast.complain(&cast.trainee, json!({ "class_id": null })).await.blames("class_id", "invalid.complaint_about");
    cast.complain(&cast.trainee, json!({ "organisation_id": cast.school }))
        .await
        .blames("class_id", "invalid.complaint_about");
    let firm = cast.app.sign_in(Role::Enterprise).await.organisation.unwrap();
    cast.complain(&cast.trainee, json!({ "class_id": null, "organisation_id": firm })).await.is(Status::NotFound);
    let of_school = json!({ "class_id": null, "organisation_id": cast.school, "subject": "personal_data" });
    let view = cast.complain(&cast.trainee, of_school).await.is(Status::Created).json();
    // It is about no class, so it is no doubt about one.
    let id = view["id"].as_str().unwrap();
    cast.take_up(id).await.is(Status::Ok);
    cast.answer(id, "upheld", false).await.is(Status::Ok);
    assert!(cast.doubts().await.is_empty());
    cast.complain(&cast.trainee, json!({ "text": " " })).await.blames("text", "invalid.required");
    cast.complain(&cast.trainee, json!({ "text": "退".repeat(1_001) })).await.blames("text", "invalid.too_long");
    let stranger = cast.app.given_person(9).await;
    cast.complain(&cast.trainee, json!({ "person_id": stranger })).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn somebody_of_the_village_complains_for_a_villager_and_both_see_it() {
    let cast = Cast::gather().await;
    let worker = cast.app.sign_in(Role::VillageWorker).await;
    cast.complain(&worker, json!({})).await.blames("person_id", "invalid.required");
    let elsewhere = cast.app.given_person_in(50, "360923106207").await;
    cast.complain(&worker, json!({ "person_id": elsewhere })).await.is(Status::NotFound);
    let page = worker.get(&format!("/complaints/new?person={}", cast.person)).await.is(Status::Ok).text;
    assert!(page.contains("代陈福来投诉") && page.contains(&format!("class:{}", cast.class)), "{page}");
    let form = [
        ("person", cast.person.to_string()),
        ("about", format!("class:{}", cast.class)),
        ("subject", "not_held".into()),
        ("text", TEXT.into()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let filed = worker.post_form("/complaints", &form).await;
    assert_eq!(filed.status, Status::SeeOther, "{}", filed.text);
    let path = filed.location.unwrap();
    for reader in [&worker, &cast.trainee] {
        assert!(reader.get(&path).await.is(Status::Ok).text.contains(TEXT));
        assert!(reader.get("/my-complaints").await.text.contains(&path));
    }
    let id = path.rsplit('/').next().unwrap();
    cast.take_up(id).await.is(Status::Ok);
    assert!(worker.get("/mailbox").await.text.contains("您的投诉已受理"));
}

#[rocket::async_test]
async fn it_may_be_taken_back_until_it_is_answered() {
    let cast = Cast::gather().await;
    let id = cast.filed().await;
    cast.take_up(&id).await.is(Status::Ok);
    cast.trainee.post_form(&format!("/complaints/{id}/withdraw"), &[]).await.goes_to(&format!("/complaints/{id}"));
    cast.answer(&id, "upheld", false).await.refuses("move.illegal");
    let id = cast.filed().await;
    cast.take_up(&id).await.is(Status::Ok);
    cast.answer(&id, "upheld", false).await.is(Status::Ok);
    let withdraw = format!("/api/v1/complaints/{id}/withdraw");
    cast.trainee.api_post(&withdraw, json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn so_many_a_day_and_no_more() {
    let cast = Cast::gather().await;
    given_rule(&cast.app, "complaints.per_day", 2).await;
    for _ in 0..2 {
        cast.filed().await;
    }
    cast.complain(&cast.trainee, json!({})).await.is(Status::Conflict).refuses("complaint.too_many");
    cast.app.time_is(nine_on(11, 2)).await;
    cast.filed().await;
}

#[rocket::async_test]
async fn what_was_written_and_answered_lies_sealed() {
    let cast = Cast::gather().await;
    let id = cast.filed().await;
    cast.take_up(&id).await.is(Status::Ok);
    cast.answer(&id, "upheld", true).await.is(Status::Ok);
    let row = cast.row().await;
    let clear = "三百".as_bytes();
    for sealed in [&row.sealed, &row.answer] {
        assert!(!sealed.windows(clear.len()).any(|part| part == clear));
    }
    let deeds = audit_event::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(deeds.iter().all(|deed| !deed.detail.as_deref().unwrap_or_default().contains("三百")));
    let letters = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(letters.iter().all(|letter| !letter.args.to_string().contains("三百")));
    let db = cast.app.db.writer();
    for bad in [
        "UPDATE complaint SET outcome = NULL",
        "UPDATE complaint SET status = 'received'",
        "UPDATE complaint SET answered_by = NULL",
    ] {
        assert!(db.execute_unprepared(bad).await.is_err(), "{bad}");
    }
    assert_eq!(cast.row().await.status, ComplaintStatus::Answered);
}

#[rocket::async_test]
async fn the_county_answers_on_its_page_which_says_what_is_missing() {
    let cast = Cast::gather().await;
    let id = cast.filed().await;
    let path = format!("/complaints/{id}");
    let page = cast.checker.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("轮到您受理") && page.contains(TEXT) && page.contains("陈福来"), "{page}");
    cast.checker.post_form(&format!("{path}/take-up"), &[]).await.goes_to(&path);
    cast.app.time_is(nine_on(11, 23)).await;
    assert!(cast.checker.get(&path).await.text.contains("已经超过"));
    let answer = format!("{path}/answer");
    let again = cast.checker.post_form(&answer, &[("outcome", "upheld"), ("answer", " ")]).await;
    assert!(again.is(Status::UnprocessableEntity).text.contains("href=\"#answer\""));
    cast.checker.post_form(&answer, &[("outcome", "upheld"), ("answer", "已退还")]).await.goes_to(&path);
    assert!(!cast.row().await.told, "the institution is told where the box is ticked");
    let supervisor = cast.app.sign_in(Role::Supervisor).await;
    let page = supervisor.get("/complaints?status=answered").await.is(Status::Ok).text;
    assert!(page.contains(&id), "{page}");
    assert!(!supervisor.get(&path).await.text.contains("陈福来"), "who only reads is not told who complained");
}
