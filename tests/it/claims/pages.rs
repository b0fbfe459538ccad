//! Who sees which claims, where, and whose turn it is.

use entities::values::Role;
use rocket::http::Status;
use serde_json::{Value, json};

use super::{Cast, FIVE, GRANTED, UNIT, path, transfer};
use crate::support::app::COUNTY;
use crate::support::given::Graduate;

#[rocket::async_test]
async fn another_county_sees_and_moves_nothing() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    let clerk = cast.app.sign_in_at(Role::CountyClerk, "360924").await;
    assert_eq!(clerk.api_get("/api/v1/claims").await.json()["items"], json!([]));
    assert_eq!(clerk.api_get(&format!("/api/v1/claims?area={COUNTY}")).await.json()["items"], json!([]));
    let list = clerk.get("/claims").await.is(Status::Ok).text;
    assert!(list.contains("全部 0") && list.contains("待初审 0"), "{list}");
    clerk.api_get(&format!("/api/v1{}", path(&claim))).await.is(Status::NotFound);
    clerk.get(&path(&claim)).await.is(Status::NotFound);
    for action in ["approve", "return", "reject"] {
        cast.act(&clerk, &claim, action).await.is(Status::NotFound);
    }
    clerk.post_form(&format!("{}/approve", path(&claim)), &[]).await.is(Status::NotFound);
    let line = claim["lines"][0]["id"].as_str().unwrap();
    let at = format!("/api/v1{}/lines/{line}/refuse", path(&claim));
    clerk.api_post(&at, json!({ "reason": "identity" })).await.is(Status::NotFound);
    let checker = cast.app.sign_in_at(Role::CountyChecker, "360924").await;
    cast.act(&checker, &claim, "confirm").await.is(Status::NotFound);
    let finance = cast.app.sign_in_at(Role::FinanceOfficer, "360924").await;
    cast.act(&finance, &claim, "authorise").await.is(Status::NotFound);
    let supervisor = cast.app.sign_in(Role::Supervisor).await;
    assert_eq!(supervisor.api_get("/api/v1/claims").await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(supervisor.api_get("/api/v1/claims?area=360924").await.json()["items"], json!([]));
}

#[rocket::async_test]
async fn the_list_tells_by_state_and_goes_on_after_a_key() {
    let cast = Cast::gather().await;
    let own = cast.institution.organisation.unwrap();
    let mut claims = Vec::new();
    for n in 0..3 {
        let class = cast.app.given_finished_class(own, n * 10 + 1, &[Graduate::QUALIFIED]).await;
        claims.push(cast.claim(&class).await);
    }
    cast.approve(&claims[0]).await;
    let list = |query: &str| format!("/api/v1/claims{query}");
    let waiting = cast.clerk.api_get(&list("?status=submitted")).await.json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2);
    assert_eq!(waiting["items"][0]["actions"], json!(["approve", "return", "reject"]));
    assert_eq!(waiting["items"][0]["claimed_lines"], json!(1));
    let first = cast.clerk.api_get(&list("?limit=2")).await.json();
    let rest = cast.clerk.api_get(&list(&format!("?limit=2&after={}", first["next"].as_str().unwrap()))).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    cast.clerk.api_get(&list("?status=lost")).await.blames("status", "invalid.choice");
    cast.clerk.api_get(&list("?sort=number")).await.is(Status::UnprocessableEntity);
    let page = cast.clerk.get("/claims?status=first_approved").await.is(Status::Ok).text;
    assert!(page.contains(&path(&claims[0])) && !page.contains(&path(&claims[1])), "{page}");
    assert!(page.contains("待初审 2") && page.contains("待复核 1"), "{page}");
}

#[rocket::async_test]
async fn the_whole_way_through_the_pages() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&FIVE).await;
    let at = format!("/classes/{}/claim", class.class);
    let preview = cast.institution.get(&at).await.is(Status::Ok).text;
    for told in ["申领这3人", "出勤76.17%，低于80%", "结业考核没有通过", "4,000.00", "1,600.00", "2,400.00"]
    {
        assert!(preview.contains(told), "{told}: {preview}");
    }
    assert!(!preview.contains("陈福"), "{preview}");
    let refused = cast.institution.post_form(&at, &[("contract_no", " ")]).await.is(Status::UnprocessableEntity);
    assert!(refused.text.contains("id=\"contract_no-e\""), "{}", refused.text);
    let form = [("contract_no", "DL-2016-1")];
    let claim = cast.institution.post_form(&at, &form).await.is(Status::SeeOther).location.unwrap();
    let waiting = cast.institution.get(&claim).await.is(Status::Ok).text;
    assert!(waiting.contains("等县就业局经办员办理") && waiting.contains("您现在不用做什么"), "{waiting}");
    assert!(!waiting.contains("资金池够不够"), "{waiting}");

    let page = cast.clerk.get(&claim).await.is(Status::Ok).text;
    for told in ["请初审3人，共2,400.00元", "资金池够不够", "轮到您初审", "出勤76.17%，低于80%", "陈**", "机构提交"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("陈福"), "{page}");
    let refused = cast.clerk.get(&format!("{claim}?show=refused")).await.is(Status::Ok).text;
    assert_eq!(refused.matches("<tr role=\"row\" class=\"lit\">").count(), 2);
    cast.clerk.post_form(&format!("{claim}/approve"), &[]).await.goes_to(&claim);
    cast.clerk.post_form(&format!("{claim}/approve"), &[]).await.goes_to(&claim);
    cast.checker.post_form(&format!("{claim}/confirm"), &[]).await.goes_to(&claim);
    cast.app.given_through_notice(claim.rsplit('/').next().unwrap().parse().unwrap()).await;
    let sum = cast.finance.get(&format!("{claim}/authorise")).await.is(Status::Ok).text;
    assert!(sum.contains("同意拨付2,400.00元") && sum.contains("value=\"240000\""), "{sum}");
    let stale = cast.finance.post_form(&format!("{claim}/authorise"), &[("amount_fen", "80000")]).await;
    assert!(stale.is(Status::UnprocessableEntity).text.contains("金额有变"), "what is approved is what was seen");
    cast.finance.post_form(&format!("{claim}/authorise"), &[("amount_fen", "240000")]).await.goes_to(&claim);
    for (language, told) in [("zh-CN", "待拨付"), ("en", "Waiting for payment")] {
        let approved = cast.institution.get_in(language, &claim).await.is(Status::Ok).text;
        assert!(approved.contains(told), "{approved}");
    }
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 3 * UNIT, 0]);
}

#[rocket::async_test]
async fn return_and_rejection_ask_for_their_reason_on_a_page_of_their_own() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    for (action, then) in [("return", "returned"), ("reject", "rejected")] {
        let at = format!("{}/{action}", path(&claim));
        cast.clerk.get(&at).await.is(Status::Ok);
        let code = |reason| if action == "return" { vec![("code", "attendance"), reason] } else { vec![reason] };
        let again = cast.clerk.post_form(&at, &code(("reason", " "))).await.is(Status::UnprocessableEntity);
        assert!(again.text.contains("id=\"reason-e\""), "{}", again.text);
        cast.clerk.post_form(&at, &code(("reason", "签到表没有盖章"))).await.goes_to(&path(&claim));
        let seen = cast.clerk.api_get(&format!("/api/v1{}", path(&claim))).await.json();
        assert_eq!((&seen["status"], &seen["reason"]), (&json!(then), &json!("签到表没有盖章")));
        cast.clerk.get(&at).await.goes_to(&path(&claim));
        if then == "returned" {
            cast.act(&cast.institution, &claim, "submit").await.is(Status::Ok);
        }
    }
    let page = cast.institution.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("签到表没有盖章") && page.contains("整单不予补贴"), "{page}");
}

#[rocket::async_test]
async fn home_tells_each_whose_turn_it_is() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let tells = |who: &'static str, page: String, told: &[&str], not: &[&str]| {
        assert!(told.iter().all(|text| page.contains(text)), "{who}: {page}");
        assert!(not.iter().all(|text| !page.contains(text)), "{who}: {page}");
    };
    let claim_link = format!("/classes/{}/claim", class.class);
    let home = cast.institution.get("/").await.is(Status::Ok).text;
    tells("institution", home, &["为电子商务实操班申领补贴", &claim_link], &["等县就业局初审"]);
    let claim = cast.claim(&class).await;
    tells("institution", cast.institution.get("/").await.text, &["1件申领，等县就业局初审"], &[&claim_link]);
    tells("clerk", cast.clerk.get("/").await.text, &["初审1件申领", "共1,600.00元", "/claims?status=submitted"], &[]);
    tells("checker", cast.checker.get("/").await.text, &[], &["件申领"]);
    cast.approve(&claim).await;
    tells("clerk", cast.clerk.get("/").await.text, &[], &["初审1件申领"]);
    tells("checker", cast.checker.get("/").await.text, &["复核1件申领"], &[]);
    let neighbour = cast.app.sign_in_at(Role::CountyChecker, "360924").await;
    tells("neighbour", neighbour.get("/").await.text, &[], &["件申领"]);
    transfer(&cast.app, &cast.clerk, Role::CountyChecker).await;
    tells("who approved", cast.clerk.get("/").await.text, &[], &["复核1件申领"]);
    cast.confirm(&claim).await;
    tells("finance", cast.finance.get("/").await.text, &[], &["件申领"]);
    cast.through_notice(&claim).await;
    tells("finance", cast.finance.get("/").await.text, &["审批1件申领"], &[]);
    cast.act(&cast.finance, &claim, "return").await.is(Status::Ok);
    tells("institution", cast.institution.get("/").await.text, &["改好1件退回的申领"], &["等财政局审批"]);
}

#[rocket::async_test]
async fn a_claim_is_numbered_within_its_year() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    assert_eq!(cast.claim(&class).await["number"], "M-2016-000001");
}
