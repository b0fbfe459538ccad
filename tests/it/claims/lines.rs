//! What makes a line payable is looked at anew at every step, and single lines fall without the others.

use entities::{
    claim, training_class,
    values::{ClassStatus, LineStatus, Role},
};
use rocket::http::Status;
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::json;

use super::{Cast, GRANTED, UNIT, contract, path, reasons};
use crate::funds::{is_refused, literal};
use crate::support::app::nine_on;
use crate::support::given::{GivenClass, Graduate};

#[rocket::async_test]
async fn nothing_is_claimed_for_a_class_that_is_not_closed_or_not_ones_own() {
    let cast = Cast::gather().await;
    let own = cast.institution.organisation.unwrap();
    let ended = cast.app.given_class(GivenClass { status: ClassStatus::Ended, ..GivenClass::of(own) }).await;
    let at = format!("/api/v1/classes/{ended}/claim");
    cast.institution.api_post(&at, contract()).await.refuses("claim.class_not_closed");
    let page = cast.institution.get(&format!("/classes/{ended}/claim")).await.is(Status::Ok).text;
    assert!(page.contains("还没有结班") && !page.contains("申领这"), "{page}");

    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let stranger = cast.app.sign_in(Role::Institution).await;
    stranger.api_post(&format!("/api/v1/classes/{}/claim", class.class), contract()).await.is(Status::NotFound);
    stranger.get(&format!("/classes/{}/claim", class.class)).await.is(Status::NotFound);
    stranger
        .post_form(&format!("/classes/{}/claim", class.class), &[("contract_no", "DL-1")])
        .await
        .is(Status::NotFound);
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
    cast.institution.api_post(&at, contract()).await.refuses("claim.exists");
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
    late.api_post(&at, contract()).await.refuses("claim.too_late");
    let page = late.get(&format!("/classes/{}/claim", class.class)).await.is(Status::Ok).text;
    assert!(page.contains("过了申领期限"), "{page}");
    cast.app.clock.set(last);
    let in_time = cast.app.sign_in_for(Role::Institution, own).await;
    in_time.api_post(&at, contract()).await.is(Status::Created);
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
    let approved = cast.authorise(&claim).await;
    assert_eq!((&approved["total_fen"], &approved["claimed_lines"]), (&json!(UNIT), &json!(1)));
    assert_eq!(&reasons(&approved)[..3], [Some("line.certificate_revoked"); 3]);
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
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
    cast.through_notice(&claim).await;
    cast.revoke(class.certificates[0]).await;
    cast.act(&cast.finance, &claim, "authorise").await.refuses("claim.nothing_payable");
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
    let returned = cast.act(&cast.finance, &claim, "return").await.is(Status::Ok).json();
    assert_eq!((&returned["status"], &returned["waiting_on"]), (&json!("returned"), &json!("institution")));
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, UNIT, 0, 0]);
    cast.act(&cast.institution, &claim, "submit").await.refuses("claim.nothing_payable");
}

#[rocket::async_test]
async fn a_finance_officer_who_means_another_amount_approves_nothing() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.through_notice(&claim).await;
    let form = cast.finance.get(&format!("{}/authorise", path(&claim))).await.is(Status::Ok).text;
    assert!(form.contains("name=\"amount_fen\" value=\"160000\"") && form.contains("1,600.00"), "{form}");
    cast.revoke(class.certificates[0]).await;
    let page = format!("{}/authorise", path(&claim));
    let again = cast.finance.post_form(&page, &[("amount_fen", "160000")]).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("现在应付800.00元") && again.text.contains("value=\"80000\""), "{}", again.text);
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 2 * UNIT, 0]);
    let at = format!("/api/v1{page}");
    cast.finance.api_post(&at, json!({ "amount_fen": 160_000 })).await.refuses("claim.amount_changed");
    cast.finance.post_form(&page, &[("amount_fen", "80000")]).await.goes_to(&path(&claim));
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
}

#[rocket::async_test]
async fn who_is_paid_for_in_one_class_is_not_paid_for_in_another_of_the_same_occupation_and_level() {
    let cast = Cast::gather().await;
    let first = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&first).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.authorise(&claim).await;

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
    cast.authorise(&claim).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 2 * UNIT, 0]);
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
