//! From a closed class to its payment: every fen, every step, every person who may not take it.

use std::sync::Arc;

use entities::{
    audit_event, certificate, claim, claim_line, decision, idempotency, message, payment, posting, role_grant,
    training_class,
    values::{CertificateId, CertificateStatus, ClaimId, ClassStatus, Fen, LineStatus, PotAccount, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};

use crate::funds::{balances, is_refused, literal};
use crate::support::app::{App, COUNTY, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{FinishedClass, GivenClass, Graduate};

const READERS: &[Role] =
    &[Role::Institution, Role::CountyClerk, Role::CountyChecker, Role::FinanceOfficer, Role::Supervisor, Role::Auditor];
const INSTITUTION: Who = Who::Roles(&[Role::Institution]);
const CLERK: Who = Who::Roles(&[Role::CountyClerk]);
const CHECKER: Who = Who::Roles(&[Role::CountyChecker]);
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
    ("GET", "/claims/<id>/pay", FINANCE),
    ("POST", "/claims/<id>/pay", FINANCE),
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
    ("POST", "/api/v1/claims/<id>/pay", FINANCE),
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
        self.institution.api_post(&path, json!({})).await.is(Status::Created).json()
    }

    async fn act(&self, who: &Visitor, claim: &Value, action: &str) -> crate::support::app::Answer {
        let body = match action {
            "pay" => json!({ "bank_reference": "ICBC-2016-1122" }),
            "return" | "reject" => json!({ "reason": "第三天的签到表没有盖章" }),
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

    async fn pay(&self, claim: &Value) -> Value {
        self.act(&self.finance, claim, "pay").await.is(Status::Ok).json()
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
        certificate::Entity::update_many()
            .col_expr(certificate::Column::Status, Expr::value(CertificateStatus::Revoked))
            .filter(certificate::Column::Id.eq(certificate))
            .exec(self.app.db.writer())
            .await
            .unwrap();
    }

    async fn lines(&self, claim: &Value) -> Vec<claim_line::Model> {
        let id: ClaimId = claim["id"].as_str().unwrap().parse().unwrap();
        let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(id));
        rows.order_by_asc(claim_line::Column::Id).all(self.app.db.reader()).await.unwrap()
    }
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
    assert_eq!((&claim["status"], &claim["waiting_on"]), (&json!("second_approved"), &json!("finance_officer")));
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 3 * UNIT, 0]);

    let claim = cast.pay(&claim).await;
    assert_eq!((&claim["status"], &claim["waiting_on"]), (&json!("paid"), &Value::Null));
    assert_eq!(claim["bank_reference"], "ICBC-2016-1122");
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 0, 3 * UNIT]);

    let lines = cast.lines(&claim).await;
    let paid: Vec<bool> = lines.iter().map(|line| line.status == LineStatus::Paid).collect();
    assert_eq!(paid, [true, false, true, false, true]);
    let payment = payment::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((payment.fen, payment.lines), (Fen(3 * UNIT), 3));
    let row = claim::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(row.total_fen, payment.fen);
    let steps = decision::Entity::find().order_by_asc(decision::Column::Id).all(cast.app.db.reader()).await.unwrap();
    let steps: Vec<&str> = steps.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(steps, ["submit", "approve", "confirm", "pay"]);
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.kind.as_str(), row.account_id)).collect();
    assert_eq!(told, [("claim_paid", cast.institution.account)]);
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
    cast.act(&cast.finance, &claim, "pay").await.refuses("move.illegal");
    cast.act(&cast.institution, &claim, "submit").await.refuses("move.illegal");
    cast.act(&cast.checker, &claim, "approve").await.is(Status::Forbidden);
    cast.approve(&claim).await;
    cast.act(&cast.clerk, &claim, "approve").await.refuses("move.illegal");
    cast.act(&cast.clerk, &claim, "return").await.refuses("move.illegal");
    cast.act(&cast.clerk, &claim, "reject").await.refuses("move.illegal");
    cast.confirm(&claim).await;
    cast.act(&cast.checker, &claim, "confirm").await.refuses("move.illegal");
    cast.pay(&claim).await;
    cast.act(&cast.finance, &claim, "pay").await.refuses("move.illegal");
    cast.act(&cast.finance, &claim, "return").await.refuses("move.illegal");
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, 0, UNIT]);
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
async fn who_approved_can_neither_check_nor_pay_in_whatever_office() {
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
    for earlier in [&cast.clerk, &cast.checker] {
        transfer(&cast.app, earlier, Role::FinanceOfficer).await;
        cast.act(earlier, &claim, "pay").await.refuses("claim.same_person");
    }
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
    cast.pay(&claim).await;
}

#[rocket::async_test]
async fn the_table_itself_knows_that_the_steps_are_taken_by_different_people() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    cast.claim(&class).await;
    let [one, two, three] = [(); 3].map(|()| literal(&cast.app, uuid::Uuid::now_v7()));
    let set = |first: &str, second: &str, payer: &str| {
        format!("UPDATE claim SET first_approved_by = {first}, second_approved_by = {second}, paid_by = {payer}")
    };
    assert!(is_refused(&cast.app, &set(&one, &one, "NULL")).await);
    assert!(is_refused(&cast.app, &set(&one, &two, &one)).await);
    assert!(is_refused(&cast.app, &set(&one, &two, &two)).await);
    assert!(is_refused(&cast.app, "UPDATE claim SET first_approved_by = submitted_by").await);
    assert!(is_refused(&cast.app, "UPDATE claim SET total_fen = -1").await);
    assert!(!is_refused(&cast.app, &set(&one, &two, &three)).await);
}

#[rocket::async_test]
async fn two_payments_at_once_are_one_payment() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED, Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    let colleague = cast.app.sign_in(Role::FinanceOfficer).await;
    let payers = [&cast.finance, &colleague, &cast.finance];
    let answers = rocket::futures::future::join_all(payers.map(|who| Box::pin(cast.act(who, &claim, "pay")))).await;
    let paid = answers.iter().filter(|answer| answer.status == Status::Ok).count();
    let refused = answers.iter().filter(|answer| answer.status == Status::Conflict).count();
    assert_eq!((paid, refused), (1, 2));
    assert_eq!(payment::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 0, 2 * UNIT]);
}

#[rocket::async_test]
async fn a_payment_sent_again_under_its_key_gets_the_first_answer() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    let at = |action: &str| format!("/api/v1{}/{action}", path(&claim));
    let first = cast.checker.api_post_once(&at("confirm"), "c-1", json!({})).await.is(Status::Ok);
    let again = cast.checker.api_post_once(&at("confirm"), "c-1", json!({})).await.is(Status::Ok);
    assert_eq!(first.json(), again.json());
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
    let body = json!({ "bank_reference": "ICBC-2016-1122" });
    let first = cast.finance.api_post_once(&at("pay"), "p-1", body.clone()).await.is(Status::Ok);
    let again = cast.finance.api_post_once(&at("pay"), "p-1", body.clone()).await.is(Status::Ok);
    assert_eq!(first.json(), again.json());
    let other = json!({ "bank_reference": "ICBC-2016-9999" });
    cast.finance.api_post_once(&at("pay"), "p-1", other).await.blames("Idempotency-Key", "idempotency.other_body");
    cast.finance.api_post_once(&at("pay"), "p-2", body).await.refuses("move.illegal");
    assert_eq!(payment::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, 0, UNIT]);
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
    let first = cast.institution.api_post_once(&at, "k", json!({})).await.is(Status::Created);
    let again = cast.institution.api_post_once(&at, "k", json!({})).await.is(Status::Created);
    assert_eq!((first.json(), &first.location), (again.json(), &again.location));
    assert_eq!(claim::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn payments_and_decisions_stand_for_good_and_one_payment_stands_per_claim() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.pay(&claim).await;
    for change in [
        "UPDATE payment SET fen = 1",
        "DELETE FROM payment",
        "UPDATE decision SET action = 'x'",
        "DELETE FROM decision",
    ] {
        assert!(is_refused(&cast.app, change).await, "{change}");
    }
    let columns = "claim_id, pot_id, organisation_id, fen, lines, bank_reference, paid_by, paid_at";
    let id = literal(&cast.app, uuid::Uuid::now_v7());
    assert!(
        is_refused(&cast.app, &format!("INSERT INTO payment (id, {columns}) SELECT {id}, {columns} FROM payment"))
            .await
    );
}

#[rocket::async_test]
async fn nothing_is_claimed_for_a_class_that_is_not_closed_or_not_ones_own() {
    let cast = Cast::gather().await;
    let own = cast.institution.organisation.unwrap();
    let ended = cast.app.given_class(GivenClass { status: ClassStatus::Ended, ..GivenClass::of(own) }).await;
    let at = format!("/api/v1/classes/{ended}/claim");
    cast.institution.api_post(&at, json!({})).await.refuses("claim.class_not_closed");
    let page = cast.institution.get(&format!("/classes/{ended}/claim")).await.is(Status::Ok).text;
    assert!(page.contains("还没有结班") && !page.contains("申领这"), "{page}");

    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let stranger = cast.app.sign_in(Role::Institution).await;
    stranger.api_post(&format!("/api/v1/classes/{}/claim", class.class), json!({})).await.is(Status::NotFound);
    stranger.get(&format!("/classes/{}/claim", class.class)).await.is(Status::NotFound);
    stranger.post_form(&format!("/classes/{}/claim", class.class), &[]).await.is(Status::NotFound);
    let claim = cast.claim(&class).await;
    stranger.api_get(&format!("/api/v1{}", path(&claim))).await.is(Status::NotFound);
    stranger.get(&path(&claim)).await.is(Status::NotFound);
    assert_eq!(stranger.api_get("/api/v1/claims").await.json()["items"], json!([]));
    assert_eq!(claim::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn a_class_is_claimed_for_once() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    let at = format!("/api/v1/classes/{}/claim", class.class);
    cast.institution.api_post(&at, json!({})).await.refuses("claim.exists");
    cast.institution.get(&format!("/classes/{}/claim", class.class)).await.goes_to(&path(&claim));
    let columns =
        "class_id, organisation_id, area_code, pot_id, status, total_fen, submitted_by, submitted_at, version";
    let id = literal(&cast.app, uuid::Uuid::now_v7());
    let second = format!("INSERT INTO claim (id, number, {columns}) SELECT {id}, 'M-2', {columns} FROM claim");
    assert!(is_refused(&cast.app, &second).await);
}

#[rocket::async_test]
async fn the_window_closes_a_year_after_the_certificate() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let own = cast.institution.organisation.unwrap();
    let last = sidan::base::clock::morning_of("2017-11-18".parse().unwrap()).now();
    cast.app.clock.set(last + chrono::TimeDelta::days(1));
    let at = format!("/api/v1/classes/{}/claim", class.class);
    let late = cast.app.sign_in_for(Role::Institution, own).await;
    late.api_post(&at, json!({})).await.refuses("claim.too_late");
    let page = late.get(&format!("/classes/{}/claim", class.class)).await.is(Status::Ok).text;
    assert!(page.contains("过了申领期限"), "{page}");
    cast.app.clock.set(last);
    let in_time = cast.app.sign_in_for(Role::Institution, own).await;
    in_time.api_post(&at, json!({})).await.is(Status::Created);
}

#[rocket::async_test]
async fn what_was_claimed_in_time_does_not_grow_late_on_the_desks() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.app.clock.set(nine_on(11, 20) + chrono::TimeDelta::days(500));
    let clerk = cast.app.sign_in(Role::CountyClerk).await;
    cast.act(&clerk, &claim, "approve").await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_certificate_revoked_between_the_approvals_takes_its_line_and_its_money_out() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 4]).await;
    let claim = cast.claim(&class).await;
    cast.revoke(class.certificates[0]).await;
    let page = cast.clerk.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("同意这3人") && page.contains("有疑点") && page.contains("证书已撤销"), "{page}");
    assert_eq!(cast.approve(&claim).await["total_fen"], json!(3 * UNIT));
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 3 * UNIT, 0, 0]);

    cast.revoke(class.certificates[1]).await;
    let confirmed = cast.confirm(&claim).await;
    assert_eq!((&confirmed["total_fen"], &confirmed["refused_lines"]), (&json!(2 * UNIT), &json!(2)));
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 2 * UNIT, 0]);

    cast.revoke(class.certificates[2]).await;
    let paid = cast.pay(&claim).await;
    assert_eq!((&paid["total_fen"], &paid["claimed_lines"]), (&json!(UNIT), &json!(1)));
    assert_eq!(&reasons(&paid)[..3], [Some("line.certificate_revoked"); 3]);
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, 0, UNIT]);
    let payment = payment::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((payment.fen, payment.lines), (Fen(UNIT), 1));
}

#[rocket::async_test]
async fn minutes_and_a_class_are_looked_at_anew_too() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&class).await;
    let first = literal(&cast.app, class.enrolments[0].0);
    let fewer = format!("UPDATE completion SET credited_minutes = 959 WHERE enrolment_id = {first}");
    assert!(!is_refused(&cast.app, &fewer).await);
    assert_eq!(cast.approve(&claim).await["total_fen"], json!(UNIT));
    training_class::Entity::update_many()
        .col_expr(training_class::Column::Status, Expr::value(ClassStatus::Ended))
        .exec(cast.app.db.writer())
        .await
        .unwrap();
    cast.act(&cast.checker, &claim, "confirm").await.refuses("claim.class_not_closed");
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, UNIT, 0, 0]);
}

#[rocket::async_test]
async fn when_every_certificate_is_gone_the_payer_sends_the_claim_back_and_the_money_is_free() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.revoke(class.certificates[0]).await;
    cast.act(&cast.finance, &claim, "pay").await.refuses("claim.nothing_payable");
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
    let returned = cast.act(&cast.finance, &claim, "return").await.is(Status::Ok).json();
    assert_eq!((&returned["status"], &returned["waiting_on"]), (&json!("returned"), &json!("institution")));
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, UNIT, 0, 0]);
    cast.act(&cast.institution, &claim, "submit").await.refuses("claim.nothing_payable");
}

#[rocket::async_test]
async fn a_payer_who_means_another_amount_pays_nothing() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    let form = cast.finance.get(&format!("{}/pay", path(&claim))).await.is(Status::Ok).text;
    assert!(form.contains("name=\"amount_fen\" value=\"160000\"") && form.contains("1,600.00"), "{form}");
    cast.revoke(class.certificates[0]).await;
    let fields = [("bank_reference", "ICBC-1"), ("amount_fen", "160000")];
    let again = cast.finance.post_form(&format!("{}/pay", path(&claim)), &fields).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("现在应付800.00元") && again.text.contains("value=\"80000\""), "{}", again.text);
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 2 * UNIT, 0]);
    let at = format!("/api/v1{}/pay", path(&claim));
    let body = json!({ "bank_reference": "ICBC-1", "amount_fen": 160_000 });
    cast.finance.api_post(&at, body).await.refuses("claim.amount_changed");
    cast.finance.api_post(&at, json!({ "bank_reference": "1" })).await.blames("bank_reference", "invalid.length");
    let fields = [("bank_reference", "ICBC-1"), ("amount_fen", "80000")];
    cast.finance.post_form(&format!("{}/pay", path(&claim)), &fields).await.goes_to(&path(&claim));
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, 0, UNIT]);
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
    cast.pay(&second).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 0, 3 * UNIT]);
    let told = message::Entity::find().order_by_asc(message::Column::Id).all(cast.app.db.reader()).await.unwrap();
    let told: Vec<&str> = told.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(told, ["claim_rejected", "claim_paid"]);
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
    let refused = cast.institution.api_post(&at, json!({})).await.refuses("pot.short");
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
    cast.pay(&claim).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 4 * UNIT, 0, 0, 4 * UNIT]);
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(told.iter().any(|row| row.kind == "claim_returned" && row.account_id == cast.institution.account));
}

#[rocket::async_test]
async fn who_is_paid_for_in_one_class_is_not_paid_for_in_another_of_the_same_occupation_and_level() {
    let cast = Cast::gather().await;
    let first = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&first).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.pay(&claim).await;

    let second =
        cast.app.given_finished_class(cast.institution.organisation.unwrap(), 100, &[Graduate::QUALIFIED]).await;
    let both = [Graduate::QUALIFIED];
    cast.app.given_graduation(second.class, &first.people[..1], &both).await;
    let claim = cast.claim(&second).await;
    assert_eq!(reasons(&claim), [Some("line.already_paid"), None]);
    assert_eq!(claim["total_fen"], json!(UNIT));
    let refused = cast.lines(&claim).await.into_iter().find(|line| line.status == LineStatus::Refused).unwrap();
    let allow = format!("/api/v1{}/lines/{}/allow", path(&claim), refused.id);
    cast.clerk.api_post(&allow, json!({})).await.refuses("line.not_payable");
    let by_hand = format!("UPDATE claim_line SET status = 'claimed' WHERE id = {}", literal(&cast.app, refused.id.0));
    assert!(is_refused(&cast.app, &by_hand).await);
}

#[rocket::async_test]
async fn the_clerk_refuses_single_lines_and_the_others_go_on() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 3]).await;
    let claim = cast.claim(&class).await;
    let line = claim["lines"][1]["id"].as_str().unwrap();
    let at = |action: &str| format!("/api/v1{}/lines/{line}/{action}", path(&claim));
    cast.clerk.api_post(&at("refuse"), json!({ "reason": "because" })).await.is(Status::UnprocessableEntity);
    let refused = cast.clerk.api_post(&at("refuse"), json!({ "reason": "identity" })).await.is(Status::Ok).json();
    assert_eq!((&refused["total_fen"], reasons(&refused)[0]), (&json!(2 * UNIT), Some("line.identity")));
    cast.clerk.api_post(&at("refuse"), json!({ "reason": "identity" })).await.refuses("line.not_open");
    let allowed = cast.clerk.api_post(&at("allow"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&allowed["total_fen"], reasons(&allowed)), (&json!(3 * UNIT), vec![None; 3]));
    cast.clerk.api_post(&at("allow"), json!({})).await.refuses("line.not_open");

    let page = format!("{}/lines/{line}/refuse", path(&claim));
    assert!(cast.clerk.get(&page).await.is(Status::Ok).text.contains("身份核不实"));
    let missing = cast.clerk.post_form(&page, &[]).await.is(Status::UnprocessableEntity);
    assert!(missing.text.contains("请填写这一项"), "{}", missing.text);
    cast.clerk.post_form(&page, &[("reason", "papers_missing")]).await.goes_to(&path(&claim));
    let shown = cast.clerk.get(&path(&claim)).await.text;
    assert!(shown.contains(&format!("lines/{line}/allow")), "{shown}");
    assert!(shown.contains("材料不全") && shown.contains("同意这2人") && shown.contains("1,600.00"), "{shown}");
    assert_eq!(cast.approve(&claim).await["claimed_lines"], json!(2));
    cast.clerk.api_post(&at("allow"), json!({})).await.refuses("move.illegal");
    cast.clerk.get(&page).await.goes_to(&path(&claim));
    cast.confirm(&claim).await;
    cast.pay(&claim).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 0, 2 * UNIT]);
}

#[rocket::async_test]
async fn a_line_of_another_claim_is_not_found_under_this_one() {
    let cast = Cast::gather().await;
    let (one, other) = (cast.class_of(&[Graduate::QUALIFIED]).await, {
        cast.app.given_finished_class(cast.institution.organisation.unwrap(), 50, &[Graduate::QUALIFIED]).await
    });
    let (one, other) = (cast.claim(&one).await, cast.claim(&other).await);
    let line = other["lines"][0]["id"].as_str().unwrap();
    let at = format!("/api/v1{}/lines/{line}/refuse", path(&one));
    cast.clerk.api_post(&at, json!({ "reason": "identity" })).await.is(Status::NotFound);
    cast.clerk.get(&format!("{}/lines/{line}/refuse", path(&one))).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn another_county_sees_and_moves_nothing() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    let clerk = cast.app.sign_in_at(Role::CountyClerk, "360924").await;
    assert_eq!(clerk.api_get("/api/v1/claims").await.json()["items"], json!([]));
    assert_eq!(clerk.api_get(&format!("/api/v1/claims?area={COUNTY}")).await.json()["items"], json!([]));
    let list = clerk.get("/claims").await.is(Status::Ok).text;
    assert!(list.contains("全部 0") && list.contains("待初审 0"), "{list}");
    clerk.api_get(&format!("/api/v1{}", path(&claim))).await.is(Status::NotFound);
    clerk.get(&path(&claim)).await.is(Status::NotFound);
    for action in ["approve", "return", "reject"] {
        cast.act(&clerk, &claim, action).await.is(Status::NotFound);
    }
    clerk.post_form(&format!("{}/approve", path(&claim)), &[]).await.is(Status::NotFound);
    let line = claim["lines"][0]["id"].as_str().unwrap();
    let at = format!("/api/v1{}/lines/{line}/refuse", path(&claim));
    clerk.api_post(&at, json!({ "reason": "identity" })).await.is(Status::NotFound);
    let checker = cast.app.sign_in_at(Role::CountyChecker, "360924").await;
    cast.act(&checker, &claim, "confirm").await.is(Status::NotFound);
    let finance = cast.app.sign_in_at(Role::FinanceOfficer, "360924").await;
    cast.act(&finance, &claim, "pay").await.is(Status::NotFound);
    let supervisor = cast.app.sign_in(Role::Supervisor).await;
    assert_eq!(supervisor.api_get("/api/v1/claims").await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(supervisor.api_get("/api/v1/claims?area=360924").await.json()["items"], json!([]));
}

#[rocket::async_test]
async fn the_list_tells_by_state_and_goes_on_after_a_key() {
    let cast = Cast::gather().await;
    let own = cast.institution.organisation.unwrap();
    let mut claims = Vec::new();
    for n in 0..3 {
        let class = cast.app.given_finished_class(own, n * 10 + 1, &[Graduate::QUALIFIED]).await;
        claims.push(cast.claim(&class).await);
    }
    cast.approve(&claims[0]).await;
    let list = |query: &str| format!("/api/v1/claims{query}");
    let waiting = cast.clerk.api_get(&list("?status=submitted")).await.json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2);
    assert_eq!(waiting["items"][0]["actions"], json!(["approve", "return", "reject"]));
    assert_eq!(waiting["items"][0]["claimed_lines"], json!(1));
    let first = cast.clerk.api_get(&list("?limit=2")).await.json();
    let rest = cast.clerk.api_get(&list(&format!("?limit=2&after={}", first["next"].as_str().unwrap()))).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    cast.clerk.api_get(&list("?status=lost")).await.blames("status", "invalid.choice");
    cast.clerk.api_get(&list("?sort=number")).await.is(Status::UnprocessableEntity);
    let page = cast.clerk.get("/claims?status=first_approved").await.is(Status::Ok).text;
    assert!(page.contains(&path(&claims[0])) && !page.contains(&path(&claims[1])), "{page}");
    assert!(page.contains("待初审 2") && page.contains("待复核 1"), "{page}");
}

#[rocket::async_test]
async fn the_whole_way_through_the_pages() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&FIVE).await;
    let at = format!("/classes/{}/claim", class.class);
    let preview = cast.institution.get(&at).await.is(Status::Ok).text;
    for told in ["申领这3人", "出勤76.17%，低于80%", "结业考核没有通过", "4,000.00", "1,600.00", "2,400.00"]
    {
        assert!(preview.contains(told), "{told}: {preview}");
    }
    assert!(!preview.contains("陈福"), "{preview}");
    let claim = cast.institution.post_form(&at, &[]).await.is(Status::SeeOther).location.unwrap();
    let waiting = cast.institution.get(&claim).await.is(Status::Ok).text;
    assert!(waiting.contains("等县就业局经办员办理") && waiting.contains("您现在不用做什么"), "{waiting}");
    assert!(!waiting.contains("资金池够不够"), "{waiting}");

    let page = cast.clerk.get(&claim).await.is(Status::Ok).text;
    for told in ["请初审3人，共2,400.00元", "资金池够不够", "轮到您初审", "出勤76.17%，低于80%", "陈**", "机构提交"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("陈福"), "{page}");
    let refused = cast.clerk.get(&format!("{claim}?show=refused")).await.is(Status::Ok).text;
    assert_eq!(refused.matches("<tr role=\"row\" class=\"lit\">").count(), 2);
    cast.clerk.post_form(&format!("{claim}/approve"), &[]).await.goes_to(&claim);
    cast.clerk.post_form(&format!("{claim}/approve"), &[]).await.goes_to(&claim);
    cast.checker.post_form(&format!("{claim}/confirm"), &[]).await.goes_to(&claim);
    let refusal = cast.finance.post_form(&format!("{claim}/pay"), &[]).await.is(Status::UnprocessableEntity);
    assert!(refusal.text.contains("id=\"bank_reference-e\""), "{}", refusal.text);
    cast.finance.post_form(&format!("{claim}/pay"), &[("bank_reference", "ICBC-2016-1122")]).await.goes_to(&claim);
    for (language, told) in [("zh-CN", "已拨付2,400.00元"), ("en", "2,400.00 yuan paid")] {
        let paid = cast.institution.get_in(language, &claim).await.is(Status::Ok).text;
        assert!(paid.contains(told) && paid.contains("ICBC-2016-1122"), "{paid}");
    }
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 0, 3 * UNIT]);
}

#[rocket::async_test]
async fn return_and_rejection_ask_for_their_reason_on_a_page_of_their_own() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    for (action, then) in [("return", "returned"), ("reject", "rejected")] {
        let at = format!("{}/{action}", path(&claim));
        cast.clerk.get(&at).await.is(Status::Ok);
        let again = cast.clerk.post_form(&at, &[("reason", " ")]).await.is(Status::UnprocessableEntity);
        assert!(again.text.contains("id=\"reason-e\""), "{}", again.text);
        cast.clerk.post_form(&at, &[("reason", "签到表没有盖章")]).await.goes_to(&path(&claim));
        let seen = cast.clerk.api_get(&format!("/api/v1{}", path(&claim))).await.json();
        assert_eq!((&seen["status"], &seen["reason"]), (&json!(then), &json!("签到表没有盖章")));
        cast.clerk.get(&at).await.goes_to(&path(&claim));
        if then == "returned" {
            cast.act(&cast.institution, &claim, "submit").await.is(Status::Ok);
        }
    }
    let page = cast.institution.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("签到表没有盖章") && page.contains("整单不予补贴"), "{page}");
}

#[rocket::async_test]
async fn home_tells_each_whose_turn_it_is() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let tells = |who: &'static str, page: String, told: &[&str], not: &[&str]| {
        assert!(told.iter().all(|text| page.contains(text)), "{who}: {page}");
        assert!(not.iter().all(|text| !page.contains(text)), "{who}: {page}");
    };
    let claim_link = format!("/classes/{}/claim", class.class);
    let home = cast.institution.get("/").await.is(Status::Ok).text;
    tells("institution", home, &["为电子商务实操班申领补贴", &claim_link], &["等县就业局初审"]);
    let claim = cast.claim(&class).await;
    tells("institution", cast.institution.get("/").await.text, &["1件申领，等县就业局初审"], &[&claim_link]);
    tells("clerk", cast.clerk.get("/").await.text, &["初审1件申领", "共1,600.00元", "/claims?status=submitted"], &[]);
    tells("checker", cast.checker.get("/").await.text, &[], &["件申领"]);
    cast.approve(&claim).await;
    tells("clerk", cast.clerk.get("/").await.text, &[], &["初审1件申领"]);
    tells("checker", cast.checker.get("/").await.text, &["复核1件申领"], &[]);
    let neighbour = cast.app.sign_in_at(Role::CountyChecker, "360924").await;
    tells("neighbour", neighbour.get("/").await.text, &[], &["件申领"]);
    transfer(&cast.app, &cast.clerk, Role::CountyChecker).await;
    tells("who approved", cast.clerk.get("/").await.text, &[], &["复核1件申领"]);
    cast.confirm(&claim).await;
    tells("finance", cast.finance.get("/").await.text, &["拨付1件申领"], &[]);
    cast.act(&cast.finance, &claim, "return").await.is(Status::Ok);
    tells("institution", cast.institution.get("/").await.text, &["改好1件退回的申领"], &["等财政局拨付"]);
}

#[rocket::async_test]
async fn a_claim_is_numbered_within_its_year() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    assert_eq!(cast.claim(&class).await["number"], "M-2016-000001");
}
