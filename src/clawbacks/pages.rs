//! Pages: what is asked back, asking for it, one with what became of it, its invoice.

use std::collections::HashMap;

use entities::{
    clawback,
    values::{
        AccountId, CaseId, ClawbackId, ClawbackSource, ClawbackStatus, Fen, LineId, PaidFault, PersonId, SampleItemId,
    },
};
use rocket::{Either, Route, get, http::CookieJar, post, routes};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Can};
use crate::accounts::{self, Fresh};
use crate::base::money::yuan;
use crate::base::{Error, Result, paging};
use crate::clawbacks::asking;
use crate::clawbacks::collecting::{self, payee};
use crate::clawbacks::forms::{ClawbackForm, ClawbacksQuery, Grounds, OffsetForm, ReceiptForm, Sought, Step};
use crate::clawbacks::lifecycle::ClawbackAction;
use crate::clawbacks::rights::{
    CollectClawbacks, DecideOnClawbacks, RequestClawbacks, SeeClawbacks, SeeRequests, WriteOffClawbacks,
};
use crate::clawbacks::rules;
use crate::clawbacks::screens::{ClawbackPage, ClawbacksPage, InvoicePage, NewClawbackPage, PickPage};
use crate::clawbacks::store::{self, Listed, Of};
use crate::clawbacks::views::actions;
use crate::data::{Vault, Work};
use crate::funds;
use crate::organisations;
use crate::payments::Payee;
use crate::people;
use crate::samples::{self, SeeRuns};
use crate::supervision;
use crate::web::{FormView, Html, Page, PageForm, Shown, Tools, go, on};

/// Lines that a page names to choose from: a few classes have no more.
const LINES: u64 = 200;

/// The address of the list with these conditions.
fn address(sought: Sought, after: Option<&str>) -> String {
    let parts = [
        sought.status.map(|status| format!("status={status}")),
        sought.line.map(|id| format!("line={id}")),
        sought.case.map(|id| format!("case={id}")),
        after.map(|after| format!("after={after}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "/clawbacks".to_owned() } else { format!("/clawbacks?{}", parts.join("&")) }
}

#[get("/clawbacks?<query..>")]
async fn list(
    by: Can<SeeClawbacks>,
    page: Page,
    query: ClawbacksQuery,
    tools: Tools<'_>,
) -> Result<Html<ClawbacksPage>> {
    let db = tools.db.reader();
    let (sought, paging) = (query.sought()?, query.paging()?);
    let rows = store::list(db, &by.scope(), sought, paging.after()?, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |listed| listed.row.id.to_string());
    let case = match sought.case {
        Some(id) => Some((id, supervision::visible_case(db, &by.scope(), id).await?.title)),
        None => None,
    };
    let office = by.prove::<SeeRequests>().is_ok();
    let is_inside = |status| matches!(status, ClawbackStatus::Requested | ClawbackStatus::Rejected);
    let tab = |status: Option<ClawbackStatus>| {
        let word = status.map_or_else(|| page.say("list-all"), |status| page.word("clawback_status", status));
        (address(Sought { status, ..sought }, None), word, status == sought.status)
    };
    let shown = ClawbackStatus::all().filter(|status| office || !is_inside(*status)).map(Some);
    Ok(Html::ok(ClawbacksPage {
        tabs: std::iter::once(None).chain(shown).map(tab).collect(),
        next: rows.next.map(|after| address(sought, Some(&after))),
        rows: rows.items,
        asks: by.prove::<RequestClawbacks>().is_ok(),
        office,
        case,
        page,
    }))
}

/// People masked.
async fn masked(db: &impl ConnectionTrait, vault: &Vault, people: &[PersonId]) -> Result<HashMap<PersonId, String>> {
    let briefs = people::briefs(db, vault, people).await?;
    Ok(briefs.into_iter().map(|(id, brief)| (id, format!("{} …{}", brief.masked_name, brief.tail))).collect())
}

/// Lines of a case, or of the claim with that number.
async fn pick_page(
    by: &Can<RequestClawbacks>,
    page: Page,
    (case, number): (Option<CaseId>, &str),
    tools: Tools<'_>,
) -> Result<PickPage> {
    let (db, scope) = (tools.db.reader(), by.scope());
    let (lines, left) = if let Some(id) = case {
        let found = supervision::visible_case(db, &scope, id).await?;
        let classes = store::classes_of(db, id).await?;
        let lines = store::paid_lines(db, &scope, Of::Classes(found.organisation_id, &classes), LINES).await?;
        let asked = rules::asked(&store::of_case(db, id).await?);
        (lines, found.recover_fen.map(|fen| fen - asked))
    } else {
        (store::paid_lines(db, &scope, Of::Number(number.trim()), LINES).await?, None)
    };
    let people: Vec<PersonId> = lines.iter().map(|line| line.person_id).collect();
    let names = masked(db, tools.vault, &people).await?;
    let named = lines.into_iter().map(|line| {
        let name = names.get(&line.person_id).cloned().unwrap_or_default();
        (line, name)
    });
    Ok(PickPage { lines: named.collect(), case, left, page })
}

async fn new_page(
    by: &Can<RequestClawbacks>,
    page: Page,
    form: FormView,
    (line, item, case): (LineId, Option<SampleItemId>, Option<CaseId>),
    tools: Tools<'_>,
) -> Result<NewClawbackPage> {
    let db = tools.db.reader();
    let open = asking::open(by, db, line).await?;
    let person = open.line.person_id;
    let sources = [ClawbackSource::SelfReport, ClawbackSource::Advance];
    Ok(NewClawbackPage {
        person: masked(db, tools.vault, &[person]).await?.remove(&person).unwrap_or_default(),
        claim_number: open.claim.number,
        paid: open.line.fen,
        left: open.left,
        faults: PaidFault::all().map(|one| (one.to_string(), page.word("paid_fault", one))).collect(),
        sources: sources.map(|one| (one.to_string(), page.word("clawback_source", one))).into(),
        line,
        item,
        case,
        form,
        page,
    })
}

#[get("/clawbacks/new?<line>&<item>&<case>&<claim>")]
async fn new(
    by: Can<RequestClawbacks>,
    page: Page,
    line: Option<LineId>,
    item: Option<SampleItemId>,
    case: Option<CaseId>,
    claim: Option<&str>,
    tools: Tools<'_>,
) -> Result<Either<Html<NewClawbackPage>, Html<PickPage>>> {
    let db = tools.db.reader();
    let mut form = FormView::default();
    let mut line = line;
    if let Some(id) = item {
        let item = samples::item(db, &by.scope(), id).await?;
        line = Some(item.line_id);
        form = form.with("note", item.note.unwrap_or_default());
        if let Some(fault) = item.fault {
            form = form.with("fault", fault);
        }
    }
    let Some(line) = line else {
        let sought = (case, claim.unwrap_or_default());
        return Ok(Either::Right(Html::ok(pick_page(&by, page, sought, tools).await?)));
    };
    let left = asking::open(&by, db, line).await?.left;
    if left > Fen(0) {
        form = form.with("amount", yuan(left).replace(',', ""));
    }
    Ok(Either::Left(Html::ok(new_page(&by, page, form, (line, item, case), tools).await?)))
}

#[post("/clawbacks", data = "<form>")]
async fn request(
    by: Can<RequestClawbacks>,
    page: Page,
    form: PageForm<ClawbackForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewClawbackPage> {
    let value = |field: &str| form.view.value(field).to_owned();
    // Without its line there is no page to show again.
    let line = value("line_id").parse().map_err(|_| Error::NotFound("line"))?;
    let known = (line, value("item_id").parse().ok(), value("case_id").parse().ok());
    let sent = form.write(tools.desk, async |work, form| asking::request(&by, work, &form.into()).await).await;
    let again = async |page, form| new_page(&by, page, form, known, tools).await;
    let done = |id: ClawbackId| go(cookies, format!("/clawbacks/{id}"), "clawback-requested", &Vec::new());
    sent.or_again(page, done, again).await
}

/// How whoever was paid is called.
async fn payee_name(db: &impl ConnectionTrait, vault: &Vault, row: &clawback::Model) -> Result<String> {
    match payee(row)? {
        Payee::Organisation(id) => Ok(organisations::by_id(db, id).await?.name),
        Payee::Person(id) => Ok(masked(db, vault, &[id]).await?.remove(&id).unwrap_or_default()),
    }
}

async fn clawback_page(
    by: &Actor,
    page: Page,
    form: FormView,
    id: ClawbackId,
    tools: Tools<'_>,
) -> Result<ClawbackPage> {
    let db = tools.db.reader();
    let listed = store::listed(db, &by.scope(), id).await?;
    let row = &listed.row;
    let office = by.prove::<SeeRequests>().is_ok();
    let hands: Vec<AccountId> =
        [Some(row.requested_by), row.decided_by, row.invoiced_by, row.written_off_by].into_iter().flatten().collect();
    let names = if office { accounts::names(db, &hands).await? } else { HashMap::new() };
    let name = |id: Option<AccountId>| id.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
    let may = actions(row, by);
    let offered =
        if may.contains(&ClawbackAction::Offset) { collecting::offered(db, by, row).await? } else { Vec::new() };
    let fens: Vec<(LineId, Fen)> = offered.iter().map(|open| (open.line.id, open.line.fen)).collect();
    Ok(ClawbackPage {
        receipts: store::receipts(db, id).await?,
        pot: funds::by_id(db, row.pot_id).await?,
        payee: payee_name(db, tools.vault, row).await?,
        fits: rules::fitting(&fens, rules::balance(row)),
        asker: name(Some(row.requested_by)),
        decider: name(row.decided_by),
        biller: name(row.invoiced_by),
        writer: name(row.written_off_by),
        traces: by.prove::<SeeRuns>().is_ok(),
        offered,
        office,
        may,
        listed,
        form,
        page,
    })
}

#[get("/clawbacks/<id>")]
async fn show(by: Can<SeeClawbacks>, page: Page, id: ClawbackId, tools: Tools<'_>) -> Result<Html<ClawbackPage>> {
    let form = FormView::default().with("received_on", page.today);
    Ok(Html::ok(clawback_page(&by, page, form, id, tools).await?))
}

#[get("/clawbacks/<id>/invoice")]
async fn invoice(by: Can<SeeClawbacks>, page: Page, id: ClawbackId, tools: Tools<'_>) -> Result<Html<InvoicePage>> {
    let db = tools.db.reader();
    let listed: Listed = store::listed(db, &by.scope(), id).await?;
    if listed.row.invoice_no.is_none() {
        return Err(Error::NotFound("invoice"));
    }
    Ok(Html::ok(InvoicePage {
        pot: funds::by_id(db, listed.row.pot_id).await?,
        payee: payee_name(db, tools.vault, &listed.row).await?,
        listed,
        page,
    }))
}

#[post("/clawbacks/<id>/reject", data = "<form>")]
async fn reject(
    by: Can<DecideOnClawbacks>,
    page: Page,
    id: ClawbackId,
    form: PageForm<Grounds>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ClawbackPage> {
    let sent = form.write(tools.desk, async |work, new| asking::reject(&by, work, id, &new).await).await;
    let again = async |page, form| clawback_page(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/clawbacks/{id}"), "clawback-rejected"), again).await
}

/// A form on the page of a clawback that moves money: written, then told, or shown again with what is wrong.
macro_rules! steps {
    ($($name:ident: $path:literal by $right:ident, $input:ident as $read:expr => $deed:path, $done:literal;)*) => {$(
        #[post($path, data = "<form>")]
        async fn $name(
            by: Can<$right>,
            fresh: Fresh,
            page: Page,
            id: ClawbackId,
            form: PageForm<$input>,
            cookies: &CookieJar<'_>,
            tools: Tools<'_>,
        ) -> Shown<ClawbackPage> {
            let write = async |work: &Work, form: $input| $deed(&by, fresh, work, id, &$read(form)?).await;
            let sent = form.write(tools.desk, write).await;
            let again = async |page, form| clawback_page(&by, page, form, id, tools).await;
            sent.or_again(page, on(cookies, format!("/clawbacks/{id}"), $done), again).await
        }
    )*};
}

steps! {
    approve: "/clawbacks/<id>/approve" by DecideOnClawbacks, Step as Ok::<Step, Error> => asking::approve, "clawback-approved";
    bill: "/clawbacks/<id>/invoice" by CollectClawbacks, Step as Ok::<Step, Error> => collecting::invoice, "clawback-invoiced";
    receive: "/clawbacks/<id>/receive" by CollectClawbacks, ReceiptForm as ReceiptForm::read => collecting::receive, "clawback-received";
    offset: "/clawbacks/<id>/offset" by CollectClawbacks, OffsetForm as OffsetForm::read => collecting::offset, "clawback-offset_done";
    write_off: "/clawbacks/<id>/write-off" by WriteOffClawbacks, Grounds as Ok::<Grounds, Error> => collecting::write_off, "clawback-written_off";
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, new, request, show, invoice, approve, reject, bill, receive, offset, write_off]
}
