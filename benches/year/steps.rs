//! The steps of the year through the doors that everybody has: each office does its part over HTTP, in the order of the
//! calendar.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use entities::{
    claim, line_check,
    values::{AccountId, CheckStatus, ClaimId, ClaimStatus, SessionKind},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use sidan::notices::go_round;

use crate::Year;
use crate::offices::Office;
use crate::paying::{Batch, Cashier};
use crate::served::{day, nine_on, sign_in};
use crate::tell::Told;
use crate::wire::{self, Line};

const CLIENTS: usize = 64;

/// Tokens by account, of those who signed in this morning.
pub(crate) type Tokens = HashMap<AccountId, String>;

impl Year {
    /// A morning: everybody signs in.
    pub(crate) async fn morning(&self, month: u32, of: u32) -> Tokens {
        self.served.house.clock.set(nine_on(day(month, of)));
        let work = self.served.work().await;
        let mut tokens = Tokens::new();
        for account in self.offices.iter().flat_map(Office::accounts).chain([self.supervisor]) {
            tokens.insert(account, sign_in(&work, account, SessionKind::Api).await);
        }
        work.finish().await.unwrap();
        tokens
    }

    async fn send(&self, asks: Vec<Vec<u8>>) -> (usize, Duration) {
        let began = Instant::now();
        let run = wire::each_once(self.served.address, CLIENTS, asks).await;
        (run.times.len(), began.elapsed())
    }

    /// The office of each claim in a state.
    async fn claims_in(&self, status: ClaimStatus) -> Vec<(ClaimId, &Office)> {
        let offices: HashMap<&str, &Office> = self.offices.iter().map(|one| (one.county.as_str(), one)).collect();
        let rows = claim::Entity::find().filter(claim::Column::Status.eq(status));
        let rows = rows.all(self.served.house.database.reader()).await.unwrap();
        rows.into_iter().map(|row| (row.id, offices[&row.area_code[..6]])).collect()
    }

    /// Institutions claim for every class.
    pub(crate) async fn claim(&self, tokens: &Tokens) -> (usize, Duration) {
        let ask = |(n, class): (usize, &crate::classes::Closed)| {
            let path = format!("/api/v1/classes/{}/claim", class.id);
            let body = format!("{{\"contract_no\":\"DL-2016-{n:05}\"}}");
            wire::request("POST", &path, Some(&tokens[&class.head]), None, &body)
        };
        self.send(self.classes.iter().enumerate().map(ask).collect()).await
    }

    /// The clerk looks at what is asked of lines.
    pub(crate) async fn answer_checks(&self, tokens: &Tokens) -> (usize, Duration) {
        let offices: HashMap<ClaimId, &Office> = self.claims_in(ClaimStatus::Submitted).await.into_iter().collect();
        let open = line_check::Entity::find().filter(line_check::Column::Status.eq(CheckStatus::Open));
        let open = open.all(self.served.house.database.reader()).await.unwrap();
        let ask = |row: &line_check::Model| {
            let path = format!("/api/v1/claims/{}/checks/{}/clear", row.claim_id, row.id);
            let clerk = &tokens[&offices[&row.claim_id].clerk];
            wire::request("POST", &path, Some(clerk), None, r#"{"reason":"夫妻共用一张卡，已核实"}"#)
        };
        self.send(open.iter().map(ask).collect()).await
    }

    /// One takes a step of every claim that stands so.
    pub(crate) async fn step(
        &self,
        tokens: &Tokens,
        from: ClaimStatus,
        verb: &str,
        who: fn(&Office) -> AccountId,
        body: &str,
    ) -> (usize, Duration) {
        let ask = |(id, office): &(ClaimId, &Office)| {
            let path = format!("/api/v1/claims/{id}/{verb}");
            wire::request("POST", &path, Some(&tokens[&who(office)]), None, body)
        };
        self.send(self.claims_in(from).await.iter().map(ask).collect()).await
    }

    /// What nobody does by hand: notices are published, and end when their last day is over.
    pub(crate) async fn notices(&self) -> (usize, Duration) {
        let (began, house) = (Instant::now(), &self.served.house);
        let round = go_round(&house.database, &house.desk, &house.vault, &house.clock).await.unwrap();
        assert_eq!((round.failed, round.restarted, round.withdrawn), (0, 0, 0));
        (round.published + round.over, began.elapsed())
    }

    /// Every pot is paid out: batches of what waits are built until nothing does.
    pub(crate) async fn batches(&self, tokens: &Tokens, told: &mut Told) -> Vec<(AccountId, Batch)> {
        let mut batches = Vec::new();
        for office in &self.offices {
            let mut cashier = Cashier::at(self.served.address, &tokens[&office.cashier]).await;
            while let Some(batch) = cashier.batch(office.pot, told).await {
                batches.push((office.cashier, batch));
            }
        }
        batches
    }

    /// The bank answers each batch.
    pub(crate) async fn settle(&self, tokens: &Tokens, batches: &[(AccountId, Batch)], told: &mut Told) {
        let today = self.served.house.clock.today();
        for (cashier, batch) in batches {
            Cashier::at(self.served.address, &tokens[cashier]).await.settle(batch, today, told).await;
        }
    }

    /// The trial balance of all pots of the year.
    pub(crate) async fn trial_balance(&self, tokens: &Tokens) -> Value {
        let token = Some(tokens[&self.supervisor].as_str());
        let ask = wire::request("GET", "/api/v1/trial-balance?year=2016", token, None, "");
        let (status, body) = Line::open(self.served.address).await.ask(&ask).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}
