//! The bank's answer (回单): judged row by row before anything is settled, then applied whole or not at all.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use csv::StringRecord;
use entities::{
    bank_response, payment, payment_batch,
    values::{
        AccountId, BatchId, BatchStatus, ClaimId, ClassId, Fen, PaymentFailure, PaymentId, PaymentStatus, PersonId,
        ResponseId,
    },
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{Actor, Can, hex};
use crate::accounts::{self, Fresh};
use crate::base::cells::restore;
use crate::base::columns::Fault;
use crate::base::error::Args;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, money};
use crate::claims::{self, LineAction, Settled};
use crate::classes;
use crate::data::{Audit, Telling, Work};
use crate::payments::file::read_amount;
use crate::payments::layouts::{Answer, Layout};
use crate::payments::lifecycle::BatchAction;
use crate::payments::rights::RunBatches;
use crate::payments::store::{self, End};
use crate::people::{self, read_date};
use crate::policy::{Rule, RuleBook};
use crate::sheets::{Limits, Reader, Row, Trouble};
use crate::web::Tools;

/// What the bank says of one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub line: u64,
    pub reference: String,
    pub fen: Fen,
    /// The day on which it was paid; none where it was refused.
    pub paid_on: Option<NaiveDate>,
    pub failure: Option<PaymentFailure>,
    pub bank_code: Option<String>,
}

/// What came of checking a file.
#[derive(Debug)]
pub(crate) enum Checked {
    /// It may be applied, or was.
    Sound(bank_response::Model),
    /// Each with its line; 0 for what no line says.
    Faults(Vec<(u64, Fault)>),
}

/// Where the columns of an answer stand.
struct Places {
    reference: usize,
    amount: usize,
    result: usize,
    code: Option<usize>,
    day: Option<usize>,
}

fn fault(column: &str, value: &str, code: &'static str) -> Fault {
    Fault { column: column.to_owned(), value: value.chars().take(40).collect(), code: code.into(), args: Args::new() }
}

impl Places {
    /// What lacks is told by the name under which the layout looks for it first.
    fn find(answer: &Answer, head: &StringRecord) -> std::result::Result<Self, Vec<Fault>> {
        let place = |names: &[String]| head.iter().position(|cell| names.iter().any(|name| name == cell.trim()));
        let mut lacking = Vec::new();
        let mut needed = |names: &[String]| {
            place(names).unwrap_or_else(|| {
                lacking.push(fault(names.first().map_or("", String::as_str), "", "invalid.column_missing"));
                0
            })
        };
        let (reference, amount) = (needed(&answer.reference), needed(&answer.amount));
        let result = needed(&answer.result);
        let places = Self { reference, amount, result, code: place(&answer.code), day: place(&answer.day) };
        if lacking.is_empty() { Ok(places) } else { Err(lacking) }
    }
}

/// What an answer is held against.
pub(super) struct Judging<'a> {
    pub layout: &'a Layout,
    /// The payments of the batch, by reference.
    pub payments: &'a HashMap<String, payment::Model>,
    /// References of other batches.
    pub foreign: &'a HashSet<String>,
    pub today: NaiveDate,
}

impl Judging<'_> {
    /// Judges every row, and what no row says.
    pub(super) fn judge(&self, (line, head): (u64, &StringRecord), rows: &[Row]) -> (Vec<Outcome>, Vec<(u64, Fault)>) {
        let places = match Places::find(&self.layout.answer, head) {
            Ok(places) => places,
            Err(lacking) => return (Vec::new(), lacking.into_iter().map(|fault| (line, fault)).collect()),
        };
        let (mut outcomes, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for row in rows {
            let reference = cell(&row.cells, places.reference).to_owned();
            let repeated = !reference.is_empty() && !seen.insert(reference.clone());
            match self.row(&places, head, row, &reference, repeated) {
                Ok(outcome) => outcomes.push(outcome),
                Err(fault) => faults.push((row.line, fault)),
            }
        }
        let mut silent: Vec<&String> = self.payments.keys().filter(|reference| !seen.contains(*reference)).collect();
        silent.sort();
        let column = self.layout.answer.reference.first().map_or("", String::as_str);
        faults.extend(silent.into_iter().map(|reference| (0, fault(column, reference, "response.missing"))));
        (outcomes, faults)
    }

    fn row(
        &self,
        places: &Places,
        head: &StringRecord,
        row: &Row,
        reference: &str,
        repeated: bool,
    ) -> std::result::Result<Outcome, Fault> {
        let named = |at: usize| head.get(at).unwrap_or_default().trim();
        let wrong = |at: usize, code| Err(fault(named(at), cell(&row.cells, at), code));
        if repeated {
            return wrong(places.reference, "response.repeated");
        }
        let Some(payment) = self.payments.get(reference) else {
            let foreign = self.foreign.contains(reference);
            return wrong(places.reference, if foreign { "response.foreign" } else { "response.unknown" });
        };
        if payment.status != PaymentStatus::Pending {
            return wrong(places.reference, "response.settled");
        }
        let fen = read_amount(self.layout.amount, cell(&row.cells, places.amount));
        if fen != Some(payment.fen) {
            return wrong(places.amount, "response.amount");
        }
        let answer = &self.layout.answer;
        let word = cell(&row.cells, places.result);
        let says = |words: &[String]| words.iter().any(|known| known == word);
        let outcome = Outcome {
            line: row.line,
            reference: reference.to_owned(),
            fen: payment.fen,
            paid_on: None,
            failure: None,
            bank_code: None,
        };
        if says(&answer.paid) {
            let paid_on = match places.day.map(|at| (at, cell(&row.cells, at))) {
                None | Some((_, "")) => self.today,
                Some((at, text)) => match read_date(text) {
                    Some(day) if day <= self.today => day,
                    _ => return wrong(at, "response.day"),
                },
            };
            return Ok(Outcome { paid_on: Some(paid_on), ..outcome });
        }
        if !says(&answer.failed) {
            return wrong(places.result, "response.result");
        }
        let code = places.code.map(|at| cell(&row.cells, at)).unwrap_or_default();
        let failure = answer.codes.get(code).copied().unwrap_or(PaymentFailure::Other);
        let bank_code = (!code.is_empty()).then(|| code.chars().take(32).collect());
        Ok(Outcome { failure: Some(failure), bank_code, ..outcome })
    }
}

fn cell(row: &StringRecord, at: usize) -> &str {
    restore(row.get(at).unwrap_or_default().trim())
}

async fn read(reader: &Reader, bytes: Vec<u8>, most: i64) -> std::result::Result<(Row, Vec<Row>), Trouble> {
    let limits = Limits { rows: most.unsigned_abs(), ..Limits::default() };
    let mut sheet = reader.read(std::io::Cursor::new(bytes), limits).await?;
    let head = Row { line: sheet.head_line(), cells: sheet.head().clone() };
    let mut rows = Vec::new();
    while let Some(batch) = sheet.next().await? {
        rows.extend(batch);
    }
    if rows.is_empty() { Err(Trouble::Empty) } else { Ok((head, rows)) }
}

/// Has a file read by the child process and checks it against the batch. A sound one is kept until somebody applies it;
/// nothing is settled. The same file again is the answer that stands.
///
/// # Errors
/// `NotFound`; `Invalid` when it is no such file; `batch.not_sent`; `response.other` where another answer was applied.
pub(super) async fn check(
    by: &Can<RunBatches>,
    tools: Tools<'_>,
    reader: &Reader,
    id: BatchId,
    (file_name, bytes): (String, Vec<u8>),
) -> Result<Checked> {
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    let file_hash = hex(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
    if let Some(known) = store::response_of(db, id, &file_hash).await? {
        return Ok(Checked::Sound(known));
    }
    if batch.response_hash.is_some() {
        return Err(Error::refused("response.other"));
    }
    if batch.status != BatchStatus::Sent {
        return Err(Error::refused("batch.not_sent"));
    }
    let today = tools.clock.today();
    let most = RuleBook::load(db).await?.value(Rule::ResponseRows, &batch.area_code, today)?;
    let (head, rows) = read(reader, bytes, most).await.map_err(|trouble| trouble.at("file"))?;
    let layout = layout_of(db, &batch).await?;
    let payments = by_reference(db, id).await?;
    let place = Places::find(&layout.answer, &head.cells).map(|places| places.reference).unwrap_or_default();
    let unknown: Vec<String> = rows
        .iter()
        .map(|row| cell(&row.cells, place).to_owned())
        .filter(|reference| !payments.contains_key(reference))
        .collect();
    let foreign: HashSet<String> = store::foreign(db, id, &unknown).await?.into_iter().collect();
    let judging = Judging { layout: &layout, payments: &payments, foreign: &foreign, today };
    let (outcomes, faults) = judging.judge((head.line, &head.cells), &rows);
    if !faults.is_empty() {
        return Ok(Checked::Faults(faults));
    }
    let row = bank_response::Model {
        id: ResponseId::new(),
        batch_id: id,
        file_name,
        file_hash,
        rows: i32::try_from(outcomes.len()).map_err(Error::internal)?,
        outcomes: serde_json::to_string(&outcomes).map_err(Error::internal)?,
        checked_by: by.account,
        checked_at: tools.clock.now(),
        applied_by: None,
        applied_at: None,
    };
    let kept = row.clone();
    tools.desk.write(async |work| store::insert_response(work, kept).await).await?;
    Ok(Checked::Sound(row))
}

async fn layout_of(db: &impl ConnectionTrait, batch: &payment_batch::Model) -> Result<Layout> {
    let code = batch.layout.as_deref().ok_or_else(|| Error::refused("batch.no_file"))?;
    Layout::of(&store::layout(db, code).await?)
}

async fn by_reference(db: &impl ConnectionTrait, batch: BatchId) -> Result<HashMap<String, payment::Model>> {
    let all = store::counting(db, batch).await?;
    Ok(all.into_iter().map(|payment| (payment.reference.clone(), payment)).collect())
}

/// What an answer says, as it was checked.
///
/// # Errors
/// `Internal` where it cannot be read.
pub(super) fn outcomes(response: &bank_response::Model) -> Result<Vec<Outcome>> {
    serde_json::from_str(&response.outcomes).map_err(Error::internal)
}

/// Settles every payment of the batch as the bank says, with lines, claims and ledger, in one transaction. An answer that was
/// applied already changes nothing.
///
/// # Errors
/// `NotFound`; `batch.not_sent`; `response.other`; `Stale` when a payment was settled meanwhile.
pub(super) async fn apply(
    by: &Can<RunBatches>,
    _fresh: Fresh,
    work: &Work,
    id: BatchId,
    response: ResponseId,
) -> Result<()> {
    let batch = store::visible(work.db(), &by.scope(), id).await?;
    let row = store::response(work.db(), id, response).await?;
    if row.applied_at.is_some() {
        return Ok(());
    }
    if batch.response_hash.is_some() {
        return Err(Error::refused("response.other"));
    }
    if batch.status != BatchStatus::Sent {
        return Err(Error::refused("batch.not_sent"));
    }
    let to = batch.status.after(BatchAction::Respond)?;
    let payments = by_reference(work.db(), id).await?;
    let outcomes = outcomes(&row)?;
    let mut ends: HashMap<End, Vec<PaymentId>> = HashMap::new();
    let mut ended: BTreeMap<PaymentId, (&payment::Model, bool)> = BTreeMap::new();
    for outcome in &outcomes {
        // What was checked may have moved since.
        let payment =
            payments.get(&outcome.reference).filter(|payment| payment.fen == outcome.fen).ok_or(Error::Stale)?;
        let paid = outcome.paid_on.is_some();
        let end = End {
            status: if paid { PaymentStatus::Paid } else { PaymentStatus::Failed },
            failure: outcome.failure,
            bank_code: outcome.bank_code.clone(),
            paid_on: outcome.paid_on,
        };
        ends.entry(end).or_default().push(payment.id);
        ended.insert(payment.id, (payment, paid));
    }
    if ended.len() != payments.len() {
        return Err(Error::Stale);
    }
    for (end, ids) in &ends {
        store::end(work, ids, end).await?;
    }
    settle(by, work, &batch, &ended).await?;
    store::applied(work, response, by.account).await?;
    let also = [
        (payment_batch::Column::ResponseHash, Expr::value(Some(row.file_hash.clone()))),
        (payment_batch::Column::RespondedBy, Expr::value(Some(by.account))),
        (payment_batch::Column::RespondedAt, Expr::value(Some(work.now))),
    ];
    store::advance(work, &batch, to, also).await?;
    let sum =
        |want: bool| ended.values().filter(|(_, paid)| *paid == want).map(|(payment, _)| payment.fen).sum::<Fen>();
    let detail = json!({
        "number": batch.number, "paid_fen": sum(true), "failed_fen": sum(false), "response_hash": row.file_hash,
    });
    let audit = Audit::of(BatchAction::Respond.into(), "payment_batch", id).by_actor(Some(by.actor()));
    work.record(audit.area(&batch.area_code).detail(detail));
    tell(work, &ended).await
}

async fn settle(
    by: &Actor,
    work: &Work,
    batch: &payment_batch::Model,
    ended: &BTreeMap<PaymentId, (&payment::Model, bool)>,
) -> Result<()> {
    let lines = store::lines_of(work.db(), ended.keys().copied()).await?;
    let settled = lines.iter().filter_map(|line| {
        let (payment, paid) = ended.get(&line.payment_id)?;
        let action = if *paid { LineAction::Pay } else { LineAction::Fail };
        Some(Settled { claim: payment.claim_id, line: line.line_id, action })
    });
    claims::settle(by, work, &settled.collect::<Vec<_>>(), &batch.number).await
}

/// Tells those who were paid, and those whose account the bank refused.
async fn tell(work: &Work, ended: &BTreeMap<PaymentId, (&payment::Model, bool)>) -> Result<()> {
    let ids: HashSet<ClaimId> = ended.values().map(|(payment, _)| payment.claim_id).collect();
    let claims = claims::by_ids(work.db(), &ids.into_iter().collect::<Vec<_>>()).await?;
    let mut of_class: Vec<ClassId> = claims.iter().map(|claim| claim.class_id).collect();
    of_class.sort_unstable();
    of_class.dedup();
    let mut titles: HashMap<ClassId, String> = HashMap::with_capacity(of_class.len());
    for some in of_class.chunks(1_000) {
        titles.extend(classes::by_ids(work.db(), some).await?.into_iter().map(|(id, class)| (id, class.title)));
    }
    let claims: HashMap<ClaimId, _> = claims.into_iter().map(|claim| (claim.id, claim)).collect();
    let people: HashSet<PersonId> = ended.values().filter_map(|(payment, _)| payment.person_id).collect();
    let people = people::facts(work.db(), &people.into_iter().collect::<Vec<_>>()).await?;
    let mut organisations: HashMap<_, Vec<AccountId>> = HashMap::new();
    for (payment, _) in ended.values() {
        if let Some(id) = payment.organisation_id
            && !organisations.contains_key(&id)
        {
            organisations.insert(id, accounts::of_organisation(work.db(), id).await?);
        }
    }
    for (payment, paid) in ended.values() {
        let Some(claim) = claims.get(&payment.claim_id) else { continue };
        let title = titles.get(&claim.class_id).cloned().unwrap_or_default();
        let args = json!({ "number": claim.number, "title": title, "amount": money::yuan(payment.fen) });
        let (to, kind, link) = match (payment.organisation_id, payment.person_id) {
            (Some(id), _) => {
                let kind = if *paid { "claim_paid" } else { "payment_failed" };
                (organisations.get(&id).cloned(), kind, format!("/claims/{}/payments", claim.id))
            }
            (None, Some(id)) => {
                let (kind, link) =
                    if *paid { ("payment_paid", "/my-courses") } else { ("payment_failed_own", "/corrections") };
                (people.get(&id).map(|facts| facts.accounts.clone()), kind, link.to_owned())
            }
            (None, None) => continue,
        };
        for to in to.into_iter().flatten() {
            work.tell(Telling { to, kind, args: args.clone(), link: Some(link.clone()) });
        }
    }
    Ok(())
}
