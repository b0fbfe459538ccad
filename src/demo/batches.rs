//! What is paid: a batch a pot and month, on the last working day of it. Of the last batch of 上高县 and of
//! 遂川县 the bank refused one.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use entities::values::{
    ClaimId, ClaimStatus, DecisionId, Fen, LineId, LineStatus, OrganisationId, PaymentFailure, PotId, Role,
};
use entities::{claim, decision};

use crate::base::Result;
use crate::data::Vault;
use crate::demo::calendar::{YEAR, after, at, day, working_days_before};
use crate::demo::claims::cause;
use crate::demo::figures::{SHANGGAO, SUICHUAN};
use crate::demo::numbers::Series;
use crate::demo::offices::Office;
use crate::demo::purse::Purse;
use crate::demo::rows::Rows;
use crate::payments::{PastBatch, PastPayment, past_rows};

/// Claims that the finance bureau let be paid, by pot and month.
#[derive(Debug, Default)]
pub(super) struct Batches(BTreeMap<(bool, u32), Vec<claim::Model>>);

impl Batches {
    /// A claim that is approved by that day; `this_year` tells from which pot.
    pub(super) fn add(&mut self, claim: &claim::Model, approved_on: NaiveDate, this_year: bool) {
        self.0.entry((!this_year, approved_on.month())).or_default().push(claim.clone());
    }

    /// Writes the batches, and what left the pots.
    ///
    /// # Errors
    /// Of the vault.
    pub(super) fn tell(
        self,
        office: &Office,
        vault: &Vault,
        series: &mut Series,
        purses: &mut [Purse; 2],
        rows: &mut Rows,
    ) -> Result<()> {
        let last = self.0.values().next_back().and_then(|claims| claims.last()).map(|claim| claim.id);
        let paid = self.0.values().map(Vec::len).sum::<usize>();
        // Where there is one alone it is paid: other stories go on from it.
        let refused = last.filter(|_| office.county == SUICHUAN || (office.county == SHANGGAO && paid > 1));
        let lines = lines(rows, self.0.values().flatten().map(|claim| claim.id).collect());
        for ((next_year, month), claims) in self.0 {
            let [this, next] = &mut *purses;
            let purse = if next_year { next } else { this };
            let batch = batch(office, series.batch(YEAR), purse.id, month);
            for claim in claims.iter().filter(|claim| Some(claim.id) != refused) {
                purse.pay(&cause(claim, office.finance, batch.answered_at, claim.total_fen), &batch.number);
            }
            let payments = claims.iter().map(|claim| payment(office, claim, &lines, refused == Some(claim.id)));
            let (row, payments, of_batch) = past_rows(vault, &batch, payments.collect())?;
            rows.payment_batch.push(row);
            rows.payment.extend(payments);
            rows.payment_line.extend(of_batch);
        }
        if let Some(claim) = refused {
            fail(rows, claim, office);
        }
        Ok(())
    }
}

/// The lines that are paid, of each claim.
fn lines(rows: &Rows, of: HashSet<ClaimId>) -> HashMap<ClaimId, Vec<(LineId, Fen)>> {
    let mut lines: HashMap<ClaimId, Vec<(LineId, Fen)>> = HashMap::new();
    let paid = rows.claim_line.iter().filter(|line| line.status == LineStatus::Paid && of.contains(&line.claim_id));
    for line in paid {
        lines.entry(line.claim_id).or_default().push((line.id, line.fen));
    }
    lines
}

fn batch(office: &Office, number: String, pot: PotId, month: u32) -> PastBatch {
    let next = if month == 12 { day(YEAR + 1, 1, 1) } else { day(YEAR, month + 1, 1) };
    let paid_on = working_days_before(next, 1);
    PastBatch {
        number,
        pot,
        area_code: office.county.to_owned(),
        layout: if month.is_multiple_of(2) { "commercial" } else { "rural" },
        by: office.finance,
        built_at: at(paid_on, 15, 40),
        sent_at: at(paid_on, 16, 0),
        answered_at: at(paid_on, 17, 10),
        paid_on,
    }
}

/// A number that no bank gives, the same for a school in every batch.
fn account(id: OrganisationId) -> String {
    format!("0000003609{:09}", id.0.as_u128() % 1_000_000_000)
}

fn payment(
    office: &Office,
    claim: &claim::Model,
    lines: &HashMap<ClaimId, Vec<(LineId, Fen)>>,
    refused: bool,
) -> PastPayment {
    let school = office.schools.iter().find(|school| school.id == claim.organisation_id);
    PastPayment {
        claim: claim.id,
        claim_number: claim.number.clone(),
        area_code: claim.area_code.clone(),
        organisation: claim.organisation_id,
        bank: format!("{}农商银行", office.name),
        name: school.map(|school| school.name.clone()).unwrap_or_default(),
        number: account(claim.organisation_id),
        lines: lines.get(&claim.id).cloned().unwrap_or_default(),
        failure: refused.then_some(PaymentFailure::AccountClosed),
    }
}

/// The bank refused it: its lines wait for another account.
fn fail(rows: &mut Rows, id: ClaimId, office: &Office) {
    for line in rows.claim_line.iter_mut().filter(|line| line.claim_id == id && line.status == LineStatus::Paid) {
        line.status = LineStatus::Failed;
    }
    if let Some(claim) = rows.claim.iter_mut().find(|claim| claim.id == id) {
        claim.status = ClaimStatus::PayFailed;
        claim.due_on = Some(after(day(YEAR, 12, 30), 14));
    }
    rows.decision.push(decision::Model {
        id: DecisionId::new(),
        claim_id: id,
        action: "fail".to_owned(),
        status: ClaimStatus::PayFailed,
        decided_by: office.finance,
        role: Role::FinanceOfficer,
        reason: None,
        at: at(day(YEAR, 12, 30), 17, 10),
    });
}
