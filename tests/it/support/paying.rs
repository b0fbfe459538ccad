//! What brings a claim from the finance bureau to the bank and back.
#![expect(clippy::disallowed_methods, reason = "a scene is set by whoever tells the story")]

use std::fmt::Write;

use entities::{
    claim,
    values::{ClaimId, OrganisationId, PotId},
};
use rocket::http::{ContentType, Status};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app::{Answer, App, COUNTY, Visitor};

impl App {
    /// The organisation is paid on this account from now on.
    pub async fn given_payee_account(&self, organisation: OrganisationId, number: &str) {
        let (id, now, today) = (Uuid::now_v7(), self.clock.now(), self.clock.today());
        let details = json!({ "bank": "上高农商银行", "name": "锦江职业培训学校", "number": number }).to_string();
        let sealed = self.vault.seal("payee_account.sealed", id, details.as_bytes()).unwrap();
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        let replaced = "UPDATE payee_account SET status = 'replaced', used_until = $1 WHERE organisation_id = $2 \
                        AND status = 'in_force'";
        let backend = self.db.backend();
        let before = Statement::from_sql_and_values(backend, replaced, [today.into(), organisation.0.into()]);
        self.db.writer().execute_raw(before).await.unwrap();
        let sql = "INSERT INTO payee_account (id, organisation_id, area_code, sealed, number_index, tail, status, proposed_by, \
                   proposed_holder, proposed_at, decided_by, decided_holder, decided_at, usable_from, version) \
                   VALUES ($1, $2, $3, $4, $5, $6, 'in_force', $7, $8, $9, $10, $11, $9, $12, 1)";
        let values = vec![
            id.into(),
            organisation.0.into(),
            COUNTY.into(),
            sealed.into(),
            self.vault.index("bank", number).into(),
            number[number.len() - 4..].into(),
            one.into(),
            one.into(),
            now.into(),
            two.into(),
            two.into(),
            today.into(),
        ];
        self.db.writer().execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap();
    }
}

/// The id of a batch that was answered.
pub fn id_of(batch: &Value) -> &str {
    batch["id"].as_str().unwrap()
}

impl Visitor {
    pub async fn build_batch(&self, pot: PotId) -> Answer {
        self.api_post("/api/v1/batches", json!({ "pot_id": pot, "layout": "rural" })).await
    }

    /// Takes a batch to the bank.
    pub async fn send_batch(&self, batch: &Value) -> Value {
        let at = |verb: &str| format!("/api/v1/batches/{}/{verb}", id_of(batch));
        self.api_post(&at("freeze"), json!({})).await.is(Status::Ok);
        let file = self.with_token(self.app.client.get(at("file"))).dispatch().await;
        assert_eq!(file.status(), Status::Ok);
        self.api_post(&at("send"), json!({})).await.is(Status::Ok).json()
    }

    pub async fn payments_of(&self, batch: &Value) -> Vec<Value> {
        let answer = self.api_get(&format!("/api/v1/batches/{}/payments?limit=200", id_of(batch))).await;
        let payments = answer.is(Status::Ok).json()["items"].as_array().unwrap().clone();
        payments.into_iter().filter(|payment| payment["status"] != "cancelled").collect()
    }

    /// What the bank says of each payment, in the layout of the shipped rural bank: by reference whether it refused it, and why.
    pub async fn answer_to(&self, batch: &Value, refused: &[(&str, &str)]) -> String {
        let mut text = "业务编号,金额,处理结果,失败代码,入账日期\n".to_owned();
        for payment in self.payments_of(batch).await {
            let (reference, fen) = (payment["reference"].as_str().unwrap(), payment["fen"].as_i64().unwrap());
            let yuan = format!("{}.{:02}", fen / 100, fen % 100);
            match refused.iter().find(|(known, _)| *known == reference) {
                Some((_, code)) => writeln!(text, "{reference},{yuan},失败,{code},").unwrap(),
                None => writeln!(text, "{reference},{yuan},成功,,{}", self.app.clock.today()).unwrap(),
            }
        }
        text
    }

    /// Has the bank's answer checked.
    pub async fn check_answer(&self, batch: &Value, text: &str) -> Answer {
        let request = self.app.client.post(format!("/api/v1/batches/{}/responses", id_of(batch)));
        Answer::of(self.with_token(request).header(ContentType::CSV).body(text)).await
    }

    pub async fn apply_answer(&self, batch: &Value, checked: &Value) -> Answer {
        let response = checked["id"].as_str().unwrap();
        self.api_post(&format!("/api/v1/batches/{}/responses/{response}/apply", id_of(batch)), json!({})).await
    }

    /// The bank paid, but for what it refused; and all sums agree.
    pub async fn settle_batch(&self, batch: &Value, refused: &[(&str, &str)]) -> Value {
        let text = self.answer_to(batch, refused).await;
        let checked = self.check_answer(batch, &text).await.is(Status::Ok).json();
        assert_eq!(checked["errors"], json!([]), "{checked}");
        self.apply_answer(batch, &checked).await.is(Status::Ok);
        self.api_post(&format!("/api/v1/batches/{}/reconcile", id_of(batch)), json!({})).await.is(Status::Ok).json()
    }

    /// Pays a claim that the finance bureau approved, with all else that waits in its pot; whose account lacks gets one.
    pub async fn pay_claim(&self, claim: ClaimId) -> Value {
        let row = claim::Entity::find_by_id(claim).one(self.app.db.writer()).await.unwrap().unwrap();
        self.app.given_payee_account(row.organisation_id, "0000003609000000017").await;
        let batch = self.build_batch(row.pot_id).await.is(Status::Created).json();
        self.send_batch(&batch).await;
        self.settle_batch(&batch, &[]).await
    }
}
