//! In every state every step that is not in the table is refused, and nothing of it is in the tables: claims, lines, batches,
//! notices with their objections, and accounts that are paid on. States are reached by the steps that lead there.

use std::fmt::Write;

use entities::{
    bank_response, claim, claim_line, decision, notice, objection, payee_account, payment, payment_batch, payment_line,
    posting, pot, values::LineStatus,
};
use rocket::http::Status;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use sidan::notices::go_round;

use super::{Town, account, contract, id};
use crate::support::app::{Answer, Visitor, nine_on};

macro_rules! told {
    ($town:expr, $($table:ident),+) => {{
        let mut all = String::new();
        $(for row in $table::Entity::find().all($town.app.db.writer()).await.unwrap() {
            writeln!(all, "{row:?}").unwrap();
        })+
        all
    }};
}

/// Somebody who asks for a step: the door, what is sent, and under which name the tables below know it.
struct Ask<'a> {
    name: &'static str,
    who: &'a Visitor,
    path: String,
    body: Value,
}

impl Town {
    /// Every row that a step of the money may touch.
    async fn rows(&self) -> String {
        let money = told!(self, claim, claim_line, posting, decision, pot, payment_batch, payment, payment_line);
        money + &told!(self, bank_response, notice, objection, payee_account)
    }

    /// All that is not among the open steps is refused and changes nothing.
    async fn only(&self, state: &str, open: &[&str], asks: Vec<Ask<'_>>) {
        let before = self.rows().await;
        for ask in asks.iter().filter(|ask| !open.contains(&ask.name)) {
            let told = ask.who.api_post(&ask.path, ask.body.clone()).await;
            assert_eq!(told.status, Status::Conflict, "{state}: {}: {}", ask.name, told.text);
            let after = self.rows().await;
            assert!(before == after, "{state}: {} left something behind", ask.name);
        }
        for name in open {
            assert!(asks.iter().any(|ask| ask.name == *name), "{name} is asked by nobody");
        }
    }

    fn steps_of_claim(&self, claim: &str) -> Vec<Ask<'_>> {
        let ask = |name, who, step: &str, body| Ask { name, who, path: format!("/api/v1/claims/{claim}/{step}"), body };
        let back = || json!({ "code": "papers", "reason": "代领协议没有盖章" });
        vec![
            ask("approve", &self.clerk, "approve", json!({})),
            ask("confirm", &self.checker, "confirm", json!({})),
            ask("authorise", &self.finance, "authorise", json!({})),
            ask("clerk returns", &self.clerk, "return", back()),
            ask("checker returns", &self.checker, "return", back()),
            ask("finance returns", &self.finance, "return", back()),
            ask("reject", &self.clerk, "reject", json!({ "reason": "重新申领" })),
            ask("submit", &self.institution, "submit", json!({})),
            ask("hold", &self.clerk, "hold", json!({ "reason": "papers", "note": "等补协议" })),
            ask("release", &self.checker, "release", json!({ "reason": "已补" })),
        ]
    }

    fn steps_of_line(&self, claim: &str, line: &str) -> Vec<Ask<'_>> {
        let path = |step: &str| format!("/api/v1/claims/{claim}/lines/{line}/{step}");
        let ask = |name, who, step: &str, body| Ask { name, who, path: path(step), body };
        let why = || json!({ "reason": "papers" });
        vec![
            ask("refuse", &self.clerk, "refuse", json!({ "reason": "identity" })),
            ask("allow", &self.clerk, "allow", json!({})),
            ask("clerk holds", &self.clerk, "hold", why()),
            ask("checker holds", &self.checker, "hold", why()),
            ask("finance holds", &self.finance, "hold", why()),
            ask("release", &self.checker, "release", json!({})),
        ]
    }

    /// What the finance bureau may ask of a batch; `response` is an answer of the bank that was checked.
    fn steps_of_batch(&self, batch: &str, response: Option<&str>) -> Vec<Ask<'_>> {
        let path = |step: &str| format!("/api/v1/batches/{batch}/{step}");
        let ask = |name, step: &str, body| Ask { name, who: &self.payer, path: path(step), body };
        let mut asks = vec![
            ask("freeze", "freeze", json!({})),
            ask("send", "send", json!({})),
            ask("reconcile", "reconcile", json!({})),
            ask("cancel", "cancel", json!({ "reason": "重编" })),
        ];
        asks.extend(response.map(|id| ask("apply", &format!("responses/{id}/apply"), json!({}))));
        asks
    }

    fn steps_of_payee(&self, payee: &str) -> Vec<Ask<'_>> {
        let ask = |name, who, step: &str, body| Ask {
            name,
            who,
            path: format!("/api/v1/payee-accounts/{payee}/{step}"),
            body,
        };
        vec![
            ask("approve", &self.checker, "approve", json!({})),
            ask("refuse", &self.checker, "refuse", json!({ "reason": "户名不对" })),
            ask("school stops", &self.institution, "stop", json!({ "reason": "换了卡" })),
            ask("county stops", &self.checker, "stop", json!({ "reason": "有人举报" })),
        ]
    }

    fn steps_of_objection(&self, objection: &str) -> Vec<Ask<'_>> {
        let path = |step: &str| format!("/api/v1/objections/{objection}/{step}");
        let ruling = |outcome: &str| json!({ "outcome": outcome, "answer": "经核查，已作处理" });
        vec![
            Ask {
                name: "investigate",
                who: &self.clerk,
                path: path("investigate"),
                body: json!({ "finding": "查了台账" }),
            },
            Ask { name: "uphold", who: &self.checker, path: path("decide"), body: ruling("upheld") },
            Ask { name: "dismiss", who: &self.checker, path: path("decide"), body: ruling("dismissed") },
        ]
    }

    async fn step(&self, claim: &str, name: &str) {
        let asks = self.steps_of_claim(claim);
        let ask = asks.iter().find(|ask| ask.name == name).unwrap();
        ask.who.api_post(&ask.path, ask.body.clone()).await.is(Status::Ok);
    }

    async fn claimed(&self, first: u16, people: u16, on: (u32, u32)) -> String {
        let class = self.class_of(first, people, on).await;
        let path = format!("/api/v1/classes/{}/claim", class.class);
        let made = self.institution.api_post(&path, contract()).await.is(Status::Created).json();
        id(&made).to_owned()
    }

    async fn round(&self) {
        assert_eq!(go_round(&self.app.db, &self.app.desk, &self.app.vault, &self.app.clock).await.unwrap().failed, 0);
    }

    /// Nine in the morning of a day on which everybody has just signed in.
    async fn day(&self, month: u32, day: u32) {
        self.app.time_is(nine_on(month, day)).await;
        self.app.given_fresh().await;
    }

    async fn status(&self, claim: &str) -> String {
        let seen = self.clerk.api_get(&format!("/api/v1/claims/{claim}")).await.is(Status::Ok).json();
        seen["status"].as_str().unwrap().to_owned()
    }

    /// A batch of all that waits, taken to the bank.
    async fn sent(&self) -> Value {
        let batch = self.payer.build_batch(self.pot).await.is(Status::Created).json();
        self.payer.send_batch(&batch).await
    }

    async fn bank_refuses_all(&self, batch: &Value) {
        let payments = self.payer.payments_of(batch).await;
        let refused: Vec<(&str, &str)> =
            payments.iter().map(|payment| (payment["reference"].as_str().unwrap(), "0101")).collect();
        self.payer.settle_batch(batch, &refused).await;
    }

    async fn mend(&self, batch: &Value, another: u32) -> Answer {
        self.app.given_payee_account(self.institution.organisation.unwrap(), &account(another)).await;
        let payment = &self.payer.payments_of(batch).await[0];
        self.payer.api_post(&format!("/api/v1/failed-payments/{}/mend", id(payment)), json!({})).await
    }
}

/// What is open in each state of a claim, by the design and not by the program.
const CLAIM: [(&str, &[&str]); 11] = [
    ("submitted", &["approve", "clerk returns", "reject", "hold"]),
    ("returned", &["submit", "hold"]),
    ("first_approved", &["confirm", "checker returns", "hold"]),
    ("second_approved", &["hold"]),
    ("in_notice", &["hold"]),
    ("cleared", &["authorise", "finance returns", "hold"]),
    ("finance_approved", &["hold"]),
    ("paying", &[]),
    ("pay_failed", &["hold"]),
    ("paid", &[]),
    ("rejected", &[]),
];

#[rocket::async_test]
async fn a_claim_takes_in_each_state_the_steps_of_the_table_and_no_other() {
    let town = Town::found(1_000_000, 80_000).await;
    let claim = town.claimed(1, 2, (11, 28)).await;
    let stands = async |state: &str| {
        assert_eq!(town.status(&claim).await, state);
        let (_, open) = CLAIM.into_iter().find(|(known, _)| *known == state).unwrap();
        town.only(state, open, town.steps_of_claim(&claim)).await;
    };
    stands("submitted").await;
    town.step(&claim, "clerk returns").await;
    stands("returned").await;
    town.step(&claim, "submit").await;
    town.step(&claim, "approve").await;
    stands("first_approved").await;
    town.step(&claim, "confirm").await;
    stands("second_approved").await;
    town.round().await;
    stands("in_notice").await;
    // Whatever its state, what waits takes no step but its release.
    town.step(&claim, "hold").await;
    town.only("held", &["release"], town.steps_of_claim(&claim)).await;
    town.step(&claim, "release").await;
    town.day(11, 30).await;
    town.round().await;
    stands("cleared").await;
    town.step(&claim, "authorise").await;
    stands("finance_approved").await;
    let batch = town.sent().await;
    stands("paying").await;
    town.bank_refuses_all(&batch).await;
    stands("pay_failed").await;
    town.mend(&batch, 2).await.is(Status::Ok);
    let batch = town.sent().await;
    town.payer.settle_batch(&batch, &[]).await;
    stands("paid").await;
    let other = town.claimed(11, 1, (12, 5)).await;
    town.step(&other, "reject").await;
    town.only("rejected", &[], town.steps_of_claim(&other)).await;
    town.all_agrees().await;
}

/// What is open for a line, by the state of its claim and its own. Who waits for the finance bureau is held by any of the
/// three offices, who lies in the notice by the two of the county.
const LINE: [(&str, LineStatus, &[&str]); 20] = [
    ("submitted", LineStatus::Claimed, &["refuse"]),
    ("submitted", LineStatus::Refused, &["allow"]),
    ("returned", LineStatus::Claimed, &[]),
    ("returned", LineStatus::Refused, &[]),
    ("first_approved", LineStatus::Claimed, &[]),
    ("first_approved", LineStatus::Refused, &[]),
    ("second_approved", LineStatus::Claimed, &["clerk holds", "checker holds"]),
    ("second_approved", LineStatus::Refused, &[]),
    ("in_notice", LineStatus::Claimed, &["clerk holds", "checker holds"]),
    ("in_notice", LineStatus::Refused, &[]),
    ("in_notice", LineStatus::Held, &["release"]),
    ("cleared", LineStatus::Cleared, &["clerk holds", "checker holds", "finance holds"]),
    ("cleared", LineStatus::Held, &["release"]),
    ("cleared", LineStatus::Refused, &[]),
    ("finance_approved", LineStatus::Approved, &["clerk holds", "checker holds", "finance holds"]),
    ("paying", LineStatus::Batched, &[]),
    ("pay_failed", LineStatus::Failed, &[]),
    ("paid", LineStatus::Paid, &[]),
    ("paid", LineStatus::Held, &["release"]),
    ("rejected", LineStatus::Void, &[]),
];

#[rocket::async_test]
async fn a_line_takes_in_each_state_the_steps_of_the_table_and_no_other() {
    let town = Town::found(1_000_000, 80_000).await;
    let claim = town.claimed(1, 3, (11, 28)).await;
    let mut tried = 0;
    let mut stand = async |claim: &str| {
        let state = town.status(claim).await;
        let mut seen = Vec::new();
        for line in town.lines().await.iter().filter(|line| line.claim_id.to_string() == claim) {
            if !seen.contains(&line.status) {
                seen.push(line.status);
                let known = LINE.iter().find(|(of, status, _)| (*of, *status) == (state.as_str(), line.status));
                let Some((.., open)) = known else { continue };
                let name = format!("{state}, {}", line.status);
                town.only(&name, open, town.steps_of_line(claim, &line.id.to_string())).await;
                tried += 1;
            }
        }
    };
    let lines = town.lines().await;
    let line = async |n: usize, step: &str| {
        let asks = town.steps_of_line(&claim, &lines[n].id.to_string());
        let ask = asks.iter().find(|ask| ask.name == step).unwrap();
        ask.who.api_post(&ask.path, ask.body.clone()).await.is(Status::Ok);
    };
    line(2, "refuse").await;
    stand(&claim).await;
    town.step(&claim, "clerk returns").await;
    stand(&claim).await;
    town.step(&claim, "submit").await;
    line(2, "refuse").await;
    town.step(&claim, "approve").await;
    stand(&claim).await;
    town.step(&claim, "confirm").await;
    stand(&claim).await;
    town.round().await;
    line(0, "clerk holds").await;
    stand(&claim).await;
    town.day(11, 30).await;
    town.round().await;
    stand(&claim).await;
    town.step(&claim, "authorise").await;
    stand(&claim).await;
    let batch = town.sent().await;
    stand(&claim).await;
    town.bank_refuses_all(&batch).await;
    stand(&claim).await;
    town.mend(&batch, 2).await.is(Status::Ok);
    let batch = town.sent().await;
    town.payer.settle_batch(&batch, &[]).await;
    stand(&claim).await;
    let other = town.claimed(11, 1, (12, 5)).await;
    town.step(&other, "reject").await;
    stand(&other).await;
    assert!(tried >= LINE.len(), "{tried} of {} were reached", LINE.len());
    town.all_agrees().await;
}

#[rocket::async_test]
async fn a_batch_takes_in_each_state_the_steps_of_the_table_and_no_other() {
    let town = Town::found(1_000_000, 80_000).await;
    let claim = town.claimed(1, 2, (11, 28)).await;
    town.step(&claim, "approve").await;
    town.step(&claim, "confirm").await;
    town.app.given_through_notice(claim.parse().unwrap()).await;
    town.step(&claim, "authorise").await;
    let batch = town.payer.build_batch(town.pot).await.is(Status::Created).json();
    let at = |step: &str| format!("/api/v1/batches/{}/{step}", id(&batch));
    let stands = async |state: &str, open: &[&str], response: Option<&str>| {
        let seen = town.payer.api_get(&format!("/api/v1/batches/{}", id(&batch))).await.is(Status::Ok).json();
        assert_eq!(seen["status"], state);
        town.only(state, open, town.steps_of_batch(id(&batch), response)).await;
        let before = town.rows().await;
        let has_file = ["frozen", "sent"].contains(&state);
        if !has_file {
            town.payer.api_get(&at("file")).await.refuses("batch.no_file");
        }
        if state != "sent" {
            let text = town.payer.answer_to(&batch, &[]).await + "\n";
            town.payer.check_answer(&batch, &text).await.is(Status::Conflict);
        }
        if state == "building" {
            town.payer.build_batch(town.pot).await.is(Status::Conflict);
        }
        assert!(before == town.rows().await, "{state}: something was left behind");
    };
    stands("building", &["freeze", "cancel"], None).await;
    town.payer.api_post(&at("freeze"), json!({})).await.is(Status::Ok);
    stands("frozen", &["cancel"], None).await;
    let file = town.payer.with_token(town.app.client.get(at("file"))).dispatch().await;
    assert_eq!(file.status(), Status::Ok);
    stands("frozen", &["send", "cancel"], None).await;
    town.payer.api_post(&at("send"), json!({})).await.is(Status::Ok);
    let text = town.payer.answer_to(&batch, &[]).await;
    let other = town.payer.check_answer(&batch, &text.replace("成功", "已入账")).await.is(Status::Ok).json();
    let checked = town.payer.check_answer(&batch, &text).await.is(Status::Ok).json();
    stands("sent", &["apply"], Some(id(&checked))).await;
    town.payer.apply_answer(&batch, &checked).await.is(Status::Ok);
    // One answer was applied; another one is none any more.
    stands("responded", &["reconcile"], Some(id(&other))).await;
    town.payer.api_post(&at("reconcile"), json!({})).await.is(Status::Ok);
    stands("reconciled", &[], Some(id(&other))).await;

    let claim = town.claimed(11, 1, (12, 5)).await;
    town.step(&claim, "approve").await;
    town.step(&claim, "confirm").await;
    town.app.given_through_notice(claim.parse().unwrap()).await;
    town.step(&claim, "authorise").await;
    let second = town.payer.build_batch(town.pot).await.is(Status::Created).json();
    let cancel = format!("/api/v1/batches/{}/cancel", id(&second));
    town.payer.api_post(&cancel, json!({ "reason": "重编" })).await.is(Status::Ok);
    town.only("cancelled", &[], town.steps_of_batch(id(&second), None)).await;
    town.all_agrees().await;
}

#[rocket::async_test]
async fn a_notice_is_objected_to_while_it_lies_open_and_an_objection_goes_one_way() {
    let town = Town::found(1_000_000, 80_000).await;
    let claim = town.claimed(1, 3, (11, 28)).await;
    town.step(&claim, "approve").await;
    town.step(&claim, "confirm").await;
    town.round().await;
    let passer_by = town.app.passer_by();
    let object = async |number: &str, line: u32| {
        let text = json!({ "line": line, "text": "这个人那几天在广东打工，没有上过课" });
        passer_by.api_post(&format!("/api/v1/notices/{number}/objections"), text).await
    };
    let steps = async |id: &str, name: &str| {
        let asks = town.steps_of_objection(id);
        let ask = asks.iter().find(|ask| ask.name == name).unwrap();
        ask.who.api_post(&ask.path, ask.body.clone()).await.is(Status::Ok);
    };
    for (line, outcome) in [(1, "uphold"), (2, "dismiss")] {
        object("G-2016-000001", line).await.is(Status::Created);
        let waiting = town.clerk.api_get("/api/v1/objections?status=received").await.json()["items"][0].clone();
        town.only("received", &["investigate"], town.steps_of_objection(id(&waiting))).await;
        // The line in question is let go by nobody else.
        let held = town.lines().await.iter().find(|line| line.status == LineStatus::Held).unwrap().id.to_string();
        town.only("disputed", &[], town.steps_of_line(&claim, &held)).await;
        steps(id(&waiting), "investigate").await;
        town.only("investigated", &["uphold", "dismiss"], town.steps_of_objection(id(&waiting))).await;
        steps(id(&waiting), outcome).await;
        town.only(outcome, &[], town.steps_of_objection(id(&waiting))).await;
    }
    let before = town.rows().await;
    object("G-2016-000001", 1).await.refuses("objection.settled");
    assert!(before == town.rows().await);
    // Over, and withdrawn: it lies open no more.
    town.day(11, 29).await;
    let closed = async |state: &str| {
        let before = town.rows().await;
        object("G-2016-000001", 2).await.is(Status::NotFound);
        assert!(before == town.rows().await, "{state}");
    };
    closed("its last day is over").await;
    town.round().await;
    closed("over").await;
    town.step(&claim, "finance returns").await;
    town.round().await;
    closed("withdrawn").await;
    town.all_agrees().await;
}

#[rocket::async_test]
async fn an_account_that_is_paid_on_takes_in_each_state_the_steps_of_the_table_and_no_other() {
    let town = Town::found(1_000_000, 80_000).await;
    let name = async |number: &str| {
        let new = json!({ "bank": "上高农商银行", "name": "锦江职业培训学校", "number": number });
        let made = town.institution.api_post("/api/v1/payee-accounts", new).await.is(Status::Created).json();
        id(&made).to_owned()
    };
    let step = async |payee: &str, step: &str| {
        let asks = town.steps_of_payee(payee);
        let ask = asks.iter().find(|ask| ask.name == step).unwrap();
        ask.who.api_post(&ask.path, ask.body.clone()).await.is(Status::Ok);
    };
    let none: &[&str] = &[];
    let one = name("36012345678901").await;
    town.only("proposed", &["approve", "refuse", "school stops"], town.steps_of_payee(&one)).await;
    step(&one, "refuse").await;
    town.only("refused", none, town.steps_of_payee(&one)).await;
    let two = name("36012345678902").await;
    step(&two, "school stops").await;
    town.only("withdrawn", none, town.steps_of_payee(&two)).await;
    let three = name("36012345678903").await;
    step(&three, "approve").await;
    town.only("in force, not yet paid on", &["school stops", "county stops"], town.steps_of_payee(&three)).await;
    town.day(12, 20).await;
    town.only("in force and paid on", none, town.steps_of_payee(&three)).await;
    let four = name("36012345678904").await;
    step(&four, "approve").await;
    town.only("replaced", none, town.steps_of_payee(&three)).await;
    step(&four, "county stops").await;
    town.only("stopped", none, town.steps_of_payee(&four)).await;
    town.only("paid on again", none, town.steps_of_payee(&three)).await;
    let seen = town.checker.api_get(&format!("/api/v1/payee-accounts/{three}")).await.json();
    assert_eq!(seen["status"], "in_force");
}
