//! What a case decided is asked back.

use entities::{
    claim_line, doubt, supervision_case,
    values::{CaseId, CaseOutcome, CaseStatus, ClassId, DoubtId, DoubtKind, DoubtStatus, Fen},
};
use rocket::http::Status;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::support::after::{Paid, UNIT};
use crate::support::app::COUNTY;

/// A case about a class in which it was decided what is to be recovered.
async fn case_about(paid: &Paid, class: ClassId, recover: Option<i64>) -> CaseId {
    let now = paid.app.clock.now();
    let case = supervision_case::Model {
        id: CaseId::new(),
        number: format!("A-2016-{:07}", recover.unwrap_or_default()),
        organisation_id: paid.institution.organisation.unwrap(),
        area_code: COUNTY.into(),
        title: "代签".into(),
        finding: "签到表上的字是同一个人写的。".into(),
        status: if recover.is_some() { CaseStatus::Decided } else { CaseStatus::Opened },
        outcome: recover.map(|_| CaseOutcome::Rectify),
        decision: recover.map(|_| "退回补贴。".into()),
        recover_fen: recover.map(Fen),
        opened_by: paid.clerk.account,
        opened_at: now,
        decided_by: recover.map(|_| paid.checker.account),
        decided_at: recover.map(|_| now),
        closed_by: None,
        closed_at: None,
        closing: None,
        version: 1,
    };
    let about = doubt::Model {
        id: DoubtId::new(),
        class_id: class,
        session_id: None,
        enrolment_id: None,
        organisation_id: case.organisation_id,
        area_code: COUNTY.into(),
        kind: DoubtKind::SameSecond,
        key: case.id.to_string(),
        facts: "{}".into(),
        status: DoubtStatus::InCase,
        found_at: now,
        decided_by: Some(paid.checker.account),
        decided_at: Some(now),
        reason: None,
        case_id: Some(case.id),
        version: 1,
    };
    let (id, db) = (case.id, paid.app.db.writer());
    supervision_case::Entity::insert(case.into_active_model()).exec_without_returning(db).await.unwrap();
    doubt::Entity::insert(about.into_active_model()).exec_without_returning(db).await.unwrap();
    id
}

#[rocket::async_test]
async fn what_a_case_decided_is_asked_back_of_its_classes_and_no_more() {
    let paid = Paid::gather().await;
    let (class, lines) = paid.paid(1, 2).await;
    let (other, foreign) = paid.paid(11, 1).await;
    let ask = async |line: &claim_line::Model, case: CaseId, fen: i64| {
        let body = json!({
            "line_id": line.id, "amount_fen": fen, "fault": "fabricated", "note": "签到表上的字是同一个人写的。",
            "source": "case", "item_id": null, "case_id": case,
        });
        paid.clerk.api_post("/api/v1/clawbacks", body).await
    };
    let undecided = case_about(&paid, other.class, None).await;
    ask(&foreign[0], undecided, UNIT).await.refuses("clawback.case_undecided");
    let case = case_about(&paid, class.class, Some(UNIT + 20_000)).await;
    ask(&foreign[0], case, UNIT).await.refuses("clawback.other_case");
    let page = paid.clerk.get(&format!("/cases/{case}")).await.is(Status::Ok);
    assert!(page.text.contains(&format!("/clawbacks?case={case}")));
    let page = paid.clerk.get(&format!("/clawbacks?case={case}")).await.is(Status::Ok);
    assert!(page.text.contains(&format!("/clawbacks/new?case={case}")));
    let page = paid.clerk.get(&format!("/clawbacks/new?case={case}")).await.is(Status::Ok);
    assert!(lines.iter().all(|line| page.text.contains(&format!("line={}", line.id))));
    ask(&lines[0], case, UNIT).await.is(Status::Created);
    ask(&lines[1], case, 20_001).await.blames("amount_fen", "clawback.beyond_case");
    let made = ask(&lines[1], case, 20_000).await.is(Status::Created).json();
    assert_eq!((&made["source"], &made["case_id"]), (&json!("case"), &json!(case)));
    paid.all_agrees().await;
}
