//! The registry as a file: masked by default, in full where right, purpose and password allow it, and loaded again.

use entities::values::Role;
use rocket::http::Status;
use serde_json::json;
use sidan::base::{BankCard, IdNumber};

use super::{
    PASSWORD, clerk_with_password, column, csv_lines, deeds, fetch, file, given_rule, id_of, in_full, wanted, with,
    workbook,
};
use crate::support::app::{App, VILLAGE};

/// A village of 万载县, next door.
const ELSEWHERE: &str = "360922203202";

fn number(n: u16) -> String {
    IdNumber::compose("369970", "1975-05-05".parse().unwrap(), n).unwrap().as_str().to_owned()
}

fn line(n: u16) -> String {
    format!(
        "陈大勇,{},汉族,初中,群众,已婚,\"长期慢性病、残疾\",普通劳动力,20,镜山村,敖山镇镜山村暗号组88号,1540002{n:04},H-{n},户主,建档立卡,,\
         因病,缺技术,务农,就近转移,电商培训,是,木工,{},刘敏",
        number(n),
        BankCard::compose(&format!("00000098{n:010}")).unwrap().as_str(),
    )
}

async fn template(app: &std::sync::Arc<App>) -> String {
    app.sign_in(Role::CountyClerk).await.get("/imports/template.csv").await.is(Status::Ok).text
}

#[rocket::async_test]
async fn a_masked_file_has_no_number_or_name_in_full_and_says_how_many_rows_it_has() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for n in 0..12 {
        app.given_person(n).await;
    }
    app.given_person_in(600, ELSEWHERE).await;
    let bytes = file(&clerk, with(wanted("people", "csv"), "words", true)).await;
    let text = String::from_utf8(bytes.clone()).unwrap();
    for n in 0..12_u16 {
        let number = IdNumber::compose("369970", "1980-01-01".parse().unwrap(), 1 + 2 * n).unwrap();
        assert!(!text.contains(number.as_str()));
        for secret in [format!("154{n:08}"), format!("00000036{n:010}")] {
            assert!(!text.contains(&secret), "{secret}");
        }
    }
    for secret in ["陈福生", "陈福来", "镜山村1组", "因病", "刘敏", "1980-01-01"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let lines = csv_lines(&bytes);
    assert_eq!(lines.len(), 13);
    assert!(column(&lines, "所在村").iter().all(|code| code == VILLAGE));
    assert_eq!(column(&lines, "民族名称")[0], "汉族");
    let shown = column(&lines, "身份证号");
    assert!(shown.iter().all(|number| number.starts_with("369970********") && number.len() == 18), "{shown:?}");
    let told = deeds(&app).await;
    let verbs: Vec<&str> = told.iter().map(|(verb, _)| verb.as_str()).collect();
    assert_eq!(verbs, ["ask", "build", "fetch"]);
    assert_eq!(told[0].1["rows"], 12);
    assert_eq!(told[0].1["filters"]["area"], "360923");
    assert_eq!(told[1].1["rows"], 12);
    assert_eq!(told[1].1["rows_by_county"], json!({ "360923": 12 }));
    assert_eq!((&told[2].1["rows"], &told[2].1["in_full"]), (&json!(12), &json!(false)));
}

#[rocket::async_test]
async fn a_plain_file_in_full_loads_again_and_gives_the_same_rows() {
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    let head = template(&app).await;
    let csv = format!("{}\r\n{}\r\n", head.trim_end(), [line(1), line(3), line(5)].join("\r\n"));
    clerk.api_post("/api/v1/imports/people", json!({ "csv": csv })).await.is(Status::Created);
    let out = file(&clerk, in_full("people", "csv")).await;
    let lines = csv_lines(&out);
    let heads: Vec<String> = csv_lines(head.as_bytes()).remove(0);
    assert_eq!(lines[0], heads);
    assert_eq!(column(&lines, "身份证号"), [number(1), number(3), number(5)]);
    assert_eq!(column(&lines, "健康状况")[0], "2、4");

    let other = App::start().await;
    let their_clerk = clerk_with_password(&other).await;
    let text = String::from_utf8(out.clone()).unwrap();
    let answer = their_clerk.api_post("/api/v1/imports/people", json!({ "csv": text })).await;
    assert_eq!(answer.is(Status::Created).json(), json!({ "added": 3 }));
    let again = file(&their_clerk, in_full("people", "csv")).await;
    assert_eq!(csv_lines(&again), lines);
}

#[rocket::async_test]
async fn numbers_are_text_in_a_workbook() {
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    app.given_person(1).await;
    let (rows, formulas) = workbook(file(&clerk, in_full("people", "xlsx")).await);
    assert_eq!((rows.len(), formulas), (2, 0));
    for head in ["身份证号", "手机号", "社保卡账号", "户编号", "所在村", "民族"] {
        let at = rows[0].iter().position(|cell| *cell == head).unwrap();
        assert!(matches!(rows[1][at], calamine::Data::String(_)), "{head}: {:?}", rows[1][at]);
    }
    let at = rows[0].iter().position(|cell| *cell == "身份证号").unwrap();
    assert_eq!(rows[1][at].to_string().len(), 18);
}

#[rocket::async_test]
async fn personal_data_in_full_needs_the_right_the_purpose_the_password_and_a_word() {
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    app.given_person(1).await;
    for role in [Role::VillageWorker, Role::CountyChecker, Role::Supervisor] {
        let visitor = app.sign_in(role).await;
        super::knows_password(&visitor).await;
        visitor.api_post("/api/v1/exports", in_full("people", "csv")).await.is(Status::Forbidden);
    }
    let path = "/api/v1/exports";
    for purpose in ["statistics", "audit"] {
        let answer = clerk.api_post(path, with(in_full("people", "csv"), "purpose", purpose)).await;
        answer.blames("purpose", "invalid.export_purpose");
    }
    clerk.api_post(path, with(in_full("people", "csv"), "note", " ")).await.blames("note", "invalid.required");
    clerk
        .api_post(path, with(in_full("people", "csv"), "password", json!(null)))
        .await
        .blames("password", "invalid.required");
    for _ in 0..5 {
        clerk
            .api_post(path, with(in_full("people", "csv"), "password", "guess"))
            .await
            .blames("password", "invalid.password_wrong");
    }
    clerk.api_post(path, in_full("people", "csv")).await.is(Status::TooManyRequests);
    assert_eq!(deeds(&app).await, []);
    // Masked needs none of it.
    file(&clerk, wanted("people", "csv")).await;
}

#[rocket::async_test]
async fn filters_of_the_list_page_narrow_the_file() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    for n in 0..3 {
        app.given_person(n).await;
    }
    let draft = app.given_person_in(9, "360923106").await;
    app.change_person(draft, |row, _| row.status = entities::values::PersonStatus::Draft).await;
    let lines = |bytes: Vec<u8>| csv_lines(&bytes).len() - 1;
    assert_eq!(lines(file(&clerk, wanted("people", "csv")).await), 4);
    assert_eq!(lines(file(&clerk, with(wanted("people", "csv"), "area", VILLAGE)).await), 3);
    assert_eq!(lines(file(&clerk, with(wanted("people", "csv"), "status", "draft")).await), 1);
    let path = "/api/v1/exports";
    clerk.api_post(path, with(wanted("people", "csv"), "area", ELSEWHERE)).await.blames("area", "invalid.area");
    clerk.api_post(path, with(wanted("people", "csv"), "area", "36")).await.blames("area", "invalid.area");
    clerk.api_post(path, with(wanted("people", "csv"), "status", "seated")).await.blames("status", "invalid.choice");
}

#[rocket::async_test]
async fn formulas_leave_as_text() {
    let payloads = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://e\",\"x\")",
        "'=1",
    ];
    let app = App::start().await;
    let clerk = clerk_with_password(&app).await;
    for (n, payload) in payloads.iter().enumerate() {
        let id = app.given_person(u16::try_from(n).unwrap()).await;
        app.change_person(id, |row, private| {
            for text in [&mut row.name, &mut row.skills, &mut row.helper, &mut private.address] {
                (*payload).clone_into(text);
            }
            (*payload).clone_into(&mut row.ethnicity);
        })
        .await;
    }
    given_rule(&app, "export_rows_full", 1_000).await;
    let lines = csv_lines(&file(&clerk, in_full("people", "csv")).await);
    for head in ["姓名", "技能", "帮扶责任人", "家庭住址", "民族"] {
        for (cell, payload) in column(&lines, head).iter().zip(payloads) {
            assert_eq!(cell, &format!("'{payload}"), "{head}");
            assert_eq!(sidan::base::cells::restore(cell), payload);
        }
    }
    let (rows, formulas) = workbook(file(&clerk, in_full("people", "xlsx")).await);
    assert_eq!(formulas, 0);
    let at = rows[0].iter().position(|cell| *cell == "技能").unwrap();
    for (row, payload) in rows[1..].iter().zip(payloads) {
        assert!(matches!(row[at], calamine::Data::String(_)));
        // A workbook holds what was typed; line ends are one in XML.
        assert_eq!(row[at].to_string().replace('\r', "\n"), payload.replace('\r', "\n"));
    }
}

#[rocket::async_test]
async fn another_language_has_its_own_heads() {
    let app = App::start().await;
    let clerk = app.sign_in(Role::CountyClerk).await;
    app.given_person(1).await;
    let request = clerk.with_token(app.client.post("/api/v1/exports")).header(rocket::http::ContentType::JSON);
    let request = request
        .header(rocket::http::Header::new("Accept-Language", "en"))
        .body(with(wanted("people", "csv"), "words", true).to_string());
    let export = crate::support::app::Answer::of(request).await.is(Status::Created).json();
    let lines = csv_lines(&fetch(&clerk, &id_of(&export)).await.bytes);
    assert_eq!(column(&lines, "ethnicity_name"), ["Han"]);
    assert_eq!(column(&lines, "startup_wish"), ["no"]);
    assert!(!format!("{export}").contains(PASSWORD));
}
