//! Steps that take two people: every one who took a step before, with the same account in the next office and with another
//! account of the same natural person, is refused at the next step; somebody else takes it.

use entities::{
    role_grant,
    values::{CaseOutcome, GrantId, PersonId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::notices::go_round;

use super::{Town, contract, id};
use crate::sanctions::{Story, warning};
use crate::support::app::{COUNTY, Visitor};

/// A step that is due, and who took the steps before.
struct Due<'a> {
    path: String,
    body: Value,
    role: Role,
    makers: Vec<&'a Visitor>,
    /// What the refused are told; of an account and of a person it may be another.
    codes: &'static [&'static str],
}

impl Due<'_> {
    /// Each maker is refused, as himself and under another account; then `other` takes the step.
    async fn is_for_another(&self, other: &Visitor) -> Value {
        for maker in &self.makers {
            let before = moved(maker, (self.role, COUNTY.to_owned())).await;
            self.refuses(maker).await;
            moved(maker, before).await;
            self.refuses(&other.app.sign_in_as(self.role, maker).await).await;
        }
        let done = other.api_post(&self.path, self.body.clone()).await;
        assert!(done.status.code < 300, "{}: {}", self.path, done.text);
        done.json()
    }

    async fn refuses(&self, who: &Visitor) {
        let told = who.api_post(&self.path, self.body.clone()).await;
        assert_eq!(told.status, Status::Conflict, "{}: {}", self.path, told.text);
        let code = told.json()["code"].as_str().unwrap().to_owned();
        assert!(self.codes.contains(&code.as_str()), "{}: {code}", self.path);
    }
}

/// The same account in another office; answers where it was.
async fn moved(who: &Visitor, (role, area): (Role, String)) -> (Role, String) {
    let db = who.app.db.writer();
    let rows = role_grant::Entity::find().filter(role_grant::Column::AccountId.eq(who.account));
    let before = rows.one(db).await.unwrap().unwrap();
    let id: GrantId = before.id;
    let moved = role_grant::Entity::update_many()
        .col_expr(role_grant::Column::Role, Expr::value(role))
        .col_expr(role_grant::Column::AreaCode, Expr::value(area))
        .filter(role_grant::Column::Id.eq(id));
    moved.exec(db).await.unwrap();
    (before.role, before.area_code)
}

const SAME_CLAIM: &[&str] = &["claim.same_person"];

#[rocket::async_test]
async fn every_step_of_a_claim_and_its_payment_is_taken_by_another_person() {
    let town = Town::found(1_000_000, 80_000).await;
    let class = town.class_of(1, 2, (11, 28)).await;
    let path = format!("/api/v1/classes/{}/claim", class.class);
    let claim = town.institution.api_post(&path, contract()).await.is(Status::Created).json();
    let claim = id(&claim).to_owned();
    let due = |step: &str, role, makers| Due {
        path: format!("/api/v1/claims/{claim}/{step}"),
        body: json!({}),
        role,
        makers,
        codes: SAME_CLAIM,
    };
    due("approve", Role::CountyClerk, vec![&town.institution]).is_for_another(&town.clerk).await;
    due("confirm", Role::CountyChecker, vec![&town.institution, &town.clerk]).is_for_another(&town.checker).await;
    town.app.given_through_notice(claim.parse().unwrap()).await;
    let makers = || vec![&town.institution, &town.clerk, &town.checker];
    due("authorise", Role::FinanceOfficer, makers()).is_for_another(&town.finance).await;
    let build = Due {
        path: "/api/v1/batches".to_owned(),
        body: json!({ "pot_id": town.pot, "layout": "rural" }),
        codes: &["batch.nothing", "claim.same_person"],
        ..due("", Role::FinanceOfficer, makers())
    };
    let batch = build.is_for_another(&town.payer).await;
    let freeze =
        Due { path: format!("/api/v1/batches/{}/freeze", id(&batch)), ..due("", Role::FinanceOfficer, makers()) };
    freeze.is_for_another(&town.payer).await;
}

#[rocket::async_test]
async fn who_names_an_account_does_not_approve_it() {
    let town = Town::found(1_000_000, 80_000).await;
    for (step, body) in [("refuse", json!({ "reason": "户名不对" })), ("approve", json!({}))] {
        let new = json!({ "bank": "上高农商银行", "name": "锦江职业培训学校", "number": "36012345678902" });
        let named = town.institution.api_post("/api/v1/payee-accounts", new).await.is(Status::Created).json();
        let due = Due {
            path: format!("/api/v1/payee-accounts/{}/{step}", id(&named)),
            body,
            role: Role::CountyChecker,
            makers: vec![&town.institution],
            codes: &["payee.same_person"],
        };
        due.is_for_another(&town.checker).await;
    }
}

#[rocket::async_test]
async fn another_account_of_a_person_passes_three_people() {
    let town = Town::found(1_000_000, 80_000).await;
    let person: PersonId = town.app.given_person(1).await;
    let worker = town.app.sign_in(Role::VillageWorker).await;
    let ask = json!({ "person_id": person, "changes": [{ "field": "bank_account", "value": "000000360000009999" }] });
    let filed = worker.api_post("/api/v1/corrections", ask).await.is(Status::Created).json();
    let due = |step: &str, role, makers| Due {
        path: format!("/api/v1/corrections/{}/{step}", id(&filed)),
        body: json!({}),
        role,
        makers,
        codes: &["correction.own", "correction.same_person"],
    };
    due("apply", Role::CountyClerk, vec![&worker]).is_for_another(&town.clerk).await;
    due("confirm", Role::CountyChecker, vec![&worker, &town.clerk]).is_for_another(&town.checker).await;
}

#[rocket::async_test]
async fn who_looked_into_an_objection_does_not_decide_on_it() {
    let town = Town::found(1_000_000, 80_000).await;
    let class = town.class_of(1, 2, (11, 28)).await;
    let path = format!("/api/v1/classes/{}/claim", class.class);
    let claim = town.institution.api_post(&path, contract()).await.is(Status::Created).json();
    town.of_claim(&town.clerk, id(&claim), "approve", json!({})).await.is(Status::Ok);
    town.of_claim(&town.checker, id(&claim), "confirm", json!({})).await.is(Status::Ok);
    go_round(&town.app.db, &town.app.desk, &town.app.vault, &town.app.clock).await.unwrap();
    for (line, outcome) in [(1, "upheld"), (2, "dismissed")] {
        let text = json!({ "line": line, "text": "这个人那几天在广东打工，没有上过课" });
        town.app.passer_by().api_post("/api/v1/notices/G-2016-000001/objections", text).await.is(Status::Created);
        let waiting = town.clerk.api_get("/api/v1/objections?status=received").await.json()["items"][0].clone();
        let at = format!("/api/v1/objections/{}", id(&waiting));
        let found = json!({ "finding": "查了用工台账" });
        town.clerk.api_post(&format!("{at}/investigate"), found).await.is(Status::Ok);
        let due = Due {
            path: format!("{at}/decide"),
            body: json!({ "outcome": outcome, "answer": "经核查，已作处理" }),
            role: Role::CountyChecker,
            makers: vec![&town.clerk],
            codes: &["objection.same_person"],
        };
        due.is_for_another(&town.checker).await;
    }
}

#[rocket::async_test]
async fn who_proposes_a_sanction_does_not_decide_on_it() {
    let story = Story::with(CaseOutcome::Warning).await;
    let (clerk, checker) = (story.app.sign_in(Role::CountyClerk).await, story.app.sign_in(Role::CountyChecker).await);
    let document = json!({ "document_no": "上人社罚〔2016〕1号" });
    for (step, body) in [("refuse", json!({ "refusal": "太轻了。" })), ("confirm", document)] {
        let path = format!("/api/v1/cases/{}/sanctions", story.case);
        let proposed = clerk.api_post(&path, warning()).await.is(Status::Created).json();
        let due = Due {
            path: format!("/api/v1/sanctions/{}/{step}", id(&proposed)),
            body,
            role: Role::CountyChecker,
            makers: vec![&clerk],
            codes: &["sanction.same_person"],
        };
        due.is_for_another(&checker).await;
    }
}

#[rocket::async_test]
async fn who_proposes_a_standard_or_an_uplift_does_not_put_it_in_force() {
    let town = Town::found(1_000_000, 80_000).await;
    let supervisor = town.app.sign_in(Role::Supervisor).await;
    let standard = json!({
        "programme": "skill", "level": 5, "area_code": COUNTY, "kind": "training", "payee": "institution",
        "amount_fen": 100_000, "valid_from": "2016-01-01", "document_no": "上财社〔2016〕3号"
    });
    let uplift = json!({
        "area_code": COUNTY, "kind": "listed_trade", "occupation": "4-01-06-01", "percent": 20, "certificate": true,
        "valid_from": "2016-01-01", "document_no": "上人社字〔2016〕5号"
    });
    for (door, body) in [("subsidy-standards", standard), ("subsidy-uplifts", uplift)] {
        let proposed = supervisor.api_post(&format!("/api/v1/{door}"), body).await.is(Status::Created).json();
        let due = |role| Due {
            path: format!("/api/v1/{door}/{}/enact", id(&proposed)),
            body: json!({}),
            role,
            makers: vec![&supervisor],
            codes: &["standard.own"],
        };
        // A supervisor may put in force what another supervisor proposed, and the own proposal as little.
        due(Role::Supervisor).refuses(&supervisor).await;
        due(Role::FinanceOfficer).is_for_another(&town.finance).await;
    }
}

#[rocket::async_test]
async fn nobody_gives_a_right_to_the_own_other_account() {
    let town = Town::found(1_000_000, 80_000).await;
    for (maker, role) in
        [(&town.clerk, Role::CountyClerk), (&town.checker, Role::CountyChecker), (&town.finance, Role::FinanceOfficer)]
    {
        let double = town.app.sign_in_as(role, maker).await;
        for to in [maker, &double] {
            let login = entities::account::Entity::find_by_id(to.account).one(town.app.db.writer()).await.unwrap();
            let (from_on, to_on) = ("2016-11-20", "2016-11-27");
            let new = json!({ "login": login.unwrap().login, "from_on": from_on, "to_on": to_on, "reason": "休假" });
            maker.api_post("/api/v1/delegations", new).await.blames("login", "invalid.delegate_self");
        }
    }
}
