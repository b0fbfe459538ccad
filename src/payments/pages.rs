//! Pages beside those of a batch: the bank's answer, what the bank refused, what was paid for a claim, what left a pot.

use entities::values::{BatchId, ClaimId, PaymentId, PotId, ResponseId};
use rocket::{Route, State, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::columns::Fault;
use crate::base::{Result, paging};
use crate::payments::answer::{self, Checked};
use crate::payments::forms::Period;
use crate::payments::layouts::Layout;
use crate::payments::reconcile;
use crate::payments::rights::{RunBatches, SeeBatches, SeePayments};
use crate::payments::screens::{ClaimPaymentsPage, FailedPage, PeriodPage, PreviewPage, ResponsePage, pot_name};
use crate::payments::service;
use crate::payments::store;
use crate::payments::views;
use crate::sheets::Reader;
use crate::web::{FormView, Html, Nothing, Page, PageForm, PageUpload, Shown, Tools, go, on};

const ROWS: u64 = 50;
/// Batches of a pot that are counted again on one page: each has its file made anew.
const COUNTED: u64 = 20;

async fn upload_page(
    by: &Can<RunBatches>,
    page: Page,
    form: FormView,
    id: BatchId,
    faults: Vec<(u64, Fault)>,
    tools: Tools<'_>,
) -> Result<ResponsePage> {
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    let heads = match &batch.layout {
        Some(code) => {
            let answer = Layout::of(&store::layout(db, code).await?)?.answer;
            let named = [&answer.reference, &answer.amount, &answer.result, &answer.code, &answer.day];
            named.into_iter().filter_map(|names| names.first()).cloned().collect::<Vec<_>>().join(", ")
        }
        None => String::new(),
    };
    let told = |(line, fault): (u64, Fault)| {
        let why = page.explain(&fault.code, &fault.args);
        (line, fault, why)
    };
    let faults = faults.into_iter().map(told).collect();
    Ok(ResponsePage { page, form, batch, faults, heads })
}

#[get("/batches/<id>/response")]
async fn response(by: Can<RunBatches>, page: Page, id: BatchId, tools: Tools<'_>) -> Result<Html<ResponsePage>> {
    Ok(Html::ok(upload_page(&by, page, FormView::default(), id, Vec::new(), tools).await?))
}

#[post("/batches/<id>/response", data = "<upload>")]
async fn check(
    by: Can<RunBatches>,
    page: Page,
    id: BatchId,
    upload: PageUpload<Nothing>,
    cookies: &CookieJar<'_>,
    reader: &State<Reader>,
    tools: Tools<'_>,
) -> Shown<ResponsePage> {
    let PageUpload { form, file, file_name, .. } = upload;
    let (input, view) = form.open();
    let checked = match input {
        Ok(_) => answer::check(&by, tools, reader, id, (file_name, file)).await,
        Err(e) => Err(e),
    };
    match checked {
        Ok(Checked::Sound(row)) => {
            let path = format!("/batches/{id}/responses/{}", row.id);
            let word = if row.applied_at.is_some() { "response-same_file" } else { "response-checked" };
            Ok(Ok(go(cookies, path, word, &Vec::new())))
        }
        Ok(Checked::Faults(faults)) => Ok(Err(Html::again(upload_page(&by, page, view, id, faults, tools).await?))),
        Err(e) => {
            let form = view.told(&page, e)?;
            Ok(Err(Html::again(upload_page(&by, page, form, id, Vec::new(), tools).await?)))
        }
    }
}

#[get("/batches/<id>/responses/<response>?<after>")]
async fn preview(
    by: Can<SeeBatches>,
    page: Page,
    id: BatchId,
    response: ResponseId,
    after: Option<u64>,
    tools: Tools<'_>,
) -> Result<Html<PreviewPage>> {
    let db = tools.db.reader();
    let batch = store::visible(db, &by.scope(), id).await?;
    let row = store::response(db, id, response).await?;
    let all = answer::outcomes(&row)?;
    let (paid, failed) = (views::sum_of(&all, true), views::sum_of(&all, false));
    let after = after.unwrap_or_default();
    let most = usize::try_from(ROWS + 1).unwrap_or(usize::MAX);
    let some = all.into_iter().filter(|outcome| outcome.line > after).take(most).collect();
    let rows = paging::Page::cut(some, ROWS, |outcome: &answer::Outcome| outcome.line.to_string());
    let next = rows.next.map(|after| format!("/batches/{id}/responses/{response}?after={after}"));
    Ok(Html::ok(PreviewPage { page, batch, response: row, paid, failed, rows: rows.items, next }))
}

#[post("/batches/<id>/responses/<response>/apply", data = "<form>")]
async fn apply(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: BatchId,
    response: ResponseId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let back = format!("/batches/{id}/responses/{response}");
    let desk = tools.desk.at_length();
    let sent = form.write(&desk, async |work, _| answer::apply(&by, fresh, work, id, response).await).await;
    sent.or_back(cookies, back, on(cookies, format!("/batches/{id}/reconciliation"), "response-applied"))
}

#[get("/failed-payments?<after>")]
async fn failed(
    by: Can<SeePayments>,
    page: Page,
    after: Option<PaymentId>,
    tools: Tools<'_>,
) -> Result<Html<FailedPage>> {
    let db = tools.db.reader();
    let rows = store::failed(db, &by.scope(), after, ROWS + 1).await?;
    let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
    let hope = service::hope(db, tools.vault, page.today, &rows.items).await?;
    let told = service::told(db, tools.vault, rows.items).await?;
    let payments = told.into_iter().map(|payment| {
        let hope = hope.get(&payment.id).copied();
        (payment, hope)
    });
    Ok(Html::ok(FailedPage {
        payments: payments.collect(),
        next: rows.next.map(|after| format!("/failed-payments?after={after}")),
        may_mend: by.prove::<RunBatches>().is_ok(),
        page,
    }))
}

#[post("/failed-payments/<id>/mend", data = "<form>")]
async fn mend(
    by: Can<RunBatches>,
    fresh: Fresh,
    id: PaymentId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::mend(&by, fresh, work, tools.vault, id).await).await;
    sent.or_back(cookies, "/failed-payments", on(cookies, "/failed-payments", "payment-mended"))
}

#[get("/claims/<id>/payments")]
async fn of_claim(by: Can<SeePayments>, page: Page, id: ClaimId, tools: Tools<'_>) -> Result<Html<ClaimPaymentsPage>> {
    let (number, payments) = service::of_claim(&by, tools.db.reader(), tools.vault, id).await?;
    let may_see_batches = by.prove::<SeeBatches>().is_ok();
    Ok(Html::ok(ClaimPaymentsPage { page, claim: id, number, payments, may_see_batches }))
}

#[get("/funds/<id>/reconciliation?<from>&<to>&<after>")]
async fn of_pot(
    by: Can<SeeBatches>,
    page: Page,
    id: PotId,
    from: Option<&str>,
    to: Option<&str>,
    after: Option<BatchId>,
    tools: Tools<'_>,
) -> Result<Html<PeriodPage>> {
    let db = tools.db.reader();
    let form = FormView::default();
    let (told, form) = match service::of_period(&by, db, id, (from, to)).await {
        Ok(told) => (told, form),
        // Days that are none are told at the form, over those of the year.
        Err(e) => {
            let form = form.with("from", from.unwrap_or_default()).with("to", to.unwrap_or_default());
            (service::of_period(&by, db, id, (None, None)).await?, form.told(&page, e)?)
        }
    };
    let (pot, period) = told;
    let form = if form.has_errors() { form } else { form.with("from", period.from).with("to", period.to) };
    let span = reconcile::span(Period { from: period.from, to: period.to });
    let rows = store::settled_in(db, id, span, after, COUNTED + 1).await?;
    let rows = paging::Page::cut(rows, COUNTED, |row| row.id.to_string());
    let mut batches = Vec::with_capacity(rows.items.len());
    for batch in rows.items {
        let figures = reconcile::figures(db, tools.vault, &batch).await?;
        batches.push((batch, figures));
    }
    let kept = format!("from={}&to={}", period.from, period.to);
    let next = rows.next.map(|after| format!("/funds/{id}/reconciliation?{kept}&after={after}"));
    Ok(Html::ok(PeriodPage { name: pot_name(&page, &pot), page, form, period, batches, next }))
}

pub(super) fn routes() -> Vec<Route> {
    routes![response, check, preview, apply, failed, mend, of_claim, of_pot]
}
