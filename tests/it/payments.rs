//! From the finance bureau to the bank and back: every batch whole, every fen once.

use std::{collections::HashSet, sync::Arc};

use entities::{
    claim, claim_line, message, payment, payment_batch, payment_line, posting, role_grant,
    values::{CertificateId, ClaimId, LineStatus, PaymentStatus, PersonId, Role},
};
use rocket::futures::future::join_all;
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::check;

use crate::funds::{balances, is_refused, literal};
use crate::support::app::{App, Visitor, nine_on};
use crate::support::doors::{Door, Who};
use crate::support::given::{FinishedClass, Graduate};
use crate::support::paying::id_of;

const SEEING: &[Role] =
    &[Role::FinanceOfficer, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor];
const READERS: &[Role] =
    &[Role::Institution, Role::FinanceOfficer, Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor];
const FINANCE: Who = Who::Roles(&[Role::FinanceOfficer]);

pub const DOORS: &[Door] = &[
    ("GET", "/batches", Who::Roles(SEEING)),
    ("GET", "/batches/new", FINANCE),
    ("POST", "/batches", FINANCE),
    ("GET", "/batches/<id>", Who::Roles(SEEING)),
    ("GET", "/batches/<id>/lines", Who::Roles(SEEING)),
    ("POST", "/batches/<id>/freeze", FINANCE),
    ("GET", "/batches/<id>/file", FINANCE),
    ("POST", "/batches/<id>/send", FINANCE),
    ("GET", "/batches/<id>/cancel", FINANCE),
    ("POST", "/batches/<id>/cancel", FINANCE),
    ("GET", "/batches/<id>/reconciliation", Who::Roles(SEEING)),
    ("POST", "/batches/<id>/reconcile", FINANCE),
    ("GET", "/batches/<id>/response", FINANCE),
    ("POST", "/batches/<id>/response", FINANCE),
    ("GET", "/batches/<id>/responses/<response>", Who::Roles(SEEING)),
    ("POST", "/batches/<id>/responses/<response>/apply", FINANCE),
    ("GET", "/failed-payments", Who::Roles(READERS)),
    ("POST", "/failed-payments/<id>/mend", FINANCE),
    ("GET", "/claims/<id>/payments", Who::Roles(READERS)),
    ("GET", "/funds/<id>/reconciliation", Who::Roles(SEEING)),
    ("GET", "/api/v1/batches", Who::Roles(SEEING)),
    ("POST", "/api/v1/batches", FINANCE),
    ("GET", "/api/v1/batches/<id>", Who::Roles(SEEING)),
    ("GET", "/api/v1/batches/<id>/payments", Who::Roles(SEEING)),
    ("POST", "/api/v1/batches/<id>/freeze", FINANCE),
    ("GET", "/api/v1/batches/<id>/file", FINANCE),
    ("POST", "/api/v1/batches/<id>/send", FINANCE),
    ("POST", "/api/v1/batches/<id>/cancel", FINANCE),
    ("POST", "/api/v1/batches/<id>/responses", FINANCE),
    ("GET", "/api/v1/batches/<id>/responses/<response>", Who::Roles(SEEING)),
    ("POST", "/api/v1/batches/<id>/responses/<response>/apply", FINANCE),
    ("GET", "/api/v1/batches/<id>/reconciliation", Who::Roles(SEEING)),
    ("POST", "/api/v1/batches/<id>/reconcile", FINANCE),
    ("GET", "/api/v1/failed-payments", Who::Roles(READERS)),
    ("POST", "/api/v1/failed-payments/<id>/mend", FINANCE),
    ("GET", "/api/v1/claims/<id>/payments", Who::Roles(READERS)),
    ("GET", "/api/v1/pots/<id>/reconciliation", Who::Roles(SEEING)),
    ("GET", "/api/v1/bank-layouts", Who::Roles(SEEING)),
];

/// 800 yuan
const UNIT: i64 = 80_000;
const ACCOUNT: &str = "0000003609000000017";
const ANOTHER: &str = "0000003609000000025";

/// Everybody who has a part in a payment.
struct Cast {
    app: Arc<App>,
    institution: Visitor,
    clerk: Visitor,
    checker: Visitor,
    finance: Visitor,
    /// Who approves payments; another one runs the batches.
    approver: Visitor,
}

impl Cast {
    /// On 20 November, two days after the certificates.
    async fn gather() -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 20));
        let cast = Self {
            institution: app.sign_in(Role::Institution).await,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            finance: app.sign_in(Role::FinanceOfficer).await,
            approver: app.sign_in(Role::FinanceOfficer).await,
            app,
        };
        cast.app.given_payee_account(cast.institution.organisation.unwrap(), ACCOUNT).await;
        cast
    }

    async fn class_of(&self, first: u16, people: usize) -> FinishedClass {
        let graduates = vec![Graduate::QUALIFIED; people];
        self.app.given_finished_class(self.institution.organisation.unwrap(), first, &graduates).await
    }

    /// Brings a claim as far as the batch.
    async fn approve(&self, claim: ClaimId) {
        let at = |verb: &str| format!("/api/v1/claims/{claim}/{verb}");
        self.clerk.api_post(&at("approve"), json!({})).await.is(Status::Ok);
        self.checker.api_post(&at("confirm"), json!({})).await.is(Status::Ok);
        self.app.given_through_notice(claim).await;
        self.approver.api_post(&at("authorise"), json!({})).await.is(Status::Ok);
    }

    async fn claim(&self, class: &FinishedClass) -> ClaimId {
        let path = format!("/api/v1/classes/{}/claim", class.class);
        let claim = self.institution.api_post(&path, json!({ "contract_no": "DL-2016-1" })).await.is(Status::Created);
        claim.json()["id"].as_str().unwrap().parse().unwrap()
    }

    /// A claim of so many people that waits for a batch.
    async fn waiting(&self, first: u16, people: usize) -> (FinishedClass, ClaimId) {
        let class = self.class_of(first, people).await;
        let claim = self.claim(&class).await;
        self.approve(claim).await;
        (class, claim)
    }

    async fn build(&self, class: &FinishedClass) -> Value {
        self.finance.build_batch(class.pot).await.is(Status::Created).json()
    }

    async fn act(&self, batch: &Value, verb: &str) -> crate::support::app::Answer {
        self.finance.api_post(&format!("/api/v1/batches/{}/{verb}", id_of(batch)), json!({})).await
    }

    async fn figures(&self, batch: &Value) -> Value {
        let at = format!("/api/v1/batches/{}/reconciliation", id_of(batch));
        self.finance.api_get(&at).await.is(Status::Ok).json()
    }

    async fn statuses(&self, claim: ClaimId) -> Vec<LineStatus> {
        let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(claim));
        rows.all(self.app.db.reader()).await.unwrap().iter().map(|line| line.status).collect()
    }

    async fn status(&self, claim: ClaimId) -> String {
        claim::Entity::find_by_id(claim).one(self.app.db.reader()).await.unwrap().unwrap().status.to_string()
    }

    /// payable, paid
    async fn owed(&self, class: &FinishedClass) -> [i64; 2] {
        let [.., payable, paid] = balances(&self.finance, class.pot).await;
        [payable, paid]
    }

    async fn sql(&self, sql: &str) {
        assert!(!is_refused(&self.app, sql).await, "{sql}");
    }

    async fn revoke(&self, certificate: CertificateId) {
        let row = entities::certificate::Entity::find_by_id(certificate).one(self.app.db.reader()).await;
        self.app.given_revoked(&row.unwrap().unwrap().serial).await;
    }

    /// Of money nothing is out of order, whatever was done.
    async fn all_agrees(&self) {
        let atlas = check::atlas(&self.app.db).await.unwrap();
        let report = check::run(&self.app.db, &atlas, Some(&self.app.vault)).await.unwrap();
        let money =
            |rule: &str| ["claim", "payment", "batch", "line", "pot"].contains(&rule.split('.').next().unwrap());
        let found: Vec<String> =
            report.findings.iter().filter(|found| money(found.rule)).map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[rocket::async_test]
async fn money_goes_from_approved_to_paid_and_every_sum_is_the_same() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 3).await;
    assert_eq!(cast.owed(&class).await, [3 * UNIT, 0]);
    let batch = cast.build(&class).await;
    assert_eq!((&batch["total_fen"], &batch["payments"], &batch["lines"]), (&json!(3 * UNIT), &json!(1), &json!(3)));
    assert_eq!((&batch["status"], &batch["actions"]), (&json!("building"), &json!(["freeze", "cancel"])));
    assert_eq!(cast.status(claim).await, "paying");
    cast.act(&batch, "send").await.refuses("move.illegal");
    let frozen = cast.act(&batch, "freeze").await.is(Status::Ok).json();
    assert_eq!(frozen["file_hash"].as_str().unwrap().len(), 64);
    cast.act(&batch, "send").await.refuses("batch.not_fetched");
    let at = format!("/api/v1/batches/{}/file", id_of(&batch));
    let file = cast.finance.with_token(cast.app.client.get(at)).dispatch().await;
    assert_eq!(file.headers().get_one("Cache-Control"), Some("no-store"));
    let bytes = file.into_bytes().await.unwrap();
    let hash: String = {
        use std::fmt::Write;
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        digest.as_ref().iter().fold(String::new(), |mut out, byte| {
            write!(out, "{byte:02x}").unwrap();
            out
        })
    };
    assert_eq!(frozen["file_hash"], hash);
    assert!(String::from_utf8_lossy(&bytes).contains(&format!(",{ACCOUNT},")));
    cast.act(&batch, "send").await.is(Status::Ok);
    assert_eq!(cast.owed(&class).await, [3 * UNIT, 0]);
    let done = cast.finance.settle_batch(&batch, &[]).await;
    assert_eq!((&done["status"], &done["actions"]), (&json!("reconciled"), &json!([])));
    assert_eq!(cast.owed(&class).await, [0, 3 * UNIT]);
    assert_eq!(cast.status(claim).await, "paid");
    let figures = cast.figures(&batch).await;
    for figure in ["batch", "payments", "lines", "file", "paid"] {
        assert_eq!(figures[figure]["fen"], 3 * UNIT, "{figure}");
    }
    assert_eq!((&figures["ledger_fen"], &figures["differences"]), (&json!(3 * UNIT), &json!([])));
    let posted = posting::Entity::find().filter(posting::Column::DocumentNo.eq(batch["number"].as_str().unwrap()));
    assert_eq!(posted.all(cast.app.db.reader()).await.unwrap().len(), 1);
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(told.iter().any(|row| row.kind == "claim_paid" && row.account_id == cast.institution.account));
    let period = cast.finance.api_get(&format!("/api/v1/pots/{}/reconciliation", class.pot)).await.json();
    assert_eq!((&period["payments"]["fen"], &period["agrees"]), (&json!(3 * UNIT), &json!(true)));
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn of_ten_who_build_at_once_one_does_and_a_key_is_one_batch() {
    let cast = Cast::gather().await;
    let (class, _) = cast.waiting(1, 4).await;
    let answers = join_all((0..10).map(|_| Box::pin(cast.finance.build_batch(class.pot)))).await;
    let made = answers.iter().filter(|answer| answer.status == Status::Created).count();
    assert_eq!(made, 1);
    let rest = answers.iter().filter(|answer| answer.status == Status::Conflict).count();
    assert_eq!(rest, 9);
    assert_eq!(payment_batch::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 1);
    let (other, _) = cast.waiting(11, 2).await;
    let body = json!({ "pot_id": other.pot, "layout": "rural" });
    let keyed = (0..50).map(|_| Box::pin(cast.finance.api_post_once("/api/v1/batches", "k-1", body.clone())));
    let ids: HashSet<String> =
        join_all(keyed).await.into_iter().map(|answer| id_of(&answer.is(Status::Created).json()).to_owned()).collect();
    assert_eq!(ids.len(), 1);
    let different = json!({ "pot_id": other.pot, "layout": "commercial" });
    cast.finance
        .api_post_once("/api/v1/batches", "k-1", different)
        .await
        .blames("Idempotency-Key", "idempotency.other_body");
}

#[rocket::async_test]
async fn an_answer_with_one_wrong_row_changes_nothing_and_says_which() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 2).await;
    let batch = cast.build(&class).await;
    let text = cast.finance.answer_to(&batch, &[]).await;
    cast.finance.check_answer(&batch, &text).await.refuses("batch.not_sent");
    cast.finance.send_batch(&batch).await;
    let told = async |text: &str| -> Vec<(u64, String)> {
        let checked = cast.finance.check_answer(&batch, text).await.is(Status::Ok).json();
        assert_eq!(checked["id"], Value::Null);
        let errors = checked["errors"].as_array().unwrap();
        errors.iter().map(|e| (e["line"].as_u64().unwrap(), e["code"].as_str().unwrap().to_owned())).collect()
    };
    let row = text.lines().nth(1).unwrap();
    let reference = row.split(',').next().unwrap();
    let one = |code: &str| vec![(2, code.to_owned())];
    assert_eq!(told(&text.replace("1600.00", "1600.01")).await, one("response.amount"));
    assert_eq!(told(&text.replace("成功", "好")).await, one("response.result"));
    assert_eq!(told(&text.replace("2016-11-20", "2016-11-21")).await, one("response.day"));
    assert_eq!(told(&format!("{text}{row}\n")).await, [(3, "response.repeated".to_owned())]);
    let missing = (0, "response.missing".to_owned());
    let strange = text.replace(reference, "B-2016-999999-00001");
    assert_eq!(told(&strange).await, [(2, "response.unknown".to_owned()), missing.clone()]);
    let (other, _) = cast.waiting(11, 1).await;
    let foreign = cast.build(&other).await;
    let theirs = cast.finance.payments_of(&foreign).await[0]["reference"].as_str().unwrap().to_owned();
    assert_eq!(told(&text.replace(reference, &theirs)).await, [(2, "response.foreign".to_owned()), missing]);
    assert_eq!(told("业务编号,金额\n1,2\n").await, [(1, "invalid.column_missing".to_owned())]);
    assert_eq!(cast.owed(&class).await, [2 * UNIT, 0]);
    assert_eq!(cast.statuses(claim).await, [LineStatus::Batched; 2]);
    assert_eq!(entities::bank_response::Entity::find().all(cast.app.db.reader()).await.unwrap().len(), 0);
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn the_same_answer_twice_and_fifty_times_at_once_pays_once() {
    let cast = Cast::gather().await;
    let (class, _) = cast.waiting(1, 2).await;
    let batch = cast.build(&class).await;
    cast.finance.send_batch(&batch).await;
    let text = cast.finance.answer_to(&batch, &[]).await;
    let checked = cast.finance.check_answer(&batch, &text).await.is(Status::Ok).json();
    assert_eq!((&checked["applied"], &checked["paid"]["fen"]), (&json!(false), &json!(2 * UNIT)));
    let at = format!("/api/v1/batches/{}/responses/{}/apply", id_of(&batch), checked["id"].as_str().unwrap());
    let answers = join_all((0..50).map(|_| Box::pin(cast.finance.api_post_once(&at, "p-1", json!({}))))).await;
    assert!(answers.iter().all(|answer| answer.status == Status::Ok));
    assert_eq!(cast.owed(&class).await, [0, 2 * UNIT]);
    let again = cast.finance.check_answer(&batch, &text).await.is(Status::Ok).json();
    assert_eq!(again["applied"], json!(true));
    cast.finance.apply_answer(&batch, &again).await.is(Status::Ok);
    cast.finance.check_answer(&batch, &text.replace("成功", "已入账")).await.refuses("response.other");
    assert_eq!(cast.owed(&class).await, [0, 2 * UNIT]);
    let paid = posting::Entity::find().filter(posting::Column::Cause.eq("claim_paid"));
    assert_eq!(paid.all(cast.app.db.reader()).await.unwrap().len(), 1);
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn what_the_bank_refused_waits_for_another_account_and_is_paid_once() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 2).await;
    let batch = cast.build(&class).await;
    cast.finance.send_batch(&batch).await;
    let payment = cast.finance.payments_of(&batch).await[0].clone();
    cast.finance.settle_batch(&batch, &[(payment["reference"].as_str().unwrap(), "0103")]).await;
    assert_eq!((cast.owed(&class).await, cast.status(claim).await.as_str()), ([2 * UNIT, 0], "pay_failed"));
    let failed = cast.institution.api_get("/api/v1/failed-payments").await.is(Status::Ok).json();
    assert_eq!(
        (&failed["items"][0]["failure"], &failed["items"][0]["bank_code"]),
        (&json!("account_closed"), &json!("0103"))
    );
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(told.iter().any(|row| row.kind == "payment_failed" && row.account_id == cast.institution.account));
    cast.finance.build_batch(class.pot).await.refuses("batch.nothing");
    let mend = format!("/api/v1/failed-payments/{}/mend", payment["id"].as_str().unwrap());
    cast.finance.api_post(&mend, json!({})).await.refuses("payment.same_account");
    cast.sql("UPDATE payee_account SET status = 'refused'").await;
    cast.finance.api_post(&mend, json!({})).await.refuses("payment.no_account");
    cast.app.given_payee_account(cast.institution.organisation.unwrap(), ANOTHER).await;
    cast.finance.api_post(&mend, json!({})).await.is(Status::Ok);
    cast.finance.api_post(&mend, json!({})).await.refuses("payment.not_failed");
    let next = cast.build(&class).await;
    cast.finance.send_batch(&next).await;
    assert_eq!(cast.finance.payments_of(&next).await[0]["account"], "**** 0025");
    cast.finance.settle_batch(&next, &[]).await;
    assert_eq!((cast.owed(&class).await, cast.status(claim).await.as_str()), ([0, 2 * UNIT], "paid"));
    let first = cast.figures(&batch).await;
    assert_eq!((&first["failed"]["fen"], &first["ledger_fen"]), (&json!(2 * UNIT), &json!(0)));
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn a_trainee_is_paid_on_his_own_account_and_who_has_none_is_left_out_by_name() {
    let cast = Cast::gather().await;
    let class = cast.class_of(1, 2).await;
    let mut claims = Vec::new();
    for (person, seat) in class.people.iter().zip(&class.enrolments) {
        let trainee = cast.app.sign_in_person(*person).await;
        let made = trainee.api_post(&format!("/api/v1/enrolments/{seat}/claim"), json!({})).await.is(Status::Created);
        claims.push((made.json()["id"].as_str().unwrap().parse::<ClaimId>().unwrap(), trainee.account));
        cast.approve(claims[claims.len() - 1].0).await;
    }
    let poor: PersonId = class.people[1];
    cast.app.change_person(poor, |_, private| private.bank_account.clear()).await;
    let batch = cast.build(&class).await;
    assert_eq!((&batch["payments"], &batch["left_out"][0]["reason"]), (&json!(1), &json!("left.no_account")));
    let payments = cast.finance.payments_of(&batch).await;
    assert_eq!((&payments[0]["person_id"], &payments[0]["account"]), (&json!(class.people[0]), &json!("**** 0001")));
    assert_eq!(payments[0]["organisation_id"], Value::Null);
    cast.finance.send_batch(&batch).await;
    cast.finance.settle_batch(&batch, &[]).await;
    assert_eq!(
        (cast.status(claims[0].0).await.as_str(), cast.status(claims[1].0).await.as_str()),
        ("paid", "finance_approved")
    );
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(told.iter().any(|row| row.kind == "payment_paid" && row.account_id == claims[0].1));
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn freezing_looks_at_every_line_and_account_anew() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 3).await;
    let batch = cast.build(&class).await;
    cast.revoke(class.certificates[0]).await;
    cast.app.given_payee_account(cast.institution.organisation.unwrap(), ANOTHER).await;
    let frozen = cast.act(&batch, "freeze").await.is(Status::Ok).json();
    assert_eq!((&frozen["total_fen"], &frozen["payments"], &frozen["lines"]), (&json!(2 * UNIT), &json!(1), &json!(2)));
    assert_eq!(cast.finance.payments_of(&batch).await[0]["account"], "**** 0025");
    let mut lines = cast.statuses(claim).await;
    lines.sort_unstable();
    assert_eq!(lines, [LineStatus::Refused, LineStatus::Batched, LineStatus::Batched]);
    assert_eq!(cast.figures(&batch).await["differences"], json!([]));
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn a_batch_that_did_not_leave_is_cancelled_and_its_lines_wait_for_the_next() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 2).await;
    let batch = cast.build(&class).await;
    cast.act(&batch, "freeze").await.is(Status::Ok);
    let cancel = format!("/api/v1/batches/{}/cancel", id_of(&batch));
    cast.finance.api_post(&cancel, json!({})).await.blames("reason", "invalid.required");
    cast.finance.api_post(&cancel, json!({ "reason": "开户行变了" })).await.is(Status::Ok);
    assert_eq!(cast.statuses(claim).await, [LineStatus::Approved; 2]);
    let again = cast.build(&class).await;
    cast.finance.send_batch(&again).await;
    let sent = format!("/api/v1/batches/{}/cancel", id_of(&again));
    cast.finance.api_post(&sent, json!({ "reason": "开户行变了" })).await.refuses("move.illegal");
    cast.finance.settle_batch(&again, &[]).await;
    assert_eq!(cast.owed(&class).await, [0, 2 * UNIT]);
    cast.all_agrees().await;
}

#[rocket::async_test]
async fn who_took_a_step_of_a_claim_does_not_pay_it_and_a_left_session_pays_nothing() {
    let cast = Cast::gather().await;
    let (class, _) = cast.waiting(1, 1).await;
    let to = |role: Role| {
        role_grant::Entity::update_many()
            .col_expr(role_grant::Column::Role, Expr::value(role))
            .filter(role_grant::Column::AccountId.eq(cast.checker.account))
    };
    to(Role::FinanceOfficer).exec(cast.app.db.writer()).await.unwrap();
    cast.checker.build_batch(class.pot).await.refuses("batch.nothing");
    let batch = cast.build(&class).await;
    let freeze = format!("/api/v1/batches/{}/freeze", id_of(&batch));
    cast.checker.api_post(&freeze, json!({})).await.refuses("claim.same_person");
    cast.sql("UPDATE session SET confirmed_at = NULL").await;
    cast.act(&batch, "freeze").await.refuses("error.step_up_required");
    cast.finance.build_batch(class.pot).await.refuses("error.step_up_required");
}

#[rocket::async_test]
async fn the_tables_themselves_pay_nothing_twice_and_change_nothing_that_was_settled() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 1).await;
    let batch = cast.build(&class).await;
    let hands = format!(
        "UPDATE claim SET first_approved_by = (SELECT built_by FROM payment_batch) WHERE id = {}",
        literal(&cast.app, claim.0)
    );
    let columns = "batch_id, claim_id, pot_id, area_code, organisation_id, fen, lines, status";
    let copy = |reference: &str| {
        let id = literal(&cast.app, uuid::Uuid::now_v7());
        format!(
            "INSERT INTO payment (id, reference, {columns}) SELECT {id}, '{reference}', {columns} FROM payment LIMIT 1"
        )
    };
    // A second payment of the batch, to which the line of the first is written too.
    cast.sql(&copy("x-1")).await;
    let twice = "INSERT INTO payment_line SELECT p.id, l.line_id, l.fen, 'pending' FROM payment p, payment_line l \
                 WHERE p.reference = 'x-1'";
    assert!(is_refused(&cast.app, twice).await);
    cast.sql("UPDATE payment SET status = 'cancelled' WHERE reference = 'x-1'").await;
    cast.sql(&hands).await;
    assert!(is_refused(&cast.app, &copy("x-2")).await, "whoever took a step pays");
    cast.sql(&hands.replace("(SELECT built_by FROM payment_batch)", "NULL")).await;
    cast.finance.send_batch(&batch).await;
    cast.finance.settle_batch(&batch, &[]).await;
    for change in [
        "UPDATE payment SET fen = 1",
        "UPDATE payment SET status = 'failed', failure = 'other', paid_on = NULL WHERE status = 'paid'",
        "DELETE FROM payment",
        "DELETE FROM payment_line",
        "UPDATE payment_line SET fen = 1",
        "UPDATE payment_line SET status = 'failed' WHERE status = 'paid'",
        "UPDATE payment_batch SET total_fen = 1",
        "UPDATE payment_batch SET status = 'sent'",
        "DELETE FROM payment_batch",
        "UPDATE bank_response SET rows = 2",
        "UPDATE bank_layout SET spec = ''",
        "DELETE FROM bank_layout",
    ] {
        assert!(is_refused(&cast.app, change).await, "{change}");
    }
    assert!(is_refused(&cast.app, &copy("x-3")).await, "a frozen batch takes a payment");
    let paid = payment::Entity::find().filter(payment::Column::Status.eq(PaymentStatus::Paid));
    assert_eq!(paid.all(cast.app.db.reader()).await.unwrap().len(), 1);
}

#[rocket::async_test]
async fn whole_account_numbers_stand_in_the_file_and_nowhere_else() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 2).await;
    let batch = cast.build(&class).await;
    cast.finance.send_batch(&batch).await;
    let text = cast.finance.answer_to(&batch, &[]).await;
    let checked = cast.finance.check_answer(&batch, &text).await.json();
    let id = id_of(&batch);
    let pages = [
        "/batches".to_owned(),
        format!("/batches/{id}"),
        format!("/batches/{id}/lines"),
        format!("/batches/{id}/reconciliation"),
        format!("/batches/{id}/response"),
        format!("/batches/{id}/responses/{}", checked["id"].as_str().unwrap()),
        format!("/batches/{id}/cancel"),
        format!("/batches/new?pot={}", class.pot),
        format!("/claims/{claim}/payments"),
        format!("/funds/{}/reconciliation?from=2016-11-01&to=2016-11-30", class.pot),
        "/failed-payments".to_owned(),
    ];
    for language in ["zh-CN", "en"] {
        for path in &pages {
            let page = cast.finance.get_in(language, path).await.is(Status::Ok).text;
            assert!(!page.contains(ACCOUNT), "{path}");
        }
    }
    cast.finance.apply_answer(&batch, &checked).await.is(Status::Ok);
    let audited = entities::audit_event::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(audited.iter().any(|row| row.action == "fetch" && row.actor_id == Some(cast.finance.account)));
    assert!(audited.iter().all(|row| !row.detail.as_deref().unwrap_or_default().contains(ACCOUNT)));
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    assert!(told.iter().all(|row| !row.args.to_string().contains(ACCOUNT)));
    let sealed = payment::Entity::find().all(cast.app.db.reader()).await.unwrap();
    let opens = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(ACCOUNT);
    assert!(sealed.iter().all(|row| !opens(row.sealed.as_deref().unwrap())));
}

#[rocket::async_test]
async fn the_pages_lead_from_the_pot_to_the_bank_and_back() {
    let cast = Cast::gather().await;
    let (class, claim) = cast.waiting(1, 2).await;
    let form = [("pot_id", class.pot.to_string()), ("layout", "rural".into()), ("which", "picked".into())];
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let again = cast.finance.post_form("/batches", &fields).await.is(Status::UnprocessableEntity).text;
    assert!(again.contains("claims[") && again.contains("可以列入"), "{again}");
    let ticked = format!("claims[{claim}]");
    let fields: Vec<(&str, &str)> = fields.into_iter().chain([(ticked.as_str(), "true")]).collect();
    let made = cast.finance.post_form("/batches", &fields).await.is(Status::SeeOther).location.unwrap();
    cast.finance.post_form(&format!("{made}/freeze"), &[]).await.goes_to(&made);
    cast.finance.get(&format!("{made}/file")).await;
    cast.finance.post_form(&format!("{made}/send"), &[]).await.goes_to(&made);
    let page = cast.finance.get(&made).await.is(Status::Ok).text;
    assert!(page.contains("导入银行回单") && page.contains("1,600.00") && page.contains("**** 0017"), "{page}");
    let batch = json!({ "id": made.trim_start_matches("/batches/") });
    let text = cast.finance.answer_to(&batch, &[]).await;
    let checked = cast.finance.check_answer(&batch, &text).await.json();
    let response = format!("{made}/responses/{}", checked["id"].as_str().unwrap());
    let preview = cast.finance.get(&response).await.is(Status::Ok).text;
    assert!(preview.contains("按回单生效") && preview.contains("2016年11月20日入账"), "{preview}");
    cast.finance.post_form(&format!("{response}/apply"), &[]).await.goes_to(&format!("{made}/reconciliation"));
    cast.finance.post_form(&format!("{made}/reconcile"), &[]).await.goes_to(&format!("{made}/reconciliation"));
    let done = cast.clerk.get(&format!("{made}/reconciliation")).await.is(Status::Ok).text;
    assert!(done.contains("全部相同"), "{done}");
    let own = cast.institution.get(&format!("/claims/{claim}/payments")).await.is(Status::Ok).text;
    assert!(own.contains("已付") && !own.contains("/batches/"), "{own}");
    cast.institution.get(&made).await.is(Status::Forbidden);
}

#[rocket::async_test]
async fn whatever_the_bank_says_of_whatever_lines_nothing_is_paid_twice_and_all_sums_agree() {
    let cast = Cast::gather().await;
    let (mut state, mut classes) = (20_161_120_u64, Vec::new());
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for n in 0..3_u16 {
        let people = usize::try_from(1 + next(4)).unwrap();
        classes.push(cast.waiting(1 + n * 10, people).await);
    }
    let mut accounts = 100;
    for _ in 0..4 {
        for (class, _) in &classes {
            let built = cast.finance.build_batch(class.pot).await;
            if built.status != Status::Created {
                built.refuses("batch.nothing");
                continue;
            }
            let batch = built.json();
            if next(4) == 0 {
                let cancel = format!("/api/v1/batches/{}/cancel", id_of(&batch));
                cast.finance.api_post(&cancel, json!({ "reason": "重编" })).await.is(Status::Ok);
                continue;
            }
            cast.finance.send_batch(&batch).await;
            let payments = cast.finance.payments_of(&batch).await;
            let mut refused = Vec::new();
            for payment in &payments {
                if next(2) == 0 {
                    refused.push((payment["reference"].as_str().unwrap(), "0101"));
                }
            }
            cast.finance.settle_batch(&batch, &refused).await;
            accounts += 1;
            let number = format!("0000003609000000{accounts}");
            cast.app.given_payee_account(cast.institution.organisation.unwrap(), &number).await;
            for payment in payments.iter().filter(|one| refused.iter().any(|(r, _)| one["reference"] == *r)) {
                let mend = format!("/api/v1/failed-payments/{}/mend", payment["id"].as_str().unwrap());
                cast.finance.api_post(&mend, json!({})).await.is(Status::Ok);
            }
            cast.all_agrees().await;
        }
    }
    let lines = payment_line::Entity::find().filter(payment_line::Column::Status.eq(PaymentStatus::Paid));
    let lines = lines.all(cast.app.db.reader()).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.line_id).collect::<HashSet<_>>().len(), lines.len());
    let paid: i64 = lines.iter().map(|line| line.fen.0).sum();
    let mut left = 0;
    for (class, _) in &classes {
        left += cast.owed(class).await[1];
    }
    assert_eq!(paid, left);
}
