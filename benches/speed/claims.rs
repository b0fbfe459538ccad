//! Claims and batches through HTTP: everybody who finished a class, a claim for each class, and one pot that all are paid from.

use std::sync::Arc;

use entities::{
    claim, claim_line, completion, posting, pot, subsidy_standard, training_class,
    values::{
        ClaimId, ClaimStatus, Claimant, ClassId, Fen, LineId, LineStatus, PersonId, PostingId, PotAccount, SessionKind,
        StandardId, SubsidyKind, Tranche,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use sidan::{data::Work, demo::People};

use crate::classes::{Closed, County};
use crate::money::OFFERS;
use crate::offices::Office;
use crate::paying::Cashier;
use crate::served::{Served, day, insert, sign_in};
use crate::tell::Told;
use crate::wire::{self, Asks};

const PROVINCE: &str = "360000";
const SEED: u64 = 20_170_120;

/// Who is paid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A claim a class, its lines to one account.
    Institution,
    /// A claim, a line and a payment a person.
    Trainees,
}

/// The offices of a province that are one county.
pub(crate) struct Counter {
    pub served: Served,
    office: Office,
    classes: Vec<Closed>,
    /// Classes that were not used yet.
    next: usize,
    head: String,
    clerk: String,
    cashier: String,
}

impl Counter {
    /// So many people finished classes of 41, and nobody claimed yet.
    pub(crate) async fn open(people: usize) -> Self {
        let served = Served::open("counter", day(11, 18)).await;
        let work = served.work().await;
        let standards = OFFERS.each_ref().map(|_| StandardId::new());
        let rows = OFFERS.iter().zip(standards).map(|(offer, id)| offer.standard(id)).collect();
        insert::<subsidy_standard::Entity>(&work, rows).await;
        let office = Office::open(&served, &work, 0, PROVINCE, &standards).await;
        let mut county = County::after(0, None);
        let people = People::new(SEED, people as u64, &served.house.atlas).collect();
        county.fill(&served, &work, &office, [Vec::new(), people]).await;
        let head = sign_in(&work, county.classes[0].head, SessionKind::Api).await;
        let clerk = sign_in(&work, office.clerk, SessionKind::Api).await;
        let cashier = sign_in(&work, office.cashier, SessionKind::Api).await;
        work.finish().await.unwrap();
        served.analyse().await;
        Self { served, office, classes: county.classes, next: 0, head, clerk, cashier }
    }

    fn classes(&mut self, many: usize) -> Vec<ClassId> {
        let some = self.classes[self.next..self.next + many].iter().map(|class| class.id).collect();
        self.next += many;
        some
    }

    /// A claim for each of the next classes.
    pub(crate) fn claim_asks(&mut self, many: usize) -> Asks {
        let classes = self.classes(many);
        let ask = |class: &ClassId| {
            let path = format!("/api/v1/classes/{class}/claim");
            wire::request("POST", &path, Some(&self.head), None, "{\"contract_no\":\"DL-2016-1\"}")
        };
        Arc::new(classes.iter().map(ask).collect())
    }

    /// Some claims were handed in and approved before: an empty table is no measure.
    pub(crate) async fn warm(&mut self, many: usize) {
        let address = self.served.address;
        let classes = self.claim_asks(many);
        wire::each_once(address, 1, classes.to_vec()).await;
        wire::each_once(address, 1, self.approval_asks().await.to_vec()).await;
        self.served.analyse().await;
    }

    async fn submitted(&self) -> Vec<ClaimId> {
        let rows = claim::Entity::find().select_only().column(claim::Column::Id);
        let rows = rows.filter(claim::Column::Status.eq(ClaimStatus::Submitted)).order_by_asc(claim::Column::Id);
        rows.into_tuple().all(self.served.house.database.reader()).await.unwrap()
    }

    /// What the rows say of every line, for each claim that waits for its first approval.
    pub(crate) async fn look_asks(&self) -> Asks {
        let ask = |id: &ClaimId| wire::request("GET", &format!("/api/v1/claims/{id}"), Some(&self.clerk), None, "");
        Arc::new(self.submitted().await.iter().map(ask).collect())
    }

    /// The first approval of each.
    pub(crate) async fn approval_asks(&self) -> Asks {
        let path = |id: &ClaimId| format!("/api/v1/claims/{id}/approve");
        let ask = |id: &ClaimId| wire::request("POST", &path(id), Some(&self.clerk), None, "");
        Arc::new(self.submitted().await.iter().map(ask).collect())
    }

    /// As many lines as that wait for a batch, which is then built, frozen, answered and reconciled.
    pub(crate) async fn batch(&mut self, whose: Whose, lines: usize) -> Told {
        let classes = self.classes(lines.div_ceil(OFFERS[1].seats));
        let work = self.served.work().await;
        self.wait_for_batch(&work, whose, lines, classes).await;
        work.finish().await.unwrap();
        self.served.analyse().await;
        let mut told = Told::default();
        let mut cashier = Cashier::at(self.served.address, &self.cashier).await;
        let batch = cashier.batch(self.office.pot, &mut told).await.unwrap();
        assert_eq!(batch.lines, lines);
        cashier.settle(&batch, self.served.house.clock.today(), &mut told).await;
        told
    }

    /// Claims that the finance bureau let be paid, as rows with the money that goes with them.
    async fn wait_for_batch(&self, work: &Work, whose: Whose, most: usize, classes: Vec<ClassId>) {
        let rows = training_class::Entity::find().filter(training_class::Column::Id.is_in(classes.clone()));
        let rows = rows.order_by_asc(training_class::Column::Id).all(work.db()).await.unwrap();
        let done = completion::Entity::find().filter(completion::Column::ClassId.is_in(classes));
        let done = done.order_by_asc(completion::Column::ClassId).all(work.db()).await.unwrap();
        let (mut claims, mut lines, mut postings) = (Vec::new(), Vec::new(), Vec::new());
        for class in &rows {
            let of: Vec<&completion::Model> = done.iter().filter(|row| row.class_id == class.id).collect();
            let of = &of[..of.len().min(most - lines.len())];
            let shares = match whose {
                Whose::Institution => vec![of],
                Whose::Trainees => of.chunks(1).collect(),
            };
            for share in shares {
                let own = (whose == Whose::Trainees).then(|| share[0].person_id);
                let claim = self.claim(work, class, own, claims.len(), share.len());
                lines.extend(share.iter().map(|row| line(&claim, class, row)));
                postings.push(self.owed(work, &claim));
                claims.push(claim);
            }
        }
        let sum: Fen = claims.iter().map(|claim: &claim::Model| claim.total_fen).sum();
        insert::<claim::Entity>(work, claims).await;
        insert::<claim_line::Entity>(work, lines).await;
        insert::<posting::Entity>(work, postings).await;
        pot::Entity::update_many()
            .col_expr(pot::Column::ReservedFen, Expr::col(pot::Column::ReservedFen).sub(sum))
            .col_expr(pot::Column::PayableFen, Expr::col(pot::Column::PayableFen).add(sum))
            .filter(pot::Column::Id.eq(self.office.pot))
            .exec(work.db())
            .await
            .unwrap();
    }

    fn claim(
        &self,
        work: &Work,
        class: &training_class::Model,
        own: Option<PersonId>,
        n: usize,
        lines: usize,
    ) -> claim::Model {
        let id = ClaimId::new();
        claim::Model {
            id,
            number: format!("M-{n}-{}", id.0.simple()),
            class_id: class.id,
            organisation_id: class.organisation_id,
            area_code: class.area_code.clone(),
            pot_id: self.office.pot,
            status: ClaimStatus::FinanceApproved,
            total_fen: class.unit_fen.times(i64::try_from(lines).unwrap()),
            submitted_by: class.created_by,
            first_approved_by: Some(self.office.clerk),
            second_approved_by: Some(self.office.checker),
            finance_approved_by: Some(self.office.finance),
            reason: None,
            submitted_at: work.now,
            version: 1,
            kind: SubsidyKind::Training,
            tranche: Tranche::Completion,
            claimant: if own.is_some() { Claimant::Trainee } else { Claimant::Institution },
            person_id: own,
            contract_no: own.is_none().then(|| "DL-2016-1".into()),
            due_on: None,
            hold_reason: None,
            hold_note: None,
            held_by: None,
        }
    }

    fn owed(&self, work: &Work, claim: &claim::Model) -> posting::Model {
        posting::Model {
            id: PostingId::new(),
            pot_id: self.office.pot,
            at: work.now,
            debit: PotAccount::Reserved,
            credit: PotAccount::Payable,
            fen: claim.total_fen,
            cause: "claim_approved".into(),
            class_id: Some(claim.class_id),
            claim_id: Some(claim.id),
            posted_by: Some(self.office.checker),
            document_no: None,
            line_id: None,
            payment_id: None,
            clawback_id: None,
        }
    }
}

fn line(claim: &claim::Model, class: &training_class::Model, row: &completion::Model) -> claim_line::Model {
    claim_line::Model {
        id: LineId::new(),
        claim_id: claim.id,
        enrolment_id: row.enrolment_id,
        person_id: row.person_id,
        occupation: class.occupation.clone(),
        level: class.level,
        standard_id: class.standard_id.unwrap(),
        fen: class.unit_fen,
        status: LineStatus::Approved,
        reason: None,
        blocked_by: None,
        kind: SubsidyKind::Training,
        tranche: Tranche::Completion,
        base_fen: class.unit_fen,
        entitled_fen: class.unit_fen,
        uplift_percent: 0,
        uplift: None,
        hold_reason: None,
    }
}
