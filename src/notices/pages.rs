//! Pages: the open notices and their lists for everybody, the file for the county's website, and a claim's notices.

use std::sync::Arc;

use askama::Template;
use entities::{
    claim, notice, objection,
    values::{ClaimId, NoticeId, NoticeStatus},
};
use rocket::{
    Responder, Route, State, get,
    http::{ContentType, Header, Status},
    routes,
};

use crate::access::Can;
use crate::areas;
use crate::base::{Error, Result, paging};
use crate::classes;
use crate::notices::objections;
use crate::notices::rights::{PostNotices, ReadNotices, SeeObjections};
use crate::notices::sheet::{self, Sheet};
use crate::notices::store::Which;
use crate::web::{FormView, Html, Lexicon, Locale, Page, Tools, Unlisted};

const SHOWN: u64 = 50;

#[derive(Template)]
#[template(path = "notices/templates/list.html")]
struct NoticesPage {
    page: Page,
    form: FormView,
    notices: Vec<notice::Model>,
    areas: Vec<(String, Vec<(String, String)>)>,
    /// The county that the list is narrowed to, in words.
    area: Option<String>,
    /// For offices, which also read what ended.
    tabs: Vec<(String, String, bool)>,
    /// Whether the reader may read what people object to.
    sees: bool,
    next: Option<String>,
}

/// How a notice that stands so is shown.
pub(super) const fn sign(status: NoticeStatus) -> &'static str {
    match status {
        NoticeStatus::Open => "moving",
        NoticeStatus::Over => "done",
        NoticeStatus::Restarted | NoticeStatus::Withdrawn => "stopped",
    }
}

/// `上高县 田心镇`: a township alone tells nobody elsewhere where it is.
fn place(page: &Page, code: &str) -> String {
    match code.get(..6) {
        Some(county) if county.len() < code.len() => format!("{} {}", page.place(county), page.place(code)),
        _ => page.place(code),
    }
}

impl NoticesPage {
    fn place(&self, notice: &notice::Model) -> String {
        place(&self.page, &notice.area_code)
    }

    const fn sign(notice: &notice::Model) -> &'static str {
        sign(notice.status)
    }
}

#[get("/notices?<status>&<area>&<after>")]
async fn list(
    page: Page,
    status: Option<NoticeStatus>,
    area: Option<&str>,
    after: Option<NoticeId>,
    tools: Tools<'_>,
) -> Result<Unlisted<Html<NoticesPage>>> {
    let area = area.filter(|code| areas::level_of(code).is_some());
    let which = Which { area, before: after, limit: SHOWN + 1 };
    let rows = sheet::list(tools.db.reader(), tools.clock.today(), page.actor.as_ref(), status, which).await?;
    let rows = paging::Page::cut(rows, SHOWN, |row| row.id.to_string());
    let address = |status: Option<NoticeStatus>, more: &str| {
        let parts = [
            status.map(|status| format!("status={status}")),
            area.map(|area| format!("area={area}")),
            Some(more.to_owned()).filter(|more| !more.is_empty()),
        ];
        let query: Vec<String> = parts.into_iter().flatten().collect();
        if query.is_empty() { "/notices".to_owned() } else { format!("/notices?{}", query.join("&")) }
    };
    let reads = page.actor.as_ref().is_some_and(|actor| actor.prove::<ReadNotices>().is_ok());
    let tab = |of: Option<NoticeStatus>| {
        let word = of.map_or_else(|| page.say("notice-public"), |of| page.word("notice_status", of));
        (address(of, ""), word, of == status)
    };
    let tabs =
        if reads { std::iter::once(None).chain(NoticeStatus::all().map(Some)).map(tab).collect() } else { Vec::new() };
    Ok(Unlisted(Html::ok(NoticesPage {
        form: FormView::default().with("area", area.unwrap_or_default()),
        next: rows.next.map(|after| address(status.filter(|_| reads), &format!("after={after}"))),
        areas: classes::counties(&page),
        area: area.map(|code| page.place(code)),
        notices: rows.items,
        sees: page.actor.as_ref().is_some_and(|actor| actor.prove::<SeeObjections>().is_ok()),
        tabs,
        page,
    })))
}

#[derive(Template)]
#[template(path = "notices/templates/show.html")]
struct NoticePage {
    page: Page,
    /// `None` for what is not open, and nothing that this reader may see.
    sheet: Option<Sheet>,
    /// For offices.
    objections: Vec<objection::Model>,
    /// Whether this reader may take the list out.
    posts: bool,
}

impl NoticePage {
    fn place(&self, notice: &notice::Model) -> String {
        place(&self.page, &notice.area_code)
    }

    fn title(&self) -> String {
        self.sheet.as_ref().map_or_else(
            || self.page.say("notice-gone-title"),
            |sheet| self.page.say1("notice-of", "title", &sheet.notice.title),
        )
    }

    const fn sign(notice: &notice::Model) -> &'static str {
        sign(notice.status)
    }

    const fn objected(row: &objection::Model) -> &'static str {
        objections::pages::sign(row.status)
    }
}

#[get("/notices/<number>")]
async fn show(page: Page, number: &str, tools: Tools<'_>) -> Result<Unlisted<Html<NoticePage>>> {
    let db = tools.db.reader();
    let sheet = match sheet::sheet(db, tools.clock.today(), page.actor.as_ref(), number).await {
        Err(Error::NotFound(_)) => {
            let gone = NoticePage { page, sheet: None, objections: Vec::new(), posts: false };
            return Ok(Unlisted(Html(Status::NotFound, gone)));
        }
        sheet => sheet?,
    };
    let reader = page.actor.as_ref();
    let posts = reader.is_some_and(|reader| {
        reader.prove::<PostNotices>().is_ok() && reader.scope().covers(&sheet.notice.area_code) && sheet.open
    });
    let objections = sheet::objections_of(db, reader, &sheet.notice).await?;
    Ok(Unlisted(Html::ok(NoticePage { page, sheet: Some(sheet), objections, posts })))
}

/// The list as a file.
#[derive(Responder)]
struct File {
    bytes: Vec<u8>,
    kind: ContentType,
    disposition: Header<'static>,
}

#[get("/notices/<number>/list.csv")]
async fn file(
    by: Can<PostNotices>,
    number: &str,
    tools: Tools<'_>,
    lexicon: &State<Arc<Lexicon>>,
) -> Result<Unlisted<File>> {
    let heads = ["ordinal", "name", "number", "item", "yuan"];
    let heads = heads.map(|head| lexicon.say(Locale::Zh, &format!("notice-col_{head}"), &[]));
    let bytes = sheet::file(&by, tools.db.reader(), tools.clock.today(), number, &heads).await?;
    // The number is one of ours: letters, digits and hyphens.
    let disposition = Header::new("Content-Disposition", format!("attachment; filename=\"{number}.csv\""));
    Ok(Unlisted(File { bytes, kind: ContentType::CSV, disposition }))
}

#[derive(Template)]
#[template(path = "notices/templates/claim.html")]
struct ClaimNoticesPage {
    page: Page,
    claim: claim::Model,
    rounds: Vec<notice::Model>,
    objections: Vec<objection::Model>,
    /// Whether this reader may read what was written.
    reads: bool,
}

impl ClaimNoticesPage {
    const fn sign(notice: &notice::Model) -> &'static str {
        sign(notice.status)
    }

    const fn objected(row: &objection::Model) -> &'static str {
        objections::pages::sign(row.status)
    }
}

#[get("/claims/<id>/notice")]
async fn of_claim(by: Can<ReadNotices>, page: Page, id: ClaimId, tools: Tools<'_>) -> Result<Html<ClaimNoticesPage>> {
    let (claim, rounds, objections) = sheet::of_claim(&by, tools.db.reader(), id).await?;
    let reads = by.prove::<SeeObjections>().is_ok();
    Ok(Html::ok(ClaimNoticesPage { page, claim, rounds, objections, reads }))
}

pub(crate) fn routes() -> Vec<Route> {
    [routes![list, show, file, of_claim], objections::pages::routes()].concat()
}
