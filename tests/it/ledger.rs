//! The service ledger by file: who was served is found by number and name, a service that stands is not recorded twice, and
//! the sheets count what came by file as what was typed.

use std::process::Command;

use entities::{
    audit_event, person, service_event,
    values::{PersonId, PersonStatus, Role, ServiceKind},
};
use rocket::http::Status;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use sidan::{accounts::Hasher, house::House, imports::Works};

use crate::exclusions::number_of;
use crate::support::app::{Answer, App, COUNTY, VILLAGE, Visitor};
use crate::support::files::{checked, faults, figures, send_as, through, upload_as, view, work};
use crate::support::given::given_rule;

const HEAD: &str = "身份证号,姓名,服务类型,服务日期,服务单位,备注";
/// 镜山村 of 万载县, next door.
const ELSEWHERE: &str = "360922203202";

fn file(lines: &[String]) -> String {
    format!("\u{FEFF}{HEAD}\r\n{}\r\n", lines.join("\r\n"))
}

/// A service of somebody, as a bureau writes it down.
async fn line(app: &App, person: PersonId, rest: &str) -> String {
    let name = person::Entity::find_by_id(person).one(app.db.reader()).await.unwrap().unwrap().name;
    format!("{},{name},{rest}", number_of(app, person).await)
}

async fn send(clerk: &Visitor, text: impl AsRef<[u8]>) -> String {
    send_as(clerk, "services", text).await
}

async fn loaded(clerk: &Visitor, text: impl AsRef<[u8]>) -> Value {
    through(clerk, &send(clerk, text).await, "good_rows").await
}

async fn ledger(app: &App) -> Vec<service_event::Model> {
    service_event::Entity::find().order_by_asc(service_event::Column::Id).all(app.db.reader()).await.unwrap()
}

/// What the sheet of the village says of services.
async fn sheet(clerk: &Visitor) -> Value {
    clerk.api_get(&format!("/api/v1/villages/{VILLAGE}")).await.json()["services"].clone()
}

#[rocket::async_test]
async fn services_of_many_come_in_by_file_and_the_sheets_count_them() {
    let app = App::start().await;
    let (a, b) = (app.given_person(1).await, app.given_person(2).await);
    let clerk = app.sign_in(Role::CountyClerk).await;
    let lines = [
        line(&app, a, "政策宣讲,2016-10-20,镜山村委会,院坝会").await,
        line(&app, b, "policy,2016/10/20,镜山村委会,").await,
        line(&app, a, "Job Introduction,2016年9月1日,上高县就业局,").await,
    ];
    let path = send(&clerk, file(&lines)).await;
    assert_eq!(view(&clerk, &path).await["subject"], "services");
    assert_eq!(figures(&checked(&clerk, &path).await), (3, 0, 0));
    assert!(ledger(&app).await.is_empty(), "a check records nothing");
    clerk.api_post(&format!("{path}/load"), json!({ "mode": "good_rows" })).await.is(Status::Ok);
    work(&app).await;
    assert_eq!(figures(&view(&clerk, &path).await), (3, 0, 0));
    let rows = ledger(&app).await;
    assert!(rows.iter().all(|row| row.area_code == VILLAGE));
    assert_eq!(
        (rows[0].person_id, rows[0].kind, rows[0].held_on.to_string().as_str(), rows[0].note.as_str()),
        (a, ServiceKind::Policy, "2016-10-20", "院坝会")
    );
    let told = json!([{ "kind": "job_introduction", "person_times": 1 }, { "kind": "policy", "person_times": 2 }]);
    assert_eq!(sheet(&clerk).await, told);
    let deeds = audit_event::Entity::find().filter(audit_event::Column::Noun.eq("import"));
    let deeds: Vec<String> = deeds.all(app.db.reader()).await.unwrap().into_iter().map(|deed| deed.action).collect();
    assert_eq!(deeds, ["upload", "check", "load", "finish"]);
}

#[rocket::async_test]
async fn every_fault_of_a_row_is_told_and_a_mended_file_comes_in() {
    let app = App::start().await;
    let (a, b) = (app.given_person(1).await, app.given_person(2).await);
    let rests = app.given_person(3).await;
    app.change_person(rests, |row, _| row.status = PersonStatus::Suspended).await;
    let elsewhere = app.given_person_in(500, ELSEWHERE).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let good = "入户走访,2016-10-20,镜山村委会,";
    let lines = [
        line(&app, a, good).await,
        line(&app, b, good).await.replace("陈福", "刘福"),
        line(&app, rests, good).await,
        line(&app, elsewhere, "聚餐,2016-11-02,,").await,
        line(&app, b, &format!("入户走访,1979-01-01,镜山村委会,{}", "长".repeat(201))).await,
        format!("12345,,{good}"),
        "三,栏,而已".to_owned(),
    ];
    let seen = loaded(&clerk, file(&lines)).await;
    assert_eq!((figures(&seen), seen["status"].as_str()), ((1, 0, 6), Some("done_with_rejects")));
    let path = format!("/api/v1/imports/{}", seen["id"].as_str().unwrap());
    let told = faults(&clerk, &path).await;
    let told: Vec<(i64, Vec<(&str, &str)>)> =
        told.iter().map(|(line, all)| (*line, all.iter().map(|(c, e)| (c.as_str(), e.as_str())).collect())).collect();
    assert_eq!(
        told,
        [
            (3, vec![("身份证号", "invalid.id_other_name")]),
            (4, vec![("身份证号", "invalid.person_rests")]),
            (
                5,
                vec![
                    ("服务类型", "invalid.choice"),
                    ("服务日期", "invalid.date_future"),
                    ("服务单位", "invalid.required"),
                    ("身份证号", "invalid.number_unknown"),
                ]
            ),
            (6, vec![("备注", "invalid.too_long"), ("服务日期", "invalid.service_before_birth")]),
            (7, vec![("姓名", "invalid.required"), ("身份证号", "invalid.id_format")]),
            (8, vec![("", "invalid.columns")]),
        ]
    );
    let told = view(&clerk, &format!("{path}/rejects")).await.to_string();
    assert!(!told.contains(&number_of(&app, b).await) && !told.contains("陈福"), "a report names nobody: {told}");
    let fetched = clerk.api_get(&format!("{path}/rejects.csv")).await.is(Status::Ok).text;
    let mended = fetched.replace("刘福", "陈福");
    let again = loaded(&clerk, mended).await;
    assert_eq!(figures(&again), (1, 0, 5));
    assert_eq!(ledger(&app).await.len(), 2);
}

#[rocket::async_test]
async fn the_same_service_twice_is_recorded_once() {
    let app = App::start().await;
    let (a, b) = (app.given_person(1).await, app.given_person(2).await);
    let clerk = app.sign_in(Role::CountyClerk).await;
    let typed = json!({ "person_id": a, "kind": "visit", "held_on": "2016-10-20", "provider": "镜山村委会" });
    clerk.api_post("/api/v1/services", typed).await.is(Status::Created);
    let visit = "入户走访,2016-10-20,镜山村委会,";
    let lines = [
        // As it was typed.
        line(&app, a, visit).await,
        line(&app, b, visit).await,
        // As it stands one line above, told by somebody else.
        line(&app, b, "visit,2016-10-20,驻村工作队,").await,
        // Another day, another kind.
        line(&app, b, "入户走访,2016-10-21,镜山村委会,").await,
        line(&app, b, "就业指导,2016-10-20,镜山村委会,").await,
    ];
    let path = send(&clerk, file(&lines)).await;
    assert_eq!(figures(&checked(&clerk, &path).await), (3, 2, 0), "a check foresees what a load does");
    clerk.api_post(&format!("{path}/load"), json!({ "mode": "all_or_nothing" })).await.is(Status::Ok);
    work(&app).await;
    assert_eq!(figures(&view(&clerk, &path).await), (3, 2, 0));
    assert_eq!(send(&clerk, file(&lines)).await, path, "the same file is the one that stands");
    let turned: Vec<String> = lines.iter().rev().cloned().collect();
    assert_eq!(figures(&loaded(&clerk, file(&turned)).await), (0, 5, 0));
    assert_eq!(ledger(&app).await.len(), 4);
    assert_eq!(
        sheet(&clerk).await,
        json!([{ "kind": "guidance", "person_times": 1 }, { "kind": "visit", "person_times": 3 }])
    );
}

#[rocket::async_test]
async fn a_text_that_was_sent_for_people_is_no_file_of_services_and_columns_are_matched_for_each() {
    let app = App::start().await;
    let a = app.given_person(1).await;
    let (clerk, neighbour) = (app.sign_in(Role::CountyClerk).await, app.sign_in_at(Role::CountyClerk, "360922").await);
    let text = file(&[line(&app, a, "入户走访,2016-10-20,镜山村委会,").await]).replace("服务类型", "干了什么");
    let people = send_as(&clerk, "people", &text).await;
    let path = send(&clerk, &text).await;
    assert_ne!(people, path, "one text may be sent as either");
    let mut mapping = view(&clerk, &path).await["mapping"].clone();
    assert_eq!(mapping, json!(["id_number", "name", null, "held_on", "provider", "note"]));
    clerk.api_post(&format!("{path}/check"), json!({})).await.refuses("import.columns_lacking");
    mapping[2] = json!("kind");
    clerk.api_post(&format!("{people}/map"), json!({ "mapping": mapping })).await.blames("column_2", "invalid.choice");
    clerk.api_post(&format!("{path}/map"), json!({ "mapping": mapping })).await.is(Status::Ok);
    assert_eq!(figures(&checked(&clerk, &path).await), (1, 0, 0));
    // Who lives in the next county is nobody there.
    let theirs = send(&neighbour, text.replace("干了什么", "服务类型")).await;
    assert_eq!(figures(&checked(&neighbour, &theirs).await), (0, 0, 1));
    assert_eq!(faults(&neighbour, &theirs).await[0].1[0].1, "invalid.number_unknown");
    let odd = clerk.with_token(app.client.post("/api/v1/imports?subject=houses"));
    let odd = odd.header(rocket::http::ContentType::Binary).body("x");
    Answer::of(odd).await.blames("subject", "invalid.choice");
}

#[rocket::async_test]
async fn a_file_of_services_goes_through_the_pages() {
    let app = App::start().await;
    let a = app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let link = "href=\"/imports/new?subject=services\"";
    assert!(clerk.get(&format!("/people/services?area={VILLAGE}")).await.is(Status::Ok).text.contains(link));
    let worker = app.sign_in(Role::VillageWorker).await;
    assert!(!worker.get("/people/services").await.is(Status::Ok).text.contains(link), "only who may load is led there");
    let page = clerk.get("/imports/new?subject=services").await.is(Status::Ok).text;
    assert!(
        page.contains("value=\"services\" checked")
            && page.contains("服务单位")
            && page.contains("职业介绍、技能培训")
            && page.contains("50,000行")
    );
    let template = clerk.get("/imports/template.csv?subject=services").await.is(Status::Ok).text;
    assert_eq!(template.trim_end(), format!("\u{FEFF}{HEAD}"));
    let lines = [
        line(&app, a, "入户走访,2016-10-20,镜山村委会,").await,
        line(&app, a, "聚餐,2016-10-20,镜山村委会,").await,
        line(&app, a, "入户走访,2016-10-21,镜山村委会,").await.replace("陈福", "刘福"),
    ];
    let text = file(&lines);
    let empty = upload_as(&clerk, &clerk.csrf(), "services", "空.csv", b"").await.is(Status::UnprocessableEntity);
    assert!(empty.text.contains("value=\"services\" checked"), "what was chosen stays chosen");
    let sent = upload_as(&clerk, &clerk.csrf(), "services", "走访.csv", text.as_bytes()).await.is(Status::SeeOther);
    let path = sent.location.unwrap();
    let page = clerk.get(&path).await.is(Status::Ok).text;
    assert!(page.contains("服务台账") && page.contains("可以记入") && page.contains("另一个姓名"), "{page}");
    clerk.post_form(&format!("{path}/check"), &[]).await.goes_to(&path);
    work(&app).await;
    let page = clerk.get(&path).await.text;
    assert!(page.contains("导入1人次") && page.contains("台账里已有"), "{page}");
    clerk.post_form(&format!("{path}/load"), &[("mode", "good_rows")]).await.goes_to(&path);
    work(&app).await;
    assert_eq!(ledger(&app).await.len(), 1);
    assert!(clerk.get("/mailbox").await.text.contains("服务台账新记1人次"));
    let page = clerk.get_in("en", &path).await.is(Status::Ok).text;
    assert!(page.contains("In the ledger already"), "{page}");
    assert!(clerk.get("/imports").await.text.contains("服务台账"));
}

#[rocket::async_test]
async fn of_two_files_with_one_service_that_are_loaded_at_once_only_one_records_it() {
    let app = App::start().await;
    let mut lines = Vec::new();
    for n in 1..60 {
        let person = app.given_person(n).await;
        lines.push(line(&app, person, "入户走访,2016-10-20,镜山村委会,").await);
    }
    let clerk = app.sign_in(Role::CountyClerk).await;
    let turned: Vec<String> = lines.iter().rev().cloned().collect();
    let mut paths = Vec::new();
    for text in [file(&lines), file(&turned)] {
        let path = send(&clerk, text).await;
        checked(&clerk, &path).await;
        paths.push(path);
    }
    for path in &paths {
        clerk.api_post(&format!("{path}/load"), json!({ "mode": "good_rows" })).await.is(Status::Ok);
    }
    // Two servers, each with a desk of its own.
    let (settings, hasher) = (app.house.settings.clone(), Hasher::cheap().unwrap());
    let other = House::open(settings, app.clock.clone(), &app.url(), app.keys.clone(), hasher).await.unwrap();
    let keep_at = async |works: Works| while works.work_at_one().await.unwrap() {};
    tokio::join!(keep_at(app.house.import_works()), keep_at(other.import_works()));
    let mut sum = (0, 0, 0);
    for path in &paths {
        let (added, standing, rejected) = figures(&view(&clerk, path).await);
        sum = (sum.0 + added, sum.1 + standing, sum.2 + rejected);
    }
    assert_eq!(sum, (59, 59, 0));
    assert_eq!(ledger(&app).await.len(), 59);
    other.close().await.unwrap();
}

#[rocket::async_test]
async fn how_many_rows_a_file_may_have_is_a_rule() {
    let app = App::start().await;
    let a = app.given_person(1).await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    let mut lines = Vec::new();
    for day in 1..4 {
        lines.push(line(&app, a, &format!("入户走访,2016-10-0{day},镜山村委会,")).await);
    }
    given_rule(&app, "import_rows_whole", 2).await;
    let path = send(&clerk, file(&lines)).await;
    checked(&clerk, &path).await;
    let whole = clerk.api_post(&format!("{path}/load"), json!({ "mode": "all_or_nothing" })).await;
    assert!(whole.refuses("import.too_long_for_whole").text.contains('2'));
    given_rule(&app, "import_rows", 2).await;
    let token = clerk.csrf();
    let long =
        upload_as(&clerk, &token, "services", "长.csv", file(&lines[..]).replace("10-0", "9-0").as_bytes()).await;
    assert!(long.is(Status::UnprocessableEntity).text.contains("最多2行"));
    assert!(clerk.get("/imports/new").await.text.contains("、2行"));
    assert_eq!(
        audit_event::Entity::find()
            .filter(audit_event::Column::Action.eq("upload"))
            .count(app.db.reader())
            .await
            .unwrap(),
        1
    );
    assert_eq!(clerk.api_get(&format!("/api/v1/services?area={COUNTY}")).await.json()["items"], json!([]));
}

#[rocket::async_test]
async fn the_command_line_loads_services_too() {
    let app = App::start().await;
    let (a, b) = (app.given_person(1).await, app.given_person(2).await);
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("services.csv");
    let import = |text: &str, more: &[&str]| {
        std::fs::write(&path, text).unwrap();
        let keys: Vec<String> = app.keys.iter().map(|(name, key)| format!("{name}=\"{key}\"")).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidan"));
        command.args(["import", "services"]).arg(&path).args(more);
        command.env("ROCKET_DATABASE_URL", app.url()).env("ROCKET_TODAY", "\"2016-11-01\"");
        let output = command.env("ROCKET_DATA_KEYS", format!("{{{}}}", keys.join(","))).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let visit = "入户走访,2016-10-20,镜山村委会,";
    let good = [line(&app, a, visit).await, line(&app, b, visit).await];
    let bad = [good[0].clone(), line(&app, b, "聚餐,2016-10-20,镜山村委会,").await, good[1].replace("陈福", "刘福")];
    let (code, said) = import(&file(&bad), &["--all-or-nothing", "--commit", "1"]);
    assert_eq!((code, said.contains("有2行不合格，一行也没有导入")), (Some(1), true), "{said}");
    assert!(ledger(&app).await.is_empty());
    let (code, said) = import(&file(&good), &["--dry-run"]);
    assert_eq!((code, said.contains("可以记2人次")), (Some(0), true), "{said}");
    let (code, said) = import(&file(&good[..1]), &[]);
    assert_eq!((code, said.contains("新记1人次，台账里已有0人次")), (Some(0), true), "{said}");
    let (code, said) = import(&file(&good), &[]);
    assert_eq!((code, said.contains("新记1人次，台账里已有1人次")), (Some(0), true), "{said}");
    assert_eq!(ledger(&app).await.len(), 2);
    let rejects = std::fs::read_to_string(folder.path().join("services.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("服务类型：请从列出的选项里选一个") && rejects.contains("另一个姓名"), "{rejects}");
}
