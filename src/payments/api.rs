//! Batches, payments and the bank's answers, for programs.

use std::sync::Arc;

use entities::values::{BatchId, BatchStatus, ClaimId, PaymentId, PotId, ResponseId};
use rocket::{Route, State, form::Strict, get, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::base::paging::Page;
use crate::base::{Error, Result};
use crate::data::idempotency::Once;
use crate::data::{Database, Work};
use crate::payments::answer;
use crate::payments::batch_pages::BankFile;
use crate::payments::forms::NewBatch;
use crate::payments::rights::{RunBatches, SeeBatches, SeePayments};
use crate::payments::store::{self, Which};
use crate::payments::views::{
    BatchDetail, BatchView, FiguresView, LayoutView, OutcomeView, PaymentView, PeriodView, ResponseView,
};
use crate::payments::{build, freeze as freezer, reconcile as sums, service};
use crate::sheets::Reader;
use crate::web::{Body, BodyFile, IdempotencyKey, Lexicon, Paging, Reason, Spoken, Tools};

/// Rows of an answer that are told with its check.
const SHOWN: usize = 200;

#[derive(OpenApi)]
#[openapi(paths(
    list,
    create,
    show,
    payments,
    freeze,
    file,
    send,
    cancel,
    check,
    outcomes,
    apply,
    reconciliation,
    reconcile,
    failed,
    mend,
    of_claim,
    of_pot,
    layouts
))]
pub(crate) struct Docs;

fn once(by: &Actor, route: &'static str, key: IdempotencyKey, of: impl std::fmt::Display) -> Once {
    Once { account: by.account, route, key: key.0, body_hash: of.to_string() }
}

async fn detail(by: &Actor, tools: Tools<'_>, id: BatchId) -> Result<BatchDetail> {
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    let left_out = service::left_out(by, db, tools.vault, tools.clock.today(), &batch).await?;
    Ok(BatchDetail { batch: BatchView::of(batch, by.role), left_out })
}

/// A batch after a move, in the same transaction.
async fn moved(by: &Actor, work: &Work, id: BatchId) -> Result<BatchView> {
    Ok(BatchView::of(store::visible(work.db(), &by.scope(), id).await?, by.role))
}

/// The batches of the caller's area, the latest first.
#[utoipa::path(context_path = "/api/v1", tag = "payments",
    params(Paging, ("status" = Option<BatchStatus>, Query, description = "only those of this state"),
        ("pot" = Option<PotId>, Query, description = "only those of this pot")),
    responses((status = 200, body = Page<BatchView>), (status = 401), (status = 403), (status = 422)))]
#[get("/batches?<status>&<pot>&<paging..>")]
async fn list(
    by: Can<SeeBatches>,
    status: Option<&str>,
    pot: Option<&str>,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<BatchView>>> {
    paging.check()?;
    let status = status.map(str::parse).transpose().map_err(|()| Error::invalid("status", "invalid.choice"))?;
    let pot = pot.map(str::parse).transpose().map_err(|_| Error::invalid("pot", "invalid.id"))?;
    let (area, before) = (paging.area.as_deref(), paging.after()?);
    let which = Which { status, pot, area, before, limit: paging.limit() + 1 };
    let rows = store::list(db.reader(), &by.scope(), which).await?;
    let rows = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(rows.map(|row| BatchView::of(row, by.role))))
}

/// Builds a batch of the approved lines of a pot, of all claims or of those named. Whose account is not usable today is left out
/// and named. Asks for a password typed a short while ago; honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", request_body = NewBatch,
    responses((status = 201, body = BatchDetail), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/batches", data = "<body>")]
async fn create(
    by: Can<RunBatches>,
    fresh: Fresh,
    key: IdempotencyKey,
    body: Body<NewBatch>,
    tools: Tools<'_>,
) -> Result<Created<Json<BatchDetail>>> {
    let once = once(&by, "batches.create", key, &body.hash);
    let id = build::build(&by, fresh, tools, &body.value, &once).await?;
    Ok(Created::new(format!("/api/v1/batches/{id}")).body(Json(detail(&by, tools, id).await?)))
}

/// One batch; while it is being built, with what is left out of it.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = BatchDetail), (status = 401), (status = 403), (status = 404)))]
#[get("/batches/<id>")]
async fn show(by: Can<SeeBatches>, id: BatchId, tools: Tools<'_>) -> Result<Json<BatchDetail>> {
    Ok(Json(detail(&by, tools, id).await?))
}

/// The payments of a batch, those that were taken out included.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path), Paging),
    responses((status = 200, body = Page<PaymentView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/batches/<id>/payments?<paging..>")]
async fn payments(
    by: Can<SeeBatches>,
    id: BatchId,
    paging: Strict<Paging>,
    tools: Tools<'_>,
) -> Result<Json<Page<PaymentView>>> {
    paging.check()?;
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    let rows = store::payments(db, batch.id, None, paging.after()?, paging.limit() + 1).await?;
    let rows = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(Page { items: service::told(db, tools.vault, rows.items).await?, next: rows.next }))
}

/// Looks at every line and account anew and fixes the batch with the hash of its file. Asks for a password typed a short while
/// ago; honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = BatchDetail), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/batches/<id>/freeze")]
async fn freeze(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    key: IdempotencyKey,
    tools: Tools<'_>,
) -> Result<Json<BatchDetail>> {
    freezer::freeze(&by, fresh, tools, id, &once(&by, "batches.freeze", key, id)).await?;
    Ok(Json(detail(&by, tools, id).await?))
}

/// The file of a frozen batch, for the bank; whole account numbers stand in it and nowhere else. Who takes it is written down.
/// Asks for a password typed a short while ago.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 401), (status = 403),
        (status = 404), (status = 409)))]
#[get("/batches/<id>/file")]
async fn file(by: Can<RunBatches>, fresh: Fresh, id: BatchId, tools: Tools<'_>) -> Result<BankFile> {
    let (batch, bytes, layout) = freezer::fetch(&by, fresh, tools, id).await?;
    Ok(BankFile::of(&batch.number, bytes, &layout))
}

/// The file was taken to the bank. Asks for a password typed a short while ago; honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = BatchView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/batches/<id>/send")]
async fn send(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    key: IdempotencyKey,
    tools: Tools<'_>,
) -> Result<Json<BatchView>> {
    let once = once(&by, "batches.send", key, id);
    let job = async |work: &Work| {
        service::send(&by, fresh, work, id).await?;
        moved(&by, work, id).await
    };
    Ok(Json(tools.desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?))
}

/// Takes a batch back that did not leave: its lines wait for the next one. Asks for a password typed a short while ago; honours
/// `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = BatchView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/batches/<id>/cancel", data = "<body>")]
async fn cancel(
    by: Can<RunBatches>,
    _fresh: Fresh,
    id: BatchId,
    key: IdempotencyKey,
    body: Body<Reason>,
    tools: Tools<'_>,
) -> Result<Json<BatchView>> {
    let once = once(&by, "batches.cancel", key, format!("{id}:{}", body.hash));
    let job = async |work: &Work| {
        freezer::cancel(&by, work, id, body.value.said()?).await?;
        moved(&by, work, id).await
    };
    let desk = tools.desk.at_length();
    Ok(Json(desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?))
}

/// Checks the bank's answer: every row with what becomes of it, or every error with its line. Nothing is settled. The same file
/// again is told as what stands.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ResponseView), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 413), (status = 415), (status = 422)))]
#[post("/batches/<id>/responses", data = "<file>")]
async fn check(
    by: Can<RunBatches>,
    id: BatchId,
    file: BodyFile,
    spoken: Spoken,
    reader: &State<Reader>,
    lexicon: &State<Arc<Lexicon>>,
    tools: Tools<'_>,
) -> Result<Json<ResponseView>> {
    let checked = answer::check(&by, tools, reader, id, (String::new(), file.bytes)).await?;
    Ok(Json(ResponseView::of(checked, lexicon, spoken.0, SHOWN)?))
}

/// What an answer says, row by row; `after` is a line.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path), ("response" = String, Path), Paging),
    responses((status = 200, body = Page<OutcomeView>), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/batches/<id>/responses/<response>?<paging..>")]
async fn outcomes(
    by: Can<SeeBatches>,
    id: BatchId,
    response: ResponseId,
    paging: Strict<Paging>,
    db: &State<Database>,
) -> Result<Json<Page<OutcomeView>>> {
    paging.check()?;
    let batch = store::visible(db.reader(), &by.scope(), id).await?;
    let row = store::response(db.reader(), batch.id, response).await?;
    let after: u64 = paging.after()?.unwrap_or_default();
    let most = usize::try_from(paging.limit() + 1).unwrap_or(usize::MAX);
    let rows = answer::outcomes(&row)?.into_iter().filter(|outcome| outcome.line > after).take(most);
    let rows: Vec<OutcomeView> = rows.map(Into::into).collect();
    Ok(Json(Page::cut(rows, paging.limit(), |row| row.line.to_string())))
}

/// Settles every payment as the bank says, in one transaction. Asks for a password typed a short while ago; honours
/// `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path), ("response" = String, Path)),
    responses((status = 200, body = BatchView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/batches/<id>/responses/<response>/apply")]
async fn apply(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    response: ResponseId,
    key: IdempotencyKey,
    tools: Tools<'_>,
) -> Result<Json<BatchView>> {
    let once = once(&by, "batches.apply", key, format!("{id}:{response}"));
    let job = async |work: &Work| {
        answer::apply(&by, fresh, work, id, response).await?;
        moved(&by, work, id).await
    };
    let desk = tools.desk.at_length();
    Ok(Json(desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?))
}

/// The figures of a batch, each counted on its own way, and which differ.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = FiguresView), (status = 401), (status = 403), (status = 404)))]
#[get("/batches/<id>/reconciliation")]
async fn reconciliation(by: Can<SeeBatches>, id: BatchId, tools: Tools<'_>) -> Result<Json<FiguresView>> {
    let batch = store::visible(tools.db.reader(), &by.scope(), id).await?;
    Ok(Json(sums::figures(tools.db.reader(), tools.vault, &batch).await?.into()))
}

/// All figures agree: the batch is done. Asks for a password typed a short while ago; honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = BatchView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/batches/<id>/reconcile")]
async fn reconcile(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    key: IdempotencyKey,
    tools: Tools<'_>,
) -> Result<Json<BatchView>> {
    let once = once(&by, "batches.reconcile", key, id);
    let job = async |work: &Work| {
        sums::reconcile(&by, fresh, work, tools.vault, id).await?;
        moved(&by, work, id).await
    };
    Ok(Json(tools.desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?))
}

/// What the bank refused and nobody mended, in the caller's area or of the caller's institution.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(Paging),
    responses((status = 200, body = Page<PaymentView>), (status = 401), (status = 403), (status = 422)))]
#[get("/failed-payments?<paging..>")]
async fn failed(by: Can<SeePayments>, paging: Strict<Paging>, tools: Tools<'_>) -> Result<Json<Page<PaymentView>>> {
    paging.check()?;
    let db = tools.db.reader();
    let rows = store::failed(db, &by.scope(), paging.after()?, paging.limit() + 1).await?;
    let rows = Page::cut(rows, paging.limit(), |row| row.id.to_string());
    Ok(Json(Page { items: service::told(db, tools.vault, rows.items).await?, next: rows.next }))
}

/// Lets what the bank refused go into the next batch, on an account that is usable today and another one than it refused. Asks
/// for a password typed a short while ago; honours `Idempotency-Key`.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = PaymentView), (status = 401), (status = 403), (status = 404), (status = 409)))]
#[post("/failed-payments/<id>/mend")]
async fn mend(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: PaymentId,
    key: IdempotencyKey,
    tools: Tools<'_>,
) -> Result<Json<PaymentView>> {
    let once = once(&by, "payments.mend", key, id);
    let job = async |work: &Work| service::mend(&by, fresh, work, tools.vault, id).await;
    tools.desk.write(async |work| once.carry_out(work, 200, async || job(work).await).await).await?;
    let db = tools.db.reader();
    let payment = store::payment(db, &by.scope(), id).await?;
    service::told(db, tools.vault, vec![payment]).await?.pop().map(Json).ok_or(Error::NotFound("payment"))
}

/// What was paid, or is to be, for a claim.
#[utoipa::path(context_path = "/api/v1", tag = "payments", params(("id" = String, Path)),
    responses((status = 200, body = Vec<PaymentView>), (status = 401), (status = 403), (status = 404)))]
#[get("/claims/<id>/payments")]
async fn of_claim(by: Can<SeePayments>, id: ClaimId, tools: Tools<'_>) -> Result<Json<Vec<PaymentView>>> {
    Ok(Json(service::of_claim(&by, tools.db.reader(), tools.vault, id).await?.1))
}

/// What left a pot from one day to another, by its payments and by its ledger; the year of the pot where no days are given.
#[utoipa::path(context_path = "/api/v1", tag = "payments",
    params(("id" = String, Path), ("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, body = PeriodView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[get("/pots/<id>/reconciliation?<from>&<to>")]
async fn of_pot(
    by: Can<SeeBatches>,
    id: PotId,
    from: Option<&str>,
    to: Option<&str>,
    db: &State<Database>,
) -> Result<Json<PeriodView>> {
    Ok(Json(service::of_period(&by, db.reader(), id, (from, to)).await?.1))
}

/// The layouts of bank files.
#[utoipa::path(context_path = "/api/v1", tag = "payments",
    responses((status = 200, body = Vec<LayoutView>), (status = 401), (status = 403)))]
#[get("/bank-layouts")]
async fn layouts(_by: Can<SeeBatches>, db: &State<Database>) -> Result<Json<Vec<LayoutView>>> {
    Ok(Json(store::layouts(db.reader()).await?.into_iter().map(Into::into).collect()))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list,
        create,
        show,
        payments,
        freeze,
        file,
        send,
        cancel,
        check,
        outcomes,
        apply,
        reconciliation,
        reconcile,
        failed,
        mend,
        of_claim,
        of_pot,
        layouts
    ]
}
