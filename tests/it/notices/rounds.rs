//! Rounds: another list is another notice with a fresh clock, and what waits or goes back ends none.

use entities::{
    certificate,
    values::{ClaimStatus, LineStatus, NoticeStatus, Role},
};
use rocket::http::Status;
use sea_orm::EntityTrait;
use serde_json::json;
use sidan::notices::Round;

use super::{Cast, Noticed, UNIT};
use crate::funds::balances;
use crate::support::app::nine_on;

#[rocket::async_test]
async fn when_the_public_would_read_another_list_a_new_round_begins_with_a_fresh_clock() {
    let cast = Cast::gather().await;
    let Noticed { class, claim, number } = cast.noticed(1, 3).await;
    let before = balances(&cast.app.sign_in(Role::FinanceOfficer).await, class.pot).await;
    cast.time_is(nine_on(11, 24)).await;
    // Another given name is the same to the public.
    cast.rename(class.people[1], "陈某").await;
    assert_eq!(cast.round().await, Round::default());
    cast.rename(class.people[1], "程福来").await;
    assert_eq!(cast.round().await.restarted, 1);
    let second = cast.latest(claim).await;
    assert_eq!(
        (second.round, second.starts_on.to_string(), second.last_day.to_string()),
        (2, "2016-11-24".into(), "2016-12-01".into())
    );
    cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::NotFound);
    let page = cast.passer_by.get(&format!("/notices/{}", second.number)).await.is(Status::Ok).text;
    assert!(page.contains("程*") && page.contains("第2次公示"), "{page}");

    // A certificate that is revoked takes its line out, and the list is another one.
    cast.time_is(nine_on(11, 25)).await;
    let revoked =
        certificate::Entity::find_by_id(class.certificates[0]).one(cast.app.db.reader()).await.unwrap().unwrap();
    cast.app.given_revoked(&revoked.serial).await;
    assert_eq!(cast.round().await.restarted, 1);
    let third = cast.latest(claim).await;
    assert_eq!((third.round, third.lines, third.last_day.to_string()), (3, 2, "2016-12-02".into()));
    assert_eq!(cast.states(claim).await, [LineStatus::Refused, LineStatus::Claimed, LineStatus::Claimed]);
    assert_eq!(cast.rounds(claim).await, [NoticeStatus::Restarted, NoticeStatus::Restarted, NoticeStatus::Open]);
    let after = balances(&cast.app.sign_in(Role::FinanceOfficer).await, class.pot).await;
    assert_eq!(before[3] - after[3], UNIT, "one line is not owed any more");
    let told = cast.institution.get("/mailbox").await.is(Status::Ok).text;
    assert!(told.contains("名单重新公示"), "{told}");
    // The clock that ran out was that of the first round.
    cast.time_is(nine_on(11, 30)).await;
    assert_eq!(cast.round().await, Round::default());
    cast.time_is(nine_on(12, 5)).await;
    assert_eq!(cast.round().await.over, 1);
    assert_eq!(cast.findings().await, Vec::<String>::new());
}

#[rocket::async_test]
async fn a_notice_of_which_nothing_is_left_is_withdrawn() {
    let cast = Cast::gather().await;
    let Noticed { class, claim, number } = cast.noticed(1, 1).await;
    let revoked =
        certificate::Entity::find_by_id(class.certificates[0]).one(cast.app.db.reader()).await.unwrap().unwrap();
    cast.app.given_revoked(&revoked.serial).await;
    assert_eq!(cast.round().await.withdrawn, 1);
    assert_eq!(
        (cast.status(claim).await, cast.rounds(claim).await),
        (ClaimStatus::Rejected, vec![NoticeStatus::Withdrawn])
    );
    cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn a_claim_that_waits_ends_no_notice_until_it_is_let_go() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 2).await;
    let hold = json!({ "reason": "case", "note": "正在调查这个班" });
    cast.clerk.api_post(&format!("/api/v1/claims/{claim}/hold"), hold).await.is(Status::Ok);
    cast.time_is(nine_on(11, 29)).await;
    assert_eq!(cast.round().await, Round::default());
    assert_eq!((cast.status(claim).await, cast.rounds(claim).await), (ClaimStatus::InNotice, vec![NoticeStatus::Open]));
    // All the same it is shown no longer than was said.
    cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::NotFound);
    let why = json!({ "reason": "调查没有发现问题" });
    cast.checker.api_post(&format!("/api/v1/claims/{claim}/release"), why).await.is(Status::Ok);
    assert_eq!(cast.round().await.over, 1);
    assert_eq!(cast.status(claim).await, ClaimStatus::Cleared);
}

#[rocket::async_test]
async fn what_the_finance_bureau_sends_back_is_withdrawn_and_published_again_later() {
    let cast = Cast::gather().await;
    let Noticed { claim, .. } = cast.noticed(1, 2).await;
    cast.time_is(nine_on(11, 29)).await;
    assert_eq!(cast.round().await.over, 1);
    let finance = cast.app.sign_in(Role::FinanceOfficer).await;
    let why = json!({ "code": "papers", "reason": "代领协议没有盖章，请补上" });
    finance.api_post(&format!("/api/v1/claims/{claim}/return"), why).await.is(Status::Ok);
    assert_eq!(cast.round().await.withdrawn, 1);
    assert_eq!(cast.rounds(claim).await, [NoticeStatus::Withdrawn]);
    cast.institution.api_post(&format!("/api/v1/claims/{claim}/submit"), json!({})).await.is(Status::Ok);
    cast.clerk.api_post(&format!("/api/v1/claims/{claim}/approve"), json!({})).await.is(Status::Ok);
    let checker = cast.app.sign_in(Role::CountyChecker).await;
    checker.api_post(&format!("/api/v1/claims/{claim}/confirm"), json!({})).await.is(Status::Ok);
    assert_eq!(cast.round().await.published, 1);
    assert_eq!(cast.rounds(claim).await, [NoticeStatus::Withdrawn, NoticeStatus::Open]);
    assert_eq!(cast.findings().await, Vec::<String>::new());
}
