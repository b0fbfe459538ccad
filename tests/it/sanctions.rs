//! What follows from a case: proposed by one person, put in force by another, answered, appealed against, ended by days.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use entities::{
    class_session, doubt, message, organisation, sanction, supervision_case,
    values::{
        CaseId, CaseOutcome, CaseStatus, ClassStatus, DoubtId, DoubtKind, DoubtStatus, OrganisationId,
        OrganisationStatus, Role, SanctionStatus,
    },
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sidan::{
    check,
    sanctions::{end_all, holds_claims, of_case},
};

use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{GivenClass, Graduate};

const SEE: Who =
    Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);
const PROPOSE: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor]);
const DECIDE: Who = Who::Roles(&[Role::CountyChecker, Role::Supervisor]);
const OWN: Who = Who::Roles(&[Role::Institution]);
const ABOVE: Who = Who::Roles(&[Role::Supervisor]);

pub const DOORS: &[Door] = &[
    ("GET", "/sanctions", SEE),
    ("GET", "/cases/<id>/sanctions/new", PROPOSE),
    ("POST", "/cases/<id>/sanctions", PROPOSE),
    ("GET", "/sanctions/<id>", SEE),
    ("POST", "/sanctions/<id>/confirm", DECIDE),
    ("POST", "/sanctions/<id>/refuse", DECIDE),
    ("POST", "/sanctions/<id>/answer", OWN),
    ("POST", "/sanctions/<id>/judge", PROPOSE),
    ("POST", "/sanctions/<id>/lift", ABOVE),
    ("POST", "/sanctions/<id>/appeal", OWN),
    ("POST", "/sanctions/<id>/appeal/decide", ABOVE),
    ("GET", "/api/v1/sanctions", SEE),
    ("POST", "/api/v1/cases/<id>/sanctions", PROPOSE),
    ("GET", "/api/v1/sanctions/<id>", SEE),
    ("POST", "/api/v1/sanctions/<id>/confirm", DECIDE),
    ("POST", "/api/v1/sanctions/<id>/refuse", DECIDE),
    ("POST", "/api/v1/sanctions/<id>/answer", OWN),
    ("POST", "/api/v1/sanctions/<id>/judge", PROPOSE),
    ("POST", "/api/v1/sanctions/<id>/lift", ABOVE),
    ("POST", "/api/v1/sanctions/<id>/appeal", OWN),
    ("POST", "/api/v1/sanctions/<id>/appeal/decide", ABOVE),
];

/// An institution with a case against it, opened by a checker and decided by a supervisor, and those who go on from there.
pub struct Story {
    pub app: Arc<App>,
    pub school: Visitor,
    clerk: Visitor,
    opener: Visitor,
    judge: Visitor,
    /// Took no part in anything.
    apart: Visitor,
    pub case: CaseId,
}

impl Story {
    pub async fn with(outcome: CaseOutcome) -> Self {
        let app = App::start().await;
        let school = app.sign_in(Role::Institution).await;
        let (opener, judge) = (app.sign_in(Role::CountyChecker).await, app.sign_in(Role::Supervisor).await);
        let case = given_case(&app, school.organisation.unwrap(), outcome, (&opener, &judge)).await;
        let (clerk, apart) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::Supervisor).await);
        Self { app, school, clerk, opener, judge, apart, case }
    }

    pub fn institution(&self) -> OrganisationId {
        self.school.organisation.unwrap()
    }

    async fn propose(&self, by: &Visitor, body: Value) -> Answer {
        by.api_post(&format!("/api/v1/cases/{}/sanctions", self.case), body).await
    }

    /// Proposed by the clerk.
    async fn proposed(&self, body: Value) -> String {
        let view = self.propose(&self.clerk, body).await.is(Status::Created).json();
        format!("/api/v1/sanctions/{}", view["id"].as_str().unwrap())
    }

    /// Put in force by the checker who opened the case, or by a supervisor where it takes one.
    pub async fn in_force(&self, body: Value) -> String {
        let at = self.proposed(body.clone()).await;
        let by = if body["kind"] == "delist" { &self.judge } else { &self.opener };
        confirm(by, &at).await.is(Status::Ok);
        at
    }

    async fn standing(&self) -> OrganisationStatus {
        let row = organisation::Entity::find_by_id(self.institution()).one(self.app.db.reader()).await.unwrap();
        row.unwrap().status
    }

    async fn told(&self) -> Vec<String> {
        let rows = message::Entity::find()
            .filter(message::Column::AccountId.eq(self.school.account))
            .order_by_asc(message::Column::Id)
            .all(self.app.db.reader())
            .await
            .unwrap();
        rows.into_iter().map(|row| row.kind).filter(|kind| kind.starts_with("sanction_")).collect()
    }
}

async fn confirm(by: &Visitor, at: &str) -> Answer {
    by.api_post(&format!("{at}/confirm"), json!({ "document_no": "上人社罚〔2016〕1号" })).await
}

/// A case that stands decided.
async fn given_case(
    app: &App,
    organisation: OrganisationId,
    outcome: CaseOutcome,
    (opener, judge): (&Visitor, &Visitor),
) -> CaseId {
    let id = CaseId::new();
    let row = supervision_case::Model {
        id,
        number: format!("A-{}", id.0.simple()),
        organisation_id: organisation,
        area_code: COUNTY.into(),
        title: "上课人数超过教室容量".into(),
        finding: "教室的座位比计出勤的人少。".into(),
        status: CaseStatus::Decided,
        outcome: Some(outcome),
        decision: Some("照此办理。".into()),
        recover_fen: None,
        opened_by: opener.account,
        opened_at: app.clock.now(),
        decided_by: Some(judge.account),
        decided_at: Some(app.clock.now()),
        closed_by: None,
        closed_at: None,
        closing: None,
        version: 2,
    };
    supervision_case::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    id
}

pub fn warning() -> Value {
    json!({ "kind": "warn", "reason": "人数超过教室座位。" })
}

pub fn rectification() -> Value {
    json!({ "kind": "rectify", "reason": "教室太小。", "mend": "换到能坐下全班的教室。", "due_on": "2016-11-30" })
}

fn suspension() -> Value {
    json!({ "kind": "suspend", "reason": "虚报出勤。", "starts_on": "2016-11-01", "ends_on": "2016-11-20" })
}

pub fn delisting() -> Value {
    json!({ "kind": "delist", "reason": "伪造签名。" })
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[rocket::async_test]
async fn a_sanction_is_proposed_by_one_person_and_put_in_force_by_another() {
    let story = Story::with(CaseOutcome::Warning).await;
    let view = story.propose(&story.opener, warning()).await.is(Status::Created).json();
    assert_eq!(
        (&view["status"], &view["number"], &view["actions"]),
        (&json!("proposed"), &json!("P-2016-0001"), &json!([]))
    );
    let at = format!("/api/v1/sanctions/{}", view["id"].as_str().unwrap());
    confirm(&story.opener, &at).await.refuses("sanction.same_person");
    let same = story.app.sign_in_as(Role::Supervisor, &story.opener).await;
    confirm(&same, &at).await.refuses("sanction.same_person");
    let refusal = json!({ "refusal": "太轻了。" });
    story.opener.api_post(&format!("{at}/refuse"), refusal).await.refuses("sanction.same_person");
    // Until then the institution knows nothing of it.
    story.school.api_get(&at).await.is(Status::NotFound);
    assert_eq!(story.school.api_get("/api/v1/sanctions").await.json()["items"], json!([]));
    let checker = story.app.sign_in(Role::CountyChecker).await;
    assert!(
        checker.get("/").await.text.contains("决定1项处罚")
            && !story.opener.get("/").await.text.contains("决定1项处罚")
    );
    checker
        .api_post(&format!("{at}/confirm"), json!({ "document_no": " " }))
        .await
        .blames("document_no", "invalid.required");
    let view = confirm(&checker, &at).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["starts_on"]), (&json!("in_force"), &json!("2016-11-01")));
    // A year, its first day among it.
    assert_eq!(view["ends_on"], "2017-10-31");
    confirm(&checker, &at).await.refuses("move.illegal");
    let seen = story.school.api_get(&at).await.is(Status::Ok).json();
    assert_eq!((&seen["document_no"], &seen["reason"]), (&json!("上人社罚〔2016〕1号"), &json!("人数超过教室座位。")));
    assert_eq!(story.told().await, ["sanction_in_force"]);
    assert_eq!(story.standing().await, OrganisationStatus::Active);
    assert_eq!(of_case(story.app.db.reader(), story.case).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn a_sanction_rests_on_a_decided_case_and_is_no_graver_than_it() {
    let story = Story::with(CaseOutcome::Rectify).await;
    story.propose(&story.clerk, suspension()).await.refuses("sanction.too_grave");
    let unfounded =
        given_case(&story.app, story.institution(), CaseOutcome::Unfounded, (&story.opener, &story.judge)).await;
    let path = format!("/api/v1/cases/{unfounded}/sanctions");
    story.clerk.api_post(&path, warning()).await.refuses("sanction.too_grave");
    let closed =
        "UPDATE supervision_case SET status = 'closed', closed_by = opened_by, closed_at = opened_at, closing = '好'";
    story.proposed(rectification()).await;
    story.app.db.writer().execute_unprepared(closed).await.unwrap();
    story.propose(&story.clerk, warning()).await.refuses("sanction.case_undecided");
    let elsewhere = story.app.sign_in_at(Role::CountyClerk, "360922").await;
    story.propose(&elsewhere, warning()).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn one_sanction_of_a_kind_stands_at_a_time() {
    let story = Story::with(CaseOutcome::Rectify).await;
    let at = story.proposed(warning()).await;
    story.propose(&story.clerk, warning()).await.refuses("sanction.one_live");
    story.propose(&story.clerk, rectification()).await.is(Status::Created);
    story.opener.api_post(&format!("{at}/refuse"), json!({ "refusal": "先整改。" })).await.is(Status::Ok);
    story.propose(&story.clerk, warning()).await.is(Status::Created);
    assert_eq!(story.told().await, Vec::<String>::new());
    story.school.api_get(&at).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn each_kind_asks_for_its_own_fields() {
    let story = Story::with(CaseOutcome::Suspend).await;
    let send = async |body| story.propose(&story.clerk, body).await;
    send(json!({ "kind": "rectify", "reason": "教室太小。" })).await.blames("due_on", "invalid.required");
    send(json!({ "kind": "warn", "reason": "太小", "due_on": "2016-11-30" }))
        .await
        .blames("due_on", "invalid.not_for_this_kind");
    send(json!({ "kind": "suspend", "reason": "虚报", "starts_on": "2016-10-31", "ends_on": "2016-11-20" }))
        .await
        .blames("starts_on", "invalid.past");
    send(json!({ "kind": "suspend", "reason": "虚报", "starts_on": "2016-11-20", "ends_on": "2016-11-19" }))
        .await
        .blames("ends_on", "invalid.end_before_start");
    send(json!({ "kind": "warn", "reason": " " })).await.blames("reason", "invalid.required");
    // What waits until its last day is over has to be proposed anew.
    let at = story.proposed(suspension()).await;
    story.app.time_is(nine_on(11, 21)).await;
    let checker = story.app.sign_in(Role::CountyChecker).await;
    confirm(&checker, &at).await.refuses("sanction.over");
}

#[rocket::async_test]
async fn a_rectification_is_answered_returned_answered_again_and_accepted() {
    let story = Story::with(CaseOutcome::Rectify).await;
    let at = story.in_force(rectification()).await;
    assert!(story.school.get("/").await.text.contains("按要求整改"));
    let answer = async |text: &str| story.school.api_post(&format!("{at}/answer"), json!({ "answer": text })).await;
    let judge = async |body: Value| story.clerk.api_post(&format!("{at}/judge"), body).await;
    judge(json!({ "verdict": "accepted" })).await.refuses("move.illegal");
    answer(" ").await.blames("answer", "invalid.required");
    answer("换了教室。").await.is(Status::Ok);
    answer("又换了教室。").await.refuses("move.illegal");
    assert!(story.clerk.get("/").await.text.contains("认定1项整改"));
    judge(json!({ "verdict": "refused" })).await.blames("note", "invalid.required");
    let view = judge(json!({ "verdict": "refused", "note": "还差6个座位。" })).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["answers"][0]["verdict"]), (&json!("in_force"), &json!("refused")));
    answer("添了6个座位。").await.is(Status::Ok);
    let view = judge(json!({ "verdict": "accepted" })).await.is(Status::Ok).json();
    assert_eq!((&view["status"], view["answers"].as_array().unwrap().len()), (&json!("ended"), 2));
    answer("再添。").await.refuses("move.illegal");
    assert_eq!(story.told().await, ["sanction_in_force", "sanction_returned", "sanction_accepted"]);
}

#[rocket::async_test]
async fn only_a_rectification_is_answered_and_by_nobody_but_its_institution() {
    let story = Story::with(CaseOutcome::Rectify).await;
    let at = story.in_force(warning()).await;
    let answer = json!({ "answer": "改好了。" });
    story.school.api_post(&format!("{at}/answer"), answer.clone()).await.refuses("sanction.no_rectification");
    let rectify = story.in_force(rectification()).await;
    let other = story.app.sign_in(Role::Institution).await;
    other.api_post(&format!("{rectify}/answer"), answer).await.is(Status::NotFound);
    other.api_get(&rectify).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_suspended_institution_applies_for_nothing_and_its_classes_go_on() {
    let story = Story::with(CaseOutcome::Suspend).await;
    let (app, school) = (&story.app, story.institution());
    let applied = GivenClass { status: ClassStatus::Applied, ..GivenClass::of(school) };
    let applied = app.given_class(applied).await;
    let approved = app.given_class(GivenClass { starts_on: day("2016-11-14"), ..GivenClass::of(school) }).await;
    let person = app.given_person(1).await;
    let seats = app.given_enrolments(approved, &[person], entities::values::EnrolmentStatus::Seated).await;
    let at = story.in_force(suspension()).await;
    assert_eq!(story.standing().await, OrganisationStatus::Suspended);
    let clerk = app.sign_in(Role::CountyClerk).await;
    clerk.api_post(&format!("/api/v1/classes/{applied}/approve"), json!({})).await.refuses("organisation.suspended");
    // Its claims are held while the rule says so.
    let held = holds_claims(app.db.reader(), school, day("2016-11-10")).await.unwrap().unwrap();
    assert!(at.ends_with(&held.to_string()));
    let done = app.given_finished_class(school, 20, &[Graduate::QUALIFIED]).await;
    let claim = format!("/api/v1/classes/{}/claim", done.class);
    let claim = story.school.api_post(&claim, json!({ "contract_no": "DL-1" })).await.is(Status::Created).json();
    let approve = format!("/api/v1/claims/{}/approve", claim["id"].as_str().unwrap());
    clerk.api_post(&approve, json!({})).await.refuses("claim.sanctioned");
    let loose = "UPDATE rule SET value = 0 WHERE code = 'sanctions.suspension_holds_claims'";
    app.db.writer().execute_unprepared(loose).await.unwrap();
    assert_eq!(holds_claims(app.db.reader(), school, day("2016-11-10")).await.unwrap(), None);
    clerk.api_post(&approve, json!({})).await.is(Status::Ok);
    // A class that was approved before begins all the same.
    app.time_is(nine_on(11, 14)).await;
    let school = app.sign_in_for(Role::Institution, school).await;
    first_mark(&school, approved, &seats[0].to_string()).await.is(Status::Ok);
}

async fn first_mark(school: &Visitor, class: entities::values::ClassId, seat: &str) -> Answer {
    let session = class_session::Entity::find()
        .filter(class_session::Column::ClassId.eq(class))
        .order_by_asc(class_session::Column::Ordinal)
        .one(school.app.db.reader())
        .await
        .unwrap()
        .unwrap();
    let marks = json!({ "marks": [{ "enrolment_id": seat, "presence": "present" }] });
    school.api_post(&format!("/api/v1/class-sessions/{}/attendance", session.id), marks).await
}

#[rocket::async_test]
async fn a_suspension_begins_and_ends_by_its_days() {
    let story = Story::with(CaseOutcome::Suspend).await;
    let later =
        json!({ "kind": "suspend", "reason": "虚报出勤。", "starts_on": "2016-11-05", "ends_on": "2016-11-20" });
    let at = story.in_force(later).await;
    let round = async || end_all(&story.app.db, &story.app.desk, &story.app.clock).await.unwrap();
    assert_eq!((round().await, story.standing().await), (0, OrganisationStatus::Active));
    story.app.time_is(nine_on(11, 5)).await;
    assert_eq!((round().await, story.standing().await), (1, OrganisationStatus::Suspended));
    story.app.time_is(nine_on(11, 20)).await;
    assert_eq!((round().await, story.standing().await), (0, OrganisationStatus::Suspended));
    story.app.time_is(nine_on(11, 21)).await;
    assert_eq!((round().await, story.standing().await), (1, OrganisationStatus::Active));
    assert_eq!(round().await, 0);
    let school = story.app.sign_in_for(Role::Institution, story.institution()).await;
    assert_eq!(school.api_get(&at).await.json()["status"], "ended");
    let held = async |on| holds_claims(story.app.db.reader(), story.institution(), day(on)).await.unwrap().is_some();
    assert!(!held("2016-11-04").await && held("2016-11-05").await && held("2016-11-20").await);
    assert!(!held("2016-11-21").await);
    assert_eq!(story.told().await.last().unwrap(), "sanction_ended");
}

#[rocket::async_test]
async fn striking_off_takes_a_supervisor_and_leaves_nothing_new() {
    let story = Story::with(CaseOutcome::Delist).await;
    let (app, school) = (&story.app, story.institution());
    let at = story.proposed(delisting()).await;
    confirm(&story.opener, &at).await.refuses("sanction.needs_supervisor");
    let county = app.sign_in_at(Role::Supervisor, COUNTY).await;
    confirm(&county, &at).await.refuses("sanction.needs_supervisor");
    let approved = app.given_class(GivenClass::of(school)).await;
    let people = [app.given_person(1).await, app.given_person(2).await];
    let seats = app.given_enrolments(approved, &people[..1], entities::values::EnrolmentStatus::Seated).await;
    confirm(&story.judge, &at).await.is(Status::Ok);
    assert_eq!(story.standing().await, OrganisationStatus::Delisted);
    let held = holds_claims(app.db.reader(), school, day("2016-11-01")).await.unwrap().unwrap();
    assert!(at.ends_with(&held.to_string()));
    let accreditation = json!({
        "programme": "ecommerce", "occupation": null, "level_ceiling": 4, "valid_from": "2016-01-01",
        "valid_to": "2017-12-31", "document_no": "赣人社字〔2016〕1号",
    });
    let path = format!("/api/v1/organisations/{school}/accreditations");
    story.clerk.api_post(&path, accreditation).await.refuses("organisation.delisted");
    let village = app.sign_in(Role::VillageWorker).await;
    let path = format!("/api/v1/classes/{approved}/enrolments");
    let ask = json!({ "person_id": people[1], "consent_note": "当面问过，本人同意" });
    village.api_post(&path, ask).await.refuses("organisation.delisted");
    app.time_is(nine_on(11, 14)).await;
    let own = app.sign_in_for(Role::Institution, school).await;
    first_mark(&own, approved, &seats[0].to_string()).await.refuses("organisation.delisted");
}

#[rocket::async_test]
async fn who_is_struck_off_comes_back_by_an_appeal_that_somebody_apart_upholds() {
    let story = Story::with(CaseOutcome::Delist).await;
    let at = story.in_force(delisting()).await;
    let lift = json!({ "closing": "改好了。" });
    story.apart.api_post(&format!("{at}/lift"), lift).await.refuses("sanction.needs_appeal");
    let decide = async |by: &Visitor| {
        let body = json!({ "outcome": "upheld", "decision": "证据不足。" });
        by.api_post(&format!("{at}/appeal/decide"), body).await
    };
    decide(&story.apart).await.is(Status::NotFound);
    let appeal = async || story.school.api_post(&format!("{at}/appeal"), json!({ "appeal": "签名是本人的。" })).await;
    appeal().await.is(Status::Ok);
    appeal().await.refuses("sanction.appeal_closed");
    // It stands meanwhile.
    assert_eq!(story.standing().await, OrganisationStatus::Delisted);
    assert!(story.apart.get("/").await.text.contains("处理一件申诉"));
    decide(&story.judge).await.refuses("sanction.took_part");
    let filed = json!({ "outcome": "filed", "decision": "再看看。" });
    story.apart.api_post(&format!("{at}/appeal/decide"), filed).await.blames("outcome", "invalid.choice");
    let view = decide(&story.apart).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["appeal"]["status"]), (&json!("lifted"), &json!("upheld")));
    assert_eq!(story.standing().await, OrganisationStatus::Active);
    decide(&story.apart).await.refuses("move.illegal");
    assert_eq!(story.told().await, ["sanction_in_force", "sanction_upheld"]);
    let held = async |on| holds_claims(story.app.db.reader(), story.institution(), day(on)).await.unwrap();
    assert_eq!(held("2016-11-01").await, None);
}

#[rocket::async_test]
async fn an_appeal_that_is_rejected_or_late_changes_nothing() {
    let story = Story::with(CaseOutcome::Delist).await;
    let at = story.in_force(delisting()).await;
    story.app.time_is(nine_on(11, 16)).await;
    let school = story.app.sign_in_for(Role::Institution, story.institution()).await;
    assert_eq!(school.api_get(&at).await.json()["actions"], json!(["appeal"]));
    story.app.time_is(nine_on(11, 17)).await;
    let school = story.app.sign_in_for(Role::Institution, story.institution()).await;
    assert_eq!(school.api_get(&at).await.json()["actions"], json!([]));
    school.api_post(&format!("{at}/appeal"), json!({ "appeal": "不服。" })).await.refuses("sanction.appeal_closed");
    let story = Story::with(CaseOutcome::Delist).await;
    let at = story.in_force(delisting()).await;
    story.school.api_post(&format!("{at}/appeal"), json!({ "appeal": "不服。" })).await.is(Status::Ok);
    let rejected = json!({ "outcome": "rejected", "decision": "证据确凿。" });
    let view = story.apart.api_post(&format!("{at}/appeal/decide"), rejected).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["appeal"]["status"]), (&json!("in_force"), &json!("rejected")));
    assert_eq!(story.standing().await, OrganisationStatus::Delisted);
}

#[rocket::async_test]
async fn a_suspension_is_lifted_by_a_supervisor_who_took_no_part() {
    let story = Story::with(CaseOutcome::Suspend).await;
    let at = story.in_force(suspension()).await;
    let lift = async |by: &Visitor| by.api_post(&format!("{at}/lift"), json!({ "closing": "已经改好。" })).await;
    lift(&story.judge).await.refuses("sanction.took_part");
    let view = lift(&story.apart).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["closing"]), (&json!("lifted"), &json!("已经改好。")));
    assert_eq!(story.standing().await, OrganisationStatus::Active);
    lift(&story.apart).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn whoever_acts_or_acted_for_the_institution_has_no_say() {
    let story = Story::with(CaseOutcome::Rectify).await;
    let at = story.proposed(warning()).await;
    let tied = story.app.sign_in(Role::CountyChecker).await;
    let once = format!(
        "INSERT INTO role_grant (id, account_id, role, area_code, organisation_id, granted_at, ended_at) \
         SELECT {}, account_id, 'institution', area_code, {}, granted_at, granted_at FROM role_grant WHERE account_id = {}",
        blob(&story.app, entities::values::GrantId::new().0),
        blob(&story.app, story.institution().0),
        blob(&story.app, tied.account.0),
    );
    story.app.db.writer().execute_unprepared(&once).await.unwrap();
    confirm(&tied, &at).await.refuses("doubt.tied");
    story.propose(&tied, rectification()).await.refuses("doubt.tied");
}

/// An id as the database at hand writes it.
fn blob(app: &App, id: uuid::Uuid) -> String {
    match app.db.backend() {
        sea_orm::DbBackend::Sqlite => format!("X'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

#[rocket::async_test]
async fn an_institution_is_suspended_where_it_is_at_home() {
    let story = Story::with(CaseOutcome::Suspend).await;
    // Its class was taught in 上高县, while it is registered elsewhere.
    let elsewhere = story.app.sign_in_at(Role::Institution, "360922").await.organisation.unwrap();
    let case = given_case(&story.app, elsewhere, CaseOutcome::Suspend, (&story.opener, &story.judge)).await;
    let view = story.clerk.api_post(&format!("/api/v1/cases/{case}/sanctions"), suspension()).await.is(Status::Created);
    let at = format!("/api/v1/sanctions/{}", view.json()["id"].as_str().unwrap());
    confirm(&story.opener, &at).await.refuses("sanction.out_of_area");
    confirm(&story.judge, &at).await.is(Status::Ok);
}

#[rocket::async_test]
async fn the_tables_themselves_refuse_what_no_two_people_decided() {
    let story = Story::with(CaseOutcome::Delist).await;
    let at = story.in_force(delisting()).await;
    story.proposed(warning()).await;
    let refused = async |sql: &str| story.app.db.writer().execute_unprepared(sql).await.is_err();
    for (sql, why) in [
        ("UPDATE sanction SET decided_by = proposed_by WHERE kind = 'delist'", "one person alone"),
        ("UPDATE sanction SET status = 'in_force' WHERE kind = 'warn'", "in force without a decision"),
        (
            "UPDATE sanction SET status = 'lifted', closed_by = decided_by, closed_at = decided_at, closing = '好' WHERE kind = 'delist'",
            "struck off and lifted without an appeal",
        ),
        ("UPDATE sanction SET kind = 'warn' WHERE kind = 'delist'", "another kind"),
        ("UPDATE sanction SET status = 'answered' WHERE kind = 'delist'", "a striking off that is answered"),
        ("UPDATE sanction SET document_no = NULL WHERE kind = 'delist'", "in force without a paper"),
        ("DELETE FROM sanction", "deleted"),
        ("UPDATE sanction SET ends_on = '2016-01-01' WHERE kind = 'delist'", "ends before it begins"),
    ] {
        assert!(refused(sql).await, "{why}");
    }
    let unfounded =
        given_case(&story.app, story.institution(), CaseOutcome::Unfounded, (&story.opener, &story.judge)).await;
    let row = sanction::Entity::find().one(story.app.db.reader()).await.unwrap().unwrap();
    let insert = async |row: sanction::Model| {
        sanction::Entity::insert(row.into_active_model()).exec_without_returning(story.app.db.writer()).await.is_err()
    };
    let fresh = sanction::Model {
        id: entities::values::SanctionId::new(),
        number: "P-2".into(),
        kind: entities::values::SanctionKind::Suspend,
        status: SanctionStatus::Proposed,
        starts_on: Some(day("2016-11-01")),
        ends_on: Some(day("2016-11-02")),
        document_no: None,
        decided_by: None,
        decided_at: None,
        ..row
    };
    assert!(insert(sanction::Model { case_id: unfounded, ..fresh.clone() }).await, "from an unfounded case");
    assert!(
        insert(sanction::Model { kind: entities::values::SanctionKind::Warn, ..fresh.clone() }).await,
        "a second one"
    );
    assert!(!insert(fresh).await);
    story.school.api_post(&format!("{at}/appeal"), json!({ "appeal": "不服。" })).await.is(Status::Ok);
    for (by, why) in [
        ("(SELECT proposed_by FROM sanction WHERE kind = 'delist')", "who proposed it"),
        ("(SELECT decided_by FROM sanction WHERE kind = 'delist')", "who put it in force"),
        ("(SELECT opened_by FROM supervision_case WHERE outcome = 'delist')", "who opened the case"),
    ] {
        let sql = format!(
            "UPDATE sanction_appeal SET status = 'upheld', answer = '好', decided_at = filed_at, decided_by = {by}"
        );
        assert!(refused(&sql).await, "{why} decides on the appeal");
    }
    assert!(refused("DELETE FROM sanction_appeal").await);
}

#[rocket::async_test]
async fn the_check_names_an_institution_that_stands_otherwise_than_its_sanctions() {
    let story = Story::with(CaseOutcome::Delist).await;
    story.in_force(delisting()).await;
    let found = async || {
        let atlas = check::atlas(&story.app.db).await.unwrap();
        let report = check::run(&story.app.db, &atlas, Some(&story.app.vault)).await.unwrap();
        report.findings.into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(found().await, Vec::<&str>::new());
    for (status, rules) in [
        ("active", vec!["organisation.struck_off"]),
        ("suspended", vec!["organisation.standing", "organisation.struck_off"]),
    ] {
        let sql = format!("UPDATE organisation SET status = '{status}' WHERE kind = 'institution'");
        story.app.db.writer().execute_unprepared(&sql).await.unwrap();
        assert_eq!(found().await, rules);
    }
}

#[rocket::async_test]
async fn a_sanction_goes_its_way_on_pages() {
    let story = Story::with(CaseOutcome::Rectify).await;
    let list = format!("/sanctions?case={}", story.case);
    assert!(story.clerk.get(&format!("/cases/{}", story.case)).await.is(Status::Ok).text.contains(&list));
    let new = format!("/cases/{}/sanctions", story.case);
    assert!(story.clerk.get(&list).await.is(Status::Ok).text.contains(&format!("href=\"{new}/new\"")));
    assert!(!story.school.get(&list).await.is(Status::Ok).text.contains("sanctions/new"));
    let form = story.clerk.get(&format!("{new}/new")).await.is(Status::Ok).text;
    assert!(form.contains("value=\"rectify\"") && !form.contains("value=\"suspend\""));
    let bad = [("kind", "rectify"), ("reason", "教室太小。"), ("due_on", "月底")];
    let again = story.clerk.post_form(&new, &bad).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("href=\"#due_on\""), "{again}");
    let good = [("kind", "rectify"), ("reason", "教室太小。"), ("mend", "换教室。"), ("due_on", "2016-11-30")];
    story.clerk.post_form(&new, &good).await.is(Status::SeeOther);
    let row = sanction::Entity::find().one(story.app.db.reader()).await.unwrap().unwrap();
    let at = format!("/sanctions/{}", row.id);
    assert!(!story.clerk.get(&at).await.is(Status::Ok).text.contains("name=\"document_no\""));
    story.school.get(&at).await.is(Status::NotFound);
    let fields = [("document_no", "上人社改〔2016〕1号"), ("version", "1")];
    story.opener.post_form(&format!("{at}/confirm"), &fields).await.goes_to(&at);
    let page = story.school.get(&at).await.is(Status::Ok).text;
    assert!(page.contains("换教室。") && page.contains("上人社改〔2016〕1号"), "{page}");
    // Who proposed and who decided is not told to the institution.
    assert!(page.contains("</time>　</p>") && !page.contains("提出</b>"), "{page}");
    story.school.post_form(&format!("{at}/answer"), &[("answer", "换好了。")]).await.goes_to(&at);
    let again = story.clerk.post_form(&format!("{at}/judge"), &[("verdict", "refused")]).await;
    assert!(again.is(Status::UnprocessableEntity).text.contains("href=\"#note\""));
    story.clerk.post_form(&format!("{at}/judge"), &[("verdict", "accepted")]).await.goes_to(&at);
    for language in ["zh-CN", "en"] {
        let page = story.clerk.get_in(language, &at).await.is(Status::Ok).text;
        assert!(!page.contains("sanction-") || page.contains("换好了。"), "{page}");
    }
}

#[rocket::async_test]
async fn what_is_to_be_recovered_stands_in_the_case() {
    let story = Story::with(CaseOutcome::Warning).await;
    let opened = CaseId::new();
    let row = supervision_case::Entity::find().one(story.app.db.reader()).await.unwrap().unwrap();
    let row = supervision_case::Model {
        id: opened,
        number: "A-2016-9".into(),
        status: CaseStatus::Opened,
        outcome: None,
        decision: None,
        decided_by: None,
        decided_at: None,
        version: 1,
        ..row
    };
    supervision_case::Entity::insert(row.into_active_model())
        .exec_without_returning(story.app.db.writer())
        .await
        .unwrap();
    let at = format!("/api/v1/cases/{opened}/decide");
    let body =
        |outcome: &str, fen: i64| json!({ "outcome": outcome, "decision": "退回多付的补贴。", "recover_fen": fen });
    story.judge.api_post(&at, body("unfounded", 100)).await.blames("recover_fen", "invalid.money");
    story.judge.api_post(&at, body("warning", 0)).await.blames("recover_fen", "invalid.money");
    let form = [("outcome", "warning"), ("decision", "退回多付的补贴。"), ("recover_fen", "一千")];
    let again = story.judge.post_form(&format!("/cases/{opened}/decide"), &form).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("href=\"#recover_fen\""));
    let form = [("outcome", "warning"), ("decision", "退回多付的补贴。"), ("recover_fen", "1,200")];
    story.judge.post_form(&format!("/cases/{opened}/decide"), &form).await.is(Status::SeeOther);
    let view = story.opener.api_get(&format!("/api/v1/cases/{opened}")).await.is(Status::Ok).json();
    assert_eq!(view["recover_fen"], 120_000);
    assert!(story.school.get(&format!("/cases/{opened}")).await.text.contains("应追回 1,200.00 元"));
}

/// A doubt about a class of the institution, as it stands.
pub async fn given_doubt(story: &Story, kind: DoubtKind, status: DoubtStatus, days_ago: i64) -> DoubtId {
    let (app, id) = (&story.app, DoubtId::new());
    let class = app.given_class(GivenClass::of(story.institution())).await;
    let at = app.clock.now() - TimeDelta::days(days_ago);
    let decided = !matches!(status, DoubtStatus::Open | DoubtStatus::Cleared);
    let row = doubt::Model {
        id,
        class_id: class,
        session_id: None,
        enrolment_id: None,
        organisation_id: story.institution(),
        area_code: COUNTY.into(),
        kind,
        key: id.to_string(),
        facts: "{}".into(),
        status,
        found_at: at,
        decided_by: decided.then_some(story.opener.account),
        decided_at: decided.then_some(at),
        reason: (status == DoubtStatus::Dismissed).then(|| "没有问题".into()),
        case_id: None,
        version: 1,
    };
    doubt::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
    id
}
