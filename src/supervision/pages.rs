//! Pages: the board of doubts, one doubt, looking at a class anew.

use askama::Template;
use entities::values::{ClassId, DoubtId, DoubtKind, DoubtStatus, EnrolmentId};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::accounts;
use crate::base::Result;
use crate::classes;
use crate::supervision::cases;
use crate::supervision::facts;
use crate::supervision::forms::{Confirmation, Dismissal, DoubtsQuery, Sought};
use crate::supervision::rights::{DecideOnDoubts, LookAgain, SeeDoubts};
use crate::supervision::search;
use crate::supervision::service;
use crate::supervision::store::{self, Doubted};
use crate::supervision::views::{actions, says};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Shown, Tools, back, go, on};

type Links = Vec<(String, String)>;
/// Word, figure as told, the number itself and the largest of all.
type Bars = Vec<(String, String, i64, i64)>;

#[derive(Template)]
#[template(path = "supervision/templates/board.html")]
struct BoardPage {
    page: Page,
    form: FormView,
    tabs: Vec<(String, String, bool)>,
    kinds: Links,
    chips: Links,
    /// How many of each kind wait, where nothing narrows the board.
    open: Bars,
    total: String,
    rows: Vec<Doubted>,
    /// The class, where only its doubts are shown.
    class: Option<(ClassId, String)>,
    may_look: bool,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "supervision/templates/doubt.html")]
struct DoubtPage {
    page: Page,
    form: FormView,
    row: Doubted,
    says: String,
    /// The people whom it is about, and where their attendance stands.
    people: Vec<(EnrolmentId, String)>,
    /// The other class, where somebody was in two.
    other: Option<(String, String)>,
    /// Who decided.
    decider: String,
    may: Vec<&'static str>,
}

/// The kind of a doubt's badge.
pub(super) fn badge(page: &Page, status: DoubtStatus) -> &'static str {
    let decides = page.actor.as_ref().is_some_and(|actor| actor.prove::<DecideOnDoubts>().is_ok());
    match status {
        DoubtStatus::Open if decides => "yours",
        DoubtStatus::Open => "theirs",
        DoubtStatus::Dismissed | DoubtStatus::Cleared => "done",
        DoubtStatus::Confirmed => "stopped",
        DoubtStatus::InCase => "moving",
    }
}

/// The address of the board with these conditions.
fn address(sought: Sought, after: Option<&str>) -> String {
    let parts = [
        sought.status.map(|status| format!("status={status}")),
        sought.kind.map(|kind| format!("kind={kind}")),
        sought.organisation.map(|id| format!("organisation={id}")),
        sought.class.map(|id| format!("class={id}")),
        after.map(|after| format!("after={after}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "/doubts".to_owned() } else { format!("/doubts?{}", parts.join("&")) }
}

/// What narrows the board, each with the way to take it off.
fn chips(page: &Page, sought: Sought, rows: &[Doubted], class: Option<&(ClassId, String)>) -> Links {
    let mut chips = Vec::new();
    if let Some(kind) = sought.kind {
        chips.push((page.word("doubt_kind", kind), address(Sought { kind: None, ..sought }, None)));
    }
    if sought.organisation.is_some() {
        let name = rows.first().map_or_else(|| page.say("doubt-institution"), |row| row.organisation_name.clone());
        chips.push((name, address(Sought { organisation: None, ..sought }, None)));
    }
    if let Some((_, title)) = class {
        chips.push((title.clone(), address(Sought { class: None, ..sought }, None)));
    }
    chips
}

#[get("/doubts?<query..>")]
async fn board(by: Can<SeeDoubts>, page: Page, query: DoubtsQuery, tools: Tools<'_>) -> Result<Html<BoardPage>> {
    let db = tools.db.reader();
    let sought = query.sought()?;
    let rows = service::list(&by, db, &query, sought).await?;
    let class = match sought.class {
        Some(id) => Some((id, classes::visible(db, &by.scope(), id).await?.title)),
        None => None,
    };
    let tab = |status: Option<DoubtStatus>| {
        let word = status.map_or_else(|| page.say("list-all"), |status| page.word("doubt_status", status));
        (address(Sought { status, ..sought }, None), word, status == sought.status)
    };
    let narrowed = sought.kind.is_some() || sought.organisation.is_some() || sought.class.is_some();
    let counts = if narrowed { Vec::new() } else { store::open_by_kind(db, &by.scope()).await? };
    let most = counts.iter().map(|(_, many)| *many).max().unwrap_or_default();
    let open = DoubtKind::all().filter_map(|kind| counts.iter().find(|(of, _)| *of == kind));
    let open = open.map(|(kind, many)| (page.word("doubt_kind", kind), page.count(*many), *many, most)).collect();
    let form = FormView::default().with("kind", sought.kind.map(DoubtKind::as_str).unwrap_or_default());
    let form = form.with("status", sought.status.map(DoubtStatus::as_str).unwrap_or_default());
    Ok(Html::ok(BoardPage {
        form,
        tabs: std::iter::once(None).chain(DoubtStatus::all().map(Some)).map(tab).collect(),
        kinds: DoubtKind::all().map(|kind| (kind.to_string(), page.word("doubt_kind", kind))).collect(),
        chips: chips(&page, sought, &rows.items, class.as_ref()),
        open,
        total: page.count(counts.iter().map(|(_, many)| *many).sum::<i64>()),
        may_look: class.is_some() && by.prove::<LookAgain>().is_ok(),
        class,
        next: rows.next.map(|after| address(sought, Some(&after))),
        rows: rows.items,
        page,
    }))
}

/// The page on which what was raised by hand was written down, whose id is its key.
fn source(row: &Doubted) -> Option<(String, &'static str)> {
    match row.kind {
        DoubtKind::Headcount => Some((format!("/inspections/{}", row.key), "doubt-source_headcount")),
        DoubtKind::CallBack => Some((format!("/call-backs/{}", row.key), "doubt-source_call_back")),
        DoubtKind::Complaint => Some((format!("/complaints/{}", row.key), "doubt-source_complaint")),
        _ => None,
    }
}

/// The page of a doubt, fresh or with what is wrong.
async fn doubt_page(by: &Actor, page: Page, form: FormView, id: DoubtId, tools: Tools<'_>) -> Result<DoubtPage> {
    let db = tools.db.reader();
    let row = store::doubted(db, &by.scope(), id).await?;
    let facts = facts::read(&row.facts);
    let seats: Vec<EnrolmentId> = row.enrolment_id.into_iter().chain(facts::seats(&facts)).collect();
    let other = match facts::other_class(&facts) {
        // It may be taught where this reader sees nothing.
        Some((number, class)) => match classes::visible(db, &by.scope(), class).await {
            Ok(class) => Some((number.to_owned(), format!("/classes/{}", class.id))),
            Err(_) => Some((number.to_owned(), String::new())),
        },
        None => None,
    };
    let decider = match row.decided_by {
        Some(id) => accounts::by_id(db, id).await?.map(|account| account.name).unwrap_or_default(),
        None => String::new(),
    };
    Ok(DoubtPage {
        decider,
        says: says(&row, &page),
        people: service::called(db, tools.vault, &seats).await?,
        other,
        may: actions(row.status, by),
        row,
        form,
        page,
    })
}

#[get("/doubts/<id>")]
async fn show(by: Can<SeeDoubts>, page: Page, id: DoubtId, tools: Tools<'_>) -> Result<Html<DoubtPage>> {
    Ok(Html::ok(doubt_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/doubts/<id>/confirm", data = "<form>")]
async fn confirm(
    by: Can<DecideOnDoubts>,
    id: DoubtId,
    form: PageForm<Confirmation>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/doubts/{id}");
    let sent = form.write(tools.desk, async |work, new| service::confirm(&by, work, id, &new).await).await;
    sent.or_back(cookies, path.clone(), on(cookies, path, "doubt-confirmed-done"))
}

#[post("/doubts/<id>/dismiss", data = "<form>")]
async fn dismiss(
    by: Can<DecideOnDoubts>,
    page: Page,
    id: DoubtId,
    form: PageForm<Dismissal>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<DoubtPage> {
    let sent = form.write(tools.desk, async |work, new| service::dismiss(&by, work, id, &new).await).await;
    let again = async |page, form| doubt_page(&by, page, form, id, tools).await;
    sent.or_again(page, on(cookies, format!("/doubts/{id}"), "doubt-dismissed-done"), again).await
}

#[post("/classes/<id>/look", data = "<_form>")]
async fn look(
    by: Can<LookAgain>,
    id: ClassId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/doubts?class={id}");
    match tools.desk.write(async |work| search::by_hand(&by, work, id).await).await {
        Ok(raised) => Ok(go(cookies, path, "doubt-looked", &vec![("count", raised.to_string())])),
        Err(e) => back(cookies, path, e),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    [routes![board, show, confirm, dismiss, look], cases::page_routes()].concat()
}
