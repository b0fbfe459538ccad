//! Whether the tables are what the model says.

use std::collections::{BTreeMap, HashMap};

use entities::{
    claim, claim_line, payment, payment_batch, payment_line, posting, training_class,
    values::{
        BatchId, BatchStatus, ClaimId, ClaimStatus, ClassId, Fen, HoldReason, LineId, LineStatus, PaymentStatus,
        PotAccount,
    },
};
use sea_orm::{EntityTrait, QuerySelect};

use super::World;
use super::model::is_live;

/// Id, state, total and why it waits.
type Row = (ClaimId, ClaimStatus, Fen, Option<HoldReason>);

impl World {
    pub async fn is_as_foretold(&self) {
        let model = &self.model;
        let stands = self.town.balances().await;
        let foretold = [model.granted, model.available, model.reserved(), model.payable, model.paid];
        assert_eq!(stands, foretold, "granted, available, reserved, payable, paid");
        let [granted, available, reserved, payable, paid] = stands;
        assert_eq!(granted - reserved - payable - paid, available);
        self.classes_are().await;
        self.claims_are().await;
        self.batches_are().await;
    }

    /// What is reserved for each class.
    async fn classes_are(&self) {
        let rows: Vec<(Option<ClassId>, PotAccount, PotAccount, Fen)> = posting::Entity::find()
            .select_only()
            .columns([posting::Column::ClassId, posting::Column::Debit, posting::Column::Credit, posting::Column::Fen])
            .into_tuple()
            .all(self.town.app.db.writer())
            .await
            .unwrap();
        let mut reserved: BTreeMap<ClassId, i64> = BTreeMap::new();
        for (class, debit, credit, fen) in rows {
            let sign = i64::from(credit == PotAccount::Reserved) - i64::from(debit == PotAccount::Reserved);
            if let Some(class) = class {
                *reserved.entry(class).or_default() += sign * fen.0;
            }
        }
        let classes = self.classes.iter().zip(&self.model.classes);
        for (n, (id, class)) in classes.enumerate() {
            assert_eq!(reserved.get(id).copied().unwrap_or_default(), class.reserved, "reserved for class {n}");
        }
    }

    async fn claims_are(&self) {
        let db = self.town.app.db.writer();
        let claims: Vec<Row> = claim::Entity::find()
            .select_only()
            .columns([claim::Column::Id, claim::Column::Status, claim::Column::TotalFen, claim::Column::HoldReason])
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        let lines: Vec<(LineId, LineStatus, Fen)> = claim_line::Entity::find()
            .select_only()
            .columns([claim_line::Column::Id, claim_line::Column::Status, claim_line::Column::Fen])
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        let claims: HashMap<ClaimId, _> = claims.into_iter().map(|row| (row.0, row)).collect();
        let lines: HashMap<LineId, _> = lines.into_iter().map(|row| (row.0, row)).collect();
        assert_eq!((claims.len(), lines.len()), (self.claims.len(), self.lines.iter().map(Vec::len).sum()));
        for (n, claim) in self.model.claims.iter().enumerate() {
            let (_, status, total, hold) = &claims[&self.claims[n]];
            assert_eq!((*status, hold.is_some()), (claim.status, claim.held), "claim {n}");
            let stand: Vec<LineStatus> = self.lines[n].iter().map(|line| lines[line].1).collect();
            let foretold: Vec<LineStatus> = claim.lines.iter().map(|line| line.status).collect();
            assert_eq!(stand, foretold, "lines of claim {n}");
            let live = self.lines[n].iter().map(|line| lines[line]).filter(|line| is_live(line.1));
            let live: i64 = live.map(|line| line.2.0).sum();
            assert!(claim.status == ClaimStatus::Rejected || total.0 == live, "claim {n} says {total:?}, not {live}");
            assert_eq!(live, claim.total(), "claim {n}");
        }
    }

    async fn batches_are(&self) {
        let db = self.town.app.db.writer();
        let batches: Vec<(BatchId, BatchStatus, Fen)> = payment_batch::Entity::find()
            .select_only()
            .columns([payment_batch::Column::Id, payment_batch::Column::Status, payment_batch::Column::TotalFen])
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        let payments: Vec<(BatchId, ClaimId, PaymentStatus, Fen)> = payment::Entity::find()
            .select_only()
            .columns([
                payment::Column::BatchId,
                payment::Column::ClaimId,
                payment::Column::Status,
                payment::Column::Fen,
            ])
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        let batches: HashMap<BatchId, _> = batches.into_iter().map(|row| (row.0, row)).collect();
        assert_eq!(batches.len(), self.batches.len());
        for (n, batch) in self.model.batches.iter().enumerate() {
            let (_, status, total) = batches[&self.batches[n]];
            assert_eq!(status, batch.status, "batch {n}");
            let stand = payments.iter().filter(|payment| payment.0 == self.batches[n]);
            let mut stand: Vec<_> = stand.map(|(_, claim, status, fen)| (*claim, *status, fen.0)).collect();
            let foretold = batch.payments.iter().map(|one| (self.claims[one.claim], one.status, one.fen));
            let mut foretold: Vec<_> = foretold.collect();
            stand.sort_unstable();
            foretold.sort_unstable();
            assert_eq!(stand, foretold, "payments of batch {n}");
            let counting = foretold.iter().filter(|(_, status, _)| *status != PaymentStatus::Cancelled);
            let sum: i64 = counting.map(|(.., fen)| fen).sum();
            assert!(status == BatchStatus::Cancelled || total.0 == sum, "batch {n} says {total:?}, not {sum}");
        }
        self.nothing_is_paid_twice().await;
    }

    /// Of each line: paid is not more than approved, approved not more than its seat may cost, and it is in one payment.
    async fn nothing_is_paid_twice(&self) {
        let db = self.town.app.db.writer();
        let rows: Vec<(LineId, Fen, PaymentStatus)> = payment_line::Entity::find()
            .select_only()
            .columns([payment_line::Column::LineId, payment_line::Column::Fen, payment_line::Column::Status])
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        let ceilings: Vec<(ClassId, Fen)> = training_class::Entity::find()
            .select_only()
            .columns([training_class::Column::Id, training_class::Column::CeilingFen])
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        let ceilings: HashMap<ClassId, Fen> = ceilings.into_iter().collect();
        let mut leaving: HashMap<LineId, Vec<(i64, PaymentStatus)>> = HashMap::new();
        for (line, fen, status) in rows {
            if matches!(status, PaymentStatus::Pending | PaymentStatus::Paid) {
                leaving.entry(line).or_default().push((fen.0, status));
            }
        }
        for (n, claim) in self.model.claims.iter().enumerate() {
            let ceiling = ceilings[&self.classes[claim.class]].0;
            for (id, line) in self.lines[n].iter().zip(&claim.lines) {
                assert!(line.fen <= ceiling, "claim {n} asks for more than its seat may cost");
                let leaving = leaving.remove(id).unwrap_or_default();
                let paid: i64 = leaving.iter().filter(|(_, s)| *s == PaymentStatus::Paid).map(|(fen, _)| fen).sum();
                assert!(leaving.len() <= 1, "a line of claim {n} is in {} payments", leaving.len());
                assert_eq!(paid, if line.status == LineStatus::Paid { line.fen } else { 0 }, "a line of claim {n}");
            }
        }
        assert!(leaving.is_empty(), "something is paid for that nobody claimed");
    }
}
