//! Pages of batches: the list, building one, one with its payments, its file and its sums.

use entities::values::{BatchId, BatchStatus, PaymentId, PaymentStatus, PotId};
use rocket::{
    Route, get,
    http::{ContentType, CookieJar, Header},
    post,
    response::{Redirect, Responder},
    routes,
};

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::{Result, paging};
use crate::data::idempotency::Once;
use crate::funds;
use crate::payments::forms::BatchForm;
use crate::payments::layouts::Layout;
use crate::payments::rights::{RunBatches, SeeBatches};
use crate::payments::screens::{BatchPage, BatchesPage, LinesPage, NewBatchPage, ReconciliationPage, pot_name};
use crate::payments::store::{self, Which};
use crate::payments::{build as builder, freeze as freezer, reconcile as sums, service};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Reason, ReasonPage, Shown, Tools, back, go, on};

const ROWS: u64 = 50;
/// Pots that the list names for a new batch.
const POTS: u64 = 20;

#[get("/batches?<status>&<after>")]
async fn list(
    by: Can<SeeBatches>,
    page: Page,
    status: Option<BatchStatus>,
    after: Option<BatchId>,
    tools: Tools<'_>,
) -> Result<Html<BatchesPage>> {
    let db = tools.db.reader();
    let which = Which { status, before: after, limit: ROWS + 1, ..Which::default() };
    let rows = store::list(db, &by.scope(), which).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let tally = store::tally(db, &by.scope()).await?;
    let tab = |href: String, name: String, count: i64| {
        (href, page.say2("batch-tab", "name", name, "count", page.count(count)))
    };
    let all = tally.iter().map(|(_, sum)| sum.count).sum();
    let mut tabs = vec![(tab("/batches".into(), page.say("list-all"), all), status.is_none())];
    for one in BatchStatus::all() {
        let count = tally.iter().find(|(known, _)| *known == one).map_or(0, |(_, sum)| sum.count);
        let name = page.word("batch_status", one);
        tabs.push((tab(format!("/batches?status={one}"), name, count), status == Some(one)));
    }
    let tabs = tabs.into_iter().map(|((href, label), current)| (href, label, current)).collect();
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let pots = match by.prove::<RunBatches>() {
        Ok(_) => funds::list(db, &by.scope(), funds::Sought::default(), None, POTS).await?,
        Err(_) => Vec::new(),
    };
    Ok(Html::ok(BatchesPage {
        pots: pots.iter().map(|pot| (format!("/batches/new?pot={}", pot.id), pot_name(&page, pot))).collect(),
        next: rows.next.map(|id| format!("/batches?{kept}after={id}")),
        failed: store::failed_sum(db, &by.scope()).await?,
        batches: rows.items,
        tabs,
        page,
    }))
}

/// A form has no key: what was done already is told by the state.
fn unkeyed(by: &Can<RunBatches>, route: &'static str) -> Once {
    Once { account: by.account, route, key: None, body_hash: String::new() }
}

async fn new_page(
    by: &Can<RunBatches>,
    page: Page,
    form: FormView,
    pot: PotId,
    tools: Tools<'_>,
) -> Result<NewBatchPage> {
    let db = tools.db.reader();
    let prospect = service::prospect(by, db, tools.vault, page.today, pot).await?;
    let layouts = store::layouts(db).await?.into_iter().map(|row| {
        let name = if page.is_en() { row.name_en } else { row.name_zh };
        (row.code, name)
    });
    Ok(NewBatchPage { layouts: layouts.collect(), prospect, page, form })
}

#[get("/batches/new?<pot>")]
async fn new(by: Can<RunBatches>, page: Page, pot: PotId, tools: Tools<'_>) -> Result<Html<NewBatchPage>> {
    let form = FormView::default().with("which", "all");
    Ok(Html::ok(new_page(&by, page, form, pot, tools).await?))
}

#[post("/batches", data = "<form>")]
async fn create(
    by: Can<RunBatches>,
    fresh: Fresh,
    page: Page,
    form: PageForm<BatchForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewBatchPage> {
    let (input, view) = form.open();
    // Without its pot there is no page to show again.
    let pot: Option<PotId> = view.value("pot_id").parse().ok();
    let once = unkeyed(&by, "batches.create");
    let done = match input.and_then(BatchForm::input) {
        Ok(new) => builder::build(&by, fresh, tools, &new, &once).await,
        Err(e) => Err(e),
    };
    match (done, pot) {
        (Ok(id), _) => Ok(Ok(go(cookies, format!("/batches/{id}"), "batch-built", &Vec::new()))),
        (Err(e), Some(pot)) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(new_page(&by, page, form, pot, tools).await?)))
        }
        (Err(e), None) => Err(e),
    }
}

#[get("/batches/<id>?<status>&<after>")]
async fn show(
    by: Can<SeeBatches>,
    page: Page,
    id: BatchId,
    status: Option<PaymentStatus>,
    after: Option<PaymentId>,
    tools: Tools<'_>,
) -> Result<Html<BatchPage>> {
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    let rows = store::payments(db, id, status, after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let payments = service::told(db, tools.vault, rows.items).await?;
    let sums = store::by_state(db, id).await?;
    let all: i64 = sums.iter().map(|(_, sum)| sum.count).sum();
    let tab = |name: String, count: i64| page.say2("batch-tab", "name", name, "count", page.count(count));
    let mut tabs = vec![(format!("/batches/{id}"), tab(page.say("list-all"), all), status.is_none())];
    for (one, sum) in &sums {
        let name = page.word("payment_status", one);
        tabs.push((format!("/batches/{id}?status={one}"), tab(name, sum.count), status == Some(*one)));
    }
    let hands = [batch.frozen_by, batch.fetched_by, batch.sent_by, batch.responded_by, batch.reconciled_by];
    let hands = hands.into_iter().chain([Some(batch.built_by), batch.cancelled_by]).flatten();
    let layout = match &batch.layout {
        Some(code) => {
            let row = store::layout(db, code).await?;
            Some(if page.is_en() { row.name_en } else { row.name_zh })
        }
        None => None,
    };
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    Ok(Html::ok(BatchPage {
        names: store::account_names(db, hands).await?,
        left_out: match by.prove::<RunBatches>() {
            Ok(_) => service::left_out(&by, db, tools.vault, page.today, &batch).await?,
            Err(_) => Vec::new(),
        },
        next: rows.next.map(|after| format!("/batches/{id}?{kept}after={after}")),
        batch,
        layout,
        payments,
        tabs,
        sums,
        page,
    }))
}

#[get("/batches/<id>/lines?<after>")]
async fn lines(
    by: Can<SeeBatches>,
    page: Page,
    id: BatchId,
    after: Option<PaymentId>,
    tools: Tools<'_>,
) -> Result<Html<LinesPage>> {
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    // A payment of an institution has a class of lines: few of them make a page.
    let rows = store::payments(db, id, None, after, 5).await?;
    let rows = paging::Page::cut(rows, 4, |row| row.id.to_string());
    let lines = service::lines(db, tools.vault, &rows.items).await?;
    let next = rows.next.map(|after| format!("/batches/{id}/lines?after={after}"));
    Ok(Html::ok(LinesPage { page, batch, lines, next }))
}

#[post("/batches/<id>/freeze", data = "<form>")]
async fn freeze(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    form.open().0?;
    let path = format!("/batches/{id}");
    match freezer::freeze(&by, fresh, tools, id, &unkeyed(&by, "batches.freeze")).await {
        Ok(()) => Ok(go(cookies, path, "batch-frozen", &Vec::new())),
        Err(e) => back(cookies, path, e),
    }
}

/// The file of a batch, for the bank.
#[derive(Responder)]
pub(super) struct BankFile {
    bytes: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
    cache: Header<'static>,
}

impl BankFile {
    pub(super) fn of(number: &str, bytes: Vec<u8>, layout: &Layout) -> Self {
        Self {
            bytes,
            kind: ContentType::Binary,
            disposition: Header::new(
                "Content-Disposition",
                format!("attachment; filename=\"{number}.{}\"", layout.extension()),
            ),
            cache: Header::new("Cache-Control", "no-store"),
        }
    }
}

#[get("/batches/<id>/file")]
async fn file(by: Can<RunBatches>, fresh: Fresh, id: BatchId, tools: Tools<'_>) -> Result<BankFile> {
    let (batch, bytes, layout) = freezer::fetch(&by, fresh, tools, id).await?;
    Ok(BankFile::of(&batch.number, bytes, &layout))
}

#[post("/batches/<id>/send", data = "<form>")]
async fn send(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/batches/{id}");
    let sent = form.write(tools.desk, async |work, _| service::send(&by, fresh, work, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "batch-sent"))
}

async fn why(by: &Can<RunBatches>, page: Page, form: FormView, id: BatchId, tools: Tools<'_>) -> Result<ReasonPage> {
    let batch = store::visible(tools.db.reader(), &by.scope(), id).await?;
    let path = format!("/batches/{id}");
    Ok(ReasonPage {
        crumbs: vec![("/batches".to_owned(), page.say("batch-title")), (path.clone(), batch.number)],
        title: page.say("batch-cancel"),
        lead: page.say2("batch-what", "count", page.count(batch.payments), "amount", page.yuan(&batch.total_fen)),
        after: page.say("batch-cancel-after"),
        hint: String::new(),
        action: format!("{path}/cancel"),
        back: path,
        button: page.say("batch-cancel"),
        grave: true,
        page,
        form,
    })
}

#[get("/batches/<id>/cancel")]
async fn cancel_form(by: Can<RunBatches>, page: Page, id: BatchId, tools: Tools<'_>) -> Result<Html<ReasonPage>> {
    Ok(Html::ok(why(&by, page, FormView::default(), id, tools).await?))
}

#[post("/batches/<id>/cancel", data = "<form>")]
async fn cancel(
    by: Can<RunBatches>,
    _fresh: Fresh,
    page: Page,
    id: BatchId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let desk = tools.desk.at_length();
    let sent = form.write(&desk, async |work, why| freezer::cancel(&by, work, id, why.said()?).await).await;
    let again = async |page, form| why(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/batches/{id}"), "batch-cancelled"), again).await
}

#[get("/batches/<id>/reconciliation")]
async fn reconciliation(
    by: Can<SeeBatches>,
    page: Page,
    id: BatchId,
    tools: Tools<'_>,
) -> Result<Html<ReconciliationPage>> {
    let batch = store::visible(tools.db.reader(), &by.scope(), id).await?;
    let figures = sums::figures(tools.db.reader(), tools.vault, &batch).await?;
    Ok(Html::ok(ReconciliationPage { page, batch, figures }))
}

#[post("/batches/<id>/reconcile", data = "<form>")]
async fn reconcile(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/batches/{id}/reconciliation");
    let sent = form.write(tools.desk, async |work, _| sums::reconcile(&by, fresh, work, tools.vault, id).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "batch-reconciled"))
}

pub(super) fn routes() -> Vec<Route> {
    routes![list, new, create, show, lines, freeze, file, send, cancel_form, cancel, reconciliation, reconcile]
}
