//! Who may have what: rules by date, what is frozen when a class begins, what is doubted while it runs.

use std::sync::Arc;

use chrono::NaiveDate;
use entities::{
    eligibility_evidence, eligibility_flag, eligibility_rule, enrolment, person,
    values::{
        ClassId, ClassStatus, EligibilityRuleId, EnrolmentStatus, FlagStatus, LabourCapacity, OrganisationId, PersonId,
        PersonStatus, PovertyStatus, Programme, Role, Sex,
    },
};
use rocket::http::{Header, Status};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::eligibility::recheck_all;

use crate::exclusions::{load, number_of};
use crate::funds::is_refused;
use crate::support::app::{Answer, App, VILLAGE, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, day};

const RULES: Who =
    Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor, Role::Administrator]);
const READERS: Who =
    Who::Roles(&[Role::VillageWorker, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const OFFICES: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const CLERK: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/eligibility", RULES),
    ("GET", "/people/<id>/eligibility", READERS),
    ("GET", "/classes/<id>/eligibility", OFFICES),
    ("POST", "/classes/<id>/eligibility", CLERK),
    ("GET", "/eligibility/flags", OFFICES),
    ("POST", "/eligibility/flags/<id>/confirm", CLERK),
    ("GET", "/eligibility/flags/<id>/dismiss", CLERK),
    ("POST", "/eligibility/flags/<id>/dismiss", CLERK),
    ("GET", "/api/v1/eligibility-rules", RULES),
    ("GET", "/api/v1/people/<id>/eligibility", READERS),
    ("GET", "/api/v1/classes/<id>/eligibility", OFFICES),
    ("POST", "/api/v1/classes/<id>/eligibility/recheck", CLERK),
    ("GET", "/api/v1/eligibility-flags", OFFICES),
    ("POST", "/api/v1/eligibility-flags/<id>/dismiss", CLERK),
    ("POST", "/api/v1/eligibility-flags/<id>/confirm", CLERK),
];

struct Cast {
    app: Arc<App>,
    school: OrganisationId,
    institution: Visitor,
    clerk: Visitor,
    worker: Visitor,
}

impl Cast {
    async fn gather() -> Self {
        let app = App::start().await;
        let institution = app.sign_in(Role::Institution).await;
        Self {
            school: institution.organisation.unwrap(),
            institution,
            clerk: app.sign_in(Role::CountyClerk).await,
            worker: app.sign_in(Role::VillageWorker).await,
            app,
        }
    }

    async fn rule(&self, area: &str, from: NaiveDate, programme: Option<Programme>, conditions: Value) {
        let row = eligibility_rule::Model {
            id: EligibilityRuleId::new(),
            area_code: area.into(),
            programme,
            valid_from: from,
            valid_to: None,
            conditions: conditions.to_string(),
            document_no: "赣人社发〔2016〕40号".into(),
        };
        eligibility_rule::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.db.writer())
            .await
            .unwrap();
    }

    async fn class(&self, starts_on: NaiveDate) -> ClassId {
        self.app.given_class(GivenClass { starts_on, ..GivenClass::of(self.school) }).await
    }

    async fn take(&self, class: ClassId, person: PersonId) -> Answer {
        let ask = json!({ "person_id": person, "consent_note": "当面问过，本人同意" });
        self.worker.api_post(&format!("/api/v1/classes/{class}/enrolments"), ask).await
    }

    /// A class of 14 November with these people in it, and its first mark on that morning.
    async fn started(&self, people: &[PersonId]) -> ClassId {
        let class = self.class(day(11, 14)).await;
        let seats = self.app.given_enrolments(class, people, EnrolmentStatus::Seated).await;
        self.app.given_enrolments(class, &[self.app.given_person(390).await], EnrolmentStatus::Waitlisted).await;
        self.app.time_is(nine_on(11, 14)).await;
        let sessions = self.institution.api_get(&format!("/api/v1/classes/{class}/sessions")).await.json();
        let first = sessions["items"][0]["id"].as_str().unwrap().to_owned();
        let marks: Vec<Value> =
            seats.iter().map(|seat| json!({ "enrolment_id": seat, "presence": "present" })).collect();
        let at = format!("/api/v1/class-sessions/{first}/attendance");
        self.institution.api_post(&at, json!({ "marks": marks })).await.is(Status::Ok);
        class
    }

    async fn flags(&self, class: ClassId) -> Vec<eligibility_flag::Model> {
        let rows = eligibility_flag::Entity::find().filter(eligibility_flag::Column::ClassId.eq(class));
        rows.all(self.app.db.reader()).await.unwrap()
    }

    async fn recheck_all(&self) -> usize {
        recheck_all(&self.app.db, &self.app.desk, &self.app.clock).await.unwrap()
    }
}

#[rocket::async_test]
async fn a_rule_from_a_date_on_changes_verdicts_only_for_classes_that_start_then() {
    let cast = Cast::gather().await;
    let person = cast.app.given_person(1).await;
    let (before, after) = (cast.class(day(12, 5)).await, cast.class(day(12, 12)).await);
    let narrow = json!({ "poverty": ["monitored"], "men": { "from": 16, "to": 60 } });
    cast.rule("360900", day(12, 10), None, narrow).await;
    cast.take(after, person).await.refuses("enrolment.not_eligible");
    let page = cast.worker.get(&format!("/classes/{after}?person={person}")).await.is(Status::Ok).text;
    assert!(page.contains("建档立卡贫困户，不在培训对象里"), "{page}");
    cast.take(before, person).await.is(Status::Created);
    let at = |on: &str| format!("/api/v1/people/{person}/eligibility?programme=ecommerce&on={on}");
    let told = async |on: &str| cast.clerk.api_get(&at(on)).await.is(Status::Ok).json();
    let (early, late) = (told("2016-12-09").await, told("2016-12-10").await);
    assert_eq!((&early["programmes"][0]["holds"], &late["programmes"][0]["holds"]), (&json!(true), &json!(false)));
    assert_eq!(late["programmes"][0]["document_no"], "赣人社发〔2016〕40号");
}

#[rocket::async_test]
async fn the_nearest_area_decides_and_in_it_the_rule_of_the_programme() {
    let cast = Cast::gather().await;
    let person = cast.app.given_person(1).await;
    cast.rule("360923", day(1, 1), None, json!({ "labour": ["skilled"] })).await;
    cast.rule("360923", day(1, 1), Some(Programme::Skill), json!({ "labour": ["ordinary"] })).await;
    cast.rule("360922", day(1, 1), None, json!({ "labour": [] })).await;
    let told = cast.clerk.api_get(&format!("/api/v1/people/{person}/eligibility")).await.is(Status::Ok).json();
    let holds: Vec<(&Value, &Value)> =
        told["programmes"].as_array().unwrap().iter().map(|one| (&one["programme"], &one["holds"])).collect();
    let expected =
        [("entrepreneurship", false), ("ecommerce", false), ("skill", true)].map(|(name, ok)| (json!(name), json!(ok)));
    assert_eq!(holds, expected.iter().map(|(name, ok)| (name, ok)).collect::<Vec<_>>());
    assert_eq!(told["on"], "2016-11-01");
    cast.clerk.api_get(&format!("/api/v1/people/{person}/eligibility?on=nie")).await.blames("on", "invalid.date");
    cast.clerk
        .api_get(&format!("/api/v1/people/{person}/eligibility?programme=x"))
        .await
        .blames("programme", "invalid.choice");
}

#[rocket::async_test]
async fn each_condition_is_told_in_the_readers_words() {
    let cast = Cast::gather().await;
    let person = cast.app.given_person(1).await;
    cast.app
        .change_person(person, |row, _| {
            row.sex = Sex::Female;
            row.birth_on = NaiveDate::from_ymd_opt(1958, 1, 1).unwrap();
            row.labour_capacity = LabourCapacity::None;
        })
        .await;
    cast.rule("360000", day(1, 1), None, json!({ "labour": ["ordinary"], "women": { "from": 16, "to": 55 } })).await;
    load(&cast.clerk, "insured", &[format!("{},,", number_of(&cast.app, person).await)]).await.is(Status::Created);
    let path = format!("/people/{person}/eligibility");
    assert!(cast.worker.get(&format!("/people/{person}")).await.text.contains(&format!("href=\"{path}\"")));
    let page = cast.worker.get(&format!("{path}?on=2016-11-14&programme=ecommerce")).await.is(Status::Ok).text;
    for words in [
        "年龄58岁，开班之日须满16至55岁（女）",
        "劳动能力登记为无劳动能力",
        "列入参保职工名单（2016-10-31，上人社函〔2016〕31号）",
        "登记信息已核实",
        "不符合条件",
        "赣人社发〔2016〕40号",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = cast.worker.get_in("en", &path).await.is(Status::Ok).text;
    assert!(page.contains("58 on the first day, not between 16 and 55 (women)"), "{page}");
    let request = cast.app.client.get(format!("/api/v1{path}")).header(Header::new("Accept-Language", "en"));
    let told = Answer::of(cast.clerk.with_token(request)).await.is(Status::Ok).json();
    let age = &told["programmes"][0]["conditions"][1];
    assert_eq!((&age["code"], &age["holds"]), (&json!("enrolment.age"), &json!(false)));
    assert_eq!(age["reason"], "58 on the first day, not between 16 and 55 (women)");
    let again = cast.worker.get(&format!("{path}?on=x")).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("href=\"#on\""), "{again}");
    // Another county's people are out of sight; a supervisor reads the name masked.
    let neighbour = cast.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.get(&path).await.is(Status::NotFound);
    neighbour.api_get(&format!("/api/v1{path}")).await.is(Status::NotFound);
    let page = cast.app.sign_in(Role::Supervisor).await.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("陈**") && !page.contains("陈福"), "{page}");
}

#[rocket::async_test]
async fn the_rules_are_listed_for_offices_and_the_administrator() {
    let cast = Cast::gather().await;
    let asked =
        json!({ "poverty": ["registered", "monitored"], "areas": ["360923"], "women": { "from": 16, "to": 55 } });
    cast.rule("360923", day(12, 1), Some(Programme::Skill), asked).await;
    let administrator = cast.app.sign_in(Role::Administrator).await;
    let page = administrator.get("/eligibility").await.is(Status::Ok).text;
    for words in
        ["省里的默认规则", "还没开始", "男：满16到60岁", "女：满16到55岁", "住在：上高县", "赣人社发〔2016〕40号"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("href=\"/exclusions\""));
    assert!(cast.clerk.get("/eligibility").await.is(Status::Ok).text.contains("href=\"/exclusions\""));
    let rules = administrator.api_get("/api/v1/eligibility-rules").await.is(Status::Ok).json();
    assert_eq!(rules[0]["poverty"], json!(["registered", "exited", "monitored"]));
    assert_eq!(rules[1]["women"], json!({ "from": 16, "to": 55 }));
}

#[rocket::async_test]
async fn what_was_found_when_the_class_began_is_frozen_for_everybody_who_sat_there() {
    let cast = Cast::gather().await;
    let mut people = Vec::new();
    for n in 0..4 {
        people.push(cast.app.given_person(n).await);
    }
    // Who lost a condition between the seat and the first day is found so.
    cast.app.change_person(people[3], |row, _| row.labour_capacity = LabourCapacity::None).await;
    let class = cast.started(&people).await;
    let evidence = eligibility_evidence::Entity::find().all(cast.app.db.reader()).await.unwrap();
    let mut frozen: Vec<PersonId> = evidence.iter().map(|row| row.person_id).collect();
    frozen.sort_unstable();
    let mut seated = people.clone();
    seated.sort_unstable();
    assert_eq!(frozen, seated, "those who waited are not among them");
    let enrolments = enrolment::Entity::find().filter(enrolment::Column::Status.eq(EnrolmentStatus::Started));
    assert_eq!(enrolments.count(cast.app.db.reader()).await.unwrap(), 4);
    let held: Vec<bool> =
        people.iter().map(|id| evidence.iter().find(|row| row.person_id == *id).unwrap().holds).collect();
    assert_eq!(held, [true, true, true, false]);
    for row in &evidence {
        let verdicts: Vec<Value> = serde_json::from_str(&row.verdicts).unwrap();
        assert_eq!(row.holds, verdicts.iter().all(|told| told["holds"] == json!(true)));
        let facts: Value = serde_json::from_str(&row.facts).unwrap();
        assert_eq!((&facts["on"], &facts["birth_on"]), (&json!("2016-11-14"), &json!("1980-01-01")));
        assert_eq!(row.facts_hash.len(), 64);
        for sealed in ["369970", "154", "镜山村1组"] {
            assert!(!row.facts.contains(sealed), "{sealed}");
        }
    }
    for change in ["UPDATE eligibility_evidence SET holds = NOT holds", "DELETE FROM eligibility_evidence"] {
        assert!(is_refused(&cast.app, change).await, "{change}");
    }
    let page = cast.clerk.get(&format!("/classes/{class}/eligibility")).await.is(Status::Ok).text;
    assert!(page.contains("符合条件") && page.contains("劳动能力登记为无劳动能力") && page.contains("陈**"), "{page}");
    assert!(cast.clerk.get(&format!("/classes/{class}")).await.text.contains(&format!("/classes/{class}/eligibility")));
    let told = cast.clerk.api_get(&format!("/api/v1/classes/{class}/eligibility")).await.is(Status::Ok).json();
    assert_eq!(told["evidence"].as_array().unwrap().len(), 4);
    let neighbour = cast.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.get(&format!("/classes/{class}/eligibility")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn later_loss_does_not_undo_a_lawful_class_but_blocks_the_next() {
    let cast = Cast::gather().await;
    cast.app.db.writer().execute_unprepared("UPDATE rule SET value = 9 WHERE code LIKE 'quota%'").await.unwrap();
    let person = cast.app.given_person(1).await;
    let class = cast.started(&[person]).await;
    cast.app.change_person(person, |row, _| row.poverty_status = PovertyStatus::None).await;
    cast.recheck_all().await;
    let seat = enrolment::Entity::find().filter(enrolment::Column::ClassId.eq(class));
    let seat = seat.filter(enrolment::Column::PersonId.eq(person)).one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(seat.status, EnrolmentStatus::Started);
    let evidence = eligibility_evidence::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert!(evidence.holds);
    let next = cast.class(day(12, 5)).await;
    cast.take(next, person).await.refuses("enrolment.not_eligible");
}

#[rocket::async_test]
async fn looking_anew_raises_each_doubt_once_and_undoes_no_decision() {
    let cast = Cast::gather().await;
    let mut people = Vec::new();
    for n in 0..3 {
        people.push(cast.app.given_person(n).await);
    }
    let class = cast.started(&people).await;
    assert_eq!(cast.recheck_all().await, 0);
    cast.app.change_person(people[0], |row, _| row.status = PersonStatus::Suspended).await;
    // Found work on the second day: no bar to the money, but the clerk is told.
    let number = number_of(&cast.app, people[1]).await;
    cast.app.time_is(nine_on(11, 15)).await;
    load(&cast.clerk, "insured", &[format!("{number},2016-11-15,")]).await.is(Status::Created);
    assert_eq!(cast.recheck_all().await, 2);
    assert_eq!(cast.recheck_all().await, 0);
    let causes = async || {
        let mut flags = cast.flags(class).await;
        flags.sort_by(|a, b| a.cause.cmp(&b.cause));
        flags.into_iter().map(|flag| (flag.cause, flag.status, flag.id)).collect::<Vec<_>>()
    };
    let found = causes().await;
    assert_eq!((found[0].0.as_str(), found[1].0.as_str()), ("enrolment.excluded.insured", "enrolment.not_verified"));
    let home = cast.clerk.get("/").await.is(Status::Ok).text;
    assert!(home.contains("判定2个资格疑点") && home.contains("/eligibility/flags?status=open"), "{home}");
    let page = cast.clerk.get("/eligibility/flags").await.is(Status::Ok).text;
    assert!(
        page.contains("列入参保职工名单") && page.contains("登记信息还没有核实") && page.contains("陈**"),
        "{page}"
    );

    let flag = format!("/eligibility/flags/{}", found[0].2);
    cast.clerk.get(&format!("{flag}/dismiss")).await.is(Status::Ok);
    cast.clerk.post_form(&format!("{flag}/dismiss"), &[("reason", "")]).await.is(Status::UnprocessableEntity);
    cast.clerk
        .post_form(&format!("{flag}/dismiss"), &[("reason", "培训期间就业，属于培训效果")])
        .await
        .goes_to("/eligibility/flags");
    let other = format!("/api/v1/eligibility-flags/{}", found[1].2);
    let told = cast.clerk.api_post(&format!("{other}/confirm"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&told["status"], &told["actions"]), (&json!("confirmed"), &json!([])));
    cast.clerk.api_post(&format!("{other}/dismiss"), json!({ "reason": "看错了" })).await.refuses("move.illegal");
    // The next issue of the list says the same, and the record is verified again: what was decided stands.
    load(&cast.clerk, "insured", &[format!("{number},2016-11-15,2017-11-15")]).await.is(Status::Created);
    cast.app.change_person(people[0], |row, _| row.status = PersonStatus::Verified).await;
    assert_eq!(cast.recheck_all().await, 0);
    let decided: Vec<FlagStatus> = causes().await.into_iter().map(|flag| flag.1).collect();
    assert_eq!(decided, [FlagStatus::Dismissed, FlagStatus::Confirmed]);
    assert!(!cast.clerk.get("/").await.text.contains("资格疑点"));
    assert!(is_refused(&cast.app, "UPDATE eligibility_flag SET reason = NULL WHERE status = 'dismissed'").await);
}

#[rocket::async_test]
async fn a_doubt_that_is_gone_before_anybody_decided_is_cleared_and_raised_again_when_it_comes_back() {
    let cast = Cast::gather().await;
    let person = cast.app.given_person(1).await;
    let class = cast.started(&[person]).await;
    let path = format!("/classes/{class}/eligibility");
    let page = cast.clerk.get(&path).await.is(Status::Ok).text;
    assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
    assert!(!cast.app.sign_in(Role::CountyChecker).await.get(&path).await.text.contains(&format!("action=\"{path}\"")));
    for (capacity, status) in [
        (LabourCapacity::None, FlagStatus::Open),
        (LabourCapacity::Weak, FlagStatus::Cleared),
        (LabourCapacity::None, FlagStatus::Open),
    ] {
        cast.app.change_person(person, |row, _| row.labour_capacity = capacity).await;
        cast.clerk.post_form(&path, &[]).await.goes_to(&path);
        let flags = cast.flags(class).await;
        assert_eq!((flags.len(), flags[0].status), (1, status));
    }
    let neighbour = cast.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.post_form(&path, &[]).await.is(Status::NotFound);
    assert_eq!(neighbour.api_get("/api/v1/eligibility-flags").await.json()["items"], json!([]));
    let flag = cast.flags(class).await.remove(0);
    neighbour.api_post(&format!("/api/v1/eligibility-flags/{}/confirm", flag.id), json!({})).await.is(Status::NotFound);
    let listed = cast.clerk.api_get("/api/v1/eligibility-flags?status=open").await.is(Status::Ok).json();
    assert_eq!(listed["items"][0]["actions"], json!(["dismiss", "confirm"]));
    let open = cast.app.given_class(GivenClass { status: ClassStatus::Approved, ..GivenClass::of(cast.school) }).await;
    let at = format!("/api/v1/classes/{open}/eligibility/recheck");
    cast.clerk.api_post(&at, json!({})).await.refuses("flag.not_running");
}

#[rocket::async_test]
async fn who_stands_on_the_lists_of_two_counties_is_told_once() {
    let cast = Cast::gather().await;
    let person = cast.app.given_person(1).await;
    let number = number_of(&cast.app, person).await;
    let neighbour = cast.app.sign_in_at(Role::CountyClerk, "360922").await;
    for clerk in [&cast.clerk, &neighbour] {
        load(clerk, "student", &[format!("{number},,")]).await.is(Status::Created);
    }
    let told = cast.clerk.api_get(&format!("/api/v1/people/{person}/eligibility?programme=skill")).await.json();
    let conditions = told["programmes"][0]["conditions"].as_array().unwrap();
    assert_eq!(conditions.iter().filter(|one| one["code"] == "enrolment.excluded").count(), 1);
    let home = person::Entity::find_by_id(person).one(cast.app.db.reader()).await.unwrap().unwrap().area_code;
    assert_eq!(home, VILLAGE);
}
