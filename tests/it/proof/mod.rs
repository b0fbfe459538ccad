//! Evidence for the way of the money: whatever is done to it, by however many at once, in whatever order, and wherever the
//! power fails, every fen is somewhere and nobody is paid twice.

mod crash;
mod steps;
mod together;
mod twice;
mod walk;

use std::sync::Arc;

use entities::{
    claim_line, posting, pot, subsidy_standard, training_class,
    values::{
        ClassId, ClassStatus, CourseStatus, EnrolmentId, Fen, LineStatus, PersonId, PotAccount, PotId, Programme, Role,
    },
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};
use sidan::check;

use crate::support::app::{Answer, App, COUNTY, Visitor, nine_on};
use crate::support::given::{Graduate, day, standard_of};

/// An account of the institution; the last digits tell one from another.
fn account(n: u32) -> String {
    format!("0000003609{n:08}")
}

/// A county with one pot and one standard, and everybody who has a part in a payment.
struct Town {
    app: Arc<App>,
    institution: Visitor,
    clerk: Visitor,
    checker: Visitor,
    /// Approves payments.
    finance: Visitor,
    /// Runs the batches.
    payer: Visitor,
    pot: PotId,
    course: String,
}

/// A class that is over, and who finished it.
struct Finished {
    class: ClassId,
    people: Vec<PersonId>,
    seats: Vec<EnrolmentId>,
}

impl Town {
    /// On Sunday, 20 November 2016, with so much granted by its first document; a seat costs so much.
    async fn found(granted: i64, seat: i64) -> Self {
        let app = App::start().await;
        app.clock.set(nine_on(11, 20));
        let institution = app.sign_in(Role::Institution).await;
        let own = institution.organisation.unwrap();
        app.given_accreditation(own, Programme::Ecommerce).await;
        app.given_payee_account(own, &account(1)).await;
        app.given_venue(own).await;
        app.given_trainer(own, Programme::Ecommerce).await;
        given_standard(&app, seat).await;
        let finance = app.sign_in(Role::FinanceOfficer).await;
        let made = finance.api_post("/api/v1/pots", grant(granted, 1)).await.is(Status::Created).json();
        Self {
            pot: made["id"].as_str().unwrap().parse().unwrap(),
            course: app.given_course(own, Programme::Ecommerce, CourseStatus::Listed).await.to_string(),
            institution,
            clerk: app.sign_in(Role::CountyClerk).await,
            checker: app.sign_in(Role::CountyChecker).await,
            finance,
            payer: app.sign_in(Role::FinanceOfficer).await,
            app,
        }
    }

    /// The institution applies for a class of three days.
    async fn applied(&self, seats: usize, first: (u32, u32)) -> ClassId {
        let own = self.institution.organisation.unwrap();
        let (venue, trainer) =
            (self.app.given_venue(own).await, self.app.given_trainer(own, Programme::Ecommerce).await);
        let sessions: Vec<Value> = (0..3)
            .map(|n| day(first.0, first.1) + chrono::Days::new(n))
            .flat_map(|on| [(on, "00:30", "04:30", "theory"), (on, "06:00", "10:00", "practice")])
            .map(|(on, from, to, mode)| {
                json!({ "mode": mode, "starts_at": format!("{on}T{from}:00Z"), "ends_at": format!("{on}T{to}:00Z") })
            })
            .collect();
        let new = json!({ "course_id": self.course, "title": "电子商务实操班", "area_code": COUNTY, "venue_id": venue,
            "trainer_id": trainer, "seats": seats, "sessions": sessions });
        let made = self.institution.api_post("/api/v1/classes", new).await.is(Status::Created).json();
        made["id"].as_str().unwrap().parse().unwrap()
    }

    /// These people finished a class: it is closed, and each has a certificate.
    async fn finish(&self, class: ClassId, people: Vec<PersonId>) -> Finished {
        let closed = training_class::Entity::update_many()
            .col_expr(training_class::Column::Status, Expr::value(ClassStatus::Closed))
            .filter(training_class::Column::Id.eq(class));
        closed.exec(self.app.db.writer()).await.unwrap();
        let graduates = vec![Graduate::QUALIFIED; people.len()];
        let (seats, _) = self.app.given_graduation(class, &people, &graduates).await;
        Finished { class, people, seats }
    }

    async fn people(&self, first: u16, count: u16) -> Vec<PersonId> {
        let mut people = Vec::new();
        for n in first..first + count {
            people.push(self.app.given_person(n).await);
        }
        people
    }

    /// A class that was approved, held and closed, with its money reserved; person numbers start at `first`.
    async fn class_of(&self, first: u16, people: u16, on: (u32, u32)) -> Finished {
        let class = self.applied(people.into(), on).await;
        self.clerk.api_post(&format!("/api/v1/classes/{class}/approve"), json!({})).await.is(Status::Ok);
        self.finish(class, self.people(first, people).await).await
    }

    async fn lines(&self) -> Vec<claim_line::Model> {
        let rows = claim_line::Entity::find().order_by_asc(claim_line::Column::Id);
        rows.all(self.app.db.writer()).await.unwrap()
    }

    async fn live_lines(&self) -> Vec<claim_line::Model> {
        let mut lines = self.lines().await;
        lines.retain(|line| !matches!(line.status, LineStatus::Refused | LineStatus::Void));
        lines
    }

    /// granted, available, reserved, payable, paid; and what the postings make of them is the same.
    async fn balances(&self) -> [i64; 5] {
        let row = pot::Entity::find_by_id(self.pot).one(self.app.db.writer()).await.unwrap().unwrap();
        let rows = posting::Entity::find().filter(posting::Column::PotId.eq(self.pot));
        let postings = rows.all(self.app.db.writer()).await.unwrap();
        let of = |account: PotAccount| -> i64 {
            let sum = |wanted: fn(&posting::Model) -> PotAccount| -> i64 {
                postings.iter().filter(|row| wanted(row) == account).map(|row| row.fen.0).sum()
            };
            sum(|row| row.credit) - sum(|row| row.debit)
        };
        let stands =
            [row.granted_fen, row.available_fen, row.reserved_fen, row.payable_fen, row.paid_fen].map(|fen| fen.0);
        let accounts = [PotAccount::Available, PotAccount::Reserved, PotAccount::Payable, PotAccount::Paid].map(of);
        assert_eq!((-of(PotAccount::Appropriation), accounts.as_slice()), (stands[0], &stands[1..]));
        assert_eq!(PotAccount::all().map(of).sum::<i64>(), 0, "debits and credits differ");
        stands
    }

    /// Of money `sidan check` finds nothing out of order.
    async fn all_agrees(&self) {
        let atlas = check::atlas(&self.app.db).await.unwrap();
        let report = check::run(&self.app.db, &atlas, Some(&self.app.vault)).await.unwrap();
        let money = ["claim", "payment", "batch", "line", "pot", "notice", "objection"];
        let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        let found: Vec<&String> =
            found.iter().filter(|found| money.iter().any(|noun| found.starts_with(noun))).collect();
        assert!(found.is_empty(), "{found:#?}");
    }

    async fn of_claim(&self, who: &Visitor, claim: &str, step: &str, body: Value) -> Answer {
        who.api_post(&format!("/api/v1/claims/{claim}/{step}"), body).await
    }
}

/// What the government pays for a seat in the whole province.
async fn given_standard(app: &App, fen: i64) {
    let row = standard_of(Programme::Ecommerce, Fen(fen));
    subsidy_standard::Entity::insert(row.into_active_model()).exec_without_returning(app.db.writer()).await.unwrap();
}

fn grant(fen: i64, document: u32) -> Value {
    json!({ "source": "就业补助资金", "year": 2016, "area_code": COUNTY, "amount_fen": fen,
        "document_no": format!("赣财社〔2016〕{document}号") })
}

/// Under what the institution claims.
fn contract() -> Value {
    json!({ "contract_no": "DL-2016-1" })
}

fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}
