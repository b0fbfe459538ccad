//! The accounts on which organisations and people are paid: two people, some days, and everybody is told.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use entities::{
    message, payee_account,
    values::{OrganisationId, PayeeStatus, PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::payees;

use crate::support::app::{Answer, App, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{day, given_rule};

const READERS: Who = Who::Roles(&[
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::FinanceOfficer,
    Role::Supervisor,
    Role::Auditor,
]);
const INSTITUTIONS: Who = Who::Roles(&[Role::Institution]);
const CHECKERS: Who = Who::Roles(&[Role::CountyChecker]);
const STOPPERS: Who = Who::Roles(&[Role::Institution, Role::CountyChecker]);

pub const DOORS: &[Door] = &[
    ("GET", "/payee-accounts", READERS),
    ("GET", "/payee-accounts/new", INSTITUTIONS),
    ("POST", "/payee-accounts", INSTITUTIONS),
    ("GET", "/payee-accounts/<id>", READERS),
    ("POST", "/payee-accounts/<id>/approve", CHECKERS),
    ("POST", "/payee-accounts/<id>/refuse", CHECKERS),
    ("POST", "/payee-accounts/<id>/stop", STOPPERS),
    ("GET", "/api/v1/payee-accounts", READERS),
    ("POST", "/api/v1/payee-accounts", INSTITUTIONS),
    ("GET", "/api/v1/payee-accounts/<id>", READERS),
    ("POST", "/api/v1/payee-accounts/<id>/approve", CHECKERS),
    ("POST", "/api/v1/payee-accounts/<id>/refuse", CHECKERS),
    ("POST", "/api/v1/payee-accounts/<id>/stop", STOPPERS),
];

const FIRST: &str = "36012345678901";
const SECOND: &str = "36012345678902";

struct Cast {
    app: Arc<App>,
    school: Visitor,
    /// Another account of the same school.
    colleague: Visitor,
    checker: Visitor,
}

impl Cast {
    async fn gather() -> Self {
        let app = App::start().await;
        let school = app.sign_in(Role::Institution).await;
        let colleague = app.sign_in_for(Role::Institution, school.organisation.unwrap()).await;
        let checker = app.sign_in(Role::CountyChecker).await;
        Self { app, school, colleague, checker }
    }

    async fn propose(&self, number: &str) -> Answer {
        self.school.api_post("/api/v1/payee-accounts", new(number)).await
    }

    async fn proposed(&self, number: &str) -> String {
        id_of(&self.propose(number).await.is(Status::Created).json())
    }

    async fn approved(&self, number: &str) -> String {
        let id = self.proposed(number).await;
        self.checker.api_post(&at(&id, "approve"), json!({})).await.is(Status::Ok);
        id
    }

    /// On which account the school is paid on a day, by its last digits.
    async fn paid_on(&self, day: NaiveDate) -> Option<String> {
        let school = self.school.organisation.unwrap();
        let found = payees::of_organisation(self.app.db.reader(), &self.app.vault, school, day).await.unwrap();
        found.map(|account| account.number)
    }

    /// As whoever signs in anew would be.
    fn later(&self, days: i64) {
        self.app.clock.set(self.app.clock.now() + TimeDelta::days(days));
    }

    async fn told(&self, visitor: &Visitor) -> Vec<String> {
        let rows = message::Entity::find().filter(message::Column::AccountId.eq(visitor.account));
        rows.all(self.app.db.reader()).await.unwrap().into_iter().map(|row| row.kind).collect()
    }
}

fn new(number: &str) -> Value {
    json!({ "bank": "上高农商银行敖阳支行", "name": "锦江职业培训学校", "number": number })
}

fn id_of(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

fn at(id: &str, step: &str) -> String {
    format!("/api/v1/payee-accounts/{id}/{step}")
}

#[rocket::async_test]
async fn the_first_account_is_used_at_once_and_a_change_some_days_later() {
    let cast = Cast::gather().await;
    assert_eq!(cast.paid_on(day(11, 1)).await, None);
    let first = cast.proposed(FIRST).await;
    assert_eq!(cast.paid_on(day(11, 1)).await, None, "nobody approved it");
    let view = cast.checker.api_post(&at(&first, "approve"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["usable_from"]), (&json!("in_force"), &json!("2016-11-01")));
    assert_eq!(cast.paid_on(day(11, 1)).await.as_deref(), Some(FIRST));
    let second = cast.approved(SECOND).await;
    let view = cast.school.api_get(&format!("/api/v1/payee-accounts/{second}")).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["usable_from"]), (&json!("in_force"), &json!("2016-11-04")));
    for (on, number) in [(1, FIRST), (3, FIRST), (4, SECOND), (30, SECOND)] {
        assert_eq!(cast.paid_on(day(11, on)).await.as_deref(), Some(number), "on {on}");
    }
    let before = cast.school.api_get(&format!("/api/v1/payee-accounts/{first}")).await.json();
    assert_eq!((&before["status"], &before["used_until"]), (&json!("replaced"), &json!("2016-11-04")));
}

#[rocket::async_test]
async fn a_county_may_ask_for_other_days() {
    let cast = Cast::gather().await;
    given_rule(&cast.app, "payees.cooling_days", 10).await;
    cast.approved(FIRST).await;
    cast.approved(SECOND).await;
    assert_eq!(cast.paid_on(day(11, 10)).await.as_deref(), Some(FIRST));
    assert_eq!(cast.paid_on(day(11, 11)).await.as_deref(), Some(SECOND));
}

#[rocket::async_test]
async fn everybody_of_the_school_is_told_and_may_stop_it_in_time() {
    let cast = Cast::gather().await;
    cast.approved(FIRST).await;
    let id = cast.proposed(SECOND).await;
    let told = cast.told(&cast.colleague).await;
    assert_eq!(told.iter().filter(|kind| *kind == "payee_proposed").count(), 2);
    assert!(cast.told(&cast.school).await.contains(&"payee_proposed".to_owned()));
    let letter = cast.colleague.get("/mailbox").await.is(Status::Ok).text;
    assert!(letter.contains("如果不是你们报的") && !letter.contains(SECOND), "{letter}");
    cast.checker.api_post(&at(&id, "approve"), json!({})).await.is(Status::Ok);
    cast.later(2);
    let colleague = cast.app.sign_in_for(Role::Institution, cast.school.organisation.unwrap()).await;
    colleague.api_post(&at(&id, "stop"), json!({ "reason": "" })).await.is(Status::UnprocessableEntity);
    let view = colleague.api_post(&at(&id, "stop"), json!({ "reason": "不是我们报的" })).await.is(Status::Ok).json();
    assert_eq!((&view["status"], &view["reason"]), (&json!("withdrawn"), &json!("不是我们报的")));
    // As if it had never been.
    for on in [3, 4, 20] {
        assert_eq!(cast.paid_on(day(11, on)).await.as_deref(), Some(FIRST), "on {on}");
    }
    assert!(cast.told(&cast.colleague).await.contains(&"payee_stopped".to_owned()));
    colleague.api_post(&at(&id, "stop"), json!({ "reason": "不是我们报的" })).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn one_that_is_used_is_not_stopped() {
    let cast = Cast::gather().await;
    let first = cast.approved(FIRST).await;
    let stop = json!({ "reason": "不是我们报的" });
    cast.school.api_post(&at(&first, "stop"), stop.clone()).await.is(Status::Conflict).refuses("payee.used");
    let second = cast.approved(SECOND).await;
    cast.app.clock.set(nine_on(11, 4));
    let checker = cast.app.sign_in(Role::CountyChecker).await;
    checker.api_post(&at(&second, "stop"), stop).await.refuses("payee.used");
    assert_eq!(cast.paid_on(day(11, 4)).await.as_deref(), Some(SECOND));
}

#[rocket::async_test]
async fn one_change_at_a_time() {
    let cast = Cast::gather().await;
    cast.approved(FIRST).await;
    cast.propose(FIRST).await.blames("number", "invalid.payee_same");
    let second = cast.proposed(SECOND).await;
    cast.propose("3601234567890333").await.is(Status::Conflict).refuses("payee.open");
    cast.checker.api_post(&at(&second, "approve"), json!({})).await.is(Status::Ok);
    cast.propose("3601234567890333").await.is(Status::Conflict).refuses("payee.cooling");
    cast.app.clock.set(nine_on(11, 4));
    let school = cast.app.sign_in_for(Role::Institution, cast.school.organisation.unwrap()).await;
    school.api_post("/api/v1/payee-accounts", new("3601234567890333")).await.is(Status::Created);
}

#[rocket::async_test]
async fn what_is_refused_is_never_paid_on() {
    let cast = Cast::gather().await;
    let id = cast.proposed(FIRST).await;
    cast.checker.api_post(&at(&id, "refuse"), json!({ "reason": "" })).await.blames("reason", "invalid.length");
    let page = format!("/payee-accounts/{id}");
    let again = cast.checker.post_form(&format!("{page}/refuse"), &[]).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("href=\"#reason\""), "{again}");
    cast.checker.post_form(&format!("{page}/refuse"), &[("reason", "户名不对")]).await.goes_to(&page);
    assert!(cast.school.get(&page).await.text.contains("户名不对"));
    assert_eq!(cast.paid_on(day(12, 31)).await, None);
    cast.checker.api_post(&at(&id, "approve"), json!({})).await.is(Status::Conflict).refuses("move.illegal");
    cast.school.api_post(&at(&id, "stop"), json!({ "reason": "算了吧" })).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn who_named_an_account_does_not_approve_it_with_another_one() {
    let cast = Cast::gather().await;
    let id = cast.proposed(FIRST).await;
    let same = cast.app.sign_in_as(Role::CountyChecker, &cast.school).await;
    same.api_post(&at(&id, "approve"), json!({})).await.is(Status::Conflict).refuses("payee.same_person");
    same.api_post(&at(&id, "refuse"), json!({ "reason": "户名不对" })).await.refuses("payee.same_person");
    let unknown = cast.app.sign_in_unknown(Role::CountyChecker).await;
    unknown.api_post(&at(&id, "approve"), json!({})).await.refuses("account.no_identity");
    // The tables say so too.
    let row = stored(&cast.app, &id).await;
    for (by, holder, may) in [
        ("'NULL'", "NULL", false),
        ("decided", "proposed_holder", false),
        ("proposed_by", "other", false),
        ("decided", "other", true),
    ] {
        let other = crate::holders::sql_id(&cast.app, uuid::Uuid::now_v7());
        let by = match by {
            "decided" => crate::holders::sql_id(&cast.app, cast.checker.account.0),
            "proposed_by" => "proposed_by".to_owned(),
            _ => "NULL".to_owned(),
        };
        let holder = if holder == "other" { other } else { holder.to_owned() };
        let deed = format!(
            "UPDATE payee_account SET status = 'refused', decided_by = {by}, decided_holder = {holder} WHERE status = 'proposed'"
        );
        assert_eq!(cast.app.db.writer().execute_unprepared(&deed).await.is_ok(), may, "{deed}");
    }
    assert_eq!(row.status, PayeeStatus::Proposed);
    let writer = cast.app.db.writer();
    for deed in [
        "UPDATE payee_account SET status = 'in_force'",
        "UPDATE payee_account SET status = 'proposed'",
        "UPDATE payee_account SET proposed_holder = decided_holder",
        "DELETE FROM payee_account",
    ] {
        assert!(writer.execute_unprepared(deed).await.is_err(), "{deed}");
    }
}

async fn stored(app: &App, id: &str) -> payee_account::Model {
    let id: entities::values::PayeeAccountId = id.parse().unwrap();
    payee_account::Entity::find_by_id(id).one(app.db.reader()).await.unwrap().unwrap()
}

#[rocket::async_test]
async fn both_steps_ask_for_the_password_anew() {
    let cast = Cast::gather().await;
    let id = cast.proposed(FIRST).await;
    cast.app.clock.set(cast.app.clock.now() + TimeDelta::minutes(6));
    cast.checker.api_post(&at(&id, "approve"), json!({})).await.is(Status::Forbidden).refuses("error.step_up_required");
    cast.propose(SECOND).await.is(Status::Forbidden).refuses("error.step_up_required");
    let away = cast.school.get("/payee-accounts/new").await;
    assert!(away.location.unwrap().starts_with("/confirm?to="));
    assert_eq!(stored(&cast.app, &id).await.status, PayeeStatus::Proposed);
    assert_eq!(payee_account::Entity::find().count(cast.app.db.reader()).await.unwrap(), 1);
}

#[rocket::async_test]
async fn a_number_stands_sealed_and_is_shown_masked() {
    let cast = Cast::gather().await;
    let form = [("bank", "上高农商银行"), ("name", "锦江职业培训学校"), ("number", "3601 2345-6789 01")];
    let answer = cast.school.post_form("/payee-accounts", &form).await.is(Status::SeeOther);
    let path = answer.location.unwrap();
    let row = stored(&cast.app, path.rsplit('/').next().unwrap()).await;
    assert_eq!((row.tail.as_str(), &row.number_index), ("8901", &cast.app.vault.index("bank", FIRST)));
    assert!(!row.sealed.windows(8).any(|bytes| bytes == &FIRST.as_bytes()[..8]));
    for visitor in [&cast.school, &cast.checker] {
        for path in ["/payee-accounts", path.as_str()] {
            let page = visitor.get(path).await.is(Status::Ok).text;
            assert!(page.contains("**** 8901") && !page.contains(FIRST), "{page}");
        }
    }
    let wrong = [("bank", "农"), ("name", "锦"), ("number", "1234")];
    let again = cast.colleague.post_form("/payee-accounts", &wrong).await.is(Status::UnprocessableEntity).text;
    for field in ["bank", "name", "number"] {
        assert!(again.contains(&format!("href=\"#{field}\"")), "{field}: {again}");
    }
}

#[rocket::async_test]
async fn whoever_decides_is_warned_of_others_with_the_same_number() {
    let cast = Cast::gather().await;
    let other = cast.app.sign_in(Role::Institution).await;
    other.api_post("/api/v1/payee-accounts", new(FIRST)).await.is(Status::Created);
    let person = cast.app.given_person(1).await;
    cast.app.change_person(person, |_, private| FIRST.clone_into(&mut private.bank_account)).await;
    let form = json!({ "bank": "上高农商银行", "name": "郭志明", "number": FIRST });
    let view = cast.school.api_post("/api/v1/payee-accounts", form).await.is(Status::Created).json();
    assert_eq!((&view["twins"], &view["other_name"]), (&json!([]), &json!(true)), "the school sees nobody else");
    let id = id_of(&view);
    let seen = cast.checker.api_get(&format!("/api/v1/payee-accounts/{id}")).await.json();
    let twins = seen["twins"].as_array().unwrap();
    assert_eq!(twins.len(), 2, "{seen}");
    assert_eq!(twins[0], json!({ "name": "锦江职业培训学校", "identity": null }));
    assert!(twins[1]["identity"].as_str().unwrap().starts_with("369970********"), "{seen}");
    let page = cast.checker.get(&format!("/payee-accounts/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("别的机构或个人也用这个账号") && page.contains("户名和机构名称不一样"), "{page}");
    // A warning, and no more.
    cast.checker.api_post(&at(&id, "approve"), json!({})).await.is(Status::Ok);
}

#[rocket::async_test]
async fn each_sees_the_own_accounts_and_a_county_its_own() {
    let cast = Cast::gather().await;
    let id = cast.proposed(FIRST).await;
    let path = format!("/api/v1/payee-accounts/{id}");
    let elsewhere = cast.app.sign_in_at(Role::CountyChecker, "360922").await;
    for stranger in [&cast.app.sign_in(Role::Institution).await, &elsewhere] {
        stranger.api_get(&path).await.is(Status::NotFound);
        stranger.api_post(&at(&id, "stop"), json!({ "reason": "不是我们报的" })).await.is(Status::NotFound);
        assert_eq!(stranger.api_get("/api/v1/payee-accounts").await.json()["items"], json!([]));
    }
    assert!(cast.checker.get("/").await.text.contains("审批1个收款账户"));
    assert!(!elsewhere.get("/").await.text.contains("个收款账户"));
    let of: OrganisationId = cast.school.organisation.unwrap();
    let list = cast.checker.api_get(&format!("/api/v1/payee-accounts?organisation={of}&status=proposed")).await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    cast.app.given_suspended(of).await;
    cast.propose(SECOND).await.refuses("organisation.suspended");
}

async fn account_of(app: &App, person: PersonId, on: NaiveDate) -> Option<String> {
    let found = payees::of_person(app.db.reader(), &app.vault, person, on).await.unwrap();
    found.map(|account| account.number)
}

#[rocket::async_test]
async fn the_account_of_a_person_takes_two_people_and_some_days() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    let before = account_of(&app, person, day(11, 1)).await;
    assert_eq!(before.as_deref(), Some("000000360000000001"));
    let trainee = app.sign_in_person(person).await;
    let ask = json!({ "person_id": person, "changes": [{ "field": "bank_account", "value": "000000360000009999" }] });
    let filed = trainee.api_post("/api/v1/corrections", ask).await.is(Status::Created).json();
    assert_eq!(filed["needs_second"], json!(true));
    let door = |step: &str| format!("/api/v1/corrections/{}/{step}", filed["id"].as_str().unwrap());
    let clerk = app.sign_in(Role::CountyClerk).await;
    let passed = clerk.api_post(&door("apply"), json!({})).await.is(Status::Ok).json();
    assert_eq!(passed["status"], "awaiting_second");
    assert_eq!(account_of(&app, person, day(11, 1)).await, before);
    let same = app.sign_in_as(Role::CountyChecker, &clerk).await;
    same.api_post(&door("confirm"), json!({})).await.refuses("correction.same_person");
    let checker = app.sign_in(Role::CountyChecker).await;
    checker.api_post(&door("confirm"), json!({})).await.is(Status::Ok);
    let waits = async |on| payees::person_waits_until(app.db.reader(), &app.vault, person, on).await.unwrap();
    for on in [1, 3] {
        assert_eq!(account_of(&app, person, day(11, on)).await, None, "on {on}");
        assert_eq!(waits(day(11, on)).await, Some(day(11, 4)));
    }
    assert_eq!(account_of(&app, person, day(11, 4)).await.as_deref(), Some("000000360000009999"));
    assert_eq!(waits(day(11, 4)).await, None);
}

#[rocket::async_test]
async fn another_change_of_the_record_starts_no_waiting() {
    let app = App::start().await;
    let person = app.given_person(1).await;
    app.change_person(person, |row, _| "木工".clone_into(&mut row.skills)).await;
    assert!(account_of(&app, person, day(11, 1)).await.is_some());
    app.change_person(person, |_, private| private.bank_account.clear()).await;
    assert_eq!(account_of(&app, person, day(11, 1)).await, None);
    assert_eq!(account_of(&app, person, day(12, 1)).await, None, "there is none");
}
