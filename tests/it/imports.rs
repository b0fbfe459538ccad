//! Files on their way into the registry: sent, matched, checked, loaded, given up, broken off and taken up again.
#![expect(clippy::disallowed_methods, reason = "a test looks at the rows themselves")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use entities::{
    audit_event, household, import_job, import_part, import_reject, message, person, setting,
    values::{ImportStatus, PersonStatus, PovertyStatus, Role},
};
use rocket::http::{ContentType, Header, Status};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use sidan::data::Vault;

use crate::support::app::{Answer, App, COUNTY, VILLAGE};
use crate::support::db;
use crate::support::doors::{Door, Who};
use crate::support::files::{HEAD, figures, file, line, loaded, number, send, upload, view, work};

const CLERKS: Who = Who::Roles(&[Role::CountyClerk]);

pub const DOORS: &[Door] = &[
    ("GET", "/imports", CLERKS),
    ("GET", "/imports/new", CLERKS),
    ("GET", "/imports/template.csv", CLERKS),
    ("POST", "/imports", CLERKS),
    ("GET", "/imports/<id>", CLERKS),
    ("POST", "/imports/<id>/map", CLERKS),
    ("POST", "/imports/<id>/check", CLERKS),
    ("POST", "/imports/<id>/load", CLERKS),
    ("POST", "/imports/<id>/cancel", CLERKS),
    ("GET", "/imports/<id>/rejects.csv", CLERKS),
    ("GET", "/api/v1/imports", CLERKS),
    ("POST", "/api/v1/imports", CLERKS),
    ("GET", "/api/v1/imports/<id>", CLERKS),
    ("POST", "/api/v1/imports/<id>/map", CLERKS),
    ("POST", "/api/v1/imports/<id>/check", CLERKS),
    ("POST", "/api/v1/imports/<id>/load", CLERKS),
    ("POST", "/api/v1/imports/<id>/cancel", CLERKS),
    ("GET", "/api/v1/imports/<id>/rejects", CLERKS),
    ("GET", "/api/v1/imports/<id>/rejects.csv", CLERKS),
    ("POST", "/api/v1/imports/people", CLERKS),
];

/// 镜山村 of 万载县, next door.
const ELSEWHERE: &str = "360922203202";

async fn people(app: &App) -> u64 {
    person::Entity::find().count(app.db.reader()).await.unwrap()
}

/// Whether a page keeps itself up to date: by a script of ours, which it is then allowed to run, or by a refresh without.
fn is_live(page: &Answer) -> bool {
    let policy = page.header("Content-Security-Policy").unwrap();
    let scripted = policy.contains("script-src 'self'");
    assert_eq!(scripted, policy.contains("connect-src 'self'"));
    assert_eq!(scripted, page.text.contains("<script src=\"/static/live-"));
    assert_eq!(scripted, page.text.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
    assert_eq!(scripted, page.text.contains(" data-live>"));
    assert_eq!(page.header("Refresh"), None, "a refresh by header would fight with the script");
    scripted
}

#[rocket::async_test]
async fn a_bureau_sends_a_file_checks_it_and_loads_the_good_rows_through_the_pages() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let mut lines: Vec<String> = (20..45).map(line).collect();
    lines.push(line(45).replace("初中", "私塾"));
    let sent =
        upload(&clerk, &clerk.csrf(), "C:\\名单\\镜山村.csv", file(&lines).as_bytes()).await.is(Status::SeeOther);
    let path = sent.location.unwrap();
    let page = clerk.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("镜山村.csv") && !page.contains("C:"), "{page}");
    assert!(page.contains("轮到您试导入") && page.contains("可以登记") && !page.contains(&number(20)));
    clerk.post_form(&format!("{path}/check"), &[]).await.goes_to(&path);
    let page = clerk.get(&path).await.is(Status::Ok);
    assert!(is_live(&page), "the page keeps itself up to date while the work goes on");
    assert!(!is_live(&clerk.get(&format!("{path}?live=no")).await));
    work(&app).await;
    assert_eq!(people(&app).await, 0, "a check writes nobody down");
    let page = clerk.get(&path).await.is(Status::Ok);
    assert!(!is_live(&page));
    assert!(
        page.text.contains("导入25人") && page.text.contains("第27行") && page.text.contains("私塾"),
        "{}",
        page.text
    );
    clerk.post_form(&format!("{path}/load"), &[("mode", "good_rows")]).await.goes_to(&path);
    work(&app).await;
    assert!(clerk.get(&path).await.text.contains("已导入，有不合格的行"));
    let rows = person::Entity::find().all(app.db.reader()).await.unwrap();
    assert_eq!(rows.len(), 25);
    assert!(rows.iter().all(|row| row.status == PersonStatus::Verified && row.area_code == VILLAGE));
    assert!(rows.iter().all(|row| row.poverty_status == PovertyStatus::Registered && row.source == "import"));
    let mut households = household::Entity::find().all(app.db.reader()).await.unwrap();
    households.sort_by(|a, b| a.number.cmp(&b.number));
    let told: Vec<(&str, i32)> = households.iter().map(|h| (h.number.as_str(), h.members)).collect();
    assert_eq!(told, [("H-2", 10), ("H-3", 10), ("H-4", 5)]);
    assert!(clerk.get("/imports").await.text.contains("镜山村.csv"));
    let deeds = audit_event::Entity::find().filter(audit_event::Column::Noun.eq("import"));
    let deeds: Vec<String> = deeds.all(app.db.reader()).await.unwrap().into_iter().map(|deed| deed.action).collect();
    assert_eq!(deeds, ["upload", "check", "load", "finish_with_rejects"]);
    let letters = message::Entity::find().filter(message::Column::Kind.eq("import_done"));
    assert_eq!(letters.count(app.db.reader()).await.unwrap(), 1, "whoever sent it is told how it ended");
    assert_eq!(import_part::Entity::find().count(app.db.reader()).await.unwrap(), 0, "the file itself is forgotten");
}

#[rocket::async_test]
async fn refused_rows_are_fetched_mended_and_sent_again() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let bad =
        line(21).replace("初中", "私塾").replace("镜山村,", "不存在村,").replace("电商培训,否,,", "电商培训,否,=1+1,");
    let lines = [line(20), bad, line(22)];
    let seen = loaded(&clerk, file(&lines), "good_rows").await;
    assert_eq!(figures(&seen), (2, 0, 1));
    let path = format!("/api/v1/imports/{}", seen["id"].as_str().unwrap());
    let told = view(&clerk, &format!("{path}/rejects")).await;
    let faults = told["items"][0]["faults"].as_array().unwrap();
    let told: Vec<(&str, &str)> =
        faults.iter().map(|f| (f["column"].as_str().unwrap(), f["code"].as_str().unwrap())).collect();
    assert_eq!(told, [("所在村", "invalid.area_unknown"), ("文化程度", "invalid.choice")]);
    let fetched = clerk.api_get(&format!("{path}/rejects.csv")).await.is(Status::Ok);
    let text = fetched.text.trim_start_matches('\u{FEFF}').to_owned();
    assert!(text.starts_with(&format!("{HEAD},行号,要改的地方")) && text.contains(&number(21)), "{text}");
    assert!(text.contains(",'=1+1,") && !text.contains(",=1+1,"), "no cell is a formula: {text}");
    let fetched = audit_event::Entity::find().filter(audit_event::Column::Action.eq("fetch_rejects"));
    assert_eq!(
        fetched.count(app.db.reader()).await.unwrap(),
        1,
        "that personal data went out in clear is written down"
    );
    let mended = text.replace("私塾", "初中").replace("不存在村", "镜山村");
    let again = loaded(&clerk, mended, "good_rows").await;
    assert_eq!(figures(&again), (1, 0, 0));
    assert_eq!(people(&app).await, 3);
    let skilled = person::Entity::find().filter(person::Column::Skills.eq("=1+1"));
    assert_eq!(
        skilled.count(app.db.reader()).await.unwrap(),
        1,
        "what was marked for the spreadsheet comes in as it was"
    );
}

#[rocket::async_test]
async fn the_same_file_twice_adds_nothing() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let text = file(&[line(20), line(21)]);
    let first = loaded(&clerk, &text, "good_rows").await;
    let again = send(&clerk, &text).await;
    assert_eq!(again, format!("/api/v1/imports/{}", first["id"].as_str().unwrap()), "it is the file that stands");
    clerk.api_post(&format!("{again}/check"), json!({})).await.refuses("move.illegal");
    // In another order it is another file, of people who stand already.
    let other = loaded(&clerk, file(&[line(21), line(20), line(22), line(22)]), "good_rows").await;
    assert_eq!(figures(&other), (1, 3, 0));
    assert_eq!(people(&app).await, 3);
}

#[rocket::async_test]
async fn a_number_that_is_another_ones_is_refused() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let other = |n: u16| line(n).replace("陈大勇", "陈小勇");
    let seen = loaded(&clerk, file(&[line(20), other(20), line(21)]), "good_rows").await;
    assert_eq!(figures(&seen), (2, 0, 1));
    let seen = loaded(&clerk, file(&[other(21), line(22)]), "good_rows").await;
    assert_eq!(figures(&seen), (1, 0, 1));
    let path = format!("/api/v1/imports/{}/rejects", seen["id"].as_str().unwrap());
    let told = view(&clerk, &path).await;
    assert_eq!(told["items"][0]["faults"][0]["code"], "invalid.id_other_name");
    assert!(!told.to_string().contains(&number(21)));
}

#[rocket::async_test]
async fn all_or_nothing_is_refused_while_a_row_is_bad_and_loads_whole_when_none_is() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let path = send(&clerk, file(&[line(20), line(21).replace("初中", "私塾")])).await;
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&app).await;
    let whole = json!({ "mode": "all_or_nothing" });
    clerk.api_post(&format!("{path}/load"), whole.clone()).await.refuses("import.has_rejects");
    let good: Vec<String> = (1..900).map(line).collect();
    let path = send(&clerk, file(&good)).await;
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&app).await;
    clerk.api_post(&format!("{path}/load"), whole).await.is(Status::Ok);
    // Somebody is registered under one of the numbers before the load begins.
    let intruder = json!({ "csv": file(&[line(700).replace("陈大勇", "陈小勇")]) });
    clerk.api_post("/api/v1/imports/people", intruder).await.is(Status::Created);
    work(&app).await;
    let seen = view(&clerk, &path).await;
    assert_eq!((&seen["status"], &seen["failure"]), (&json!("failed"), &json!("import.refused_meanwhile")));
    assert_eq!(people(&app).await, 1, "the part before the bad row was undone with it");
    let seen = loaded(
        &clerk,
        file(&good.iter().rev().filter(|l| !l.contains(&number(700))).cloned().collect::<Vec<_>>()),
        "all_or_nothing",
    )
    .await;
    assert_eq!((figures(&seen), &seen["status"]), ((898, 0, 0), &json!("done")));
}

#[rocket::async_test]
async fn columns_are_matched_once_and_remembered_for_the_bureau() {
    let app = App::start().await;
    let (clerk, neighbour) = (app.sign_in(Role::CountyClerk).await, app.sign_in_at(Role::CountyClerk, "360922").await);
    let strange = |text: &str| text.replace("姓名,", "当事人,").replace("技能,", "备注一,");
    let path = send(&clerk, strange(&file(&[line(20)]))).await;
    let seen = view(&clerk, &path).await;
    assert_eq!((&seen["mapping"][0], &seen["mapping"][1]), (&Value::Null, &json!("id_number")));
    clerk.api_post(&format!("{path}/check"), json!({})).await.refuses("import.columns_lacking");
    let page = clerk.get(path.trim_start_matches("/api/v1")).await.is(Status::Ok).text;
    assert!(page.contains("轮到您对应栏目") && page.contains("姓名"));
    let mut mapping = seen["mapping"].clone();
    mapping[0] = json!("id_number");
    let wrong = clerk.api_post(&format!("{path}/map"), json!({ "mapping": mapping })).await;
    wrong.blames("column_1", "invalid.repeated");
    mapping[0] = json!("name");
    clerk.api_post(&format!("{path}/map"), json!({ "mapping": mapping })).await.is(Status::Ok);
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&app).await;
    assert_eq!(figures(&view(&clerk, &path).await), (1, 0, 0));
    let next = send(&clerk, strange(&file(&[line(21)]))).await;
    assert_eq!(view(&clerk, &next).await["mapping"], mapping);
    let theirs = send(&neighbour, strange(&file(&[line(21)]))).await;
    assert_eq!(view(&neighbour, &theirs).await["mapping"][0], Value::Null);
    neighbour.api_get(&path).await.is(Status::NotFound);
    neighbour.api_post(&format!("{path}/check"), json!({})).await.is(Status::NotFound);
    assert_eq!(neighbour.api_get("/api/v1/imports").await.json()["items"].as_array().unwrap().len(), 1);
}

#[rocket::async_test]
async fn columns_are_matched_on_the_page_too() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let api = send(&clerk, file(&[line(20)]).replace("姓名,", "当事人,")).await;
    let path = api.trim_start_matches("/api/v1");
    let keys: Vec<String> = view(&clerk, &api).await["mapping"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap_or("name").to_owned())
        .collect();
    let names: Vec<String> = (0..keys.len()).map(|at| format!("column_{at}")).collect();
    let mut form: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(keys.iter().map(String::as_str)).collect();
    form[2].1 = "name";
    let again = clerk.post_form(&format!("{path}/map"), &form).await.is(Status::UnprocessableEntity);
    assert!(again.text.contains("href=\"#column_2\""), "{}", again.text);
    form[2].1 = "ethnicity";
    clerk.post_form(&format!("{path}/map"), &form).await.goes_to(path);
    assert_eq!(view(&clerk, &api).await["mapping"][0], "name");
}

#[rocket::async_test]
async fn a_file_that_is_given_up_leaves_nothing_but_who_was_loaded() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let path = send(&clerk, file(&[line(20)])).await;
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    clerk.api_post(&format!("{path}/cancel"), json!({})).await.is(Status::Ok);
    work(&app).await;
    let seen = view(&clerk, &path).await;
    assert_eq!((&seen["status"], seen["rows_done"].as_i64()), (&json!("cancelled"), Some(0)));
    assert_eq!(import_part::Entity::find().count(app.db.reader()).await.unwrap(), 0);
    clerk.api_post(&format!("{path}/load"), json!({ "mode": "good_rows" })).await.refuses("move.illegal");
    assert_ne!(send(&clerk, file(&[line(20)])).await, path, "the same file may be sent again");
}

#[rocket::async_test]
async fn of_two_who_work_at_one_file_one_stops_and_nothing_is_doubled() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let lines: Vec<String> = (1..900).map(line).collect();
    let path = send(&clerk, file(&lines)).await;
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&app).await;
    clerk.api_post(&format!("{path}/load"), json!({ "mode": "good_rows" })).await.is(Status::Ok);
    let works = app.house.import_works();
    let (first, second) = tokio::join!(works.work_at_one(), works.work_at_one());
    first.unwrap();
    second.unwrap();
    work(&app).await;
    assert_eq!(figures(&view(&clerk, &path).await), (899, 0, 0));
    assert_eq!(people(&app).await, 899);
}

#[rocket::async_test]
async fn a_load_that_broke_off_goes_on_behind_the_last_part() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let lines: Vec<String> = (1..998).map(line).collect();
    let path = send(&clerk, file(&lines)).await;
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&app).await;
    clerk.api_post(&format!("{path}/load"), json!({ "mode": "good_rows" })).await.is(Status::Ok);
    let works = app.house.import_works();
    let worker = tokio::spawn(async move { works.work_at_one().await });
    while view(&clerk, &path).await["rows_done"] == 0 {
        tokio::task::yield_now().await;
    }
    worker.abort();
    drop(worker.await);
    let seen = view(&clerk, &path).await;
    let done = seen["rows_done"].as_i64().unwrap();
    assert_eq!(i64::try_from(people(&app).await).unwrap(), done, "what is told as done is done");
    app.clock.set(app.clock.now() + chrono::TimeDelta::seconds(11));
    work(&app).await;
    assert_eq!(figures(&view(&clerk, &path).await), (997, 0, 0));
    assert_eq!(people(&app).await, 997);
}

#[rocket::async_test]
async fn files_come_in_any_encoding_and_as_a_workbook() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let text = |n: u16| file(&[line(n).replace("陈大勇", "陈𠮷勇")]);
    let utf16 = |n: u16| -> Vec<u8> { text(n).encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let gb18030 = |n: u16| encoding_rs::GB18030.encode(text(n).trim_start_matches('\u{FEFF}')).0.into_owned();
    let workbook = |n: u16| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, line) in (0_u32..).zip(text(n).trim_start_matches('\u{FEFF}').lines()) {
            for (column, cell) in (0_u16..).zip(line.split(',')) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    };
    let files = [(utf16(20), "UTF-16 LE"), (gb18030(21), "GB18030"), (workbook(22), "XLSX")];
    for (bytes, format) in files {
        let seen = loaded(&clerk, bytes, "good_rows").await;
        assert_eq!((figures(&seen), seen["format"].as_str()), ((1, 0, 0), Some(format)));
    }
    let names = person::Entity::find().all(app.db.reader()).await.unwrap();
    assert!(names.iter().all(|row| row.name == "陈𠮷勇"), "no character was put in for another");
}

#[rocket::async_test]
async fn what_is_no_file_of_people_is_said_at_the_box_and_the_server_lives_on() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let page = upload(&clerk, &clerk.csrf(), "空.csv", b"").await.is(Status::UnprocessableEntity);
    assert!(page.text.contains("href=\"#file\""), "{}", page.text);
    let hostile: [&[u8]; 4] =
        [b"MZ\x90\x00\x03", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"PK\x03\x04broken", b"\xFF\xFE\x00"];
    for bytes in hostile {
        let request = clerk.with_token(app.client.post("/api/v1/imports"));
        let answer = Answer::of(request.header(ContentType::Binary).body(bytes)).await;
        assert_eq!(answer.is(Status::UnprocessableEntity).json()["errors"][0]["field"], "file");
    }
    let request = clerk.with_token(app.client.post("/api/v1/imports")).header(ContentType::PDF);
    Answer::of(request.body("x")).await.is(Status::UnsupportedMediaType);
    let template = clerk.get("/imports/template.csv").await.is(Status::Ok);
    assert_eq!(template.text.trim_end(), format!("\u{FEFF}{HEAD}"));
    assert!(clerk.get_in("en", "/imports/template.csv").await.text.starts_with("\u{FEFF}name,id_number,"));
    clerk.get_in("en", "/imports/new").await.is(Status::Ok);
    assert_eq!(import_job::Entity::find().count(app.db.reader()).await.unwrap(), 0);
}

#[rocket::async_test]
async fn an_upload_needs_the_token_of_its_own_page() {
    let app = App::start().await;
    let (clerk, other) = (app.sign_in(Role::CountyClerk).await, app.sign_in(Role::CountyClerk).await);
    let text = file(&[line(30)]);
    upload(&clerk, "", "a.csv", text.as_bytes()).await.is(Status::Forbidden);
    upload(&clerk, &other.csrf(), "a.csv", text.as_bytes()).await.is(Status::Forbidden);
    let form = clerk.with_session(app.client.post("/imports")).header(ContentType::Form);
    Answer::of(form.body(format!("_csrf={}", clerk.csrf()))).await.is(Status::UnsupportedMediaType);
    let kind = Header::new("Content-Type", "multipart/form-data; boundary=edge");
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{}\r\n--edge\r\nContent-Disposition: form-data; \
         name=\"subject\"\r\n\r\npeople\r\n--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--edge--\r\n",
        clerk.csrf()
    );
    let post = || clerk.with_session(app.client.post("/imports")).header(kind.clone()).body(body.clone());
    let foreign = post().header(Header::new("Sec-Fetch-Site", "cross-site"));
    Answer::of(foreign).await.is(Status::Forbidden);
    Answer::of(post().header(Header::new("Origin", "https://evil.example"))).await.is(Status::Forbidden);
    assert_eq!(import_job::Entity::find().count(app.db.reader()).await.unwrap(), 0);
    Answer::of(post()).await.is(Status::SeeOther);
}

#[rocket::async_test]
async fn rows_that_wait_and_rows_that_were_refused_stand_sealed() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let path = send(&clerk, file(&[line(20), line(21).replace("初中", "私塾")])).await;
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&app).await;
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    let parts = import_part::Entity::find().all(app.db.reader()).await.unwrap();
    let rejects = import_reject::Entity::find().all(app.db.reader()).await.unwrap();
    assert_eq!((parts.len(), rejects.len()), (1, 1));
    assert!(parts.iter().all(|part| !holds(&part.sealed, &number(20)) && !holds(&part.sealed, "陈大勇")));
    assert!(rejects.iter().all(|row| !holds(&row.sealed, &number(21)) && !row.faults.contains(&number(21))));
    // A part that was moved to another place does not open: the file is not loaded with another file's rows.
    import_part::Entity::update_many()
        .col_expr(import_part::Column::Sealed, sea_orm::sea_query::Expr::value(rejects[0].sealed.clone()))
        .exec(app.db.writer())
        .await
        .unwrap();
    clerk.api_post(&format!("{path}/load"), json!({ "mode": "good_rows" })).await.is(Status::Ok);
    assert!(app.house.import_works().work_at_one().await.is_err());
    assert_eq!(people(&app).await, 0);
}

#[rocket::async_test]
async fn a_text_is_loaded_at_once_all_of_it_or_none() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let text = file(&[line(30), line(33).replace("镜山村,", "不存在村,"), line(34).replace("因病", "因懒")]);
    let answer = clerk.api_post("/api/v1/imports/people", json!({ "csv": text })).await;
    let answer = answer.blames("line 3, 所在村", "invalid.area_unknown");
    answer.blames("line 4, 主要致贫原因", "invalid.choice");
    assert_eq!(people(&app).await, 0);
    assert_eq!(household::Entity::find().count(app.db.reader()).await.unwrap(), 0);
    let body = json!({ "csv": file(&[line(30), line(32)]) });
    let answer = clerk.api_post("/api/v1/imports/people", body.clone()).await.is(Status::Created);
    assert_eq!(answer.json(), json!({ "added": 2 }));
    assert_eq!(clerk.api_post("/api/v1/imports/people", body).await.json(), json!({ "added": 0 }));
    let lacking = json!({ "csv": file(&[line(30)]).replace("姓名,", "名字,") });
    clerk.api_post("/api/v1/imports/people", lacking).await.blames("line 1, 姓名", "invalid.column_missing");
}

#[rocket::async_test]
async fn a_file_reaches_no_further_than_its_clerk() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let text = file(&[line(30).replace("镜山村,", &format!("{ELSEWHERE},"))]);
    let answer = clerk.api_post("/api/v1/imports/people", json!({ "csv": text })).await;
    answer.blames("line 2, 所在村", "invalid.area_outside");
    let prefecture = app.sign_in_at(Role::CountyClerk, "360900").await;
    let text = file(&[line(30)]);
    let answer = prefecture.api_post("/api/v1/imports/people", json!({ "csv": text })).await;
    answer.blames("line 2, 所在村", "invalid.area_ambiguous");
    let neighbour = app.sign_in_at(Role::CountyClerk, "360922").await;
    let text = file(&[line(31).replace("镜山村,", &format!("{ELSEWHERE},"))]);
    neighbour.api_post("/api/v1/imports/people", json!({ "csv": text })).await.is(Status::Created);
    let moved = json!({ "csv": file(&[line(32)]) });
    clerk.api_post("/api/v1/imports/people", moved).await.blames("line 2, 户编号", "invalid.household_elsewhere");
}

#[rocket::async_test]
async fn numbers_made_for_trials_are_refused_where_people_are_real() {
    let app = App::start().await;
    setting::Entity::delete_many().exec(app.db.writer()).await.unwrap();
    let clerk = app.sign_in(Role::CountyClerk).await;
    let seen = loaded(&clerk, file(&[line(20)]), "good_rows").await;
    assert_eq!((figures(&seen), seen["status"].as_str()), ((0, 0, 1), Some("done_with_rejects")));
    assert_eq!(people(&app).await, 0);
}

/// A database of its own for the command line, with keys that the next call finds again.
struct Shell {
    database: db::TestDatabase,
    keys: String,
    folder: tempfile::TempDir,
}

impl Shell {
    /// Where people are made up, or where they are real.
    async fn open(trial: bool) -> Self {
        let keys = Vault::fresh_keys().unwrap();
        let keys: Vec<String> = keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
        let shell = Self {
            database: db::fresh_database().await,
            keys: format!("{{{}}}", keys.join(",")),
            folder: tempfile::TempDir::new().unwrap(),
        };
        if trial {
            let database = shell.database.open().await;
            let demo = setting::ActiveModel { name: Set("demo".into()), value: Set("yes".into()) };
            setting::Entity::insert(demo).exec_without_returning(database.writer()).await.unwrap();
            database.close().await.unwrap();
        }
        shell
    }

    fn file(&self, text: &str) -> PathBuf {
        let file = self.folder.path().join("people.csv");
        std::fs::write(&file, text).unwrap();
        file
    }

    /// On the day whose divisions and exits the files for trials have.
    fn at_the_years_end(&self, file: &Path, more: &[&str]) -> Command {
        let mut command = self.command(file, more);
        command.env("ROCKET_TODAY", "\"2016-12-31\"");
        command
    }

    fn command(&self, file: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
        command
            .args(["import", "people"])
            .arg(file)
            .args(more)
            .env("ROCKET_DATABASE_URL", &self.database.url)
            .env("ROCKET_DATA_KEYS", &self.keys)
            .env("ROCKET_TODAY", "\"2016-11-01\"");
        command
    }

    fn import(&self, text: &str, more: &[&str]) -> (Option<i32>, String) {
        let output = self.command(&self.file(text), more).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    }

    async fn people(&self) -> u64 {
        let database = self.database.open().await;
        let count = person::Entity::find().count(database.reader()).await.unwrap();
        database.close().await.unwrap();
        count
    }

    async fn job(&self) -> Option<import_job::Model> {
        let database = self.database.open().await;
        let job = import_job::Entity::find().one(database.reader()).await.unwrap();
        database.close().await.unwrap();
        job
    }
}

#[rocket::async_test]
async fn the_command_line_reports_in_chinese_and_loads_the_good_rows() {
    let shell = Shell::open(true).await;
    let in_county = ["--area", COUNTY];
    let (code, said) =
        shell.import(&file(&[line(1), line(2).replace("初中", "私塾")]), &["--area", COUNTY, "--dry-run"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("可以登记1人") && said.contains("不合格1行"), "{said}");
    assert_eq!(shell.people().await, 0, "nothing is written in a dry run");
    let rejects = std::fs::read_to_string(shell.folder.path().join("people.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("文化程度：请从列出的选项里选一个"), "{rejects}");
    let (code, said) = shell.import(&file(&[line(1)]), &[]);
    assert_eq!(code, Some(1), "{said}");
    let rejects = std::fs::read_to_string(shell.folder.path().join("people.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("有几个村叫这个名字"), "{rejects}");
    let good = file(&[line(1), line(2)]);
    let (code, said) = shell.import(&good, &in_county);
    assert_eq!((code, said.contains("新登记2人")), (Some(0), true), "{said}");
    let (code, said) = shell.import(&good, &in_county);
    assert_eq!((code, said.contains("这个文件2016-11-01已经导入过")), (Some(0), true), "{said}");
    let (code, said) = shell.import(&file(&[line(3), line(2), line(4).replace("初中", "私塾")]), &in_county);
    assert_eq!((code, said.contains("新登记1人，已经在册1人，不合格1行")), (Some(1), true), "{said}");
    assert_eq!(shell.people().await, 3);
    assert_eq!(shell.import("", &["--area", "999999"]).0, Some(1));
    let (code, said) = shell.import("甲,乙\n1,2\n", &in_county);
    assert_eq!((code, said.contains("姓名 文件里没有这一栏")), (Some(1), true), "{said}");
}

#[rocket::async_test]
async fn the_command_line_loads_all_or_nothing_when_it_is_told_to() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::open(true).await;
    let bad = file(&[line(1), line(2).replace("初中", "私塾"), line(3), line(4).replace("因病", "因懒")]);
    let whole = ["--area", COUNTY, "--all-or-nothing", "--commit", "1"];
    let (code, said) = shell.import(&bad, &whole);
    assert_eq!((code, said.contains("有2行不合格，一行也没有导入")), (Some(1), true), "{said}");
    assert_eq!(shell.people().await, 0);
    let rejects = shell.folder.path().join("people.csv.rejects.csv");
    assert_eq!(std::fs::metadata(&rejects).unwrap().permissions().mode() & 0o777, 0o600, "it holds people in clear");
    let (code, said) = shell.import(&file(&[line(1), line(2), line(3)]), &whole);
    assert_eq!((code, said.contains("新登记3人")), (Some(0), true), "{said}");
    let (code, said) = shell.import(&bad.replace("私塾", "初中").replace("因懒", "因病"), &whole);
    assert_eq!((code, said.contains("新登记1人，已经在册3人")), (Some(0), true), "{said}");
    assert_eq!(shell.people().await, 4);
}

#[rocket::async_test]
async fn real_people_and_made_up_numbers_do_not_meet() {
    let shell = Shell::open(false).await;
    let (code, said) = shell.import(&file(&[line(1)]), &["--area", COUNTY]);
    assert_eq!(code, Some(1), "{said}");
    let rejects = std::fs::read_to_string(shell.folder.path().join("people.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("测试用的号码"), "{rejects}");
    assert_eq!(shell.people().await, 0);
}

#[rocket::async_test]
async fn an_import_that_is_killed_twenty_times_loses_and_doubles_nobody() {
    let shell = Shell::open(true).await;
    let mut lines: Vec<String> = (1..980).map(line).collect();
    for (n, line) in lines.iter_mut().enumerate().filter(|(n, _)| n % 97 == 0) {
        *line = line.replace("初中", if n % 2 == 0 { "私塾" } else { "国学" });
    }
    let bad = lines.iter().filter(|line| !line.contains("初中")).count();
    let file = shell.file(&file(&lines));
    let more = ["--area", COUNTY, "--commit", "40"];
    let mut last = -1;
    for round in 0..20 {
        let mut child = shell.command(&file, &more).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let wanted = (round + 1) * 40;
        // Killed as soon as it came further than before, wherever it is by then.
        while child.try_wait().unwrap().is_none() {
            if shell.job().await.is_some_and(|job| job.rows_done >= wanted) {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let job = shell.job().await.unwrap();
        assert_eq!(
            i64::try_from(shell.people().await).unwrap(),
            job.added,
            "round {round}: what is told is what is there"
        );
        assert!(job.rows_done >= last, "round {round} goes on where the last one was");
        last = job.rows_done;
    }
    let output = shell.command(&file, &more).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("共看{}行", lines.len())) || said.contains("已经导入过"), "{said}");
    let job = shell.job().await.unwrap();
    let good = i64::try_from(lines.len() - bad).unwrap();
    assert_eq!((job.status, job.added, job.standing), (ImportStatus::DoneWithRejects, good, 0));
    assert_eq!(job.rejected, i64::try_from(bad).unwrap());
    assert_eq!(i64::try_from(shell.people().await).unwrap(), good);
    let rejects = std::fs::read_to_string(shell.folder.path().join("people.csv.rejects.csv")).unwrap();
    assert_eq!(rejects.lines().count(), bad + 1, "every refused row stands in the file once");
}

/// How often something was sown, by its words in the report.
fn sown(report: &str, what: &str) -> i64 {
    let told = report.lines().find(|line| line.contains(what)).and_then(|line| line.split_whitespace().next());
    told.map_or(0, |count| count.parse().unwrap())
}

/// A file that was written for trials: without dirt all of it comes in; with dirt, what was sown is what is refused.
#[rocket::async_test]
async fn a_file_for_trials_comes_in_and_its_dirt_stays_out() {
    let shell = Shell::open(true).await;
    let made = |name: &str, more: &[&str]| {
        let file = shell.folder.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
        let told = command.arg("people-file").arg(&file).args(["--people", "3000"]).args(more).output().unwrap();
        (told.status.code(), String::from_utf8(told.stdout).unwrap(), file)
    };
    let (code, told, clean) = made("clean.csv", &[]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(made("clean.csv", &[]).0, Some(1), "a file that stands is kept");
    let output = shell.at_the_years_end(&clean, &["--dry-run"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("可以登记3000人"), "{said}");
    let (_, told, dirty) = made("dirty.csv", &["--dirt"]);
    shell.at_the_years_end(&dirty, &[]).output().unwrap();
    let job = shell.job().await.unwrap();
    let refused = ["无身份证号", "校验码错", "15位旧号", "同号两名", "村名有重名"];
    let mended = ["全角数字", "小写x", "村名代替代码", "上饶县写成广信区"];
    let sum = |kinds: &[&str]| kinds.iter().map(|what| sown(&told, what)).sum::<i64>();
    assert!(refused.iter().all(|what| sown(&told, what) > 0) && sum(&mended) > 60, "{told}");
    assert!(job.rejected <= sum(&refused), "a line may have two faults: {told}");
    assert_eq!(job.standing, sown(&told, "整行重复"), "{told}");
    assert_eq!(job.added + job.standing + job.rejected, sown(&told, "行    lines"), "{told}");
    let rejects = std::fs::read_to_string(shell.folder.path().join("dirty.csv.rejects.csv")).unwrap();
    for (why, what) in [
        ("身份证号：请填写这一项", "无身份证号"),
        ("最后一位对不上", "校验码错"),
        ("这是15位的旧号码", "15位旧号"),
        ("在册的是另一个姓名", "同号两名"),
        ("有几个村叫这个名字", "村名有重名"),
    ] {
        let told_so = rejects.lines().filter(|line| line.contains(why)).count();
        assert_eq!(i64::try_from(told_so).unwrap(), sown(&told, what), "{what} is told as “{why}”");
    }
}
