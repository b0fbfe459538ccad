//! Who assesses a class, and results that come in a file.

use entities::{
    assessment, message, training_class,
    values::{OrganisationId, OrganisationKind, Role},
};
use rocket::http::{ContentType, Status};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::completion::Scene;
use crate::support::app::{Answer, App, COUNTY};
use crate::support::given::GivenClass;

/// A class that has ended and for which nobody is named yet.
async fn unnamed() -> Scene {
    let app = App::start().await;
    let (institution, clerk) = (app.sign_in(Role::Institution).await, app.sign_in(Role::CountyClerk).await);
    let mut people = Vec::new();
    for n in 0..3 {
        people.push(app.given_person(n).await);
    }
    let given = GivenClass { seats: 4, assessed: false, ..GivenClass::of(institution.organisation.unwrap()) };
    Scene::of(app, institution, clerk, people, given, |_, _| json!({ "presence": "present" })).await
}

async fn name(scene: &Scene, body: OrganisationId) -> Answer {
    scene.clerk.api_post(&scene.door("assessor"), json!({ "assessor_id": body })).await
}

/// The organisation with other facts.
async fn changed(app: &App, id: OrganisationId, column: entities::organisation::Column, value: &str) {
    entities::organisation::Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(entities::organisation::Column::Id.eq(id))
        .exec(app.db.writer())
        .await
        .unwrap();
}

#[rocket::async_test]
async fn the_county_names_who_assesses_and_that_body_alone_enters_results() {
    let scene = unnamed().await;
    let results = format!("/classes/{}/results", scene.class);
    scene.assess(&[(0, true)]).await.is(Status::NotFound);
    // The clerk finds it at home.
    let home = scene.clerk.get("/").await.text;
    assert!(home.contains("指定") && home.contains(&format!("/classes/{}/assessor", scene.class)), "{home}");
    assert!(scene.clerk.get(&results).await.text.contains("还没有指定考核机构"));
    let body = scene.assessor.organisation.unwrap();
    let form = format!("/classes/{}/assessor", scene.class);
    let page = scene.clerk.get(&form).await.is(Status::Ok).text;
    assert!(page.contains("上高县职业技能评价中心"), "{page}");
    scene.clerk.post_form(&form, &[]).await.is(Status::UnprocessableEntity);
    scene.clerk.post_form(&form, &[("assessor_id", &body.to_string())]).await.goes_to(&results);
    let told = message::Entity::find().filter(message::Column::Kind.eq("class_to_assess"));
    let told = told.one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(told.account_id, scene.assessor.account);
    // The body sees the class in its list, its people with masked numbers, and no other class.
    let list = scene.assessor.api_get("/api/v1/assessments").await.is(Status::Ok).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let view = scene.assessor.api_get(&scene.door("results")).await.is(Status::Ok).json();
    assert_eq!((&view["actions"], &view["waiting_on"]), (&json!(["assess"]), &json!("assessor")));
    let first = &view["items"][0];
    assert_eq!((first["tail"].as_str().unwrap().len(), &first["attempts"]), (4, &json!(0)));
    assert_eq!(first["attendance"]["percent"], "100.00");
    let page = scene.assessor.get(&results).await.is(Status::Ok).text;
    assert!(page.contains("轮到您登记考核结果") && !page.contains("369970"), "{page}");
    let other = scene.app.sign_in(Role::Assessor).await;
    other.api_get(&scene.door("results")).await.is(Status::NotFound);
    assert_eq!(other.api_get("/api/v1/assessments").await.json()["items"], json!([]));
    scene.institution.api_post(&scene.door("assessments"), json!({ "results": [] })).await.is(Status::Forbidden);
    scene.pass_all().await;
    scene.close().await.is(Status::Ok);
}

#[rocket::async_test]
async fn nobody_who_stands_behind_the_school_assesses_its_people() {
    use entities::organisation::Column;
    let scene = unnamed().await;
    let school = scene.institution.organisation.unwrap();
    name(&scene, school).await.blames("assessor_id", "invalid.assessor");
    name(&scene, OrganisationId::new()).await.blames("assessor_id", "invalid.assessor");
    let enterprise = scene.app.organisation(OrganisationKind::Enterprise, COUNTY).await;
    name(&scene, enterprise).await.blames("assessor_id", "invalid.assessor");
    let far = scene.app.organisation(OrganisationKind::Assessor, "360502").await;
    name(&scene, far).await.blames("assessor_id", "invalid.assessor");
    for (column, value) in [(Column::LegalPerson, "郭志明"), (Column::Phone, "15400000000")] {
        let tied = scene.app.organisation(OrganisationKind::Assessor, COUNTY).await;
        changed(&scene.app, tied, column, value).await;
        name(&scene, tied).await.is(Status::Conflict).refuses("assessor.tied");
        let page = scene.clerk.get(&format!("/classes/{}/assessor", scene.class)).await.text;
        assert!(page.contains("不能指定的机构") && !page.contains(&format!("value=\"{tied}\"")), "{page}");
        // Nor does the table take it.
        let forced = training_class::Entity::update_many()
            .col_expr(training_class::Column::AssessorId, Expr::value(tied))
            .filter(training_class::Column::Id.eq(scene.class))
            .exec(scene.app.db.writer());
        assert!(forced.await.is_err());
    }
    let own = training_class::Entity::update_many()
        .col_expr(training_class::Column::AssessorId, Expr::value(school))
        .filter(training_class::Column::Id.eq(scene.class))
        .exec(scene.app.db.writer());
    assert!(own.await.is_err());
    // A body that was apart when it was named, and is no more, enters nothing.
    let body = scene.assessor.organisation.unwrap();
    name(&scene, body).await.is(Status::Ok);
    changed(&scene.app, body, Column::LegalPerson, "郭志明").await;
    scene.assess(&[(0, true)]).await.is(Status::Conflict).refuses("assessor.tied");
    changed(&scene.app, body, Column::LegalPerson, "邓海英").await;
    scene.app.given_suspended(body).await;
    scene.assess(&[(0, true)]).await.refuses("organisation.suspended");
}

#[rocket::async_test]
async fn another_body_is_named_only_as_long_as_no_result_stands() {
    let scene = Scene::set().await;
    let other = scene.app.organisation(OrganisationKind::Assessor, COUNTY).await;
    let neighbour = scene.app.sign_in_at(Role::CountyClerk, "360922").await;
    let asked = json!({ "assessor_id": other });
    neighbour.api_post(&scene.door("assessor"), asked).await.is(Status::NotFound);
    scene.assess(&[(0, false)]).await.is(Status::Ok);
    name(&scene, other).await.is(Status::Conflict).refuses("assessor.results_stand");
    scene.assess(&[(0, true), (1, true), (2, true)]).await.is(Status::Ok);
    scene.close().await.is(Status::Ok);
    name(&scene, other).await.refuses("move.illegal");
}

async fn one(scene: &Scene, assessed_on: Option<&str>, result: Value) -> Answer {
    let mut result = result;
    result["enrolment_id"] = json!(scene.seats[0]);
    scene
        .assessor
        .api_post(&scene.door("assessments"), json!({ "assessed_on": assessed_on, "results": [result] }))
        .await
}

#[rocket::async_test]
async fn who_is_exempt_counts_as_passed_with_a_reason_and_a_paper_and_without_a_score() {
    let scene = Scene::set().await;
    let exempt = json!({ "result": "exempt", "exempt_reason": "holds_certificate", "paper_ref": "赣职鉴0001" });
    let with = |key: &str, value: Value| {
        let mut other = exempt.clone();
        other[key] = value;
        other
    };
    one(&scene, None, with("score", json!(80))).await.blames("results[0].score", "invalid.exempt_score");
    one(&scene, None, with("paper_ref", json!(" "))).await.blames("results[0].paper_ref", "invalid.required");
    one(&scene, None, with("exempt_reason", Value::Null)).await.blames("results[0].exempt_reason", "invalid.required");
    let reason = with("result", json!("passed"));
    one(&scene, None, reason).await.blames("results[0].exempt_reason", "invalid.not_exempt");
    let view = one(&scene, None, exempt.clone()).await.is(Status::Ok).json();
    assert_eq!((&view["items"][0]["result"], &view["items"][0]["qualified"]), (&json!("exempt"), &json!(true)));
    one(&scene, None, exempt).await.blames("results[0].result", "invalid.passed_already");
    scene.assess(&[(1, true), (2, false)]).await.is(Status::Ok);
    let view = scene.close().await.is(Status::Ok).json();
    assert_eq!(view["qualified"], 2);
    // The person finds it among the own data.
    let own = scene.app.sign_in_person(scene.people[0]).await.api_get("/api/v1/me/data").await;
    assert!(own.text.contains("holds_certificate"), "{}", own.text);
}

#[rocket::async_test]
async fn nobody_is_assessed_before_the_class_ended_or_tomorrow() {
    let scene = Scene::set().await;
    let passed = json!({ "result": "passed" });
    one(&scene, Some("2016-11-15"), passed.clone()).await.blames("assessed_on", "invalid.before_class_end");
    one(&scene, Some("2016-11-20"), passed.clone()).await.blames("assessed_on", "invalid.date_future");
    one(&scene, Some("2016-11-16"), passed).await.is(Status::Ok);
    let row = assessment::Entity::find().one(scene.app.db.reader()).await.unwrap().unwrap();
    assert_eq!(row.assessed_on.to_string(), "2016-11-16");
    assert_eq!(row.assessor_id, scene.assessor.organisation);
}

/// The template as it is downloaded, and what to write at the end of each line instead of nothing.
async fn filled(scene: &Scene, said: &[&str]) -> String {
    let path = format!("/classes/{}/results/template.csv", scene.class);
    let template = scene.assessor.get(&path).await.is(Status::Ok).text;
    let mut lines = template.trim_start_matches('\u{FEFF}').lines();
    let head = format!("{}\r\n", lines.next().unwrap());
    let rest = lines.zip(said).map(|(line, said)| format!("{}{said}\r\n", line.trim_end_matches(',')));
    std::iter::once(head).chain(rest).collect()
}

async fn sent(scene: &Scene, csv: &str) -> Answer {
    scene.assessor.api_post(&scene.door("result-files"), json!({ "csv": csv })).await
}

async fn count(scene: &Scene) -> usize {
    assessment::Entity::find().all(scene.app.db.reader()).await.unwrap().len()
}

#[rocket::async_test]
async fn a_file_is_taken_whole_and_the_same_one_once() {
    let scene = Scene::set().await;
    let file = filled(&scene, &[",合格,,85,卷1", ",不合格,,40,", ",免考,已有证书,,证7"]).await;
    assert!(file.starts_with("序号,姓名,证号后四位,第几次,结果,免考原因,分数,试卷号\r\n1,陈福生,"), "{file}");
    let told = sent(&scene, &file).await.is(Status::Created).json();
    assert_eq!(told, json!({ "rows": 3, "again": false }));
    let view = scene.assessor.api_get(&scene.door("results")).await.json();
    let results: Vec<_> = view["items"].as_array().unwrap().iter().map(|one| one["result"].clone()).collect();
    assert_eq!(results, [json!("passed"), json!("failed"), json!("exempt")]);
    assert_eq!((&view["items"][0]["score"], &view["items"][0]["paper_ref"]), (&json!(85), &json!("卷1")));
    // The second attempt of the one who failed would be another file; this one is known.
    assert_eq!(sent(&scene, &file).await.is(Status::Created).json(), json!({ "rows": 3, "again": true }));
    assert_eq!(count(&scene).await, 3);
    // Saved anew it has other bytes, and is no second attempt.
    let anew = sent(&scene, &file.replace(",85,", ",85 ,")).await;
    anew.blames("line 2, 第几次", "invalid.attempt").blames("line 3, 第几次", "invalid.attempt");
    assert_eq!(count(&scene).await, 3);
    // The template now offers who may try again, under the same number.
    let again = filled(&scene, &[",合格,,70,"]).await;
    assert!(again.contains("\r\n2,陈福来,"), "{again}");
    sent(&scene, &again).await.is(Status::Created);
    scene.close().await.is(Status::Ok);
}

#[rocket::async_test]
async fn of_a_file_with_one_wrong_line_nothing_is_taken_and_every_flaw_has_its_place() {
    let scene = Scene::set().await;
    let file = filled(&scene, &[",合格,,101,", ",免考,,,证7", ",大概,,,"]).await;
    let told = sent(&scene, &file).await;
    let told = told.blames("line 2, 分数", "invalid.range");
    let told = told.blames("line 3, 免考原因", "invalid.required");
    told.blames("line 4, 结果", "invalid.choice");
    let strange = file.replace("1,陈福生", "1,陈福来").replace("\r\n2,", "\r\n9,");
    let told = sent(&scene, &strange).await.blames("line 2, 姓名", "invalid.other_person");
    told.blames("line 3, 序号", "invalid.list_number");
    let twice = filled(&scene, &[",合格,,,", ",合格,,,"]).await;
    let twice = format!("{twice}{}\r\n", twice.lines().nth(1).unwrap());
    sent(&scene, &twice).await.blames("line 4, 序号", "invalid.repeated");
    sent(&scene, "序号,姓名\r\n1,陈福生\r\n").await.blames("line 1, 结果", "invalid.column_missing");
    let blank = filled(&scene, &[",,,,", ",,,,"]).await;
    sent(&scene, &blank).await.blames("csv", "invalid.no_results");
    let tail = filled(&scene, &[",合格,,,"]).await.replacen(",0", ",9", 1);
    sent(&scene, &tail).await.is(Status::UnprocessableEntity);
    assert_eq!(count(&scene).await, 0);
    // Nobody but the body that assesses sends one.
    let other = scene.app.sign_in(Role::Assessor).await;
    other.api_post(&scene.door("result-files"), json!({ "csv": file })).await.is(Status::NotFound);
}

#[rocket::async_test]
async fn the_page_takes_the_file_and_names_what_is_wrong_in_it() {
    let scene = Scene::set().await;
    let path = format!("/classes/{}/results/file", scene.class);
    let page = scene.assessor.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("下载名单") && page.contains("enctype=\"multipart/form-data\""), "{page}");
    let send = async |day: &str, file: &str| {
        let part = |name: &str, more: &str, value: &str| {
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
        };
        let file = part("file", "; filename=\"results.csv\"\r\nContent-Type: text/csv", file);
        let csrf = part("_csrf", "", &scene.assessor.csrf());
        let body = format!("{csrf}{}{file}--line--\r\n", part("assessed_on", "", day));
        let request = scene.app.client.post(path.clone());
        let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "line"));
        Answer::of(scene.assessor.with_session(request).header(kind).body(body)).await
    };
    let bad = filled(&scene, &[",合格,,101,"]).await;
    let told = send("", &bad).await.is(Status::UnprocessableEntity).text;
    assert!(told.contains("文件有1处不对") && told.contains("第2行") && told.contains("分数"), "{told}");
    let good = filled(&scene, &[",合格,,90,", ",合格,,91,", ",合格,,92,"]).await;
    let told = send("2016-11-30", &good).await.is(Status::UnprocessableEntity).text;
    assert!(told.contains("href=\"#assessed_on\""), "{told}");
    let results = format!("/classes/{}/results", scene.class);
    send("2016-11-18", &good).await.goes_to(&results);
    send("2016-11-18", &good).await.goes_to(&results);
    assert_eq!(count(&scene).await, 3);
}
