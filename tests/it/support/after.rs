//! What was paid, and those who look at it again.

use std::sync::Arc;

use entities::{
    claim_line,
    values::{ClaimId, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sidan::check;

use super::app::{Answer, App, Visitor, nine_on};
use super::given::{FinishedClass, Graduate};

/// 800 yuan
pub const UNIT: i64 = 80_000;

/// Everybody who has a part in what was paid, and those who had none.
pub struct Paid {
    pub app: Arc<App>,
    pub institution: Visitor,
    pub clerk: Visitor,
    pub checker: Visitor,
    pub approver: Visitor,
    pub finance: Visitor,
    /// Took no step of any claim.
    pub apart: Visitor,
    pub supervisor: Visitor,
}

impl Paid {
    /// On 20 November.
    pub async fn gather() -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 20));
        let paid = Self {
            institution: app.sign_in(Role::Institution).await,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            approver: app.sign_in(Role::FinanceOfficer).await,
            finance: app.sign_in(Role::FinanceOfficer).await,
            apart: app.sign_in(Role::CountyChecker).await,
            supervisor: app.sign_in(Role::Supervisor).await,
            app,
        };
        paid.app.given_payee_account(paid.institution.organisation.unwrap(), "0000003609000000017").await;
        paid
    }

    /// A claim of so many people that the finance bureau approved.
    pub async fn approved(&self, first: u16, people: usize) -> (FinishedClass, ClaimId) {
        self.approved_of(&self.institution, first, people).await
    }

    /// The same of another institution.
    pub async fn approved_of(&self, institution: &Visitor, first: u16, people: usize) -> (FinishedClass, ClaimId) {
        let graduates = vec![Graduate::QUALIFIED; people];
        let class = self.app.given_finished_class(institution.organisation.unwrap(), first, &graduates).await;
        let path = format!("/api/v1/classes/{}/claim", class.class);
        let claim = institution.api_post(&path, json!({ "contract_no": "DL-2016-1" })).await.is(Status::Created);
        let claim: ClaimId = claim.json()["id"].as_str().unwrap().parse().unwrap();
        let at = |verb: &str| format!("/api/v1/claims/{claim}/{verb}");
        self.clerk.api_post(&at("approve"), json!({})).await.is(Status::Ok);
        self.checker.api_post(&at("confirm"), json!({})).await.is(Status::Ok);
        self.app.given_through_notice(claim).await;
        self.approver.api_post(&at("authorise"), json!({})).await.is(Status::Ok);
        (class, claim)
    }

    /// The same, paid by the bank; with its lines.
    pub async fn paid(&self, first: u16, people: usize) -> (FinishedClass, Vec<claim_line::Model>) {
        let (class, claim) = self.approved(first, people).await;
        self.finance.pay_claim(claim).await;
        (class, self.lines(claim).await)
    }

    pub async fn lines(&self, claim: ClaimId) -> Vec<claim_line::Model> {
        let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(claim));
        rows.order_by_asc(claim_line::Column::Id).all(self.app.db.reader()).await.unwrap()
    }

    /// Asks money back that somebody said should not have been paid.
    pub async fn ask(&self, by: &Visitor, line: &claim_line::Model, fen: i64) -> Answer {
        by.api_post("/api/v1/clawbacks", asked(line, fen)).await
    }

    pub async fn act(&self, by: &Visitor, clawback: &Value, verb: &str, body: Value) -> Answer {
        by.api_post(&format!("/api/v1/clawbacks/{}/{verb}", clawback["id"].as_str().unwrap()), body).await
    }

    /// Asked for by the clerk, and approved by somebody else.
    pub async fn owed(&self, line: &claim_line::Model, fen: i64) -> Value {
        let asked = self.ask(&self.clerk, line, fen).await.is(Status::Created).json();
        self.act(&self.apart, &asked, "approve", json!({})).await.is(Status::Ok).json()
    }

    /// Nothing is out of order, whatever was done.
    pub async fn all_agrees(&self) {
        let atlas = check::atlas(&self.app.db).await.unwrap();
        let report = check::run(&self.app.db, &atlas, Some(&self.app.vault)).await.unwrap();
        let rooms = ["claim", "payment", "batch", "line", "pot", "clawback", "sample"];
        let ours = |rule: &str| rooms.contains(&rule.split('.').next().unwrap());
        let found: Vec<String> =
            report.findings.iter().filter(|found| ours(found.rule)).map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// What is sent to ask money back.
pub fn asked(line: &claim_line::Model, fen: i64) -> Value {
    json!({
        "line_id": line.id, "amount_fen": fen, "fault": "not_attended", "note": "考勤表上是别人代签的。",
        "source": "self_report", "item_id": null, "case_id": null,
    })
}
