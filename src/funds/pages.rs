//! Pages of pots: a year as one sum, the sum of each pot with its postings, the trial balance, grants and the end of a year.

use std::sync::Arc;

use askama::Template;
use entities::{
    pot,
    values::{Fen, PostingId, PotAccount, PotId, Role},
};
use rocket::{Route, State, form::Strict, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::areas::{Atlas, contains, level_of};
use crate::base::clock::year_of;
use crate::base::{Error, Result, paging};
use crate::data::Database;
use crate::funds::forms::{CarryForm, GrantForm, NewGrant, TopUpForm, TrialQuery};
use crate::funds::rights::{GrantFunds, ReadFunds};
use crate::funds::rules::Sum;
use crate::funds::store::{self, LedgerLine, Sought};
use crate::funds::trial::Row;
use crate::funds::{service, trial};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Shown, Tools, go};

const ROWS: u64 = 50;

/// What money lies in, in the order in which it is told; the appropriation is what all of it came from.
const PARTS: [PotAccount; 7] = [
    PotAccount::Available,
    PotAccount::Reserved,
    PotAccount::Payable,
    PotAccount::Paid,
    PotAccount::Recoverable,
    PotAccount::Recovered,
    PotAccount::WrittenOff,
];

/// A figure of the sum with where its rows are.
pub(crate) struct Term {
    pub sign: &'static str,
    pub label: String,
    pub fen: Fen,
    pub href: String,
    pub total: bool,
}

/// The sum of one pot, for the pages of this and of other features.
pub(crate) fn terms_of(page: &Page, pot: PotId, sum: &Sum) -> Vec<Term> {
    terms(page, sum, |account| format!("/funds/{pot}?account={account}#postings"))
}

/// granted − reserved − payable − paid out + given back = available, each a link to its rows.
fn terms(page: &Page, sum: &Sum, href: impl Fn(PotAccount) -> String) -> Vec<Term> {
    let term = |sign, label: &str, fen, account| Term {
        sign,
        label: page.say(label),
        fen,
        href: href(account),
        total: account == PotAccount::Available,
    };
    vec![
        term("", "money-granted", sum.granted, PotAccount::Appropriation),
        term("−", "pot_account-reserved", sum.reserved, PotAccount::Reserved),
        term("−", "pot_account-payable", sum.payable, PotAccount::Payable),
        term("−", "fund-paid_out", sum.paid_out(), PotAccount::Paid),
        term("+", "fund-returned", sum.returned, PotAccount::Recovered),
        term("=", "pot_account-available", sum.available, PotAccount::Available),
    ]
}

/// A bar an account: its word, its figure, its size and the size of the whole.
fn bars(page: &Page, sum: &Sum) -> Vec<(String, String, i64, i64)> {
    let of = |account| match account {
        PotAccount::Appropriation => sum.granted,
        PotAccount::Available => sum.available,
        PotAccount::Reserved => sum.reserved,
        PotAccount::Payable => sum.payable,
        PotAccount::Paid => sum.paid,
        PotAccount::Recoverable => sum.recoverable,
        PotAccount::Recovered => sum.recovered,
        PotAccount::WrittenOff => sum.written_off,
    };
    let whole = sum.granted.0.max(1);
    PARTS.map(|account| (page.word("pot_account", account), page.yuan(&of(account)), of(account).0, whole)).to_vec()
}

#[derive(Template)]
#[template(path = "funds/templates/list.html")]
struct FundsPage {
    page: Page,
    form: FormView,
    year: i32,
    place: String,
    years: Vec<(String, String, bool)>,
    terms: Vec<Term>,
    bars: Vec<(String, String, i64, i64)>,
    pots: Vec<(pot::Model, Sum)>,
    next: Option<String>,
    trial: String,
    areas: Vec<(String, Vec<(String, String)>)>,
    grants: bool,
}

#[derive(Template)]
#[template(path = "funds/templates/pot.html")]
struct PotPage {
    page: Page,
    form: FormView,
    terms: Vec<Term>,
    bars: Vec<(String, String, i64, i64)>,
    accounts: Vec<(String, String, bool)>,
    account: Option<PotAccount>,
    sum: Sum,
    pot: pot::Model,
    postings: Vec<LedgerLine>,
    next: Option<String>,
    grants: bool,
    /// Whether the year of the pot is over: it may be closed, and what is left carried over.
    over: bool,
    sees_classes: bool,
}

#[derive(Template)]
#[template(path = "funds/templates/trial.html")]
struct TrialPage {
    page: Page,
    form: FormView,
    place: String,
    year: i32,
    rows: Vec<Row>,
    /// Balances by their side, with the sums of all four columns.
    sides: Vec<(Fen, Fen)>,
    debit: Fen,
    credit: Fen,
    left: Fen,
    right: Fen,
    areas: Vec<(String, Vec<(String, String)>)>,
}

/// Which pots the list is of.
#[derive(Clone, Debug, Default)]
struct Wanted {
    year: Option<i32>,
    area: Option<String>,
    after: Option<PotId>,
}

impl FundsPage {
    async fn build(by: &Actor, page: Page, form: FormView, tools: Tools<'_>, wanted: Wanted) -> Result<Self> {
        let Wanted { year, area, after } = wanted;
        let year = year.unwrap_or_else(|| year_of(page.today));
        let area = area.filter(|code| level_of(code).is_some() && by.scope().covers(code));
        let sought = Sought { year: Some(year), area: area.as_deref() };
        let db = tools.db.reader();
        let sum = store::sum(db, &by.scope(), sought).await?;
        let rows = store::list(db, &by.scope(), sought, after, ROWS + 1).await?;
        let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
        let of = area.as_ref().map(|code| format!("&area={code}")).unwrap_or_default();
        let tab = |one: i32| (format!("/funds?year={one}{of}"), page.say1("year", "year", one), one == year);
        let trial = format!("/funds/trial?year={year}{of}");
        Ok(Self {
            form: form.with("area", area.as_deref().unwrap_or(&by.area)),
            areas: areas_of(by, &page),
            grants: by.prove::<GrantFunds>().is_ok(),
            year,
            place: page.place(area.as_deref().unwrap_or(&by.area)),
            years: vec![tab(year - 1), tab(year), tab(year + 1)],
            terms: terms(&page, &sum, |account| format!("{trial}#{account}")),
            bars: bars(&page, &sum),
            pots: rows.items.into_iter().map(|pot| (Sum::from(&pot), pot)).map(|(sum, pot)| (pot, sum)).collect(),
            next: rows.next.map(|id| format!("/funds?year={year}{of}&after={id}")),
            trial,
            page,
        })
    }
}

impl PotPage {
    async fn build(
        by: &Actor,
        page: Page,
        form: FormView,
        tools: Tools<'_>,
        id: PotId,
        (account, after): (Option<PotAccount>, Option<PostingId>),
    ) -> Result<Self> {
        let db = tools.db.reader();
        let pot = store::visible(db, &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
        let rows = store::postings(db, &pot, account, after, ROWS + 1).await?;
        let rows = paging::Page::cut(rows, ROWS, |row| row.id.to_string());
        let of = account.map(|account| format!("account={account}&")).unwrap_or_default();
        let next = rows.next.map(|after| format!("/funds/{id}?{of}after={after}"));
        let sum = Sum::from(&pot);
        let all = (format!("/funds/{id}"), page.say("fund-all"), account.is_none());
        let one =
            |of: PotAccount| (format!("/funds/{id}?account={of}"), page.word("pot_account", of), account == Some(of));
        Ok(Self {
            form,
            terms: terms_of(&page, id, &sum),
            bars: bars(&page, &sum),
            accounts: std::iter::once(all).chain(PotAccount::all().map(one)).collect(),
            account,
            sum,
            postings: rows.items,
            next,
            grants: by.prove::<GrantFunds>().is_ok(),
            over: service::is_over(&pot, year_of(page.today)),
            // Classes are not shown to finance, whose papers are the claims.
            sees_classes: by.role != Role::FinanceOfficer,
            pot,
            page,
        })
    }

    fn path(&self, rest: &str) -> String {
        format!("/funds/{}/{rest}", self.pot.id)
    }

    /// Whether a posting left or reached the account that is shown.
    fn sign(&self, posted: &LedgerLine) -> &'static str {
        match self.account {
            None => "",
            Some(account) if posted.debit == account => "−",
            Some(_) => "+",
        }
    }

    /// Whether anything that was paid was asked back.
    fn came_back(&self) -> bool {
        self.sum.paid_out() > self.sum.paid
    }

    fn cause(&self, posted: &LedgerLine) -> String {
        cause(&self.page, &posted.cause)
    }
}

/// What a posting was for, in words; of an unknown cause its accounts tell.
pub(crate) fn cause(page: &Page, cause: &str) -> String {
    let key = format!("posting-{cause}");
    page.say(if page.knows(&key) { &key } else { "posting-other" })
}

/// The officer's own area and what lies directly below it.
fn areas_of(by: &Actor, page: &Page) -> Vec<(String, Vec<(String, String)>)> {
    let own = (by.area.clone(), page.place(&by.area));
    let below = page.atlas.children(&by.area, page.today);
    let below = below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    vec![(String::new(), vec![own]), (page.place(&by.area), below)]
}

/// A fresh form: this year, the officer's own area, the usual source.
fn fresh(by: &Actor, page: &Page) -> FormView {
    FormView::default()
        .with("source", page.say("fund-source-usual"))
        .with("year", year_of(page.today))
        .with("area_code", &by.area)
}

#[get("/funds?<year>&<area>&<after>")]
async fn list(
    by: Can<ReadFunds>,
    page: Page,
    year: Option<i32>,
    area: Option<String>,
    after: Option<PotId>,
    tools: Tools<'_>,
) -> Result<Html<FundsPage>> {
    let form = fresh(&by, &page);
    Ok(Html::ok(FundsPage::build(&by, page, form, tools, Wanted { year, area, after }).await?))
}

#[post("/funds", data = "<form>")]
async fn grant(
    by: Can<GrantFunds>,
    fresh: Fresh,
    page: Page,
    form: PageForm<GrantForm>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    tools: Tools<'_>,
) -> Shown<FundsPage> {
    let sent = form
        .write(tools.desk, async |work, form| service::grant(&by, fresh, work, atlas, &NewGrant::from(form)).await)
        .await;
    let again = async |page, form| FundsPage::build(&by, page, form, tools, Wanted::default()).await;
    sent.or_again(page, |id| go(cookies, format!("/funds/{id}"), "fund-granted", &Vec::new()), again).await
}

#[get("/funds/trial?<asked..>")]
async fn trial_balance(
    by: Can<ReadFunds>,
    page: Page,
    asked: Strict<TrialQuery>,
    db: &State<Database>,
) -> Result<Html<TrialPage>> {
    let asked = asked.read(page.today)?;
    let sought = Sought { year: Some(asked.year), area: asked.area.as_deref() };
    let rows = trial::at(db.reader(), &by.scope(), sought, asked.on).await?;
    let area = asked.area.filter(|code| contains(&by.area, code)).unwrap_or_else(|| by.area.clone());
    let none = Fen(0);
    let sides: Vec<(Fen, Fen)> =
        rows.iter().map(|row| ((none - row.balance()).max(none), row.balance().max(none))).collect();
    Ok(Html::ok(TrialPage {
        form: FormView::default().with("on", asked.on).with("year", asked.year).with("area", &area),
        place: page.place(&area),
        year: asked.year,
        debit: rows.iter().map(|row| row.debit).sum(),
        credit: rows.iter().map(|row| row.credit).sum(),
        left: sides.iter().map(|side| side.0).sum(),
        right: sides.iter().map(|side| side.1).sum(),
        areas: areas_of(&by, &page),
        rows,
        sides,
        page,
    }))
}

#[get("/funds/<id>?<account>&<after>", rank = 2)]
async fn show(
    by: Can<ReadFunds>,
    page: Page,
    id: PotId,
    account: Option<PotAccount>,
    after: Option<PostingId>,
    tools: Tools<'_>,
) -> Result<Html<PotPage>> {
    Ok(Html::ok(PotPage::build(&by, page, FormView::default(), tools, id, (account, after)).await?))
}

#[post("/funds/<id>/grant", data = "<form>")]
async fn top_up(
    by: Can<GrantFunds>,
    fresh: Fresh,
    page: Page,
    id: PotId,
    form: PageForm<TopUpForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PotPage> {
    let sent = form
        .write(tools.desk, async |work, more| {
            service::top_up(&by, fresh, work, id, more.amount.0, &more.document_no).await
        })
        .await;
    let again = async |page, form| PotPage::build(&by, page, form, tools, id, (None, None)).await;
    sent.or_again(page, |()| go(cookies, format!("/funds/{id}"), "fund-granted", &Vec::new()), again).await
}

#[post("/funds/<id>/carry-over", data = "<form>")]
async fn carry_over(
    by: Can<GrantFunds>,
    fresh: Fresh,
    page: Page,
    id: PotId,
    form: PageForm<CarryForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<PotPage> {
    let sent =
        form.write(tools.desk, async |work, form| service::carry_over(&by, fresh, work, id, &form.into()).await).await;
    let again = async |page, form| PotPage::build(&by, page, form, tools, id, (None, None)).await;
    sent.or_again(page, |next| go(cookies, format!("/funds/{next}"), "fund-carried", &Vec::new()), again).await
}

#[post("/funds/<id>/close", data = "<form>")]
async fn close_year(
    by: Can<GrantFunds>,
    fresh: Fresh,
    id: PotId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/funds/{id}");
    let sent = form.write(tools.desk, async |work, Nothing| service::close_year(&by, fresh, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "fund-year_closed", &Vec::new()))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![list, grant, trial_balance, show, top_up, carry_over, close_year]
}
