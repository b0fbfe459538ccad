//! Pages of orders: the list, one order with its fill chain, the forms.

use askama::Template;
use entities::{
    enterprise_order,
    values::{EnrolmentId, OrderId, OrderStatus},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::base::lifecycle::Lifecycle;
use crate::base::rate::Rate;
use crate::base::{Result, paging};
use crate::data::Work;
use crate::orders::forms::{HireForm, LinkForm, OrderForm, as_typed, filled};
use crate::orders::lifecycle::OrderAction;
use crate::orders::rights::{AcceptOrders, PlaceOrders, ReadOrders};
use crate::orders::rules::{self, Next};
use crate::orders::service::{self, Sight};
use crate::orders::store::{self, Sought};
use crate::organisations;
use crate::policy::{occupation_name, occupations};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Paging, Reason, ReasonPage, Shown, Tools, go, on};

/// The sign of a state for this reader, and its words.
fn sign(page: &Page, status: OrderStatus) -> (&'static str, String) {
    let mine = page.is_mine(status.waits_for());
    let kind = match status {
        OrderStatus::Draft => "draft",
        OrderStatus::Submitted | OrderStatus::Returned if mine => "yours",
        OrderStatus::Submitted => "theirs",
        OrderStatus::Returned | OrderStatus::Cancelled => "stopped",
        OrderStatus::Accepted | OrderStatus::Settled => "done",
    };
    (kind, page.word("order_status", status))
}

/// A line of the list.
struct Row {
    order: enterprise_order::Model,
    enterprise: String,
    occupation: String,
    sign: (&'static str, String),
}

#[derive(Template)]
#[template(path = "orders/templates/list.html")]
struct OrdersPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    may_place: bool,
    /// Whether the register of organisations is open to the reader.
    organisations: bool,
}

/// The form of a new order, or of one that is written anew.
#[derive(Template)]
#[template(path = "orders/templates/form.html")]
struct OrderFormPage {
    occupations: Vec<(String, String)>,
    levels: Vec<(i32, String)>,
    areas: Vec<(String, Vec<(String, String)>)>,
    page: Page,
    form: FormView,
    order: Option<enterprise_order::Model>,
}

/// What the reader may do, as a button or as a link to a page of its own.
struct Button {
    action: &'static str,
    label: String,
    kind: &'static str,
    asks: bool,
}

/// A step of the fill chain.
struct Step {
    label: String,
    count: i64,
    words: String,
}

#[derive(Template)]
#[template(path = "orders/templates/show.html")]
struct OrderPage {
    sign: (&'static str, String),
    occupation: String,
    next: Option<(Next, bool)>,
    four: Vec<(&'static str, String)>,
    chain: Vec<Step>,
    /// The length of the chain's longest bar.
    widest: i64,
    buttons: Vec<Button>,
    candidates: Vec<(EnrolmentId, String)>,
    may_link: bool,
    may_cancel: bool,
    page: Page,
    sight: Sight,
    form: FormView,
}

fn occupations_of(page: &Page) -> Vec<(String, String)> {
    occupations().iter().map(|one| (one.code.to_owned(), occupation_name(one.code, page.locale).to_owned())).collect()
}

/// Every county of the province, under its prefecture: an enterprise may look for people for any of its places.
fn counties(page: &Page) -> Vec<(String, Vec<(String, String)>)> {
    let own = page.actor.as_ref().map(|actor| actor.area.as_str()).unwrap_or_default();
    let province = page.atlas.ancestors(own).last().copied().unwrap_or_default();
    page.atlas
        .children(province, page.today)
        .into_iter()
        .map(|prefecture| {
            let below = page.atlas.children(&prefecture.code, page.today);
            (prefecture.name.clone(), below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect())
        })
        .collect()
}

impl OrderFormPage {
    fn new(page: Page, form: FormView, order: Option<enterprise_order::Model>) -> Self {
        Self {
            occupations: occupations_of(&page),
            levels: (1..=5).rev().map(|level| (level, page.word("skill_level", level))).collect(),
            areas: counties(&page),
            page,
            form,
            order,
        }
    }

    fn action(&self) -> String {
        self.order.as_ref().map_or_else(|| "/orders".to_owned(), |order| format!("/orders/{}/edit", order.id))
    }

    fn title(&self) -> String {
        match &self.order {
            Some(order) => self.page.say1("order-edit-title", "number", &order.number),
            None => self.page.say("order-new"),
        }
    }
}

impl OrderPage {
    fn new(page: Page, sight: Sight, form: FormView) -> Self {
        let status = sight.order.status;
        let role = page.role();
        let next = sight.next().map(|next| (next, page.is_mine(Some(next.who()))));
        let held = |one: OrderAction| role.is_some_and(|role| status.open_to(role).contains(&one));
        // Whoever does not hire everybody settles all the same, once no class is left to bring more.
        let settles = !sight.classes.is_empty() && sight.classes.iter().all(|class| class.share().over);
        let last = next.is_some_and(|(next, _)| next == Next::Settle);
        let buttons = [
            (OrderAction::Submit, "main", false, true),
            (OrderAction::Accept, "main", false, true),
            (OrderAction::Return, "", true, true),
            (OrderAction::Settle, if last { "main" } else { "" }, false, settles),
        ]
        .into_iter()
        .filter(|(action, _, _, shown)| *shown && held(*action))
        .map(|(action, kind, asks, _)| (action.into(), kind, asks));
        let actor = page.actor.as_ref();
        let accepts = actor.is_some_and(|actor| actor.prove::<AcceptOrders>().is_ok());
        let places = actor.is_some_and(|actor| actor.prove::<PlaceOrders>().is_ok());
        let buttons = buttons
            .chain((places && rules::is_editable(status)).then_some(("edit", "", true)))
            .map(|(action, kind, asks)| Button { action, label: page.say(&format!("order-{action}")), kind, asks })
            .collect();
        let (chain, widest) = steps(&page, &sight);
        Self {
            sign: sign(&page, status),
            occupation: occupation_name(&sight.order.occupation, page.locale).to_owned(),
            four: four(&page, &sight),
            candidates: sight
                .candidates
                .iter()
                .map(|one| {
                    let words = page.say3(
                        "order-candidate",
                        "name",
                        &one.name,
                        "tail",
                        &one.tail,
                        "class",
                        &one.row.class_number,
                    );
                    (one.row.enrolment_id, words)
                })
                .collect(),
            may_link: accepts && status == OrderStatus::Accepted,
            may_cancel: held(OrderAction::Cancel) && sight.hires.is_empty(),
            next,
            chain,
            widest,
            buttons,
            page,
            sight,
            form,
        }
    }
}

/// The fill chain with each step's share of the one before, and the length of the longest bar.
fn steps(page: &Page, sight: &Sight) -> (Vec<Step>, i64) {
    let chain = sight.chain();
    let counts = [
        ("order-chain-ordered", chain.ordered),
        ("order-chain-enrolled", chain.enrolled),
        ("order-chain-completed", chain.completed),
        ("order-chain-hired", chain.hired),
    ];
    let mut before = None;
    let steps = counts
        .map(|(key, count)| {
            let people = page.say1("count-people", "count", page.count(count));
            let rate = before.and_then(|before| Rate::new(count, before).percent(2));
            before = Some(count);
            let words = match rate {
                Some(rate) => page.say2("order-chain-share", "people", people, "rate", rate),
                None => people,
            };
            Step { label: page.say(key), count, words }
        })
        .into_iter()
        .collect();
    (steps, counts.iter().map(|(_, count)| *count).max().unwrap_or_default())
}

/// Where the order stands among the four.
fn four(page: &Page, sight: &Sight) -> Vec<(&'static str, String)> {
    let chain = sight.chain();
    let (seats, classes) = (sight.classes.iter().map(|class| class.seats).sum::<i64>(), sight.classes.len());
    let taken_on = matches!(sight.order.status, OrderStatus::Accepted | OrderStatus::Settled);
    let order = page.word("order_status", sight.order.status);
    let listed = page.say1("order-four-classes", "count", classes);
    let chosen = page.say1("order-four-enrolled", "count", chain.enrolled);
    let later = |key| ("", page.say(key));
    let listing = match (taken_on, classes) {
        (false, _) => later("order-four-later"),
        (true, 0) => ("now", page.say("order-four-no_class")),
        (true, _) => ("done", listed),
    };
    let choosing = match (taken_on && classes > 0, chain.enrolled >= seats) {
        (false, _) => later("order-four-later"),
        (true, false) => ("now", chosen),
        (true, true) => ("done", chosen),
    };
    vec![(if taken_on { "done" } else { "now" }, order), listing, choosing, later("order-four-pay")]
}

#[get("/orders?<status>&<paging..>")]
async fn list(
    by: Can<ReadOrders>,
    page: Page,
    status: Option<OrderStatus>,
    paging: Paging,
    tools: Tools<'_>,
) -> Result<Html<OrdersPage>> {
    paging.check()?;
    let sought = Sought { status, area: paging.area.as_deref(), after: paging.after()? };
    let rows = store::list(tools.db.reader(), &by.scope(), sought, paging.limit() + 1).await?;
    let rows = paging::Page::cut(rows, paging.limit(), |row| row.id.to_string());
    let names = organisations::names(tools.db.reader(), rows.items.iter().map(|order| order.organisation_id)).await?;
    let chosen = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let may_place = by.prove::<PlaceOrders>().is_ok();
    let rows = rows.map(|order| Row {
        enterprise: names.get(&order.organisation_id).cloned().unwrap_or_default(),
        occupation: occupation_name(&order.occupation, page.locale).to_owned(),
        sign: sign(&page, order.status),
        order,
    });
    Ok(Html::ok(OrdersPage {
        tabs: tabs(&page, status, may_place),
        next: rows.next.map(|after| format!("/orders?{chosen}after={after}")),
        rows: rows.items,
        may_place,
        organisations: organisations::are_open_to(&by),
        page,
    }))
}

/// One view for all, one for each state that the reader gets to see.
fn tabs(page: &Page, chosen: Option<OrderStatus>, drafts: bool) -> Vec<(String, String, bool)> {
    let all = ("/orders".to_owned(), page.say("list-all"), chosen.is_none());
    let states = OrderStatus::all()
        .filter(|status| drafts || *status != OrderStatus::Draft)
        .map(|status| (format!("/orders?status={status}"), page.word("order_status", status), chosen == Some(status)));
    std::iter::once(all).chain(states).collect()
}

#[get("/orders/new")]
fn new_form(_by: Can<PlaceOrders>, page: Page) -> Html<OrderFormPage> {
    Html::ok(OrderFormPage::new(page, FormView::default(), None))
}

#[post("/orders", data = "<form>")]
async fn place(
    by: Can<PlaceOrders>,
    page: Page,
    form: PageForm<OrderForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<OrderFormPage> {
    let deed = async |work: &Work, form: OrderForm| {
        let new = form.read().map_err(as_typed)?;
        let placed = service::place(&by, work, tools.atlas, &new).await.map_err(as_typed)?;
        Ok(placed.order.id)
    };
    let on = |id| go(cookies, format!("/orders/{id}"), "order-saved", &Vec::new());
    let again = async |page, form| Ok(OrderFormPage::new(page, form, None));
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[get("/orders/<id>", rank = 2)]
async fn show(by: Can<ReadOrders>, page: Page, id: OrderId, tools: Tools<'_>) -> Result<Html<OrderPage>> {
    Ok(Html::ok(order(&by, page, FormView::default(), id, tools).await?))
}

#[get("/orders/<id>/edit")]
async fn edit_form(by: Can<PlaceOrders>, page: Page, id: OrderId, tools: Tools<'_>) -> Result<Html<OrderFormPage>> {
    let order = store::one(tools.db.reader(), &by.scope(), id).await?;
    Ok(Html::ok(OrderFormPage::new(page, filled(&order), Some(order))))
}

#[post("/orders/<id>/edit", data = "<form>")]
async fn edit(
    by: Can<PlaceOrders>,
    page: Page,
    id: OrderId,
    form: PageForm<OrderForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<OrderFormPage> {
    let deed = async |work: &Work, form: OrderForm| {
        let new = form.read().map_err(as_typed)?;
        service::edit(&by, work, tools.atlas, id, &new).await.map_err(as_typed)
    };
    let again = async |page, form| {
        let order = store::one(tools.db.reader(), &by.scope(), id).await?;
        Ok(OrderFormPage::new(page, form, Some(order)))
    };
    form.write(tools.desk, deed).await.or_again(page, on(cookies, format!("/orders/{id}"), "order-saved"), again).await
}

#[post("/orders/<id>/submit", data = "<form>")]
async fn submit(
    by: Can<PlaceOrders>,
    id: OrderId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::submit(&by, work, id).await).await;
    sent.or_back(cookies, format!("/orders/{id}"), on(cookies, format!("/orders/{id}"), "order-submitted"))
}

#[post("/orders/<id>/accept", data = "<form>")]
async fn accept(
    by: Can<AcceptOrders>,
    id: OrderId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::accept(&by, work, id).await).await;
    sent.or_back(cookies, format!("/orders/{id}"), on(cookies, format!("/orders/{id}"), "order-accepted"))
}

#[post("/orders/<id>/settle", data = "<form>")]
async fn settle(
    by: Can<PlaceOrders>,
    id: OrderId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let sent = form.write(tools.desk, async |work, _| service::settle(&by, work, id).await).await;
    sent.or_back(cookies, format!("/orders/{id}"), on(cookies, format!("/orders/{id}"), "order-settled"))
}

fn reason_page(page: Page, form: FormView, order: &enterprise_order::Model, action: &str) -> ReasonPage {
    let back = format!("/orders/{}", order.id);
    let say = |what: &str| page.say1(&format!("order-{action}-{what}"), "number", &order.number);
    ReasonPage {
        crumbs: vec![("/orders".to_owned(), page.say("order-list")), (back.clone(), order.number.clone())],
        title: say("title"),
        lead: say("note"),
        after: String::new(),
        hint: say("hint"),
        action: format!("{back}/{action}"),
        back,
        button: page.say(&format!("order-{action}")),
        grave: true,
        page,
        form,
    }
}

/// The page that asks for the reason of a move, as long as the move is open.
async fn ask(by: &Actor, page: Page, tools: Tools<'_>, id: OrderId, action: OrderAction) -> Result<Html<ReasonPage>> {
    let order = store::one(tools.db.reader(), &by.scope(), id).await?;
    order.status.after(action)?;
    Ok(Html::ok(reason_page(page, FormView::default(), &order, action.into())))
}

#[get("/orders/<id>/return")]
async fn return_form(by: Can<AcceptOrders>, page: Page, id: OrderId, tools: Tools<'_>) -> Result<Html<ReasonPage>> {
    ask(&by, page, tools, id, OrderAction::Return).await
}

#[post("/orders/<id>/return", data = "<form>")]
async fn give_back(
    by: Can<AcceptOrders>,
    page: Page,
    id: OrderId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let sent = form.write(tools.desk, async |work, why| service::give_back(&by, work, id, &why).await).await;
    let again = async |page, form| {
        let order = store::one(tools.db.reader(), &by.scope(), id).await?;
        Ok(reason_page(page, form, &order, OrderAction::Return.into()))
    };
    sent.or_again(page, on(cookies, format!("/orders/{id}"), "order-returned"), again).await
}

#[get("/orders/<id>/cancel")]
async fn cancel_form(by: Can<PlaceOrders>, page: Page, id: OrderId, tools: Tools<'_>) -> Result<Html<ReasonPage>> {
    ask(&by, page, tools, id, OrderAction::Cancel).await
}

#[post("/orders/<id>/cancel", data = "<form>")]
async fn cancel(
    by: Can<PlaceOrders>,
    page: Page,
    id: OrderId,
    form: PageForm<Reason>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ReasonPage> {
    let sent = form.write(tools.desk, async |work, why| service::cancel(&by, work, id, &why).await).await;
    let again = async |page, form| {
        let order = store::one(tools.db.reader(), &by.scope(), id).await?;
        Ok(reason_page(page, form, &order, OrderAction::Cancel.into()))
    };
    sent.or_again(page, on(cookies, format!("/orders/{id}"), "order-cancelled"), again).await
}

/// The order's page, fresh or with what is wrong in one of its forms.
async fn order(by: &Actor, page: Page, form: FormView, id: OrderId, tools: Tools<'_>) -> Result<OrderPage> {
    let sight = service::look(tools.db.reader(), tools.vault, by, id).await?;
    Ok(OrderPage::new(page, sight, form))
}

#[post("/orders/<id>/link", data = "<form>")]
async fn link(
    by: Can<AcceptOrders>,
    page: Page,
    id: OrderId,
    form: PageForm<LinkForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<OrderPage> {
    let deed = async |work: &Work, new: LinkForm| service::link_by_number(&by, work, id, &new).await;
    let again = async |page, form| order(&by, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on(cookies, format!("/orders/{id}"), "order-linked"), again).await
}

#[post("/orders/<id>/hires", data = "<form>")]
async fn hire(
    by: Can<PlaceOrders>,
    page: Page,
    id: OrderId,
    form: PageForm<HireForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<OrderPage> {
    let deed = async |work: &Work, form: HireForm| service::hire(&by, work, id, &form.read()?).await;
    let again = async |page, form| order(&by, page, form, id, tools).await;
    form.write(tools.desk, deed).await.or_again(page, on(cookies, format!("/orders/{id}"), "order-hired"), again).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list,
        new_form,
        place,
        show,
        edit_form,
        edit,
        submit,
        accept,
        settle,
        return_form,
        give_back,
        cancel_form,
        cancel,
        link,
        hire,
    ]
}
