//! Pages: objecting and reading the answer, for everybody; looking into it and deciding, for the county.

use std::net::IpAddr;

use askama::Template;
use entities::{
    notice, objection,
    values::{ObjectionId, ObjectionOutcome, ObjectionStatus},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::Can;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result, paging};
use crate::data::Work;
use crate::notices::objections::code::Code;
use crate::notices::objections::forms::{Asked, Investigation, NewObjection, Ruling};
use crate::notices::objections::lifecycle::ObjectionAction;
use crate::notices::objections::service;
use crate::notices::objections::store;
use crate::notices::objections::views::{Answered, ObjectionView};
use crate::notices::rights::{DecideObjections, InvestigateObjections, SeeObjections};
use crate::notices::sheet::{self, Sheet};
use crate::notices::store as notices;
use crate::web::{FormView, Html, Page, PageForm, Shown, Tools, Unlisted, go, on};

const SHOWN: u64 = 50;

type Choices = Vec<(String, String)>;

/// How an objection that stands so is shown.
pub(in crate::notices) const fn sign(status: ObjectionStatus) -> &'static str {
    match status {
        ObjectionStatus::Received | ObjectionStatus::Investigated => "held",
        ObjectionStatus::Upheld => "stopped",
        ObjectionStatus::Dismissed => "done",
    }
}

#[derive(Template)]
#[template(path = "notices/objections/templates/new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    sheet: Sheet,
    lines: Choices,
}

async fn blank(page: Page, form: FormView, number: &str, tools: Tools<'_>) -> Result<NewPage> {
    // Nobody objects to what is not open, whatever he may read besides.
    let sheet = sheet::sheet(tools.db.reader(), tools.clock.today(), None, number).await?;
    let line = |line: &entities::notice_line::Model| {
        (line.ordinal.to_string(), format!("{}. {} {}", line.ordinal, line.masked_name, line.masked_number))
    };
    Ok(NewPage { lines: sheet.lines.iter().map(line).collect(), page, form, sheet })
}

#[get("/notices/<number>/object?<line>")]
async fn new_form(page: Page, number: &str, line: Option<i32>, tools: Tools<'_>) -> Result<Unlisted<Html<NewPage>>> {
    let form = line.map_or_else(FormView::default, |line| FormView::default().with("line", line));
    Ok(Unlisted(Html::ok(blank(page, form, number, tools).await?)))
}

#[post("/notices/<number>/object", data = "<form>")]
async fn file(
    page: Page,
    number: &str,
    form: PageForm<NewObjection>,
    address: Option<IpAddr>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Unlisted<std::result::Result<Redirect, Html<NewPage>>>> {
    let deed = async |work: &Work, new: NewObjection| service::file(work, tools.vault, address, number, &new).await;
    let filed = |(_, code): (ObjectionId, Code)| {
        go(cookies, "/objection", "objection-filed", &vec![("code", code.to_string())])
    };
    let again = async |page, form| blank(page, form, number, tools).await;
    Ok(Unlisted(form.write(tools.desk, deed).await.or_again(page, filed, again).await?))
}

#[derive(Template)]
#[template(path = "notices/objections/templates/answer.html")]
struct AnswerPage {
    page: Page,
    form: FormView,
    found: Option<Answered>,
}

/// The box for a code.
#[get("/objection")]
fn ask(page: Page) -> Unlisted<Html<AnswerPage>> {
    Unlisted(Html::ok(AnswerPage { page, form: FormView::default(), found: None }))
}

/// What became of it. The code comes in a form, so that no address and no log tells it.
#[post("/objection", data = "<form>")]
async fn answer(page: Page, form: PageForm<Asked>, tools: Tools<'_>) -> Result<Unlisted<Html<AnswerPage>>> {
    let (asked, view) = form.open();
    let found = match asked {
        Ok(asked) => store::by_code(tools.db.reader(), &Code::typed(&asked.code).hash()).await,
        Err(e) => Err(e),
    };
    let shown = match found {
        Ok(row) => Html::ok(AnswerPage { page, form: view, found: Some(Answered::of(&row, tools.vault)?) }),
        Err(e) => {
            let form = view.told_at(&page, "code", e)?;
            Html::again(AnswerPage { page, form, found: None })
        }
    };
    Ok(Unlisted(shown))
}

#[derive(Template)]
#[template(path = "notices/objections/templates/list.html")]
struct ObjectionsPage {
    page: Page,
    tabs: Vec<(String, String, bool)>,
    /// Each with the notice to which it is.
    objections: Vec<(objection::Model, notice::Model)>,
    next: Option<String>,
}

impl ObjectionsPage {
    const fn sign(row: &objection::Model) -> &'static str {
        sign(row.status)
    }

    fn is_late(&self, row: &objection::Model) -> bool {
        row.status.waits_for().is_some() && row.due_on < self.page.today
    }
}

#[get("/objections?<status>&<after>")]
async fn list(
    by: Can<SeeObjections>,
    page: Page,
    status: Option<ObjectionStatus>,
    after: Option<ObjectionId>,
    tools: Tools<'_>,
) -> Result<Html<ObjectionsPage>> {
    let db = tools.db.reader();
    let rows = store::list(db, &by.scope(), status, after, SHOWN + 1).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let ids: Vec<_> = rows.items.iter().map(|row| row.notice_id).collect();
    let of = notices::by_ids(db, &ids).await?;
    let kept = status.map(|status| format!("status={status}&")).unwrap_or_default();
    let tab = |of: Option<ObjectionStatus>| {
        let word = of.map_or_else(|| page.say("list-all"), |of| page.word("objection_status", of));
        let href = of.map_or_else(|| "/objections".to_owned(), |of| format!("/objections?status={of}"));
        (href, word, of == status)
    };
    Ok(Html::ok(ObjectionsPage {
        tabs: std::iter::once(None).chain(ObjectionStatus::all().map(Some)).map(tab).collect(),
        next: rows.next.map(|after| format!("/objections?{kept}after={after}")),
        objections: rows
            .items
            .into_iter()
            .filter_map(|row| Some((row.clone(), of.get(&row.notice_id)?.clone())))
            .collect(),
        page,
    }))
}

#[derive(Template)]
#[template(path = "notices/objections/templates/show.html")]
struct ObjectionPage {
    page: Page,
    form: FormView,
    row: objection::Model,
    view: ObjectionView,
    notice: notice::Model,
    /// The line as it is shown.
    line: String,
    investigates: bool,
    decides: bool,
    /// The reader looked into it, so somebody else decides.
    is_own: bool,
    overdue: bool,
    outcomes: Choices,
}

impl ObjectionPage {
    fn path(&self, rest: &str) -> String {
        format!("/objections/{}{rest}", self.row.id)
    }

    const fn sign(&self) -> &'static str {
        sign(self.row.status)
    }
}

async fn shown(
    by: &Can<SeeObjections>,
    page: Page,
    form: FormView,
    id: ObjectionId,
    tools: Tools<'_>,
) -> Result<ObjectionPage> {
    let db = tools.db.reader();
    let row = store::visible(db, &by.scope(), id).await?;
    let view = ObjectionView::of(&row, by, tools.vault)?;
    let notice = notices::by_id(db, row.notice_id).await?;
    let lines = notices::lines(db, notice.id).await?;
    let line = lines.into_iter().find(|line| line.ordinal == row.ordinal).ok_or(Error::NotFound("line"))?;
    let may = |action: ObjectionAction| view.actions.contains(&Into::<&str>::into(action));
    let outcomes = ObjectionOutcome::all().map(|one| (one.to_string(), page.word("objection_outcome", one)));
    Ok(ObjectionPage {
        outcomes: outcomes.collect(),
        investigates: may(ObjectionAction::Investigate),
        decides: may(ObjectionAction::Uphold),
        is_own: row.status == ObjectionStatus::Investigated && row.investigated_by == Some(by.account),
        overdue: row.status.waits_for().is_some() && row.due_on < page.today,
        line: format!("{}. {} {}", line.ordinal, line.masked_name, line.masked_number),
        page,
        form,
        row,
        view,
        notice,
    })
}

#[get("/objections/<id>")]
async fn show(by: Can<SeeObjections>, page: Page, id: ObjectionId, tools: Tools<'_>) -> Result<Html<ObjectionPage>> {
    Ok(Html::ok(shown(&by, page, FormView::default(), id, tools).await?))
}

#[post("/objections/<id>/investigate", data = "<form>")]
async fn investigate(
    by: Can<InvestigateObjections>,
    page: Page,
    id: ObjectionId,
    form: PageForm<Investigation>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ObjectionPage> {
    let deed = async |work: &Work, new| service::investigate(&by, work, tools.vault, id, &new).await;
    let sent = form.write(tools.desk, deed).await;
    let reader = by.prove()?;
    let done = on(cookies, format!("/objections/{id}"), "objection-investigated");
    sent.or_again(page, done, async |page, form| shown(&reader, page, form, id, tools).await).await
}

#[post("/objections/<id>/decide", data = "<form>")]
async fn decide(
    by: Can<DecideObjections>,
    page: Page,
    id: ObjectionId,
    form: PageForm<Ruling>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<ObjectionPage> {
    let deed = async |work: &Work, new| service::decide(&by, work, tools.vault, id, &new).await;
    let sent = form.write(tools.desk, deed).await;
    let reader = by.prove()?;
    let done = on(cookies, format!("/objections/{id}"), "objection-decided");
    sent.or_again(page, done, async |page, form| shown(&reader, page, form, id, tools).await).await
}

pub(in crate::notices) fn routes() -> Vec<Route> {
    routes![new_form, file, ask, answer, list, show, investigate, decide]
}
