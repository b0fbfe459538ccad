//! Objections: only the line in question waits, two people answer it, and whoever objected reads the answer.

use entities::{
    audit_event, objection,
    values::{ClaimStatus, Fen, LineStatus, NoticeStatus, Role},
};
use rocket::http::Status;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::{Cast, Noticed, UNIT, list};
use crate::funds::{is_refused, literal};
use crate::support::app::{Answer, Visitor, nine_on};
use crate::support::given::given_rule;

const TEXT: &str = "这个人那几天在广东打工，没有上过课";
const NAME: &str = "晏长根";
const PHONE: &str = "15400009876";

impl Cast {
    async fn object(&self, number: &str, line: i32) -> Answer {
        let body = json!({ "line": line, "text": TEXT, "name": NAME, "phone": PHONE });
        self.passer_by.api_post(&format!("/api/v1/notices/{number}/objections"), body).await
    }

    async fn objected(&self, number: &str, line: i32) -> (String, String) {
        let filed = self.object(number, line).await.is(Status::Created).json();
        let row =
            objection::Entity::find().order_by_desc(objection::Column::Id).one(self.app.db.reader()).await.unwrap();
        (row.unwrap().id.to_string(), filed["code"].as_str().unwrap().to_owned())
    }

    async fn investigate(&self, who: &Visitor, id: &str) -> Answer {
        who.api_post(&format!("/api/v1/objections/{id}/investigate"), json!({ "finding": "查了用工台账" })).await
    }

    async fn decide(&self, who: &Visitor, id: &str, outcome: &str) -> Answer {
        let body = json!({ "outcome": outcome, "answer": "经核查，已作处理，感谢监督" });
        who.api_post(&format!("/api/v1/objections/{id}/decide"), body).await
    }

    async fn answered(&self, id: &str, outcome: &str) -> Value {
        self.investigate(&self.clerk, id).await.is(Status::Ok);
        self.decide(&self.checker, id, outcome).await.is(Status::Ok).json()
    }

    async fn look_up(&self, code: &str) -> Answer {
        self.passer_by.api_post("/api/v1/objections/look-up", json!({ "code": code })).await
    }
}

#[rocket::async_test]
async fn of_forty_one_people_only_the_one_in_question_waits() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 41).await;
    let (id, code) = cast.objected(&number, 7).await;
    let states = cast.states(claim).await;
    assert_eq!(states.iter().filter(|state| **state == LineStatus::Held).count(), 1);
    assert_eq!(states[6], LineStatus::Held);
    // It stands on the list like all others, and no new round begins.
    assert_eq!(list(&cast.passer_by, &number).await.len(), 41);
    assert_eq!(cast.round().await, super::Round::default());

    cast.time_is(nine_on(11, 29)).await;
    assert_eq!(cast.round().await.over, 1);
    let states = cast.states(claim).await;
    assert_eq!(states.iter().filter(|state| **state == LineStatus::Cleared).count(), 40);
    assert_eq!((states[6], cast.status(claim).await), (LineStatus::Held, ClaimStatus::Cleared));
    assert_eq!(cast.findings().await, Vec::<String>::new());

    // Dismissed after the notice: it goes on to the finance bureau like the others.
    let told = cast.answered(&id, "dismissed").await;
    assert_eq!((&told["status"], &told["actions"]), (&json!("dismissed"), &json!([])));
    assert_eq!(cast.states(claim).await, vec![LineStatus::Cleared; 41]);
    let answer = cast.look_up(&code).await.is(Status::Ok).json();
    assert_eq!((&answer["status"], &answer["answer"]), (&json!("dismissed"), &json!("经核查，已作处理，感谢监督")));
    assert_eq!(cast.findings().await, Vec::<String>::new());
}

#[rocket::async_test]
async fn an_upheld_objection_takes_the_line_out_for_good_and_restarts_nothing() {
    let cast = Cast::gather().await;
    let Noticed { class, claim, number } = cast.noticed(1, 3).await;
    let (id, _) = cast.objected(&number, 2).await;
    cast.answered(&id, "upheld").await;
    assert_eq!(cast.states(claim).await, [LineStatus::Claimed, LineStatus::Refused, LineStatus::Claimed]);
    let line = cast.lines(claim).await.remove(1);
    assert_eq!(line.reason.as_deref(), Some("line.objection_upheld"));
    assert_eq!(cast.round().await, super::Round::default(), "what everybody read of the others is unchanged");
    assert_eq!(list(&cast.passer_by, &number).await.len(), 3);
    cast.object(&number, 2).await.refuses("objection.settled");
    cast.time_is(nine_on(11, 29)).await;
    assert_eq!(cast.round().await.over, 1);
    let row = entities::claim::Entity::find_by_id(claim).one(cast.app.db.reader()).await.unwrap().unwrap();
    assert_eq!((row.status, row.total_fen), (ClaimStatus::Cleared, Fen(2 * UNIT)));
    // The table itself does not take it back, nor does a claim that comes again.
    let out = literal(&cast.app, line.id.0);
    assert!(is_refused(&cast.app, &format!("UPDATE claim_line SET status = 'claimed' WHERE id = {out}")).await);
    let finance = cast.app.sign_in(Role::FinanceOfficer).await;
    let why = json!({ "code": "papers", "reason": "代领协议没有盖章，请补上" });
    finance.api_post(&format!("/api/v1/claims/{claim}/return"), why).await.is(Status::Ok);
    cast.institution.api_post(&format!("/api/v1/claims/{claim}/submit"), json!({})).await.is(Status::Ok);
    assert_eq!(cast.states(claim).await, [LineStatus::Claimed, LineStatus::Refused, LineStatus::Claimed]);
    let allow = format!("/api/v1/claims/{claim}/lines/{}/allow", line.id);
    cast.clerk.api_post(&allow, json!({})).await.refuses("line.not_payable");
    cast.clerk
        .api_post(&format!("/api/v1/claims/{claim}/reject"), json!({ "reason": "重新申领" }))
        .await
        .is(Status::Ok);
    let again = format!("/api/v1/classes/{}/claim", class.class);
    let again = cast.institution.api_post(&again, json!({ "contract_no": "DL-2" })).await.is(Status::Created).json();
    assert_eq!((&again["claimed_lines"], &again["refused_lines"]), (&json!(2), &json!(1)));
}

#[rocket::async_test]
async fn a_dismissed_one_goes_on_in_the_notice_and_several_are_all_answered_first() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 2).await;
    let (first, _) = cast.objected(&number, 1).await;
    let (second, _) = cast.objected(&number, 1).await;
    cast.answered(&first, "dismissed").await;
    assert_eq!(cast.states(claim).await[0], LineStatus::Held, "the other one is not answered");
    cast.answered(&second, "dismissed").await;
    assert_eq!(cast.states(claim).await, [LineStatus::Claimed; 2]);
    assert_eq!(cast.status(claim).await, ClaimStatus::InNotice);
    cast.time_is(nine_on(11, 29)).await;
    assert_eq!(cast.round().await.over, 1);
}

#[rocket::async_test]
async fn where_every_line_waits_the_claim_goes_on_with_the_answer() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 1).await;
    let (id, _) = cast.objected(&number, 1).await;
    cast.time_is(nine_on(11, 29)).await;
    assert_eq!(cast.round().await, super::Round::default());
    cast.passer_by.get(&format!("/notices/{number}")).await.is(Status::NotFound);
    cast.answered(&id, "dismissed").await;
    assert_eq!((cast.status(claim).await, cast.rounds(claim).await), (ClaimStatus::Cleared, vec![NoticeStatus::Over]));
    assert_eq!(cast.findings().await, Vec::<String>::new());
}

#[rocket::async_test]
async fn where_the_only_line_falls_the_claim_falls_and_its_notice_is_withdrawn() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 1).await;
    let (id, _) = cast.objected(&number, 1).await;
    cast.answered(&id, "upheld").await;
    assert_eq!(
        (cast.status(claim).await, cast.rounds(claim).await),
        (ClaimStatus::Rejected, vec![NoticeStatus::Withdrawn])
    );
}

#[rocket::async_test]
async fn what_was_disputed_before_the_claim_went_back_is_disputed_in_the_next_round() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 2).await;
    let (id, _) = cast.objected(&number, 1).await;
    cast.time_is(nine_on(11, 29)).await;
    cast.round().await;
    let finance = cast.app.sign_in(Role::FinanceOfficer).await;
    let why = json!({ "code": "papers", "reason": "代领协议没有盖章，请补上" });
    finance.api_post(&format!("/api/v1/claims/{claim}/return"), why).await.is(Status::Ok);
    cast.institution.api_post(&format!("/api/v1/claims/{claim}/submit"), json!({})).await.is(Status::Ok);
    cast.clerk.api_post(&format!("/api/v1/claims/{claim}/approve"), json!({})).await.is(Status::Ok);
    let checker = cast.app.sign_in(Role::CountyChecker).await;
    checker.api_post(&format!("/api/v1/claims/{claim}/confirm"), json!({})).await.is(Status::Ok);
    assert_eq!(cast.round().await.published, 1);
    assert_eq!(cast.states(claim).await, [LineStatus::Held, LineStatus::Claimed]);
    cast.answered(&id, "upheld").await;
    assert_eq!(cast.states(claim).await, [LineStatus::Refused, LineStatus::Claimed]);
}

#[rocket::async_test]
async fn one_looks_into_it_and_another_decides_in_their_county_and_in_their_turn() {
    let cast = Cast::gather().await;
    let Noticed { number, .. } = cast.noticed(1, 2).await;
    let (id, code) = cast.objected(&number, 1).await;
    let page = cast.clerk.get("/").await.text;
    assert!(page.contains("核查1条异议"), "{page}");
    cast.decide(&cast.checker, &id, "upheld").await.refuses("move.illegal");
    cast.investigate(&cast.checker, &id).await.is(Status::Forbidden);
    let stranger = cast.app.sign_in_at(Role::CountyClerk, "360924").await;
    cast.investigate(&stranger, &id).await.is(Status::NotFound);
    stranger.get(&format!("/objections/{id}")).await.is(Status::NotFound);
    assert_eq!(stranger.api_get("/api/v1/objections").await.json()["items"], json!([]));
    cast.clerk
        .api_post(&format!("/api/v1/objections/{id}/investigate"), json!({ "finding": "" }))
        .await
        .blames("finding", "invalid.required");
    cast.investigate(&cast.clerk, &id).await.is(Status::Ok);
    cast.investigate(&cast.clerk, &id).await.refuses("move.illegal");
    assert_eq!(cast.look_up(&code).await.json()["status"], "investigated");
    assert_eq!(cast.look_up(&code).await.json()["answer"], Value::Null);
    assert!(cast.checker.get("/").await.text.contains("认定1条异议"));

    // The same person in the other office decides as little, nor with a second account.
    let same = cast.app.sign_in_as(Role::CountyChecker, &cast.clerk).await;
    cast.decide(&same, &id, "dismissed").await.refuses("objection.same_person");
    super::transfer(&cast, &cast.clerk, Role::CountyChecker).await;
    cast.decide(&cast.clerk, &id, "dismissed").await.refuses("objection.same_person");
    let page = cast.clerk.get(&format!("/objections/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("认定要由别人办") && !page.contains("/decide\""), "{page}");
    let of = literal(&cast.app, id.parse().unwrap());
    let same = "status = 'upheld', decided_by = investigated_by, decided_at = investigated_at";
    assert!(is_refused(&cast.app, &format!("UPDATE objection SET {same} WHERE id = {of}")).await);
    cast.decide(&cast.checker, &id, "dismissed").await.is(Status::Ok);
    cast.decide(&cast.checker, &id, "upheld").await.refuses("move.illegal");
    for change in
        ["UPDATE objection SET status = 'upheld'", "UPDATE objection SET line_id = claim_id", "DELETE FROM objection"]
    {
        assert!(is_refused(&cast.app, change).await, "{change}");
    }
}

#[rocket::async_test]
async fn a_line_in_dispute_is_let_go_by_nobody_else() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 2).await;
    let line = cast.lines(claim).await[0].id;
    let at = |verb: &str| format!("/api/v1/claims/{claim}/lines/{line}/{verb}");
    cast.clerk.api_post(&at("hold"), json!({ "reason": "papers" })).await.is(Status::Ok);
    cast.objected(&number, 1).await;
    cast.checker.api_post(&at("release"), json!({})).await.refuses("line.objected");
    let of = literal(&cast.app, line.0);
    assert!(is_refused(&cast.app, &format!("UPDATE claim_line SET status = 'cleared' WHERE id = {of}")).await);
}

#[rocket::async_test]
async fn what_is_said_is_kept_sealed_and_read_by_those_who_look_into_it() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 2).await;
    let (id, code) = cast.objected(&number, 2).await;
    let row = objection::Entity::find().one(cast.app.db.reader()).await.unwrap().unwrap();
    for bytes in [&row.sealed, &row.contact] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(TEXT) && !text.contains(NAME) && !text.contains(PHONE));
    }
    assert!(!row.code_hash.contains(&code.replace('-', "")) && !row.source.contains("127"));
    for event in audit_event::Entity::find().all(cast.app.db.reader()).await.unwrap() {
        let detail = event.detail.unwrap_or_default();
        assert!(!detail.contains(TEXT) && !detail.contains(NAME) && !detail.contains(PHONE) && !detail.contains(&code));
    }
    let path = format!("/objections/{id}");
    for (who, contact) in [(&cast.clerk, true), (&cast.checker, true), (&cast.app.sign_in(Role::Auditor).await, false)]
    {
        let page = who.get(&path).await.is(Status::Ok).text;
        assert!(page.contains(TEXT) && page.contains(NAME) == contact && page.contains(PHONE) == contact, "{page}");
    }
    // The institution is told of the line, and of nothing else.
    let mail = cast.institution.get("/mailbox").await.text;
    assert!(mail.contains("有人提出异议"), "{mail}");
    let page = cast.institution.get(&format!("/claims/{claim}/notice")).await.is(Status::Ok).text;
    assert!(page.contains("第2行") && !page.contains(TEXT) && !page.contains(NAME), "{page}");
    // A code that nobody was given, and one typed by hand.
    cast.look_up("0000-0000-0000-0000-0000").await.refuses("objection.unknown_code");
    cast.look_up(&code.to_lowercase().replace('-', " ")).await.is(Status::Ok);
    let typed = cast.passer_by.post_form("/objection", &[("code", &code)]).await.is(Status::Ok).text;
    assert!(typed.contains("已收到") && typed.contains("12月5日"), "{typed}");
}

#[rocket::async_test]
async fn on_the_page_one_says_what_is_wrong_and_is_shown_the_code_once() {
    let cast = Cast::gather().await;
    let Noticed { claim, number, .. } = cast.noticed(1, 2).await;
    let at = format!("/notices/{number}/object");
    let form = cast.passer_by.get(&format!("{at}?line=2")).await.is(Status::Ok).text;
    assert!(form.contains("<option value=\"2\" selected>"), "{form}");
    let short =
        cast.passer_by.post_form(&at, &[("line", "2"), ("text", "没来")]).await.is(Status::UnprocessableEntity).text;
    assert!(short.contains("请至少写10个字") && short.contains("没来"), "{short}");
    let wrong = [("line", "9"), ("text", TEXT), ("phone", "123")];
    cast.passer_by.post_form(&at, &wrong).await.is(Status::UnprocessableEntity);
    cast.passer_by.post_form(&at, &[("line", "2"), ("text", TEXT)]).await.goes_to("/objection");
    assert_eq!(cast.states(claim).await, [LineStatus::Claimed, LineStatus::Held]);
    let gone = cast.passer_by.post_form("/notices/G-2016-999999/object", &[("line", "2"), ("text", TEXT)]).await;
    gone.is(Status::NotFound);
    let (id, _) = cast.objected(&number, 1).await;
    let at = |verb: &str| format!("/objections/{id}/{verb}");
    cast.clerk
        .post_form(&at("investigate"), &[("finding", "查了用工台账")])
        .await
        .goes_to(&format!("/objections/{id}"));
    let form = cast.checker.get(&format!("/objections/{id}")).await.is(Status::Ok).text;
    assert!(form.contains("轮到您认定") && form.contains("查了用工台账"), "{form}");
    let ruled = [("outcome", "dismissed"), ("answer", "经核查，本人一直在班上")];
    cast.checker.post_form(&at("decide"), &ruled).await.goes_to(&format!("/objections/{id}"));
    assert!(cast.clerk.get("/objections?status=dismissed").await.is(Status::Ok).text.contains(&id));
}

#[rocket::async_test]
async fn nobody_floods_a_notice() {
    let cast = Cast::gather().await;
    given_rule(&cast.app, "notices.objections_per_address", 2).await;
    let Noticed { number, .. } = cast.noticed(1, 3).await;
    cast.objected(&number, 1).await;
    cast.objected(&number, 1).await;
    let refused = cast.object(&number, 2).await.refuses("objection.too_many");
    assert_eq!(refused.status, Status::Conflict);
    cast.time_is(nine_on(11, 22)).await;
    cast.objected(&number, 2).await;
    given_rule(&cast.app, "notices.objections_per_notice", 1).await;
    cast.time_is(nine_on(11, 23)).await;
    cast.objected(&number, 2).await;
    cast.object(&number, 3).await.refuses("objection.too_many");
    assert_eq!(cast.object(&number, 99).await.status, Status::UnprocessableEntity);
    // After the last day nobody objects.
    cast.time_is(nine_on(11, 29)).await;
    cast.object(&number, 3).await.is(Status::NotFound);
}
