//! From a payment one goes down to each minute, and up to the pot.

use entities::values::{Presence, Role};
use rocket::http::Status;
use serde_json::json;

use super::{Cast, UNIT, path};
use crate::support::given::Graduate;

#[rocket::async_test]
async fn a_line_shows_what_it_rests_on_to_offices_and_to_its_institution() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED, Graduate::TOO_OFTEN_AWAY]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    let line = claim["lines"].as_array().unwrap().iter().find(|line| line["status"] == "claimed").unwrap();
    let at = format!("{}/lines/{}", path(&claim), line["id"].as_str().unwrap());

    let page = cast.finance.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains(&at), "one click from the claim");
    let page = cast.finance.get(&at).await.is(Status::Ok).text;
    assert!(page.contains("赣财社〔2016〕12号") && page.contains("800.00"), "{page}");
    assert!(page.contains("/verify/") && page.contains(&format!("/funds/{}", class.pot)), "{page}");
    assert!(page.contains("复核同意，转为应付"), "{page}");

    let proof = cast.finance.api_get(&format!("/api/v1{at}")).await.is(Status::Ok).json();
    assert_eq!(
        (&proof["base_fen"], &proof["amount_fen"], &proof["entitled_fen"]),
        (&json!(UNIT), &json!(UNIT), &json!(UNIT))
    );
    assert_eq!(proof["sessions"].as_array().unwrap().len(), 6);
    let way = proof["postings"].as_array().unwrap().iter().map(|row| (row["debit"].clone(), row["credit"].clone()));
    let way: Vec<_> = way.collect();
    assert_eq!(way, [(json!("reserved"), json!("available")), (json!("reserved"), json!("payable"))]);

    // The institution sees its own line without the county's ledger; nobody sees another's.
    let own = cast.institution.api_get(&format!("/api/v1{at}")).await.is(Status::Ok).json();
    assert_eq!((&own["postings"], &own["pot_id"]), (&json!([]), &json!(null)));
    let stranger = cast.app.sign_in(Role::Institution).await;
    stranger.get(&at).await.is(Status::NotFound);
    let elsewhere = cast.app.sign_in_at(Role::FinanceOfficer, "360922").await;
    elsewhere.api_get(&format!("/api/v1{at}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn each_minute_that_was_credited_stands_on_the_page_of_the_line() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let session = cast.app.given_marked(class.class, class.enrolments[0], Presence::Late, 187).await;
    let claim = cast.claim(&class).await;
    let line = claim["lines"][0]["id"].as_str().unwrap();
    let at = format!("{}/lines/{line}", path(&claim));
    let proof = cast.checker.api_get(&format!("/api/v1{at}")).await.is(Status::Ok).json();
    let marked = proof["sessions"].as_array().unwrap().iter().find(|one| one["session_id"] == json!(session)).unwrap();
    assert_eq!((&marked["credited_minutes"], &marked["held_minutes"]), (&json!(187), &json!(200)));
    assert_eq!(proof["attendance"]["done"], json!(187));
    let page = cast.checker.get(&at).await.is(Status::Ok).text;
    assert!(page.contains("187") && page.contains("老师点名"), "{page}");
}
