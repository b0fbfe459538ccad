//! From a closed class to its payment: every fen, every step, every person who may not take it.

mod asked;
mod lapsing;
mod lines;
mod pages;
mod parts;
mod proof;

use std::sync::Arc;

use entities::{
    audit_event, certificate, claim, claim_line, decision, idempotency, message, posting, role_grant,
    values::{CertificateId, ClaimId, Fen, LineStatus, PotAccount, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};

use crate::funds::{balances, is_refused, literal};
use crate::support::app::{App, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{FinishedClass, Graduate};

const READERS: &[Role] =
    &[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer, Role::Supervisor, Role::Auditor];
const INSTITUTION: Who = Who::Roles(&[Role::Institution]);
const CLERK: Who = Who::Roles(&[Role::CountyClerk]);
const CHECKER: Who = Who::Roles(&[Role::CountyChecker]);
const ONESELF: Who = Who::Roles(&[Role::Trainee, Role::VillageWorker]);
const FINANCE: Who = Who::Roles(&[Role::FinanceOfficer]);
const RETURNERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer]);

pub const DOORS: &[Door] = &[
    ("GET", "/claims", Who::Roles(READERS)),
    ("GET", "/claims/<id>", Who::Roles(READERS)),
    ("GET", "/classes/<id>/claim", INSTITUTION),
    ("POST", "/classes/<id>/claim", INSTITUTION),
    ("POST", "/claims/<id>/submit", INSTITUTION),
    ("POST", "/claims/<id>/approve", CLERK),
    ("POST", "/claims/<id>/confirm", CHECKER),
    ("GET", "/enrolments/<id>/claim", ONESELF),
    ("POST", "/enrolments/<id>/claim", ONESELF),
    ("GET", "/claims/<id>/authorise", FINANCE),
    ("POST", "/claims/<id>/authorise", FINANCE),
    ("GET", "/claims/<id>/hold", RETURNERS),
    ("POST", "/claims/<id>/hold", RETURNERS),
    ("GET", "/claims/<id>/release", CHECKER),
    ("POST", "/claims/<id>/release", CHECKER),
    ("POST", "/claims/<id>/checks/<check>/clear", CLERK),
    ("GET", "/claims/<id>/lines/<line>", Who::Roles(READERS)),
    ("GET", "/api/v1/claims/<id>/lines/<line>", Who::Roles(READERS)),
    ("POST", "/claims/<id>/lines/<line>/hold", RETURNERS),
    ("POST", "/claims/<id>/lines/<line>/release", CHECKER),
    ("GET", "/claims/<id>/return", RETURNERS),
    ("POST", "/claims/<id>/return", RETURNERS),
    ("GET", "/claims/<id>/reject", CLERK),
    ("POST", "/claims/<id>/reject", CLERK),
    ("GET", "/claims/<id>/lines/<line>/refuse", CLERK),
    ("POST", "/claims/<id>/lines/<line>/refuse", CLERK),
    ("POST", "/claims/<id>/lines/<line>/allow", CLERK),
    ("GET", "/api/v1/claims", Who::Roles(READERS)),
    ("GET", "/api/v1/claims/<id>", Who::Roles(READERS)),
    ("POST", "/api/v1/classes/<id>/claim", INSTITUTION),
    ("POST", "/api/v1/claims/<id>/submit", INSTITUTION),
    ("POST", "/api/v1/claims/<id>/approve", CLERK),
    ("POST", "/api/v1/claims/<id>/confirm", CHECKER),
    ("POST", "/api/v1/enrolments/<id>/claim", ONESELF),
    ("POST", "/api/v1/claims/<id>/authorise", FINANCE),
    ("POST", "/api/v1/claims/<id>/hold", RETURNERS),
    ("POST", "/api/v1/claims/<id>/release", CHECKER),
    ("POST", "/api/v1/claims/<id>/checks/<check>/clear", CLERK),
    ("POST", "/api/v1/claims/<id>/lines/<line>/hold", RETURNERS),
    ("POST", "/api/v1/claims/<id>/lines/<line>/release", CHECKER),
    ("POST", "/api/v1/claims/<id>/return", RETURNERS),
    ("POST", "/api/v1/claims/<id>/reject", CLERK),
    ("POST", "/api/v1/claims/<id>/lines/<line>/refuse", CLERK),
    ("POST", "/api/v1/claims/<id>/lines/<line>/allow", CLERK),
];

const GRANTED: i64 = 120_000_000;
/// 800 yuan
const UNIT: i64 = 80_000;

/// Everybody who has a part in a claim.
struct Cast {
    app: Arc<App>,
    institution: Visitor,
    clerk: Visitor,
    checker: Visitor,
    finance: Visitor,
}

impl Cast {
    /// On 20 November, two days after the certificates.
    async fn gather() -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 20));
        Self {
            institution: app.sign_in(Role::Institution).await,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            finance: app.sign_in(Role::FinanceOfficer).await,
            app,
        }
    }

    async fn class_of(&self, graduates: &[Graduate]) -> FinishedClass {
        self.app.given_finished_class(self.institution.organisation.unwrap(), 1, graduates).await
    }

    async fn claim(&self, class: &FinishedClass) -> Value {
        let path = format!("/api/v1/classes/{}/claim", class.class);
        self.institution.api_post(&path, contract()).await.is(Status::Created).json()
    }

    async fn act(&self, who: &Visitor, claim: &Value, action: &str) -> crate::support::app::Answer {
        let body = match action {
            "return" => json!({ "code": "attendance", "reason": "第三天的签到表没有盖章" }),
            "reject" => json!({ "reason": "第三天的签到表没有盖章" }),
            _ => json!({}),
        };
        who.api_post(&format!("/api/v1/claims/{}/{action}", claim["id"].as_str().unwrap()), body).await
    }

    async fn approve(&self, claim: &Value) -> Value {
        self.act(&self.clerk, claim, "approve").await.is(Status::Ok).json()
    }

    async fn confirm(&self, claim: &Value) -> Value {
        self.act(&self.checker, claim, "confirm").await.is(Status::Ok).json()
    }

    /// The notice is over, and the finance bureau approves.
    async fn authorise(&self, claim: &Value) -> Value {
        self.through_notice(claim).await;
        self.act(&self.finance, claim, "authorise").await.is(Status::Ok).json()
    }

    async fn through_notice(&self, claim: &Value) {
        self.app.given_through_notice(claim["id"].as_str().unwrap().parse().unwrap()).await;
    }

    /// available, reserved, payable, paid
    async fn pot(&self, class: &FinishedClass) -> [i64; 4] {
        let [granted, rest @ ..] = balances(&self.finance, class.pot).await;
        assert_eq!((granted, rest.iter().sum::<i64>()), (GRANTED, GRANTED));
        self.postings_add_up(class, rest).await;
        rest
    }

    /// The balances are the sums of the postings, whatever happened.
    async fn postings_add_up(&self, class: &FinishedClass, balances: [i64; 4]) {
        let postings = posting::Entity::find()
            .filter(posting::Column::PotId.eq(class.pot))
            .all(self.app.db.reader())
            .await
            .unwrap();
        let of = |account: PotAccount| -> i64 {
            let sum = |rows: &dyn Fn(&posting::Model) -> bool| -> i64 {
                postings.iter().filter(|row| rows(row)).map(|row| row.fen.0).sum()
            };
            sum(&|row| row.credit == account) - sum(&|row| row.debit == account)
        };
        let accounts = [PotAccount::Available, PotAccount::Reserved, PotAccount::Payable, PotAccount::Paid];
        assert_eq!(accounts.map(of), balances);
    }

    async fn revoke(&self, certificate: CertificateId) {
        let row = certificate::Entity::find_by_id(certificate).one(self.app.db.reader()).await.unwrap().unwrap();
        self.app.given_revoked(&row.serial).await;
    }

    async fn lines(&self, claim: &Value) -> Vec<claim_line::Model> {
        let id: ClaimId = claim["id"].as_str().unwrap().parse().unwrap();
        let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(id));
        rows.order_by_asc(claim_line::Column::Id).all(self.app.db.reader()).await.unwrap()
    }
}

/// Under what the institution claims.
fn contract() -> Value {
    json!({ "contract_no": "DL-2016-1" })
}

fn path(claim: &Value) -> String {
    format!("/claims/{}", claim["id"].as_str().unwrap())
}

/// The reason of each line, in the order of the answer.
fn reasons(claim: &Value) -> Vec<Option<&str>> {
    claim["lines"].as_array().unwrap().iter().map(|line| line["reason"].as_str()).collect()
}

const FIVE: [Graduate; 5] =
    [Graduate::QUALIFIED, Graduate::TOO_OFTEN_AWAY, Graduate::QUALIFIED, Graduate::NOT_PASSED, Graduate::QUALIFIED];

#[rocket::async_test]
async fn the_money_goes_from_reserved_to_paid_and_every_fen_is_somewhere() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&FIVE).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 5 * UNIT, 5 * UNIT, 0, 0]);

    let claim = cast.claim(&class).await;
    assert_eq!((&claim["status"], &claim["total_fen"]), (&json!("submitted"), &json!(3 * UNIT)));
    assert_eq!((&claim["claimed_lines"], &claim["refused_lines"]), (&json!(3), &json!(2)));
    assert_eq!(&reasons(&claim)[..2], [Some("line.attendance_low"), Some("line.not_passed")]);
    assert_eq!(claim["lines"][0]["attendance"], json!({ "done": 914, "target": 1200, "percent": "76.17" }));
    assert_eq!((&claim["waiting_on"], &claim["actions"]), (&json!("county_clerk"), &json!([])));
    assert_eq!(cast.pot(&class).await, [GRANTED - 5 * UNIT, 5 * UNIT, 0, 0]);

    let claim = cast.approve(&claim).await;
    assert_eq!((&claim["status"], &claim["waiting_on"]), (&json!("first_approved"), &json!("county_checker")));
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 3 * UNIT, 0, 0]);

    let claim = cast.confirm(&claim).await;
    assert_eq!((&claim["status"], &claim["waiting_on"]), (&json!("second_approved"), &Value::Null));
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 3 * UNIT, 0]);

    let claim = cast.authorise(&claim).await;
    assert_eq!((&claim["status"], &claim["waiting_on"]), (&json!("finance_approved"), &json!("finance_officer")));
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 3 * UNIT, 0]);

    let lines = cast.lines(&claim).await;
    let approved: Vec<bool> = lines.iter().map(|line| line.status == LineStatus::Approved).collect();
    assert_eq!(approved, [true, false, true, false, true]);
    let row = claim::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(row.total_fen, Fen(3 * UNIT));
    let steps = decision::Entity::find().order_by_asc(decision::Column::Id).all(cast.app.db.reader()).await.unwrap();
    let steps: Vec<&str> = steps.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(steps, ["submit", "approve", "confirm", "authorise"]);
    let audited = audit_event::Entity::find().filter(audit_event::Column::Noun.eq("claim"));
    assert_eq!(audited.all(cast.app.db.reader()).await.unwrap().len(), 4);
}

#[rocket::async_test]
async fn each_step_is_open_to_its_own_office_in_its_own_state_only() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.act(&cast.checker, &claim, "confirm").await.refuses("move.illegal");
    cast.act(&cast.checker, &claim, "return").await.refuses("move.illegal");
    cast.act(&cast.finance, &claim, "authorise").await.refuses("move.illegal");
    cast.act(&cast.institution, &claim, "submit").await.refuses("move.illegal");
    cast.act(&cast.checker, &claim, "approve").await.is(Status::Forbidden);
    cast.approve(&claim).await;
    cast.act(&cast.clerk, &claim, "approve").await.refuses("move.illegal");
    cast.act(&cast.clerk, &claim, "return").await.refuses("move.illegal");
    cast.act(&cast.clerk, &claim, "reject").await.refuses("move.illegal");
    cast.confirm(&claim).await;
    cast.act(&cast.checker, &claim, "confirm").await.refuses("move.illegal");
    cast.act(&cast.finance, &claim, "authorise").await.refuses("move.illegal");
    cast.authorise(&claim).await;
    cast.act(&cast.finance, &claim, "authorise").await.refuses("move.illegal");
    cast.act(&cast.finance, &claim, "return").await.refuses("move.illegal");
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
}

/// The same person in another office from now on.
async fn transfer(app: &Arc<App>, who: &Visitor, role: Role) {
    role_grant::Entity::update_many()
        .col_expr(role_grant::Column::Role, Expr::value(role))
        .filter(role_grant::Column::AccountId.eq(who.account))
        .exec(app.db.writer())
        .await
        .unwrap();
}

#[rocket::async_test]
async fn who_approved_can_neither_check_nor_let_pay_in_whatever_office() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    transfer(&cast.app, &cast.clerk, Role::CountyChecker).await;
    cast.act(&cast.clerk, &claim, "confirm").await.refuses("claim.same_person");
    let seen = cast.clerk.api_get(&format!("/api/v1{}", path(&claim))).await.json();
    assert_eq!(seen["actions"], json!(["return"]));
    let page = cast.clerk.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("这一步要由别人办") && !page.contains("/confirm\""), "{page}");
    cast.confirm(&claim).await;
    cast.through_notice(&claim).await;
    for earlier in [&cast.clerk, &cast.checker] {
        transfer(&cast.app, earlier, Role::FinanceOfficer).await;
        cast.act(earlier, &claim, "authorise").await.refuses("claim.same_person");
    }
    cast.authorise(&claim).await;
}

#[rocket::async_test]
async fn the_table_itself_knows_that_the_steps_are_taken_by_different_people() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    cast.claim(&class).await;
    let [one, two, three] = [(); 3].map(|()| literal(&cast.app, uuid::Uuid::now_v7()));
    let set = |first: &str, second: &str, payer: &str| {
        format!(
            "UPDATE claim SET first_approved_by = {first}, second_approved_by = {second}, finance_approved_by = {payer}"
        )
    };
    assert!(is_refused(&cast.app, &set(&one, &one, "NULL")).await);
    assert!(is_refused(&cast.app, &set(&one, &two, &one)).await);
    assert!(is_refused(&cast.app, &set(&one, &two, &two)).await);
    assert!(is_refused(&cast.app, "UPDATE claim SET first_approved_by = submitted_by").await);
    assert!(is_refused(&cast.app, "UPDATE claim SET total_fen = -1").await);
    assert!(!is_refused(&cast.app, &set(&one, &two, &three)).await);
}

#[rocket::async_test]
async fn two_approvals_of_a_payment_at_once_are_one() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED, Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.through_notice(&claim).await;
    let colleague = cast.app.sign_in(Role::FinanceOfficer).await;
    let payers = [&cast.finance, &colleague, &cast.finance];
    let answers = payers.map(|who| Box::pin(cast.act(who, &claim, "authorise")));
    let answers = rocket::futures::future::join_all(answers).await;
    let paid = answers.iter().filter(|answer| answer.status == Status::Ok).count();
    let refused = answers.iter().filter(|answer| answer.status == Status::Conflict).count();
    assert_eq!((paid, refused), (1, 2));
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 2 * UNIT, 0]);
}

#[rocket::async_test]
async fn an_approval_sent_again_under_its_key_gets_the_first_answer() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    let at = |action: &str| format!("/api/v1{}/{action}", path(&claim));
    let first = cast.checker.api_post_once(&at("confirm"), "c-1", json!({})).await.is(Status::Ok);
    let again = cast.checker.api_post_once(&at("confirm"), "c-1", json!({})).await.is(Status::Ok);
    assert_eq!(first.json(), again.json());
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
    cast.through_notice(&claim).await;
    let body = json!({ "amount_fen": UNIT });
    let first = cast.finance.api_post_once(&at("authorise"), "p-1", body.clone()).await.is(Status::Ok);
    let again = cast.finance.api_post_once(&at("authorise"), "p-1", body.clone()).await.is(Status::Ok);
    assert_eq!(first.json(), again.json());
    let other = json!({ "amount_fen": 2 * UNIT });
    cast.finance
        .api_post_once(&at("authorise"), "p-1", other)
        .await
        .blames("Idempotency-Key", "idempotency.other_body");
    cast.finance.api_post_once(&at("authorise"), "p-2", body).await.refuses("move.illegal");
    // What is kept for the repetition tells nobody's name.
    for kept in idempotency::Entity::find().all(cast.app.db.reader()).await.unwrap() {
        assert!(!kept.answer.contains("陈福"), "{}", kept.answer);
    }
}

#[rocket::async_test]
async fn a_claim_sent_again_under_its_key_is_one_claim() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let at = format!("/api/v1/classes/{}/claim", class.class);
    let first = cast.institution.api_post_once(&at, "k", contract()).await.is(Status::Created);
    let again = cast.institution.api_post_once(&at, "k", contract()).await.is(Status::Created);
    assert_eq!((first.json(), &first.location), (again.json(), &again.location));
    assert_eq!(claim::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn decisions_stand_for_good() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    cast.claim(&class).await;
    for change in ["UPDATE decision SET action = 'x'", "DELETE FROM decision"] {
        assert!(is_refused(&cast.app, change).await, "{change}");
    }
}

#[rocket::async_test]
async fn a_rejected_claim_frees_its_money_and_a_new_one_may_follow() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&FIVE).await;
    let first = cast.claim(&class).await;
    let at = format!("/api/v1{}/reject", path(&first));
    cast.clerk.api_post(&at, json!({ "reason": "x" })).await.blames("reason", "invalid.length");
    cast.clerk.api_post(&at, json!({})).await.blames("reason", "invalid.required");
    let rejected = cast.act(&cast.clerk, &first, "reject").await.is(Status::Ok).json();
    assert_eq!((&rejected["status"], &rejected["actions"]), (&json!("rejected"), &json!([])));
    assert!(cast.lines(&first).await.iter().all(|line| line.status == LineStatus::Void));
    assert_eq!(cast.pot(&class).await, [GRANTED, 0, 0, 0]);

    let second = cast.claim(&class).await;
    assert_ne!(second["number"], first["number"]);
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 3 * UNIT, 0, 0]);
    cast.approve(&second).await;
    cast.confirm(&second).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 3 * UNIT, 0]);
    let told = message::Entity::find().order_by_asc(message::Column::Id).all(cast.app.db.reader()).await.unwrap();
    let told: Vec<&str> = told.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(told, ["claim_rejected"]);
}

#[rocket::async_test]
async fn a_second_claim_that_the_pot_no_longer_holds_is_refused_whole() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let first = cast.claim(&class).await;
    cast.act(&cast.clerk, &first, "reject").await.is(Status::Ok);
    let pot = literal(&cast.app, class.pot.0);
    let spent = "available_fen = 159999, paid_fen = granted_fen - 159999";
    assert!(!is_refused(&cast.app, &format!("UPDATE pot SET {spent} WHERE id = {pot}")).await);
    let at = format!("/api/v1/classes/{}/claim", class.class);
    let refused = cast.institution.api_post(&at, contract()).await.refuses("pot.short");
    assert!(refused.text.contains("1,599.99") && refused.text.contains("1,600.00"), "{}", refused.text);
    assert_eq!(claim::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn a_returned_claim_comes_back_and_starts_over() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&FIVE).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    let returned = cast.act(&cast.checker, &claim, "return").await.is(Status::Ok).json();
    assert_eq!(returned["reason"], "第三天的签到表没有盖章");
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 3 * UNIT, 0, 0]);
    let page = cast.institution.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("第三天的签到表没有盖章") && page.contains("重新提交申领"), "{page}");
    // The assessment was repeated meanwhile, and the person has a certificate now.
    let late = literal(&cast.app, class.enrolments[3].0);
    assert!(!is_refused(&cast.app, &format!("UPDATE completion SET passed = true WHERE enrolment_id = {late}")).await);
    let columns = "class_id, kind, issued_on";
    let (id, person) = (literal(&cast.app, uuid::Uuid::now_v7()), literal(&cast.app, class.people[3].0));
    let certificate = format!(
        "INSERT INTO certificate (id, serial, enrolment_id, person_id, status, {columns}) SELECT {id}, 'Z-late', {late}, \
         {person}, 'published', {columns} FROM certificate LIMIT 1"
    );
    assert!(!is_refused(&cast.app, &certificate).await);
    cast.institution.post_form(&format!("{}/submit", path(&claim)), &[]).await.goes_to(&path(&claim));
    assert_eq!(cast.pot(&class).await, [GRANTED - 4 * UNIT, 4 * UNIT, 0, 0]);
    let again = cast.approve(&claim).await;
    assert_eq!((&again["total_fen"], &again["claimed_lines"]), (&json!(4 * UNIT), &json!(4)));
    assert_eq!(cast.confirm(&claim).await["status"], "second_approved");
    assert_eq!(cast.pot(&class).await, [GRANTED - 4 * UNIT, 0, 4 * UNIT, 0]);
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(told.iter().any(|row| row.kind == "claim_returned" && row.account_id == cast.institution.account));
}
