//! How each step is taken: through the API by whoever may, or as what happens by itself.

use entities::{
    certificate, claim_line, notice, objection, payment, payment_batch, person,
    values::{ClaimId, NoticeStatus, PaymentStatus},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use sidan::notices::go_round;

use super::{Desk, Op, World};
use crate::proof::{account, contract, grant, id};
use crate::support::app::{Answer, Visitor, nine_on};

/// Whether it was done, and what was answered.
type Told = (bool, String);

fn told(answer: &Answer) -> Told {
    let code = answer.status.code;
    assert!((200..300).contains(&code) || [404, 409, 422].contains(&code), "{} {}", answer.status, answer.text);
    (code < 300, answer.text.clone())
}

fn happened() -> Told {
    (true, String::new())
}

impl World {
    pub async fn carry_out(&mut self, op: Op) -> Told {
        let town = &self.town;
        match op {
            Op::Grant { document, seats } => {
                told(&town.finance.api_post("/api/v1/pots", grant(seats * self.model.unit, document)).await)
            }
            Op::ApproveClass(class) => self.of_class(&town.clerk, class, "approve", json!({})).await,
            Op::CancelClass(class) => {
                self.of_class(&town.clerk, class, "cancel", json!({ "reason": "人数不够" })).await
            }
            Op::Finish(class) => self.finish(class).await,
            Op::Revoke(seat) => self.revoke(seat).await,
            Op::Claim(class) => {
                let answer = town.institution.api_post(&self.class_path(class, "claim"), contract()).await;
                self.claimed(&answer).await
            }
            Op::ClaimOwn(seat) => {
                let Some(enrolment) = self.seats[seat] else { return (false, "nobody sits there".to_owned()) };
                let path = format!("/api/v1/enrolments/{enrolment}/claim");
                let answer = self.worker.api_post(&path, json!({})).await;
                self.claimed(&answer).await
            }
            Op::Submit(claim) => self.of_claim(&town.institution, claim, "submit", json!({})).await,
            Op::RefuseLine(claim, line) => {
                self.of_line(&town.clerk, (claim, line), "refuse", json!({ "reason": "identity" })).await
            }
            Op::AllowLine(claim, line) => self.of_line(&town.clerk, (claim, line), "allow", json!({})).await,
            Op::Approve(claim) => self.of_claim(&town.clerk, claim, "approve", json!({})).await,
            Op::Confirm(claim) => self.of_claim(&town.checker, claim, "confirm", json!({})).await,
            Op::ConfirmTwice(claim) => self.of_claim(&self.double, claim, "confirm", json!({})).await,
            Op::Authorise(claim) => self.of_claim(&town.finance, claim, "authorise", json!({})).await,
            Op::Return(claim, desk) => {
                let who = match desk {
                    Desk::Clerk => &town.clerk,
                    Desk::Checker => &town.checker,
                    Desk::Finance => &town.finance,
                };
                let why = json!({ "code": "papers", "reason": "代领协议没有盖章" });
                self.of_claim(who, claim, "return", why).await
            }
            Op::Reject(claim) => self.of_claim(&town.clerk, claim, "reject", json!({ "reason": "重新申领" })).await,
            Op::Hold(claim) => {
                let why = json!({ "reason": "papers", "note": "等机构补交协议" });
                self.of_claim(&town.clerk, claim, "hold", why).await
            }
            Op::Release(claim) => self.of_claim(&town.checker, claim, "release", json!({ "reason": "已补" })).await,
            Op::HoldLine(claim, line) => {
                self.of_line(&town.clerk, (claim, line), "hold", json!({ "reason": "papers" })).await
            }
            Op::ReleaseLine(claim, line) => self.of_line(&town.checker, (claim, line), "release", json!({})).await,
            Op::Object(claim, place) => self.object(claim, place).await,
            Op::Investigate(objection) => {
                let body = json!({ "finding": "查了用工台账" });
                self.of_objection(&town.clerk, objection, "investigate", body).await
            }
            Op::Decide(objection, upheld) => {
                let outcome = if upheld { "upheld" } else { "dismissed" };
                let body = json!({ "outcome": outcome, "answer": "经核查，已作处理" });
                self.of_objection(&town.checker, objection, "decide", body).await
            }
            Op::Day => {
                let [month, day] = [chrono::Datelike::month, chrono::Datelike::day].map(|of| of(&self.model.today));
                town.app.time_is(nine_on(month, day)).await;
                town.app.given_fresh().await;
                self.round().await
            }
            Op::Round => self.round().await,
            Op::Build => {
                let answer = town.payer.build_batch(town.pot).await;
                if answer.status == Status::Created {
                    self.batches.push(id(&answer.json()).parse().unwrap());
                }
                told(&answer)
            }
            Op::Freeze(batch) => self.of_batch(batch, "freeze").await,
            Op::Fetch(batch) => {
                let path = self.batch_path(batch, "file");
                let response = town.payer.with_token(town.app.client.get(path)).dispatch().await;
                assert!([Status::Ok, Status::Conflict].contains(&response.status()), "{}", response.status());
                (response.status() == Status::Ok, "the file".to_owned())
            }
            Op::Send(batch) => self.of_batch(batch, "send").await,
            Op::Cancel(batch) => {
                told(&town.payer.api_post(&self.batch_path(batch, "cancel"), json!({ "reason": "重编" })).await)
            }
            Op::Respond(batch, paid) => self.respond(batch, paid).await,
            Op::Repeat(batch) => {
                let (text, known) = &self.answers[&batch];
                let of = json!({ "id": self.batches[batch] });
                let checked = town.payer.check_answer(&of, text).await.is(Status::Ok).json();
                assert_eq!(id(&checked), known);
                told(&town.payer.apply_answer(&of, &checked).await)
            }
            Op::Reconcile(batch) => self.of_batch(batch, "reconcile").await,
            Op::Mend(batch, payment) => self.mend(batch, payment).await,
            Op::NewAccount => {
                let own = town.institution.organisation.unwrap();
                town.app.given_payee_account(own, &account(self.model.account)).await;
                happened()
            }
            Op::NewOwnAccount(person) => {
                let number = format!("00000037{:05}{:05}", person, self.model.accounts[person]);
                let id = self.people[person];
                town.app.change_person(id, |_, private| private.bank_account = number).await;
                // It was changed long enough ago.
                let long_ago = person::Entity::update_many()
                    .col_expr(person::Column::BankChangedOn, Expr::value(None::<chrono::NaiveDate>))
                    .filter(person::Column::Id.eq(id));
                long_ago.exec(town.app.db.writer()).await.unwrap();
                happened()
            }
        }
    }

    async fn of_claim(&self, who: &Visitor, claim: usize, step: &str, body: Value) -> Told {
        told(&self.town.of_claim(who, &self.claims[claim].to_string(), step, body).await)
    }

    async fn of_line(&self, who: &Visitor, (claim, line): (usize, usize), step: &str, body: Value) -> Told {
        let step = format!("lines/{}/{step}", self.lines[claim][line]);
        self.of_claim(who, claim, &step, body).await
    }

    fn class_path(&self, class: usize, step: &str) -> String {
        format!("/api/v1/classes/{}/{step}", self.classes[class])
    }

    async fn of_class(&self, who: &Visitor, class: usize, step: &str, body: Value) -> Told {
        told(&who.api_post(&self.class_path(class, step), body).await)
    }

    async fn of_objection(&self, who: &Visitor, objection: usize, step: &str, body: Value) -> Told {
        told(&who.api_post(&format!("/api/v1/objections/{}/{step}", self.objections[objection]), body).await)
    }

    fn batch_path(&self, batch: usize, step: &str) -> String {
        format!("/api/v1/batches/{}/{step}", self.batches[batch])
    }

    async fn of_batch(&self, batch: usize, step: &str) -> Told {
        told(&self.town.payer.api_post(&self.batch_path(batch, step), json!({})).await)
    }

    async fn finish(&mut self, class: usize) -> Told {
        let seats: Vec<usize> =
            (0..self.model.seats.len()).filter(|seat| self.model.seats[*seat].class == class).collect();
        let people = seats.iter().map(|seat| self.people[self.model.seats[*seat].person]).collect();
        let finished = self.town.finish(self.classes[class], people).await;
        for (seat, enrolment) in seats.into_iter().zip(finished.seats) {
            self.seats[seat] = Some(enrolment);
        }
        happened()
    }

    async fn revoke(&self, seat: usize) -> Told {
        let of = certificate::Column::EnrolmentId.eq(self.seats[seat].unwrap());
        let row = certificate::Entity::find().filter(of).one(self.town.app.db.writer()).await.unwrap().unwrap();
        self.town.app.given_revoked(&row.serial).await;
        happened()
    }

    /// A claim that was made, or that came back, with its lines in the order of the seats.
    async fn claimed(&mut self, answer: &Answer) -> Told {
        if answer.status == Status::Created {
            let claim: ClaimId = id(&answer.json()).parse().unwrap();
            if !self.claims.contains(&claim) {
                let rows = claim_line::Entity::find().filter(claim_line::Column::ClaimId.eq(claim));
                let rows =
                    rows.order_by_asc(claim_line::Column::EnrolmentId).all(self.town.app.db.writer()).await.unwrap();
                self.lines.push(rows.iter().map(|row| row.id).collect());
                self.claims.push(claim);
            }
        }
        told(answer)
    }

    /// To a line of the latest list of a claim, open or not.
    async fn object(&mut self, claim: usize, place: usize) -> Told {
        let db = self.town.app.db.writer();
        let lists = notice::Entity::find().filter(notice::Column::ClaimId.eq(self.claims[claim]));
        let latest = lists.order_by_desc(notice::Column::Round).one(db).await.unwrap();
        let Some(list) = latest else { return (false, "there is no list".to_owned()) };
        let body = json!({ "line": place + 1, "text": "这个人那几天在广东打工，没有上过课" });
        let path = format!("/api/v1/notices/{}/objections", list.number);
        let answer = self.town.app.passer_by().api_post(&path, body).await;
        if answer.status == Status::Created {
            assert_eq!(list.status, NoticeStatus::Open);
            let row = objection::Entity::find().order_by_desc(objection::Column::Id).one(db).await.unwrap();
            self.objections.push(row.unwrap().id.to_string());
        }
        told(&answer)
    }

    async fn round(&self) -> Told {
        let app = &self.town.app;
        let round = go_round(&app.db, &app.desk, &app.vault, &app.clock).await.unwrap();
        assert_eq!(round.failed, 0);
        happened()
    }

    /// The bank's answer is checked, and applied; to a batch that was answered it says the same in other words.
    async fn respond(&mut self, batch: usize, paid: u64) -> Told {
        let of = json!({ "id": self.batches[batch] });
        let payer = &self.town.payer;
        if let Some((text, _)) = self.answers.get(&batch) {
            return told(&payer.check_answer(&of, &format!("{text}\n")).await);
        }
        let payments = payer.payments_of(&of).await;
        let mut refused = Vec::new();
        for (n, known) in self.model.batches[batch].payments.iter().enumerate() {
            let claim = json!(self.claims[known.claim]);
            if known.status != PaymentStatus::Cancelled && paid >> (n % 8) & 1 == 0 {
                let row = payments.iter().find(|payment| payment["claim_id"] == claim).unwrap();
                refused.push((row["reference"].as_str().unwrap(), "0101"));
            }
        }
        let text = payer.answer_to(&of, &refused).await;
        let answer = payer.check_answer(&of, &text).await;
        if answer.status != Status::Ok {
            return told(&answer);
        }
        let checked = answer.json();
        assert_eq!(checked["errors"], json!([]), "{checked}");
        self.answers.insert(batch, (text, id(&checked).to_owned()));
        told(&payer.apply_answer(&of, &checked).await)
    }

    async fn mend(&self, batch: usize, payment: usize) -> Told {
        let db = self.town.app.db.writer();
        let claim = self.claims[self.model.batches[batch].payments[payment].claim];
        let batch = payment_batch::Entity::find_by_id(self.batches[batch]).one(db).await.unwrap().unwrap();
        let rows = payment::Entity::find()
            .filter(payment::Column::BatchId.eq(batch.id))
            .filter(payment::Column::ClaimId.eq(claim))
            .filter(payment::Column::Status.ne(PaymentStatus::Cancelled));
        let row = rows.one(db).await.unwrap().unwrap();
        told(&self.town.payer.api_post(&format!("/api/v1/failed-payments/{}/mend", row.id), json!({})).await)
    }
}
