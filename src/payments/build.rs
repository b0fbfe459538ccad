//! Putting a batch together. It goes in pieces of some claims, each a job of its own, because nobody else writes while one is
//! at work; the batch is there from the first piece on, and nothing of it leaves before it is frozen.

use std::collections::{BTreeSet, HashMap, HashSet};

use entities::{
    claim, claim_line, payment, payment_batch, payment_line, pot,
    values::{
        BatchId, BatchStatus, ClaimId, Fen, LineId, LineStatus, OrganisationId, PaymentId, PaymentStatus, PersonId,
    },
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::clock::year_of;
use crate::base::{Error, Result};
use crate::claims;
use crate::data::idempotency::{self, Answer, Keep, Once};
use crate::data::rekeying::require_one_key;
use crate::data::{Audit, Vault, Work, sequence};
use crate::funds;
use crate::payments::forms::NewBatch;
use crate::payments::payees::{self, Account};
use crate::payments::rights::RunBatches;
use crate::payments::rules::{self, Payee, Share, Sum};
use crate::payments::store;
use crate::payments::views;
use crate::policy::{Rule, RuleBook};
use crate::web::Tools;

/// Claims of one job.
const PIECE: u64 = 20;

/// The account behind each payee, and which record of the registry is paid.
pub(super) struct Accounts {
    organisations: HashMap<OrganisationId, Account>,
    /// By the record on the line: the one that is paid.
    people: HashMap<PersonId, PersonId>,
    paid: HashMap<PersonId, Account>,
}

impl Accounts {
    /// As they are usable today.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        vault: &Vault,
        today: chrono::NaiveDate,
        payees: &HashSet<Payee>,
    ) -> Result<Self> {
        let mut people: Vec<PersonId> = Vec::new();
        let mut organisations = HashMap::new();
        for payee in payees {
            match payee {
                Payee::Person(id) => people.push(*id),
                Payee::Organisation(id) => {
                    if let Some(account) = payees::of_organisation(db, vault, *id, today).await? {
                        organisations.insert(*id, account);
                    }
                }
            }
        }
        let mut known = Self { organisations, people: HashMap::new(), paid: HashMap::new() };
        for (asked, (paid, account)) in payees::of_people(db, vault, &people, today).await? {
            known.people.insert(asked, paid);
            known.paid.insert(paid, account);
        }
        Ok(known)
    }

    /// The account of whoever is paid.
    pub(super) fn of_paid(&self, payee: Payee) -> Option<&Account> {
        match payee {
            Payee::Organisation(id) => self.organisations.get(&id),
            Payee::Person(id) => self.paid.get(&id),
        }
    }

    /// Who is paid of a line, where there is an account.
    pub(super) fn payee(&self, payee: Payee) -> Option<Payee> {
        match payee {
            Payee::Organisation(id) => self.organisations.contains_key(&id).then_some(payee),
            Payee::Person(id) => self.people.get(&id).copied().map(Payee::Person),
        }
    }
}

/// The lines of claims that wait for a batch, and who gets them.
pub(super) struct Waiting {
    pub claims: Vec<claim::Model>,
    pub lines: Vec<(claim_line::Model, Payee)>,
}

impl Waiting {
    pub(super) async fn of(db: &impl ConnectionTrait, claims: Vec<claim::Model>) -> Result<Self> {
        let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
        let by_id: HashMap<ClaimId, &claim::Model> = claims.iter().map(|claim| (claim.id, claim)).collect();
        let approved = claims::lines_of(db, &ids).await?.into_iter().filter(|line| line.status == LineStatus::Approved);
        let lines = approved
            .filter_map(|line| {
                let payee = Payee::of(by_id.get(&line.claim_id)?, &line);
                Some((line, payee))
            })
            .collect();
        Ok(Self { claims, lines })
    }

    pub(super) fn payees(&self) -> HashSet<Payee> {
        self.lines.iter().map(|(_, payee)| *payee).collect()
    }
}

/// What one piece added.
#[derive(Clone, Copy, Debug, Default)]
struct Added {
    batch: Option<BatchId>,
    lines: i64,
}

/// A batch, and where it begins.
struct Ground<'a> {
    vault: &'a Vault,
    pot: &'a pot::Model,
    layout: &'a str,
}

/// Builds a batch of the approved lines of a pot. Who has no account that is usable today is left out, as are claims of which
/// the builder took a step. Under a key it is built once.
///
/// # Errors
/// `Invalid`; `NotFound`; `batch.open` while another one is built for the pot; `batch.nothing`; `keys.changing`.
pub(super) async fn build(
    by: &Can<RunBatches>,
    _fresh: Fresh,
    tools: Tools<'_>,
    new: &NewBatch,
    once: &Once,
) -> Result<BatchId> {
    let db = tools.db.reader();
    let today = tools.clock.today();
    let pot =
        funds::visible(db, &by.scope(), new.pot_id).await?.ok_or_else(|| Error::invalid("pot_id", "invalid.choice"))?;
    let layout = store::layout(db, &new.layout).await.map_err(|_| Error::invalid("layout", "invalid.choice"))?;
    if layout.valid_from > today || layout.valid_to.is_some_and(|end| end < today) {
        return Err(Error::invalid("layout", "invalid.choice"));
    }
    if let Some(id) = built_before(tools, once).await? {
        return Ok(id);
    }
    let picked = new.picked()?;
    let most = RuleBook::load(db).await?.value(Rule::BatchLines, &pot.area_code, today)?;
    let ground = Ground { vault: tools.vault, pot: &pot, layout: &new.layout };
    let (mut batch, mut lines, mut after) = (None, 0, None);
    while lines < most {
        let piece = claims::of_pot(db, pot.id, after, PIECE).await?;
        let Some(last) = piece.last() else { break };
        after = Some(last.id);
        let ids: BTreeSet<ClaimId> = piece.iter().map(|claim| claim.id).collect();
        let ids: Vec<ClaimId> =
            ids.into_iter().filter(|id| picked.as_ref().is_none_or(|picked| picked.contains(id))).collect();
        if ids.is_empty() {
            continue;
        }
        let job = async |work: &Work| first_or_next(by, work, &ground, batch, &ids, once).await;
        match tools.desk.write(job).await? {
            Piece::Before(id) => return Ok(id),
            Piece::Now(added) => {
                batch = added.batch;
                lines += added.lines;
            }
        }
    }
    match batch {
        Some(id) => Ok(id),
        // Who asked the same a moment ago may have taken all there was.
        None => built_before(tools, once).await?.ok_or_else(|| Error::refused("batch.nothing")),
    }
}

/// The batch that was built under the same key.
async fn built_before(tools: Tools<'_>, once: &Once) -> Result<Option<BatchId>> {
    let asked = async |work: &Work| before(work, once).await;
    if once.key.is_some() { tools.desk.write(asked).await } else { Ok(None) }
}

async fn before(work: &Work, once: &Once) -> Result<Option<BatchId>> {
    let Some(key) = &once.key else { return Ok(None) };
    let answer = idempotency::claim(work, once.account, once.route, key, &once.body_hash).await?;
    answer.map(|answer| serde_json::from_str(&answer.body).map_err(Error::internal)).transpose()
}

/// What a job found to do.
enum Piece {
    /// The same was asked before.
    Before(BatchId),
    Now(Added),
}

async fn first_or_next(
    by: &Actor,
    work: &Work,
    ground: &Ground<'_>,
    batch: Option<BatchId>,
    ids: &[ClaimId],
    once: &Once,
) -> Result<Piece> {
    if batch.is_some() {
        return add(by, work, ground, batch, ids).await.map(Piece::Now);
    }
    require_one_key(work.db(), ground.vault).await?;
    if let Some(id) = before(work, once).await? {
        return Ok(Piece::Before(id));
    }
    if store::open_of(work.db(), ground.pot.id).await?.is_some() {
        return Err(Error::refused("batch.open"));
    }
    let added = add(by, work, ground, None, ids).await?;
    if let (Some(key), Some(id)) = (&once.key, added.batch) {
        let answer = Answer { status: 201, body: serde_json::to_string(&id).map_err(Error::internal)? };
        let (account, key, body_hash) = (once.account, key.clone(), once.body_hash.clone());
        idempotency::keep(work, once.route, Keep { account, key, body_hash, answer }).await?;
    }
    Ok(Piece::Now(added))
}

/// Adds what is approved of some claims and has where to go, and opens the batch with the first payment.
async fn add(by: &Actor, work: &Work, ground: &Ground<'_>, batch: Option<BatchId>, ids: &[ClaimId]) -> Result<Added> {
    let mut claims = claims::by_ids(work.db(), ids).await?;
    claims.retain(|claim| claims::is_ready(claim) && claims::may_pay(claim, by));
    let (accounts, shares) = batched(by, work, ground.vault, claims).await?;
    if shares.is_empty() {
        return Ok(Added { batch, lines: 0 });
    }
    let id = match batch {
        Some(id) => id,
        None => open(by, work, ground).await?,
    };
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    let lines = put(work, ground.vault, &batch, &accounts, &shares).await?;
    Ok(Added { batch: Some(id), lines })
}

/// Moves what is approved of some claims into a batch, as far as it has where to go: who gets what of it.
pub(super) async fn batched(
    by: &Actor,
    work: &Work,
    vault: &Vault,
    claims: Vec<claim::Model>,
) -> Result<(Accounts, Vec<Share>)> {
    let waiting = Waiting::of(work.db(), claims).await?;
    let accounts = Accounts::of(work.db(), vault, work.today(), &waiting.payees()).await?;
    let mut asked: HashMap<ClaimId, HashSet<LineId>> = HashMap::new();
    let mut payees: HashMap<LineId, Payee> = HashMap::new();
    for (line, payee) in &waiting.lines {
        if let Some(paid) = accounts.payee(*payee)
            && line.fen > Fen(0)
        {
            asked.entry(line.claim_id).or_default().insert(line.id);
            payees.insert(line.id, paid);
        }
    }
    let mut kept = Vec::new();
    for claim in &waiting.claims {
        if let Some(asked) = asked.get(&claim.id) {
            kept.extend(claims::batch(by, work, claim.id, asked).await?);
        }
    }
    let lines = kept.into_iter().filter_map(|line| Some((line.claim_id, *payees.get(&line.id)?, line.id, line.fen)));
    Ok((accounts, rules::shares(lines)))
}

async fn open(by: &Actor, work: &Work, ground: &Ground<'_>) -> Result<BatchId> {
    let year = year_of(work.today());
    let number = format!("B-{year}-{:06}", sequence::next(work, &format!("batch-{year}")).await?);
    let row = payment_batch::Model {
        id: BatchId::new(),
        number: number.clone(),
        pot_id: ground.pot.id,
        area_code: ground.pot.area_code.clone(),
        status: BatchStatus::Building,
        layout: Some(ground.layout.to_owned()),
        total_fen: Fen(0),
        payments: 0,
        lines: 0,
        file_hash: None,
        built_by: by.account,
        built_at: work.now,
        frozen_by: None,
        frozen_at: None,
        fetched_by: None,
        fetched_at: None,
        fetches: 0,
        sent_by: None,
        sent_at: None,
        response_hash: None,
        responded_by: None,
        responded_at: None,
        reconciled_by: None,
        reconciled_at: None,
        cancelled_by: None,
        cancelled_at: None,
        reason: None,
        version: 1,
    };
    let id = row.id;
    let detail = json!({ "number": number, "pot": ground.pot.id, "layout": ground.layout });
    work.record(Audit::of("build", "payment_batch", id).by_actor(Some(by)).area(&row.area_code).detail(detail));
    store::insert(work, row).await.map_err(|e| if e.is_duplicate() { Error::refused("batch.open") } else { e })?;
    Ok(id)
}

/// Writes payments with their lines, and moves the sums of the batch. How many lines came in.
pub(super) async fn put(
    work: &Work,
    vault: &Vault,
    batch: &payment_batch::Model,
    accounts: &Accounts,
    shares: &[Share],
) -> Result<i64> {
    let claims: Vec<ClaimId> = shares.iter().map(|share| share.claim).collect();
    let areas: HashMap<ClaimId, String> =
        claims::by_ids(work.db(), &claims).await?.into_iter().map(|claim| (claim.id, claim.area_code)).collect();
    let mut next = store::references(work.db(), batch.id).await?;
    let (mut payments, mut lines) = (Vec::with_capacity(shares.len()), Vec::new());
    for share in shares {
        let lacking = || Error::internal("a payment without its account");
        let account = accounts.of_paid(share.payee).ok_or_else(lacking)?;
        next += 1;
        let payment = PaymentId::new();
        let (organisation_id, person_id) = match share.payee {
            Payee::Organisation(id) => (Some(id), None),
            Payee::Person(id) => (None, Some(id)),
        };
        payments.push(payment::Model {
            id: payment,
            batch_id: batch.id,
            claim_id: share.claim,
            pot_id: batch.pot_id,
            area_code: areas.get(&share.claim).cloned().ok_or_else(lacking)?,
            organisation_id,
            person_id,
            fen: share.fen(),
            lines: i32::try_from(share.lines.len()).map_err(Error::internal)?,
            reference: format!("{}-{next:05}", batch.number),
            status: PaymentStatus::Pending,
            sealed: Some(views::seal(vault, payment, account)?),
            account_index: Some(account.index.clone()),
            account_tail: Some(views::tail(&account.number).to_owned()),
            failure: None,
            bank_code: None,
            paid_on: None,
            settled_at: None,
            mended_by: None,
            mended_at: None,
        });
        let rows = share.lines.iter();
        lines.extend(rows.map(|(line_id, fen)| payment_line::Model {
            payment_id: payment,
            line_id: *line_id,
            fen: *fen,
            status: PaymentStatus::Pending,
        }));
    }
    let sum = Sum::of(payments.iter().map(|payment| payment.fen));
    let count = i64::try_from(lines.len()).map_err(Error::internal)?;
    store::insert_payments(work, payments, lines).await?;
    store::add(work, batch.id, sum, count).await?;
    Ok(count)
}
