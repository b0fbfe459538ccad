//! The numbers of certificates, and their files.

use std::collections::BTreeSet;

use entities::{
    certificate,
    values::{CertificateStatus, ClassId, Role},
};
use rocket::{futures::future::join_all, http::Status};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use crate::completion::{Scene, closed};
use crate::support::app::{App, Visitor};
use crate::support::doors::{Door, Who};

const HOLDERS: &[Role] = &[
    Role::Trainee,
    Role::VillageWorker,
    Role::Institution,
    Role::CountyClerk,
    Role::CountyChecker,
    Role::Supervisor,
    Role::Auditor,
];

pub const DOORS: &[Door] = &[
    ("GET", "/enrolments/<id>/certificate", Who::Roles(HOLDERS)),
    ("GET", "/certificates/<serial>", Who::Roles(HOLDERS)),
    ("GET", "/certificates/<serial>/file.pdf", Who::Roles(HOLDERS)),
    ("GET", "/classes/<id>/certificates.pdf", Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker])),
    ("POST", "/certificates/<serial>/revoke", Who::Roles(&[Role::CountyChecker])),
    ("GET", "/verify", Who::Everybody),
    ("GET", "/verify/<serial>", Who::Everybody),
    ("GET", "/api/v1/certificates/<serial>/verification", Who::Everybody),
    ("POST", "/api/v1/certificates/<serial>/revoke", Who::Roles(&[Role::CountyChecker])),
];

/// Status and bytes of a file.
async fn fetched(by: &Visitor, app: &App, path: &str) -> (Status, Vec<u8>) {
    let answer = by.with_session(app.client.get(path.to_owned())).dispatch().await;
    (answer.status(), answer.into_bytes().await.unwrap_or_default())
}

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Whether a text can be searched for in a file: each of its characters has a glyph that says what it means.
fn means(file: &[u8], text: &str) -> bool {
    text.chars().all(|c| {
        let halves: Vec<String> = c.encode_utf16(&mut [0; 2]).iter().map(|half| format!("{half:04X}")).collect();
        let code = halves.concat();
        holds(file, &format!("> <{code}>"))
    })
}

#[rocket::async_test]
async fn many_closings_at_once_count_without_a_gap_or_a_double() {
    const CLASSES: usize = 5;
    let mut scenes: Vec<Scene> = vec![Scene::set().await];
    for _ in 1..CLASSES {
        let before = scenes.last().unwrap();
        let app = before.app.clone();
        let (institution, clerk) = (app.sign_in(Role::Institution).await, app.sign_in(Role::CountyClerk).await);
        let people = before.people.clone();
        scenes.push(Scene::on(app, institution, clerk, people, |_, _| json!({ "presence": "present" })).await);
    }
    for scene in &scenes[1..] {
        scene.pass_all().await;
    }
    // One has a result missing and takes no number.
    scenes[0].assess(&[(0, true)]).await.is(Status::Ok);
    let told = join_all(scenes.iter().map(Scene::close)).await;
    assert_eq!(told.iter().filter(|answer| answer.status == Status::Ok).count(), CLASSES - 1);
    let numbers: Vec<i64> =
        scenes[0].serials().await.iter().map(|serial| serial.split('-').nth(2).unwrap().parse().unwrap()).collect();
    let due: BTreeSet<i64> = (1..=3 * (i64::try_from(CLASSES).unwrap() - 1)).collect();
    assert_eq!(numbers.len(), due.len());
    assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>(), due);
}

#[rocket::async_test]
async fn rare_characters_of_a_name_are_printed_and_can_be_searched_for() {
    let scene = closed().await;
    let name = "㛃䶮𬱟𠅤𡈽𫖯·阿不都热依木";
    scene.app.change_person(scene.people[0], |row, _| row.name = name.into()).await;
    let path = format!("/certificates/{}/file.pdf", scene.serials().await[0]);
    let own = scene.app.sign_in_person(scene.people[0]).await;
    let (status, file) = fetched(&own, &scene.app, &path).await;
    assert_eq!(status, Status::Ok);
    assert!(file.starts_with(b"%PDF-") && file.len() < 300_000, "{} bytes", file.len());
    assert!(means(&file, name), "a character of the name means nothing");
    assert!(holds(&file, "(zh-CN)") && !holds(&file, "/Author") && !holds(&file, "/CreationDate"));
    // The same certificate gives the same bytes.
    assert_eq!(fetched(&own, &scene.app, &path).await.1, file);
}

#[rocket::async_test]
async fn a_character_that_no_font_has_is_told_by_its_code() {
    let scene = closed().await;
    // Of a private area, which no font of the system knows.
    scene.app.change_person(scene.people[0], |row, _| row.name = "陈\u{F0000}".into()).await;
    let path = format!("/certificates/{}/file.pdf", scene.serials().await[0]);
    let (status, file) = fetched(&scene.institution, &scene.app, &path).await;
    assert_eq!(status, Status::Ok);
    // The note beneath is there too.
    assert!(means(&file, "[U+F0000]方括号里") && !holds(&file, "> <DB80DC00>"));
}

#[rocket::async_test]
async fn without_a_font_the_page_says_what_to_install() {
    let nowhere = tempfile::tempdir().unwrap();
    let app = App::start_with(|settings| settings.font_path = Some(nowhere.path().to_owned())).await;
    let (institution, clerk) = (app.sign_in(Role::Institution).await, app.sign_in(Role::CountyClerk).await);
    let people = vec![app.given_person(0).await, app.given_person(1).await, app.given_person(2).await];
    let scene = Scene::on(app, institution, clerk, people, |_, _| json!({ "presence": "present" })).await;
    scene.pass_all().await;
    scene.close().await.is(Status::Ok);
    let serial = scene.serials().await[0].clone();
    let told = scene.clerk.get(&format!("/certificates/{serial}/file.pdf")).await;
    assert!(told.status.code >= 400 && told.text.contains("fonts-noto-cjk"), "{}", told.text);
    scene.clerk.get(&format!("/certificates/{serial}")).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_class_is_printed_in_one_file_without_the_revoked() {
    let scene = closed().await;
    let path = format!("/classes/{}/certificates.pdf", scene.class);
    let (status, file) = fetched(&scene.institution, &scene.app, &path).await;
    assert_eq!(status, Status::Ok);
    assert!(holds(&file, "/Count 3"), "not three pages");
    let serial = scene.serials().await[0].clone();
    certificate::Entity::update_many()
        .col_expr(certificate::Column::Status, Expr::value(CertificateStatus::Revoked))
        .col_expr(certificate::Column::Reason, Expr::value("冒名顶替"))
        .filter(certificate::Column::Serial.eq(&serial))
        .exec(scene.app.db.writer())
        .await
        .unwrap();
    assert!(holds(&fetched(&scene.clerk, &scene.app, &path).await.1, "/Count 2"));
    let told = scene.clerk.get(&format!("/certificates/{serial}/file.pdf")).await;
    assert!(told.status.code >= 400 && told.text.contains("证书已撤销"), "{}", told.text);
}

#[rocket::async_test]
async fn the_files_of_others_are_not_there() {
    let scene = closed().await;
    let path = format!("/certificates/{}/file.pdf", scene.serials().await[0]);
    scene.app.sign_in_person(scene.people[1]).await.get(&path).await.is(Status::NotFound);
    scene.app.sign_in_at(Role::CountyClerk, "360924").await.get(&path).await.is(Status::NotFound);
    let of_class = format!("/classes/{}/certificates.pdf", scene.class);
    scene.app.sign_in_at(Role::CountyClerk, "360924").await.get(&of_class).await.is(Status::NotFound);
    scene.clerk.get(&format!("/classes/{}/certificates.pdf", ClassId::new())).await.is(Status::NotFound);
}
