//! What is asked of a claim besides its rows: nobody approves it before a person has looked; and what waits.

use entities::{
    claim, doubt, duplicate_pair, line_check, message, posting,
    values::{
        CheckStatus, ClaimStatus, DoubtId, DoubtKind, DoubtStatus, LineStatus, PairId, PairReason, PairStatus,
        PersonId, Role,
    },
};
use rocket::http::Status;
use sea_orm::{EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::{Value, json};

use super::{Cast, GRANTED, UNIT, path};
use crate::exclusions::load;
use crate::funds::{is_refused, literal};
use crate::support::app::COUNTY;
use crate::support::given::{FinishedClass, Graduate};

impl Cast {
    /// Two people of different households have one bank account.
    async fn given_shared(&self, a: PersonId, b: PersonId, reason: PairReason) {
        let row = duplicate_pair::Model {
            id: PairId::new(),
            a: a.min(b),
            b: a.max(b),
            reason,
            area_code: COUNTY.into(),
            status: PairStatus::Open,
            keeper: None,
            asked_by: None,
            decided_by: None,
            decided_at: None,
            reason_text: None,
            found_at: self.app.clock.now(),
            last_seen_at: self.app.clock.now(),
            version: 1,
        };
        duplicate_pair::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.db.writer())
            .await
            .unwrap();
    }

    async fn given_doubt(&self, class: &FinishedClass) {
        let row = doubt::Model {
            id: DoubtId::new(),
            class_id: class.class,
            session_id: None,
            enrolment_id: None,
            organisation_id: self.institution.organisation.unwrap(),
            area_code: COUNTY.into(),
            kind: DoubtKind::SameSecond,
            key: "x".into(),
            facts: "{}".into(),
            status: DoubtStatus::Open,
            found_at: self.app.clock.now(),
            decided_by: None,
            decided_at: None,
            reason: None,
            case_id: None,
            version: 1,
        };
        doubt::Entity::insert(row.into_active_model()).exec_without_returning(self.app.db.writer()).await.unwrap();
    }

    async fn seen(&self, claim: &Value) -> Value {
        self.clerk.api_get(&format!("/api/v1{}", path(claim))).await.is(Status::Ok).json()
    }

    async fn clear(&self, claim: &Value, check: &Value) -> crate::support::app::Answer {
        let at = format!("/api/v1{}/checks/{}/clear", path(claim), check["id"].as_str().unwrap());
        self.clerk.api_post(&at, json!({ "reason": "夫妻共用一张卡，户口本已核对" })).await
    }
}

#[rocket::async_test]
async fn what_is_asked_of_a_line_stops_the_approval_until_the_clerk_looked_or_refused_the_line() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 3]).await;
    cast.given_shared(class.people[0], class.people[1], PairReason::SharedAccount).await;
    let claim = cast.claim(&class).await;
    let checks = cast.seen(&claim).await["checks"].clone();
    let kinds: Vec<&str> = checks.as_array().unwrap().iter().map(|check| check["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["shared_account", "shared_account"]);
    assert_eq!(checks[0]["evidence"]["people"], json!([class.people[1]]));
    let told = cast.institution.api_get(&format!("/api/v1{}", path(&claim))).await.json();
    assert_eq!(told["checks"], json!([]), "what is looked into is not told to the claimant");
    let page = cast.clerk.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("银行账户与1个别的人相同") && page.contains("还有2项要先核实"), "{page}");
    assert!(!page.contains("/approve\""), "{page}");

    cast.act(&cast.clerk, &claim, "approve").await.refuses("claim.unanswered");
    assert!(is_refused(&cast.app, "UPDATE claim SET status = 'first_approved'").await, "the table refuses it as well");
    cast.clear(&claim, &checks[0]).await.is(Status::Ok);
    cast.clear(&claim, &checks[0]).await.refuses("check.not_open");
    cast.act(&cast.clerk, &claim, "approve").await.refuses("claim.unanswered");
    let at = format!("/api/v1{}/lines/{}/refuse", path(&claim), checks[1]["line_id"].as_str().unwrap());
    cast.clerk.api_post(&at, json!({ "reason": "identity" })).await.is(Status::Ok);
    assert_eq!(cast.approve(&claim).await["total_fen"], json!(2 * UNIT));
    let rows = line_check::Entity::find().order_by_asc(line_check::Column::Id).all(cast.app.db.reader()).await.unwrap();
    assert_eq!(rows[0].status, CheckStatus::Cleared);
    assert_eq!(rows[0].decided_by, Some(cast.clerk.account));
}

#[rocket::async_test]
async fn what_is_found_after_the_approval_stops_the_check() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.given_shared(class.people[0], class.people[1], PairReason::SharedPhone).await;
    cast.act(&cast.checker, &claim, "confirm").await.refuses("claim.unanswered");
    cast.act(&cast.checker, &claim, "return").await.is(Status::Ok);
    cast.act(&cast.institution, &claim, "submit").await.is(Status::Ok);
    let checks = cast.seen(&claim).await["checks"].clone();
    assert_eq!(checks.as_array().unwrap().len(), 2, "{checks}");
    for check in checks.as_array().unwrap() {
        cast.clear(&claim, check).await.is(Status::Ok);
    }
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
}

#[rocket::async_test]
async fn a_doubt_about_the_class_is_asked_of_the_claim_as_a_whole() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    cast.given_doubt(&class).await;
    let claim = cast.claim(&class).await;
    let check = cast.seen(&claim).await["checks"][0].clone();
    assert_eq!((&check["kind"], &check["line_id"]), (&json!("open_doubt"), &Value::Null));
    cast.act(&cast.clerk, &claim, "approve").await.refuses("claim.unanswered");
    let page = cast.clerk.get(&path(&claim)).await.text;
    assert!(page.contains("这个班有1条疑点没有结论"), "{page}");
    let at = format!("{}/checks/{}/clear", path(&claim), check["id"].as_str().unwrap());
    cast.clerk.post_form(&at, &[("reason", "已到现场核对签到表")]).await.goes_to(&path(&claim));
    cast.approve(&claim).await;
}

#[rocket::async_test]
async fn who_another_fund_paid_for_is_asked_about() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let number = crate::exclusions::number_of(&cast.app, class.people[0]).await;
    load(&cast.clerk, "other_fund", &[format!("{number},2016-11-15,")]).await.is(Status::Created);
    let claim = cast.claim(&class).await;
    assert_eq!(claim["claimed_lines"], json!(2), "it is a question, not a verdict");
    let check = cast.seen(&claim).await["checks"][0].clone();
    assert_eq!(
        (&check["kind"], &check["evidence"]["document_no"]),
        (&json!("other_fund"), &json!("上人社函〔2016〕31号"))
    );
}

#[rocket::async_test]
async fn a_claim_that_waits_takes_no_step_until_the_checker_lets_it_go() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    let at = |action: &str| format!("/api/v1{}/{action}", path(&claim));
    let why = json!({ "reason": "papers", "note": "等机构补交代领协议" });
    cast.clerk
        .api_post(&at("hold"), json!({ "reason": "papers", "note": " " }))
        .await
        .blames("note", "invalid.required");
    let held = cast.clerk.api_post(&at("hold"), why.clone()).await.is(Status::Ok).json();
    assert_eq!((&held["hold_reason"], &held["actions"]), (&json!("papers"), &json!([])));
    cast.clerk.api_post(&at("hold"), why).await.refuses("claim.held");
    for action in ["approve", "return", "reject"] {
        cast.act(&cast.clerk, &claim, action).await.refuses("claim.held");
    }
    let page = cast.institution.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("暂缓办理：材料待补") && page.contains("等机构补交代领协议"), "{page}");
    cast.checker.api_post(&at("release"), json!({ "reason": "协议已补" })).await.is(Status::Ok);
    cast.checker.api_post(&at("release"), json!({ "reason": "协议已补" })).await.refuses("move.illegal");
    cast.approve(&claim).await;
}

#[rocket::async_test]
async fn a_line_waits_alone_and_comes_after_the_others() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 3]).await;
    let claim = cast.claim(&class).await;
    let line = claim["lines"][0]["id"].as_str().unwrap().to_owned();
    let at = |action: &str| format!("/api/v1{}/lines/{line}/{action}", path(&claim));
    let why = json!({ "reason": "bank_details" });
    cast.clerk.api_post(&at("hold"), why.clone()).await.refuses("line.not_open");
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.clerk.api_post(&at("hold"), why.clone()).await.is(Status::Ok);
    cast.clerk.api_post(&at("hold"), why).await.refuses("line.not_open");
    let approved = cast.authorise(&claim).await;
    assert_eq!((&approved["status"], &approved["payable_fen"]), (&json!("finance_approved"), &json!(2 * UNIT)));
    assert_eq!(approved["total_fen"], json!(3 * UNIT), "it is owed while it waits");
    assert_eq!(cast.pot(&class).await, [GRANTED - 3 * UNIT, 0, 3 * UNIT, 0]);

    // It goes on by itself now, and the finance bureau is asked again.
    let released = cast.checker.api_post(&at("release"), json!({})).await.is(Status::Ok).json();
    assert_eq!((&released["status"], &released["waiting_on"]), (&json!("cleared"), &json!("finance_officer")));
    let lines: Vec<LineStatus> = cast.lines(&claim).await.iter().map(|line| line.status).collect();
    assert_eq!(lines.iter().filter(|status| **status == LineStatus::Approved).count(), 2);
    let approved = cast.act(&cast.finance, &claim, "authorise").await.is(Status::Ok).json();
    assert_eq!(approved["status"], json!("finance_approved"));
}

#[rocket::async_test]
async fn the_finance_bureau_sends_back_what_is_not_paid_and_the_money_is_reserved_again() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.through_notice(&claim).await;
    let bare = json!({ "reason": "协议编号不对" });
    let at = format!("/api/v1{}/return", path(&claim));
    cast.finance.api_post(&at, bare).await.blames("code", "invalid.required");
    let returned = cast.act(&cast.finance, &claim, "return").await.is(Status::Ok).json();
    assert_eq!((&returned["status"], &returned["waiting_on"]), (&json!("returned"), &json!("institution")));
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 2 * UNIT, 0, 0]);
    assert!(cast.lines(&claim).await.iter().all(|line| line.status == LineStatus::Claimed));
    let row = claim::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((row.first_approved_by, row.second_approved_by, row.finance_approved_by), (None, None, None));
}

#[rocket::async_test]
async fn every_step_says_by_when_the_next_is_due() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    // Sunday 20 November: ten working days end on Friday 2 December.
    let claim = cast.claim(&class).await;
    assert_eq!(claim["due_on"], json!("2016-12-02"));
    let page = cast.institution.get(&path(&claim)).await.is(Status::Ok).text;
    assert!(page.contains("请县就业局经办员在 2016年12月2日 以前办"), "{page}");
    cast.approve(&claim).await;
    assert_eq!(cast.confirm(&claim).await["due_on"], Value::Null);
    cast.through_notice(&claim).await;
    assert_eq!(cast.act(&cast.finance, &claim, "return").await.json()["due_on"], json!("2016-12-02"));
}

#[rocket::async_test]
async fn a_trainee_claims_for_himself_what_nobody_claimed() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let trainee = cast.app.sign_in_person(class.people[0]).await;
    let at = |n: usize| format!("/api/v1/enrolments/{}/claim", class.enrolments[n]);
    trainee.api_post(&at(1), json!({})).await.is(Status::NotFound);
    trainee.api_post(&at(0), json!({})).await.is(Status::Created);
    trainee.api_post(&at(0), json!({})).await.refuses("claim.nothing_payable");
    let own = claim::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((own.person_id, own.total_fen.0, own.status), (Some(class.people[0]), UNIT, ClaimStatus::Submitted));
    // The institution claims for the others.
    let rest = cast.claim(&class).await;
    assert_eq!((&rest["claimed_lines"], &rest["total_fen"]), (&json!(1), &json!(UNIT)));
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 2 * UNIT, 0, 0]);
    let village = cast.app.sign_in(Role::VillageWorker).await;
    village.api_post(&at(1), json!({})).await.refuses("claim.nothing_payable");
}

#[rocket::async_test]
async fn a_line_that_falls_after_the_check_frees_its_money() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let claim = cast.claim(&class).await;
    cast.approve(&claim).await;
    cast.confirm(&claim).await;
    cast.through_notice(&claim).await;
    cast.revoke(class.certificates[0]).await;
    cast.act(&cast.finance, &claim, "authorise").await.is(Status::Ok);
    assert_eq!(cast.pot(&class).await, [GRANTED - UNIT, 0, UNIT, 0]);
    let postings = posting::Entity::find().order_by_asc(posting::Column::Id).all(cast.app.db.reader()).await.unwrap();
    let causes: Vec<&str> = postings.iter().rev().take(2).map(|row| row.cause.as_str()).collect();
    assert_eq!(causes, ["line_refused", "claim_reopened"]);
}

#[rocket::async_test]
async fn no_natural_person_takes_two_steps_under_whatever_account() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    let steps = [(Role::CountyClerk, "approve"), (Role::CountyChecker, "confirm"), (Role::FinanceOfficer, "authorise")];
    let takers = [&cast.institution, &cast.clerk, &cast.checker, &cast.finance];
    for (n, (role, action)) in steps.into_iter().enumerate() {
        if action == "authorise" {
            cast.through_notice(&claim).await;
        }
        for earlier in &takers[..=n] {
            let same = cast.app.sign_in_as(role, earlier).await;
            cast.act(&same, &claim, action).await.refuses("claim.same_person");
        }
        let nobody = cast.app.sign_in_unknown(role).await;
        cast.act(&nobody, &claim, action).await.refuses("account.no_identity");
        cast.act(takers[n + 1], &claim, action).await.is(Status::Ok);
    }
}

/// Whatever the program believes: two accounts of one person do not stand in two steps.
#[rocket::async_test]
async fn the_table_itself_knows_the_natural_persons_behind_the_steps() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    cast.claim(&class).await;
    let same = cast.app.sign_in_as(Role::CountyChecker, &cast.clerk).await;
    let account = |who: &crate::support::app::Visitor| literal(&cast.app, who.account.0);
    let set = |first: &str, second: &str| {
        format!("UPDATE claim SET first_approved_by = {first}, second_approved_by = {second}")
    };
    assert!(is_refused(&cast.app, &set(&account(&cast.clerk), &account(&same))).await);
    let maker = cast.app.sign_in_as(Role::CountyClerk, &cast.institution).await;
    assert!(is_refused(&cast.app, &set(&account(&maker), &account(&same))).await);
    assert!(!is_refused(&cast.app, &set(&account(&cast.clerk), &account(&cast.checker))).await);
}

#[rocket::async_test]
async fn of_two_own_claims_for_one_class_each_keeps_its_money() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED; 2]).await;
    let mut claims = Vec::new();
    for (person, seat) in class.people.iter().zip(&class.enrolments) {
        let trainee = cast.app.sign_in_person(*person).await;
        claims.push(trainee.api_post(&format!("/api/v1/enrolments/{seat}/claim"), json!({})).await.json());
    }
    cast.approve(&claims[0]).await;
    cast.confirm(&claims[0]).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, UNIT, UNIT, 0]);
    cast.approve(&claims[1]).await;
    cast.confirm(&claims[1]).await;
    assert_eq!(cast.pot(&class).await, [GRANTED - 2 * UNIT, 0, 2 * UNIT, 0]);
}

#[rocket::async_test]
async fn an_own_claim_that_comes_back_is_the_trainees_to_hand_in_again() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED]).await;
    let trainee = cast.app.sign_in_person(class.people[0]).await;
    let page = format!("/enrolments/{}/claim", class.enrolments[0]);
    let claim = trainee.api_post(&format!("/api/v1{page}"), json!({})).await.is(Status::Created).json();
    let returned = cast.act(&cast.clerk, &claim, "return").await.is(Status::Ok).json();
    assert_eq!(returned["waiting_on"], json!("trainee"));
    let told = message::Entity::find().all(cast.app.db.reader()).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.kind.as_str(), row.account_id, row.link.as_deref())).collect();
    assert_eq!(told, [("claim_returned", trainee.account, Some(page.as_str()))]);
    cast.act(&cast.institution, &claim, "submit").await.refuses("move.illegal");
    let seen = trainee.get(&page).await.is(Status::Ok).text;
    assert!(seen.contains("第三天的签到表没有盖章") && seen.contains("自己申领"), "{seen}");
    trainee.post_form(&page, &[]).await.goes_to(&page);
    assert_eq!(cast.seen(&claim).await["status"], json!("submitted"));
    let seen = trainee.get(&page).await.is(Status::Ok).text;
    assert!(!seen.contains("<button class=\"btn main\""), "{seen}");
}
