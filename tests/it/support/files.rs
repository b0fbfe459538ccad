//! Files of people as bureaus send them.

use rocket::http::Header;
use sidan::base::{BankCard, IdNumber};

use super::app::{Answer, Visitor};

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

pub fn number(n: u16) -> String {
    IdNumber::compose("369970", "1975-05-05".parse().unwrap(), n).unwrap().as_str().to_owned()
}

/// Sends a file as the page does.
pub async fn upload(clerk: &Visitor, token: &str, name: &str, bytes: &[u8]) -> Answer {
    let mut sent = Vec::new();
    let mut part = |head: &str, body: &[u8]| {
        sent.extend_from_slice(format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
        sent.extend_from_slice(body);
        sent.extend_from_slice(b"\r\n");
    };
    part("name=\"_csrf\"", token.as_bytes());
    part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream"), bytes);
    sent.extend_from_slice(b"--edge--\r\n");
    let kind = Header::new("Content-Type", "multipart/form-data; boundary=edge");
    Answer::of(clerk.with_session(clerk.app.client.post("/imports")).header(kind).body(sent)).await
}
