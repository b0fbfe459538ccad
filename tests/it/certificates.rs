//! The numbers of certificates, and their files.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{
    signing_key,
    values::{ClassId, Role},
};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rocket::{futures::future::join_all, http::Status};
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

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

const BUREAU: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker]);
const CHECKERS: Who = Who::Roles(&[Role::CountyChecker]);
const SEERS: Who = Who::Roles(&[Role::CountyClerk, Role::CountyChecker, Role::Supervisor, Role::Auditor]);

pub const DOORS: &[Door] = &[
    ("GET", "/enrolments/<id>/certificate", Who::Roles(HOLDERS)),
    ("GET", "/certificates/<serial>", Who::Roles(HOLDERS)),
    ("GET", "/certificates/<serial>/file.pdf", Who::Roles(HOLDERS)),
    ("GET", "/classes/<id>/certificates.pdf", Who::Roles(&[Role::Institution, Role::CountyClerk, Role::CountyChecker])),
    ("POST", "/certificates/<serial>/revoke", BUREAU),
    ("POST", "/certificates/<serial>/replace", Who::Roles(&[Role::CountyClerk])),
    ("GET", "/revocations", SEERS),
    ("POST", "/revocations/<id>/approve", CHECKERS),
    ("GET", "/revocations/<id>/refuse", CHECKERS),
    ("POST", "/revocations/<id>/refuse", CHECKERS),
    ("POST", "/revocations/<id>/withdraw", BUREAU),
    ("GET", "/certificates/<serial>/credential", Who::Roles(HOLDERS)),
    ("GET", "/.well-known/jwks.json", Who::Everybody),
    ("GET", "/.well-known/did.json", Who::Everybody),
    ("GET", "/verify", Who::Everybody),
    ("GET", "/verify/<serial>", Who::Everybody),
    ("GET", "/api/v1/certificates/<serial>/verification", Who::Everybody),
    ("POST", "/api/v1/certificates/<serial>/revoke", BUREAU),
    ("POST", "/api/v1/certificates/<serial>/replace", Who::Roles(&[Role::CountyClerk])),
    ("GET", "/api/v1/revocations", SEERS),
    ("GET", "/api/v1/revocations/<id>", SEERS),
    ("POST", "/api/v1/revocations/<id>/approve", CHECKERS),
    ("POST", "/api/v1/revocations/<id>/refuse", CHECKERS),
    ("POST", "/api/v1/revocations/<id>/withdraw", BUREAU),
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

/// A story in which the first of three is called so when the certificates are issued.
async fn closed_for(name: &str) -> Scene {
    let scene = Scene::set().await;
    scene.app.change_person(scene.people[0], |row, _| row.name = name.into()).await;
    scene.pass_all().await;
    scene.close().await.is(Status::Ok);
    scene
}

#[rocket::async_test]
async fn rare_characters_of_a_name_are_printed_and_can_be_searched_for() {
    let name = "㛃䶮𬱟𠅤𡈽𫖯·阿不都热依木";
    let scene = closed_for(name).await;
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
    // Of a private area, which no font of the system knows.
    let scene = closed_for("陈\u{F0000}").await;
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
    scene.app.given_revoked(&serial).await;
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

/// The head and the body of a credential, with its signature checked against a key set, as a stranger does it.
fn proved(credential: &str, keys: &Value) -> Option<(Value, Value)> {
    let (signed, signature) = credential.rsplit_once('.')?;
    let (head, body) = signed.split_once('.')?;
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let head = read(head)?;
    let key = keys["keys"].as_array()?.iter().find(|key| key["kid"] == head["kid"])?;
    let half = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let point = [vec![4], half("x"), half("y")].concat();
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &signature).ok()?;
    Some((head, read(body)?))
}

async fn keys_of(app: &std::sync::Arc<App>) -> Value {
    app.passer_by().get("/.well-known/jwks.json").await.is(Status::Ok).json()
}

fn sha256(text: &str) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[rocket::async_test]
async fn a_credential_says_what_was_achieved_and_hides_who_achieved_it() {
    let scene = closed_for("陈小红").await;
    let serial = scene.serials().await[0].clone();
    let own = scene.app.sign_in_person(scene.people[0]).await;
    let page = own.get(&format!("/certificates/{serial}")).await.is(Status::Ok).text;
    assert!(page.contains(&format!("/certificates/{serial}/credential")), "{page}");
    let told = own.get(&format!("/certificates/{serial}/credential")).await.is(Status::Ok);
    assert_eq!(told.header("Content-Type"), Some("application/vc+jwt"));
    assert_eq!(told.header("Content-Disposition"), Some(format!("attachment; filename=\"{serial}.jwt\"").as_str()));
    let (head, body) = proved(&told.text, &keys_of(&scene.app).await).expect("the signature holds");
    assert_eq!([&head["alg"], &head["typ"], &head["cty"]], ["ES256", "vc+jwt", "vc"]);
    let contexts =
        ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];
    assert_eq!(body["@context"], json!(contexts));
    assert_eq!(body["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert_eq!(body["id"], format!("http://localhost/verify/{serial}"));
    assert_eq!(
        body["issuer"],
        json!({ "id": "did:web:localhost", "type": ["Profile"], "name": "上高县就业局" }),
        "{body}"
    );
    assert!(body["validFrom"].as_str().unwrap().ends_with("T00:00:00+08:00"));
    assert_eq!(body["name"], "培训合格证书");
    let subject = &body["credentialSubject"];
    assert_eq!([&subject["type"][0], &subject["achievement"]["type"][0]], ["AchievementSubject", "Achievement"]);
    assert_eq!(subject["achievement"]["id"], format!("urn:uuid:{}", scene.class));
    assert_eq!(subject["achievement"]["achievementType"], "Certificate");
    for told in ["name", "description"] {
        assert!(!subject["achievement"][told].as_str().unwrap().is_empty());
    }
    assert!(subject["achievement"]["criteria"]["narrative"].as_str().unwrap().contains("考核合格"));
    // Who knows the name finds it, who does not finds neither name nor number.
    let identity = &subject["identifier"][0];
    assert_eq!([&identity["type"], &identity["identityType"]], ["IdentityObject", "name"]);
    let hash = sha256(&format!("陈小红{}", identity["salt"].as_str().unwrap()));
    assert_eq!(identity["identityHash"], format!("sha256${hash}"));
    let number = &subject["identifier"][1];
    assert_eq!((&number["identityType"], &number["hashed"]), (&json!("nationalIdentityNumber"), &json!(true)));
    assert_ne!(number["salt"], identity["salt"]);
    let text = body.to_string();
    assert!(!text.contains("陈") && !text.contains("3609231") && !text.contains("********"), "{text}");
    // The same certificate says the same; only the signature differs.
    let again = own.get(&format!("/certificates/{serial}/credential")).await.is(Status::Ok).text;
    assert_eq!(again.rsplit_once('.').unwrap().0, told.text.rsplit_once('.').unwrap().0);
}

#[rocket::async_test]
async fn a_changed_credential_proves_nothing() {
    let scene = closed().await;
    let path = format!("/certificates/{}/credential", scene.serials().await[0]);
    let credential = scene.institution.get(&path).await.is(Status::Ok).text;
    let keys = keys_of(&scene.app).await;
    assert!(proved(&credential, &keys).is_some());
    let (start, end) = (credential.find('.').unwrap() + 1, credential.rfind('.').unwrap());
    for place in [start + 40, end - 40, end + 10] {
        let mut bytes = credential.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        assert!(proved(&String::from_utf8(bytes).unwrap(), &keys).is_none(), "a change at {place} is not found");
    }
}

#[rocket::async_test]
async fn many_first_needs_make_one_key_and_a_retired_one_still_proves() {
    let scene = closed().await;
    let paths: Vec<String> =
        scene.serials().await.iter().map(|serial| format!("/certificates/{serial}/credential")).collect();
    let many = join_all(paths.iter().cycle().take(9).map(|path| scene.institution.get(path))).await;
    assert!(many.iter().all(|answer| answer.status == Status::Ok));
    let rows = signing_key::Entity::find().all(scene.app.db.reader()).await.unwrap();
    assert_eq!(rows.len(), 1);
    // The database itself holds to one: a second key beside it is refused.
    let second = signing_key::Model { id: entities::values::SigningKeyId::new(), kid: "x".into(), ..rows[0].clone() };
    let second = sea_orm::IntoActiveModel::into_active_model(second);
    assert!(signing_key::Entity::insert(second).exec_without_returning(scene.app.db.writer()).await.is_err());
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::RetiredAt, Expr::value(rows[0].created_at))
        .exec(scene.app.db.writer())
        .await
        .unwrap();
    let later = scene.institution.get(&paths[0]).await.is(Status::Ok).text;
    let keys = keys_of(&scene.app).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    let (old, _) = proved(&many[0].text, &keys).expect("the old one proves");
    let (new, _) = proved(&later, &keys).expect("the new one proves");
    assert_ne!(old["kid"], new["kid"]);
    // The document of the issuer names both, by the names that the credentials bear, and no private half.
    let document = scene.app.passer_by().get("/.well-known/did.json").await.is(Status::Ok).json();
    assert_eq!(document["id"], "did:web:localhost");
    assert_eq!(document["assertionMethod"], json!([old["kid"], new["kid"]]));
    let methods = document["verificationMethod"].as_array().unwrap();
    assert!(methods.iter().zip([&old, &new]).all(|(method, head)| method["id"] == head["kid"]));
    assert!(methods.iter().all(|method| method["publicKeyJwk"]["d"].is_null()));
}

#[rocket::async_test]
async fn the_credential_of_another_is_not_there_and_a_revoked_one_leads_to_the_word() {
    let scene = closed().await;
    let serial = scene.serials().await[0].clone();
    let path = format!("/certificates/{serial}/credential");
    scene.app.sign_in_person(scene.people[1]).await.get(&path).await.is(Status::NotFound);
    scene.app.sign_in_at(Role::CountyClerk, "360924").await.get(&path).await.is(Status::NotFound);
    let credential = scene.clerk.get(&path).await.is(Status::Ok).text;
    let (_, body) = proved(&credential, &keys_of(&scene.app).await).unwrap();
    let status = body["credentialStatus"]["id"].as_str().unwrap().strip_prefix("http://localhost").unwrap().to_owned();
    let stranger = scene.app.passer_by();
    assert_eq!(stranger.get(&status).await.is(Status::Ok).json()["status"], "published");
    scene.app.given_revoked(&serial).await;
    assert_eq!(stranger.get(&status).await.is(Status::Ok).json()["status"], "revoked");
    let told = scene.clerk.get(&path).await;
    assert!(told.status.code >= 400 && told.text.contains("证书已撤销"), "{}", told.text);
}
