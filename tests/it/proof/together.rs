//! Many at once: of a hundred who claim the same one does, of fifty repetitions of a step one is taken, and a pot that holds
//! six of ten claims pays six. Half of them ask a second server on the same database.

use std::collections::HashSet;

use entities::{
    claim, decision, payment_batch, posting, training_class,
    values::{ClassId, ClassStatus, Fen, StandardId},
};
use rocket::{
    futures::future::join_all,
    http::{ContentType, Header, Status},
    local::asynchronous::Client,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use sidan::{accounts::Hasher, house::House};

use super::{Finished, Town, contract, id};
use crate::support::app::{Answer, App, Visitor};

/// A second server on the database of the first.
struct Twin {
    client: Client,
    house: House,
}

impl Twin {
    async fn of(app: &App) -> Self {
        let (settings, hasher) = (app.house.settings.clone(), Hasher::cheap().unwrap());
        let house = House::open(settings, app.clock.clone(), &app.url(), app.keys.clone(), hasher).await.unwrap();
        let figment = rocket::figment::Figment::from(rocket::Config::debug_default()).merge(("log_level", "off"));
        Self { client: Client::untracked(house.rocket(figment).unwrap()).await.unwrap(), house }
    }

    async fn post(&self, who: &Visitor, path: &str, key: Option<&str>, body: &Value) -> Answer {
        let mut request = who.with_token(self.client.post(path.to_owned())).header(ContentType::JSON);
        if let Some(key) = key {
            request = request.header(Header::new("Idempotency-Key", key.to_owned()));
        }
        Answer::of(request.body(body.to_string())).await
    }
}

/// The `n`th of many who ask at once: every other one asks the second server. Who is told to come again does, and so does,
/// under his key, who is told that somebody was quicker: the two servers may both have begun.
async fn ask(twin: &Twin, n: usize, who: &Visitor, path: &str, key: Option<&str>, body: &Value) -> Answer {
    let mut tries = 0;
    loop {
        tries += 1;
        let answer = match (n % 2, key) {
            (0, None) => who.api_post(path, body.clone()).await,
            (0, Some(key)) => who.api_post_once(path, key, body.clone()).await,
            _ => twin.post(who, path, key, body).await,
        };
        let again = match answer.status {
            Status::ServiceUnavailable => true,
            Status::Conflict => key.is_some() && tries < 10,
            _ => false,
        };
        if !again {
            return answer;
        }
    }
}

fn how_many(answers: &[Answer], status: Status) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[rocket::async_test]
async fn of_a_hundred_claims_for_one_class_at_once_there_is_one() {
    let town = Town::found(1_000_000, 80_000).await;
    let class = town.class_of(1, 5, (11, 28)).await;
    let reserved = town.balances().await;
    let twin = Twin::of(&town.app).await;
    let (path, body) = (format!("/api/v1/classes/{}/claim", class.class), contract());
    let all = (0..100).map(|n| Box::pin(ask(&twin, n, &town.institution, &path, None, &body)));
    let answers = join_all(all).await;
    assert_eq!((how_many(&answers, Status::Created), how_many(&answers, Status::Conflict)), (1, 99));
    assert_eq!(claim::Entity::find().all(town.app.db.writer()).await.unwrap().len(), 1);
    let seats: HashSet<_> = town.lines().await.iter().map(|line| line.enrolment_id).collect();
    assert_eq!((town.lines().await.len(), seats.len()), (5, 5));
    assert_eq!(town.balances().await, reserved, "what was reserved for the class is enough for it");
    town.all_agrees().await;
    twin.house.close().await.unwrap();
}

#[rocket::async_test]
async fn of_a_seat_that_institution_and_trainee_claim_at_once_one_of_them_has_it() {
    let town = Town::found(1_000_000, 80_000).await;
    let class = town.class_of(1, 4, (11, 28)).await;
    let twin = Twin::of(&town.app).await;
    let mut trainees = Vec::new();
    for person in &class.people {
        trainees.push(town.app.sign_in_person(*person).await);
    }
    let (whole, body, none) = (format!("/api/v1/classes/{}/claim", class.class), contract(), json!({}));
    let own: Vec<String> = class.seats.iter().map(|seat| format!("/api/v1/enrolments/{seat}/claim")).collect();
    // The institution and each of the four, five times over and in turn.
    let asks = (0..25).map(|n| match n % 5 {
        0 => Box::pin(ask(&twin, n / 5, &town.institution, &whole, None, &body)),
        seat => Box::pin(ask(&twin, n / 5 + seat, &trainees[seat - 1], &own[seat - 1], None, &none)),
    });
    let answers = join_all(asks).await;
    let made = how_many(&answers, Status::Created);
    assert_eq!(how_many(&answers, Status::Conflict), 25 - made, "{answers:?}");
    let live = town.live_lines().await;
    let seats: HashSet<_> = live.iter().map(|line| line.enrolment_id).collect();
    assert_eq!((live.len(), seats), (4, class.seats.iter().copied().collect()));
    let claims: HashSet<_> = live.iter().map(|line| line.claim_id).collect();
    assert_eq!(claims.len(), made, "whoever was told that it is claimed has something of it");
    town.all_agrees().await;
    twin.house.close().await.unwrap();
}

#[rocket::async_test]
async fn fifty_repetitions_of_a_step_under_one_key_are_one_step_and_one_answer() {
    let town = Town::found(1_000_000, 80_000).await;
    let class = town.class_of(1, 2, (11, 28)).await;
    let twin = Twin::of(&town.app).await;
    let claims = |id: &str, step: &str| format!("/api/v1/claims/{id}/{step}");
    let path = format!("/api/v1/classes/{}/claim", class.class);
    let claim = repeat(&twin, &town.institution, &path, contract()).await;
    let claim = id(&claim).to_owned();
    town.of_claim(&town.clerk, &claim, "approve", json!({})).await.is(Status::Ok);
    repeat(&twin, &town.checker, &claims(&claim, "confirm"), json!({})).await;
    town.app.given_through_notice(claim.parse().unwrap()).await;
    let live = town.live_lines().await;
    let due: i64 = live.iter().map(|line| line.fen.0).sum();
    repeat(&twin, &town.finance, &claims(&claim, "authorise"), json!({ "amount_fen": due })).await;
    let other = json!({ "amount_fen": due + 1 });
    let wrong = town.finance.api_post_once(&claims(&claim, "authorise"), "once", other).await;
    wrong.blames("Idempotency-Key", "idempotency.other_body");

    let new = json!({ "pot_id": town.pot, "layout": "rural" });
    let batch = repeat(&twin, &town.payer, "/api/v1/batches", new).await;
    let other = json!({ "pot_id": town.pot, "layout": "commercial" });
    let wrong = town.payer.api_post_once("/api/v1/batches", "once", other).await;
    wrong.blames("Idempotency-Key", "idempotency.other_body");
    let at = |step: &str| format!("/api/v1/batches/{}/{step}", id(&batch));
    repeat(&twin, &town.payer, &at("freeze"), json!({})).await;
    let file = town.payer.with_token(town.app.client.get(at("file"))).dispatch().await;
    assert_eq!(file.status(), Status::Ok);
    repeat(&twin, &town.payer, &at("send"), json!({})).await;
    let text = town.payer.answer_to(&batch, &[]).await;
    let checked = town.payer.check_answer(&batch, &text).await.is(Status::Ok).json();
    repeat(&twin, &town.payer, &at(&format!("responses/{}/apply", id(&checked))), json!({})).await;
    repeat(&twin, &town.payer, &at("reconcile"), json!({})).await;

    let [granted, .., payable, paid] = town.balances().await;
    assert_eq!((granted, payable, paid), (1_000_000, 0, due));
    let db = town.app.db.writer();
    assert_eq!(payment_batch::Entity::find().all(db).await.unwrap().len(), 1);
    let paid = posting::Entity::find().filter(posting::Column::Cause.eq("claim_paid")).all(db).await.unwrap();
    assert_eq!(paid.len(), 1);
    let mut steps: Vec<String> =
        decision::Entity::find().all(db).await.unwrap().into_iter().map(|row| row.action).collect();
    steps.sort();
    assert_eq!(steps, ["approve", "authorise", "batch", "confirm", "pay", "submit"]);
    town.all_agrees().await;
    twin.house.close().await.unwrap();
}

/// Takes a step fifty times at once under the key `once`, and says what all were answered.
async fn repeat(twin: &Twin, who: &Visitor, path: &str, body: Value) -> Value {
    let all = (0..50).map(|n| Box::pin(ask(twin, n, who, path, Some("once"), &body)));
    let answers = join_all(all).await;
    assert_eq!(answers.iter().filter(|answer| answer.status.code < 300).count(), 50, "{path}: {answers:?}");
    let told: HashSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
    assert_eq!(told.len(), 1, "{path}: {told:#?}");
    answers[0].json()
}

#[rocket::async_test]
async fn of_ten_claims_of_fifteen_yuan_on_a_hundred_six_are_made_and_ten_yuan_are_left() {
    let town = Town::found(10_000, 1_500).await;
    let mut classes = Vec::new();
    for n in 0..10 {
        classes.push(released(&town, n).await);
    }
    assert_eq!(town.balances().await, [10_000, 10_000, 0, 0, 0]);
    let twin = Twin::of(&town.app).await;
    let paths: Vec<String> = classes.iter().map(|done| format!("/api/v1/classes/{}/claim", done.class)).collect();
    let body = contract();
    let all = paths.iter().enumerate().map(|(n, path)| Box::pin(ask(&twin, n, &town.institution, path, None, &body)));
    let answers = join_all(all).await;
    assert_eq!(how_many(&answers, Status::Created), 6, "{answers:?}");
    for refused in answers.into_iter().filter(|answer| answer.status != Status::Created) {
        refused.is(Status::Conflict).refuses("pot.short");
    }
    assert_eq!(town.balances().await, [10_000, 1_000, 9_000, 0, 0]);
    assert_eq!(claim::Entity::find().all(town.app.db.writer()).await.unwrap().len(), 6);
    assert_eq!(town.live_lines().await.len(), 6);
    town.all_agrees().await;
    twin.house.close().await.unwrap();
}

/// A class of one that is over and for which nothing is reserved any more: an earlier claim was rejected.
async fn released(town: &Town, n: u16) -> Finished {
    let class: ClassId =
        town.applied(1, (11 + u32::from(n >= 1), [28, 1, 4, 7, 10, 13, 16, 19, 22, 25][usize::from(n)])).await;
    let standard: StandardId =
        entities::subsidy_standard::Entity::find().one(town.app.db.writer()).await.unwrap().unwrap().id;
    let terms = training_class::Entity::update_many()
        .col_expr(training_class::Column::Status, Expr::value(ClassStatus::Approved))
        .col_expr(training_class::Column::StandardId, Expr::value(standard))
        .col_expr(training_class::Column::UnitFen, Expr::value(Fen(1_500)))
        .col_expr(training_class::Column::CeilingFen, Expr::value(Fen(1_500)))
        .col_expr(training_class::Column::PotId, Expr::value(town.pot))
        .col_expr(training_class::Column::ApprovedOn, Expr::value(town.app.clock.today()))
        .filter(training_class::Column::Id.eq(class));
    terms.exec(town.app.db.writer()).await.unwrap();
    let people = town.people(1 + n, 1).await;
    town.finish(class, people).await
}
