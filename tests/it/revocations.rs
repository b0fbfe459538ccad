//! What becomes of a certificate after it was handed out: revoked by two people, issued anew, and never changed.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{
    certificate, certificate_holder, message, organisation,
    values::{CertificateKind, Role},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::completion::{Scene, closed};
use crate::support::app::{App, Visitor, nine_on};
use crate::support::given::GivenClass;

async fn asked(by: &Visitor, serial: &str) -> Value {
    let door = format!("/api/v1/certificates/{serial}/revoke");
    by.api_post(&door, json!({ "reason": "冒名顶替，已核实" })).await.is(Status::Created).json()
}

fn step(wish: &Value, step: &str) -> String {
    format!("/api/v1/revocations/{}/{step}", wish["id"].as_str().unwrap())
}

async fn status(app: &Arc<App>, serial: &str) -> Value {
    app.passer_by().api_get(&format!("/api/v1/certificates/{serial}/verification")).await.is(Status::Ok).json()
}

#[rocket::async_test]
async fn one_asks_and_another_decides_and_until_then_it_holds() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let owner = scene.app.sign_in_person(scene.people[0]).await;
    let checker = scene.app.sign_in(Role::CountyChecker).await;
    let path = format!("/certificates/{serial}");
    assert!(scene.clerk.get(&path).await.text.contains("申请撤销这本证书"));
    let again = scene.clerk.post_form(&format!("{path}/revoke"), &[("reason", "")]).await;
    assert!(again.is(Status::UnprocessableEntity).text.contains("请填写这一项"));
    scene.clerk.post_form(&format!("{path}/revoke"), &[("reason", "冒名顶替，已核实")]).await.goes_to(&path);
    assert_eq!(status(&scene.app, &serial).await["status"], "published");
    let public = scene.app.passer_by().get(&format!("/verify/{serial}")).await.text;
    assert!(public.contains("证书真实有效") && !public.contains("冒名顶替"), "{public}");
    let door = format!("/api/v1/certificates/{serial}/revoke");
    let more = json!({ "reason": "再来" });
    checker.api_post(&door, more).await.is(Status::Conflict).refuses("certificate.revocation_open");
    // Whoever decides finds it at home, and who does not sees nothing of it.
    assert!(checker.get("/").await.text.contains("/revocations?status=asked"));
    assert!(!owner.get(&path).await.text.contains("冒名顶替"));
    let page = checker.get(&path).await.text;
    assert!(page.contains("轮到您决定是否撤销") && page.contains("冒名顶替"), "{page}");
    let own = scene.clerk.get(&path).await.text;
    assert!(own.contains("等另一个人决定") && !own.contains("撤销证书</button>"), "{own}");
    let list = checker.api_get("/api/v1/revocations").await.is(Status::Ok).json();
    let wish = list["items"][0].clone();
    assert_eq!(wish["actions"], json!(["approve", "refuse"]));
    checker.get("/revocations").await.is(Status::Ok);
    let id = wish["id"].as_str().unwrap();
    checker.post_form(&format!("/revocations/{id}/approve"), &[]).await.goes_to(&path);
    checker.api_post(&step(&wish, "approve"), json!({})).await.is(Status::Conflict);
    let view = status(&scene.app, &serial).await;
    assert_eq!((&view["status"], &view["reason"]), (&json!("revoked"), &json!("冒名顶替，已核实")));
    let public = scene.app.passer_by().get(&format!("/verify/{serial}")).await.text;
    assert!(public.contains("证书已撤销") && public.contains("冒名顶替，已核实"), "{public}");
    let told = message::Entity::find().filter(message::Column::Kind.eq("certificate_revoked"));
    let mut accounts: Vec<_> =
        told.all(scene.app.db.reader()).await.unwrap().iter().map(|message| message.account_id).collect();
    accounts.sort();
    let mut wanted = vec![owner.account, scene.institution.account];
    wanted.sort();
    assert_eq!(accounts, wanted);
    scene.clerk.api_post(&door, json!({ "reason": "再来" })).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn nobody_decides_on_the_own_wish_under_whatever_account() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let checker = scene.app.sign_in(Role::CountyChecker).await;
    let wish = asked(&checker, &serial).await;
    assert_eq!(wish["actions"], json!(["withdraw"]));
    checker.api_post(&step(&wish, "approve"), json!({})).await.is(Status::Conflict).refuses("revocation.own");
    checker.api_post(&step(&wish, "refuse"), json!({ "reason": "不对" })).await.refuses("revocation.own");
    // A second account of the same person is the same person.
    let other = scene.app.sign_in_as(Role::CountyChecker, &checker).await;
    other.api_post(&step(&wish, "approve"), json!({})).await.is(Status::Conflict).refuses("revocation.own");
    let third = scene.app.sign_in(Role::CountyChecker).await;
    scene.clerk.api_post(&step(&wish, "withdraw"), json!({})).await.is(Status::NotFound);
    scene
        .app
        .sign_in_at(Role::CountyChecker, "360922")
        .await
        .api_post(&step(&wish, "approve"), json!({}))
        .await
        .is(Status::NotFound);
    third.api_post(&step(&wish, "refuse"), json!({ "reason": "" })).await.blames("reason", "invalid.required");
    let told = third.api_post(&step(&wish, "refuse"), json!({ "reason": "证据不足" })).await.is(Status::Ok).json();
    assert_eq!((&told["status"], &told["answer"]), (&json!("refused"), &json!("证据不足")));
    assert_eq!(status(&scene.app, &serial).await["status"], "published");
    let letter = message::Entity::find().filter(message::Column::Kind.eq("revocation_refused"));
    assert_eq!(letter.one(scene.app.db.reader()).await.unwrap().unwrap().account_id, checker.account);
    // Refused is not for ever, and what was asked can be taken back.
    let wish = asked(&scene.clerk, &serial).await;
    let told = scene.clerk.api_post(&step(&wish, "withdraw"), json!({})).await.is(Status::Ok).json();
    assert_eq!(told["status"], "withdrawn");
    third.api_post(&step(&wish, "approve"), json!({})).await.refuses("move.illegal");
}

#[rocket::async_test]
async fn the_tables_let_nobody_revoke_alone_or_change_what_is_printed() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let writer = scene.app.db.writer();
    assert!(writer.execute_unprepared("UPDATE certificate SET status = 'revoked'").await.is_err());
    for column in ["serial", "title", "occupation", "institution", "assessor", "kind"] {
        let deed = format!("UPDATE certificate SET {column} = 'x'");
        assert!(writer.execute_unprepared(&deed).await.is_err(), "{column}");
    }
    for column in ["level", "credited_minutes", "held_minutes"] {
        let deed = format!("UPDATE certificate SET {column} = 1");
        assert!(writer.execute_unprepared(&deed).await.is_err(), "{column}");
    }
    for deed in [
        "UPDATE certificate SET issued_on = '2016-01-01'",
        "UPDATE certificate SET enrolment_id = class_id",
        "UPDATE certificate SET replaces = id",
        "DELETE FROM certificate_holder",
        "DELETE FROM certificate",
    ] {
        assert!(writer.execute_unprepared(deed).await.is_err(), "{deed}");
    }
    let wish = asked(&scene.clerk, &serial).await;
    // Of the one paper about which somebody asked: a wish alone is not enough.
    let early = format!("UPDATE certificate SET status = 'revoked' WHERE serial = '{serial}'");
    assert!(writer.execute_unprepared(&early).await.is_err());
    assert!(writer.execute_unprepared("DELETE FROM revocation").await.is_err());
    let alone = "UPDATE revocation SET status = 'approved', decided_by = asked_by";
    assert!(writer.execute_unprepared(alone).await.is_err());
    let second = entities::revocation::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
    let second = entities::revocation::Model { id: entities::values::RevocationId::new(), ..second };
    let second = sea_orm::IntoActiveModel::into_active_model(second);
    let second = entities::revocation::Entity::insert(second).exec_without_returning(writer);
    assert!(second.await.is_err(), "one wish waits at a time");
    assert_eq!(wish["status"], "asked");
}

#[rocket::async_test]
async fn a_lost_paper_is_issued_anew_with_the_same_words_and_the_old_one_leads_to_it() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let owner = scene.app.sign_in_person(scene.people[0]).await;
    scene.app.change_person(scene.people[0], |row, _| row.name = "陈小红".into()).await;
    scene.app.time_is(nine_on(12, 1)).await;
    let path = format!("/certificates/{serial}");
    assert!(scene.clerk.get(&path).await.text.contains("换发这本证书"));
    let door = format!("/api/v1{path}/replace");
    let new = scene.clerk.api_post(&door, json!({ "reason": "lost" })).await.is(Status::Created).json();
    let next = new["serial"].as_str().unwrap().to_owned();
    // The series goes on without a gap.
    assert!(next.starts_with("JX2016-EC-0000004-"), "{next}");
    assert_eq!((&new["issued_on"], &new["replace_reason"]), (&json!("2016-12-01"), &json!("lost")));
    let view = status(&scene.app, &serial).await;
    assert_eq!((&view["status"], &view["replaced_by"]), (&json!("replaced"), &json!(next)));
    assert_eq!(status(&scene.app, &next).await["status"], "published");
    let public = scene.app.passer_by().get(&format!("/verify/{serial}")).await.is(Status::Ok).text;
    assert!(public.contains("证书已换发") && public.contains(&format!("/verify/{next}")), "{public}");
    for rest in ["file.pdf", "credential"] {
        let told = scene.clerk.get(&format!("{path}/{rest}")).await;
        assert!(told.status.code >= 400 && told.text.contains("已换发"), "{}", told.text);
    }
    let printed = owner.get(&format!("/certificates/{next}")).await.is(Status::Ok).text;
    assert!(printed.contains("陈福生") && !printed.contains("陈小红"), "a lost paper says what it said");
    // From the own classes the new one is found.
    owner.get(&format!("/enrolments/{}/certificate", scene.seats[0])).await.goes_to(&format!("/certificates/{next}"));
    let rows = scene.institution.api_get(&scene.door("completions")).await.json();
    assert!(rows["items"].as_array().unwrap().iter().any(|row| row["serial"] == json!(next)), "{rows}");
    scene.clerk.api_post(&door, json!({ "reason": "lost" })).await.is(Status::Conflict).refuses("move.illegal");
    let told = message::Entity::find().filter(message::Column::Kind.eq("certificate_replaced"));
    assert_eq!(told.one(scene.app.db.reader()).await.unwrap().unwrap().account_id, owner.account);
    let report = sidan::check::run(&scene.app.db, &scene.app.atlas, Some(&scene.app.vault)).await.unwrap();
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.rule.starts_with("certificate")).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[rocket::async_test]
async fn a_corrected_name_leads_to_a_new_paper_and_not_to_another_one_of_the_same_serial() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let door = format!("/api/v1/certificates/{serial}/replace");
    let wrong = json!({ "reason": "wrong_identity" });
    scene.clerk.api_post(&door, wrong.clone()).await.is(Status::Conflict).refuses("certificate.same_identity");
    scene.app.change_person(scene.people[0], |row, _| row.name = "王小红".into()).await;
    organisation::Entity::update_many()
        .col_expr(organisation::Column::Name, Expr::value("改名学校"))
        .exec(scene.app.db.writer())
        .await
        .unwrap();
    // Whatever is called otherwise now: the paper says what it said.
    let page = scene.clerk.get(&format!("/certificates/{serial}")).await.is(Status::Ok).text;
    assert!(page.contains("陈福生") && page.contains("锦江职业培训学校") && !page.contains("改名学校"), "{page}");
    assert_eq!(status(&scene.app, &serial).await["masked_name"], "陈**");
    let neighbour = scene.app.sign_in_at(Role::CountyClerk, "360922").await;
    neighbour.api_post(&door, wrong.clone()).await.is(Status::NotFound);
    asked(&scene.clerk, &serial).await;
    scene.clerk.api_post(&door, wrong.clone()).await.refuses("certificate.revocation_open");
    let wish = scene.clerk.api_get("/api/v1/revocations").await.json()["items"][0].clone();
    scene.clerk.api_post(&step(&wish, "withdraw"), json!({})).await.is(Status::Ok);
    let path = format!("/certificates/{serial}/replace");
    let gone = scene.clerk.post_form(&path, &[("reason", "wrong_identity")]).await.is(Status::SeeOther);
    let page = scene.clerk.get(gone.location.as_deref().unwrap()).await.is(Status::Ok).text;
    assert!(page.contains("王小红") && !page.contains("陈福生"), "{page}");
    // The seal hides the name.
    let rows = certificate_holder::Entity::find().all(scene.app.db.reader()).await.unwrap();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| !String::from_utf8_lossy(&row.sealed).contains('陈')));
}

#[rocket::async_test]
async fn the_kind_stands_on_the_paper_in_the_credential_and_for_whoever_checks() {
    for (kind, title, told) in [
        (CertificateKind::SkillLevel, "技能等级证书", "五级（初级工）"),
        (CertificateKind::Ability, "专项能力证书", "电子商务师"),
    ] {
        let app = App::start().await;
        let (institution, clerk) = (app.sign_in(Role::Institution).await, app.sign_in(Role::CountyClerk).await);
        let people = vec![app.given_person(0).await, app.given_person(1).await, app.given_person(2).await];
        let own = institution.organisation.unwrap();
        let given = GivenClass { seats: 4, certificate: kind, ..GivenClass::of(own) };
        let scene = Scene::of(app, institution, clerk, people, given, |_, _| json!({ "presence": "present" })).await;
        scene.pass_all().await;
        scene.close().await.is(Status::Ok);
        let serial = scene.serials().await[0].clone();
        let view = status(&scene.app, &serial).await;
        assert_eq!((&view["kind"], &view["level"]), (&json!(kind), &json!(5)));
        assert_eq!(view["assessor"], "上高县职业技能评价中心");
        for path in [format!("/certificates/{serial}"), format!("/verify/{serial}")] {
            let page = scene.clerk.get(&path).await.is(Status::Ok).text;
            assert!(page.contains(title) && page.contains(told) && page.contains("职业技能评价中心"), "{page}");
            assert_eq!(page.contains("五级"), kind == CertificateKind::SkillLevel, "{page}");
        }
        scene.clerk.get(&format!("/certificates/{serial}/file.pdf")).await.is(Status::Ok);
        let credential = scene.clerk.get(&format!("/certificates/{serial}/credential")).await.is(Status::Ok).text;
        let body: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(credential.split('.').nth(1).unwrap()).unwrap()).unwrap();
        assert_eq!(body["name"], title);
        let narrative = body["credentialSubject"]["achievement"]["criteria"]["narrative"].as_str().unwrap();
        assert!(narrative.contains("电子商务师"), "{narrative}");
        assert_eq!(narrative.contains("五级"), kind == CertificateKind::SkillLevel, "{narrative}");
        // Nobody certifies a skill without an assessor, not even the table.
        let row = certificate::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
        let alone = certificate::Model {
            id: entities::values::CertificateId::new(),
            serial: "X".into(),
            assessor: None,
            status: entities::values::CertificateStatus::Replaced,
            ..row
        };
        let alone = sea_orm::IntoActiveModel::into_active_model(alone);
        assert!(certificate::Entity::insert(alone).exec_without_returning(scene.app.db.writer()).await.is_err());
    }
}
