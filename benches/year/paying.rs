//! Who runs the batches of a pot, over one connection: built, frozen, taken to the bank, answered and reconciled.

use std::{fmt::Write, net::SocketAddr, time::Instant};

use chrono::NaiveDate;
use entities::values::PotId;
use serde_json::Value;

use crate::tell::Told;
use crate::wire::{self, Line};

pub(crate) struct Cashier<'a> {
    line: Line,
    token: &'a str,
}

/// A batch that was taken to the bank.
pub(crate) struct Batch {
    path: String,
    file: Vec<u8>,
    pub lines: usize,
}

/// The answer of a bank that paid everything, to a file of the rural bank: number, reference, name, account, bank, amount and
/// purpose.
fn answer_to(file: &[u8], paid_on: NaiveDate) -> String {
    let mut text = "业务编号,金额,处理结果,失败代码,入账日期\n".to_owned();
    for row in file.split(|byte| *byte == b'\n').skip(1) {
        let cells: Vec<&[u8]> = row.split(|byte| *byte == b',').collect();
        // The totals are shorter.
        if let [_, reference, _, _, _, amount, _] = cells.as_slice() {
            let [reference, amount] = [reference, amount].map(|cell| String::from_utf8(cell.to_vec()).unwrap());
            writeln!(text, "{reference},{amount},成功,,{paid_on}").unwrap();
        }
    }
    text
}

impl<'a> Cashier<'a> {
    pub(crate) async fn at(address: SocketAddr, token: &'a str) -> Self {
        Self { line: Line::open(address).await, token }
    }

    async fn send(&mut self, ask: &[u8]) -> (u16, Vec<u8>) {
        let (status, body) = self.line.ask(ask).await;
        assert!((200..300).contains(&status) || status == 409, "{status}: {}", String::from_utf8_lossy(&body));
        (status, body)
    }

    async fn post(&mut self, path: &str, body: &str) -> (u16, Value) {
        let (status, body) = self.send(&wire::request("POST", path, Some(self.token), None, body)).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Where nothing else than success will do.
    async fn must(&mut self, path: &str, body: &str) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_ne!(status, 409, "{path}: {answer}");
        answer
    }

    /// Builds a batch of what waits in a pot and takes it to the bank; none where nothing waits.
    pub(crate) async fn batch(&mut self, pot: PotId, told: &mut Told) -> Option<Batch> {
        let began = Instant::now();
        let new = format!("{{\"pot_id\":\"{pot}\",\"layout\":\"rural\"}}");
        let (status, built) = self.post("/api/v1/batches", &new).await;
        if status == 409 {
            assert_eq!(built["code"], "batch.nothing");
            return None;
        }
        let took = began.elapsed();
        let lines = usize::try_from(built["lines"].as_i64().unwrap()).unwrap();
        told.part("batch built", lines, took);
        let path = format!("/api/v1/batches/{}", built["id"].as_str().unwrap());
        let began = Instant::now();
        let frozen = self.must(&format!("{path}/freeze"), "{}").await;
        told.part("batch frozen", lines, began.elapsed());
        assert_eq!(frozen["lines"], built["lines"]);
        let began = Instant::now();
        let ask = wire::request("GET", &format!("{path}/file"), Some(self.token), None, "");
        let (_, file) = self.send(&ask).await;
        told.part("file taken", lines, began.elapsed());
        self.must(&format!("{path}/send"), "{}").await;
        Some(Batch { path, file, lines })
    }

    /// The bank says that it paid everything, and all sums are found to agree.
    pub(crate) async fn settle(&mut self, batch: &Batch, today: NaiveDate, told: &mut Told) {
        let Batch { path, file, lines } = batch;
        let text = answer_to(file, today);
        let head = format!(
            "POST {path}/responses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\n\
             Content-Length: {}\r\n\r\n",
            self.token,
            text.len()
        );
        let began = Instant::now();
        let (_, checked) = self.send(&[head.as_bytes(), text.as_bytes()].concat()).await;
        told.part("answer checked", *lines, began.elapsed());
        let checked: Value = serde_json::from_slice(&checked).unwrap();
        assert_eq!(checked["errors"], Value::Array(Vec::new()));
        let began = Instant::now();
        self.must(&format!("{path}/responses/{}/apply", checked["id"].as_str().unwrap()), "{}").await;
        told.part("answer applied", *lines, began.elapsed());
        let began = Instant::now();
        self.must(&format!("{path}/reconcile"), "{}").await;
        told.part("batch reconciled", *lines, began.elapsed());
    }
}
