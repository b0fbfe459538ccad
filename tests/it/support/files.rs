//! Files of people as bureaus send them.

use base64::{Engine, engine::general_purpose::STANDARD};
use rocket::http::{ContentType, Header, Status};
use serde_json::{Value, json};
use sidan::base::{BankCard, IdNumber};

use super::app::{Answer, App, Visitor};

pub const HEAD: &str = "姓名,身份证号,民族,文化程度,政治面貌,婚姻状况,健康状况,劳动能力,户口性质,所在村,家庭住址,手机号,户编号,\
                    与户主关系,贫困状态,脱贫日期,主要致贫原因,其他致贫原因,就业状况,就业愿望,培训愿望,创业意愿,技能,社保卡账号,帮扶责任人";

/// A villager of 镜山村 whom nothing is wrong with.
pub fn line(n: u16) -> String {
    format!(
        "陈大勇,{},汉族,初中,群众,已婚,健康,普通劳动力,20,镜山村,敖山镇镜山村暗号组88号,1540002{n:04},H-{},户主,建档立卡,,因病,,务农,\
         就近转移,电商培训,否,,{},刘敏",
        number(n),
        n / 10,
        BankCard::compose(&format!("00000098{n:010}")).unwrap().as_str(),
    )
}

pub fn file(lines: &[String]) -> String {
    format!("\u{FEFF}{HEAD}\r\n{}\r\n", lines.join("\r\n"))
}

/// The number of the n-th, from 1: of each day 999 are born.
pub fn number(n: u16) -> String {
    let born: chrono::NaiveDate = "1975-05-05".parse().unwrap();
    let born = born + chrono::Days::new(u64::from((n - 1) / 999));
    IdNumber::compose("369970", born, (n - 1) % 999 + 1).unwrap().as_str().to_owned()
}

/// What the server does beside the pages.
pub async fn work(app: &App) {
    while app.house.import_works().work_at_one().await.unwrap() {}
}

/// Sends a file to the API and tells the address of what became of it.
pub async fn send(clerk: &Visitor, bytes: impl AsRef<[u8]>) -> String {
    send_as(clerk, "people", bytes).await
}

/// Sends a file that holds something else.
pub async fn send_as(clerk: &Visitor, subject: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = format!("/api/v1/imports?file_name=%E5%90%8D%E5%8D%95.csv&subject={subject}");
    let request = clerk.with_token(clerk.app.client.post(path));
    let answer = Answer::of(request.header(ContentType::Binary).body(bytes)).await.is(Status::Created);
    answer.location.unwrap()
}

pub async fn view(clerk: &Visitor, path: &str) -> Value {
    clerk.api_get(path).await.is(Status::Ok).json()
}

/// Sent, checked and loaded; how it stands then.
pub async fn loaded(clerk: &Visitor, bytes: impl AsRef<[u8]>, mode: &str) -> Value {
    through(clerk, &send(clerk, bytes).await, mode).await
}

/// A file that was sent, checked and loaded; how it stands then.
pub async fn through(clerk: &Visitor, path: &str, mode: &str) -> Value {
    checked(clerk, path).await;
    clerk.api_post(&format!("{path}/load"), json!({ "mode": mode })).await.is(Status::Ok);
    work(&clerk.app).await;
    view(clerk, path).await
}

/// A file that was sent, checked; what a load would do.
pub async fn checked(clerk: &Visitor, path: &str) -> Value {
    clerk.api_post(&format!("{path}/check"), json!({})).await.is(Status::Ok);
    work(&clerk.app).await;
    view(clerk, path).await
}

/// How many rows were added, stood already, were refused.
pub fn figures(view: &Value) -> (i64, i64, i64) {
    let n = |name: &str| view[name].as_i64().unwrap();
    (n("added"), n("standing"), n("rejected"))
}

/// The faults of each refused row of a file: line, column, code.
pub async fn faults(clerk: &Visitor, path: &str) -> Vec<(i64, Vec<(String, String)>)> {
    let told = view(clerk, &format!("{path}/rejects")).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |row: &Value| {
        let faults = row["faults"].as_array().unwrap();
        (row["line"].as_i64().unwrap(), faults.iter().map(|f| (text(&f["column"]), text(&f["code"]))).collect())
    };
    told["items"].as_array().unwrap().iter().map(row).collect()
}

/// Sends a file of people as the page does.
pub async fn upload(clerk: &Visitor, token: &str, name: &str, bytes: &[u8]) -> Answer {
    upload_as(clerk, token, "people", name, bytes).await
}

/// The same of something else.
pub async fn upload_as(clerk: &Visitor, token: &str, subject: &str, name: &str, bytes: &[u8]) -> Answer {
    send_form(clerk, "/imports", &[("_csrf", token), ("subject", subject)], Some((name, bytes))).await
}

/// A form with a file, as a browser sends it; without one the field is there and empty.
pub async fn send_form(visitor: &Visitor, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
    let mut sent = Vec::new();
    let mut part = |head: &str, body: &[u8]| {
        sent.extend_from_slice(format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
        sent.extend_from_slice(body);
        sent.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    let (name, bytes) = file.unwrap_or_default();
    part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream"), bytes);
    sent.extend_from_slice(b"--edge--\r\n");
    let kind = Header::new("Content-Type", "multipart/form-data; boundary=edge");
    Answer::of(visitor.with_session(visitor.app.client.post(path.to_owned())).header(kind).body(sent)).await
}

/// A picture of one red pixel.
pub fn picture() -> String {
    let png: [u8; 69] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
        0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9,
        0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ];
    STANDARD.encode(png)
}
